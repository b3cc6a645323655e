"""The overview of what is where, and of what leads from one place to another."""

import re
from collections.abc import Callable, Iterable

from rdflib import Literal
from rdflib.term import Node

from eakg.rdf import Row
from eakg.serve.drawings import Flow, GeographicMap, Pin, Position, geographic_map, period
from eakg.serve.overviews.overview import Overview
from eakg.serve.overviews.timeline import day_of

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_POINT = re.compile(
    rf"\s*(?:<([^>]*)>\s*)?POINT\s*\(\s*({_NUMBER})\s+({_NUMBER})\s*\)\s*", re.IGNORECASE
)
_LONGITUDE_FIRST = (None, "http://www.opengis.net/def/crs/OGC/1.3/CRS84")
_LATITUDE_FIRST = "http://www.opengis.net/def/crs/EPSG/0/4326"


def draw(
    overview: Overview, rows: Iterable[Row], href: Callable[[str], str | None]
) -> GeographicMap:
    """The map of rows with `thing` and its `point`, or with a `target` and `targetPoint` to which
    it leads; `value` is how much or how many, `mark` what a link leads to where that is not the
    thing."""
    pins: dict[tuple[str, str], Pin] = {}
    flows = []
    for row in map(overview.parts, rows):
        panel, group = str(row.get("panel", "")), str(row.get("group", ""))
        ends = [
            Pin(_name(row, part), href(str(row[part])), position_of(row.get(point)), panel=panel)
            for part, point in (("thing", "point"), ("target", "targetPoint"))
            if part in row
        ]
        mark = href(str(row.get("mark", row["thing"])))
        weight, note = float(str(row.get("value", 1))), _note(row)
        if len(ends) == 1:
            label, _, position = ends[0].label, None, ends[0].position
            pin = Pin(label, mark, position, weight, group, note, panel)
            pins.setdefault((label, panel), pin)
            continue
        source, target = ends
        label = f"{source.label} to {target.label}"
        flows.append(
            Flow(label, mark, source.position, target.position, weight, group, note, panel)
        )
        if source.position and target.position:
            for end in ends:
                pins.setdefault((end.label, panel), end)
    return geographic_map(pins.values(), flows, overview.groups)


def _name(row: Row, part: str) -> str:
    return str(row.get(f"{part}Label", row[part]))


def _note(row: Row) -> str:
    when = period(day_of(row.get("from")), day_of(row.get("to")))
    return ", ".join(filter(None, (str(row.get("value", "")), str(row.get("words", "")), when)))


def position_of(term: Node | None) -> Position | None:
    """Where a point in WKT is (GeoSPARQL 1.1, section 8.5.1); None for another geometry, and for
    coordinates that are no degrees of longitude and latitude."""
    match = _POINT.fullmatch(str(term)) if isinstance(term, Literal) else None
    if match is None:
        return None
    system, first, second = match[1], float(match[2]), float(match[3])
    if system in _LONGITUDE_FIRST:
        return _on_globe(first, second)
    return _on_globe(second, first) if system == _LATITUDE_FIRST else None


def _on_globe(longitude: float, latitude: float) -> Position | None:
    is_on_globe = abs(longitude) <= 360 and abs(latitude) <= 90
    return Position(longitude, latitude) if is_on_globe else None
