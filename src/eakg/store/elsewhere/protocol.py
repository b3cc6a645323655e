"""SPARQL 1.1 Protocol as a client: a query as a request, and what the answers of HTTP mean."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from http import HTTPStatus
from typing import Any

from SPARQLWrapper import POST, URLENCODED, SPARQLWrapper

from eakg.rdf import ResultFormat, whole_number
from eakg.sparql import (
    BadAnswerError,
    OverloadedError,
    QuerySyntaxError,
    ResultTooLargeError,
    StoreError,
    TimeLimitExceededError,
    from_message,
)
from eakg.store.elsewhere.http import USER_AGENT, HttpAnswer, HttpRequest

_EXCERPT = 300
_MEMBERS = ("line", "column", "seconds", "graph", "explanation")
"""The members of problem details that are details of an error."""


def query_request(
    address: str,
    text: str,
    formats: Iterable[ResultFormat],
    method: str = POST,
    parameters: Sequence[tuple[str, str]] = (),
) -> HttpRequest:
    """The request that asks an endpoint a query (SPARQL 1.1 Protocol section 2.1).

    Arguments: the endpoint's address, which may have a query of its own; the text; the formats that
    the answer may be in, the preferred one first; GET or POST, whose body is URL-encoded, as some
    endpoints take no other; further parameters.
    """
    plain, _, own_query = address.partition("#")[0].partition("?")
    wrapper = SPARQLWrapper(plain, agent=USER_AGENT)
    # Not `setQuery`, which guesses the form of a query and may take one for an update.
    wrapper.queryString = text
    wrapper.setMethod(method)
    wrapper.setRequestMethod(URLENCODED)
    wrapper.setOnlyConneg(True)
    wrapper.addCustomHttpHeader("Accept", ", ".join(_preferences(formats)))
    for name, value in parameters:
        wrapper.addParameter(name, value)
    # SPARQLWrapper sends what it builds, and has no other way to what it would send.
    http_request = wrapper._createRequest()
    plain, _, query = http_request.full_url.partition("?")
    query = "&".join(part for part in (own_query, query) if part)
    body = http_request.data if isinstance(http_request.data, bytes) else None
    headers = {name: value for name, value in http_request.header_items() if name != "User-agent"}
    return HttpRequest(
        http_request.get_method(), f"{plain}?{query}" if query else plain, headers, body
    )


def _preferences(formats: Iterable[ResultFormat]) -> Iterator[str]:
    """Media types with their weights, the first of which is not written (RFC 9110 section
    12.4.2)."""
    for number, result_format in enumerate(formats):
        weight = f";q={1 - number / 10:.1f}" if number else ""
        yield f"{result_format.media_type}{weight}"


def failure_of(answer: HttpAnswer, seconds: float) -> StoreError:
    """What it means that an endpoint did not answer with success.

    A service of ours names the failure by the code of its problem details (RFC 9457), which is the
    failure then; with others the status has to do.

    Arguments: the answer; the seconds that the query had.
    """
    details = problem_details(answer)
    failure = _failure_by_code(details, seconds)
    if failure is not None:
        return failure
    words = str(details.get("detail") or answer.refusal.decode(errors="replace"))
    excerpt = " ".join(words.split())[:_EXCERPT]
    detail = f": {excerpt}" if excerpt else ""
    status = f"HTTP {answer.status} from {answer.target}"
    match answer.status:
        case HTTPStatus.BAD_REQUEST:
            return QuerySyntaxError(f"{status}, which does not take the query{detail}")
        case HTTPStatus.REQUEST_TIMEOUT | HTTPStatus.GATEWAY_TIMEOUT:
            return TimeLimitExceededError(f"{status}, which ran out of time{detail}", seconds)
        case HTTPStatus.TOO_MANY_REQUESTS | HTTPStatus.SERVICE_UNAVAILABLE:
            return OverloadedError(f"{status}, which is busy{detail}")
        case HTTPStatus.NOT_FOUND:
            return BadAnswerError(f"{status}; check the address{detail}")
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return BadAnswerError(f"{status}, which asks for other credentials{detail}")
    return BadAnswerError(f"{status}{detail}")


def _failure_by_code(details: dict[str, Any], seconds: float) -> StoreError | None:
    members = {name: details[name] for name in _MEMBERS if name in details}
    if details.get("code") == TimeLimitExceededError.code:
        members = {"seconds": seconds, **members}
    detail = str(details.get("detail", ""))[:_EXCERPT]
    try:
        return from_message({"status": details["code"], "message": detail, "details": members})
    except (KeyError, TypeError):
        return None


def problem_details(answer: HttpAnswer) -> dict[str, Any]:
    """What an answer says in problem details, or nothing."""
    try:
        details = json.loads(answer.refusal)
    except ValueError:
        return {}
    return details if isinstance(details, dict) else {}


def check_result(answer: HttpAnswer, formats: Sequence[ResultFormat]) -> None:
    """Look at the headers of an answer to a query.

    Raises: BadAnswerError where its media type is none of those that were asked for;
    ResultTooLargeError where the endpoint says that it stopped early, as Virtuoso does by headers
    alone.
    """
    media_type = answer.headers.get_content_type()
    media_types = {name for one in formats for name in (one.media_type, *one.generic)}
    if media_type not in {*media_types, "text/plain"}:
        alternatives = " or ".join(one.media_type for one in formats)
        raise BadAnswerError(
            f"{answer.target} answers in {media_type}, which nobody asked for; {alternatives} was"
        )
    if "X-SQL-State" in answer.headers:
        reason = answer.headers.get("X-SQL-Message", answer.headers["X-SQL-State"])
        raise ResultTooLargeError(f"{answer.target} stopped before the end: {reason}")
    if answer.status == HTTPStatus.PARTIAL_CONTENT:
        raise ResultTooLargeError(f"{answer.target} gives a part of the result only")


def check_rows(answer: HttpAnswer, rows: Callable[[], int]) -> None:
    """Raises: ResultTooLargeError where an answer has as many rows as its endpoint ever gives.

    Arguments: the answer; what counts its rows, called where the endpoint has such a limit.
    """
    row_limit = whole_number(answer.headers.get("X-SPARQL-MaxRows", ""), sys.maxsize)
    if row_limit is not None and rows() >= row_limit:
        raise ResultTooLargeError(
            f"{answer.target} gives no more than {row_limit} rows; use LIMIT and OFFSET"
        )
