"""Facts of one predicate or class, as sorted arrays of integers.

A fact of a property is a subject and an object packed into one integer; a fact of a class is its
instance. The key of a property's relation is the property's number, that of a class is the class's
number above `CLASS`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

# What `numpy.typing.NDArray` stands for, as that is a slow import.
Ids = np.ndarray[tuple[Any, ...], np.dtype[np.int64]]
Ranks = np.ndarray[tuple[Any, ...], np.dtype[np.uint32]]
Mask = np.ndarray[tuple[Any, ...], np.dtype[np.bool_]]
Column = TypeVar("Column", Ids, Ranks)

CLASS = 1 << 40
"""Added to the number of a class, this is the key of its relation."""
SHIFT = 32
LOW = (1 << SHIFT) - 1
FEW = 64
"""Below one change in so many values, an array is put together from its parts."""
EMPTY: Ids = np.empty(0, np.int64)


def pack(subjects: Ids, objects: Ids) -> Ids:
    """Pairs of term numbers as one integer each, which sort by subject, then object."""
    return (subjects << SHIFT) | objects


def first(pairs: Ids) -> Ids:
    """The subjects of packed pairs."""
    return pairs >> SHIFT


def second(pairs: Ids) -> Ids:
    """The objects of packed pairs."""
    return pairs & LOW


def ends(pair: int) -> tuple[int, int]:
    """The subject and the object of one packed pair."""
    return pair >> SHIFT, pair & LOW


def swap(pairs: Ids) -> Ids:
    """Packed pairs the other way round."""
    return pack(pairs & LOW, pairs >> SHIFT)


def distinct(values: Ids) -> Ids:
    """The different values of an array, sorted; the array itself is left alone."""
    if len(values) < 2:
        return values
    ordered = np.sort(values)
    mask = np.empty(len(ordered), np.bool_)
    mask[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=mask[1:])
    return ordered if mask.all() else ordered[mask]


def ranges(starts: Ids, counts: Ids) -> Ids:
    """The numbers from each start on, as many as it counts, one after another."""
    totals = np.cumsum(counts)
    offsets: Ids = np.repeat(starts - (totals - counts), counts)
    return offsets + np.arange(len(offsets))


def within(values: Ids, ordered: Ids) -> Mask:
    """Which values occur in a sorted array."""
    if not len(ordered) or not len(values):
        return np.zeros(len(values), np.bool_)
    places = np.searchsorted(ordered, values)
    places[places == len(ordered)] = 0
    mask: Mask = ordered[places] == values
    return mask


def without(values: Ids, ordered: Ids) -> Ids:
    """The values that do not occur in a sorted array."""
    return values if not len(ordered) else values[~within(values, ordered)]


def insert(ordered: Ids, fresh: Ids) -> Ids:
    """A sorted array with further sorted values that are not in it."""
    if not len(ordered):
        return fresh
    return _insert(ordered, np.searchsorted(ordered, fresh), fresh)


def delete(ordered: Ids, values: Ids) -> Ids:
    """A sorted array without some of its values, which are sorted."""
    return _delete(ordered, np.searchsorted(ordered, values)) if len(values) else ordered


def _insert(values: Column, places: Ids, fresh: Column) -> Column:
    """An array with further values before some of its places, which are sorted."""
    if len(places) * FEW > len(values):
        return np.insert(values, places, fresh)
    parts: list[Column] = []
    start = 0
    for number, place in enumerate(places.tolist()):
        parts += [values[start:place], fresh[number : number + 1]]
        start = place
    return np.concatenate([*parts, values[start:]])


def _delete(values: Column, places: Ids) -> Column:
    """An array without the values at some of its places, which are sorted."""
    if len(places) * FEW > len(values):
        return np.delete(values, places)
    parts: list[Column] = []
    start = 0
    for place in places.tolist():
        parts.append(values[start:place])
        start = place + 1
    return np.concatenate([*parts, values[start:]])


def shared_pairs(parts: Sequence[Ids]) -> Iterator[tuple[int, int]]:
    """The places of every two arrays of distinct values that have a value in common."""
    places = np.repeat(np.arange(len(parts)), list(map(len, parts)))
    values = np.concatenate([EMPTY, *parts])
    order = np.lexsort((places, values))
    places, values = places[order], values[order]
    pairs = [EMPTY]
    for distance in range(1, len(parts)):
        same = values[distance:] == values[:-distance]
        if not same.any():
            break
        pairs.append(distinct(pack(places[:-distance][same], places[distance:][same])))
    return map(ends, distinct(np.concatenate(pairs)).tolist())


@dataclass(frozen=True)
class SortedRelation:
    """The facts of one property or class; `ranks` tells for each in which round it was found.

    Premises have lower ranks than what follows from them, so ranks keep proofs from going in
    circles.
    """

    facts: Ids
    ranks: Ranks

    def __len__(self) -> int:
        return len(self.facts)

    @cached_property
    def inverse(self) -> Ids:
        """Pairs the other way round, sorted."""
        return np.sort(swap(self.facts))

    def fan_out(self, *, from_object: bool) -> float:
        """How many facts there are of a subject, or of an object; of a few facts, at most."""
        if len(self) <= FEW:
            return len(self)
        return self._fan_in if from_object else self._fan_out

    @cached_property
    def _fan_out(self) -> float:
        return len(self) / _ends(self.facts)

    @cached_property
    def _fan_in(self) -> float:
        return len(self) / _ends(self.inverse)

    def merge(self, fresh: Ids, rank: int) -> "SortedRelation":
        """This relation with further facts, sorted and not in it yet, of one rank."""
        if not len(self.facts):
            return SortedRelation(fresh, np.full(len(fresh), rank, np.uint32))
        places = np.searchsorted(self.facts, fresh)
        facts = _insert(self.facts, places, fresh)
        ranks = np.full(len(fresh), rank, np.uint32)
        relation = SortedRelation(facts, _insert(self.ranks, places, ranks))
        inverse = self.__dict__.get("inverse")
        if inverse is not None and len(fresh) * 8 < len(inverse):
            addition = np.sort(swap(fresh))
            relation.__dict__["inverse"] = insert(inverse, addition)
        return relation

    def delete(self, facts: Ids) -> "SortedRelation":
        """This relation without the facts of a sorted array."""
        facts = facts[within(facts, self.facts)]
        if not len(facts):
            return self
        places = np.searchsorted(self.facts, facts)
        relation = SortedRelation(_delete(self.facts, places), _delete(self.ranks, places))
        inverse = self.__dict__.get("inverse")
        if inverse is not None:
            relation.__dict__["inverse"] = delete(inverse, np.sort(swap(facts)))
        return relation

    def rank_of(self, facts: Ids) -> Ids:
        """Ranks of facts; a number above all ranks for those that are not there."""
        ranks = np.full(len(facts), NEVER, np.int64)
        if len(self.facts) and len(facts):
            places = np.searchsorted(self.facts, facts)
            places[places == len(self.facts)] = 0
            mask = self.facts[places] == facts
            ranks[mask] = self.ranks[places[mask]]
        return ranks


def _ends(ordered: Ids) -> int:
    """How many different subjects sorted pairs have."""
    subjects = first(ordered)
    return 1 + int(np.count_nonzero(subjects[1:] != subjects[:-1]))


NEVER = 1 << 33
NOTHING = SortedRelation(EMPTY, np.empty(0, np.uint32))


def relation(facts: Ids, rank: int = 0) -> SortedRelation:
    """A relation of facts in any order, with repetitions, all of one rank."""
    ordered = distinct(facts)
    return SortedRelation(ordered, np.full(len(ordered), rank, np.uint32))
