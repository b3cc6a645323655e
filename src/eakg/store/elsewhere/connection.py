"""Connections to HTTP servers, each to an address that was looked at and within one deadline.

`http.client` and no further library: urllib3 bounds each read but not all of them together, so that
a head sent byte by byte has no end, and takes no socket that does.
"""

import http.client
import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from typing import Any, Self, cast
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from eakg.sparql import BadAnswerError, StoreUnreachableError, TimeLimitExceededError
from eakg.store.elsewhere.credentials import basic

_PORTS = {"http": 80, "https": 443}
_PIECE = 1 << 16
_LONGEST_HEAD = 1 << 14  # bytes that a proxy may answer before the tunnel
_URI = "/?:@!$&'()*+,;=~-._%"
_MOST_HEADERS = 500
"""Of an answer: Virtuoso has one for each graph that it was asked of."""

# Usually 100; a connection takes a number of its own from Python 3.15 on.
vars(http.client)["_MAXHEADERS"] = _MOST_HEADERS


@dataclass(frozen=True)
class Deadline:
    """The end of so many seconds, on the clock of `time.monotonic`."""

    seconds: float
    ends: float

    @classmethod
    def from_now(cls, seconds: float) -> Self:
        """The deadline that many seconds from now."""
        return cls(seconds, time.monotonic() + seconds)

    def remaining(self) -> float:
        """The seconds that are left, more than 0. Raises: TimeLimitExceededError."""
        remaining = self.ends - time.monotonic()
        if remaining <= 0:
            raise self.time_limit_error()
        return remaining

    def time_limit_error(self) -> TimeLimitExceededError:
        """The error that says so."""
        return TimeLimitExceededError(f"no answer within {self.seconds:g} s", self.seconds)


@dataclass(frozen=True)
class Target:
    """What a request is sent to: `path` and `query` are a URI's, `host` is in small letters."""

    scheme: str
    host: str
    port: int
    path: str
    query: str

    @property
    def authority(self) -> str:
        """The host, with the port where it is not the usual one (RFC 9110 section 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def resource(self) -> str:
        """What stands in the first line of a request."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def __str__(self) -> str:
        """The address for messages, without its query, which may hold a key of whoever asks."""
        return f"{self.scheme}://{self.authority}{self.path}"

    def takes_credentials_of(self, source: "Target") -> bool:
        """Whether what was meant for another may be sent here: it has the same origin, or is the
        same host with TLS added."""
        own_origin, source_origin = ((one.scheme, one.host, one.port) for one in (self, source))
        tls_upgrade = (
            ("https", source.host, _PORTS["https"]),
            ("http", source.host, _PORTS["http"]),
        )
        return own_origin == source_origin or (own_origin, source_origin) == tls_upgrade

    def redirect_target(self, location: str) -> "Target":
        """Where a redirect leads. Where that has no query, the one that was sent stays: what an
        endpoint answers without it is not the answer. Raises: ValueError for what is no address."""
        base = f"{self.scheme}://{self.authority}{self.resource}"
        target = target_of(urljoin(base, location))
        return target if target.query else replace(target, query=self.query)


def target_of(address: str) -> Target:
    """The target of an address, whose user and password are left out.

    An IRI is made a URI (RFC 3987 section 3.1). Raises: ValueError for what is no address of HTTP.
    """
    parts = urlsplit(address)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("not of the form http(s)://host/path")
    host = ascii_host(parts.hostname)
    path, query = (quote(part, safe=_URI) for part in (parts.path or "/", parts.query))
    return Target(parts.scheme, host, parts.port or _PORTS[parts.scheme], path, query)


def ascii_host(name: str) -> str:
    """A name of a host as it is looked up: in small letters, and in ASCII (RFC 3490 section 4.1).

    Raises: ValueError.
    """
    name = name.lower()
    return name if name.isascii() else name.encode("idna").decode()


Addresses = Callable[[str, int, Deadline], Sequence[str]]
"""From a host, a port and a deadline to the IP addresses that may be connected to."""


def resolve(host: str, port: int, deadline: Deadline) -> Sequence[str]:
    """The IP addresses of a host. Raises: OSError where it has none, TimeLimitExceededError."""
    replies: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            replies.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            replies.put(error)

    # The system's look-up takes no deadline, so it is left behind where it outlasts ours.
    threading.Thread(target=look_up, daemon=True).start()
    try:
        reply = replies.get(timeout=deadline.remaining())
    except queue.Empty:
        raise deadline.time_limit_error() from None
    if isinstance(reply, UnicodeError):
        raise OSError(f"{host} is no name of a host")
    if isinstance(reply, OSError):
        raise reply
    return [str(entry[4][0]) for entry in reply]


