"""The WSGI application behind the server's own interface, RSGI, which says when a client leaves.

Requests are answered in threads, but for short queries that the store answers at once. What was
answered before from the same data comes from the cache. What a client has asked for ends when it
leaves. A body is sent when all of it is there, so that an error always comes before the first
byte, and with its length, so that a cut one is known by it; one that is a file is sent from it.

Specification: PEP 3333; https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md
"""

import asyncio
import os
import queue
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from itertools import chain
from typing import IO, TYPE_CHECKING, Any
from wsgiref.util import FileWrapper

from granian.rsgi import Scope

from eakg.serve.app import MAX_BODY, MAX_WRITE, SLOW
from eakg.serve.host.cache_key import CacheKey
from eakg.serve.host.fast_lane import ASKED, Shortcut, plain_query
from eakg.serve.host.rate import EXCESS, FORWARDED, FREE, Rates, address_of, client_of
from eakg.serve.host.result_cache import ResultCache, Stored
from eakg.sparql import StoreError
from eakg.store import QueryService
from eakg.store.workers import ASKER, ATTEMPT, Attempt, Postponed, StoreClient

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol

Headers = list[tuple[str, str]]
Observer = Callable[[Scope, Stored, IO[bytes] | None, float | None], Headers]
WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_IN_MEMORY = 1 << 20  # bytes up to which the body of a request stays in memory
_LARGEST_IN_MEMORY = 8 << 20  # bytes up to which that of a response does
_SHORT = 1 << 12  # characters of a query that is read in no time
_AT_ONCE_SECONDS = 0.003
_BODY_SECONDS = 10.0  # that a body may take
_BODY_PACE = 1 << 14  # bytes of a body for which it may take a second more
_OPEN_SECONDS = 30.0  # in which the server has opened the file that it was given
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS", "DELETE"})
# What a client says about itself or what it has; it gets an answer of its own.
_PERSONAL = ("if-none-match", "if-match", "if-modified-since", "range", "authorization", "cookie")
_QUERIES = "/sparql"  # where POST asks and changes nothing


@dataclass
class Reply:
    """What the application answered; the body is the bytes or the descriptor of a file."""

    status: int
    headers: Headers
    body: bytes | int


