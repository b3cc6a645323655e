"""Overviews: drawings of the whole graph, each with its query, its data, and a table."""

from collections.abc import Callable, Iterable
from datetime import date

from flask import Blueprint, Response, render_template, request
from rdflib import URIRef
from werkzeug.exceptions import NotFound

from eakg.rdf import CSV, JSON, ResultFormat, Row
from eakg.serve.app import (
    HTML,
    BadParameterError,
    Parameters,
    Representation,
    address,
    negotiate,
    page_href,
    page_path,
    query_string,
    represented,
    state,
)
from eakg.serve.drawings import day_text
from eakg.serve.overviews import figures, membership_matrix, network, places, timeline
from eakg.serve.overviews.findings_page import CHOICES, findings_page
from eakg.serve.overviews.offers import FINDINGS, overview_offers, statement_reviews
from eakg.serve.overviews.overview import DAY, Overview
from eakg.serve.words import DisplayTerm, labelled_table, naming_of
from eakg.sparql import ParameterError
from eakg.store import QueryRequest, solutions

blueprint = Blueprint("overviews", __name__)
_DATA = {"csv": CSV, "json": JSON}
_MOST = 100  # kinds and properties on one page
_Draw = Callable[[Overview, Iterable[Row], Callable[[str], str | None]], object]
_DRAW: dict[str, _Draw] = {
    "timeline": timeline.draw,
    "matrix": membership_matrix.draw,
    "network": network.draw,
    "figures": figures.draw,
    "map": places.draw,
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
            overviews=overview_offers().values(),
            classes=catalogue.classes()[:_MOST],
            properties=_properties(),
        )
        return Response(text, content_type=HTML.content_type)

    parts = (state().settings.public_url, "overviews")
    return represented(request, state().store, parts, page)


def _properties() -> list[tuple[DisplayTerm, int]]:
    """The properties of the data with how often each is used, the most used first."""
    catalogue = state().catalogue
    counts = sorted(catalogue.properties().items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST]
    terms = [URIRef(iri) for iri, _ in counts]
    naming = naming_of(state().store, terms, catalogue.presentation())
    return [(naming.of_term(URIRef(iri)), count) for iri, count in counts]


@blueprint.get("/overviews/<name>")
def overview(name: str) -> Response:
    """One overview: a page, or its rows as CSV or JSON, by extension or Accept."""
    stem, dot, extension = name.partition(".")
    overview = overview_offers().get(stem)
    if overview is None or (dot and extension not in _DATA):
        raise NotFound
    parameters = query_string(request)
    day = _day(overview, parameters)
    query = _query_text(overview, day)
    choices = _choices(parameters) if overview.kind == FINDINGS else {}
    page = parameters.page()
    offers: tuple[Representation, ...] = (HTML, *_DATA.values())
    representation = _DATA[extension] if dot else negotiate(request, offers)
    parts = (*(state().settings.public_url, "overview", stem, query), representation.name)

    def make() -> Response:
        if isinstance(representation, ResultFormat):
            if choices:
                raise BadParameterError(f"{min(choices)} is for the page; these have all rows")
            data = state().store.query(QueryRequest(query, representation.name)).read()
            return Response(data, content_type=representation.content_type)
        if overview.kind == FINDINGS:
            return _findings(overview, query, choices, page)
        return _page(overview, query, day)

    response = represented(request, state().store, (*parts, *sorted(choices.items()), page), make)
    response.headers["Link"] = ", ".join(
        f'<{address(f"/overviews/{stem}.{ending}")}{_suffix(day)}>; rel="alternate";'
        f' type="{format_.media_type}"'
        for ending, format_ in _DATA.items()
    )
    return response


def _choices(parameters: Parameters) -> dict[str, str]:
    return {name: value for name in CHOICES if (value := parameters.single(name))}


def _findings(overview: Overview, query: str, choices: dict[str, str], number: int) -> Response:
    reviews = statement_reviews()
    place = page_path(f"/overviews/{overview.name}")
    page = findings_page(reviews, choices, number, place)
    if page is None:
        raise NotFound
    text = render_template(
        "overview_findings.html",
        overview=overview,
        drawing=page if reviews else None,
        place=place,
        query=query,
        suffix="",
    )
    return Response(text, content_type=HTML.content_type)


def _page(overview: Overview, query: str, day: str | None) -> Response:
    answer = solutions(state().store, QueryRequest(query))
    page = render_template(
        f"overview_{overview.kind}.html",
        overview=overview,
        drawing=_DRAW[overview.kind](overview, answer.rows, page_href) if answer.rows else None,
        table=labelled_table(answer, in_groups=True),
        query=query,
        day=day,
        days=[(str(one), day_text(one)) for one in overview.days],
        suffix=_suffix(day),
    )
    return Response(page, content_type=HTML.content_type)


def drawing_of(overview: Overview) -> object | None:
    """What is drawn of an overview as it is without a choice; None where there is nothing, and of
    statements, which are no drawing. Raises: StoreError and its kinds."""
    if overview.kind not in _DRAW:
        return None
    rows = state().catalogue.rows(_query_text(overview, overview.day))
    return _DRAW[overview.kind](overview, rows, page_href) if rows else None


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
