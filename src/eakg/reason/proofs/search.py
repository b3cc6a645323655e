"""Finding proofs in a complete state.

Going back by ranks finds a proof and never goes in circles. Where a fact was rewritten to speak of
representatives, the equalities that rewrote it become steps by eq-rep-s, eq-rep-p and eq-rep-o.
"""

import sys
import time
from functools import cached_property

import numpy as np
from rdflib import Literal
from rdflib.namespace import OWL

from eakg.rdf import Triple
from eakg.reason.engine import DIFFERENT_FROM, ClosureState, Link
from eakg.reason.literals import value_of
from eakg.reason.plan import NumberTriple
from eakg.reason.proofs.archive import Archive
from eakg.reason.proofs.derivations import Derivations, DerivationStep, FactWording
from eakg.reason.proofs.equalities import EqualityPaths
from eakg.reason.proofs.proof import ASSERTED, Proof
from eakg.reason.relations import CLASS, EMPTY, NEVER, Ids, pack, within
from eakg.reason.rules import NUMBER, SAME_AS, TYPE, VOCABULARY

ALTERNATIVES = 3
"""Rule instances for one triple that are tried for the smallest proof."""
DEPTH = 12_000
"""Calls that may be nested while a proof is looked for."""
_ZERO, _UNIT = (number for number, term in enumerate(VOCABULARY) if isinstance(term, Literal))


class NotInClosureError(LookupError):
    """A triple does not follow, so there is no proof of it."""


class ProofNotFoundError(NotInClosureError):
    """A triple may follow, but no proof of it was found."""


