"""A map: marks at places and lines between them, over the outlines of land.

The projection is equirectangular with its true scale at the middle of the map. The seam lies where
the places leave the widest gap, so that those on both sides of the date line stay together.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import cos, hypot, radians, sqrt

from eakg.serve.drawings.text import WIDTH, colours, legend, width

_HALF = 448.0  # the width of one map of several
_TALLEST, _LOWEST = 0.75, 0.5  # heights, as shares of the width
_MARGIN, _LEAST_SPAN = 0.08, 12.0  # around the places: a share, and degrees in all
_SOUTH, _NORTH = -60.0, 84.0  # what is drawn of the globe
_SMALL, _LARGE = 4.0, 17.0  # radii
_STRAY, _NARROWER = 0.03, 0.65  # of all weight, what may lie beyond a map that is so much narrower
_THIN, _THICK = 1.2, 7.0  # lines
_BEND, _LOOP = 0.16, 32.0  # of the length of a line; of one that leads back
_TEXT = 11.0
_LAND = "land.json"
_Point = tuple[float, float]


@dataclass(frozen=True)
class Position:
    """Where something is: degrees of longitude and latitude (WGS 84)."""

    longitude: float
    latitude: float


@dataclass(frozen=True)
class Pin:
    """Something at a place, or at none that is known: `weight` gives its size, `group` its colour,
    `panel` the map that it is on, `note` is a remark beside its name."""

    label: str
    href: str | None
    position: Position | None
    weight: float = 1.0
    group: str = ""
    note: str = ""
    panel: str = ""


@dataclass(frozen=True)
class Flow:
    """Something that leads from a place to another; the rest is as of a pin."""

    label: str
    href: str | None
    start: Position | None
    end: Position | None
    weight: float = 1.0
    group: str = ""
    note: str = ""
    panel: str = ""


@dataclass(frozen=True)
class PinMark:
    """Where a pin stands, and its name where there is room for it."""

    pin: Pin
    x: float
    y: float
    radius: float
    colour: str
    text_x: float = 0.0
    text_y: float = 0.0
    anchor: str = ""


@dataclass(frozen=True)
class FlowLine:
    """The path of a flow."""

    flow: Flow
    path: str
    thickness: float
    colour: str


@dataclass(frozen=True)
class Panel:
    """One map: its name, its marks, its lines."""

    title: str
    marks: tuple[PinMark, ...]
    lines: tuple[FlowLine, ...]


@dataclass(frozen=True)
class GeographicMap:
    """Maps of one stretch of the globe; `land` is the path of its outlines, and `absent` is what
    has no place that is known, or one far from all others."""

    width: float
    height: float
    land: str
    panels: tuple[Panel, ...]
    absent: tuple[Pin | Flow, ...]
    legend: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _View:
    """A stretch of the globe and its scale, in units of the view box for each degree of latitude;
    `narrow` is how much shorter a degree of longitude is."""

    west: float
    north: float
    scale: float
    narrow: float
    width: float
    height: float

    def point(self, position: Position) -> _Point:
        turns = (position.longitude - self.west) % 360.0
        return turns * self.scale * self.narrow, (self.north - position.latitude) * self.scale


def geographic_map(
    pins: Iterable[Pin], flows: Iterable[Flow] = (), order: Sequence[str] = ()
) -> GeographicMap:
    """Lay out places and what leads from one to another, on a map for each panel that they name.

    Arguments: the places; the lines, whose ends have no mark unless they are among the places; the
    groups that have the first colours.
    """
    pins, flows = tuple(pins), tuple(flows)
    if not flows:
        pins = tuple(_gathered(pins))
    absent: tuple[Pin | Flow, ...] = (
        *(one for one in pins if one.position is None),
        *(one for one in flows if one.start is None or one.end is None),
    )
    positions = [one.position for one in pins if one.position]
    for flow in flows:
        positions += [flow.start, flow.end] if flow.start and flow.end else []
    if not positions:
        return GeographicMap(WIDTH, 0, "", (), absent, ())
    marks: tuple[Pin | Flow, ...] = (*pins, *flows)
    present = [mark for mark in marks if mark not in absent]
    names = tuple(dict.fromkeys(one.panel for one in present))
    view = _view(positions, WIDTH if flows or len(names) == 1 else _HALF)
    groups = [one.group for one in present]
    colour = colours(groups, order)
    heaviest = max((one.weight for one in pins), default=1.0)
    thickest = max((one.weight for one in flows), default=1.0)
    panels = tuple(
        Panel(
            name,
            _marks((one for one in pins if one.panel == name), view, colour, heaviest),
            tuple(_lines((one for one in flows if one.panel == name), view, colour, thickest)),
        )
        for name in names
    )
    key = legend(colour, groups)
    return GeographicMap(view.width, view.height, _land(view), panels, absent, key)


def _gathered(pins: Sequence[Pin]) -> Iterator[Pin]:
    """Pins of which a few that lie far from all others have no position, where the map is much
    narrower without them."""
    present = [one for one in pins if one.position]
    west, span = _longitudes([one.position.longitude for one in present if one.position])

    def turns(pin: Pin) -> float:
        return (pin.position.longitude - west) % 360.0 if pin.position else 0.0

    stray = _STRAY * sum(one.weight for one in present)
    core = sorted(present, key=turns)
    while len(core) > 1:
        first, last = turns(core[1]) - turns(core[0]), turns(core[-1]) - turns(core[-2])
        outer = core[0] if first > last else core[-1]
        stray -= outer.weight
        if stray < 0:
            break
        core.remove(outer)
    is_narrower = core and turns(core[-1]) - turns(core[0]) < _NARROWER * span
    for pin in pins:
        yield replace(pin, position=None) if is_narrower and pin not in core else pin


def _view(positions: Sequence[Position], breadth: float) -> _View:
    west, span = _longitudes([one.longitude for one in positions])
    south = min(one.latitude for one in positions)
    north = max(one.latitude for one in positions)
    height = max((north - south) * (1 + 2 * _MARGIN), _LEAST_SPAN)
    middle = (north + south) / 2
    narrow = cos(radians(min(abs(middle), 60.0)))
    wide = min(max(span * (1 + 2 * _MARGIN), _LEAST_SPAN), 360.0)
    # The room that is left goes to whichever side is short.
    wide = min(max(wide, height / _TALLEST / narrow), 360.0)
    scale = breadth / wide / narrow
    height = max(height, _LOWEST * breadth / scale)
    top = min(max(middle + height / 2, _SOUTH + height), _NORTH)
    bottom = max(top - height, _SOUTH)
    centre = west + span / 2
    return _View(centre - wide / 2, top, scale, narrow, breadth, (top - bottom) * scale)


def _longitudes(longitudes: Iterable[float]) -> tuple[float, float]:
    """The first longitude after the widest gap, and how far it is to the last."""
    places = sorted({one % 360.0 for one in longitudes}) or [0.0]
    gaps = [(later - earlier, later) for earlier, later in pairwise(places)]
    gaps.append((places[0] + 360.0 - places[-1], places[0]))
    gap, west = max(gaps)
    return west, 360.0 - gap


def _marks(
    pins: Iterable[Pin], view: _View, colour: Mapping[str, str], heaviest: float
) -> tuple[PinMark, ...]:
    """The larger ones first, so that smaller ones lie upon them."""
    marks = [
        PinMark(pin, *view.point(pin.position), _radius(pin.weight, heaviest), colour[pin.group])
        for pin in sorted(pins, key=_rank)
        if pin.position
    ]
    obstacles = [
        (at.x - at.radius, at.y - at.radius, at.x + at.radius, at.y + at.radius) for at in marks
    ]
    return tuple(_labelled(mark, view, obstacles) for mark in marks)


def _rank(mark: Pin | Flow) -> tuple[float, str]:
    return -mark.weight, mark.label


def _radius(weight: float, heaviest: float) -> float:
    """So that areas are as the weights."""
    return max(_SMALL, _LARGE * sqrt(max(weight, 0.0) / heaviest)) if heaviest > 1 else _SMALL + 1


def _labelled(
    mark: PinMark, view: _View, obstacles: list[tuple[float, float, float, float]]
) -> PinMark:
    """The mark with its name beside it where nothing else stands; it is obstacles from then on."""
    room, gap = width(mark.pin.label, _TEXT), mark.radius + 3
    for x, y, anchor in (
        (mark.x + gap, mark.y + 4, "start"),
        (mark.x - gap, mark.y + 4, "end"),
        (mark.x, mark.y - gap, "middle"),
        (mark.x, mark.y + gap + 8, "middle"),
    ):
        start = x - {"start": 0.0, "end": room, "middle": room / 2}[anchor]
        box = start, y - 9, start + room, y + 3
        fits = box[0] >= 0 and box[2] <= view.width and box[1] >= 0 and box[3] <= view.height
        if fits and not any(_overlap(box, one) for one in obstacles):
            obstacles.append(box)
            return replace(mark, text_x=x, text_y=y, anchor=anchor)
    return mark


def _overlap(
    box: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]


def _lines(
    flows: Iterable[Flow], view: _View, colour: Mapping[str, str], thickest: float
) -> Iterator[FlowLine]:
    """Each bent to its left, so that one there and one back lie apart."""
    for flow in sorted(flows, key=_rank):
        if flow.start and flow.end:
            share = flow.weight / thickest if thickest > 1 else 0.0
            path = _curve(*view.point(flow.start), *view.point(flow.end))
            yield FlowLine(flow, path, _THIN + (_THICK - _THIN) * share, colour[flow.group])


def _curve(x: float, y: float, end_x: float, end_y: float) -> str:
    """From a point to another, or round above the one that both are."""
    if hypot(end_x - x, end_y - y) < 1:
        west, east, top, point = x - _LOOP, x + _LOOP, y - _LOOP, f"{x:.1f} {y:.1f}"
        return f"M{point}C{west:.1f} {top:.1f} {east:.1f} {top:.1f} {point}"
    bend_x = (x + end_x) / 2 + (end_y - y) * _BEND
    bend_y = (y + end_y) / 2 - (end_x - x) * _BEND
    return f"M{x:.1f} {y:.1f}Q{bend_x:.1f} {bend_y:.1f} {end_x:.1f} {end_y:.1f}"


def _land(view: _View) -> str:
    """The outlines of what land is in a view, as a path in whole units."""
    x_scale = view.scale * view.narrow
    east, south = view.west + view.width / x_scale, view.north - view.height / view.scale
    parts = []
    for ring in _outlines():
        for turn in (-360.0, 0.0, 360.0):
            # Of a ring that lies on both sides of the seam each side is drawn by itself.
            is_beside = ring.east + turn < view.west or ring.west + turn > east
            if is_beside or ring.north < south or ring.south > view.north:
                continue
            points = [
                ((x + turn - view.west) * x_scale, (view.north - y) * view.scale)
                for x, y in ring.points
            ]
            parts.append(_path(_clipped(points, view)))
    return "".join(parts)


def _path(points: Iterable[_Point]) -> str:
    steps = [(round(x), round(y)) for x, y in points]
    steps = [step for number, step in enumerate(steps) if not number or step != steps[number - 1]]
    if len(steps) < 3:
        return ""
    moves = [(x - a, y - b) for (a, b), (x, y) in pairwise(steps)]
    return f"M{steps[0][0]} {steps[0][1]}l" + " ".join(f"{x} {y}" for x, y in moves) + "z"


def _clipped(points: list[_Point], view: _View) -> list[_Point]:
    """What of a ring lies in the view (Sutherland and Hodgman 1974)."""
    for axis, limit, sign in ((0, 0.0, 1), (0, view.width, -1), (1, 0.0, 1), (1, view.height, -1)):
        core: list[_Point] = []
        for number, end in enumerate(points):
            start = points[number - 1]
            is_in = (end[axis] - limit) * sign >= 0
            if is_in != ((start[axis] - limit) * sign >= 0):
                share = (limit - start[axis]) / (end[axis] - start[axis])
                core.append(
                    (
                        start[0] + share * (end[0] - start[0]),
                        start[1] + share * (end[1] - start[1]),
                    )
                )
            if is_in:
                core.append(end)
        points = core
    return points


@dataclass(frozen=True)
class _Ring:
    """A closed line, in degrees, and the rectangle that it fills."""

    points: tuple[_Point, ...]
    west: float
    east: float
    south: float
    north: float


@cache
def _outlines() -> tuple[_Ring, ...]:
    """The rings of all land, without Antarctica: Natural Earth 4.0.0, 1:110m, public domain."""
    land = json.loads(files(__package__).joinpath(_LAND).read_text("utf-8"))
    return tuple(_ring(points) for polygon in land["coordinates"] for points in polygon)


def _ring(points: list[list[float]]) -> _Ring:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return _Ring(tuple(zip(xs, ys, strict=True)), min(xs), max(xs), min(ys), max(ys))
