"""When a thing was: the tightest of all the bounds that sources give.

Every source may bound a day, and all bounds hold (docs/ontology.md, "Time by bounds"): what counts
is the latest beginning and the earliest end. Sources disagree only where that start lies after that
end. Which properties bound a time says `ontology/pages.ttl`, and what is served of the kind.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date

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

    def is_before(self, other: "Bounds") -> bool:
        """Whether this had ended, as far as is known, before the other can have begun."""
        if self.end is None or other.start is None or self.crossed or other.crossed:
            return False
        return _key(self.end, _LAST) < _key(other.start, 0)

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first day that they leave, and the last; None for an open one, and for a year before
        1 or after 9999."""
        return _day(self.start and self.earliest), _day(self.end and self.latest)

    @property
    def latest(self) -> tuple[int, int, int]:
        """The end, in order."""
        return _key(self.end or "", _LAST)

    @property
    def earliest(self) -> tuple[int, int, int]:
        """The beginning, in order."""
        return _key(self.start or "", 0)


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


def _day(key: tuple[int, int, int] | str | None) -> date | None:
    if not isinstance(key, tuple) or not MINYEAR <= key[0] <= MAXYEAR:
        return None
    year, month, number = key[0], min(max(key[1], 1), 12), max(key[2], 1)
    return date(year, month, min(number, monthrange(year, month)[1]))


def _key(day: str, rest: int) -> tuple[int, int, int]:
    """A day as it is ordered; a year or a month by its first or last day."""
    match = _DAY.match(day)
    if match is None:
        return 0, rest, rest
    year, month, number = match.groups()
    return int(year), int(month or rest), int(number or rest)
