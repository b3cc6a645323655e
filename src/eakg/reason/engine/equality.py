"""Equality by representatives: one number stands for all that are owl:sameAs.

The rules eq-ref, eq-sym, eq-trans and eq-rep-* hold of representatives by construction; which
equalities joined them is kept for proofs.
"""

from dataclasses import dataclass

import numpy as np

from eakg.reason.relations import EMPTY, Ids, first, second

Link = tuple[int, int, int]
"""Two terms that were joined, and the rank of the equality."""


@dataclass(frozen=True)
class Representatives:
    """For each term the least of those it is the same as, and the links that made them so.

    `of` is None as long as every term stands for itself.
    """

    of: Ids | None = None
    links: tuple[Link, ...] = ()

    def one(self, number: int) -> int:
        """What stands for a term."""
        if self.of is None or number >= len(self.of):
            return number
        return int(self.of[number])

    def all(self, numbers: Ids) -> Ids:
        """What stands for each of many."""
        if self.of is None or not len(numbers):
            return numbers
        if int(numbers.max()) < len(self.of):
            return self.of[numbers]
        result = numbers.copy()
        known = numbers < len(self.of)
        result[known] = self.of[numbers[known]]
        return result

    def joined(self, pairs: Ids, rank: int, size: int) -> "Representatives":
        """These with further equalities.

        Arguments: packed pairs of equal terms; the rank of the links between them; the number of
        all terms.
        """
        parents: dict[int, int] = {}

        def root(number: int) -> int:
            path = []
            while number in parents:
                path.append(number)
                number = parents[number]
            for step in path:
                parents[step] = number
            return number

        links: list[Link] = []
        for left, right in zip(first(pairs).tolist(), second(pairs).tolist(), strict=True):
            low, high = sorted((root(self.one(left)), root(self.one(right))))
            if low != high:
                parents[high] = low
                links.append((left, right, rank))
        if not links:
            return self
        mapping = np.arange(size)
        roots = list(parents)
        mapping[roots] = [root(number) for number in roots]
        if self.of is None:
            return Representatives(mapping, self.links + tuple(links))
        extended = np.concatenate([self.of, np.arange(len(self.of), size)])
        return Representatives(mapping[extended], self.links + tuple(links))

    @property
    def shared(self) -> Ids:
        """Terms that are the same as some other, in order of what stands for them."""
        if self.of is None:
            return EMPTY
        counts = np.bincount(self.of, minlength=len(self.of))
        members = np.flatnonzero(counts[self.of] > 1)
        return members[np.argsort(self.of[members], kind="stable")]


NONE = Representatives()
