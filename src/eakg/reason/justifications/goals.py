"""What is asked of states: whether something follows there, and from which asserted triples."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Protocol

from rdflib import Graph, Literal
from rdflib.namespace import OWL
from rdflib.term import Node

from eakg.rdf import Triple
from eakg.reason.contradictions import ContradictionFinder, Inconsistency
from eakg.reason.engine import ClosureState, Expansion, NodeTerms
from eakg.reason.literals import value_of
from eakg.reason.proofs import Explainer, NotInClosureError, Proof, ProofNotFoundError
from eakg.reason.relations import CLASS, UNLIMITED, Allowance, ends
from eakg.reason.rules import CELL, TYPE, RuleSet


class Goal(Protocol):
    """Something that follows from a state and, as rules only add, from each state that has more
    asserted triples."""

    def leaves(self, state: ClosureState) -> frozenset[Triple] | None:
        """Asserted triples of a state from which it follows there, few of them; None where it does
        not follow. Raises: ReasoningLimitError."""


class TripleGoal:
    """That a triple follows.

    A literal is one value in each of its forms (dt-eq), also where a state does not have the form
    that was asked for.

    Arguments: a complete state; the triple; how much may be looked at for one proof.
    """

    def __init__(
        self, state: ClosureState, triple: Triple, allowance: Allowance = UNLIMITED
    ) -> None:
        self.triple = triple
        self._rules = state.facts.rules
        self._allowance = allowance
        subject, predicate, object_ = triple
        self._forms = [(subject, predicate, form) for form in _forms(state, object_)]

    def leaves(self, state: ClosureState) -> frozenset[Triple] | None:
        """See `Goal`."""
        try:
            proof = self.proof(state)
        except ProofNotFoundError:
            return frozenset(asserted_triples(state))
        return None if proof is None else frozenset(leaf.triple for leaf in proof.leaves())

    def proof(self, state: ClosureState) -> Proof | None:
        """A proof of the triple in a state; None where it does not follow. Raises:
        ProofNotFoundError; ReasoningLimitError."""
        explainer = Explainer(state)
        for form in self._forms:
            try:
                proof = explainer.explain(form, self._allowance)
            except NotInClosureError:
                continue
            return proof if form == self.triple else self._restated(proof)
        return None

    def _restated(self, proof: Proof) -> Proof:
        """The proof of the triple, from that of one with another form of its value."""
        equality = Proof((proof.triple[2], OWL.sameAs, self.triple[2]), "dt-eq")
        return Proof(self.triple, "eq-rep-o", (equality, proof))


class ContradictionGoal:
    """That a state has a contradiction, or what is left of it.

    A contradiction of another state is what is left of it where it is by the same rule about the
    same things, in whichever of their names, or about some of them where it is about many. Where a
    state has one contradiction alone, each that remains is left of that.

    Arguments: a complete state; a contradiction of it; how many contradictions it has; how much may
    be looked at for one proof.
    """

    def __init__(
        self,
        state: ClosureState,
        inconsistency: Inconsistency,
        total: int,
        allowance: Allowance = UNLIMITED,
    ) -> None:
        self.inconsistency = inconsistency
        self._state = state
        self._is_sole = total == 1
        self._allowance = allowance
        self._sameness, self._matter = self._signature(inconsistency)

    def leaves(self, state: ClosureState) -> frozenset[Triple] | None:
        """See `Goal`; the cells of lists that the axioms name are among them."""
        remainder = next(filter(self._is_part, contradictions_of(state)), None)
        if remainder is None:
            return None
        explainer = Explainer(state)
        triples: set[Triple] = set()
        for premise in remainder.triples:
            try:
                proof = explainer.explain(premise, self._allowance)
            except (NotInClosureError, ProofNotFoundError):
                continue
            triples.update(leaf.triple for leaf in proof.leaves())
        return frozenset(triples | self._cells_of(triples, state))

    def _is_part(self, remainder: Inconsistency) -> bool:
        if self._is_sole:
            return True
        if remainder.rule != self.inconsistency.rule:
            return False
        sameness, matter = self._signature(remainder)
        if sameness or self._sameness:
            # Of members that are all the same some may be left.
            is_alike = self._axioms(remainder) == self._axioms(self.inconsistency)
            return sameness == self._sameness or (is_alike and sameness < self._sameness)
        if remainder.rule == "dt-not-type":
            # Of the uses of a value some may be left.
            return matter <= self._matter
        return matter == self._matter

    def _axioms(self, inconsistency: Inconsistency) -> set[tuple[object, ...]]:
        return {tuple(map(self._name, axiom)) for axiom in inconsistency.axioms}

    def _signature(
        self, inconsistency: Inconsistency
    ) -> tuple[frozenset[Node], frozenset[tuple[object, ...]]]:
        """What is said to be the same, and the other facts in terms of representatives."""
        facts = inconsistency.facts or inconsistency.axioms
        sameness = {term for fact in facts if fact[1] == OWL.sameAs for term in (fact[0], fact[2])}
        matter = {tuple(map(self._name, fact)) for fact in facts if fact[1] != OWL.sameAs}
        return frozenset(sameness), frozenset(matter)

    def _name(self, term: Node) -> object:
        number = self._state.facts.terms.number(term)
        return term if number is None else self._state.facts.equal.representative(number)

    @cached_property
    def _cells(self) -> dict[Node, list[Triple]]:
        """What is asserted of the cells of lists, by cell."""
        cells: dict[Node, list[Triple]] = defaultdict(list)
        for triple in asserted_triples(self._state, CELL[:2]):
            cells[triple[0]].append(triple)
        return cells

    def _cells_of(self, triples: Iterable[Triple], state: ClosureState) -> set[Triple]:
        explainer = Explainer(state)
        cells: dict[Triple, None] = {}
        heads = [triple[2] for triple in triples]
        visited = set(heads)
        for head in heads:  # which grow in number meanwhile
            for triple in self._cells.get(head, ()):
                if explainer.is_asserted(triple):
                    cells[triple] = None
                    if triple[2] not in visited:
                        visited.add(triple[2])
                        heads.append(triple[2])
        return set(cells)


def contradictions_of(state: ClosureState) -> list[Inconsistency]:
    """The contradictions of a complete state, in words that name what is anonymous by its label."""
    return ContradictionFinder(state, Expansion(state), Graph).all()


def asserted_triples(state: ClosureState, keys: Iterable[int] | None = None) -> Iterator[Triple]:
    """The asserted triples of a state, all or those of some relations."""
    node = state.facts.terms.node
    asserted = state.facts.asserted
    for key in asserted if keys is None else asserted.keys() & set(keys):
        for fact in asserted[key].tolist():
            if key >= CLASS:
                yield node(fact), node(TYPE), node(key - CLASS)
            else:
                subject, object_ = ends(fact)
                yield node(subject), node(key), node(object_)


def state_of(
    triples: Iterable[Triple],
    rules: RuleSet,
    *,
    trivial: bool = False,
    allowance: Allowance = UNLIMITED,
) -> ClosureState:
    """The complete state of a few triples, by the terms of which it numbers its own. Raises:
    ReasoningLimitError."""
    terms = NodeTerms()
    state = ClosureState.of(terms, terms.encode(triples), rules, trivial=trivial)
    state.allow(allowance)
    state.run()
    state.allow(UNLIMITED)
    return state


def _forms(state: ClosureState, term: Node) -> list[Node]:
    """A term, and the other forms of its value that the state has."""
    forms: dict[Node, None] = {term: None}
    if isinstance(term, Literal) and "dt-eq" in state.facts.rules:
        value = value_of(term)
        numbers = state.facts.values.index.refresh().groups.get(value, ()) if value else ()
        forms |= dict.fromkeys(map(state.facts.terms.node, numbers))
    return list(forms)
