"""Equality by representatives: one number stands for all that are owl:sameAs.

The rules eq-ref, eq-sym, eq-trans and eq-rep-* hold of representatives by construction; which
equalities joined them is kept for proofs, and for what becomes of them when facts are removed.
"""

from dataclasses import dataclass, field

import numpy as np

from eakg.reason.relations import EMPTY, Ids, Mask, distinct, first, pack, second

Link = tuple[int, int, int]
"""Two terms that were joined, and the rank of the equality."""


@dataclass(frozen=True, eq=False)
class Representatives:
    """For each term the least of those it is the same as, and the links that made them so, in rows.

    `mapping` is None as long as every term stands for itself.
    """

    mapping: Ids | None = None
    links: Ids = field(default_factory=lambda: np.empty((0, 3), np.int64))

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
        lefts, rights = self.representatives(first(pairs)), self.representatives(second(pairs))
        for place, ends in enumerate(zip(lefts.tolist(), rights.tolist(), strict=True)):
            low, high = sorted(map(root, ends))
            if low != high:
                parents[high] = low
                pair = pairs[place : place + 1]
                links.append((int(first(pair)[0]), int(second(pair)[0]), rank))
        if not links:
            return self
        mapping = np.arange(size)
        roots = list(parents)
        mapping[roots] = [root(number) for number in roots]
        all_links = np.concatenate([self.links, np.array(links, np.int64)])
        if self.mapping is None:
            return Representatives(mapping, all_links)
        extension = np.concatenate([self.mapping, np.arange(len(self.mapping), size)])
        return Representatives(mapping[extension], all_links)

    def split(self, is_split: Mask) -> "Representatives":
        """These without the links of what some terms stand for, as a mask over all terms."""
        if self.mapping is None:
            return self
        members = np.flatnonzero(is_split[self.mapping])
        mapping = self.mapping.copy()
        mapping[members] = members
        links = self.links[~is_split[self.mapping[self.links[:, 0]]]]
        return Representatives(mapping, links) if len(links) else NONE

    def is_synonym(self, number: int) -> bool:
        """Whether a term is the same as some other."""
        if self.mapping is None:
            return False
        return int(np.count_nonzero(self.mapping == self.representative(number))) > 1

    def is_renamed(self, size: int) -> Mask:
        """Which terms have another one stand for them, of so many."""
        mask = np.zeros(size, np.bool_)
        if self.mapping is not None:
            mask[: len(self.mapping)] = self.mapping != np.arange(len(self.mapping))
        return mask

    @property
    def synonyms(self) -> Ids:
        """Terms that are the same as some other, in order of what stands for them."""
        if self.mapping is None:
            return EMPTY
        counts = np.bincount(self.mapping, minlength=len(self.mapping))
        members = np.flatnonzero(counts[self.mapping] > 1)
        return members[np.argsort(self.mapping[members], kind="stable")]


NONE = Representatives()


class SynonymGroups:
    """What representatives stand for.

    Arguments: terms, in order of what stands for them; that, for each; the number of all terms.
    """

    def __init__(self, members: Ids, representatives: Ids, size: int) -> None:
        self.members = members
        self.counts = np.ones(size, np.int64)
        self.starts = np.zeros(size, np.int64)
        self.is_group = np.zeros(size, np.bool_)
        heads, starts, counts = np.unique(representatives, return_index=True, return_counts=True)
        self.counts[heads] = counts
        self.starts[heads] = starts
        self.is_group[heads] = True

    def of(self, number: int) -> Ids:
        """What a term stands for, itself where it is no representative."""
        if not self.is_group[number]:
            return np.array([number], np.int64)
        start = int(self.starts[number])
        return self.members[start : start + int(self.counts[number])]

    def rows(self, numbers: Ids) -> tuple[Ids, Ids]:
        """All members of each number: which number of the array, and the member."""
        is_group = self.is_group[numbers]
        if not is_group.any():
            return np.arange(len(numbers)), numbers
        counts = self.counts[numbers]
        rows = np.repeat(np.arange(len(numbers)), counts)
        offsets = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        values = numbers[rows]
        inside = is_group[rows]
        values[inside] = self.members[self.starts[values[inside]] + offsets[inside]]
        return rows, values

    def facts(self, facts: Ids) -> Ids:
        """Packed pairs by every name of what they are about, sorted."""
        rows, left = self.rows(first(facts))
        fact_rows, right = self.rows(second(facts)[rows])
        return distinct(pack(left[fact_rows], right))
