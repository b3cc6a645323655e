"""The saved queries as an interface: a list, a page and a path for each, run with parameters."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from eakg.queries.parameters import Parameter, ParameterError
from eakg.queries.saved import SavedQuery
from eakg.serve.caching import entity_tag, mark, not_modified, tagged
from eakg.serve.errors import BadParameter
from eakg.serve.negotiation import HTML, PLAIN_JSON, Page, Representation, negotiate, requested
from eakg.serve.parameters import QUERY, query_string
from eakg.serve.query_paths import kind_of, saved_queries, schema
from eakg.serve.result_page import SHOWN, format_behind, result_page
from eakg.serve.results import annotated, respond
from eakg.serve.state import address, state
from eakg.store import QueryRequest
from eakg.store.formats import formats_for
from eakg.store.inspection import inspect_query
from eakg.store.request import Result

blueprint = Blueprint("saved_queries", __name__)
_OURS = frozenset({"format", "closure"})
_INPUTS = {"date": "date", "integer": "number"}


@dataclass(frozen=True)
class Field:
    """A parameter as a form has it, with the value that it was given."""

    parameter: Parameter
    value: str

    @property
    def input(self) -> str:
        """The type of the input element."""
        return _INPUTS.get(self.parameter.type, "text")


@blueprint.get("/queries")
def list_queries() -> Response:
    """The saved queries: a page, or JSON with the address and the parameters of each."""
    query_string(request)
    queries = saved_queries()
    representation = negotiate(request, (PLAIN_JSON, HTML))

    def answer() -> Response:
        if representation is HTML:
            body = render_template("queries.html", queries=queries.values())
        else:
            listed = [_summary(query) for query in queries.values()]
            body = json.dumps({"queries": listed}, ensure_ascii=False)
        return Response(body, content_type=representation.content_type)

    texts = (one.text for one in queries.values())
    parts = (state().settings.public_url, "queries", representation.name, *texts)
    return tagged(request, parts, answer)


@blueprint.get("/queries/<name>.rq")
def source(name: str) -> Response:
    """The file of a saved query, with its contract."""
    query_string(request)
    query = _named(name)
    content_type = f"{QUERY}; charset=utf-8"
    return tagged(
        request, ("query", query.text), lambda: Response(query.text, content_type=content_type)
    )


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
    kind = kind_of(query)
    offers: tuple[Representation, ...] = (*formats_for(kind), HTML)
    representation = requested(request, given, offers, kind)
    closure = given.closure() if given.one("closure") else query.closure or "full"
    try:
        text = query.bound(values)
    except ParameterError as error:
        if isinstance(representation, Page):
            return _page(query, values, problem=str(error) if values else "")
        raise BadParameter(str(error)) from None
    asked = QueryRequest(text, format_behind(representation, kind).name, closure)
    volatile = inspect_query(text).volatile

    def tag(version: str) -> str:
        public = state().settings.public_url
        return entity_tag(version, public, query.text, text, closure, representation.name)

    unchanged = None if volatile else not_modified(request, tag(state().version))
    if unchanged is not None:
        return unchanged
    result = state().store.query(asked)
    if isinstance(representation, Page):
        response = annotated(_page(query, values, asked, result), result)
    else:
        response = respond(result, representation)
        response.headers["Link"] = f'<{address(f"/queries/{name}.rq")}>; rel="describedby"'
    response.headers["EAKG-Closure"] = closure
    if volatile:
        response.headers["Cache-Control"] = "no-store"
        return response
    return mark(response, tag(result.version))


def _named(name: str) -> SavedQuery:
    try:
        return saved_queries()[name]
    except KeyError:
        raise NotFound from None


def _page(
    query: SavedQuery,
    values: Mapping[str, str],
    asked: QueryRequest | None = None,
    result: Result | None = None,
    problem: str = "",
) -> Response:
    given = dict(values)
    if asked is not None and asked.closure != (query.closure or "full"):
        given["closure"] = asked.closure
    formats = [
        (one.name, f"?{urlencode({**given, 'format': one.name})}")
        for one in formats_for(kind_of(query))
    ]
    page = render_template(
        "query.html",
        query=query,
        fields=[Field(one, values.get(one.name, one.default or "")) for one in query.parameters],
        asked=asked,
        result=result_page(asked, result) if asked and result else None,
        shown=SHOWN,
        formats=formats,
        problem=problem,
    )
    return Response(page, 400 if problem else 200, content_type=HTML.content_type)


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
