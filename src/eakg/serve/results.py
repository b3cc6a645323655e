"""A complete result as a response."""

from flask import Response

from eakg.store import Result
from eakg.store.formats import ResultFormat

_AT_ONCE = 1 << 20  # bytes up to which a result is sent in one piece


def respond(result: Result, result_format: ResultFormat) -> Response:
    """The response that carries the result, as a stream where it is large.

    Its length is said, so that a client can tell when it was cut.
    """
    if result.size <= _AT_ONCE:
        response = Response(result.read())
    else:
        response = Response(result.chunks(), direct_passthrough=True)
        response.call_on_close(result.file.close)
        response.content_length = result.size
    response.content_type = result_format.content_type
    return timed(response, result)


def timed(response: Response, result: Result) -> Response:
    """The response with how long the query took."""
    response.headers["Server-Timing"] = f"query;dur={result.seconds * 1000:.1f}"
    return response
