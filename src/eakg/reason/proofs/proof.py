"""Proofs: trees of named rule instances down to asserted triples."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from eakg.rdf import Triple, write_term
from eakg.reason.proofs.step import ASSERTED, STEPS, UNPROVED


@dataclass(frozen=True, eq=False, repr=False)
class Proof:
    """Why a triple holds.

    `by` is the name of the OWL 2 RL/RDF rule whose conclusion it is, or "asserted", or "unproved"
    where it follows by more steps than were followed; `premises` are
    the proofs of that rule's premises. A rule about the values of literals (dt-type2, dt-eq,
    dt-diff) has none.

    What is a premise of several steps is the same proof in each. Proofs may be thousands of steps
    deep: whoever goes through one takes its `steps`, which are in a row, and does not follow the
    premises by calls of calls.
    """

    triple: Triple
    by: str
    premises: tuple["Proof", ...] = ()

    def __eq__(self, other: object) -> bool:
        """Whether each step is the same."""
        if not isinstance(other, Proof):
            return NotImplemented
        return self is other or self._links == other._links

    def __hash__(self) -> int:
        return hash((self.triple, self.by))

    def __repr__(self) -> str:
        return f"<Proof of {' '.join(map(write_term, self.triple))} by {self.by}>"

    def _repr_html_(self) -> str:
        """The proof as a tree that folds, for notebooks; of a long one the steps that are nearest
        to the conclusion."""
        from eakg.reason.proofs.markup import proof_html

        return proof_html(part_of(self, STEPS), self.size)

    @property
    def _links(self) -> list[tuple[Triple, str, list[Triple]]]:
        return [
            (step.triple, step.by, [premise.triple for premise in step.premises])
            for step in self.steps()
        ]

    @cached_property
    def size(self) -> int:
        """How many different triples it speaks of, itself included."""
        return len(self._steps_by_triple())

    def steps(self) -> Iterator["Proof"]:
        """The proof and all that it rests on, each triple once, premises before conclusions."""
        return iter(self._steps_by_triple().values())

    def _steps_by_triple(self) -> dict[Triple, "Proof"]:
        steps: dict[Triple, Proof] = {}
        is_nested = False
        stack: list[tuple[Proof, bool]] = [(self, False)]
        while stack:
            proof, is_ready = stack.pop()
            if proof.triple in steps:
                # Where it is among its own premises, these are a shorter proof of it.
                is_nested |= is_ready
            elif is_ready:
                steps[proof.triple] = proof
            else:
                stack.append((proof, True))
                stack += [(premise, False) for premise in reversed(proof.premises)]
        return _needed(steps, self.triple) if is_nested else steps

    def leaves(self) -> Iterator["Proof"]:
        """The asserted triples that it rests on, each once."""
        return (proof for proof in self.steps() if proof.by == ASSERTED)


def _needed(steps: Mapping[Triple, Proof], conclusion: Triple) -> dict[Triple, Proof]:
    """The steps that a conclusion rests on, in the same order."""
    needed = {conclusion}
    stack = [conclusion]
    while stack:
        premises = {premise.triple for premise in steps[stack.pop()].premises} - needed
        needed |= premises
        stack += premises
    return {triple: step for triple, step in steps.items() if triple in needed}


def joined_path(steps: Sequence[Proof], rule: str, axioms: Sequence[Proof] = ()) -> Proof:
    """A path of steps put together from its middle, so that the proof is as flat as may be."""
    if len(steps) == 1:
        return steps[0]
    middle = len(steps) // 2
    parts = joined_path(steps[:middle], rule, axioms), joined_path(steps[middle:], rule, axioms)
    (subject, predicate, _), (_, _, object_) = (part.triple for part in parts)
    return Proof((subject, predicate, object_), rule, (*axioms, *parts))


def part_of(proof: Proof, most: int) -> Proof:
    """A proof with about so many of its steps, those that are nearest to the conclusion; what the
    others prove is "unproved" in it, but for what is asserted. A step has all of its premises."""
    steps = {step.triple: step for step in proof.steps()}
    if len(steps) <= most:
        return proof
    triples = {proof.triple: None}
    queue = deque([proof.triple])
    expansions: set[Triple] = set()
    while queue and len(triples) < most:
        triple = queue.popleft()
        expansions.add(triple)
        for premise in steps[triple].premises:
            if premise.triple not in triples:
                triples[premise.triple] = None
                queue.append(premise.triple)
    parts: dict[Triple, Proof] = {}
    for triple, step in steps.items():
        if triple in expansions or (triple in triples and not step.premises):
            premises = tuple(parts[premise.triple] for premise in step.premises)
            parts[triple] = Proof(triple, step.by, premises)
        elif triple in triples:
            parts[triple] = Proof(triple, UNPROVED)
    return parts[proof.triple]
