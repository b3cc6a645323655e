"""Servers of HTTP in this process, in the place of endpoints elsewhere."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer

SINGLE_ROW = json.dumps(
    {"head": {"vars": ["n"]}, "results": {"bindings": [{"n": {"type": "literal", "value": "1"}}]}}
).encode()
JSON = "application/sparql-results+json"


@contextmanager
def serve_in_thread(server: BaseServer) -> Iterator[None]:
    """Have a server answer, in a thread of its own, and close it in the end."""
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class QuietHandler(BaseHTTPRequestHandler):
    """One that writes nothing to standard error."""

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@dataclass(frozen=True)
class Reply:
    """What an endpoint says once."""

    status: int = 200
    body: bytes = SINGLE_ROW
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = JSON


class ScriptedEndpoint(ThreadingHTTPServer):
    """A SPARQL endpoint that gives its replies in turn, the last one again and again."""

    def __init__(self, *replies: Reply) -> None:
        super().__init__(("127.0.0.1", 0), _ScriptedHandler)
        self.replies = list(replies)
        self.requests: list[tuple[str, str, dict[str, str], float]] = []
        self.lock = threading.Lock()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sparql"


class _ScriptedHandler(QuietHandler):
    server: ScriptedEndpoint

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size).decode()
        with self.server.lock:
            request = (self.command, self.path + "\n" + body, dict(self.headers), time.monotonic())
            self.server.requests.append(request)
            replies = self.server.replies
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        if "Content-Length" not in reply.headers:
            self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_POST


@contextmanager
def scripted_endpoint(*replies: Reply) -> Iterator[ScriptedEndpoint]:
    """An endpoint that gives these replies."""
    server = ScriptedEndpoint(*replies)
    with serve_in_thread(server):
        yield server
