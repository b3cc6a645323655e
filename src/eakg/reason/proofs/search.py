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
from eakg.reason.plan import Coded
from eakg.reason.proofs.archive import Archive
from eakg.reason.proofs.derivations import Derivations, DerivationStep, WordedFact
from eakg.reason.proofs.equalities import EqualityPaths
from eakg.reason.proofs.proof import ASSERTED, Proof
from eakg.reason.relations import CLASS, EMPTY, NEVER, Ids, pack, within
from eakg.reason.rules import NUMBER, SAME_AS, TYPE, VOCABULARY

ALTERNATIVES = 3
"""Rule instances for one triple that are tried for the smallest proof."""
DEPTH = 12_000
"""Calls that may be nested while a proof is looked for."""
_ZERO, _ONE = (number for number, term in enumerate(VOCABULARY) if isinstance(term, Literal))


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
        self.proofs: dict[Coded, Proof] = {}
        self.archive = Archive(state)
        self.derivations = Derivations(self.archive)

    def explain(self, triple: Triple) -> Proof:
        """A proof of a triple. Raises: NotInClosureError when it does not follow."""
        numbers = [self.facts.terms.number(term) for term in triple]
        self.deadline = time.monotonic() + self.seconds
        subject, predicate, object_ = numbers
        if subject is None or predicate is None or object_ is None:
            unknown = triple[numbers.index(None)].n3()
            raise NotInClosureError(f"it says nothing of {unknown}")
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, DEPTH))
        try:
            return self._proof((subject, predicate, object_))
        except RecursionError:
            message = "no proof of it was found: steps lead back to where they came from"
            raise ProofNotFoundError(message) from None
        finally:
            sys.setrecursionlimit(limit)

    def _proof(self, triple: Coded) -> Proof:
        known = self.proofs.get(triple)
        if known is None:
            known = self.proofs[triple] = self._prove(triple)
        return known

    def _prove(self, triple: Coded) -> Proof:
        if self.archive.asserted(triple):
            return self._made(triple, ASSERTED)
        if triple[1] == SAME_AS and self.facts.rules.equality:
            return self._same(triple[0], triple[2])
        rank = self.archive.rank(triple)
        if rank < NEVER:
            return self._derived(triple, rank)
        return self._renamed(triple, NEVER)

    def _made(self, triple: Coded, rule: str, *premises: Proof) -> Proof:
        node = self.facts.terms.node
        subject, predicate, object_ = triple
        return Proof((node(subject), node(predicate), node(object_)), rule, premises)

    # Rules

    def _derived(self, triple: Coded, rank: int) -> Proof:
        """The proof of a fact, by facts of lower rank."""
        found: Proof | None = None
        for step in self._steps(triple, rank)[:ALTERNATIVES]:
            if found is not None and time.monotonic() > self.deadline:
                break
            proof = self._by(step, rank)
            if found is None or proof.size < found.size:
                found = proof
        return found or self._renamed(triple, rank)

    def _steps(self, triple: Coded, rank: int) -> list[DerivationStep]:
        """Steps to a fact, the best first, whose wording needs only equalities below a rank."""
        steps = sorted(self.derivations.of(triple, rank), key=lambda step: step.cost)
        return [
            step
            for step in steps
            if all(self._equalities.path(*pair, rank) is not None for pair in step.renamings)
        ]

    def _by(self, step: DerivationStep, rank: int) -> Proof:
        premises = [self._worded(premise, rank) for premise in step.premises]
        if step.path:
            proof = self._along(step, premises, rank)
        else:
            proof = self._made(step.conclusion.stated, step.rule, *premises)
        return self._carried(proof, step.conclusion.stated, step.conclusion.known, rank)

    def _worded(self, premise: WordedFact, rank: int) -> Proof:
        return self._carried(self._proof(premise.known), premise.known, premise.stated, rank)

    def _along(self, step: DerivationStep, axioms: list[Proof], rank: int) -> Proof:
        """A path put together from its middle, so that the proof is as flat as may be."""
        edges = step.path

        def joined(low: int, high: int) -> Proof:
            if high - low == 1:
                return self._worded(edges[low], rank)
            middle = (low + high) // 2
            left, predicate, _ = edges[low].stated
            triple = (left, predicate, edges[high - 1].stated[2])
            parts = joined(low, middle), joined(middle, high)
            return self._made(triple, step.rule, *axioms, *parts)

        return joined(0, len(edges))

    # Equality

    @cached_property
    def _equalities(self) -> EqualityPaths:
        return EqualityPaths(self.facts.equal)

    def _same(self, left: int, right: int, rank: int = NEVER) -> Proof:
        """The proof of an equality: a path of equalities that were found below a rank."""
        if left == right:
            return self._reflexive(left)
        path = self._equalities.path(left, right, rank)
        if path is None:
            raise NotInClosureError("they are not the same")
        steps = [self._linked(*step) for step in path]

        def joined(low: int, high: int) -> Proof:
            if high - low == 1:
                return steps[low]
            middle = (low + high) // 2
            parts = joined(low, middle), joined(middle, high)
            node = self.facts.terms.node
            triple = (parts[0].triple[0], node(SAME_AS), parts[1].triple[2])
            return Proof(triple, "eq-trans", parts)

        return joined(0, len(steps))

    def _linked(self, left: int, right: int, link: Link) -> Proof:
        if (left, right) != link[:2] and self.archive.asserted((left, SAME_AS, right)):
            return self._made((left, SAME_AS, right), ASSERTED)
        proof = self._link(link)
        if (left, right) == link[:2]:
            return proof
        return self._made((left, SAME_AS, right), "eq-sym", proof)

    def _link(self, link: Link) -> Proof:
        """The proof of an equality that joined two terms, the way round it was found."""
        left, right, rank = link
        triple = (left, SAME_AS, right)
        known = self.proofs.get(triple)
        if known is None:
            known = self.proofs[triple] = self._joined(triple, rank)
        return known

    def _joined(self, triple: Coded, rank: int) -> Proof:
        if self.archive.asserted(triple):
            return self._made(triple, ASSERTED)
        left, right = (self.facts.values.literal(number) for number in (triple[0], triple[2]))
        if left is not None and right is not None:
            value = value_of(left)
            if value is not None and value == value_of(right):
                return self._made(triple, "dt-eq")
        steps = self._steps(triple, rank)
        return self._by(steps[0], rank) if steps else self._renamed(triple, rank)

    def _reflexive(self, number: int) -> Proof:
        triple = (number, SAME_AS, number)
        found = self.archive.asserted_mention(number)
        if found is None and number == SAME_AS:
            return self._made(triple, "eq-ref", self._reflexive(NUMBER[OWL.Thing]))
        if found is None and number == DIFFERENT_FROM:
            premise = self._made((_ZERO, DIFFERENT_FROM, _ONE), "dt-diff")
            return self._made(triple, "eq-ref", premise)
        found = found or self.archive.mention(number)
        if found is None:
            raise NotInClosureError("it is in no triple of the closure")
        return self._made(triple, "eq-ref", self._proof(found))

    def _renamed(self, triple: Coded, rank: int) -> Proof:
        """The proof of a fact that says of a thing by one name what is known by another."""
        source = self._source(triple, rank)
        if source[1] == SAME_AS:
            proof = self._same(source[0], source[2], rank)
        else:
            proof = self._proof(source)
        return self._carried(proof, source, triple, rank)

    def _carried(self, proof: Proof, source: Coded, target: Coded, rank: int) -> Proof:
        """The proof of a fact by other names, from that by some, with equalities below a rank."""
        subject, predicate, object_ = source
        if subject != target[0]:
            same = self._same(subject, target[0], rank)
            subject = target[0]
            proof = self._made((subject, predicate, object_), "eq-rep-s", same, proof)
        if predicate != target[1]:
            same = self._same(predicate, target[1], rank)
            predicate = target[1]
            proof = self._made((subject, predicate, object_), "eq-rep-p", same, proof)
        if object_ != target[2]:
            same = self._same(object_, target[2], rank)
            proof = self._made(target, "eq-rep-o", same, proof)
        return proof

    def _source(self, triple: Coded, rank: int) -> Coded:
        """The fact of lowest rank that says the same by other names."""
        same = tuple(self._equalities.names(number, rank) for number in triple)
        best: tuple[int, Coded] | None = None
        if SAME_AS in same[1] and triple[1] != SAME_AS and triple[2] in same[0]:
            return triple[0], SAME_AS, triple[2]
        for predicate in same[1].tolist():
            for object_ in same[2].tolist():
                if predicate == TYPE:
                    key, facts = CLASS + object_, same[0]
                else:
                    key = predicate
                    facts = pack(same[0], np.full(len(same[0]), object_, np.int64))
                ranks = self.archive.lookup(key).rank_of(facts)
                ranks[within(facts, self.facts.asserted.get(key, EMPTY))] = 0
                place = int(np.argmin(ranks))
                found = (int(same[0][place]), predicate, object_)
                lowest = rank if best is None else best[0]
                if ranks[place] < lowest and found != triple:
                    best = int(ranks[place]), found
                literal = self._valued(same[0], predicate, object_)
                if literal is not None and literal != triple:
                    return literal
        if best is None:
            raise NotInClosureError("it does not follow")
        return best[1]

    def _valued(self, subjects: Ids, predicate: int, object_: int) -> Coded | None:
        for subject in subjects.tolist() if predicate in (TYPE, DIFFERENT_FROM) else ():
            triple = subject, predicate, object_
            for step in self.derivations.by_value(triple):
                self.proofs[triple] = self._made(triple, step.rule)
                return triple
        return None
