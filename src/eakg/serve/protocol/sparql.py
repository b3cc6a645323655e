"""The SPARQL 1.1 Protocol: queries by GET, form POST and direct POST."""

from flask import Blueprint, Response, g, request

from eakg.rdf import GRAPH_FORMATS, ResultKind, formats_for, serialize
from eakg.serve.app import (
    FORM,
    HTML,
    QUERY,
    BadParameterError,
    Page,
    Parameters,
    Representation,
    UnsupportedBodyError,
    absolute,
    annotated,
    etag_of,
    form,
    mark,
    not_modified,
    query_string,
    represented,
    requested,
    respond,
    state,
    text_body,
)
from eakg.serve.data import PREFIXES, service_description
from eakg.serve.host import ASKED, Asked
from eakg.serve.pages import workbench_page
from eakg.serve.pages.result import checked_view, format_behind, render_result
from eakg.sparql import inspect_query
from eakg.store import QueryRequest
from eakg.store.elsewhere import with_services

blueprint = Blueprint("sparql", __name__)


@blueprint.get("/sparql")
def get() -> Response:
    """A query in the address; without one, the form for people or the service description."""
    parameters = query_string(request)
    if "query" not in parameters.names and parameters.names <= {"format"}:
        return _description(parameters)
    return _answer(parameters)


@blueprint.post("/sparql")
def post() -> Response:
    """A query in a form or as the body itself."""
    if request.mimetype == FORM:
        return _answer(form(request))
    if request.mimetype == QUERY:
        parameters = query_string(request)
        if "query" in parameters.names:
            raise BadParameterError("the query is given in the address and in the body")
        body = (("query", text_body(request)),)
        return _answer(Parameters(parameters.pairs + body))
    raise UnsupportedBodyError(
        f"the media type {request.mimetype or '(none)'} is not read", (QUERY, FORM)
    )


def _answer(parameters: Parameters) -> Response:
    text = parameters.one("query")
    if text is None:
        raise BadParameterError("the parameter query is missing")
    g.query = text  # for the log, and for the form of a page that says what is wrong
    view = checked_view(parameters.one("view"))
    base_iri = absolute("/sparql")
    inspection = inspect_query(text, base_iri)
    kind = inspection.kind or ResultKind.SOLUTIONS
    offers: tuple[Representation, ...] = (*formats_for(kind), HTML)
    representation = requested(request, parameters, offers, kind)
    closure = parameters.closure()
    asked = QueryRequest(
        text,
        format_behind(representation, kind).name,
        closure,
        parameters.graphs("default-graph-uri"),
        parameters.graphs("named-graph-uri"),
        base_iri,
        parameters.timeout(),
    )
    access, limits = state().settings.access, state().settings.limits
    if inspection.service and access.services:
        asked = with_services(asked, access.services, limits.seconds(asked.timeout))
    if inspection.volatile or inspection.service:
        response, _ = _run(asked, representation, view)
        response.headers["Cache-Control"] = "no-store"
        return response
    is_page = isinstance(representation, Page)
    shown = f"{representation.name} {view}" if is_page else representation.name
    tag = etag_of(state().version, asked, shown)
    unchanged = not_modified(request, tag)
    if unchanged is not None:
        return unchanged
    response, version = _run(asked, representation, view)
    if not is_page:
        request.environ[ASKED] = Asked(asked, representation.name)
    return mark(response, etag_of(version, asked, shown))


def _run(asked: QueryRequest, representation: Representation, view: str) -> tuple[Response, str]:
    """The response, and the version of the data that it is of."""
    result = state().store.query(asked)
    if isinstance(representation, Page):
        with result:
            page = render_result(asked, result, view)
        response = annotated(Response(page, content_type=representation.content_type), result)
    else:
        response = respond(result, representation)
    response.headers["EAKG-Closure"] = asked.closure
    return response, result.version


def _description(parameters: Parameters) -> Response:
    offers: tuple[Representation, ...] = (*GRAPH_FORMATS, HTML)
    representation = requested(request, parameters, offers, ResultKind.GRAPH)
    if isinstance(representation, Page):
        return workbench_page()
    base = absolute("")

    def describe() -> Response:
        statements = service_description(base, state().settings, state().catalogue)
        data = serialize(statements, representation, PREFIXES)
        return Response(data, content_type=representation.content_type)

    parts = ("service", base, representation.name)
    return represented(request, state().store, parts, describe)
