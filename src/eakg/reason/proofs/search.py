"""Finding proofs in a complete state.

Going back by ranks finds a proof and never goes in circles. Where a fact was rewritten to speak of
representatives, the equalities that rewrote it become steps by eq-rep-s, eq-rep-p and eq-rep-o.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import numpy as np
from rdflib import Literal
from rdflib.namespace import OWL

from eakg.reason.engine import DIFFERENT_FROM, Link
from eakg.reason.plan import NumberTriple
from eakg.reason.proofs.archive import Archive
from eakg.reason.proofs.derivations import Derivations, DerivationStep, FactWording
from eakg.reason.proofs.equalities import EqualityPaths
from eakg.reason.proofs.goals import DeadEndError, Goal
from eakg.reason.proofs.proof import Proof, joined_path
from eakg.reason.proofs.step import ASSERTED
from eakg.reason.relations import (
    CLASS,
    EMPTY,
    NEVER,
    Ids,
    pack,
    within,
)
from eakg.reason.rules import NUMBER, SAME_AS, TYPE, VOCABULARY

ALTERNATIVES = 3
"""Rule instances for one triple that are tried for the smallest proof."""
EFFORT = 200
"""Triples that are looked at for smaller proofs; of further ones the first proof is taken."""
_DEAD_ENDS = 10_000
_ZERO, _UNIT = (number for number, term in enumerate(VOCABULARY) if isinstance(term, Literal))


class NotInClosureError(LookupError):
    """A triple does not follow, so there is no proof of it."""


class ProofNotFoundError(LookupError):
    """A triple follows, but no proof of it was found."""


class ProofSearch:
    """The search for one proof.

    Arguments: the facts by rank; by what they follow; the links that joined terms.
    """

    def __init__(
        self, archive: Archive, derivations: Derivations, equalities: EqualityPaths
    ) -> None:
        self.facts = archive.facts
        self.archive = archive
        self.derivations = derivations
        self.equalities = equalities
        self.proofs: dict[NumberTriple, Proof] = {}
        self.under_way: set[tuple[NumberTriple, int]] = set()
        self.effort = EFFORT
        self.dead_ends = 0

    @property
    def size(self) -> int:
        """How many triples were looked at."""
        return len(self.proofs) + len(self.under_way)

    def check(self, triple: NumberTriple) -> None:
        """Raises: NotInClosureError when a triple does not follow."""
        left, predicate, right = triple
        if self.archive.is_asserted(triple):
            return
        if predicate == SAME_AS and self.facts.rules.equality:
            if left == right and not self._is_mentioned(left):
                raise NotInClosureError("it is in no triple of the closure")
            if left != right and self.equalities.path(left, right) is None:
                raise NotInClosureError("they are not the same")
        elif self.archive.rank(triple) >= NEVER and self._source(triple, NEVER) is None:
            raise NotInClosureError("it does not follow")

    def _is_mentioned(self, number: int) -> bool:
        return (
            number == SAME_AS
            or (number == DIFFERENT_FROM and self._has_differences)
            or self.archive.assertion_about(number) is not None
            or self.archive.mention(number) is not None
        )

    @property
    def _has_differences(self) -> bool:
        """Whether something is said to differ whatever is asserted: the numbers of the rules."""
        return "dt-diff" in self.facts.rules

    def proof(self, triple: NumberTriple) -> Goal:
        """The proof of a triple."""
        proof = self.proofs.get(triple)
        if proof is None:
            with self._beginning(triple, NEVER):
                proof = self.proofs[triple] = yield self._prove(triple)
        return proof

    @contextmanager
    def _beginning(self, triple: NumberTriple, rank: int) -> Iterator[None]:
        """A goal that may not be among those that it needs itself."""
        goal = triple, rank
        if goal in self.under_way:
            self._turn_back()
        self.under_way.add(goal)
        try:
            yield
        finally:
            self.under_way.discard(goal)

    def _turn_back(self) -> NoReturn:
        self.dead_ends += 1
        if self.dead_ends > _DEAD_ENDS:
            raise ProofNotFoundError("it follows, but no proof of it was found: too many ways end")
        raise DeadEndError

    def _prove(self, triple: NumberTriple) -> Goal:
        if self.archive.is_asserted(triple):
            return self._conclude(triple, ASSERTED)
        if triple[1] == SAME_AS and self.facts.rules.equality:
            return (yield self._prove_equality(triple[0], triple[2]))
        rank = self.archive.rank(triple)
        if rank < NEVER:
            return (yield self._derive(triple, rank))
        return (yield self._prove_by_renaming(triple, NEVER))

    def _conclude(self, triple: NumberTriple, rule: str, *premises: Proof) -> Proof:
        node = self.facts.terms.node
        subject, predicate, object_ = triple
        return Proof((node(subject), node(predicate), node(object_)), rule, premises)

    # Rules

    def _derive(self, triple: NumberTriple, rank: int) -> Goal:
        """The proof of a fact, by facts of lower rank."""
        best: Proof | None = None
        attempts = 0
        for step in self._steps(triple, rank):
            if best is not None and (attempts >= ALTERNATIVES or self.effort <= 0):
                break
            try:
                proof = yield self._apply(step, rank)
            except DeadEndError:
                continue
            attempts += 1
            if best is None or proof.size < best.size:
                best = proof
        return best or (yield self._prove_by_renaming(triple, rank))

    def _steps(self, triple: NumberTriple, rank: int) -> list[DerivationStep]:
        """Steps to a fact, the best first, whose wording needs only equalities below a rank."""
        self.effort -= 1
        steps = sorted(self.derivations.of(triple, rank), key=lambda step: step.cost)
        return [
            step
            for step in steps
            if all(self.equalities.path(*pair, rank) is not None for pair in step.renamings)
        ]

    def _apply(self, step: DerivationStep, rank: int) -> Goal:
        premises = []
        for premise in step.premises:
            premises.append((yield self._reword(premise, rank)))
        if step.path:
            edges = []
            for edge in step.path:
                edges.append((yield self._reword(edge, rank)))
            proof = joined_path(edges, step.rule, premises)
        else:
            proof = self._conclude(step.conclusion.wording, step.rule, *premises)
        return (yield self._rename(proof, step.conclusion.wording, step.conclusion.fact, rank))

    def _reword(self, premise: FactWording, rank: int) -> Goal:
        proof = yield self.proof(premise.fact)
        return (yield self._rename(proof, premise.fact, premise.wording, rank))

    # Equality

    def _prove_equality(self, left: int, right: int, rank: int = NEVER) -> Goal:
        """The proof of an equality: a path of equalities that were found below a rank."""
        if left == right:
            return (yield self._prove_reflexive(left))
        path = self.equalities.path(left, right, rank)
        if path is None:
            self._turn_back()
        steps = []
        for step in path:
            steps.append((yield self._orient(*step)))
        return joined_path(steps, "eq-trans")

    def _orient(self, left: int, right: int, link: Link) -> Goal:
        if (left, right) != link[:2] and self.archive.is_asserted((left, SAME_AS, right)):
            return self._conclude((left, SAME_AS, right), ASSERTED)
        proof = yield self._prove_link(link)
        if (left, right) == link[:2]:
            return proof
        return self._conclude((left, SAME_AS, right), "eq-sym", proof)

    def _prove_link(self, link: Link) -> Goal:
        """The proof of an equality that joined two terms, the way round it was found."""
        left, right, rank = link
        triple = (left, SAME_AS, right)
        proof = self.proofs.get(triple)
        if proof is None:
            with self._beginning(triple, rank):
                proof = self.proofs[triple] = yield self._find_link_proof(triple, rank)
        return proof

    def _find_link_proof(self, triple: NumberTriple, rank: int) -> Goal:
        if self.archive.is_asserted(triple):
            return self._conclude(triple, ASSERTED)
        if self.facts.values.are_identical(triple[0], triple[2]):
            return self._conclude(triple, "dt-eq")
        for step in self._steps(triple, rank):
            try:
                return (yield self._apply(step, rank))
            except DeadEndError:
                continue
        return (yield self._prove_by_renaming(triple, rank))

    def _prove_reflexive(self, number: int) -> Goal:
        triple = (number, SAME_AS, number)
        mention = self.archive.assertion_about(number)
        if mention is None and number == SAME_AS:
            other = self.archive.asserted_subject
            premise = yield self._prove_reflexive(NUMBER[OWL.Thing] if other is None else other)
            return self._conclude(triple, "eq-ref", premise)
        if mention is None and number == DIFFERENT_FROM and self._has_differences:
            premise = self._conclude((_ZERO, DIFFERENT_FROM, _UNIT), "dt-diff")
            return self._conclude(triple, "eq-ref", premise)
        mention = mention or self.archive.mention(number)
        if mention is None:
            self._turn_back()
        premise = yield self.proof(mention)
        return self._conclude(triple, "eq-ref", premise)

    def _prove_by_renaming(self, triple: NumberTriple, rank: int) -> Goal:
        """The proof of a fact that says of a thing by one name what is known by another."""
        source = self._source(triple, rank)
        if source is None:
            self._turn_back()
        if source[1] == SAME_AS:
            proof = yield self._prove_equality(source[0], source[2], rank)
        else:
            proof = yield self.proof(source)
        return (yield self._rename(proof, source, triple, rank))

    def _rename(self, proof: Proof, source: NumberTriple, target: NumberTriple, rank: int) -> Goal:
        """The proof of a fact by other names, from that by some, with equalities below a rank."""
        triple = source
        for place, rule in enumerate(("eq-rep-s", "eq-rep-p", "eq-rep-o")):
            if triple[place] != target[place]:
                equality = yield self._prove_equality(triple[place], target[place], rank)
                subject, predicate, object_ = (*target[: place + 1], *triple[place + 1 :])
                triple = subject, predicate, object_
                proof = self._conclude(triple, rule, equality, proof)
        return proof

    def _source(self, triple: NumberTriple, rank: int) -> NumberTriple | None:
        """The fact of lowest rank that says the same by other names; None where none does."""
        names = tuple(self.equalities.names(number, rank) for number in triple)
        best: tuple[int, NumberTriple] | None = None
        if SAME_AS in names[1] and triple[1] != SAME_AS and triple[2] in names[0]:
            return triple[0], SAME_AS, triple[2]
        for predicate in names[1].tolist():
            for object_ in names[2].tolist():
                if predicate == TYPE:
                    key, facts = CLASS + object_, names[0]
                else:
                    key = predicate
                    facts = pack(names[0], np.full(len(names[0]), object_, np.int64))
                ranks = self.archive.lookup(key).rank_of(facts)
                ranks[within(facts, self.facts.asserted.get(key, EMPTY))] = 0
                place = int(np.argmin(ranks))
                candidate = (int(names[0][place]), predicate, object_)
                limit = rank if best is None else best[0]
                if ranks[place] < limit and candidate != triple:
                    best = int(ranks[place]), candidate
                literal = self._value_triple(names[0], predicate, object_)
                if literal is not None and literal != triple:
                    return literal
        return None if best is None else best[1]

    def _value_triple(self, subjects: Ids, predicate: int, object_: int) -> NumberTriple | None:
        for subject in subjects.tolist() if predicate in (TYPE, DIFFERENT_FROM) else ():
            triple = subject, predicate, object_
            for step in self.derivations.by_value(triple):
                self.proofs[triple] = self._conclude(triple, step.rule)
                return triple
        return None
