"""The SPARQL 1.1 Protocol: queries by GET, form POST and direct POST."""

from flask import Blueprint, Response, g, request

from eakg.rdf import GRAPH_FORMATS, ResultKind, serialize
from eakg.serve.app import (
    FORMAT_NAMES,
    HTML,
    Page,
    Parameters,
    ProtocolQuery,
    Representation,
    absolute,
    annotated,
    forbid_storing,
    in_first_that_holds,
    of_result,
    query_parameters,
    query_string,
    query_text,
    read_query,
    represented,
    respond,
    select_representation,
    state,
)
from eakg.serve.data import PREFIXES, service_description
from eakg.serve.pages import workbench_page
from eakg.serve.pages.result import render_result
from eakg.store import QueryRequest, Result
from eakg.store.elsewhere import with_services

blueprint = Blueprint("sparql", __name__)


@blueprint.get("/sparql")
def get() -> Response:
    """A query in the address; without one, the form for people or the service description."""
    parameters = query_string(request)
    if "query" not in parameters.names and parameters.names <= {*FORMAT_NAMES}:
        return _description(parameters)
    return _answer(parameters)


@blueprint.post("/sparql")
def post() -> Response:
    """A query in a form or as the body itself."""
    return _answer(query_parameters(request))


def _answer(parameters: Parameters) -> Response:
    text = query_text(parameters)
    g.query = text  # for the log, and for the form of a page that says what is wrong
    query = read_query(request, parameters, text, absolute("/sparql"))
    return in_first_that_holds(query.in_each(), _respond)


def _respond(query: ProtocolQuery) -> Response:
    store = state().store

    def make(result: Result) -> Response:
        return _represent(query, result)

    if query.volatile or query.calls:
        response = make(store.query(_with_services(query)))
        forbid_storing(response.headers)
        return response
    if query.is_page:
        # What it names takes further queries.
        return represented(
            request, store, query.tag_parts, lambda: make(store.query(query.request))
        )
    return of_result(request, store, query.tag_parts, query.request, make)


def _with_services(query: ProtocolQuery) -> QueryRequest:
    access, limits = state().settings.access, state().settings.limits
    if not (query.calls and access.services):
        return query.request
    seconds = limits.seconds(query.request.timeout)
    return with_services(query.request, access.services, seconds)


def _represent(query: ProtocolQuery, result: Result) -> Response:
    representation = query.representation
    if isinstance(representation, Page):
        with result:
            page = render_result(query.request, result, query.view)
        response = annotated(Response(page, content_type=representation.content_type), result)
    else:
        response = respond(result, representation)
    response.headers["EAKG-Closure"] = query.request.closure
    return response


def _description(parameters: Parameters) -> Response:
    offers: tuple[Representation, ...] = (*GRAPH_FORMATS, HTML)
    representation = select_representation(request, parameters, offers, ResultKind.GRAPH)
    if isinstance(representation, Page):
        return workbench_page()
    base = absolute("")

    def describe() -> Response:
        statements = service_description(base, state().settings, state().catalogue)
        data = serialize(statements, representation, PREFIXES)
        return Response(data, content_type=representation.content_type)

    parts = ("service", base, representation.name)
    return represented(request, state().store, parts, describe)
