"""Equalities as they were found: the links that joined terms, and the ranks at which they did."""

from collections import defaultdict, deque

import numpy as np

from eakg.reason.engine import Link, Representatives
from eakg.reason.relations import NEVER, Ids


class EqualityPaths:
    """What made terms the same.

    Argument: representatives, with the links that joined them.
    """

    def __init__(self, equal: Representatives) -> None:
        self._neighbours: dict[int, list[tuple[int, Link]]] = defaultdict(list)
        for left, right, rank in equal.links.tolist():
            link = left, right, rank
            self._neighbours[left].append((right, link))
            self._neighbours[right].append((left, link))

    def path(self, left: int, right: int, rank: int = NEVER) -> list[tuple[int, int, Link]] | None:
        """The shortest way from a term to another by links below a rank: two terms and the link
        between them for each step; None where there is none."""
        predecessors: dict[int, tuple[int, Link]] = {left: (left, (0, 0, 0))}
        queue = deque([left])
        while queue and right not in predecessors:
            node = queue.popleft()
            for target, link in self._neighbours.get(node, ()):
                if link[2] < rank and target not in predecessors:
                    predecessors[target] = (node, link)
                    queue.append(target)
        if right not in predecessors:
            return None
        steps: list[tuple[int, int, Link]] = []
        node = right
        while node != left:
            previous, link = predecessors[node]
            steps.append((previous, node, link))
            node = previous
        return steps[::-1]

    def names(self, number: int, rank: int) -> Ids:
        """What a term was the same as before a rank, itself included, sorted."""
        names = {number}
        queue = [number]
        while queue:
            for target, link in self._neighbours.get(queue.pop(), ()):
                if link[2] < rank and target not in names:
                    names.add(target)
                    queue.append(target)
        return np.array(sorted(names), np.int64)
