"""Transitive closure of packed pairs."""

import numpy as np

from eakg.reason.relations.allowance import UNLIMITED, Allowance
from eakg.reason.relations.joins import Atom, from_relation, solve
from eakg.reason.relations.relation import (
    EMPTY,
    FEW,
    Ids,
    SortedRelation,
    distinct,
    first,
    pack,
    ranges,
    relation,
    second,
    without,
)

LEVELS = 12
"""Steps that are joined before paths are taken to be long."""
EFFORT = 64
"""Pairs that are sorted for each edge before they are, too."""


def transitive_closure(pairs: Ids, allowance: Allowance = UNLIMITED) -> Ids:
    """The pairs that follow by transitivity, with those they follow from; sorted.

    Arguments: pairs in any order; how many there may be. Raises: ReasoningLimitError.

    Short paths are joined step by step; where they are long, or many, the strongly connected
    components are walked against the direction of the edges, so that a chain of n nodes takes as
    many steps as it has pairs, and not their product.
    """
    edges = relation(pairs)
    total = edges.facts
    frontier = edges.facts
    effort = 0
    for _ in range(LEVELS):
        frontier = without(_compose(frontier, edges, allowance), total)
        allowance.check(len(total) + len(frontier))
        if not len(frontier):
            return total
        total = np.sort(np.concatenate([total, frontier]))
        effort += len(total)
        if effort > EFFORT * max(len(edges), FEW):
            break
    return _by_components(edges.facts, allowance)


def additions(closure: SortedRelation, fresh: Ids, allowance: Allowance = UNLIMITED) -> Ids:
    """The pairs that follow by transitivity when fresh ones join a closed relation.

    Arguments: the relation with the fresh pairs in it, closed without them; how many pairs there
    may be. Result: sorted pairs that are not in the relation. Raises: ReasoningLimitError.
    """
    if len(fresh) * 4 > len(closure):
        return without(transitive_closure(closure.facts, allowance), closure.facts)
    total = closure
    pairs = EMPTY
    while len(fresh):
        paths = distinct(np.concatenate([fresh, _compose(fresh, total, allowance)]))
        further = _compose(paths, total, allowance, prepend=True)
        fresh = without(distinct(np.concatenate([paths, further])), total.facts)
        allowance.check(len(total) + len(fresh))
        if len(fresh):
            total = total.merge(fresh, 0)
            pairs = np.concatenate([pairs, fresh])
    return distinct(pairs)


def _compose(
    pairs: Ids, edges: SortedRelation, allowance: Allowance, *, prepend: bool = False
) -> Ids:
    """Pairs x, z with x, y among the pairs and y, z among the edges, or, before them, the other way
    round; distinct."""
    if prepend:
        table = from_relation(Atom(0, "y", "z"), pairs)
        atom = Atom(0, "x", "y")
    else:
        table = from_relation(Atom(0, "x", "y"), pairs)
        atom = Atom(0, "y", "z")
    parts = [EMPTY]
    count = 0
    for block in solve([atom], lambda _: edges, table, {"x", "z"}):
        parts.append(pack(block.columns["x"], block.columns["z"]))
        count += block.length
        if count > allowance.facts:
            parts = [distinct(np.concatenate(parts))]
            count = len(parts[0])
        allowance.check(count)
    return distinct(np.concatenate(parts))


def _by_components(edges: Ids, allowance: Allowance) -> Ids:
    nodes = distinct(np.concatenate([first(edges), second(edges)]))
    sources = np.searchsorted(nodes, first(edges))
    targets = np.searchsorted(nodes, second(edges))
    starts = np.searchsorted(sources, np.arange(len(nodes) + 1)).tolist()
    component, members = _components(starts, targets.tolist())
    if len(members) == len(nodes):
        loops = edges[sources == targets]
        left, right = _reach(len(nodes), pack(sources, targets)[sources != targets], allowance)
        return np.sort(np.concatenate([loops, pack(nodes[left], nodes[right])]))
    components = np.array(component, np.int64)
    order = np.argsort(components, kind="stable")
    left, right = components[sources], components[targets]
    cycles = distinct(left[left == right])
    left, right = _reach(len(members), distinct(pack(left, right)[left != right]), allowance)
    left, right = np.concatenate([left, cycles]), np.concatenate([right, cycles])
    sizes = np.fromiter(map(len, members), np.int64, len(members))
    bounds = np.cumsum(sizes) - sizes
    counts = sizes[left] * sizes[right]
    allowance.check(int(counts.sum()))
    places = ranges(np.zeros(len(counts), np.int64), counts)
    left, right = np.repeat(left, counts), np.repeat(right, counts)
    left_places, right_places = np.divmod(places, sizes[right])
    left, right = order[bounds[left] + left_places], order[bounds[right] + right_places]
    return np.sort(pack(nodes[left], nodes[right]))


