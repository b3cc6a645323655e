"""The application behind the server's own interface, RSGI, which says when a client leaves.

A request is answered in one of three ways, which is decided by what it is. What was answered before
from the same data comes from the cache. A plain query goes by the fast lane. Everything else goes
through the WSGI application in a thread. What a client has asked for ends when it leaves. A body is
sent when all of it is there, so that an error always comes before the first byte, and with its
length, so that a cut one is known by it; one that is a file is sent from it.

Specification: https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md
"""

import os
import time
from email.utils import formatdate
from functools import lru_cache, partial
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, NamedTuple, TypeAlias

from granian.rsgi import Scope
from werkzeug.exceptions import RequestTimeout

from eakg.serve.app import (
    REFUSAL,
    BodyNotKeptError,
    Settings,
    TooManyRequestsError,
    choose_coding,
)
from eakg.serve.guard import (
    FREE,
    Approach,
    Guard,
    Rates,
    TrustedProxies,
    address_of,
    network_of,
)
from eakg.serve.host.bodies import is_bodiless, largest_body, pass_over_body, read_body
from eakg.serve.host.exchange import REQUEST_ID, request_number
from eakg.serve.host.fast_lane import QUERIES, FastLane
from eakg.serve.host.gateway import WSGIApplication, call, environ_of
from eakg.serve.host.observation import Observation
from eakg.serve.host.reply import Headers, Reply
from eakg.serve.host.result_cache import CacheKey, ResultCache
from eakg.serve.host.threads import Threads
from eakg.sparql import StoreError
from eakg.store import INLINE, QueryService
from eakg.store.client import StoreClient

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol

HeaderItems: TypeAlias = tuple[tuple[str, str], ...]
"""Headers as they came, their names in lower case."""
_VARIANTS = 256  # that are remembered
_AGAIN_SECONDS = 1  # after which a client may come again that has too much under way
_REQUEST_ID = REQUEST_ID.lower()  # as the server names headers
# What a client says about itself or what it has; it gets an answer of its own.
_PERSONAL = frozenset(
    {"if-none-match", "if-match", "if-modified-since", "range", "authorization", "cookie"}
)


