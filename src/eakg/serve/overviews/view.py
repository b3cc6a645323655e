"""Overviews: drawings of the whole graph, each with its query, its data, and a table."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, render_template, request
from rdflib import URIRef
from werkzeug.exceptions import NotFound

from eakg.names import EAKG
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
from eakg.serve.content import START
from eakg.serve.drawings import day_text
from eakg.serve.overviews import figures, seats
from eakg.serve.overviews import network as acts_network
from eakg.serve.overviews import timeline as acts_timeline
from eakg.serve.words import DisplayTerm, labelled_table, naming_of
from eakg.store import QueryRequest, solutions

blueprint = Blueprint("overviews", __name__)
_MOST = 100  # kinds and properties on one page
Draw = Callable[[Iterable[Row], Callable[[str], str | None]], object]


@dataclass(frozen=True)
class Overview:
    """A drawing of the graph: its title, what it shows in a sentence, its query on a day, how its
    rows are drawn, and the property without which there is nothing to draw. `dated` overviews take
    a day."""

    name: str
    title: str
    about: str
    query: Callable[[date], str]
    draw: Draw
    property: URIRef
    dated: bool = False


OVERVIEWS = {
    entry.name: entry
    for entry in (
        Overview(
            "timeline",
            "What happened when",
            "Meetings, visits, aid and other acts, each from the day it cannot have begun before"
            " to the day it cannot have gone on after.",
            lambda _: acts_timeline.QUERY,
            acts_timeline.draw,
            START,
        ),
        Overview(
            "mechanisms",
            "Who sits where",
            "The forums and organizations with the most members, and who belonged to each of them"
            " on a day of your choice.",
            seats.query,
            seats.draw,
            EAKG.memberOfBody,
            dated=True,
        ),
        Overview(
            "network",
            "Who did what towards whom",
            "Actors on the left, what they did in the middle, and on the right towards whom.",
            lambda _: acts_network.QUERY,
            acts_network.draw,
            EAKG.agent,
        ),
        Overview(
            "figures",
            "The figures",
            "Every number that the graph holds with its unit: trade, and what was sent.",
            lambda _: figures.QUERY,
            figures.draw,
            EAKG.numericValue,
        ),
    )
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
    counts = state().catalogue.properties()
    return {one.name: one for one in OVERVIEWS.values() if str(one.property) in counts}


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
    day = _day(parameters)
    representation = CSV if dot else negotiate(request, (HTML, CSV))
    parts = (state().settings.public_url, "overview", stem, day, representation.name)
    response = represented(
        request,
        state().store,
        parts,
        lambda: _page(overview, day) if representation is HTML else _csv(overview, day),
    )
    response.headers["Link"] = (
        f'<{address(f"/overviews/{stem}.csv")}{_query(overview, day)}>; rel="alternate";'
        f' type="{CSV.media_type}"'
    )
    return response


def _csv(overview: Overview, day: date) -> Response:
    data = state().store.query(QueryRequest(overview.query(day), CSV.name)).read()
    return Response(data, content_type=CSV.content_type)


def _page(overview: Overview, day: date) -> Response:
    query = overview.query(day)
    answer = solutions(state().store, QueryRequest(query))
    page = render_template(
        f"overview_{overview.name}.html",
        overview=overview,
        drawing=overview.draw(answer.rows, page_href) if answer.rows else None,
        table=labelled_table(answer),
        query=query,
        day=day,
        days=[(one, day_text(one)) for one in seats.DAYS],
        suffix=_query(overview, day),
    )
    return Response(page, content_type=HTML.content_type)


def _day(parameters: Parameters) -> date:
    value = parameters.single("date")
    if value is None:
        return seats.RECORD
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadParameterError("date is a day as in 2020-07-23") from None


def _query(overview: Overview, day: date) -> str:
    return f"?date={day}" if overview.dated else ""
