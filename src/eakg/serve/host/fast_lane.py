"""Plain queries, answered beside the framework, which takes longer than most of them.

A plain query is one at `/sparql` that a program sends: short, without credentials, with parameters
that are known, for a result that is not shown to a person. It is answered here from beginning to
end, by the functions by which the application answers it. Everything else is the application's.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from functools import lru_cache, partial
from http import HTTPStatus
from typing import NamedTuple, Protocol, TypeVar

from granian.rsgi import Scope
from werkzeug.exceptions import HTTPException, PreconditionFailed

from eakg.serve.app import (
    FORM,
    KNOWN_PARAMETERS,
    QUERY,
    BadParameterError,
    CodingChoice,
    MisdirectedError,
    NotAcceptableError,
    Parameters,
    PlainHeaders,
    PlainRequest,
    ProtocolQuery,
    Settings,
    UnauthorizedError,
    UnsupportedBodyError,
    address_at,
    check_access,
    check_head,
    choose_coding,
    complete_headers,
    condition_status,
    encode,
    entity_tag,
    has_representation,
    held_tag,
    problem_of,
    query_parameters,
    query_text,
    read_query,
)
from eakg.serve.guard import Approach
from eakg.serve.host.draft import ReplyDraft
from eakg.serve.host.exchange import REQUEST_ID, Exchange, request_number
from eakg.serve.host.observation import Observation
from eakg.serve.host.reply import Reply
from eakg.sparql import FormatMismatchError, NotPreparedError, SpoolError
from eakg.store import QueryRequest, Result
from eakg.store.client import SHORT, RunningQuery, StoreClient, TextReader
from eakg.store.messages import Channel

QUERIES = "/sparql"
"""Where POST asks and changes nothing."""
_METHODS = frozenset({"GET", "HEAD", "POST"})
_SHORT = SHORT  # bytes of a request, the query among them
_AT_ONCE_SECONDS = 0.001
_HEADS = 256  # that are remembered
_REFUSALS = (HTTPException, MisdirectedError, UnauthorizedError, NotAcceptableError)
"""What requests are refused with by their heads."""
_Outcome = TypeVar("_Outcome")
_PERSON = "html"  # in what a browser accepts, and in the name of the format for people

_LITTLE = 1 << 15  # bytes that are compressed in no time


class Wait(Protocol):
    """What waits for the outcome of work in a thread."""

    async def __call__(self, work: Callable[[], _Outcome], /) -> _Outcome:
        """The outcome. Raises: what the work raises."""
        ...


class PlainHead(NamedTuple):
    """What requests have in common that differ in their addresses and bodies alone: the headers,
    the coding that a body is sent in, and the IRI that relative ones are resolved against, None
    where such requests are refused."""

    headers: PlainHeaders
    coding: CodingChoice
    base_iri: str | None


class PlainQuery(NamedTuple):
    """A request that is one, what its head says, and its parameters."""

    request: PlainRequest
    head: PlainHead
    parameters: Parameters


class FastLane:
    """Answers plain queries.

    Arguments: the store; the settings of the service; where requests are logged and counted.
    """

    def __init__(self, store: StoreClient, settings: Settings, observation: Observation) -> None:
        self._store = store
        self._settings = settings
        # Where readers show a token, all who may read have it.
        reads_openly = settings.access.read_token is None
        self._personal = frozenset({"cookie", *(("authorization",) if reads_openly else ())})
        self._observation = observation
        self._reader = TextReader(store, settings.limits)
        self._head = lru_cache(_HEADS)(self._read_head)

    def read(
        self,
        scope: Scope,
        approach: Approach,
        items: tuple[tuple[str, str], ...],
        content: bytes | None,
    ) -> PlainQuery | None:
        """The plain query that a request is, if it is one. Arguments: it; the way that it came; its
        headers; the body, None without one."""
        method = scope.method
        if scope.path != QUERIES or method not in _METHODS:
            return None
        query_string = scope.query_string
        if (method == "POST") != (content is not None) or not query_string.isascii():
            return None
        if len(query_string) + len(content or b"") > _SHORT:
            return None
        scheme, prefix = approach.scheme, approach.prefix
        head = self._head(scheme, prefix, items)
        if head is None:
            return None
        request = PlainRequest(
            method,
            scheme,
            QUERIES,
            query_string.encode(),
            head.headers,
            approach.client,
            content or b"",
            prefix,
        )
        if content is not None and request.mimetype not in {FORM, QUERY}:
            return None
        try:
            parameters = query_parameters(request)
        except (BadParameterError, UnsupportedBodyError):
            return None
        plain = self._is_plain(parameters)
        return PlainQuery(request, head, parameters) if plain else None

    def _read_head(
        self, scheme: str, prefix: str, items: tuple[tuple[str, str], ...]
    ) -> PlainHead | None:
        """The head with these headers, None where it is not that of a plain query."""
        headers = dict(items)
        # Headers that come twice are read by the application alone.
        if len(headers) != len(items) or "host" not in headers:
            return None
        if not self._personal.isdisjoint(headers) or _PERSON in headers.get("accept", "").lower():
            return None
        plain_headers = PlainHeaders(headers)
        request = PlainRequest("GET", scheme, QUERIES, b"", plain_headers, "", b"", prefix)
        coding = choose_coding(headers.get("accept-encoding", ""))
        base_iri: str | None = None
        with contextlib.suppress(*_REFUSALS):
            base_iri = self._base_iri(request, coding)
        return PlainHead(plain_headers, coding, base_iri)

    def _base_iri(self, request: PlainRequest, coding: CodingChoice) -> str:
        """The IRI that relative ones in the query of a request are resolved against. Raises: why
        the request is refused, whatever it asks for."""
        host = request.headers["Host"]
        check_head(len(request.path) + len(request.query_string), request.headers, host)
        authorization = request.headers.get("Authorization")
        check_access(self._settings, host, request.path, authorization)
        coding.check()
        return address_at(self._settings, request, QUERIES)

    def _is_plain(self, parameters: Parameters) -> bool:
        names = parameters.names
        if "query" not in names or not names <= KNOWN_PARAMETERS:
            return False
        if any(_PERSON in name.lower() for name in parameters.formats()):
            return False
        # What else is asked for a query is asked in a thread.
        return not any("service" in text.lower() for text in parameters.all("query"))

    async def answer(self, plain: PlainQuery, refusal: Exception | None, wait: Wait) -> Reply:
        """The reply to a plain query, logged and counted.

        Arguments: the query; why it is refused before it is read, if it is; what waits for a
        result in a thread.
        """
        started = time.perf_counter()
        request = plain.request
        draft = ReplyDraft()
        try:
            await self._answer(plain, refusal, wait, draft)
        except Exception as error:
            draft.fail(problem_of(error, request.path))
        try:
            await self._code(plain, wait, draft)
        except SpoolError as error:
            draft.fail(problem_of(error, request.path))
        number = request_number(request.headers.get(REQUEST_ID))
        headers = draft.headers
        headers[REQUEST_ID] = number
        complete_headers(headers, cors=self._settings.access.cors)
        exchange = Exchange(
            number,
            request.remote_addr or "",
            request.method,
            request.path,
            QUERIES,
            draft.status,
            draft.size,
            draft.query,
            draft.query_seconds,
            draft.problem,
        )
        self._observation.observe(exchange, time.perf_counter() - started)
        return Reply(int(draft.status), list(headers.items()), draft.body, exchange, draft.version)

    async def _answer(
        self, plain: PlainQuery, refusal: Exception | None, wait: Wait, draft: ReplyDraft
    ) -> None:
        request = plain.request
        if refusal is not None:
            raise refusal
        base_iri = plain.head.base_iri
        if base_iri is None:
            base_iri = self._base_iri(request, plain.head.coding)
        draft.query = query_text(plain.parameters, self._settings.access.query_size)
        query = read_query(request, plain.parameters, draft.query, base_iri, self._reader)
        refusals: list[FormatMismatchError] = []
        for choice in query.in_each():
            if choice.is_page:
                continue
            try:
                return await self._carry(choice, request, wait, draft)
            except FormatMismatchError as error:
                refusals.append(error)
        raise refusals[0]

    async def _carry(
        self, query: ProtocolQuery, request: PlainRequest, wait: Wait, draft: ReplyDraft
    ) -> None:
        fixed = not (query.volatile or query.calls)
        if fixed and "If-None-Match" in request.headers and (version := self._store.known_version):
            current = entity_tag(version, *query.tag_parts)
            if has_representation(request, current) and not self._holds(request, current, draft):
                return
        result = await self._result(query.request, wait)
        tag = entity_tag(result.version, *query.tag_parts) if fixed else None
        draft.query_seconds = result.seconds
        try:
            holds = self._holds(request, tag, draft)
        except PreconditionFailed:
            result.file.close()
            raise
        if not holds:
            result.file.close()
            return
        draft.carry(query, result)
        draft.mark(tag)

    def _holds(self, request: PlainRequest, tag: str | None, draft: ReplyDraft) -> bool:
        """Whether the conditions of the request hold for a success with this tag; where the client
        has it already, the draft says so. Raises: PreconditionFailed."""
        status = condition_status(request, () if tag is None else (tag,))
        if status is HTTPStatus.PRECONDITION_FAILED:
            raise PreconditionFailed
        if status is not None:
            draft.status = status
            draft.mark(tag)
        return status is None

    async def _code(self, plain: PlainQuery, wait: Wait, draft: ReplyDraft) -> None:
        """Put the body into the coding that the client gets. Raises: SpoolError."""
        request, choice = plain.request, plain.head.coding
        coding, size = choice.coding, draft.size or 0
        if draft.status == HTTPStatus.NOT_MODIFIED and "ETag" in draft.headers:
            name = coding.name if coding else None
            draft.headers["ETag"] = held_tag(request, draft.headers["ETag"], name)
        if coding is None or not choice.applies(draft.status, size, draft.headers):
            return
        work = partial(encode, coding, draft.pieces(), size)
        draft.code(coding, *(work() if size <= _LITTLE else await wait(work)))

    async def _result(self, request: QueryRequest, wait: Wait) -> Result:
        """The result: threads that take turns cost more than most queries do, so one is only asked
        to wait where the result is not there within a moment. The event loop itself waits for no
        longer than it would take to do something else meanwhile."""
        result = self._store.result_at_hand(request)
        if result is not None:
            return result
        running = self._store.begin_at_once(request)
        # What is made ready for the first who asks is waited for in a thread.
        with contextlib.suppress(NotPreparedError):
            if running is not None:
                return await self._outcome(running, wait)
        return await wait(partial(self._store.query, request))

    async def _outcome(self, running: RunningQuery, wait: Wait) -> Result:
        result = running.answer(_AT_ONCE_SECONDS)
        ends = time.monotonic() + self._store.limits.moment
        while result is None and (seconds := ends - time.monotonic()) > 0:
            await _readable(running.lease.channel, seconds)
            result = running.answer(0.0)
            if running.has_ended:
                break
        return await wait(running.finish) if result is None else result


async def _readable(channel: Channel, seconds: float) -> None:
    """Wait until there is something to read, but no longer than so many seconds."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()

    def settle() -> None:
        if not ready.done():
            ready.set_result(None)

    timer = loop.call_later(seconds, settle)
    loop.add_reader(channel, settle)
    try:
        await ready
    finally:
        loop.remove_reader(channel)
        timer.cancel()
