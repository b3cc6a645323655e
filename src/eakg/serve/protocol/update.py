"""The update operation of the SPARQL 1.1 Protocol."""

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import PreconditionFailed

from eakg.serve.app import (
    FORM,
    MAX_WRITE,
    UPDATE,
    BadParameterError,
    Parameters,
    UnsupportedBodyError,
    absolute,
    check_writer,
    condition_status,
    form,
    query_string,
    state,
    text_body,
)
from eakg.store.changes import UpdateRequest

blueprint = Blueprint("update", __name__)


@blueprint.post("/update")
def post() -> Response:
    """Apply an update, in a form or as the body itself.

    Results: the version of the data that it made, how many quads it added and removed, and how many
    literals are kept by value and not as they are written, by their kind, where there are such.
    Specification: SPARQL 1.1 Protocol section 2.2.
    """
    check_writer(state().settings, request.headers.get("Authorization"))
    if condition_status(request, (), exists=False) is not None:
        raise PreconditionFailed("an update has no entity tag, so that no If-Match holds for it")
    request.max_content_length = request.max_form_memory_size = MAX_WRITE
    if request.mimetype == FORM:
        return _apply(form(request))
    if request.mimetype == UPDATE:
        parameters = query_string(request)
        if "update" in parameters.names:
            raise BadParameterError("the update is given in the address and in the body")
        body = (("update", text_body(request)),)
        return _apply(Parameters(parameters.pairs + body))
    raise UnsupportedBodyError(
        f"the media type {request.mimetype or '(none)'} is not read", (UPDATE, FORM)
    )


def _apply(parameters: Parameters) -> Response:
    text = parameters.text("update")
    if text is None:
        raise BadParameterError("the parameter update is missing")
    if "query" in parameters.names:
        raise BadParameterError("a query and an update are two requests")
    outcome = state().writer.update(
        UpdateRequest(
            text,
            parameters.graphs("using-graph-uri"),
            parameters.graphs("using-named-graph-uri"),
            absolute("/update"),
            parameters.timeout(),
        )
    )
    members = {"byValue": dict(outcome.by_value)} if outcome.by_value else {}
    response = jsonify(
        version=outcome.version, added=outcome.added, removed=outcome.removed, **members
    )
    response.headers["EAKG-Data-Version"] = outcome.version
    response.headers["Cache-Control"] = "no-store"
    return response
