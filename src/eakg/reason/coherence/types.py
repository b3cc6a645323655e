"""The types that an instance of a class would have, and which of them clash.

A node is a class, or a value that a restriction asks for; its types are pairs, as the facts of a
property are, so that an ontology may have millions of them.
"""

from collections.abc import Iterator

import numpy as np

from eakg.reason.coherence.schema import MemberTable, Schema
from eakg.reason.relations import (
    EMPTY,
    NOTHING,
    SHIFT,
    UNIT,
    Atom,
    Ids,
    SortedRelation,
    distinct,
    first,
    insert,
    pack,
    ranges,
    second,
    solve,
    within,
    without,
)


def saturated(types: Ids, edges: Ids, intersections: MemberTable) -> SortedRelation:
    """Types with those that follow from them.

    Arguments: pairs of a node and a type, transitive where a node is a type; pairs of a class and
    one above it that the former do not show; the intersections, to be in which is to be in all of
    their members (cls-int1).
    """
    total = pairing(types)
    edges = without(distinct(edges), total.facts)
    while True:
        fresh = EMPTY
        if len(edges):
            fresh = without(composed(total, pairing(composed(pairing(edges), total))), total.facts)
        if not len(fresh):
            meetings = _meetings(total, intersections)
            above = composed(pairing(meetings), total)
            fresh = without(distinct(np.concatenate([meetings, above])), total.facts)
        if not len(fresh):
            return total
        total = pairing(insert(total.facts, fresh))


def pairing(pairs: Ids) -> SortedRelation:
    """Pairs in any order, with repetitions, as a relation; no ranks are known of them."""
    return SortedRelation(distinct(pairs), NOTHING.ranks)


def composed(left: SortedRelation, right: SortedRelation) -> Ids:
    """The pairs x, z with x, y among some pairs and y, z among others."""
    atoms = [Atom(0, "x", "y"), Atom(1, "y", "z")]
    parts = [
        pack(block.columns["x"], block.columns["z"])
        for block in solve(atoms, (left, right).__getitem__, UNIT, {"x", "z"})
    ]
    return distinct(np.concatenate([EMPTY, *parts]))


def _meetings(types: SortedRelation, table: MemberTable) -> Ids:
    """The pairs of a node and an intersection of which it has all members among its types.

    Of each list the member with the fewest nodes below it comes first.
    """
    if not len(table.lists):
        return EMPTY
    low = np.searchsorted(types.inverse, table.members << SHIFT)
    counts = np.searchsorted(types.inverse, (table.members + 1) << SHIFT) - low
    groups = pack(table.classes, table.lists)
    order = np.lexsort((counts, groups))
    groups, members = groups[order], table.members[order]
    starts = np.flatnonzero(np.append(True, groups[1:] != groups[:-1]))
    sizes = np.diff(np.append(starts, len(groups)))
    pivots = order[starts]
    nodes = second(types.inverse[ranges(low[pivots], counts[pivots])])
    places = np.repeat(np.arange(len(starts)), counts[pivots])
    for step in range(1, int(sizes.max())):
        is_open = sizes[places] > step
        rows = np.flatnonzero(is_open)
        if not len(rows):
            break
        pairs = pack(nodes[rows], members[starts[places[rows]] + step])
        is_open[rows] = within(pairs, types.facts)
        is_kept = is_open | (sizes[places] <= step)
        nodes, places = nodes[is_kept], places[is_kept]
    return without(distinct(pack(nodes, first(groups)[starts[places]])), types.facts)


def clashing(types: SortedRelation, schema: Schema) -> Ids:
    """The nodes whose types contradict each other (cls-nothing2, cls-com, cax-dw, cax-adc)."""
    return distinct(np.concatenate([EMPTY, *_clashes(types, schema)]))


def _clashes(types: SortedRelation, schema: Schema) -> Iterator[Ids]:
    yield first(types.facts[second(types.facts) == schema.nothing])
    relations = pairing(schema.disjoint_pairs), types
    atoms = [Atom(0, "left", "right"), Atom(1, "x", "left"), Atom(1, "x", "right")]
    for block in solve(atoms, relations.__getitem__, UNIT, {"x"}):
        yield block.columns["x"]
    for members in schema.disjoint_lists:
        columns = np.array(members, np.int64)
        low = np.searchsorted(types.inverse, columns << SHIFT)
        counts = np.searchsorted(types.inverse, (columns + 1) << SHIFT) - low
        nodes = np.sort(second(types.inverse[ranges(low, counts)]))
        yield nodes[1:][nodes[1:] == nodes[:-1]]
