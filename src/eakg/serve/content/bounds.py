"""When a thing was: the tightest of all the bounds that sources give.

Every source may bound a day, and all bounds hold (docs/ontology.md, "Time by bounds"): what counts
is the latest beginning and the earliest end. Sources disagree only where that start lies after that
end. Which properties bound a time says `ontology/pages.ttl`, and what is served of the kind.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.term import Node

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


@dataclass(frozen=True)
class TimeTerms:
    """The properties that tell when a thing was: those that bound its beginning and its end, and
    those that say it in words."""

    starts: frozenset[URIRef] = frozenset()
    ends: frozenset[URIRef] = frozenset()
    texts: frozenset[URIRef] = frozenset()

    @property
    def bounds(self) -> frozenset[URIRef]:
        """Those that bound a time."""
        return self.starts | self.ends

    def bounds_of(self, pairs: Iterable[tuple[Node, Node]]) -> Bounds:
        """The tightest bounds among the properties and values of a thing; others do not count."""
        days = [(predicate, str(value)) for predicate, value in pairs]
        starts = (day for predicate, day in days if predicate in self.starts)
        ends = (day for predicate, day in days if predicate in self.ends)
        return Bounds(
            max(starts, key=lambda day: (_key(day, 0), day), default=None),
            min(ends, key=lambda day: (_key(day, _LAST), day), default=None),
        )

    def tells(self, bounds: Bounds, predicate: Node, value: Node) -> bool:
        """Whether a triple of this predicate and value says one of these bounds."""
        return str(value) == (bounds.start if predicate in self.starts else bounds.end)


def _key(day: str, rest: int) -> tuple[int, int, int]:
    """A day as it is ordered; a year or a month by its first or last day."""
    match = _DAY.match(day)
    if match is None:
        return 0, rest, rest
    year, month, number = match.groups()
    return int(year), int(month or rest), int(number or rest)
