"""Overviews: drawings of the whole graph, each with its query, its data, and a table."""

from collections.abc import Callable, Iterable
from datetime import date

from flask import Blueprint, Response, render_template, request
from rdflib import URIRef
from werkzeug.exceptions import NotFound

from eakg.rdf import CSV, Row
from eakg.serve.app import (
    HTML,
    BadParameterError,
    Parameters,
    address,
    negotiate,
    page_href,
    query_string,
    represented,
    state,
)
from eakg.serve.drawings import day_text
from eakg.serve.overviews import figures, membership_matrix, network, timeline
from eakg.serve.overviews.overview import DAY, Overview, overviews_in
from eakg.serve.words import DisplayTerm, labelled_table, naming_of
from eakg.sparql import ParameterError
from eakg.store import QueryRequest, solutions

blueprint = Blueprint("overviews", __name__)
_MOST = 100  # kinds and properties on one page
_Draw = Callable[[Overview, Iterable[Row], Callable[[str], str | None]], object]
_DRAW: dict[str, _Draw] = {
    "timeline": timeline.draw,
    "matrix": membership_matrix.draw,
    "network": network.draw,
    "figures": figures.draw,
}


@blueprint.get("/overviews")
def overviews() -> Response:
    """The overviews that there are."""
    query_string(request)
    negotiate(request, (HTML,))

    def page() -> Response:
        catalogue = state().catalogue
        text = render_template(
            "overviews.html",
            overviews=_offers().values(),
            classes=catalogue.classes()[:_MOST],
            properties=_properties(),
        )
        return Response(text, content_type=HTML.content_type)

    parts = (state().settings.public_url, "overviews")
    return represented(request, state().store, parts, page)


def _offers() -> dict[str, Overview]:
    """The drawings for which there are data, by their names."""
    catalogue = state().catalogue
    counts, folder = catalogue.properties(), catalogue.project().overviews
    overviews = {} if folder is None else overviews_in(folder)
    offers = {name: one for name, one in overviews.items() if not one.needs.isdisjoint(counts)}
    if all(one.kind != "timeline" for one in overviews.values()):
        generic = timeline.of_any(catalogue.presentation(), counts)
        offers |= {} if generic is None else {generic.name: generic}
    return offers


def _properties() -> list[tuple[DisplayTerm, int]]:
    """The properties of the data with how often each is used, the most used first."""
    catalogue = state().catalogue
    counts = sorted(catalogue.properties().items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST]
    terms = [URIRef(iri) for iri, _ in counts]
    naming = naming_of(state().store, terms, catalogue.presentation())
    return [(naming.of_term(URIRef(iri)), count) for iri, count in counts]


@blueprint.get("/overviews/<name>")
def overview(name: str) -> Response:
    """One overview: a page, or its data as CSV, by extension or Accept."""
    stem, dot, extension = name.partition(".")
    overview = _offers().get(stem)
    if overview is None or (dot and extension != CSV.extension):
        raise NotFound
    parameters = query_string(request)
    day = _day(overview, parameters)
    query = _query_text(overview, day)
    representation = CSV if dot else negotiate(request, (HTML, CSV))
    parts = (state().settings.public_url, "overview", stem, query, representation.name)
    response = represented(
        request,
        state().store,
        parts,
        lambda: _page(overview, query, day) if representation is HTML else _csv(query),
    )
    response.headers["Link"] = (
        f'<{address(f"/overviews/{stem}.csv")}{_suffix(day)}>; rel="alternate";'
        f' type="{CSV.media_type}"'
    )
    return response


def _csv(query: str) -> Response:
    data = state().store.query(QueryRequest(query, CSV.name)).read()
    return Response(data, content_type=CSV.content_type)


def _page(overview: Overview, query: str, day: str | None) -> Response:
    answer = solutions(state().store, QueryRequest(query))
    draw = _DRAW[overview.kind]
    page = render_template(
        f"overview_{overview.kind}.html",
        overview=overview,
        drawing=draw(overview, answer.rows, page_href) if answer.rows else None,
        table=labelled_table(answer),
        query=query,
        day=day,
        days=[(str(one), day_text(one)) for one in overview.days],
        suffix=_suffix(day),
    )
    return Response(page, content_type=HTML.content_type)


def _day(overview: Overview, parameters: Parameters) -> str | None:
    if not overview.dated:
        return None
    value = parameters.single("date")
    try:
        return overview.day if value is None else str(date.fromisoformat(value))
    except ValueError:
        raise BadParameterError("date is a day as in 2020-07-23") from None


def _query_text(overview: Overview, day: str | None) -> str:
    try:
        return overview.query.bound({} if day is None else {DAY: day})
    except ParameterError as error:
        raise BadParameterError(str(error)) from None


def _suffix(day: str | None) -> str:
    return "" if day is None else f"?{DAY}={day}"