class Adapter:
    """The application for the server.

    Arguments: the WSGI application; the store that its answers come from; the settings of the
    service; the fast lane, None where the store has none; where requests are logged and counted;
    the threads that answer; what counts what clients have at once; how many requests a client may
    send, None without a limit.
    """

    def __init__(
        self,
        application: WSGIApplication,
        store: QueryService,
        settings: Settings,
        fast_lane: FastLane | None,
        observation: Observation,
        threads: Threads,
        guard: Guard,
        rates: Rates | None = None,
    ) -> None:
        self.application = application
        self.cache = ResultCache(settings.cache)
        self._settings = settings
        self._proxies = TrustedProxies(settings.access.proxies)
        self.guard = guard
        self._store = store
        self._fast_lane = fast_lane
        self._observation = observation
        self._threads = threads
        self._rates = rates

    async def __rsgi__(self, scope: Scope, protocol: "RSGIHTTPProtocol") -> None:
        """Answer one request."""
        headers: Any = scope.headers
        approach = self._proxies.approach(address_of(scope.client), scope.scheme, headers.get_all)
        client = approach.client
        if scope.path in FREE:
            await self._serve(scope, protocol, approach, None)
        elif self.guard.enter(client):
            try:
                await self._serve(scope, protocol, approach, self._excess(client))
            finally:
                self.guard.leave(client)
        else:
            requests = self.guard.quotas.requests
            message = f"this client has {requests} requests under way; send fewer at once"
            error = TooManyRequestsError(_AGAIN_SECONDS, message)
            await self._serve(scope, protocol, approach, error)

    async def _serve(
        self,
        scope: Scope,
        protocol: "RSGIHTTPProtocol",
        approach: Approach,
        refusal: Exception | None,
    ) -> None:
        """Answer a request, or refuse it without its body being taken."""
        body, largest = None, 0
        has_body = not is_bodiless(scope)
        if has_body and refusal is None and (largest := largest_body(scope, self._settings)):
            try:
                body = await read_body(protocol, largest)
            except TimeoutError:
                refusal = RequestTimeout()
            except BodyNotKeptError as error:
                refusal = error
        items = tuple(scope.headers.items())
        key = self._key(scope, approach, items, body) if refusal is None else None
        reply = None if key is None else self._cached(scope, approach, key)
        if reply is None:
            reply = await self._answer(scope, protocol, approach, items, body, refusal)
            # Only what was answered from one version from beginning to end has a place under it.
            if key is not None and (reply.version or self._version()) == key.version:
                self.cache.put(key, reply)
        if body is not None:
            body.close()
        await self._send(scope, protocol, approach, reply)
        if has_body and body is None and "expect" not in scope.headers:
            await pass_over_body(protocol)

    async def _answer(
        self,
        scope: Scope,
        protocol: "RSGIHTTPProtocol",
        approach: Approach,
        items: HeaderItems,
        body: IO[bytes] | None,
        refusal: Exception | None,
    ) -> Reply:
        # A body that is no longer in memory is longer than that of any query.
        if self._fast_lane is not None and (body is None or isinstance(body, BytesIO)):
            content = None if body is None else body.getvalue()
            plain = self._fast_lane.read(scope, approach, items, content)
            if plain is not None:
                wait = partial(self._threads.run, protocol)
                return await self._fast_lane.answer(plain, refusal, wait)
        more = {} if refusal is None else {REFUSAL: refusal}
        return await self._slow_way(scope, protocol, approach, body, more)

    async def _send(
        self, scope: Scope, protocol: "RSGIHTTPProtocol", approach: Approach, reply: Reply
    ) -> None:
        if not isinstance(reply.body, int):
            _send_bytes(scope, protocol, reply, reply.body)
            return
        file = reply.body
        if scope.method == "HEAD":
            os.close(file)
            protocol.response_empty(reply.status, _dated(reply.headers))
            return
        size = os.fstat(file).st_size
        if size <= INLINE:
            # On a busy machine the server may open it when it is not kept any more.
            with os.fdopen(file, "rb", 0) as stream:
                stream.seek(0)
                _send_bytes(scope, protocol, reply, stream.read())
            return
        if not self.guard.has_room(approach.client, size):
            os.close(file)
            refusal = TooManyRequestsError(
                _AGAIN_SECONDS, "this client has results that it has not read; read them first"
            )
            reply = await self._slow_way(scope, protocol, approach, None, {REFUSAL: refusal})
            if isinstance(reply.body, bytes):
                _send_bytes(scope, protocol, reply, reply.body)
            return
        # The server opens the file anew, a moment later, from its beginning.
        protocol.response_file(reply.status, _dated(reply.headers), f"/dev/fd/{file}")
        self.guard.deliver(approach.client, scope.client, file, size)

    async def _slow_way(
        self,
        scope: Scope,
        protocol: "RSGIHTTPProtocol",
        approach: Approach,
        body: IO[bytes] | None,
        more: dict[str, Any],
    ) -> Reply:
        environ = {**environ_of(scope, approach, body), **more}
        return await self._threads.run(protocol, partial(call, self.application, environ))

    def _cached(self, scope: Scope, approach: Approach, key: CacheKey) -> Reply | None:
        """The reply that was made for such a request before, as the reply to this one."""
        started = time.perf_counter()
        reply = self.cache.get(key)
        if reply is None or reply.exchange is None:
            return None
        number = request_number(scope.headers.get(_REQUEST_ID))
        exchange = reply.exchange.again(number, approach.client)
        self._observation.observe(exchange, time.perf_counter() - started)
        return Reply(reply.status, [*reply.headers, (REQUEST_ID, number)], reply.body)

    def _excess(self, client: str) -> TooManyRequestsError | None:
        """Why a request of a client is refused, where it has sent too many."""
        if self._rates is None:
            return None
        seconds = self._rates.excess(network_of(client), time.monotonic())
        return None if seconds is None else TooManyRequestsError(seconds)

    def _version(self) -> str:
        """The version of the data; empty where nobody knows it at once."""
        if isinstance(self._store, StoreClient):
            return self._store.known_version
        try:
            return self._store.version
        except StoreError:
            return ""

    def _key(
        self, scope: Scope, approach: Approach, items: HeaderItems, body: IO[bytes] | None
    ) -> CacheKey | None:
        """All that the answer depends on, the version of the data first; None where it depends on
        more, or is none to keep."""
        content = b""
        if scope.method == "POST" and scope.path == QUERIES and isinstance(body, BytesIO):
            content = body.getvalue()
        elif scope.method != "GET" or body is not None:
            return None
        variant = _variant(items)
        if variant is None:
            return None
        version = self._version()
        if not version:
            return None
        return CacheKey(
            version,
            scope.method,
            approach.scheme,
            approach.prefix,
            variant.host or scope.authority or "",
            scope.path,
            variant.accept,
            variant.coding,
            variant.content_type,
            scope.query_string,
            content,
        )


class Variant(NamedTuple):
    """What an answer depends on that is kept, of the headers of its request."""

    host: str
    accept: str
    coding: str
    content_type: str


@lru_cache(_VARIANTS)
def _variant(items: HeaderItems) -> Variant | None:
    """What an answer depends on of these headers, None where it depends on more."""
    if not _PERSONAL.isdisjoint(name for name, _ in items):
        return None

    def together(header: str) -> str:
        return ",".join(value for name, value in items if name == header)

    coding = str(choose_coding(together("accept-encoding")))
    return Variant(together("host"), together("accept"), coding, together("content-type"))


@lru_cache(1)
def _date(second: int) -> tuple[str, str]:
    return "date", formatdate(second, usegmt=True)


def _dated(headers: Headers) -> Headers:
    """The headers of a response that is sent now. Where the clock is set back, the date that the
    server itself would give stands still until that moment comes again."""
    return [*headers, _date(int(time.time()))]


def _send_bytes(scope: Scope, protocol: "RSGIHTTPProtocol", reply: Reply, body: bytes) -> None:
    if body and scope.method != "HEAD":
        protocol.response_bytes(reply.status, _dated(reply.headers), body)
    else:
        protocol.response_empty(reply.status, _dated(reply.headers))
