"""Justifications of a triple with their proofs, and repairs of a contradiction."""

from dataclasses import dataclass

from eakg.rdf import Triple
from eakg.reason.contradictions import Inconsistency
from eakg.reason.engine import ClosureState
from eakg.reason.justifications.goals import (
    ContradictionGoal,
    TripleGoal,
    contradictions_of,
    state_of,
)
from eakg.reason.justifications.hitting_sets import EFFORT, SearchEnd, Triples, hitting_sets
from eakg.reason.proofs import Proof
from eakg.reason.relations import UNLIMITED, Allowance, ReasoningLimitError
from eakg.reason.updates import apply_change


@dataclass(frozen=True)
class Justification:
    """Asserted triples from which a triple follows, and from no part of them; and how it does: the
    leaves of the proof are the triples."""

    triples: Triples
    proof: Proof


@dataclass(frozen=True)
class Justifications:
    """Justifications of a triple, those of few triples first, and how the search for them ended."""

    items: tuple[Justification, ...]
    end: SearchEnd


@dataclass(frozen=True)
class Repair:
    """Asserted triples without which a contradiction ends, and with any of them it does not;
    `remaining` is how many contradictions the graph has without them."""

    triples: Triples
    remaining: int


@dataclass(frozen=True)
class Repairs:
    """Repairs of a contradiction, those of few triples first, and how the search for them ended."""

    items: tuple[Repair, ...]
    end: SearchEnd


def justifications_of(
    state: ClosureState,
    triple: Triple,
    most: int | None = None,
    *,
    effort: int = EFFORT,
    allowance: Allowance = UNLIMITED,
) -> Justifications:
    """The justifications of a triple that follows.

    Arguments: a complete state; the triple; how many are wanted, None for all; how many closures
    may be made for them; how much may be looked at, and until when. Raises: ProofNotFoundError.
    """
    goal = TripleGoal(state, triple, allowance)
    sets = hitting_sets(state, goal, most_justifications=most, effort=effort, allowance=allowance)
    items: list[Justification] = []
    for triples in sorted(sets.justifications, key=len):
        try:
            proof = goal.proof(state_of(triples, state.facts.rules, trivial=state.program.trivial))
        except ReasoningLimitError:
            return Justifications(tuple(items), SearchEnd.EFFORT)
        if proof is not None:
            items.append(Justification(triples, proof))
    return Justifications(tuple(items), sets.end)


def repairs_of(
    state: ClosureState,
    inconsistency: Inconsistency,
    most: int | None = None,
    *,
    total: int | None = None,
    effort: int = EFFORT,
    allowance: Allowance = UNLIMITED,
) -> Repairs:
    """What asserted triples would have to go for a contradiction to end.

    Arguments: a complete state; a contradiction of it; how many repairs are wanted, None for all;
    how many contradictions the state has, where that is known; how many closures may be made; until
    when.
    """
    total = len(contradictions_of(state)) if total is None else total
    goal = ContradictionGoal(state, inconsistency, total, allowance)
    sets = hitting_sets(state, goal, most_repairs=most, effort=effort, allowance=allowance)
    items = []
    for triples in sets.repairs:
        rest = apply_change(state, {}, state.facts.terms.encode(triples))
        items.append(Repair(triples, len(contradictions_of(rest))))
    return Repairs(tuple(items), sets.end)
