"""The application behind the server's own interface, RSGI, which says when a client leaves.

A request is answered in one of three ways, which is decided by what it is. What was answered before
from the same data comes from the cache. A plain query goes by the fast lane. Everything else goes
through the WSGI application in a thread. What a client has asked for ends when it leaves. A body is
sent when all of it is there, so that an error always comes before the first byte, and with its
length, so that a cut one is known by it; one that is a file is sent from it.

Specification: https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

from granian.rsgi import Scope

from eakg.serve.app import EXCESS, MAX_BODY, MAX_WRITE, SLOW, choose_coding
from eakg.serve.host.exchange import REQUEST_ID, request_number
from eakg.serve.host.fast_lane import QUERIES, FastLane
from eakg.serve.host.gateway import WSGIApplication, call, environ_of, host_of
from eakg.serve.host.observation import Observation
from eakg.serve.host.rate import FORWARDED, FREE, Rates, address_of, client_of
from eakg.serve.host.reply import Reply
from eakg.serve.host.result_cache import CacheKey, ResultCache
from eakg.serve.host.threads import Threads
from eakg.sparql import StoreError
from eakg.store import QueryService

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol

_IN_MEMORY = 1 << 20  # bytes up to which the body of a request stays in memory
_BODY_SECONDS = 10.0  # that a body may take
_BODY_PACE = 1 << 14  # bytes of a body for which it may take a second more
_OPEN_SECONDS = 30.0  # in which the server has opened the file that it was given
_REQUEST_ID, _FORWARDED = REQUEST_ID.lower(), FORWARDED.lower()  # as the server names headers
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS", "DELETE"})
# What a client says about itself or what it has; it gets an answer of its own.
_PERSONAL = frozenset(
    {"if-none-match", "if-match", "if-modified-since", "range", "authorization", "cookie"}
)


class Adapter:
    """The application for the server.

    Arguments: the WSGI application; the store that its answers come from; the fast lane, None
    where the store has none; where requests are logged and counted; the threads that answer; the
    bytes that the cache may take; how many requests a client may send; how many bytes a body may
    have that comes without credentials.
    """

    def __init__(
        self,
        application: WSGIApplication,
        store: QueryService,
        fast_lane: FastLane | None,
        observation: Observation,
        threads: Threads,
        cache: int,
        rates: Rates | None = None,
        body_size: int = MAX_BODY,
    ) -> None:
        self.application = application
        self.cache = ResultCache(cache)
        self._store = store
        self._fast_lane = fast_lane
        self._observation = observation
        self._threads = threads
        self._rates = rates
        self._body_size = body_size

    async def __rsgi__(self, scope: Scope, protocol: "RSGIHTTPProtocol") -> None:
        """Answer one request."""
        try:
            body = None if _bodiless(scope) else await _read(protocol, self._largest(scope))
        except TimeoutError:
            _send(scope, protocol, await self._slow_way(scope, protocol, None, {SLOW: True}))
            return
        excess = self._excess(scope)
        key = self._key(scope, body) if excess is None else None
        reply = None if key is None else self._cached(scope, key)
        if reply is None:
            reply = await self._answer(scope, protocol, body, excess)
            # Only what was answered from one version from beginning to end has a place under it.
            if key is not None and self._version() == key.version:
                self.cache.put(key, reply)
        if body is not None:
            body.close()
        _send(scope, protocol, reply)

    async def _answer(
        self, scope: Scope, protocol: "RSGIHTTPProtocol", body: IO[bytes] | None, excess: int | None
    ) -> Reply:
        # A body that is no longer in memory is longer than that of any query.
        if self._fast_lane is not None and (body is None or isinstance(body, BytesIO)):
            content = None if body is None else body.getvalue()
            plain = self._fast_lane.read(scope, content)
            if plain is not None:
                wait = partial(self._threads.run, protocol)
                return await self._fast_lane.answer(plain, excess, wait)
        more = {} if excess is None else {EXCESS: excess}
        return await self._slow_way(scope, protocol, body, more)

    async def _slow_way(
        self,
        scope: Scope,
        protocol: "RSGIHTTPProtocol",
        body: IO[bytes] | None,
        more: dict[str, Any],
    ) -> Reply:
        environ = {**environ_of(scope, body), **more}
        return await self._threads.run(protocol, partial(call, self.application, environ))

    def _cached(self, scope: Scope, key: CacheKey) -> Reply | None:
        """The reply that was made for such a request before, as the reply to this one."""
        started = time.perf_counter()
        reply = self.cache.get(key)
        if reply is None or reply.exchange is None:
            return None
        headers = scope.headers
        number = request_number(headers.get(_REQUEST_ID))
        forwarded = headers.get(_FORWARDED) or ""
        exchange = reply.exchange.again(number, address_of(scope.client), forwarded)
        self._observation.observe(exchange, time.perf_counter() - started)
        return Reply(reply.status, [*reply.headers, (REQUEST_ID, number)], reply.body)

    def _excess(self, scope: Scope) -> int | None:
        """Seconds until the client's next request is welcome, where it has sent too many."""
        if self._rates is None or scope.path in FREE:
            return None
        return self._rates.excess(_client(scope), time.time())

    def _largest(self, scope: Scope) -> int:
        """Bytes of a body that are read at most: many only from those who may be let write."""
        return MAX_WRITE if "authorization" in scope.headers else self._body_size

    def _version(self) -> str:
        try:
            return self._store.version
        except StoreError:
            return ""

    def _key(self, scope: Scope, body: IO[bytes] | None) -> CacheKey | None:
        """All that the answer depends on, the version of the data first; None where it depends on
        more, or is none to keep."""
        content = b""
        if scope.method == "POST" and scope.path == QUERIES and isinstance(body, BytesIO):
            content = body.getvalue()
        elif scope.method != "GET" or body is not None:
            return None
        headers: Any = scope.headers
        if not _PERSONAL.isdisjoint(headers.keys()):
            return None
        version = self._version()
        if not version:
            return None
        return CacheKey(
            version,
            scope.method,
            scope.scheme,
            host_of(scope),
            scope.path,
            ",".join(headers.get_all("accept")),
            str(choose_coding(",".join(headers.get_all("accept-encoding")))),
            ",".join(headers.get_all("content-type")),
            scope.query_string,
            content,
        )


def _client(scope: Scope) -> str:
    return client_of(address_of(scope.client), scope.headers.get(_FORWARDED) or "")


def _bodiless(scope: Scope) -> bool:
    return scope.method in _BODILESS and not (
        "content-length" in scope.headers or "transfer-encoding" in scope.headers
    )


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


def _send(scope: Scope, protocol: "RSGIHTTPProtocol", reply: Reply) -> None:
    if isinstance(reply.body, int):
        _send_file(scope, protocol, reply, reply.body)
    elif reply.body and scope.method != "HEAD":
        protocol.response_bytes(reply.status, reply.headers, reply.body)
    else:
        protocol.response_empty(reply.status, reply.headers)


def _send_file(scope: Scope, protocol: "RSGIHTTPProtocol", reply: Reply, file: int) -> None:
    if scope.method == "HEAD":
        protocol.response_empty(reply.status, reply.headers)
        os.close(file)
        return
    # The server opens the file anew, a moment later, from its beginning.
    protocol.response_file(reply.status, reply.headers, f"/dev/fd/{file}")
    asyncio.get_running_loop().call_later(_OPEN_SECONDS, os.close, file)
