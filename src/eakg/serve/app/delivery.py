"""A complete result as a response, and what becomes of a response before it is sent: whether the
conditions of the request hold for it, and in which coding it goes."""

from http import HTTPStatus
from typing import BinaryIO

from flask import Flask, Response, g, request
from werkzeug.exceptions import PreconditionFailed
from werkzeug.wsgi import wrap_file

from eakg.rdf import ResultFormat
from eakg.serve.app.codings import CodingChoice, choose_coding, encode, mark_coded
from eakg.serve.app.etags import (
    MutableHeaders,
    condition_status,
    forbid_storing,
    held_tag,
    mark,
    plain_tags,
)
from eakg.serve.app.problems import problem_of
from eakg.sparql import SpoolError
from eakg.store import Result

_AT_ONCE = 1 << 20  # bytes up to which a result is sent in one piece
_ASKING = frozenset({"sparql.post"})
"""The endpoints at which a POST changes nothing, so that its success can still be taken back."""


def register_delivery(app: Flask) -> None:
    """Look at every response of the application in this way."""
    app.before_request(_prepare)
    app.after_request(_deliver)


def _prepare() -> None:
    """The client takes a coding that is here. Raises: NotAcceptableError.

    The framework looks at conditions on files, and knows only their tags without a coding.
    """
    _choice().check()
    if "HTTP_IF_MATCH" in request.environ:
        request.environ["HTTP_IF_MATCH"] = plain_tags(request.environ["HTTP_IF_MATCH"])


def _deliver(response: Response) -> Response:
    response = _conditional(response)
    choice = _choice()
    if response.status_code == HTTPStatus.NOT_MODIFIED and "ETag" in response.headers:
        name = choice.coding.name if choice.coding else None
        response.headers["ETag"] = held_tag(request, response.headers["ETag"], name)
    return _coded(response, choice)


def _choice() -> CodingChoice:
    return choose_coding(request.headers.get("Accept-Encoding", ""))


def _conditional(response: Response) -> Response:
    """The response, or what the conditions of the request make of its success."""
    is_asking = request.method in {"GET", "HEAD"} or request.endpoint in _ASKING
    if not is_asking or response.status_code != HTTPStatus.OK:
        return response
    tag, _ = response.get_etag()
    status = condition_status(request, () if tag is None else (tag,))
    if status is None:
        return response
    response.close()
    if status is HTTPStatus.PRECONDITION_FAILED:
        return problem_of(PreconditionFailed(), request.path).response()
    unchanged = Response(status=status)
    if tag is None:
        forbid_storing(unchanged.headers)
    else:
        mark(unchanged.headers, tag)
        unchanged.headers["Cache-Control"] = response.headers.get("Cache-Control", "no-cache")
    return unchanged


def _coded(response: Response, choice: CodingChoice) -> Response:
    """The response in the coding that the client gets, if it is one to code."""
    size, coding = response.content_length or 0, choice.coding
    if coding is None or not choice.applies(response.status_code, size, response.headers):
        return response
    whole = response.response
    try:
        body, length = encode(coding, response.iter_encoded(), size)
    except SpoolError as error:
        response.close()
        return problem_of(error, request.path).response()
    if hasattr(whole, "close"):
        whole.close()
    _carry(response, body)
    mark_coded(response.headers, coding, length)
    return response


def _carry(response: Response, body: bytes | BinaryIO) -> None:
    if isinstance(body, bytes):
        response.direct_passthrough = False
        response.set_data(body)
    else:
        response.direct_passthrough = True
        response.response = wrap_file(request.environ, body)


def respond(result: Result, result_format: ResultFormat) -> Response:
    """The response that carries the result, as a stream where it is large.

    Its length is said, so that a client can tell when it was cut.
    """
    if result.size <= _AT_ONCE:
        response = Response(result.read())
    else:
        response = Response(wrap_file(request.environ, result.file), direct_passthrough=True)
        response.content_length = result.size
    response.content_type = result_format.content_type
    return annotated(response, result)


def annotated(response: Response, result: Result) -> Response:
    """The response with how long the query took, and which version of the data answered it."""
    g.query_seconds = result.seconds
    annotate(response.headers, result)
    return response


def annotate(headers: MutableHeaders, result: Result) -> None:
    """Say how long the query took, and which version of the data answered it."""
    headers["Server-Timing"] = f"query;dur={result.seconds * 1000:.1f}"
    headers["EAKG-Data-Version"] = result.version
