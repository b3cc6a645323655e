"""The saved queries as an interface: a list, a page and a path for each, run with parameters."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import dropwhile
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from rdflib import URIRef
from werkzeug.exceptions import NotFound

from eakg.names import PREFIXES
from eakg.queries.contract import DECORATOR, Parameter, SavedQuery
from eakg.rdf import formats_for, is_iri, sparql_term
from eakg.serve.app import (
    FORMAT_NAMES,
    HTML,
    INFERENCE_NAMES,
    PLAIN_JSON,
    QUERY,
    BadParameterError,
    Page,
    Parameters,
    Representation,
    absolute,
    acceptable_representations,
    address,
    annotated,
    check_length,
    checked_view,
    forbid_storing,
    format_behind,
    in_first_that_holds,
    negotiate,
    of_result,
    page_path,
    query_string,
    represented,
    respond,
    state,
    tagged,
    tell_query,
)
from eakg.serve.content import class_filter, thing_filter
from eakg.serve.data import kind_of, saved_queries, schema
from eakg.serve.pages.result import (
    DRAWING_LIMIT,
    ROW_LIMIT,
    ResultPage,
    result_page,
)
from eakg.serve.pages.search import (
    parameter_value,
    things_called,
    things_of_own_names,
    with_calls_answered,
)
from eakg.serve.words import day
from eakg.sparql import ParameterError
from eakg.store import Closure, QueryRequest, Result, select

blueprint = Blueprint("saved_queries", __name__)
_OURS = frozenset({"closure", "view", *FORMAT_NAMES, *INFERENCE_NAMES})
_LIMIT = 500  # things to choose from
_INPUTS = {"date": "date", "integer": "number"}


@dataclass(frozen=True)
class ThingOption:
    """A thing that may be the value of a parameter: as that is written, its name, and what does
    for it in a form."""

    value: str
    name: str
    entry: str


@dataclass(frozen=True)
class Field:
    """A parameter as a form has it, with the value that it was given.

    `things` are what may be chosen where it is a thing, each with its name: as the parameter is
    written, and as people write it, which is the name where no other thing has it.
    """

    parameter: Parameter
    value: str
    things: tuple[ThingOption, ...] = ()

    @property
    def input(self) -> str:
        """The type of the input element."""
        return _INPUTS.get(self.parameter.type, "text")

    @property
    def words(self) -> str:
        """The value as people read it."""
        return self._option.name if self._option else day(self.value)

    @property
    def entry(self) -> str:
        """The value as people write it."""
        return self._option.entry if self._option else self.value

    @property
    def _option(self) -> ThingOption | None:
        return next((one for one in self.things if one.value == self.value), None)


@blueprint.get("/queries")
def list_queries() -> Response:
    """The saved queries: a page, or JSON with the address and the parameters of each."""
    query_string(request)
    queries = saved_queries()
    representation = negotiate(request, (PLAIN_JSON, HTML))

    def answer() -> Response:
        if representation is HTML:
            body = render_template("queries.html", queries=[*queries.values()])
        else:
            summaries = [_summary(query) for query in queries.values()]
            body = json.dumps({"queries": summaries}, ensure_ascii=False)
        return Response(body, content_type=representation.content_type)

    texts = (query.text for query in queries.values())
    parts = (state().settings.public_url, "queries", representation.name, *texts)
    return tagged(request, parts, answer)


@blueprint.get("/queries/<name>.rq")
def source(name: str) -> Response:
    """The file of a saved query, with its contract; with `bound=1` the query that is asked with the
    given values of its parameters."""
    query = _saved_query(name)
    parameters = query_string(request)
    if parameters.single("bound") is not None:
        return _bound_source(query, parameters)
    content_type = f"{QUERY}; charset=utf-8"
    return tagged(
        request, ("query", query.text), lambda: Response(query.text, content_type=content_type)
    )


def _bound_source(query: SavedQuery, parameters: Parameters) -> Response:
    """The query that is asked with the given values. Raises: BadParameterError."""
    values = _values(query, parameters, _OURS | {"bound"})
    closure = parameters.closure(query.closure or "full")
    parts = (state().settings.public_url, "bound", query.text, closure, *sorted(values.items()))

    def make() -> Response:
        try:
            _, text = _bound(query, values)
        except ParameterError as error:
            raise BadParameterError(str(error)) from None
        lines = text.splitlines(keepends=True)
        body = "".join(dropwhile(lambda line: line.startswith(DECORATOR), lines))
        response = Response(body, content_type=f"{QUERY}; charset=utf-8")
        response.headers["EAKG-Closure"] = closure
        return response

    return represented(request, state().store, parts, make)


def _values(query: SavedQuery, parameters: Parameters, ours: frozenset[str]) -> dict[str, str]:
    """The values that are given for the parameters of a query. Raises: BadParameterError."""
    names = [parameter.name for parameter in query.parameters]
    values = {name: value for name in names if (value := parameters.single(name))}
    check_length("".join(values.values()), state().settings.access.query_size)
    if unknown := parameters.names - {*names} - ours:
        choices = ", ".join(names) or "none"
        raise BadParameterError(f"there is no parameter {min(unknown)}; there is {choices}")
    return values


@blueprint.get("/queries/<name>")
def run(name: str) -> Response:
    """The answer to a saved query with the given values of its parameters, or its page."""
    query = _saved_query(name)
    parameters = query_string(request)
    values = _values(query, parameters, _OURS)
    names = {parameter.name for parameter in query.parameters}
    kind = kind_of(query)
    offers: tuple[Representation, ...] = (*formats_for(kind), HTML)
    # What a query calls its own is that, whatever it means elsewhere.
    ours = Parameters(tuple(pair for pair in parameters.pairs if pair[0] not in names))
    representations = acceptable_representations(request, ours, offers, kind)
    view = checked_view(ours.single("view"))
    closure = ours.closure(query.closure or "full")
    try:
        values, text = _bound(query, values)
    except ParameterError as error:
        if not isinstance(representations[0], Page):
            raise BadParameterError(str(error)) from None
        return _form(query, values, str(error) if values else "")

    def answer(representation: Representation) -> Response:
        return _answer(query, values, text, closure, representation, view)

    return in_first_that_holds(representations, answer)


def _bound(query: SavedQuery, values: dict[str, str]) -> tuple[dict[str, str], str]:
    """The values of the parameters, and the text with them. For an IRI a name does, where one thing
    has it. Raises: ParameterError."""
    try:
        return values, query.bound(values)
    except ParameterError:
        iris = {
            parameter.name: parameter_value(things[0])
            for parameter in query.parameters
            if parameter.type == "iri" and not is_iri(values.get(parameter.name, "a:"))
            if len(things := things_called(state().register, values[parameter.name])) == 1
        }
        if not iris:
            raise
        return {**values, **iris}, query.bound({**values, **iris})


def _answer(
    query: SavedQuery,
    values: Mapping[str, str],
    text: str,
    closure: Closure,
    representation: Representation,
    view: str,
) -> Response:
    name = query.name
    inspection, timeout = state().reader.read(text, None, None)
    query_request = QueryRequest(
        text,
        format_behind(representation, kind_of(query)).name,
        closure,
        timeout=timeout,
    )
    store = state().store
    parts = (state().settings.public_url, query.text, text, closure, representation.name, view)
    is_own = inspection.volatile or inspection.service  # no other query has its solutions
    absences: list[str] = []

    def make(result: Result) -> Response:
        if isinstance(representation, Page):
            at = partial(_address, name, {**values, "closure": closure})
            page = result_page(
                query_request, result, view, at, in_groups=True, has_supports=not is_own
            )
            if page.lacks_supports:
                absences.append(name)
            response = annotated(_page(query, values, page), result)
        else:
            response = respond(result, representation)
            response.headers["Link"] = f'<{address(f"/queries/{name}.rq")}>; rel="describedby"'
        tell_query(response.headers, query_request, calls=inspection.service)
        return response

    if is_own:
        request_answered = with_calls_answered(query_request, calls=inspection.service)
        response = make(store.query(request_answered))
        forbid_storing(response.headers)
        return response
    if isinstance(representation, Page):
        response = represented(request, store, parts, lambda: make(store.query(query_request)))
        if absences:  # the same data may give more
            response.headers.pop("ETag", None)
            forbid_storing(response.headers)
        return response
    return of_result(request, store, parts, query_request, make)


def _form(query: SavedQuery, values: Mapping[str, str], problem: str) -> Response:
    """The page of a query that lacks values, with what is wrong with those that it has."""
    pairs = sorted(values.items())
    parts = (state().settings.public_url, "form", query.text, pairs)

    def make() -> Response:
        return _page(query, values, None, problem)

    return represented(request, state().store, parts, make)


def _saved_query(name: str) -> SavedQuery:
    try:
        return saved_queries()[name]
    except KeyError:
        raise NotFound from None


def _page(
    query: SavedQuery, values: Mapping[str, str], result: ResultPage | None, problem: str = ""
) -> Response:
    page = render_template(
        "query.html",
        query=query,
        text=query.bound(values) if result else query.text,
        fields=[
            Field(
                parameter,
                values.get(parameter.name, parameter.default or ""),
                _choices(parameter.default)
                if parameter.type == "iri" and not parameter.values
                else (),
            )
            for parameter in query.parameters
        ],
        result=result,
        shown=ROW_LIMIT,
        drawn=DRAWING_LIMIT,
        problem=problem,
        reference=urlencode({"query": query.name, **values}),
        here=absolute(f"/queries/{query.name}") + (f"?{urlencode(values)}" if values else ""),
    )
    return Response(page, 400 if problem else 200, content_type=HTML.content_type)


def _choices(thing: str | None) -> tuple[ThingOption, ...]:
    """The things of a kind with this one, by name; all that have a name where there is none."""
    project = state().catalogue.project()
    prefix, _, name = (thing or "").partition(":")
    iri = f"{PREFIXES[prefix]}{name}" if prefix in PREFIXES else thing or ""
    pattern = f"{sparql_term(URIRef(iri))} a ?class . " if is_iri(iri) else ""
    properties = ", ".join(f"<{one}>" for one in project.label_property)
    languages = ", ".join(f'"{one}"' for one in (project.languages[0].lower(), ""))
    rows = select(
        state().store,
        QueryRequest(
            f"SELECT DISTINCT ?thing ?label {{ {pattern}?thing a ?class ; ?names ?label ."
            f" FILTER({class_filter(project)} && {thing_filter(project)}"
            f" && ?names IN ({properties}) && LCASE(LANG(?label)) IN ({languages})) }}"
            f" ORDER BY ?label LIMIT {_LIMIT}"
        ),
    )
    names: dict[str, str] = {}
    for row in rows:
        names.setdefault(str(row["thing"]), str(row["label"]))
    own_names = things_of_own_names(state().register, names.values())
    return tuple(
        ThingOption(value, name, name if own_names.get(name) == thing else value)
        for thing, name in names.items()
        for value in [parameter_value(thing)]
    )


def _address(name: str, values: Mapping[str, str], **more: str) -> str:
    """Where this query is asked with these values, for something more."""
    return f"{page_path(f'/queries/{name}')}?{urlencode({**values, **more})}"


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
                "name": parameter.name,
                "description": parameter.description,
                "required": parameter.required and parameter.default is None,
                "schema": schema(parameter),
            }
            for parameter in query.parameters
        ],
    }
