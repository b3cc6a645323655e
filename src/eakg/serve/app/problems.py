"""Errors as the client sees them: problem details in JSON (RFC 9457), or a page for a browser."""

import json
import logging
import math
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as Answer

from eakg.rdf import UnwritableError
from eakg.serve.app.errors import (
    BadParameterError,
    NotAcceptableError,
    ReadOnlyError,
    UnauthorizedError,
    UnsupportedBodyError,
)
from eakg.serve.app.negotiation import prefers_html
from eakg.sparql import (
    BadAnswerError,
    ContradictionError,
    EvaluationError,
    FormatMismatchError,
    GraphExistsError,
    GraphNotFoundError,
    MemoryLimitExceededError,
    NotWritableError,
    OverloadedError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTooComplexError,
    ResultTooLargeError,
    StoreError,
    StoreFullError,
    StoreUnreachableError,
    TimeLimitExceededError,
    UpdateRefusedError,
    VersionPassedError,
    WorkerCrashedError,
)

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger("eakg.serve")

_STATUS: dict[type[StoreError], HTTPStatus] = {
    QuerySyntaxError: HTTPStatus.BAD_REQUEST,
    QueryRefusedError: HTTPStatus.FORBIDDEN,
    QueryTooComplexError: HTTPStatus.BAD_REQUEST,
    EvaluationError: HTTPStatus.BAD_REQUEST,
    FormatMismatchError: HTTPStatus.NOT_ACCEPTABLE,
    ResultTooLargeError: HTTPStatus.FORBIDDEN,
    TimeLimitExceededError: HTTPStatus.SERVICE_UNAVAILABLE,
    MemoryLimitExceededError: HTTPStatus.SERVICE_UNAVAILABLE,
    OverloadedError: HTTPStatus.SERVICE_UNAVAILABLE,
    BadAnswerError: HTTPStatus.BAD_GATEWAY,
    StoreUnreachableError: HTTPStatus.SERVICE_UNAVAILABLE,
    WorkerCrashedError: HTTPStatus.INTERNAL_SERVER_ERROR,
    UpdateRefusedError: HTTPStatus.FORBIDDEN,
    GraphNotFoundError: HTTPStatus.NOT_FOUND,
    GraphExistsError: HTTPStatus.CONFLICT,
    ContradictionError: HTTPStatus.CONFLICT,
    NotWritableError: HTTPStatus.FORBIDDEN,
    VersionPassedError: HTTPStatus.PRECONDITION_FAILED,
    StoreFullError: HTTPStatus.INSUFFICIENT_STORAGE,
}
_RETRY_SECONDS = 5


@dataclass(frozen=True)
class ProblemDetails:
    """Problem details; `code` is ours, a word for programs, and `members` are further ones."""

    status: HTTPStatus
    code: str
    detail: str
    members: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """The response: JSON, or a page where a browser asks."""
        g.problem = self.code
        if prefers_html(request):
            page = render_template("problem.html", problem=self)
            response = Response(page, self.status, content_type="text/html; charset=utf-8")
        else:
            body = {
                "type": "about:blank",
                "title": self.status.phrase,
                "status": int(self.status),
                "code": self.code,
                "detail": self.detail,
                **self.members,
            }
            text = json.dumps(body, ensure_ascii=False)
            response = Response(text, self.status, content_type=MEDIA_TYPE)
        response.headers.update(self.headers)
        response.headers["Cache-Control"] = "no-store"
        return response


def register_problems(app: Flask) -> None:
    """Make every error of the application a problem."""
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(StoreError, _from_store)
    app.register_error_handler(UnwritableError, _unwritable)
    app.register_error_handler(UnwritableError, _unwritable)
    app.register_error_handler(BadParameterError, _from_parameter)
    app.register_error_handler(NotAcceptableError, _not_acceptable)
    app.register_error_handler(UnsupportedBodyError, _unsupported)
    app.register_error_handler(UnauthorizedError, _unauthorized)
    app.register_error_handler(ReadOnlyError, _read_only)
    app.register_error_handler(Exception, _unexpected)


def _from_http(error: HTTPException) -> Answer:
    if isinstance(error, RequestRedirect):
        return error.get_response(request.environ)
    status = HTTPStatus(error.code or 500)
    headers = {}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    if status is HTTPStatus.REQUEST_TIMEOUT:
        headers["Connection"] = "close"  # RFC 9110 section 15.5.9
    code = status.phrase.lower().replace(" ", "-")
    detail = _DETAILS.get(status, status.description)
    if error.description != type(error).description:
        detail = error.description or detail
    return ProblemDetails(status, code, detail, {}, headers).response()


_DETAILS = {
    HTTPStatus.NOT_FOUND: "there is nothing at this address",
    HTTPStatus.METHOD_NOT_ALLOWED: "this address does not take this method",
    HTTPStatus.REQUEST_TIMEOUT: "the body did not come in time",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "the body is larger than it may be here",
    HTTPStatus.REQUEST_URI_TOO_LONG: "the address is too long; send the query by POST",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "the headers are larger than they may be",
    HTTPStatus.PRECONDITION_FAILED: "the graph is not in the state that the request demands",
}


def _from_store(error: StoreError) -> Response:
    status = _STATUS.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
    headers = {}
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        seconds = getattr(error, "seconds", _RETRY_SECONDS)
        headers["Retry-After"] = str(max(1, math.ceil(seconds)))
    members = {name: value for name, value in error.details().items() if value is not None}
    return ProblemDetails(status, error.code, str(error), members, headers).response()


def _unwritable(error: UnwritableError) -> Response:
    return _from_store(FormatMismatchError(f"the format cannot carry {error}"))


def _from_parameter(error: BadParameterError) -> Response:
    return ProblemDetails(HTTPStatus.BAD_REQUEST, "bad-parameter", str(error)).response()


def _not_acceptable(error: NotAcceptableError) -> Response:
    detail = f"{error}; there is {', '.join(error.there_is)}"
    members = {"available": error.there_is}
    return ProblemDetails(HTTPStatus.NOT_ACCEPTABLE, "not-acceptable", detail, members).response()


def _unsupported(error: UnsupportedBodyError) -> Response:
    detail = f"{error}; taken are {', '.join(error.taken)}"
    members = {"available": error.taken}
    headers = {"Accept-Post": ", ".join(error.taken)}
    return ProblemDetails(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", detail, members, headers
    ).response()


def _unauthorized(error: UnauthorizedError) -> Response:
    challenge = 'Bearer realm="eakg"'
    if error.error:
        challenge += f', error="{error.error}"'
    headers = {"WWW-Authenticate": challenge}
    return ProblemDetails(
        HTTPStatus.UNAUTHORIZED, "unauthorized", str(error), {}, headers
    ).response()


def _read_only(error: ReadOnlyError) -> Response:
    return ProblemDetails(HTTPStatus.FORBIDDEN, "read-only", str(error)).response()


def _unexpected(error: Exception) -> Response:
    _log.error("unexpected error at %s", request.path, exc_info=error)
    return ProblemDetails(
        HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "the service failed; it is not your query"
    ).response()
