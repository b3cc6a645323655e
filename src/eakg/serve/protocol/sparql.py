"""The SPARQL 1.1 Protocol: queries by GET, form POST and direct POST."""

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import RequestEntityTooLarge

from eakg.rdf import GRAPH_FORMATS, ResultKind, serialize
from eakg.serve.app import (
    FORMAT_NAMES,
    HTML,
    MAX_BODY,
    QUERY,
    Page,
    Parameters,
    ProtocolQuery,
    Representation,
    TextTooLongError,
    absolute,
    annotated,
    forbid_storing,
    in_first_that_holds,
    may_write,
    of_result,
    query_parameters,
    query_string,
    query_text,
    read_query,
    represented,
    respond,
    select_representation,
    state,
    tell_query,
)
from eakg.serve.data import PREFIXES, service_description
from eakg.serve.pages import workbench_page
from eakg.serve.pages.result import render_result
from eakg.serve.pages.search import with_calls_answered
from eakg.serve.past import choose_version, version_query
from eakg.store import Result

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
    access = state().settings.access
    if not may_write(state().settings, request.headers.get("Authorization")):
        largest = access.query_size if request.mimetype == QUERY else access.body_size
        request.max_content_length = request.max_form_memory_size = largest
    try:
        parameters = query_parameters(request)
    except RequestEntityTooLarge:
        raise TextTooLongError(_query_size()) from None
    return _answer(parameters)


def _query_size() -> int:
    """The bytes that the text of the query may have."""
    settings = state().settings
    return (
        MAX_BODY
        if may_write(settings, request.headers.get("Authorization"))
        else settings.access.query_size
    )


def _answer(parameters: Parameters) -> Response:
    text = query_text(parameters, _query_size())
    g.query = text  # for the log, and for the form of a page that says what is wrong
    choose_version(parameters)
    query = read_query(request, parameters, text, absolute("/sparql"), state().reader)
    return in_first_that_holds(query.in_each(), _respond)


def _respond(query: ProtocolQuery) -> Response:
    store = state().store

    def make(result: Result) -> Response:
        return _represent(query, result)

    if query.volatile or query.calls:
        request_answered = with_calls_answered(query.request, calls=query.calls)
        response = make(store.query(request_answered))
        forbid_storing(response.headers)
        return response
    if query.is_page:
        # What it names takes further queries, and a version looks different once it has passed.
        tag_parts = (*query.tag_parts, *version_query())
        return represented(request, store, tag_parts, lambda: make(store.query(query.request)))
    return of_result(request, store, query.tag_parts, query.request, make)


def _represent(query: ProtocolQuery, result: Result) -> Response:
    representation = query.representation
    if isinstance(representation, Page):
        with result:
            page = render_result(query.request, result, query.view)
        response = annotated(Response(page, content_type=representation.content_type), result)
    else:
        response = respond(result, representation)
    tell_query(response.headers, query.request, calls=query.calls)
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
