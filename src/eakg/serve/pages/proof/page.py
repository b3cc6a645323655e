"""A proof as a tree for people: what follows, by which rule, from what, down to sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rdflib import RDF, BNode, URIRef
from rdflib.term import Node

from eakg.evidence import Supports, is_axiom
from eakg.rdf import Triple, sparql_term
from eakg.reason.proofs import ASSERTED, Proof
from eakg.reason.rules import WORDS
from eakg.serve.content import BOUNDS, labels_of, shipped_presentation, support_in
from eakg.serve.words import DisplayTerm, EvidencePlace, Naming, places_of, proof_path
from eakg.store import QueryRequest, QueryService, SupportedProof, select


@dataclass(frozen=True)
class ProofTriple:
    """A triple in words."""

    subject: DisplayTerm
    predicate: DisplayTerm
    object: DisplayTerm


@dataclass(frozen=True)
class ProofStep:
    """A triple and why it holds.

    `rule` is the name of the rule that gave it and `words` what that says; without a rule it is
    stated in `places`, by the graphs that are its `homes`. It follows from the triples of the
    `premises`, by the `axioms`; a `repetition` was shown further up with its premises.
    """

    triple: ProofTriple
    path: str | None
    rule: str | None
    words: str
    premises: tuple["ProofStep", ...]
    axioms: tuple[ProofTriple, ...]
    places: tuple[EvidencePlace, ...]
    homes: tuple[str, ...]
    repetition: bool


@dataclass(frozen=True)
class AlternativeValue:
    """Another value that a source gives where there should be one."""

    triple: ProofTriple
    places: tuple[EvidencePlace, ...]


@dataclass(frozen=True)
class ProofPage:
    """What the template shows; `bounds` says that the alternatives bound a time, and can all be
    so."""

    step: ProofStep
    alternatives: tuple[AlternativeValue, ...]
    bounds: bool


def proof_page(store: QueryService, explanation: SupportedProof) -> ProofPage:
    """The page of a proof, with what supports it as the store gave it.

    Raises: StoreError and its kinds.
    """
    proof = explanation.proof
    alternatives = _alternatives(store, proof.triple)
    terms = {term for step in proof.steps() for term in step.triple}
    terms |= {value for _subject, _predicate, value in alternatives}
    supports = {**explanation.supports, **support_in(store, alternatives)}
    writer = _Writer(Naming(labels_of(store, terms)), supports)
    return ProofPage(
        writer.step(proof),
        tuple(
            AlternativeValue(writer.triple(triple), writer.places(triple))
            for triple in alternatives
        ),
        proof.triple[1] in BOUNDS,
    )


def steps_of(
    store: QueryService, proofs: Sequence[Proof], axioms: Sequence[Triple]
) -> tuple[tuple[ProofStep, ...], tuple[ProofTriple, ...]]:
    """Several proofs, and axioms beside them, in words. Raises: StoreError and its kinds."""
    steps = [step for proof in proofs for step in proof.steps()]
    supports = support_in(store, {step.triple for step in steps if step.by == ASSERTED})
    terms = {term for step in steps for term in step.triple}
    terms |= {term for axiom in axioms for term in axiom}
    writer = _Writer(Naming(labels_of(store, terms)), supports)
    return (
        tuple(writer.step(proof) for proof in proofs),
        tuple(writer.triple(axiom) for axiom in axioms),
    )


class _Writer:
    def __init__(self, naming: Naming, supports: Supports) -> None:
        self._naming = naming
        self._supports = supports
        self._history: set[Triple] = set()

    def step(self, proof: Proof) -> ProofStep:
        repetition = proof.triple in self._history and bool(proof.premises)
        self._history.add(proof.triple)
        cells = {
            premise.triple[0]: premise.triple[2]
            for premise in proof.premises
            if premise.triple[1] == RDF.first
        }
        rest = {
            premise.triple[0]: premise.triple[2]
            for premise in proof.premises
            if premise.triple[1] == RDF.rest
        }
        premises, axioms = [], []
        for premise in () if repetition else proof.premises:
            if premise.triple[1] in (RDF.first, RDF.rest):
                continue
            if self._is_axiom(premise.triple):
                axioms.append(self.triple(premise.triple, cells, rest))
            else:
                premises.append(self.step(premise))
        asserted = proof.by == ASSERTED
        support = self._supports.get(proof.triple) if asserted else None
        return ProofStep(
            self.triple(proof.triple),
            proof_path(proof.triple) if _is_plain(proof.triple) else None,
            None if asserted else proof.by,
            "" if asserted else WORDS.get(proof.by, ""),
            tuple(premises),
            tuple(axioms),
            places_of(support.evidence) if support else (),
            tuple(str(home.graph) for home in support.homes) if support else (),
            repetition,
        )

    def triple(
        self,
        triple: Triple,
        cells: Mapping[Node, Node] | None = None,
        rest: Mapping[Node, Node] | None = None,
    ) -> ProofTriple:
        """A triple in words; where it leads to a list, its members in a row."""
        subject, predicate, object_ = triple
        value = self._naming.of(object_)
        if cells and rest is not None and object_ in cells:
            labels = [self._naming.of(member).label for member in _members(object_, cells, rest)]
            value = DisplayTerm(" → ".join(labels), "", None)
        return ProofTriple(self._naming.of(subject), self._naming.of(predicate), value)

    def places(self, triple: Triple) -> tuple[EvidencePlace, ...]:
        """Where what supports a triple is seen."""
        support = self._supports.get(triple)
        return places_of(support.evidence) if support else ()

    def _is_axiom(self, triple: Triple) -> bool:
        support = self._supports.get(triple)
        return support.axiom if support else is_axiom(triple)


def _members(head: Node, cells: Mapping[Node, Node], rest: Mapping[Node, Node]) -> Iterator[Node]:
    visited: set[Node] = set()
    while head in cells and head not in visited:
        visited.add(head)
        yield cells[head]
        head = rest.get(head, RDF.nil)


def _is_plain(triple: Triple) -> bool:
    return not any(isinstance(term, BNode) for term in triple)


def _alternatives(store: QueryService, triple: Triple) -> list[Triple]:
    """Other values that are stated of a property that should have one, and other bounds."""
    subject, predicate, object_ = triple
    compared = predicate in BOUNDS or shipped_presentation().plan(predicate).single
    if not compared or not isinstance(subject, URIRef):
        return []
    start = f"{sparql_term(subject)} {sparql_term(predicate)}"
    text = f"SELECT DISTINCT ?o {{ {start} ?o }} ORDER BY ?o"
    rows = select(store, QueryRequest(text, closure="asserted"))
    return [(subject, predicate, row["o"]) for row in rows if row["o"] != object_]
