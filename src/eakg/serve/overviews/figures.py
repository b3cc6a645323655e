"""The overview of figures: a chart for each unit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from eakg.names import EAKG
from eakg.rdf import Row
from eakg.serve.content import tightest
from eakg.serve.drawings import Bar, Bars, bars, period
from eakg.serve.overviews.timeline import day_of

QUERY = f"""PREFIX eakg: <{EAKG}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?figure ?figureLabel ?value ?unit ?unitLabel ?goods ?goodsLabel ?from ?to
WHERE {{
  ?figure eakg:quantity ?quantity ; rdfs:label ?figureLabel .
  ?quantity eakg:numericValue ?value ; eakg:unit ?unit .
  ?unit rdfs:label ?unitLabel .
  FILTER (LANG(?figureLabel) IN ("en", "") && LANG(?unitLabel) = "en")
  OPTIONAL {{ ?quantity eakg:quantityOf ?goods . ?goods rdfs:label ?goodsLabel .
    FILTER (LANG(?goodsLabel) = "en") }}
  {tightest("figure", "from", "to")}
}}
ORDER BY ?unitLabel DESC(?value) ?figure"""

_LARGE = ((Decimal(10) ** 12, "trillion"), (Decimal(10) ** 9, "billion"))


@dataclass(frozen=True)
class Chart:
    """The figures of one unit."""

    unit: str
    bars: Bars


def draw(rows: Iterable[Row], href: Callable[[str], str | None]) -> tuple[Chart, ...]:
    """The charts of the query's rows."""
    return tuple(
        Chart(unit, bars(_bar(row, unit, href) for row in members))
        for unit, members in groupby(rows, key=lambda row: str(row["unitLabel"]))
    )


def _bar(row: Row, unit: str, href: Callable[[str], str | None]) -> Bar:
    value = Decimal(str(row["value"]))
    label = str(row["figureLabel"])
    if "goodsLabel" in row:
        label += f": {row['goodsLabel']}"
    when = period(day_of(row.get("from")), day_of(row.get("to")))
    return Bar(label, href(str(row["figure"])), float(value), amount(value, unit), when)


def amount(value: Decimal, unit: str) -> str:
    """A number and its unit as people write them."""
    for size, name in _LARGE:
        if abs(value) >= size:
            return f"{(value / size).quantize(Decimal('0.01')).normalize():f} {name} {unit}"
    plain = f"{value:,f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f"{plain} {'%' if unit == 'percent' else unit}"
