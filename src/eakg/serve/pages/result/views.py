"""Results of a query as drawings: which can be made of them, and how."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice, pairwise
from math import isfinite

from rdflib import XSD, Literal, URIRef
from rdflib.term import Node

from eakg.names import EAKG
from eakg.rdf import Row, Solutions, Triple
from eakg.serve.drawings import Bar, Bars, Edge, Network, Span, Timeline, bars, network, timeline
from eakg.serve.drawings import Node as Box
from eakg.serve.overviews import day_of
from eakg.serve.words import short

Drawing = Bars | Timeline | Network
Href = Callable[[str], str | None]
DRAWN = 60  # rows, or lines of a network

_DATES = frozenset({XSD.date, XSD.dateTime, XSD.gYear, XSD.gYearMonth})
_NUMBERS = frozenset(
    {XSD.integer, XSD.decimal, XSD.double, XSD.float, XSD.int, XSD.long, XSD.nonNegativeInteger}
)
_W3C = "http://www.w3.org/"
_LABEL = "Label"


def views(solutions: Solutions) -> tuple[str, ...]:
    """The drawings that can be made: a chart of numbers, a timeline of days, a graph of things."""
    if not solutions.rows:
        return ()
    found = {
        "chart": bool(_columns(solutions, _is_number)),
        "timeline": bool(_columns(solutions, _is_date)),
        "graph": len(_columns(solutions, _is_thing)) > 1,
    }
    return tuple(name for name, possible in found.items() if possible)


def draw(solutions: Solutions, view: str, href: Href) -> Drawing:
    """The drawing of this name, which must be among the views, of the first rows."""
    return _DRAW[view](solutions, href)


def draw_triples(triples: Iterable[Triple], label: Callable[[Node], str], href: Href) -> Network:
    """The first triples between things as a network, each with its property on it."""
    nodes: dict[str, Box] = {}
    labels: dict[tuple[str, str], list[str]] = {}
    between = (one for one in triples if not isinstance(one[2], Literal))
    for subject, predicate, value in islice(between, DRAWN):
        for term in (subject, value):
            nodes.setdefault(str(term), Box(str(term), label(term), href(str(term))))
        labels.setdefault((str(subject), str(value)), []).append(label(predicate))
    return network(nodes.values(), _edges(labels))


def _edges(labels: Mapping[tuple[str, str], Iterable[str]]) -> list[Edge]:
    """A line for each pair of ends, with all that is said of them."""
    return [
        Edge(source, target, label=", ".join(dict.fromkeys(one for one in words if one)))
        for (source, target), words in labels.items()
    ]


def _chart(solutions: Solutions, href: Href) -> Bars:
    number, *_ = _columns(solutions, _is_number)
    name = _namer(solutions)
    return bars(
        Bar(
            name(row), _first_thing(row, solutions, href), float(str(row[number])), str(row[number])
        )
        for row in islice(solutions.rows, DRAWN)
        if number in row
    )


def _timeline(solutions: Solutions, href: Href) -> Timeline:
    start, *others = _columns(solutions, _is_date)
    end = others[0] if others else start
    name = _namer(solutions)
    return timeline(
        Span(
            name(row),
            _first_thing(row, solutions, href),
            day_of(row.get(start)),
            day_of(row.get(end)),
        )
        for row in islice(solutions.rows, DRAWN)
    )


def _graph(solutions: Solutions, href: Href) -> Network:
    things = _columns(solutions, _is_thing)
    on_line = things[1] if len(things) > 2 and _are_properties(solutions, things[1]) else None
    ends = [one for one in things if one != on_line]
    # Two columns make a network; more are read from column to column.
    apart = len(ends) > 2
    nodes: dict[str, Box] = {}
    labels: dict[tuple[str, str], list[str]] = {}
    for row in islice(solutions.rows, DRAWN):
        keys = []
        for layer, one in enumerate(ends):
            if one in row:
                iri = str(row[one])
                keys.append(f"{one} {iri}" if apart else iri)
                box = Box(keys[-1], _text(row, one), href(iri), layer=layer if apart else None)
                nodes.setdefault(box.key, box)
        words = _text(row, on_line) if on_line and on_line in row else ""
        for pair in pairwise(keys):
            labels.setdefault(pair, []).append(words)
    return network(nodes.values(), _edges(labels))


def _columns(solutions: Solutions, fits: Callable[[Node], bool]) -> list[str]:
    """The variables whose values all fit, where they have values."""
    found = []
    for variable in solutions.variables:
        values = [row[variable] for row in solutions.rows if variable in row]
        if values and all(map(fits, values)):
            found.append(variable)
    return found


def _is_number(term: Node) -> bool:
    return (
        isinstance(term, Literal)
        and term.datatype in _NUMBERS
        and term.value is not None
        and isfinite(float(term.value))
    )


def _is_date(term: Node) -> bool:
    return isinstance(term, Literal) and term.datatype in _DATES and day_of(term) is not None


def _is_thing(term: Node) -> bool:
    return isinstance(term, URIRef)


def _are_properties(solutions: Solutions, variable: str) -> bool:
    """Whether all values look like properties: ours begin small, and the W3C has no things."""
    names = [str(row[variable]) for row in solutions.rows if variable in row]
    return all(
        (one.startswith(EAKG) and one.removeprefix(EAKG)[:1].islower()) or one.startswith(_W3C)
        for one in names
    )


def _namer(solutions: Solutions) -> Callable[[Row], str]:
    """How a row is called: by its first columns, as many as tell the rows apart, three at most."""
    told = [
        one
        for one in solutions.variables
        if not (one.endswith(_LABEL) and one.removesuffix(_LABEL) in solutions.variables)
        and one not in _columns(solutions, _is_number)
        and one not in _columns(solutions, _is_date)
    ]

    def name(row: Row, of: Sequence[str]) -> str:
        return " · ".join(_text(row, one) for one in of if one in row)

    for count in (1, 2):
        names = [name(row, told[:count]) for row in solutions.rows]
        if len(set(names)) == len(names):
            return lambda row: name(row, told[:count])
    return lambda row: name(row, told[:3])


def _text(row: Row, variable: str) -> str:
    term = row.get(variable + _LABEL, row[variable])
    return short(str(term)) if isinstance(term, URIRef) else str(term)


def _first_thing(row: Row, solutions: Solutions, href: Href) -> str | None:
    things = (row[one] for one in solutions.variables if one in row)
    return next((href(str(one)) for one in things if isinstance(one, URIRef)), None)


_DRAW: dict[str, Callable[[Solutions, Href], Drawing]] = {
    "chart": _chart,
    "timeline": _timeline,
    "graph": _graph,
}
