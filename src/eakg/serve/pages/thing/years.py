"""The years of what a section has in its table: a chart whose columns lead to the rows of each."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rdflib.term import Node

from eakg.serve.content import Bounds
from eakg.serve.drawings import ColumnChart, ColumnValue, columns
from eakg.serve.pages.thing.placement import Placement, relations_in

FEW = 8
"""Rows that a table can have without a chart of their years."""
_MOST = 12  # columns
_PATTERN = re.compile(r"(\d{4})(?:-(\d{4}))?")


@dataclass(frozen=True)
class YearRange:
    """Years from the first to the last, both among them."""

    first: int
    last: int

    def has(self, bounds: Bounds) -> bool:
        """Whether a thing with these bounds belongs to them."""
        year = year_of(bounds)
        return year is not None and self.first <= year <= self.last

    @property
    def words(self) -> str:
        """As people write them."""
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"

    def __str__(self) -> str:
        """As they stand in addresses."""
        first, last = f"{self.first:04}", f"{self.last:04}"
        return first if first == last else f"{first}-{last}"


@dataclass(frozen=True)
class YearChart:
    """How many began in which years, and how many have no day."""

    chart: ColumnChart
    undated: int


def years_written(text: str) -> YearRange | None:
    """A year, or two with a hyphen between them, the first first; None for another text."""
    match = _PATTERN.fullmatch(text)
    if match is None:
        return None
    years = YearRange(int(match[1]), int(match[2] or match[1]))
    return years if years.first <= years.last else None


def year_of(bounds: Bounds) -> int | None:
    """The year of the first day that bounds leave, or of the last where they leave no first."""
    day = next(filter(None, bounds.days), None)
    return None if day is None else day.year


def year_charts(
    placement: Placement,
    days: Mapping[Node, Bounds],
    address: Callable[[str, YearRange], str],
    choice: YearRange | None = None,
) -> Mapping[str, YearChart]:
    """The charts of the sections that have one, by their anchors.

    Arguments: the places of the triples; when what has rows was; the address of the rows of a
    section that began in some years; the years that are looked at.
    """
    charts = {}
    for anchor, plan in placement.presentation.sections.items():
        things = relations_in(placement, anchor) if plan.by_year else frozenset()
        if len(things) <= FEW:
            continue
        numbers = Counter(year_of(days.get(thing, Bounds())) for thing in things)
        undated = numbers.pop(None, 0)
        counts = {year: number for year, number in numbers.items() if year is not None}
        if len(counts) > 1:
            values = [
                ColumnValue(
                    f"{years.first}–{years.last % 100:02}"
                    if years.last > years.first
                    else str(years),
                    address(anchor, years) if number else None,
                    number,
                    years == choice,
                )
                for years, number in _stretches(counts)
            ]
            charts[anchor] = YearChart(columns(values), undated)
    return charts


def _stretches(counts: Mapping[int, int]) -> Iterator[tuple[YearRange, int]]:
    """Stretches of so many years that there are few, with their numbers."""
    first, last = min(counts), max(counts)
    step = next(one for one in _steps() if last // one - first // one < _MOST)
    for start in range(first - first % step, last + 1, step):
        end = start + step - 1
        yield YearRange(start, end), sum(counts.get(year, 0) for year in range(start, end + 1))


def _steps() -> Iterable[int]:
    return (step * power for power in (1, 10, 100, 1000) for step in (1, 2, 5))
