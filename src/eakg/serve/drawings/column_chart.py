"""A column chart: a column for each stretch of a scale, all from one base."""

from collections.abc import Iterable
from dataclasses import dataclass

from eakg.serve.drawings.text import WIDTH

_TALLEST, _TOP, _FOOT = 84.0, 20.0, 24.0
_WIDEST, _GAP = 64.0, 8.0


@dataclass(frozen=True)
class ColumnValue:
    """A number with the label below it; `is_chosen` for the one that is looked at."""

    label: str
    href: str | None
    value: int
    is_chosen: bool = False


@dataclass(frozen=True)
class ColumnMark:
    """Where a column stands; its number is above it, its label below, about the middle."""

    column: ColumnValue
    x: float
    y: float
    width: float
    height: float
    middle: float


@dataclass(frozen=True)
class ColumnChart:
    """A laid-out chart; `base` is where the line at zero stands."""

    width: float
    height: float
    base: float
    marks: tuple[ColumnMark, ...]


def columns(entries: Iterable[ColumnValue]) -> ColumnChart:
    """Lay out columns in the order they come, all on one scale."""
    entries = tuple(entries)
    slot = min(WIDTH / max(len(entries), 1), _WIDEST)
    most = max((one.value for one in entries), default=0) or 1
    base = _TOP + _TALLEST
    marks = []
    for place, column in enumerate(entries):
        height = max(column.value / most * _TALLEST, 2.0) if column.value else 0.0
        x = place * slot
        middle = x + slot / 2
        marks.append(ColumnMark(column, x + _GAP / 2, base - height, slot - _GAP, height, middle))
    return ColumnChart(slot * len(entries), base + _FOOT, base, tuple(marks))
