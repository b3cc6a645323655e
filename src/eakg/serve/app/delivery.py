"""What becomes of a response before it is sent: whether the request's conditions hold for it."""

from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug.exceptions import PreconditionFailed

from eakg.serve.app.etags import condition_status, forbid_storing, mark
from eakg.serve.app.problems import problem_of

_ASKING = frozenset({"sparql.post"})
"""The endpoints at which a POST changes nothing, so that its success can still be taken back."""


def register_delivery(app: Flask) -> None:
    """Look at every response of the application in this way."""
    app.after_request(_conditional)


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
