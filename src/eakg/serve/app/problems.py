"""Errors as the client sees them: problem details in JSON (RFC 9457), or a page for a browser."""

import errno
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

from eakg.problems import ProblemsError
from eakg.rdf import UnwritableError
from eakg.serve.app.errors import (
    BadParameterError,
    BodyNotKeptError,
    MisdirectedError,
    NotAcceptableError,
    ReadOnlyError,
    TextTooLongError,
    TooManyRequestsError,
    UnauthorizedError,
    UnsupportedBodyError,
)
from eakg.serve.app.etags import MutableHeaders, forbid_storing
from eakg.serve.app.negotiation import prefers_html
from eakg.sparql import (
    BadAnswerError,
    ClosureTooLargeError,
    ContradictionError,
    EvaluationError,
    FormatMismatchError,
    GraphExistsError,
    GraphNotFoundError,
    InexactQueryError,
    LiteralTooLargeError,
    MemoryLimitExceededError,
    NotPreparedError,
    NotProvedError,
    NotReasonedError,
    NotWritableError,
    OverloadedError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTooComplexError,
    ResultTooLargeError,
    SpoolError,
    StoreError,
    StoreFailedError,
    StoreFullError,
    StoreUnreachableError,
    TimeLimitExceededError,
    UnknownVersionError,
    UpdateRefusedError,
    VersionDroppedError,
    VersionPassedError,
    WorkerCrashedError,
)

PROBLEM = "application/problem+json"
TEMPLATE = "problem.html"
_log = logging.getLogger("eakg.serve")

_STATUS: dict[type[StoreError], HTTPStatus] = {
    QuerySyntaxError: HTTPStatus.BAD_REQUEST,
    QueryRefusedError: HTTPStatus.FORBIDDEN,
    QueryTooComplexError: HTTPStatus.BAD_REQUEST,
    InexactQueryError: HTTPStatus.NOT_IMPLEMENTED,
    EvaluationError: HTTPStatus.BAD_REQUEST,
    FormatMismatchError: HTTPStatus.NOT_ACCEPTABLE,
    NotProvedError: HTTPStatus.NOT_IMPLEMENTED,
    NotReasonedError: HTTPStatus.NOT_IMPLEMENTED,
    ResultTooLargeError: HTTPStatus.FORBIDDEN,
    ClosureTooLargeError: HTTPStatus.FORBIDDEN,
    TimeLimitExceededError: HTTPStatus.SERVICE_UNAVAILABLE,
    MemoryLimitExceededError: HTTPStatus.SERVICE_UNAVAILABLE,
    NotPreparedError: HTTPStatus.SERVICE_UNAVAILABLE,
    OverloadedError: HTTPStatus.SERVICE_UNAVAILABLE,
    BadAnswerError: HTTPStatus.BAD_GATEWAY,
    StoreUnreachableError: HTTPStatus.SERVICE_UNAVAILABLE,
    WorkerCrashedError: HTTPStatus.INTERNAL_SERVER_ERROR,
    StoreFailedError: HTTPStatus.INTERNAL_SERVER_ERROR,
    UpdateRefusedError: HTTPStatus.FORBIDDEN,
    GraphNotFoundError: HTTPStatus.NOT_FOUND,
    GraphExistsError: HTTPStatus.CONFLICT,
    ContradictionError: HTTPStatus.CONFLICT,
    NotWritableError: HTTPStatus.FORBIDDEN,
    LiteralTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    VersionPassedError: HTTPStatus.PRECONDITION_FAILED,
    UnknownVersionError: HTTPStatus.NOT_FOUND,
    VersionDroppedError: HTTPStatus.GONE,
    SpoolError: HTTPStatus.INSUFFICIENT_STORAGE,
    StoreFullError: HTTPStatus.INSUFFICIENT_STORAGE,
}
_RETRY_SECONDS = 5
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True)
class ProblemDetails:
    """Problem details; `code` is ours, a word for programs, and `members` are further ones."""

    status: HTTPStatus
    code: str
    detail: str
    members: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def document(self) -> str:
        """The details in JSON."""
        body = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": int(self.status),
            "code": self.code,
            "detail": self.detail,
            **self.members,
        }
        return json.dumps(body, ensure_ascii=False)

    def complete(self, headers: MutableHeaders) -> None:
        """Add the headers of this problem."""
        for name, value in self.headers.items():
            headers[name] = value
        forbid_storing(headers)

    def response(self, template: str = TEMPLATE) -> Response:
        """The response: JSON, or a page where a browser asks. Argument: the template of that."""
        g.problem = self.code
        if prefers_html(request):
            page = render_template(template, problem=self)
            response = Response(page, self.status, content_type="text/html; charset=utf-8")
        else:
            response = Response(self.document, self.status, content_type=PROBLEM)
        self.complete(response.headers)
        return response


