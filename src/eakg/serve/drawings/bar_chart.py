"""A bar chart: a labelled bar for each number, from a line at zero."""

from collections.abc import Iterable
from dataclasses import dataclass

from eakg.serve.drawings.text import WIDTH, clipped, width

_ROW, _PAD, _THICK = 44.0, 8.0, 14.0


@dataclass(frozen=True)
class Bar:
    """A number with its label; `shown` is how it is written, `note` what else is told of it."""

    label: str
    href: str | None
    value: float
    shown: str
    note: str = ""


@dataclass(frozen=True)
class BarRow:
    """Where a bar stands: its label above it, its number after it."""

    bar: Bar
    label: str
    y: float
    x: float
    width: float
    value_x: float


@dataclass(frozen=True)
class Bars:
    """A laid-out chart; `zero` is where the line at zero stands."""

    width: float
    height: float
    thick: float
    zero: float
    rows: tuple[BarRow, ...]


def bars(of: Iterable[Bar]) -> Bars:
    """Lay out bars in the order they come, all on one scale."""
    every = tuple(of)
    room = max((width(one.shown) for one in every), default=0) + 16
    low = min(0.0, *(one.value for one in every)) if every else 0.0
    high = max(0.0, *(one.value for one in every)) if every else 0.0
    left = _PAD + (room if low < 0 else 0)
    breadth, span = WIDTH - _PAD - room - left, (high - low) or 1.0
    zero = left - low / span * breadth
    rows = []
    for place, one in enumerate(every):
        length = abs(one.value) / span * breadth
        start = zero if one.value >= 0 else zero - length
        after = start + max(length, 2) + 7
        value_x = after if one.value >= 0 else zero + 7
        label = clipped(one.label, WIDTH - 2 * _PAD)
        rows.append(BarRow(one, label, _PAD + place * _ROW, start, max(length, 2), value_x))
    return Bars(WIDTH, 2 * _PAD + len(every) * _ROW, _THICK, zero, tuple(rows))
