"""A bar chart: a labelled bar for each number, from a line at zero."""

from collections.abc import Iterable
from dataclasses import dataclass

from eakg.serve.drawings.text import WIDTH, clipped, width

_ROW, _PAD, _THICK = 44.0, 8.0, 14.0


@dataclass(frozen=True)
class Bar:
    """A number with its label; `value_text` is how it is written, `note` a remark on it."""

    label: str
    href: str | None
    value: float
    value_text: str
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


def bars(entries: Iterable[Bar]) -> Bars:
    """Lay out bars in the order they come, all on one scale."""
    entries = tuple(entries)
    room = max((width(one.value_text) for one in entries), default=0) + 16
    low = min((0.0, *(one.value for one in entries)))
    high = max((0.0, *(one.value for one in entries)))
    margin = _PAD + (room if low < 0 else 0)
    breadth, span = WIDTH - _PAD - room - margin, (high - low) or 1.0
    zero = margin - low / span * breadth
    rows = []
    for place, bar in enumerate(entries):
        length = abs(bar.value) / span * breadth
        start = zero if bar.value >= 0 else zero - length
        value_x = (start + max(length, 2) if bar.value >= 0 else zero) + 7
        label = clipped(bar.label, WIDTH - 2 * _PAD)
        rows.append(BarRow(bar, label, _PAD + place * _ROW, start, max(length, 2), value_x))
    return Bars(WIDTH, 2 * _PAD + len(entries) * _ROW, _THICK, zero, tuple(rows))
