"""Justifications and repairs by a hitting set tree.

A justification is a set of asserted triples from which a goal follows, and from no part of it; a
repair is a set that has a triple of each justification, and of which each part misses one: without
its triples the goal does not follow.

One justification is found by expansion and contraction: the leaves of a proof, of which each is
left out in turn. All of them are found by the hitting set tree of Reiter (A theory of diagnosis
from first principles, Artificial Intelligence 32, 1987), as Kalyanpur, Parsia, Horridge and Sirin
use it (Finding all justifications of OWL DL entailments, ISWC 2007; Horridge, Justification based
explanation in ontologies, Manchester 2011): a node takes the triples of its path away, and has for
its label a justification that is still there, and a child for each triple of that. Breadth first,
the paths that leave none are the repairs, the smallest first.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from rdflib import RDF, BNode

from eakg.rdf import Triple, spelling
from eakg.reason.engine import ClosureState
from eakg.reason.justifications.goals import Goal, asserted_triples, state_of
from eakg.reason.relations import UNLIMITED, Allowance, ReasoningLimitError
from eakg.reason.updates import apply_change

Triples = frozenset[Triple]
EFFORT = 2_000
"""Closures that are made for one answer."""
_MOST_NODES = 100_000


class SearchEnd(Enum):
    """How a search ended: all were found, or as many as were asked for, or it was given up."""

    ALL = "all"
    ENOUGH = "enough"
    EFFORT = "effort"


@dataclass(frozen=True)
class HittingSets:
    """Justifications and repairs in the order in which they were found, and how the search ended.
    A repair is one for certain where it was given up, too."""

    justifications: tuple[Triples, ...]
    repairs: tuple[Triples, ...]
    end: SearchEnd


class _EffortError(Exception):
    """As much was tried as may be."""


def hitting_sets(
    state: ClosureState,
    goal: Goal,
    *,
    most_justifications: int | None = None,
    most_repairs: int | None = None,
    effort: int = EFFORT,
    allowance: Allowance = UNLIMITED,
) -> HittingSets:
    """The justifications and repairs of a goal, until there is one more than wanted of either.

    Arguments: a complete state; the goal; how many justifications and how many repairs are wanted,
    None for all; how many closures may be made; until when.
    """
    search = _Search(state, goal, most_justifications, most_repairs, effort, allowance)
    try:
        end = search.run()
    except (_EffortError, ReasoningLimitError):
        end = SearchEnd.EFFORT
    return HittingSets(
        tuple(search.justifications[:most_justifications]),
        tuple(search.repairs[:most_repairs]),
        end,
    )


class _Search:
    def __init__(
        self,
        state: ClosureState,
        goal: Goal,
        most_justifications: int | None,
        most_repairs: int | None,
        effort: int,
        allowance: Allowance,
    ) -> None:
        self._state = state
        self._goal = goal
        self._most_justifications = most_justifications
        self._most_repairs = most_repairs
        self._effort = effort
        self._until = Allowance(ends=allowance.ends)
        self.justifications: list[Triples] = []
        self.repairs: list[Triples] = []

    def run(self) -> SearchEnd:
        """Grow the tree, level by level."""
        start: Triples = frozenset()
        queue, history = deque([start]), {start}
        while queue:
            path = queue.popleft()
            if any(repair <= path for repair in self.repairs):
                continue
            label = self._label(path)
            if label is None:
                self.repairs.append(path)
            if self._has_enough():
                return SearchEnd.ENOUGH
            for triple in self._sorted(label or ()):
                child = path | {triple}
                if child not in history:
                    if len(history) >= _MOST_NODES:
                        raise _EffortError
                    history.add(child)
                    queue.append(child)
        return SearchEnd.ALL

    def _has_enough(self) -> bool:
        limits = (
            (self._most_justifications, self.justifications),
            (self._most_repairs, self.repairs),
        )
        return any(most is not None and len(sets) > most for most, sets in limits)

    def _label(self, path: Triples) -> Triples | None:
        """A justification without the triples of a path; None where there is none."""
        for justification in self.justifications:
            if not justification & path:
                return justification
        leaves = self._leaves(self._without(self._state, path))
        if leaves is None:
            return None
        justification = self._minimum(leaves, path)
        self.justifications.append(justification)
        return justification

    def _minimum(self, leaves: Triples, path: Triples) -> Triples:
        """A justification among the leaves of a proof. Where these do not do, what speaks of the
        same things is taken to them."""
        candidate = leaves
        state = self._state_of(candidate)
        smaller_leaves = self._leaves(state)
        while smaller_leaves is None:
            candidate = self._expanded(candidate, path)
            state = self._state_of(candidate)
            smaller_leaves = self._leaves(state)
        justification = self._contracted(state, smaller_leaves)
        if self._leaves(self._state_of(justification)) is None:
            justification = self._contracted(state, None)
        return justification

    def _contracted(self, state: ClosureState, leaves: Triples | None) -> Triples:
        """The triples of a state, or of the leaves of a proof in it, without those that are not
        needed.

        Arguments: a state in which the goal follows; leaves of a proof there, by which each proof
        says what may be left out at once; without them, triple after triple is tried.
        """
        necessary: set[Triple] = set()
        pending = self._sorted(asserted_triples(state) if leaves is None else leaves)
        while pending:
            triple = pending.pop()
            smaller_state = self._without(state, [triple])
            smaller_leaves = self._leaves(smaller_state)
            if smaller_leaves is None:
                necessary.add(triple)
                continue
            state = smaller_state
            if leaves is not None:
                pending = self._sorted(smaller_leaves - necessary)
        return frozenset(necessary)

    def _expanded(self, candidate: Triples, path: Triples) -> Triples:
        """Triples with the asserted ones that share a term with them; all, where none do."""
        terms = {term for subject, _, object_ in candidate for term in (subject, object_)}
        triples = [one for one in asserted_triples(self._state) if one not in path]
        related = {one for one in triples if one[0] in terms or one[2] in terms}
        return frozenset(candidate | related if related - candidate else triples)

    def _leaves(self, state: ClosureState) -> Triples | None:
        if self._effort <= 0:
            raise _EffortError
        self._effort -= 1
        self._until.check()
        return self._goal.leaves(state)

    def _without(self, state: ClosureState, triples: Iterable[Triple]) -> ClosureState:
        removed = state.facts.terms.encode(triples)
        return apply_change(state, {}, removed, self._until) if removed else state

    def _state_of(self, triples: Triples) -> ClosureState:
        trivial = self._state.program.trivial
        rules = self._state.facts.rules
        return state_of(self._sorted(triples), rules, trivial=trivial, allowance=self._until)

    def _sorted(self, triples: Iterable[Triple]) -> list[Triple]:
        """Triples in the order of their spelling, as far as that is the same for each who reads
        them; the cells of lists come last, as what they are in may go as a whole."""
        number = self._state.facts.terms.number

        def place(triple: Triple) -> tuple[object, ...]:
            names = [() if isinstance(term, BNode) else spelling(term) for term in triple]
            return triple[1] in (RDF.first, RDF.rest), names, [number(term) or 0 for term in triple]

        return sorted(triples, key=place)
