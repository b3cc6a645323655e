"""A network in layers, read from left to right: boxes of text and the lines between them.

After Sugiyama, Tagawa and Toda (1981): lines that lead back are turned round for the layout, each
box stands one layer after the last that leads to it, and boxes of a layer go to the middle of
those that they are joined to.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eakg.serve.drawings.text import clipped, colours, legend, width

_BOX, _GAP, _PAD = 24.0, 6.0, 8.0
_LEAST, _MOST, _MOST_OF_MANY, _BETWEEN = 60.0, 310.0, 200.0, 80.0
_MANY = 4  # columns
_SWEEPS = 8


@dataclass(frozen=True)
class Node:
    """A box: its key, its text, its address; `layer` where it is to stand, if that is known."""

    key: str
    label: str
    href: str | None
    group: str = ""
    layer: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Edge:
    """A line with a direction; `kind` is its dash pattern and `label` is written on it."""

    source: str
    target: str
    group: str = ""
    kind: str = ""
    label: str = ""


@dataclass(frozen=True)
class Box:
    """Where a node stands."""

    node: Node
    label: str
    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True)
class EdgeLine:
    """The path of an edge, and where its label stands."""

    edge: Edge
    path: str
    colour: str
    label_x: float
    label_y: float


@dataclass(frozen=True)
class Network:
    """A laid-out network."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[EdgeLine, ...]
    legend: tuple[tuple[str, str], ...]


def network(nodes: Iterable[Node], edges: Iterable[Edge], order: Sequence[str] = ()) -> Network:
    """Lay out a network.

    Arguments: the boxes; the lines, of which those whose ends are not among the boxes are left
    out; the groups that have the first colours.
    """
    by_key = {node.key: node for node in nodes}
    inner = (one for one in edges if one.source in by_key and one.target in by_key)
    edges = tuple(dict.fromkeys(inner))
    layer = _layers(by_key, edges)
    columns = _columns(by_key, layer, edges)
    groups = [node.group for node in by_key.values()] + [edge.group for edge in edges]
    colour = colours(groups, order)
    boxes = _boxes(by_key, columns, edges, colour)
    out_degree = Counter(edge.source for edge in edges)
    in_degree = Counter(edge.target for edge in edges)
    # A label stands towards the end where fewer lines meet.
    lines = tuple(
        _line(edge, boxes, colour, 0.4 if in_degree[edge.target] > out_degree[edge.source] else 0.6)
        for edge in edges
    )
    right = max((box.x + box.width for box in boxes.values()), default=0.0)
    bottom = max((box.y + box.height for box in boxes.values()), default=0.0)
    key = legend(colour, groups)
    return Network(right + _PAD, bottom + _PAD, tuple(boxes.values()), lines, key)


def _layers(nodes: Mapping[str, Node], edges: Sequence[Edge]) -> dict[str, int]:
    forward = _acyclic(nodes, edges)
    layer = {key: node.layer or 0 for key, node in nodes.items()}
    for _ in nodes:
        stable = True
        for source, target in forward:
            if nodes[target].layer is None and layer[target] <= layer[source]:
                layer[target] = layer[source] + 1
                stable = False
        if stable:
            break
    return layer


def _acyclic(nodes: Mapping[str, Node], edges: Sequence[Edge]) -> list[tuple[str, str]]:
    """The edges as pairs, those that close a circle turned round, loops left out."""
    targets: dict[str, list[str]] = {key: [] for key in nodes}
    for edge in edges:
        targets[edge.source].append(edge.target)
    visits: set[str] = set()
    finish: dict[str, int] = {}  # the order in which a search in depth leaves the nodes
    for start in nodes:
        stack = [] if start in visits else [(start, iter(targets[start]))]
        visits.add(start)
        while stack:
            key, successors = stack[-1]
            target = next((one for one in successors if one not in visits), None)
            if target is None:
                finish[key] = len(finish)
                stack.pop()
            else:
                visits.add(target)
                stack.append((target, iter(targets[target])))
    pairs = ((edge.source, edge.target) for edge in edges if edge.source != edge.target)
    return [pair if finish[pair[0]] > finish[pair[1]] else pair[::-1] for pair in pairs]


def _columns(
    nodes: Mapping[str, Node], layer: Mapping[str, int], edges: Sequence[Edge]
) -> list[list[str]]:
    neighbours: dict[str, list[str]] = {key: [] for key in nodes}
    for edge in edges:
        neighbours[edge.source].append(edge.target)
        neighbours[edge.target].append(edge.source)
    numbers = sorted(set(layer.values()))
    columns = [[key for key in nodes if layer[key] == number] for number in numbers]
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 else reversed(columns):
            place = {key: at / len(one) for one in columns for at, key in enumerate(one)}
            middle = {
                key: sum(place[one] for one in neighbours[key]) / len(neighbours[key])
                for key in column
                if neighbours[key]
            }
            rank = {key: (middle.get(key, place[key]), place[key]) for key in column}
            column.sort(key=rank.__getitem__)
    return columns


def _boxes(
    nodes: Mapping[str, Node],
    columns: Sequence[Sequence[str]],
    edges: Sequence[Edge],
    colour: Mapping[str, str],
) -> dict[str, Box]:
    tallest = max((len(column) for column in columns), default=0) * (_BOX + _GAP)
    longest = max((width(one.label, 11) for one in edges), default=0.0)
    between = max(_BETWEEN, longest + 40)
    most = _MOST if len(columns) < _MANY else _MOST_OF_MANY
    boxes = {}
    x = _PAD
    for column in columns:
        needed = max((width(nodes[key].label) for key in column), default=0.0) + 16
        wide = min(max(needed, _LEAST), most)
        room = tallest / max(len(column), 1)
        for number, key in enumerate(column):
            y = _PAD + room * (number + 0.5) - _BOX / 2
            node = nodes[key]
            label = clipped(node.label, wide - 12)
            boxes[key] = Box(node, label, x, y, wide, _BOX, colour[node.group])
        x += wide + between
    return boxes


def _line(
    edge: Edge, boxes: Mapping[str, Box], colour: Mapping[str, str], label_at: float
) -> EdgeLine:
    source, target = boxes[edge.source], boxes[edge.target]
    start_y, end_y = source.y + source.height / 2, target.y + target.height / 2
    if source.x == target.x:  # a loop on the right of the column
        start_x, end_x = source.x + source.width, target.x + target.width
        start_bend = end_bend = max(start_x, end_x) + 50
    else:
        forwards = source.x < target.x
        start_x = source.x + (source.width if forwards else 0)
        end_x = target.x + (0 if forwards else target.width)
        bend = max(40.0, abs(end_x - start_x) / 2) * (1 if forwards else -1)
        start_bend, end_bend = start_x + bend, end_x - bend
    path = (
        f"M{start_x:.1f} {start_y:.1f}C{start_bend:.1f} {start_y:.1f}"
        f" {end_bend:.1f} {end_y:.1f} {end_x:.1f} {end_y:.1f}"
    )
    at = label_at if source.x != target.x else 0.5
    return EdgeLine(
        edge,
        path,
        colour[edge.group],
        _bezier(at, start_x, start_bend, end_bend, end_x),
        _bezier(at, start_y, start_y, end_y, end_y),
    )


def _bezier(at: float, a: float, b: float, c: float, d: float) -> float:
    """A coordinate of a cubic curve."""
    rest = 1 - at
    return rest**3 * a + 3 * rest**2 * at * b + 3 * rest * at**2 * c + at**3 * d