def _reach(count: int, edges: Ids, allowance: Allowance) -> tuple[Ids, Ids]:
    """The pairs that follow by transitivity from sorted ones without cycles, with them, as two
    columns.

    Nodes are taken by their height, the length of the longest path from them: those of one height
    at once, when it is known what the nodes below them reach.
    """
    sources, targets = first(edges), second(edges)
    bounds = np.searchsorted(sources, np.arange(count + 1))
    backwards = np.argsort(targets, kind="stable")
    back_bounds = np.searchsorted(targets[backwards], np.arange(count + 1))
    fans = np.diff(bounds)
    waiting = fans.copy()
    starts = np.zeros(count, np.int64)
    counts = np.zeros(count, np.int64)
    descendants = np.empty(max(len(edges), 1), np.int64)
    total = 0
    level = np.flatnonzero(waiting == 0)
    heads = [EMPTY]
    while len(level):
        fan = fans[level]
        steps = ranges(bounds[level], fan)
        nodes, nexts = np.repeat(level, fan), targets[steps]
        pairs = pack(nodes, nexts)
        far = pack(
            np.repeat(nodes, counts[nexts]), descendants[ranges(starts[nexts], counts[nexts])]
        )
        pairs = distinct(np.concatenate([pairs, far]))
        stop = total + len(pairs)
        allowance.check(stop)
        if stop > len(descendants):
            descendants = np.concatenate(
                [descendants[:total], np.empty(2 * stop - total, np.int64)]
            )
        descendants[total:stop] = second(pairs)
        starts[level] = total + np.searchsorted(first(pairs), level)
        counts[level] = np.searchsorted(first(pairs), level, side="right") + total - starts[level]
        heads.append(first(pairs))
        total = stop
        before = sources[
            backwards[ranges(back_bounds[level], back_bounds[level + 1] - back_bounds[level])]
        ]
        np.subtract.at(waiting, before, 1)
        before = distinct(before)
        level = before[waiting[before] == 0]
    return np.concatenate(heads), descendants[:total]


def _components(starts: list[int], targets: list[int]) -> tuple[list[int], list[list[int]]]:
    """Strongly connected components, each after those it leads to (Tarjan 1972).

    Arguments: edges by source: those of node n are `targets[starts[n]:starts[n + 1]]`. Result: the
    component of each node, and the nodes of each component.
    """
    count = len(starts) - 1
    order = [-1] * count
    lowest = [0] * count
    component = [-1] * count
    members: list[list[int]] = []
    stack: list[int] = []
    clock = 0
    for root in range(count):
        if order[root] >= 0:
            continue
        order[root] = lowest[root] = clock
        clock += 1
        stack.append(root)
        path = [(root, starts[root])]
        while path:
            node, edge = path[-1]
            if edge < starts[node + 1]:
                path[-1] = node, edge + 1
                target = targets[edge]
                if order[target] < 0:
                    order[target] = lowest[target] = clock
                    clock += 1
                    stack.append(target)
                    path.append((target, starts[target]))
                elif component[target] < 0:
                    lowest[node] = min(lowest[node], order[target])
                continue
            path.pop()
            if path:
                lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[node])
            if lowest[node] == order[node]:
                place = len(stack)
                while True:
                    place -= 1
                    component[stack[place]] = len(members)
                    if stack[place] == node:
                        break
                members.append(stack[place:])
                del stack[place:]
    return component, members
