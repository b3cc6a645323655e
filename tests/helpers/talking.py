"""Servers that answer byte by byte, as badly as the tests want."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from socket import socket

from helpers.endpoints import serve_in_thread


@dataclass(frozen=True)
class Incoming:
    """A request as it came, and the port it came to."""

    method: str
    path: str
    headers: Message
    body: bytes
    port: int


Act = Callable[[socket, Incoming], None]


class TalkingServer(socketserver.ThreadingTCPServer):
    """A server whose every answer is an act upon the connection, after the request was read."""

    daemon_threads = True

    def __init__(self, act: Act) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.act = act
        self.requests: list[Incoming] = []
        self.end_event = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"http://{self.host}/sparql"


class _Handler(socketserver.StreamRequestHandler):
    server: TalkingServer

    def handle(self) -> None:
        first = self.rfile.readline().decode().split()
        if len(first) != 3:
            return
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            head += line if head or line != b"\r\n" else b"\r\n\r\n"
        headers = BytesHeaderParser().parsebytes(head)
        body = self.rfile.read(int(headers.get("Content-Length") or 0))
        incoming = Incoming(first[0], first[1], headers, body, self.server.port)
        self.server.requests.append(incoming)
        with suppress(OSError):
            self.server.act(self.connection, incoming)


@contextmanager
def talking_server(act: Act) -> Iterator[TalkingServer]:
    """A server that acts so; what it drips ends with the context."""
    server = TalkingServer(act)
    with serve_in_thread(server):
        try:
            yield server
        finally:
            server.end_event.set()


def head(status: int, body: bytes = b"", **headers: str | None) -> bytes:
    """The head of an answer: rows in JSON of the length that the body has, but for these headers,
    of which None takes one away."""
    usual: dict[str, str | None] = {
        "Content-Type": "application/sparql-results+json",
        "Content-Length": str(len(body)),
    }
    merged_headers = usual | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in merged_headers.items() if value is not None]
    return "\r\n".join([f"HTTP/1.1 {status} So", *lines, "", ""]).encode()


def sends(status: int, body: bytes = b"", **headers: str | None) -> Act:
    """Sends an answer at once."""
    return lambda connection, _: connection.sendall(head(status, body, **headers) + body)


def drips(beginning: bytes, ending: bytes) -> Act:
    """Sends the first bytes at once and the others one by one, a long while between them, and the
    last of them again and again."""

    def act(connection: socket, _: Incoming) -> None:
        connection.sendall(beginning)
        for byte in ending:
            connection.sendall(bytes([byte]))
            threading.Event().wait(0.02)
        while True:
            connection.sendall(ending[-1:])
            threading.Event().wait(0.02)

    return act
