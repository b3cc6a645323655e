"""The overview of figures: a chart for each unit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from eakg.rdf import Row
from eakg.serve.drawings import Bar, Bars, bars, period
from eakg.serve.overviews.overview import Overview
from eakg.serve.overviews.timeline import day_of

_LARGE = ((Decimal(10) ** 12, "trillion"), (Decimal(10) ** 9, "billion"))


@dataclass(frozen=True)
class Chart:
    """The figures of one unit."""

    unit: str
    bars: Bars


def draw(
    overview: Overview, rows: Iterable[Row], href: Callable[[str], str | None]
) -> tuple[Chart, ...]:
    """The charts of rows with `thing`, its `value` and `unit`, those of one unit one after the
    other, and perhaps the `part` of it that was counted."""
    return tuple(
        Chart(unit, bars(_bar(row, unit, href) for row in members))
        for unit, members in groupby(map(overview.parts, rows), key=_unit)
    )


def _unit(row: Row) -> str:
    return str(row.get("unitLabel", row.get("unit", "")))


def _bar(row: Row, unit: str, href: Callable[[str], str | None]) -> Bar:
    value = Decimal(str(row["value"]))
    label = str(row.get("thingLabel", row["thing"]))
    if "partLabel" in row:
        label += f": {row['partLabel']}"
    when = period(day_of(row.get("from")), day_of(row.get("to")))
    return Bar(label, href(str(row["thing"])), float(value), amount(value, unit), when)


def amount(value: Decimal, unit: str) -> str:
    """A number and its unit as people write them."""
    for size, name in _LARGE:
        if abs(value) >= size:
            return f"{(value / size).quantize(Decimal('0.01')).normalize():f} {name} {unit}"
    plain = f"{value:,f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f"{plain} {'%' if unit == 'percent' else unit}"
