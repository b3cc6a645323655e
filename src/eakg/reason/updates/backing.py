"""Backing: what equalities follow from when some facts are lost.

An equality that joined two terms has the rank of the round in which it was found. What derives it
from facts of lower ranks derives it without itself, so that a look back from the equality, and no
further, tells whether it holds (backward chaining with ranks in place of the search that Motik,
Nenov, Piro and Horrocks, 2015, do to the end).
"""

from functools import cached_property
from typing import Protocol

import numpy as np

from eakg.reason.engine import ClosureState
from eakg.reason.plan import Instance
from eakg.reason.proofs import Archive
from eakg.reason.relations import (
    CLASS,
    Atom,
    Bindings,
    Ids,
    Mask,
    facts_of,
    pack,
    solve,
    within,
)
from eakg.reason.rules import SAME_AS, TYPE

_ROW = " row"


class Losses(Protocol):
    """What is lost so far."""

    stale: set[Instance]

    def is_lost(self, key: int, facts: Ids) -> Mask:
        """Which facts, in whatever terms they were found, are lost."""


class Backing:
    """The derivations of the equalities of a complete state.

    Arguments: the state; the equalities that are still asserted; what is lost.
    """

    def __init__(self, state: ClosureState, asserted: Ids, losses: Losses) -> None:
        self._facts = state.facts
        self._asserted = asserted
        self._losses = losses
        self._archive = Archive(state)

    @cached_property
    def _makers(self) -> list[Instance]:
        program = self._archive.state.program
        return [
            instance
            for instance in (*program.instances.all, *program.former_instances)
            if any(head.key == SAME_AS for head in instance.heads)
        ]

    def unbacked(self, representatives: Ids) -> Ids:
        """Those of some representatives that have links which may not hold any more."""
        if not len(representatives):
            return representatives
        links = self._facts.equal.links
        places = self._facts.equal.representatives(links[:, 0])
        is_asked = np.zeros(len(self._facts.terms), np.bool_)
        is_asked[representatives] = True
        links = links[is_asked[places]]
        rest = links[~within(pack(links[:, 0], links[:, 1]), self._asserted)]
        are_identical = self._facts.values.are_identical
        rest = rest[[not are_identical(left, right) for left, right, _ in rest.tolist()]]
        for instance in self._makers:
            if not len(rest):
                break
            if TYPE not in instance.keys and instance not in self._losses.stale:
                rest = rest[~self._follows(instance, rest)]
        is_unbacked = np.zeros(len(is_asked), np.bool_)
        is_unbacked[self._facts.equal.representatives(rest[:, 0])] = True
        return np.flatnonzero(is_unbacked)

    def _follows(self, instance: Instance, links: Ids) -> Mask:
        """Which links an instance derives from facts of lower ranks that are not lost."""
        result = np.zeros(len(links), np.bool_)
        for head in instance.heads:
            if head.key != SAME_AS or not all(isinstance(slot, str) for slot in head.slots):
                continue
            if head.subject == head.object:
                continue
            axioms = self._ranks_of_axioms(instance)
            if axioms is None:
                continue
            start = Bindings(
                len(links),
                {
                    _ROW: np.arange(len(links)),
                    str(head.subject): links[:, 0],
                    str(head.object): links[:, 1],
                },
            )
            variables = {_ROW}.union(*(atom.variables for atom in instance.body))
            for block in solve(instance.body, self._archive.lookup, start, variables):
                rows = block.columns[_ROW]
                holds = np.full(block.length, axioms) < links[rows, 2]
                for atom in instance.body:
                    facts = facts_of(atom, block)
                    holds &= self._archive.lookup(atom.key).rank_of(facts) < links[rows, 2]
                    holds &= ~self._losses.is_lost(atom.key, facts)
                result[rows[holds]] = True
        return result

    def _ranks_of_axioms(self, instance: Instance) -> int | None:
        """The highest rank of the axioms of an instance; None where one is lost."""
        highest = 0
        for triple in instance.schema_triples:
            subject, predicate, object_ = triple
            atom = (
                Atom(CLASS + object_, subject, None)
                if predicate == TYPE
                else Atom(predicate, subject, object_)
            )
            facts = facts_of(atom, Bindings(1))
            if self._losses.is_lost(atom.key, facts)[0]:
                return None
            highest = max(highest, int(self._archive.lookup(atom.key).rank_of(facts)[0]))
        return highest
