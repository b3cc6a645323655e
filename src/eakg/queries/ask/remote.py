"""Queries asked at a SPARQL endpoint: again where it is busy, and no more where nobody is there."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from io import BytesIO
from threading import Lock
from typing import Any

from eakg.queries.ask.access import EndpointAccess, secrets
from eakg.queries.ask.endpoint import DEFAULT_FORMATS
from eakg.rdf import FORMATS, JSON, TURTLE, XML, ResultFormat, ResultKind, find_format
from eakg.sparql import (
    BadAnswerError,
    FormatMismatchError,
    OverloadedError,
    StoreError,
    StoreUnreachableError,
    inspect_query,
)
from eakg.store import Closure, Limits
from eakg.store.elsewhere import (
    Deadline,
    HttpAnswer,
    HttpClient,
    HttpRequest,
    check_body,
    check_result,
    check_rows,
    endpoint_at,
    failure_of,
    format_of,
    json_body,
    query_request,
    read_json,
)

ATTEMPTS = 4
_PAUSE = 1.0  # seconds before the second attempt; doubled before each further one
_LONGEST_PAUSE = 60.0
_LONGEST_ADDRESS = 2000  # characters of a GET that all servers and proxies take
_GATEWAY = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT})


@dataclass
class Breaker:
    """Counts the queries in a row to which nobody answered.

    Where nobody is there, each further query would cost its time limit and tell nothing new.
    """

    most: int = 3
    _silences: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False)

    @property
    def is_open(self) -> bool:
        """Whether nobody answered often enough that no more is asked."""
        return self._silences >= self.most

    def note(self, *, has_answer: bool) -> None:
        """Count a query to which somebody answered, whatever it was, or nobody."""
        with self._lock:
            self._silences = 0 if has_answer else self._silences + 1


class RemoteEndpoint:
    """Answers from a SPARQL 1.1 endpoint.

    Arguments: the address of the endpoint, with who asks there or not; seconds to wait for an
    answer; how it is asked; the most bytes of a result.
    Where it says that it is too busy (429, 503), it is asked again, up to three times where nothing
    else is said, as late as its Retry-After asks for; where a number is given, so often, also where
    nobody answers or a gateway says that nobody does (502, 504). After three queries in a row to
    which nobody answered, nothing more is sent.
    """

    def __init__(
        self,
        address: str,
        timeout: float = 60,
        access: EndpointAccess | None = None,
        largest: int = Limits.result,
    ) -> None:
        self._address = address
        self._timeout = timeout
        self._access = access or EndpointAccess()
        self._largest = largest
        self._breaker = Breaker()

    def answer(
        self, text: str, closure: Closure, format_: str | None, timeout: float | None = None
    ) -> bytes:
        """The serialised result, as the endpoint sends it, once all of it is read; without a
        format, rows that come in XML are written in JSON. Raises: StoreError and its kinds.

        `closure` is sent where it is not the usual one; an endpoint of another make ignores it.
        """
        kind = inspect_query(text).kind
        formats = _formats(format_, kind)
        answer, body = self._ask(text, closure, formats, timeout)
        result_format = format_of(answer, formats)
        size = check_body(answer, body, result_format, kind)
        check_rows(answer, lambda: size)
        return body if format_ else json_body(answer, body, result_format)

    def select(self, text: str, closure: Closure, timeout: float | None = None) -> dict[str, Any]:
        """The results of a SELECT or ASK. Raises: StoreError and its kinds."""
        formats = [JSON, XML]
        answer, body = self._ask(text, closure, formats, timeout)
        return read_json(answer, json_body(answer, body, format_of(answer, formats)))

    def _ask(
        self, text: str, closure: Closure, formats: Sequence[ResultFormat], timeout: float | None
    ) -> tuple[HttpAnswer, bytes]:
        if self._breaker.is_open:
            words = f"not asked: nobody answered the last {self._breaker.most} queries"
            raise StoreUnreachableError(words)
        try:
            endpoint = endpoint_at(self._address)
        except ValueError as error:
            raise StoreUnreachableError(f"the address of the endpoint is {error}") from error
        headers = self._access.headers
        authorization = endpoint.authorization()
        client = HttpClient(
            self._largest,
            authorization,
            other_hosts=self._access.other_hosts,
            headers=headers,
        )
        request = self._request(endpoint.address, text, closure, formats)
        try:
            answer, body = self._send(client, request, formats, timeout or self._timeout)
            self._check_version(answer)
        except StoreError as error:
            hidden = secrets((*headers, ("Authorization", authorization)))
            error.args = tuple(_without(part, hidden) for part in error.args)
            raise
        return answer, body

    def _check_version(self, answer: HttpAnswer) -> None:
        """Raises: BadAnswerError where an answer is not of the version that was asked: endpoints of
        another make answer from what they have."""
        version = self._access.version
        if version and answer.headers.get("EAKG-Data-Version") != version:
            words = f"the endpoint does not say that it answered from version {version}"
            raise BadAnswerError(words)

    def _request(
        self, address: str, text: str, closure: Closure, formats: Sequence[ResultFormat]
    ) -> HttpRequest:
        parameters = self._access.dataset
        if closure != "full":
            parameters.append(("closure", closure))
        if self._access.version:
            parameters.append(("version", self._access.version))
        if self._access.method == "AUTO":
            request = query_request(address, text, formats, "GET", parameters)
            if len(request.address) <= _LONGEST_ADDRESS:
                return request
        method = "GET" if self._access.method == "GET" else "POST"
        return query_request(address, text, formats, method, parameters)

    def _send(
        self,
        client: HttpClient,
        request: HttpRequest,
        formats: Sequence[ResultFormat],
        seconds: float,
    ) -> tuple[HttpAnswer, bytes]:
        for attempt in range(1, self._attempts + 1):
            body = BytesIO()
            answer = None
            failure: StoreError
            try:
                answer = client.send(request, Deadline.from_now(seconds), body)
            except StoreUnreachableError as error:
                failure = error
            else:
                self._breaker.note(has_answer=True)
                if answer.is_success:
                    check_result(answer, formats)
                    return answer, body.getvalue()
                failure = failure_of(answer, seconds)
            pause = self._pause(failure, answer, attempt)
            if pause is None:
                if answer is None:
                    self._breaker.note(has_answer=False)
                if attempt > 1:
                    failure.args = (f"{failure} (asked {attempt} times)",)
                raise failure
            time.sleep(pause)
        raise AssertionError

    @property
    def _attempts(self) -> int:
        return ATTEMPTS if self._access.retries is None else self._access.retries + 1

    def _pause(self, failure: StoreError, answer: HttpAnswer | None, attempt: int) -> float | None:
        """Seconds to wait before the next attempt, or None where there is none."""
        is_busy = isinstance(failure, OverloadedError)
        is_away = answer is None or answer.status in _GATEWAY
        repeats = is_busy or (is_away and self._access.retries is not None)
        if attempt == self._attempts or not repeats:
            return None
        return _pause(answer, attempt)


def _without(part: object, hidden: frozenset[str]) -> object:
    """Part of a message without what may not stand in one, which some servers repeat."""
    if not isinstance(part, str):
        return part
    for word in sorted(hidden, key=len, reverse=True):
        part = part.replace(word, "***")
    return part


def _pause(answer: HttpAnswer | None, attempt: int) -> float | None:
    """Seconds to wait before the next attempt, or None where the endpoint asks for more than is
    waited.

    Specification: RFC 9110 section 10.2.3, RFC 6585 section 4.
    """
    retry_after = answer.headers.get("Retry-After") if answer else None
    pause = _PAUSE * 2 ** (attempt - 1)
    if retry_after is not None:
        with suppress(ValueError):
            pause = parsedate_to_datetime(retry_after).timestamp() - time.time()
        with suppress(ValueError):
            pause = float(retry_after)
    elif pause > _LONGEST_PAUSE:
        pause = _LONGEST_PAUSE
    return max(0.0, pause) if pause <= _LONGEST_PAUSE else None


def _formats(name: str | None, kind: ResultKind | None) -> tuple[ResultFormat, ...]:
    if name is None:
        if kind is None:
            return tuple(one for one in FORMATS if one.name in DEFAULT_FORMATS)
        return (TURTLE,) if kind is ResultKind.GRAPH else (JSON, XML)
    format_ = find_format(name, kind)
    if format_ is None:
        names = ", ".join(one.name for one in FORMATS)
        raise FormatMismatchError(f"there is no result format {name!r}; the formats are {names}")
    return (format_,)