def register_problems(app: Flask, template: str = TEMPLATE) -> None:
    """Make every error of the application a problem. Argument: the template of its page."""

    def respond(error: Exception) -> Answer:
        if isinstance(error, RequestRedirect):
            return error.get_response(request.environ)
        return problem_of(error, request.path).response(template)

    for kind in (HTTPException, Exception):
        app.register_error_handler(kind, respond)


def problem_of(error: Exception, path: str) -> ProblemDetails:
    """The problem that an error is for who asked; one that should not be is logged.

    Arguments: the error; the path that was asked.
    """
    match error:
        case HTTPException():
            return _from_http(error)
        case StoreError():
            return _from_store(error)
        case UnwritableError():
            return _from_store(FormatMismatchError(str(error)))
        case BadParameterError():
            return ProblemDetails(HTTPStatus.BAD_REQUEST, "bad-parameter", str(error))
        case NotAcceptableError():
            detail = f"{error}; there is {', '.join(error.offers)}"
            members = {"available": error.offers}
            return ProblemDetails(HTTPStatus.NOT_ACCEPTABLE, "not-acceptable", detail, members)
        case UnsupportedBodyError():
            return _from_body(error)
        case UnauthorizedError():
            return _from_credentials(error)
        case MisdirectedError():
            return ProblemDetails(HTTPStatus.MISDIRECTED_REQUEST, "misdirected", str(error))
        case BodyNotKeptError():
            status, headers = HTTPStatus.INSUFFICIENT_STORAGE, {"Connection": "close"}
            return ProblemDetails(status, "no-room", str(error), {}, headers)
        case OSError(errno=number) if number in _NO_ROOM:
            words = f"the disk has no room for what this takes: {error.strerror}"
            return ProblemDetails(HTTPStatus.INSUFFICIENT_STORAGE, "no-room", words)
        case RecursionError():
            words = "what is asked for is nested more deeply than it can be written here"
            return ProblemDetails(HTTPStatus.BAD_REQUEST, QueryTooComplexError.code, words)
        case TextTooLongError():
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            return ProblemDetails(status, "query-too-long", str(error), {"largest": error.largest})
        case ReadOnlyError():
            return ProblemDetails(HTTPStatus.FORBIDDEN, "read-only", str(error))
        case TooManyRequestsError():
            status, headers = HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(error.seconds)}
            return ProblemDetails(status, "too-many-requests", str(error), {}, headers)
        case ProblemsError():
            # It says where files lie, which is for whoever runs the service.
            _log.error("what is read for %s cannot be: %s", path, error)
            words = "a file that this is made of has changed and cannot be read; the log says which"
            status, headers = HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(_RETRY_SECONDS)}
            return ProblemDetails(status, "unreadable-file", words, {}, headers)
    _log.error("unexpected error at %s", path, exc_info=error)
    words = "the service failed; it is not your query"
    return ProblemDetails(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", words)


def _from_http(error: HTTPException) -> ProblemDetails:
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
    return ProblemDetails(status, code, detail, {}, headers)


_DETAILS = {
    HTTPStatus.NOT_FOUND: "there is nothing at this address",
    HTTPStatus.METHOD_NOT_ALLOWED: "this address does not take this method",
    HTTPStatus.REQUEST_TIMEOUT: "the body did not come in time",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "the body is larger than it may be here",
    HTTPStatus.REQUEST_URI_TOO_LONG: "the address is too long; send the query by POST",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "the headers are larger than they may be",
    HTTPStatus.PRECONDITION_FAILED: (
        "what is asked for is not in the state that If-Match or If-None-Match demands"
    ),
}


def _from_store(error: StoreError) -> ProblemDetails:
    status = _STATUS.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
    headers = {}
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        line = error.retry_after if isinstance(error, OverloadedError) else None
        seconds = getattr(error, "seconds", line or _RETRY_SECONDS)
        headers["Retry-After"] = str(max(1, math.ceil(seconds)))
    members = {name: value for name, value in error.details().items() if value is not None}
    return ProblemDetails(status, error.code, str(error), members, headers)


def _from_body(error: UnsupportedBodyError) -> ProblemDetails:
    detail = f"{error}; taken are {', '.join(error.accepted)}"
    members = {"available": error.accepted}
    headers = {"Accept-Post": ", ".join(error.accepted)}
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    return ProblemDetails(status, "unsupported-media-type", detail, members, headers)


def _from_credentials(error: UnauthorizedError) -> ProblemDetails:
    challenge = 'Bearer realm="eakg"'
    if error.error:
        challenge += f', error="{error.error}"'
    headers = {"WWW-Authenticate": challenge}
    return ProblemDetails(HTTPStatus.UNAUTHORIZED, "unauthorized", str(error), {}, headers)
