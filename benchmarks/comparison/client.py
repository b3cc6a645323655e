"""Clients that ask an endpoint one query after another, each over a connection that stays open."""

import contextlib
import re
import selectors
import socket
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlencode

ACCEPT = "application/sparql-results+json"
PATIENCE = 60.0
"""Seconds that a query may take."""
_PIECE = 1 << 18
_STATUS = re.compile(rb"HTTP/1\.([01]) (\d{3})")
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_CLOSE = re.compile(rb"connection: *close", re.IGNORECASE)
_RETRY = re.compile(rb"retry-after: *\d+", re.IGNORECASE)
_CODE = re.compile(rb'"detail": ?"([^"]*)"')
LOST = "connection lost"
LATE = f"no answer in {PATIENCE:.0f} s"


class Address(NamedTuple):
    """The port of an endpoint, and its path up to where the parameters go on."""

    port: int
    path: str

    def target(self, text: str) -> str:
        """Path and parameters of a query."""
        return f"{self.path}{'&' if '?' in self.path else '?'}{urlencode({'query': text})}"


class Question(NamedTuple):
    """A query, and the case that it is counted under."""

    case: str
    text: str


Listener = Callable[[str, bytes], None]
"""Told of the case and the whole response of each success."""


@dataclass
class Tally:
    """What clients were answered: how often each way of failure, and the seconds of each success by
    case."""

    failures: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def answers(self) -> int:
        """How many queries were answered."""
        return sum(map(len, self.seconds.values()))

    def percentile(self, share: int, cases: Sequence[str] | None = None) -> float:
        """Seconds within which so many of a hundred were answered; of some cases, or of all."""
        chosen = [one for case, them in self.seconds.items() if _is_in(case, cases) for one in them]
        if len(chosen) < 2:
            return chosen[0] if chosen else 0.0
        return statistics.quantiles(chosen, n=100, method="inclusive")[share - 1]


def _is_in(case: str, cases: Sequence[str] | None) -> bool:
    return cases is None or case in cases


class Client:
    """A connection that sends the next query when the answer to the last one is whole.

    Arguments: the endpoint; what it asks; where that is counted; who is told of answers.
    """

    def __init__(
        self,
        address: Address,
        questions: Iterator[Question],
        tally: Tally,
        listener: Listener | None = None,
    ) -> None:
        self._address, self._questions, self._tally = address, questions, tally
        self._listener = listener
        self._case = ""
        self._began = 0.0
        self._buffer = bytearray()
        self._must_renew = False
        self.socket = self._connect()

    def send(self) -> bool:
        """Ask the next query. Result: whether there was one."""
        question = next(self._questions, None)
        if question is None:
            return False
        if self._must_renew:
            self.renew()
        self._case = question.case
        target = self._address.target(question.text)
        self._buffer.clear()
        self._began = time.perf_counter()
        head = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {ACCEPT}\r\n\r\n"
        with contextlib.suppress(OSError):  # then nothing is heard
            self.socket.sendall(head.encode())
        return True

    def hear(self) -> bool:
        """Take what has come. Result: whether that is the end of an answer, which is counted."""
        try:
            data = self.socket.recv(_PIECE)
        except OSError:
            data = b""
        if not data:
            self._fail(LOST)
            return True
        self._buffer += data
        if not self._is_whole():
            return False
        seconds = time.perf_counter() - self._began
        status = _STATUS.match(self._buffer)
        version, code = status.groups() if status else (b"", b"no status")
        head = self._buffer.find(b"\r\n\r\n")
        self._must_renew = version != b"1" or bool(_CLOSE.search(self._buffer, 0, head))
        if code == b"200":
            self._tally.seconds[self._case].append(seconds)
            if self._listener is not None:
                self._listener(self._case, bytes(self._buffer))
            return True
        kind = _CODE.search(self._buffer)
        words = f" {kind[1].decode(errors='replace')}" if kind else ""
        retry = "" if _RETRY.search(self._buffer) else ", no Retry-After"
        self._tally.failures[f"{code.decode()}{words}{retry}"] += 1
        return True

    @property
    def is_late(self) -> bool:
        """Whether the answer has taken too long."""
        return time.perf_counter() - self._began > PATIENCE

    def give_up(self) -> None:
        """Wait for this answer no longer."""
        self._fail(LATE)

    def renew(self) -> None:
        """Connect anew."""
        self.socket.close()
        self.socket = self._connect()
        self._must_renew = False

    def _fail(self, kind: str) -> None:
        self._tally.failures[kind] += 1
        self._must_renew = True

    def _connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._address.port))

    def _is_whole(self) -> bool:
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return False
        length = _LENGTH.search(self._buffer, 0, head)
        if length:
            return len(self._buffer) >= head + 4 + int(length[1])
        # JSON has no such line in it.
        return self._buffer.endswith(b"\r\n0\r\n\r\n")


def load(
    address: Address,
    questions: Sequence[Iterator[Question]],
    seconds: float = float("inf"),
    listener: Listener | None = None,
) -> Tally:
    """Let clients ask, each its own questions, until there are none or so many seconds are over;
    what is under way then may be answered, and counts."""
    tally = Tally()
    ends = time.perf_counter() + seconds
    clients = [Client(address, one, tally, listener) for one in questions]
    with selectors.DefaultSelector() as selector:

        def go_on(client: Client) -> None:
            """Watch a client that has something to ask, by the connection that it has now."""
            if time.perf_counter() < ends and client.send():
                selector.register(client.socket, selectors.EVENT_READ, client)

        for client in clients:
            go_on(client)
        while selector.get_map():
            answered = [key.data for key, _ in selector.select(1.0) if key.data.hear()]
            late = [key.data for key in selector.get_map().values() if key.data.is_late]
            late = [client for client in late if client not in answered]
            for client in late:
                client.give_up()
            for client in (*answered, *late):
                selector.unregister(client.socket)
                go_on(client)
    for client in clients:
        client.socket.close()
    return tally
