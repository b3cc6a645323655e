"""When a thing was: the tightest of all the bounds that sources give.

Every source may bound a day, and all bounds hold (docs/ontology.md, "Time by bounds"): what counts
is the latest eakg:notBefore and the earliest eakg:notAfter. Sources disagree only where that start
lies after that end.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rdflib.term import Node

from eakg.names import EAKG

START, END = EAKG.notBefore, EAKG.notAfter
BOUNDS = frozenset({START, END})
_DAY = re.compile(r"(-?\d{4,})(?:-(\d\d))?(?:-(\d\d))?")
_LAST = 99  # after each month and day, for a bound that names none


@dataclass(frozen=True)
class Bounds:
    """The tightest bounds of a thing as they are written; None where there is none."""

    start: str | None = None
    end: str | None = None

    @property
    def crossed(self) -> bool:
        """Whether no day lies between them, so that the sources do not agree."""
        if self.start is None or self.end is None:
            return False
        return _key(self.start, 0) > _key(self.end, _LAST)

    def has(self, predicate: Node, value: Node) -> bool:
        """Whether a triple of this predicate and value says one of them."""
        return str(value) == (self.start if predicate == START else self.end)


def bounds_of(pairs: Iterable[tuple[Node, Node]]) -> Bounds:
    """The tightest bounds among the properties and values of a thing; others do not count."""
    days = [(predicate, str(value)) for predicate, value in pairs]
    starts = (day for predicate, day in days if predicate == START)
    ends = (day for predicate, day in days if predicate == END)
    return Bounds(
        max(starts, key=lambda day: (_key(day, 0), day), default=None),
        min(ends, key=lambda day: (_key(day, _LAST), day), default=None),
    )


def tightest(thing: str, start: str, end: str) -> str:
    """The same in SPARQL: patterns that bind the tightest bounds of a thing, where it has any.

    Arguments: the names of the variables, without question marks.
    """
    return (
        f"OPTIONAL {{ SELECT ?{thing} (MAX(?{start}Bound) AS ?{start})"
        f" {{ ?{thing} <{START}> ?{start}Bound }} GROUP BY ?{thing} }}\n"
        f"  OPTIONAL {{ SELECT ?{thing} (MIN(?{end}Bound) AS ?{end})"
        f" {{ ?{thing} <{END}> ?{end}Bound }} GROUP BY ?{thing} }}"
    )


def _key(day: str, rest: int) -> tuple[int, int, int]:
    """A day as it is ordered; a year or a month by its first or last day."""
    match = _DAY.match(day)
    if match is None:
        return 0, rest, rest
    year, month, number = match.groups()
    return int(year), int(month or rest), int(number or rest)
