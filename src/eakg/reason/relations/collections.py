"""Collections, read from the relations of rdf:first and rdf:rest."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from eakg.reason.relations.relation import SortedRelation, first, second


@dataclass(frozen=True)
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
        pending = [Collection((), (head,))]
        while pending:
            prefix = pending.pop()
            cell = prefix.cells[-1]
            for member in self.firsts.get(cell, ()):
                members = (*prefix.members, member)
                for rest in self.rests.get(cell, ()):
                    if rest == self.nil:
                        yield Collection(members, prefix.cells)
                    if rest not in prefix.cells:
                        pending.append(Collection(members, (*prefix.cells, rest)))


def _by_subject(relation: SortedRelation) -> dict[int, list[int]]:
    index: dict[int, list[int]] = defaultdict(list)
    subjects, objects = first(relation.facts).tolist(), second(relation.facts).tolist()
    for subject, object_ in zip(subjects, objects, strict=True):
        index[subject].append(object_)
    return index
