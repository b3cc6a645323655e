"""Groundings that wait for facts: an instance is made where all that it reads has some."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from eakg.reason.engine.copies import own_copy
from eakg.reason.plan import Groundings, Instance, Template
from eakg.reason.relations import CLASS, Ids, Mask, within
from eakg.reason.rules import TYPE, TripleAtom, Variable

READY = -1


class WaitingGroundings:
    """Groundings by rule, each with the key of a relation without facts."""

    def __init__(self) -> None:
        self._waiting: dict[Template, tuple[Groundings, Ids]] = {}

    def copy(self) -> "WaitingGroundings":
        """The same, to be changed on their own."""
        return own_copy(self)

    def __len__(self) -> int:
        return sum(len(groundings) for groundings, _ in self._waiting.values())

    def add(self, groundings: Groundings, present: Ids) -> Iterator[Instance]:
        """Take in groundings.

        Arguments: they; the keys of the relations that have facts, sorted. Result: the instances of
        those that need not wait.
        """
        missing = _missing(groundings, present)
        yield from groundings.rows(missing == READY).instances()
        rest = groundings.rows(missing != READY), missing[missing != READY]
        if not len(rest[0]):
            return
        template = groundings.template
        predecessor = self._waiting.get(template)
        if predecessor is not None:
            rest = predecessor[0].union(rest[0]), np.concatenate([predecessor[1], rest[1]])
            places = rest[0].firsts
            rest = rest[0].rows(places), rest[1][places]
        self._waiting[template] = rest

    def roused(self, keys: Ids, present: Ids) -> Iterator[Instance]:
        """The instances of which nothing is missing any more.

        Arguments: the keys of relations that have got facts, and of those that have some, sorted.
        """
        for template, (groundings, missing) in list(self._waiting.items()):
            is_due = within(missing, keys)
            if is_due.any():
                self._waiting[template] = groundings.rows(~is_due), missing[~is_due]
                yield from self.add(groundings.rows(is_due), present)

    def remove(self, is_gone: Callable[[Groundings], Mask]) -> None:
        """Do without the rows that a test picks."""
        for template, (groundings, missing) in list(self._waiting.items()):
            rest = ~is_gone(groundings)
            if not rest.all():
                self._waiting[template] = groundings.rows(rest), missing[rest]


def keys_of(groundings: Groundings) -> Iterator[Ids]:
    """The keys of the relations that groundings read, for each premise beside the axioms; for one
    about each member of a list, those of all lists together."""
    for atom in groundings.template.data:
        if not is_about_members(groundings, atom):
            yield groundings.keys(atom)
            continue
        numbers = np.unique(groundings.lists).tolist()
        members = [m for number in numbers for m in groundings.index.all[number].members]
        yield _member_keys(groundings, atom, members)


def is_about_members(groundings: Groundings, atom: TripleAtom) -> bool:
    """Whether a premise is about members of a list that no column has."""
    return atom.each or any(
        isinstance(term, Variable) and bool(term.index) and groundings.is_open(term)
        for term in atom.terms
    )


def _member_keys(groundings: Groundings, atom: TripleAtom, members: Sequence[int]) -> Ids:
    """The keys of the relations that a premise about each member of a list reads."""
    numbers = np.array(members, np.int64)
    if isinstance(atom.predicate, Variable):
        return numbers
    constant = groundings.constant
    key = groundings.number(atom.predicate)
    if key != constant(TYPE):
        return np.full(len(numbers), key, np.int64)
    return CLASS + numbers if isinstance(atom.object, Variable) else numbers


def _missing(groundings: Groundings, present: Ids) -> Ids:
    """The key of a relation without facts that each row reads; READY where there is none."""
    missing = np.full(len(groundings), READY, np.int64)
    for atom in groundings.template.data:
        if not atom.each:
            keys = groundings.keys(atom)
            missing = np.where((missing == READY) & ~within(keys, present), keys, missing)
            continue
        for row in np.flatnonzero(missing == READY).tolist():
            keys = _member_keys(groundings, atom, groundings.collection(row).members)
            absent = np.flatnonzero(~within(keys, present))
            if len(absent):
                missing[row] = keys[absent[0]]
    return missing
