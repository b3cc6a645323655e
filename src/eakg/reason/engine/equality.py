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

    `mapping` is None as long as every term stands for itself.
    """

    mapping: Ids | None = None
    links: tuple[Link, ...] = ()

    def representative(self, number: int) -> int:
        """What stands for a term."""
        if self.mapping is None or number >= len(self.mapping):
            return number
        return int(self.mapping[number])

    def representatives(self, numbers: Ids) -> Ids:
        """What stands for each of many."""
        if self.mapping is None or not len(numbers):
            return numbers
        if int(numbers.max()) < len(self.mapping):
            return self.mapping[numbers]
        result = numbers.copy()
        is_known = numbers < len(self.mapping)
        result[is_known] = self.mapping[numbers[is_known]]
        return result

    def join(self, pairs: Ids, rank: int, size: int) -> "Representatives":
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
            low, high = sorted((root(self.representative(left)), root(self.representative(right))))
            if low != high:
                parents[high] = low
                links.append((left, right, rank))
        if not links:
            return self
        mapping = np.arange(size)
        roots = list(parents)
        mapping[roots] = [root(number) for number in roots]
        if self.mapping is None:
            return Representatives(mapping, self.links + tuple(links))
        extension = np.concatenate([self.mapping, np.arange(len(self.mapping), size)])
        return Representatives(mapping[extension], self.links + tuple(links))

    @property
    def synonyms(self) -> Ids:
        """Terms that are the same as some other, in order of what stands for them."""
        if self.mapping is None:
            return EMPTY
        counts = np.bincount(self.mapping, minlength=len(self.mapping))
        members = np.flatnonzero(counts[self.mapping] > 1)
        return members[np.argsort(self.mapping[members], kind="stable")]


NONE = Representatives()
