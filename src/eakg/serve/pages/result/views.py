"""Results of a query as drawings: which can be made of them, and how."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice, pairwise

from rdflib import XSD, Literal, URIRef
from rdflib.term import Node

from eakg.rdf import Row, Solutions, Triple, finite_number
from eakg.serve.content import short
from eakg.serve.drawings import (
    Bar,
    Bars,
    Edge,
    GeographicMap,
    Network,
    Pin,
    Span,
    Timeline,
    bars,
    geographic_map,
    network,
    timeline,
)
from eakg.serve.drawings import Node as Box
from eakg.serve.overviews import day_of, position_of
from eakg.serve.words import digits

Drawing = Bars | Timeline | Network | GeographicMap
Href = Callable[[str], str | None]
DRAWING_LIMIT = 60  # rows, or lines of a network

_DATES = frozenset({XSD.date, XSD.dateTime, XSD.gYear, XSD.gYearMonth})
_NUMBERS = frozenset(
    {XSD.integer, XSD.decimal, XSD.double, XSD.float, XSD.int, XSD.long, XSD.nonNegativeInteger}
)
_W3C = "http://www.w3.org/"
_LABEL = "Label"
_BEGINS_SMALL = re.compile(r"#[a-z]\w*$")


def views(solutions: Solutions) -> tuple[str, ...]:
    """The drawings that can be made: a chart of numbers, a timeline of days, a map of points, a
    graph of things."""
    if not solutions.rows:
        return ()
    drawings = {
        "chart": bool(_columns(solutions, _is_number)),
        "timeline": bool(_columns(solutions, _is_date)),
        "map": bool(_columns(solutions, _is_point)),
        "graph": len(_columns(solutions, _is_thing)) > 1,
    }
    return tuple(name for name, possible in drawings.items() if possible)


def draw(solutions: Solutions, view: str, href: Href) -> Drawing:
    """The drawing of this name, which must be among the views, of the first rows."""
    return _DRAW[view](solutions, href)


def draw_triples(triples: Iterable[Triple], label: Callable[[Node], str], href: Href) -> Network:
    """The first triples between things as a network, each with its property on it."""
    nodes: dict[str, Box] = {}
    labels: dict[tuple[str, str], list[str]] = {}
    links = (triple for triple in triples if not isinstance(triple[2], Literal))
    for subject, predicate, value in islice(links, DRAWING_LIMIT):
        for term in (subject, value):
            nodes.setdefault(str(term), Box(str(term), label(term), href(str(term))))
        labels.setdefault((str(subject), str(value)), []).append(label(predicate))
    return network(nodes.values(), _edges(labels))


def _edges(labels: Mapping[tuple[str, str], Iterable[str]]) -> list[Edge]:
    """A line for each pair of ends, with all that is said of them."""
    return [
        Edge(source, target, label=", ".join(dict.fromkeys(filter(None, words))))
        for (source, target), words in labels.items()
    ]


def _chart(solutions: Solutions, href: Href) -> Bars:
    number, *_ = _columns(solutions, _is_number)
    name = _namer(solutions)
    return bars(
        Bar(
            name(row),
            _first_thing(row, solutions, href),
            float(str(row[number])),
            digits(str(row[number])),
        )
        for row in islice(solutions.rows, DRAWING_LIMIT)
        if number in row
    )


def _timeline(solutions: Solutions, href: Href) -> Timeline:
    start, *rest = _columns(solutions, _is_date)
    end = rest[0] if rest else start
    name = _namer(solutions)
    return timeline(
        Span(
            name(row),
            _first_thing(row, solutions, href),
            day_of(row.get(start)),
            day_of(row.get(end)),
        )
        for row in islice(solutions.rows, DRAWING_LIMIT)
    )


def _map(solutions: Solutions, href: Href) -> GeographicMap:
    point, *_ = _columns(solutions, _is_point)
    number = next(iter(_columns(solutions, _is_number)), "")
    name = _namer(solutions)
    return geographic_map(
        Pin(
            name(row),
            _first_thing(row, solutions, href),
            position_of(row.get(point)),
            float(str(row.get(number, 1))),
            note=digits(str(row.get(number, ""))),
        )
        for row in islice(solutions.rows, DRAWING_LIMIT)
    )


def _graph(solutions: Solutions, href: Href) -> Network:
    things = _columns(solutions, _is_thing)
    is_triple = len(things) > 2 and _are_properties(solutions, things[1])
    property_ = things[1] if is_triple else None
    variables = [variable for variable in things if variable != property_]
    # Two columns make a network; more are read from column to column.
    layered = len(variables) > 2
    nodes: dict[str, Box] = {}
    labels: dict[tuple[str, str], list[str]] = {}
    for row in islice(solutions.rows, DRAWING_LIMIT):
        keys = []
        for number, variable in enumerate(variables):
            if variable in row:
                iri = str(row[variable])
                keys.append(f"{variable} {iri}" if layered else iri)
                layer = number if layered else None
                nodes.setdefault(
                    keys[-1], Box(keys[-1], _text(row, variable), href(iri), layer=layer)
                )
        words = _text(row, property_) if property_ and property_ in row else ""
        for pair in pairwise(keys):
            labels.setdefault(pair, []).append(words)
    return network(nodes.values(), _edges(labels))


def _columns(solutions: Solutions, fits: Callable[[Node], bool]) -> list[str]:
    """The variables whose values all fit, where they have values."""
    columns = []
    for variable in solutions.variables:
        values = [row[variable] for row in solutions.rows if variable in row]
        if values and all(map(fits, values)):
            columns.append(variable)
    return columns


def _is_number(term: Node) -> bool:
    return (
        isinstance(term, Literal) and term.datatype in _NUMBERS and finite_number(term) is not None
    )


def _is_date(term: Node) -> bool:
    return isinstance(term, Literal) and term.datatype in _DATES and day_of(term) is not None


def _is_point(term: Node) -> bool:
    return position_of(term) is not None


def _is_thing(term: Node) -> bool:
    return isinstance(term, URIRef)


def _are_properties(solutions: Solutions, variable: str) -> bool:
    """Whether all values look like properties: their names begin small after those of a namespace
    (as vocabularies have it), or are of W3C, which has no things."""
    names = [str(row[variable]) for row in solutions.rows if variable in row]
    return all(_BEGINS_SMALL.search(name) or name.startswith(_W3C) for name in names)


def _namer(solutions: Solutions) -> Callable[[Row], str]:
    """How a row is called: by its first columns, as many as tell the rows apart, three at most."""
    quantities = {
        variable
        for fits in (_is_number, _is_date, _is_point)
        for variable in _columns(solutions, fits)
    }
    columns = [
        variable
        for variable in solutions.variables
        if not (variable.endswith(_LABEL) and variable.removesuffix(_LABEL) in solutions.variables)
        and variable not in quantities
    ]

    def name(row: Row, variables: Sequence[str]) -> str:
        return " · ".join(_text(row, variable) for variable in variables if variable in row)

    for count in (1, 2):
        names = [name(row, columns[:count]) for row in solutions.rows]
        if len(set(names)) == len(names):
            return lambda row: name(row, columns[:count])
    return lambda row: name(row, columns[:3])


def _text(row: Row, variable: str) -> str:
    term = row.get(variable + _LABEL, row[variable])
    return short(str(term)) if isinstance(term, URIRef) else str(term)


def _first_thing(row: Row, solutions: Solutions, href: Href) -> str | None:
    things = (row[one] for one in solutions.variables if one in row)
    return next((href(str(one)) for one in things if isinstance(one, URIRef)), None)


_DRAW: dict[str, Callable[[Solutions, Href], Drawing]] = {
    "chart": _chart,
    "timeline": _timeline,
    "map": _map,
    "graph": _graph,
}