class TimedSocket:
    """As much of a socket as `http.client` uses, each wait of it at most as long as is left."""

    def __init__(self, socket_: socket.socket, deadline: Deadline) -> None:
        self._socket = socket_
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        """Send all. Raises: OSError, TimeLimitExceededError."""
        view = memoryview(data)
        for start in range(0, len(view), _PIECE):
            self._socket.settimeout(self._deadline.remaining())
            self._socket.sendall(view[start : start + _PIECE])

    def makefile(self, _mode: str) -> io.BufferedReader:
        """The incoming bytes."""
        return io.BufferedReader(_Incoming(self._socket, self._deadline), _PIECE)

    def close(self) -> None:
        """Does nothing: whoever opened the socket closes it, after the last byte."""


class _Incoming(io.RawIOBase):
    def __init__(self, socket_: socket.socket, deadline: Deadline) -> None:
        self._socket = socket_
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._socket.settimeout(self._deadline.remaining())
        return self._socket.recv_into(buffer)


@dataclass(frozen=True)
class HttpConnection:
    """A connection, and what a request through it has to say: the form of its first line (a proxy
    is told the whole address, RFC 9112 section 3.2.2) and the headers for the proxy."""

    http: HTTPConnection
    resource: str
    headers: dict[str, str]


@contextmanager
def open_connection(
    target: Target, deadline: Deadline, addresses: Addresses, *, uses_proxy: bool
) -> Iterator[HttpConnection]:
    """A connection to a target, over TLS where its scheme is https.

    Arguments: the target; the deadline; what gives the addresses that may be connected to, the
    first of which that answers is taken; whether the proxies of the environment are used.
    Raises: StoreUnreachableError where nobody is there, TimeLimitExceededError, and whatever
    `addresses` raises.
    """
    proxy = _proxy(target) if uses_proxy else None
    with translate_errors(target, deadline):
        if proxy is None:
            socket_ = _dial(target.host, target.port, deadline, addresses)
        else:
            socket_ = _dial(proxy.hostname or "", proxy.port or 80, deadline, resolve)
    with closing(socket_):
        headers = _proxy_headers(proxy) if proxy else {}
        resource = target.resource
        if target.scheme == "https":
            with translate_errors(target, deadline):
                if proxy:
                    _tunnel(socket_, target, headers, deadline)
                context = ssl.create_default_context()
                socket_.settimeout(deadline.remaining())
                socket_ = context.wrap_socket(socket_, server_hostname=target.host)
            headers = {}
        elif proxy:
            resource = f"{target.scheme}://{target.authority}{target.resource}"
        with closing(socket_):
            http = HTTPConnection(target.host, target.port)
            http.sock = cast(socket.socket, TimedSocket(socket_, deadline))
            yield HttpConnection(http, resource, headers)


@contextmanager
def translate_errors(target: Target, deadline: Deadline) -> Iterator[None]:
    """What goes wrong before an answer begins, by its name.

    Raises: StoreUnreachableError, TimeLimitExceededError.
    """
    try:
        yield
    except TimeoutError as error:
        if error.errno is None:
            raise deadline.time_limit_error() from None
        raise _unreachable(target, error) from error
    except OSError as error:
        raise _unreachable(target, error) from error


def _unreachable(target: Target, error: OSError) -> StoreUnreachableError:
    return StoreUnreachableError(f"nobody answers at {target}: {error.strerror or error}")


def _dial(host: str, port: int, deadline: Deadline, addresses: Addresses) -> socket.socket:
    failure: OSError = OSError(f"{host} has no address")
    candidates = addresses(host, port, deadline)
    for number, address in enumerate(candidates):
        try:
            share = deadline.remaining() / (len(candidates) - number)
            return socket.create_connection((address, port), share)
        except OSError as error:
            failure = error
    if isinstance(failure, TimeoutError) and failure.errno is None:
        raise OSError(f"no connection within {deadline.seconds:g} s") from failure
    raise failure


def _proxy(target: Target) -> SplitResult | None:
    """The proxy that the environment names for a target (`http_proxy`, `no_proxy` ...)."""
    proxy = getproxies().get(target.scheme)
    if proxy is None or proxy_bypass(target.authority):
        return None
    return urlsplit(proxy if "://" in proxy else f"http://{proxy}")


def _proxy_headers(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    return {"Proxy-Authorization": basic(unquote(proxy.username), unquote(proxy.password or ""))}


def _tunnel(
    socket_: socket.socket, target: Target, headers: dict[str, str], deadline: Deadline
) -> None:
    """Have a proxy lead a connection on (RFC 9110 section 9.3.6)."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    lines = [f"CONNECT {host}:{target.port} HTTP/1.1", f"Host: {host}:{target.port}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    TimedSocket(socket_, deadline).sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        socket_.settimeout(deadline.remaining())
        byte = socket_.recv(1)  # no more: what follows is TLS
        head += byte
        if not byte or len(head) > _LONGEST_HEAD:
            raise BadAnswerError(f"the proxy on the way to {target} speaks no HTTP")
    status = head.split(b" ", 2)[1:2]
    if status != [b"200"]:
        line = head.split(b"\r\n", 1)[0].decode("latin-1")
        raise StoreUnreachableError(f"the proxy does not lead to {target}: {line}")