class Adapter:
    """The application for the server.

    Arguments: the WSGI application; the store that its answers come from; how many threads
    answer; the bytes that the cache may take; what is told of the answers that the
    application does not see, with the seconds of the query where there was one, and gives further
    headers for them; how many requests a client may send.
    """

    def __init__(
        self,
        application: WSGIApplication,
        store: QueryService,
        threads: int,
        cache: int,
        observe: Observer | None = None,
        rates: Rates | None = None,
    ) -> None:
        self.application = application
        self.cache = ResultCache(cache)
        self._shortcut = Shortcut(store)
        # Another store would keep everybody waiting.
        self._postpones = isinstance(store, StoreClient)
        self._store = store
        self._observe = observe
        self._rates = rates
        self._tasks: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        for _ in range(threads):
            threading.Thread(target=self._work, daemon=True).start()

    async def __rsgi__(self, scope: Scope, protocol: "RSGIHTTPProtocol") -> None:
        """Answer one request."""
        try:
            body = None if _bodiless(scope) else await _read(protocol, _largest(scope))
        except TimeoutError:
            _send(scope, protocol, _call(self.application, {**_environ(scope, None), SLOW: True}))
            return
        excess = self._excess(scope)
        if excess is not None:
            environ = {**_environ(scope, body), EXCESS: excess}
            _send(scope, protocol, _call(self.application, environ))
            return
        key = self._key(scope, body)
        stored = None if key is None else self.cache.get(key)
        if stored is not None:
            own = self._observe(scope, stored, body, None) if self._observe else []
            protocol.response_bytes(stored.status, [*stored.headers, *own], stored.body)
            return
        attempt = Attempt(_AT_ONCE_SECONDS)
        reply = None
        if self._postpones and _looks_light(scope, body):
            reply = self._at_once(scope, body, key, attempt)
        if reply is None:
            reply = await self._in_thread(scope, protocol, body, attempt)
        # Only what was answered from one version from beginning to end has a place under it.
        if key is not None and isinstance(reply.body, bytes) and self._version() == key.version:
            self.cache.put(key, Stored(reply.status, reply.headers, reply.body))
        _send(scope, protocol, reply)

    def _excess(self, scope: Scope) -> int | None:
        """Seconds until the client's next request is welcome, where it has sent too many."""
        if self._rates is None or scope.path in FREE:
            return None
        forwarded = scope.headers.get(FORWARDED.lower()) or ""
        client = client_of(address_of(scope.client), forwarded)
        return self._rates.excess(client, time.time())

    def _work(self) -> None:
        while True:
            self._tasks.get()()

    def _at_once(
        self, scope: Scope, body: IO[bytes] | None, key: CacheKey | None, attempt: Attempt
    ) -> Reply | None:
        """The reply, where it is there at once: threads that take turns cost more than most
        queries do."""
        plain = None if key is None or body is not None else plain_query(key)
        found = None if plain is None else self._shortcut.answer(plain, attempt)
        if found is not None:
            stored = Stored(
                HTTPStatus.OK, found.headers, b"" if isinstance(found.body, int) else found.body
            )
            own = self._observe(scope, stored, None, found.seconds) if self._observe else []
            return Reply(HTTPStatus.OK, [*found.headers, *own], found.body)
        if attempt.pending is not None:
            return None
        environ = _environ(scope, body)
        token = ATTEMPT.set(attempt)
        try:
            reply = _call(self.application, environ)
        except Postponed:
            return None
        finally:
            ATTEMPT.reset(token)
        if plain is not None and reply.status == HTTPStatus.OK:
            self._shortcut.learn(plain, environ.get(ASKED), reply.headers)
        return reply

    async def _in_thread(
        self, scope: Scope, protocol: "RSGIHTTPProtocol", body: IO[bytes] | None, attempt: Attempt
    ) -> Reply:
        visitor = Visitor(asyncio.get_running_loop(), protocol)
        attempt.patient = True

        def answer() -> None:
            tokens = ASKER.set(visitor), ATTEMPT.set(attempt)
            try:
                visitor.answer(_call(self.application, _environ(scope, body)))
            except BaseException as error:
                visitor.fail(error)
            finally:
                attempt.drop()
                ASKER.reset(tokens[0])
                ATTEMPT.reset(tokens[1])

        self._tasks.put(answer)
        try:
            return await visitor.reply
        finally:
            visitor.dismiss()

    def _version(self) -> str:
        try:
            return self._store.version
        except StoreError:
            return ""

    def _key(self, scope: Scope, body: IO[bytes] | None) -> CacheKey | None:
        """All that the answer depends on, the version of the data first; None where it depends on
        more, or is none to keep."""
        content = b""
        if scope.method == "POST" and scope.path == _QUERIES and isinstance(body, BytesIO):
            content = body.getvalue()
        elif scope.method != "GET" or body is not None:
            return None
        headers: Any = scope.headers
        if any(name in headers for name in _PERSONAL):
            return None
        version = self._version()
        if not version:
            return None
        return CacheKey(
            version,
            scope.method,
            scope.scheme,
            _host(scope),
            scope.path,
            ",".join(headers.get_all("accept")),
            ",".join(headers.get_all("content-type")),
            scope.query_string,
            content,
        )


