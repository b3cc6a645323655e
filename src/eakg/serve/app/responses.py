"""A complete result as a response."""

from flask import Response, g, request
from werkzeug.wsgi import wrap_file

from eakg.rdf import ResultFormat
from eakg.serve.app.etags import MutableHeaders
from eakg.store import Result

_AT_ONCE = 1 << 20  # bytes up to which a result is sent in one piece


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
