"""The page of the design: each component of the pages once, over data of its own.

In: nothing. Out: `/design`, which tests look at, and whoever changes a component.
"""

from datetime import date
from types import SimpleNamespace as Sample
from typing import Any

from flask import Blueprint, Response, render_template, request

from eakg.serve.app import HTML, query_string, represented, state
from eakg.serve.drawings import (
    Bar,
    Branch,
    Cell,
    ColumnValue,
    Edge,
    Flow,
    GeographicMap,
    Head,
    Node,
    Pin,
    Position,
    Span,
    bars,
    columns,
    geographic_map,
    matrix,
    network,
    timeline,
    tree,
)
from eakg.serve.overviews import STATUSES
from eakg.serve.words import DisplayTerm, SupportLink

blueprint = Blueprint("design", __name__)
_SHIPS = "http://ships.example/"
_SUPPORTS = ("sentence", "annotator", "row", "axiom", "several", "inferred", "asserted", "evidence")


@blueprint.get("/design")
def design() -> Response:
    """Each component of the pages once."""
    query_string(request).only()

    def answer() -> Response:
        text = render_template("design.html", **_samples())
        return Response(text, content_type=HTML.content_type)

    return represented(request, state().store, (state().settings.public_url, "design"), answer)


def _term(label: str, name: str | None = None, language: str | None = None) -> DisplayTerm:
    iri = None if name is None else _SHIPS + name
    return DisplayTerm(label, iri or label, iri, language)


def _why(kind: str) -> SupportLink:
    return SupportLink("/design", kind, f"what supports it: {kind}")


def _value(label: str, name: str | None, kind: str, language: str | None = None) -> Sample:
    entry = Sample(inferred=kind == "inferred")
    return Sample(term=_term(label, name, language), entry=entry, why=_why(kind))


def _samples() -> dict[str, Any]:
    return {
        "supports": [(kind, _why(kind)) for kind in _SUPPORTS],
        "paragraph": _paragraph(),
        "groups": _groups(),
        "section": _section(),
        "rows": _rows(),
        "row_supports": _row_supports(),
        "kinds": [
            Sample(name="ships", title="Ships", things=1831),
            Sample(name="people", title="People", things=74),
        ],
        "passage_place": _passage_place(),
        "row_place": _row_place(),
        "reviews": [
            Sample(colour=number % 7 + 1, status=status, verdict=status, sources=())
            for number, status in enumerate(STATUSES)
        ],
        "told": ("stated", "promised", "praised", "hoped", "asked", "reported", "denied"),
        **_drawings(),
    }


def _paragraph() -> list[Sample]:
    def value(label: str, words: str, notes: tuple[int, ...], whys: tuple[str, ...]) -> Sample:
        return Sample(term=_term(label, label), words=words, notes=notes, whys=whys)

    clauses = [
        Sample(
            before="under ",
            values=[value("Robert FitzRoy", "captain", (1,), ())],
            rest=0,
            anchor=None,
            after="",
            is_counted=True,
        ),
        Sample(
            before=", with ",
            values=[
                value("Charles Darwin", "naturalist, from 1831", (2,), ()),
                value("John Stokes", "", (), ("/design",)),
            ],
            rest=71,
            anchor="facts",
            after="",
            is_counted=True,
        ),
    ]
    row_note = Sample(
        number=2,
        place=_row_place(),
        excerpts=[Sample(thing="Charles Darwin", cells=[("rank", "naturalist")])],
    )
    notes = [Sample(number=1, place=_passage_place(), excerpts=()), row_note]
    return [Sample(opening="She sailed", clauses=clauses, notes=notes)]


def _passage_place() -> Sample:
    passage = Sample(
        words="She sailed from Devonport under Captain FitzRoy.",
        exact="under Captain FitzRoy",
        is_annotator_value=False,
        whereabouts="the first sentence",
    )
    return Sample(
        passages=[passage], path="/design", row=None, annotations={}, retells=(), axiom=None
    )


def _row_place() -> Sample:
    row = Sample(
        number=7,
        table=f"{_SHIPS}crew",
        sources=["https://ships.example/muster"],
        verification="verified",
        note="Two lists agree.",
    )
    return Sample(passages=(), path="/design", row=row, annotations={}, retells=(), axiom=None)


