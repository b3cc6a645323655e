"""The overview of who did what towards whom."""

from collections.abc import Callable, Iterable

from eakg.rdf import Row
from eakg.serve.drawings import Edge, Network, Node, network
from eakg.serve.overviews.overview import Overview


def draw(overview: Overview, rows: Iterable[Row], href: Callable[[str], str | None]) -> Network:
    """The network of rows with `thing`, `end` and the `relation` between them: those from which the
    overview has relations start, the things, and those to which the others lead."""
    nodes: dict[str, Node] = {}
    edges = []
    lines = overview.lines or {}
    for row in map(overview.parts, rows):
        thing, actor, group = str(row["thing"]), str(row["end"]), str(row.get("group", ""))
        relation = str(row["relation"])
        starts = relation in overview.starting
        end = f"{'from' if starts else 'to'} {actor}"
        label, name = str(row.get("thingLabel", thing)), str(row.get("endLabel", actor))
        nodes.setdefault(thing, Node(thing, label, href(thing), group, 1, group))
        nodes.setdefault(end, Node(end, name, href(actor), "", 0 if starts else 2))
        ends = (end, thing) if starts else (thing, end)
        edges.append(Edge(*ends, group, lines.get(relation, "")))
    return network(nodes.values(), edges, overview.groups)
