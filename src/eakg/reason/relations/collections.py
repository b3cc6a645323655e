"""Collections, read from the relations of rdf:first and rdf:rest."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, product

import numpy as np

from eakg.reason.relations.relation import NOTHING, Ids, Mask, SortedRelation, first, second


@dataclass(frozen=True, slots=True)
class Collection:
    """A well-formed collection: its members in order, and the cells that hold them."""

    members: tuple[int, ...]
    cells: tuple[int, ...]


class Cells:
    """The cells of collections.

    Arguments: the relations of rdf:first and rdf:rest, and the number of rdf:nil.
    """

    def __init__(self, firsts: SortedRelation, rests: SortedRelation, nil: int) -> None:
        self.firsts = _by_subject(firsts)
        self.rests = _by_subject(rests)
        self.nil = nil

    def collections(self, head: int) -> Iterator[Collection]:
        """Every way to read a collection from its first cell to rdf:nil.

        A cell with two members or two continuations is read both ways; one that leads back to
        itself is not read, nor an empty collection. See `LIST[h, e1, ..., en]` in
        https://www.w3.org/TR/owl2-profiles/ section 4.3.
        """
        members: list[int] = []
        cells = [head]
        inside = {head}
        steps = [self._steps(head)]
        while steps:
            member, rest = next(steps[-1], (None, None))
            if member is None or rest is None:
                steps.pop()
                inside.discard(cells.pop())
                if steps:
                    members.pop()
                continue
            if rest == self.nil:
                yield Collection((*members, member), tuple(cells))
            if rest in self.firsts and rest not in inside:
                members.append(member)
                cells.append(rest)
                inside.add(rest)
                steps.append(self._steps(rest))

    def _steps(self, cell: int) -> Iterator[tuple[int, int]]:
        """The members of a cell, each with each continuation."""
        return product(self.firsts.get(cell, ()), self.rests.get(cell, ()))


class CollectionIndex:
    """Collections by number, each once."""

    def __init__(self) -> None:
        self.all: list[Collection] = []
        self._numbers: dict[Collection, int] = {}

    def copy(self) -> "CollectionIndex":
        """The same, to grow on its own."""
        twin = CollectionIndex()
        twin.all = self.all.copy()
        twin._numbers = self._numbers.copy()
        return twin

    def number(self, collection: Collection) -> int:
        """The number of a collection; it gets one where it has none."""
        number = self._numbers.setdefault(collection, len(self.all))
        if number == len(self.all):
            self.all.append(collection)
        return number

    def matches(self, numbers: Ids, test: Callable[[Ids], Mask]) -> Mask:
        """Which of some collections have a member or a cell that a test picks."""
        terms = [(*self.all[n].members, *self.all[n].cells) for n in numbers.tolist()]
        owners = np.repeat(np.arange(len(terms)), list(map(len, terms)))
        picked = test(np.fromiter(chain.from_iterable(terms), np.int64, len(owners)))
        return np.bincount(owners[picked], minlength=len(terms)) > 0


def _by_subject(relation: SortedRelation) -> dict[int, list[int]]:
    index: dict[int, list[int]] = defaultdict(list)
    subjects, objects = first(relation.facts).tolist(), second(relation.facts).tolist()
    for subject, object_ in zip(subjects, objects, strict=True):
        index[subject].append(object_)
    return index


NO_CELLS = Cells(NOTHING, NOTHING, -1)
