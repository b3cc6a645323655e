"""The saved queries as an interface: a list, a page and a path for each, run with parameters."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from rdflib import Literal, URIRef
from werkzeug.exceptions import NotFound

from eakg.queries.parameters import Parameter, ParameterError
from eakg.queries.saved import SavedQuery
from eakg.serve.caching import entity_tag, mark, not_modified
from eakg.serve.errors import BadParameter, NotAcceptable
from eakg.serve.links import short
from eakg.serve.negotiation import HTML, Page, Representation, available, negotiate
from eakg.serve.parameters import Parameters, query_string
from eakg.serve.query_paths import kind_of, saved_queries, schema
from eakg.serve.results import annotated, respond
from eakg.serve.state import address, state
from eakg.store import QueryRequest
from eakg.store.formats import (
    JSON,
    TURTLE,
    ResultFormat,
    ResultKind,
    format_named,
    formats_for,
)
from eakg.store.inspection import inspect_query
from eakg.store.request import Result
from eakg.store.rows import Row, rows

blueprint = Blueprint("saved_queries", __name__)
SHOWN = 1000  # rows
_LABEL = "Label"
_LIST = Page("json", "application/json", "json", "application/json")
_OURS = frozenset({"format", "closure"})
_INPUTS = {"date": "date", "integer": "number"}


@dataclass(frozen=True)
class Cell:
    """A term of a result as a page shows it."""

    label: str
    full: str
    iri: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Field:
    """A parameter as a form has it, with the value that it was given."""

    parameter: Parameter
    value: str

    @property
    def input(self) -> str:
        """The type of the input element."""
        return _INPUTS.get(self.parameter.type, "text")


@dataclass(frozen=True)
class Shown:
    """A result as a page shows it: a table, a truth value, or triples as text."""

    columns: tuple[str, ...] = ()
    table: tuple[tuple[Cell | None, ...], ...] = ()
    total: int = 0
    boolean: bool | None = None
    text: str | None = None


@blueprint.get("/queries")
def list_queries() -> Response:
    """The saved queries: a page, or JSON with the address and the parameters of each."""
    query_string(request)
    queries = saved_queries()
    representation = negotiate(request, (_LIST, HTML))
    tag = entity_tag("queries", representation.name, *(one.text for one in queries.values()))
    response = not_modified(request, tag)
    if response is not None:
        return response
    if representation is HTML:
        body = render_template("queries.html", queries=queries.values())
    else:
        listed = [_summary(query) for query in queries.values()]
        body = json.dumps({"queries": listed}, ensure_ascii=False)
    return mark(Response(body, content_type=representation.content_type), tag)


@blueprint.get("/queries/<name>.rq")
def source(name: str) -> Response:
    """The file of a saved query, with its contract."""
    query_string(request)
    query = _named(name)
    tag = entity_tag("query", query.text)
    content_type = "application/sparql-query; charset=utf-8"
    return not_modified(request, tag) or mark(Response(query.text, content_type=content_type), tag)


@blueprint.get("/queries/<name>")
def run(name: str) -> Response:
    """The answer to a saved query with the given values of its parameters, or its page."""
    query = _named(name)
    given = query_string(request)
    values = {one.name: value for one in query.parameters if (value := given.one(one.name))}
    unknown = given.names - {one.name for one in query.parameters} - _OURS
    if unknown:
        known = ", ".join(one.name for one in query.parameters) or "none"
        raise BadParameter(f"there is no parameter {min(unknown)}; there is {known}")
    representation = _representation(query, given)
    closure = given.closure() if given.one("closure") else query.closure or "full"
    try:
        text = query.bound(values)
    except ParameterError as error:
        if isinstance(representation, Page):
            return _page(query, values, problem=str(error) if values else "")
        raise BadParameter(str(error)) from None
    asked = QueryRequest(text, _format_behind(representation, query).name, closure)
    volatile = inspect_query(text).volatile

    def tag(version: str) -> str:
        return entity_tag(version, query.text, text, closure, representation.name)

    unchanged = None if volatile else not_modified(request, tag(state().version))
    if unchanged is not None:
        return unchanged
    result = state().store.query(asked)
    if isinstance(representation, Page):
        response = annotated(_page(query, values, asked, result), result)
    else:
        response = respond(result, representation)
        response.headers["Link"] = f'<{address(f"/queries/{name}.rq")}>; rel="describedby"'
    if volatile:
        response.headers["Cache-Control"] = "no-store"
        return response
    return mark(response, tag(result.version))


def _named(name: str) -> SavedQuery:
    try:
        return saved_queries()[name]
    except KeyError:
        raise NotFound from None


def _representation(query: SavedQuery, given: Parameters) -> Representation:
    kind = kind_of(query)
    offers: tuple[Representation, ...] = (*formats_for(kind), HTML)
    wanted = given.one("format")
    if wanted is None:
        return negotiate(request, offers)
    html = wanted.lower() in {HTML.name, HTML.media_type}
    found = HTML if html else format_named(wanted, kind)
    if found not in offers:
        raise NotAcceptable(f"there is no format {wanted} for this query", available(offers))
    return found


def _format_behind(representation: Representation, query: SavedQuery) -> ResultFormat:
    if isinstance(representation, Page):
        return TURTLE if kind_of(query) is ResultKind.GRAPH else JSON
    return representation


def _page(
    query: SavedQuery,
    values: Mapping[str, str],
    asked: QueryRequest | None = None,
    result: Result | None = None,
    problem: str = "",
) -> Response:
    formats = [
        (one.name, f"?{urlencode({**values, 'format': one.name})}")
        for one in formats_for(kind_of(query))
    ]
    page = render_template(
        "query.html",
        query=query,
        fields=[Field(one, values.get(one.name, one.default or "")) for one in query.parameters],
        asked=asked,
        result=_shown(asked, result) if asked and result else None,
        shown=SHOWN,
        formats=formats,
        problem=problem,
    )
    return Response(page, 400 if problem else 200, content_type=HTML.content_type)


def _shown(asked: QueryRequest, result: Result) -> Shown:
    data = result.read()
    if asked.format != JSON.name:
        return Shown(text=data.decode())
    said = json.loads(data)
    if "boolean" in said:
        return Shown(boolean=said["boolean"])
    names = said["head"]["vars"]
    columns = tuple(one for one in names if one.removesuffix(_LABEL) not in (set(names) - {one}))
    found = rows(data)
    table = tuple(tuple(_cell(row, name) for name in columns) for row in found[:SHOWN])
    return Shown(columns, table, len(found))


def _cell(row: Row, name: str) -> Cell | None:
    """A cell; a thing whose label stands in a column of its own is shown by that."""
    term, label = row.get(name), row.get(name + _LABEL)
    match term:
        case None:
            return None
        case URIRef():
            return Cell(str(label or short(str(term))), str(term), str(term))
        case Literal():
            return Cell(str(term), term.n3(), None, term.language)
        case _:
            return Cell(term.n3(), term.n3())


def _summary(query: SavedQuery) -> dict[str, Any]:
    return {
        "name": query.name,
        "summary": query.summary,
        "question": query.question,
        "tags": list(query.tags),
        "href": address(f"/queries/{query.name}"),
        "source": address(f"/queries/{query.name}.rq"),
        "parameters": [
            {
                "name": one.name,
                "description": one.description,
                "required": one.required and one.default is None,
                "schema": schema(one),
            }
            for one in query.parameters
        ],
    }
