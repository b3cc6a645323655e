"""Where queries are answered: by a store of ours, or at a SPARQL endpoint."""

import json
import time
from collections.abc import Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any, Protocol

from rdflib import Graph

from eakg.rdf import (
    FORMATS,
    JSON,
    TURTLE,
    TURTLE_SYNTAX,
    XML,
    DocumentError,
    NoResultError,
    NotRdf11Error,
    ResultFormat,
    ResultKind,
    Solutions,
    find_format,
    parse_document,
    results_of,
    table_of_values,
)
from eakg.sparql import (
    BadAnswerError,
    FormatMismatchError,
    OverloadedError,
    StoreError,
    StoreUnreachableError,
    inspect_query,
)
from eakg.store import Closure, Limits, QueryRequest, QueryService
from eakg.store.elsewhere import (
    Deadline,
    HttpAnswer,
    HttpClient,
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

DEFAULT_FORMATS = ("json", "turtle")
ATTEMPTS = 4
_PAUSE = 1.0  # seconds before the second attempt; doubled before each further one
_LONGEST_PAUSE = 60.0
_GATEWAY = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT})
_VIRTUOSOS_ASK = "__ASK_RETVAL"  # the column of the row of 1 or 0 that Virtuoso 7 has for ASK
Answer = Solutions | Graph | bool


class QueryEndpoint(Protocol):
    """Whatever answers queries."""

    def answer(
        self, text: str, closure: Closure, format_: str | None, timeout: float | None = None
    ) -> bytes:
        """The serialised result; without a format, JSON for rows and Turtle for graphs.

        Arguments: the query; the closure it is asked of; the name of a format; seconds that it may
        run, where they are not the endpoint's own. Raises: StoreError and its kinds.
        """
        ...

    def select(self, text: str, closure: Closure, timeout: float | None = None) -> dict[str, Any]:
        """The results of a SELECT or ASK. Raises: StoreError and its kinds."""
        ...


def ask(
    endpoint: QueryEndpoint, text: str, closure: Closure, timeout: float | None = None
) -> Answer:
    """The answer to a query by its form: solutions, triples, or the answer to ASK.

    Raises: StoreError and its kinds.
    """
    if inspect_query(text).kind is ResultKind.GRAPH:
        data = endpoint.answer(text, closure, "turtle", timeout)
        graph = Graph()
        try:
            for triple in parse_document(data, TURTLE_SYNTAX):
                graph.add(triple)
        except DocumentError as error:
            raise BadAnswerError(f"the answer {error}") from error
        except NotRdf11Error as error:
            raise FormatMismatchError(f"the answer has {error}") from error
        return graph
    try:
        results = results_of(endpoint.select(text, closure, timeout))
    except NotRdf11Error as error:
        raise FormatMismatchError(f"the answer has {error}") from error
    except NoResultError as error:
        raise BadAnswerError("the answer is not in SPARQL results") from error
    if isinstance(results, Solutions) and results.variables == (_VIRTUOSOS_ASK,):
        return table_of_values(results).rows == (("1",),)
    return results


class StoreEndpoint:
    """Answers from a store of ours, in this process or in another."""

    def __init__(self, store: QueryService) -> None:
        self._store = store

    def answer(
        self, text: str, closure: Closure, format_: str | None, timeout: float | None = None
    ) -> bytes:
        """The serialised result. Raises: StoreError and its kinds."""
        for name in (format_,) if format_ else DEFAULT_FORMATS:
            request = QueryRequest(text, format=name, closure=closure, timeout=timeout)
            try:
                return self._store.query(request).read()
            except FormatMismatchError as error:
                mismatch = error
        raise mismatch

    def select(self, text: str, closure: Closure, timeout: float | None = None) -> dict[str, Any]:
        """The results of a SELECT or ASK. Raises: StoreError and its kinds."""
        answer: dict[str, Any] = json.loads(self.answer(text, closure, "json", timeout))
        return answer


class RemoteEndpoint:
    """Answers from a SPARQL 1.1 endpoint.

    Arguments: the address of the endpoint, with who asks there or not; seconds to wait for an
    answer; GET or POST; the graphs whose merge is the default graph and the named ones, where they
    are not the endpoint's own (SPARQL 1.1 Protocol, section 2.1.4); the most bytes of a result; how
    often it is asked again.
    Where it says that it is too busy (429, 503), it is asked again, up to three times where nothing
    else is said, as late as its Retry-After asks for; where a number is given, so often, also where
    nobody answers or a gateway says that nobody does (502, 504).
    """

    def __init__(
        self,
        address: str,
        timeout: float = 60,
        method: str = "POST",
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        largest: int = Limits.result,
        retries: int | None = None,
    ) -> None:
        self._address = address
        self._timeout = timeout
        self._method = method
        self._largest = largest
        self._retries = retries
        self._dataset = [("default-graph-uri", name) for name in default_graphs]
        self._dataset += [("named-graph-uri", name) for name in named_graphs]

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
        try:
            endpoint = endpoint_at(self._address)
        except ValueError as error:
            raise StoreUnreachableError(f"the address of the endpoint is {error}") from error
        parameters = [*self._dataset]
        if closure != "full":
            parameters.append(("closure", closure))
        request = query_request(endpoint.address, text, formats, self._method, parameters)
        client = HttpClient(self._largest, endpoint.authorization())
        seconds = timeout or self._timeout
        for attempt in range(1, self._attempts + 1):
            body = BytesIO()
            answer = None
            failure: StoreError
            try:
                answer = client.send(request, Deadline.from_now(seconds), body)
            except StoreUnreachableError as error:
                failure = error
            else:
                if answer.is_success:
                    check_result(answer, formats)
                    return answer, body.getvalue()
                failure = failure_of(answer, seconds)
            pause = self._pause(failure, answer, attempt)
            if pause is None:
                if attempt > 1:
                    failure.args = (f"{failure} (asked {attempt} times)",)
                raise failure
            time.sleep(pause)
        raise AssertionError

    @property
    def _attempts(self) -> int:
        return ATTEMPTS if self._retries is None else self._retries + 1

    def _pause(self, failure: StoreError, answer: HttpAnswer | None, attempt: int) -> float | None:
        """Seconds to wait before the next attempt, or None where there is none."""
        is_busy = isinstance(failure, OverloadedError)
        is_away = answer is None or answer.status in _GATEWAY
        if attempt == self._attempts or not (is_busy or (is_away and self._retries is not None)):
            return None
        return _pause(answer, attempt)


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
