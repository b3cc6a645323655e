"""A timeline: a row for each thing, its bar from the day it cannot have begun before to the day it
cannot have gone on after."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from eakg.serve.drawings.text import WIDTH, colours, legend, width

_ROW, _TOP, _DATES, _PAD = 26.0, 34.0, 122.0, 8.0
_DOT = 10.0
_MOST_TICKS = 12


@dataclass(frozen=True)
class Span:
    """Something in time; a missing end is open. `group` gives its colour, `note` is a
    remark beside its name."""

    label: str
    href: str | None
    start: date | None
    end: date | None
    group: str = ""
    note: str = ""


@dataclass(frozen=True)
class Tick:
    """A line across, with its date."""

    x: float
    label: str


@dataclass(frozen=True)
class TimelineRow:
    """A bar and its label, which stands after it, before it or above it."""

    span: Span
    days: str
    y: float
    bar_y: float
    x: float
    width: float
    open: bool
    text_x: float
    anchor: str
    colour: str


@dataclass(frozen=True)
class Timeline:
    """A laid-out timeline; `undated` are the spans with no day at all."""

    width: float
    height: float
    top: float
    ticks: tuple[Tick, ...]
    rows: tuple[TimelineRow, ...]
    undated: tuple[Span, ...]
    legend: tuple[tuple[str, str], ...]


def timeline(spans: Iterable[Span], order: Sequence[str] = ()) -> Timeline:
    """Lay out spans by the day they begin, then by the day they end.

    Arguments: the spans; the groups that have the first colours.
    """
    spans = tuple(spans)
    dated_spans = sorted(
        (one for one in spans if one.start or one.end),
        key=lambda span: (span.start or span.end, span.end or date.max, span.label),
    )
    undated_spans = tuple(one for one in spans if not (one.start or one.end))
    groups = [one.group for one in dated_spans]
    colour = colours(groups, order)
    if not dated_spans:
        return Timeline(WIDTH, 0, 0, (), (), undated_spans, ())
    days = [day for one in dated_spans for day in (one.start, one.end) if day]
    ticks = tuple(_ticks(min(days), max(days)))
    first, last = ticks[0], max(ticks[-1], max(days) + timedelta(days=1))
    scale = (WIDTH - _DATES - _PAD) / max((last - first).days, 1)

    def x_of(day: date) -> float:
        return _DATES + (day - first).days * scale

    rows = []
    y = _TOP
    for span in dated_spans:
        row = _row(span, y, x_of(span.start or first), x_of(span.end or last), colour[span.group])
        rows.append(row)
        y = row.bar_y + _ROW
    marks = tuple(Tick(x_of(day), _tick_label(day, ticks)) for day in ticks if x_of(day) < WIDTH)
    key = legend(colour, groups)
    return Timeline(WIDTH, y + _PAD, _TOP - 8, marks, tuple(rows), undated_spans, key)


def _row(span: Span, y: float, left: float, right: float, colour: str) -> TimelineRow:
    if right - left < _DOT:
        left, right = left - (_DOT - (right - left)) / 2, left + (_DOT + (right - left)) / 2
    room = width(span.label) + 14
    bar_y, text_x, anchor = y, right + 7, "start"
    if right + room > WIDTH:
        text_x, anchor = left - 7, "end"
        if left - room < _DATES:
            bar_y, text_x, anchor = y + 16, max(_DATES, min(left, WIDTH - room)), "start"
    return TimelineRow(
        span=span,
        days=period(span.start, span.end),
        y=y,
        bar_y=bar_y,
        x=left,
        width=right - left,
        open=not (span.start and span.end),
        text_x=text_x,
        anchor=anchor,
        colour=colour,
    )


def day_text(day: date) -> str:
    """A day as people write it."""
    return f"{day.day} {day:%b} {day.year}"


def period(start: date | None, end: date | None) -> str:
    """A period in few letters."""
    if start is None or end is None:
        if start:
            return f"from {day_text(start)}"
        return f"by {day_text(end)}" if end else ""
    if start > end:
        return f"{day_text(start)}, by {day_text(end)}: no agreement"
    if start == end:
        return day_text(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{day_text(end)}"
    if start.year == end.year:
        return f"{start.day} {start:%b}–{end.day} {end:%b} {end.year}"
    return f"{start.year}–{end.year}"


def _ticks(first: date, last: date) -> Iterator[date]:
    """Round days from not after the first to not long before the last: days, months or years."""
    span = (last - first).days
    for step in (1, 2, 7):
        if span / step < _MOST_TICKS:
            day = first
            while day <= last:
                yield day
                day += timedelta(days=step)
            return
    months = next((step for step in (1, 2, 3, 6) if span / 30.4 / step <= _MOST_TICKS - 1), None)
    if months is None:
        years = next(
            step * power
            for power in (1, 10, 100, 1000)
            for step in (1, 2, 5)
            if span / 365.25 / (step * power) <= _MOST_TICKS - 1
        )
        months = 12 * years
    count = first.year * 12 + first.month - 1
    count -= count % months
    while count <= last.year * 12 + last.month - 1:
        yield date(max(count // 12, 1), count % 12 + 1, 1)
        count += months


def _tick_label(day: date, ticks: Sequence[date]) -> str:
    if any(one.day != 1 for one in ticks):
        return f"{day.day} {day:%b}"
    if all(one.month == 1 for one in ticks):
        return str(day.year)
    return f"{day:%b} {day.year}" if day == ticks[0] or day.month == 1 else f"{day:%b}"