def _groups() -> list[Sample]:
    def group(title: str, *values: Sample, differ: bool = False, wider: bool = False) -> Sample:
        name = title.replace(" ", "-")
        return Sample(title=_term(title, name), values=values, differ=differ, wider=wider)

    return [
        group("captain", _value("Robert FitzRoy", "fitzroy", "sentence")),
        group(
            "launched",
            _value("11 May 1820", None, "row"),
            _value("12 May 1820", None, "row"),
            differ=True,
        ),
        group("not before", _value("1 January 1820", None, "row"), wider=True),
        group(
            "name", _value("Beagle", None, "row", "en"), _value("小獵犬號", None, "row", "zh-Hant")
        ),
        group("is a", _value("vessel", "Vessel", "inferred")),
    ]


def _section() -> Sample:
    def row(when: str, body: str, role: str) -> Sample:
        link = Sample(titles=("voyage",), why=_why("row"), entries=())
        return Sample(
            when=when,
            thing=_term(f"{body}: {role}", body),
            since=(_why("inferred"),),
            cells=((_value(body, body, "row"),), (_value(role, role, "row"),)),
            links=(link,),
        )

    rows = [row("1826 to 1830", "First voyage", "survey"), row("from 1831", "Second", "survey")]
    table = Sample(columns=("Voyage", "As"), rows=rows)
    return Sample(anchor="memberships", title="Voyages", table=table)


def _rows() -> Sample:
    cells = [
        [_term("Beagle", "beagle"), _term("242"), _term("小獵犬號", None, "zh-Hant")],
        [_term("Fury", "fury"), None, _term("Fury", None, "en")],
    ]
    return Sample(columns=("ship", "tons", "name"), cells=cells)


def _row_supports() -> list[Sample]:
    places = (_passage_place(), _row_place())
    return [
        Sample(places=places, are_examples=False, proof=None),
        Sample(places=(), are_examples=False, proof="/design"),
    ]


def _drawings() -> dict[str, Any]:
    ships = (Head("beagle", "Beagle", None), Head("fury", "Fury", None))
    oceans = (Head("atlantic", "Atlantic", None), Head("pacific", "Pacific", None))
    nodes = (
        Node("beagle", "Beagle", None, group="ship"),
        Node("fitzroy", "Robert FitzRoy", None, group="person"),
        Node("darwin", "Charles Darwin", None, group="person"),
    )
    return {
        "timeline": timeline(
            (
                Span("First voyage", None, date(1826, 5, 22), date(1830, 10, 14), "survey"),
                Span("Second voyage", None, date(1831, 12, 27), None, "survey"),
                Span("Repairs", None, None, date(1831, 11, 15), "yard"),
            )
        ),
        "bars": bars((Bar("Beagle", None, 242, "242 tons"), Bar("Fury", None, 377, "377 tons"))),
        "columns": columns(
            ColumnValue(str(year), None, days, is_chosen=year == 1832)
            for year, days in ((1831, 5), (1832, 211), (1833, 0), (1834, 98))
        ),
        "matrix": matrix(
            ships,
            oceans,
            (
                Cell("beagle", "atlantic", True, None, "Beagle: Atlantic"),
                Cell("beagle", "pacific", False, None, "Beagle: Pacific, in part"),
            ),
        ),
        "network": network(
            nodes,
            (
                Edge("fitzroy", "beagle", label="commands"),
                Edge("darwin", "fitzroy", kind="dashed", label="dines with"),
            ),
        ),
        "map": _map(),
        "tree": tree(
            (Branch("Vessel", None, "2", (Branch("Sloop", None, "1"), Branch("Brig", None, "1"))),)
        ),
    }


def _map() -> GeographicMap:
    devonport, sydney = Position(-4.2, 50.4), Position(151.2, -33.9)
    galapagos = Position(-90.5, -0.6)
    stays = (
        Pin("Devonport", None, devonport, 12, note="12 weeks"),
        Pin("Galápagos", None, galapagos, 5, note="5 weeks"),
        Pin("Sydney", None, sydney, 3, note="3 weeks"),
        Pin("At sea", None, None),
    )
    ways = (Flow("Out", None, devonport, galapagos, 3), Flow("On", None, galapagos, sydney))
    return geographic_map(stays, ways)