class Explainer:
    """Finds proofs in a complete state.

    Arguments: the state; for how many seconds smaller proofs are looked for.
    """

    def __init__(self, state: ClosureState, seconds: float = 0.02) -> None:
        self.facts = state.facts
        self.seconds = seconds
        self.deadline = 0.0
        self.proofs: dict[NumberTriple, Proof] = {}
        self.archive = Archive(state)
        self.derivations = Derivations(self.archive)

    def explain(self, triple: Triple) -> Proof:
        """A proof of a triple. Raises: NotInClosureError when it does not follow."""
        numbers = [self.facts.terms.number(term) for term in triple]
        self.deadline = time.monotonic() + self.seconds
        subject, predicate, object_ = numbers
        if subject is None or predicate is None or object_ is None:
            name = triple[numbers.index(None)].n3()
            raise NotInClosureError(f"it says nothing of {name}")
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, DEPTH))
        try:
            return self._proof((subject, predicate, object_))
        except RecursionError:
            message = "no proof of it was found: steps lead back to where they came from"
            raise ProofNotFoundError(message) from None
        finally:
            sys.setrecursionlimit(limit)

    def _proof(self, triple: NumberTriple) -> Proof:
        proof = self.proofs.get(triple)
        if proof is None:
            proof = self.proofs[triple] = self._prove(triple)
        return proof

    def _prove(self, triple: NumberTriple) -> Proof:
        if self.archive.is_asserted(triple):
            return self._conclude(triple, ASSERTED)
        if triple[1] == SAME_AS and self.facts.rules.equality:
            return self._prove_equality(triple[0], triple[2])
        rank = self.archive.rank(triple)
        if rank < NEVER:
            return self._derive(triple, rank)
        return self._prove_by_renaming(triple, NEVER)

    def _conclude(self, triple: NumberTriple, rule: str, *premises: Proof) -> Proof:
        node = self.facts.terms.node
        subject, predicate, object_ = triple
        return Proof((node(subject), node(predicate), node(object_)), rule, premises)

    # Rules

    def _derive(self, triple: NumberTriple, rank: int) -> Proof:
        """The proof of a fact, by facts of lower rank."""
        best: Proof | None = None
        for step in self._steps(triple, rank)[:ALTERNATIVES]:
            if best is not None and time.monotonic() > self.deadline:
                break
            proof = self._apply(step, rank)
            if best is None or proof.size < best.size:
                best = proof
        return best or self._prove_by_renaming(triple, rank)

    def _steps(self, triple: NumberTriple, rank: int) -> list[DerivationStep]:
        """Steps to a fact, the best first, whose wording needs only equalities below a rank."""
        steps = sorted(self.derivations.of(triple, rank), key=lambda step: step.cost)
        return [
            step
            for step in steps
            if all(self._equalities.path(*pair, rank) is not None for pair in step.renamings)
        ]

    def _apply(self, step: DerivationStep, rank: int) -> Proof:
        premises = [self._reword(premise, rank) for premise in step.premises]
        if step.path:
            proof = self._prove_path(step, premises, rank)
        else:
            proof = self._conclude(step.conclusion.wording, step.rule, *premises)
        return self._rename(proof, step.conclusion.wording, step.conclusion.fact, rank)

    def _reword(self, premise: FactWording, rank: int) -> Proof:
        return self._rename(self._proof(premise.fact), premise.fact, premise.wording, rank)

    def _prove_path(self, step: DerivationStep, axioms: list[Proof], rank: int) -> Proof:
        """A path put together from its middle, so that the proof is as flat as may be."""
        edges = step.path

        def join(low: int, high: int) -> Proof:
            if high - low == 1:
                return self._reword(edges[low], rank)
            middle = (low + high) // 2
            subject, predicate, _ = edges[low].wording
            triple = (subject, predicate, edges[high - 1].wording[2])
            parts = join(low, middle), join(middle, high)
            return self._conclude(triple, step.rule, *axioms, *parts)

        return join(0, len(edges))

    # Equality

    @cached_property
    def _equalities(self) -> EqualityPaths:
        return EqualityPaths(self.facts.equal)

    def _prove_equality(self, left: int, right: int, rank: int = NEVER) -> Proof:
        """The proof of an equality: a path of equalities that were found below a rank."""
        if left == right:
            return self._prove_reflexive(left)
        path = self._equalities.path(left, right, rank)
        if path is None:
            raise NotInClosureError("they are not the same")
        steps = [self._orient(*step) for step in path]

        def join(low: int, high: int) -> Proof:
            if high - low == 1:
                return steps[low]
            middle = (low + high) // 2
            parts = join(low, middle), join(middle, high)
            node = self.facts.terms.node
            triple = (parts[0].triple[0], node(SAME_AS), parts[1].triple[2])
            return Proof(triple, "eq-trans", parts)

        return join(0, len(steps))

    def _orient(self, left: int, right: int, link: Link) -> Proof:
        if (left, right) != link[:2] and self.archive.is_asserted((left, SAME_AS, right)):
            return self._conclude((left, SAME_AS, right), ASSERTED)
        proof = self._prove_link(link)
        if (left, right) == link[:2]:
            return proof
        return self._conclude((left, SAME_AS, right), "eq-sym", proof)

    def _prove_link(self, link: Link) -> Proof:
        """The proof of an equality that joined two terms, the way round it was found."""
        left, right, rank = link
        triple = (left, SAME_AS, right)
        proof = self.proofs.get(triple)
        if proof is None:
            proof = self.proofs[triple] = self._find_link_proof(triple, rank)
        return proof

    def _find_link_proof(self, triple: NumberTriple, rank: int) -> Proof:
        if self.archive.is_asserted(triple):
            return self._conclude(triple, ASSERTED)
        left, right = (self.facts.values.literal(number) for number in (triple[0], triple[2]))
        if left is not None and right is not None:
            value = value_of(left)
            if value is not None and value == value_of(right):
                return self._conclude(triple, "dt-eq")
        steps = self._steps(triple, rank)
        return self._apply(steps[0], rank) if steps else self._prove_by_renaming(triple, rank)

    def _prove_reflexive(self, number: int) -> Proof:
        triple = (number, SAME_AS, number)
        mention = self.archive.assertion_about(number)
        if mention is None and number == SAME_AS:
            return self._conclude(triple, "eq-ref", self._prove_reflexive(NUMBER[OWL.Thing]))
        if mention is None and number == DIFFERENT_FROM:
            premise = self._conclude((_ZERO, DIFFERENT_FROM, _UNIT), "dt-diff")
            return self._conclude(triple, "eq-ref", premise)
        mention = mention or self.archive.mention(number)
        if mention is None:
            raise NotInClosureError("it is in no triple of the closure")
        return self._conclude(triple, "eq-ref", self._proof(mention))

    def _prove_by_renaming(self, triple: NumberTriple, rank: int) -> Proof:
        """The proof of a fact that says of a thing by one name what is known by another."""
        source = self._source(triple, rank)
        if source[1] == SAME_AS:
            proof = self._prove_equality(source[0], source[2], rank)
        else:
            proof = self._proof(source)
        return self._rename(proof, source, triple, rank)

    def _rename(self, proof: Proof, source: NumberTriple, target: NumberTriple, rank: int) -> Proof:
        """The proof of a fact by other names, from that by some, with equalities below a rank."""
        subject, predicate, object_ = source
        if subject != target[0]:
            equality = self._prove_equality(subject, target[0], rank)
            subject = target[0]
            proof = self._conclude((subject, predicate, object_), "eq-rep-s", equality, proof)
        if predicate != target[1]:
            equality = self._prove_equality(predicate, target[1], rank)
            predicate = target[1]
            proof = self._conclude((subject, predicate, object_), "eq-rep-p", equality, proof)
        if object_ != target[2]:
            equality = self._prove_equality(object_, target[2], rank)
            proof = self._conclude(target, "eq-rep-o", equality, proof)
        return proof

    def _source(self, triple: NumberTriple, rank: int) -> NumberTriple:
        """The fact of lowest rank that says the same by other names."""
        names = tuple(self._equalities.names(number, rank) for number in triple)
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
        if best is None:
            raise NotInClosureError("it does not follow")
        return best[1]

    def _value_triple(self, subjects: Ids, predicate: int, object_: int) -> NumberTriple | None:
        for subject in subjects.tolist() if predicate in (TYPE, DIFFERENT_FROM) else ():
            triple = subject, predicate, object_
            for step in self.derivations.by_value(triple):
                self.proofs[triple] = self._conclude(triple, step.rule)
                return triple
        return None