class Visitor:
    """Who waits for a reply. `on_leaving` may be called from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, protocol: "RSGIHTTPProtocol") -> None:
        self.reply: asyncio.Future[Reply] = loop.create_future()
        self._loop = loop
        self._protocol = protocol
        self._acts: list[Callable[[], None]] = []
        self._watch: asyncio.Task[None] | None = None

    def answer(self, reply: Reply) -> None:
        """Bring the reply, from a thread."""
        self._loop.call_soon_threadsafe(self._settle, reply, None)

    def fail(self, error: BaseException) -> None:
        """Bring an exception instead, from a thread."""
        self._loop.call_soon_threadsafe(self._settle, None, error)

    def on_leaving(self, act: Callable[[], None]) -> None:
        """Call `act` once the client has left."""
        self._loop.call_soon_threadsafe(self._start, act)

    def dismiss(self) -> None:
        """Look no more whether the client leaves."""
        if self._watch is not None:
            self._watch.cancel()

    def _settle(self, reply: Reply | None, error: BaseException | None) -> None:
        if self.reply.done():
            return
        if reply is not None:
            self.reply.set_result(reply)
        elif error is not None:
            self.reply.set_exception(error)

    def _start(self, act: Callable[[], None]) -> None:
        self._acts.append(act)
        if self._watch is None:
            self._watch = self._loop.create_task(self._until_gone())

    async def _until_gone(self) -> None:
        await self._protocol.client_disconnect()
        for act in self._acts:
            act()


def _looks_light(scope: Scope, body: IO[bytes] | None) -> bool:
    """Whether this is a query that takes little time but for what the store needs for it."""
    if scope.path != _QUERIES or "text/html" in (scope.headers.get("accept") or ""):
        return False
    size = len(body.getvalue()) if isinstance(body, BytesIO) else 0
    asks = "query=" in scope.query_string or scope.method == "POST"
    return asks and size + len(scope.query_string) <= _SHORT


def _bodiless(scope: Scope) -> bool:
    return scope.method in _BODILESS and not (
        "content-length" in scope.headers or "transfer-encoding" in scope.headers
    )


def _largest(scope: Scope) -> int:
    """Bytes of a body that are read at most: many only from those who may be allowed to write."""
    return MAX_WRITE if "authorization" in scope.headers else MAX_BODY


async def _read(protocol: "RSGIHTTPProtocol", largest: int) -> IO[bytes]:
    """The body of the request, or so much of it that the application sees that it is too large.

    Raises: TimeoutError where it comes so slowly that it keeps others from a connection.
    """
    begun = asyncio.get_running_loop().time()
    async with asyncio.timeout_at(begun + _BODY_SECONDS) as limit:
        return await _pieces(
            protocol,
            largest,
            lambda size: limit.reschedule(begun + _BODY_SECONDS + size / _BODY_PACE),
        )


async def _pieces(
    protocol: "RSGIHTTPProtocol", largest: int, received: Callable[[int], None]
) -> IO[bytes]:
    body: IO[bytes] = BytesIO()
    size = 0
    async for piece in protocol:
        if size <= _IN_MEMORY < size + len(piece):
            spilled = tempfile.TemporaryFile()  # noqa: SIM115 - the request owns it
            spilled.write(body.getvalue() if isinstance(body, BytesIO) else b"")
            body = spilled
        size += len(piece)
        received(size)
        body.write(piece)
        if size > largest:
            break
    body.seek(0)
    return body


def _environ(scope: Scope, body: IO[bytes] | None) -> dict[str, Any]:
    """PEP 3333, "environ Variables"; text is the bytes of the request read as Latin-1."""
    name, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _raw(scope.path),
        "QUERY_STRING": _raw(scope.query_string),
        "SERVER_NAME": name,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": address_of(scope.client),
        "REMOTE_PORT": scope.client.rpartition(":")[2],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body or BytesIO(),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.file_wrapper": FileWrapper,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if body is not None:
        body.seek(0)
    for header, value in scope.headers.items():
        key = header.upper().replace("-", "_")
        if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            key = f"HTTP_{key}"
            if key in environ:
                value = f"{environ[key]}{';' if key == 'HTTP_COOKIE' else ','}{value}"
        environ[key] = value
    environ["HTTP_HOST"] = _host(scope)
    return environ


def _host(scope: Scope) -> str:
    """The host that is asked; all of them where the request names several."""
    headers: Any = scope.headers
    return ",".join(headers.get_all("host")) or scope.authority or ""


def _raw(text: str) -> str:
    # The server has put a replacement character for what was not UTF-8. It shall not pass for one.
    return text.replace("\ufffd", "\udcff").encode("utf-8", "surrogateescape").decode("latin-1")


def _call(application: WSGIApplication, environ: dict[str, Any]) -> Reply:
    """What the application answers. Raises: whatever it raises, also from within the body."""
    begun: list[tuple[str, Headers]] = []
    written: list[bytes] = []

    def start_response(status: str, headers: Headers, error: Any = None) -> Callable[..., None]:
        begun[:] = [(status, headers)]
        return written.append

    parts = application(environ, start_response)
    try:
        if isinstance(parts, FileWrapper):
            body: bytes | int = os.dup(parts.filelike.fileno())
        else:
            body = _whole(chain(written, parts))
    finally:
        if hasattr(parts, "close"):
            parts.close()
    ((status, headers),) = begun
    return Reply(int(status[:3]), headers, body)


def _whole(pieces: Iterable[bytes]) -> bytes | int:
    """The bytes, or the descriptor of a file with them where they are many, as a range of a file
    may be."""
    with tempfile.SpooledTemporaryFile(_LARGEST_IN_MEMORY) as spool:
        for piece in pieces:
            spool.write(piece)
        size = spool.tell()
        spool.seek(0)
        return spool.read() if size <= _LARGEST_IN_MEMORY else os.dup(spool.fileno())


def _send(scope: Scope, protocol: "RSGIHTTPProtocol", reply: Reply) -> None:
    if isinstance(reply.body, bytes):
        if reply.body:
            protocol.response_bytes(reply.status, reply.headers, reply.body)
        else:
            protocol.response_empty(reply.status, reply.headers)
        return
    if scope.method == "HEAD":
        protocol.response_empty(reply.status, reply.headers)
        os.close(reply.body)
        return
    # The server opens the file anew, a moment later, from its beginning.
    protocol.response_file(reply.status, reply.headers, f"/dev/fd/{reply.body}")
    asyncio.get_running_loop().call_later(_OPEN_SECONDS, os.close, reply.body)
