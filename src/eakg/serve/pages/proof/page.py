"""A proof as a tree for people: what follows, by which rule, from what, down to sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rdflib import RDF, URIRef
from rdflib.term import Node

from eakg.evidence import Supports, is_axiom
from eakg.rdf import Triple, sparql_term
from eakg.reason.proofs import ASSERTED, Proof
from eakg.reason.rules import WORDS
from eakg.serve.content import labels_of, shipped_presentation, support_in
from eakg.serve.words import DisplayTerm, EvidencePlace, Naming, places_of, proof_path
from eakg.store import Explained, QueryRequest, QueryService, select


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
    stated in `places`, by the graphs that are its `homes`. `facts` and `axioms` are the premises;
    `again` says that they were shown further up.
    """

    claim: ProofTriple
    path: str | None
    rule: str | None
    words: str
    facts: tuple["ProofStep", ...]
    axioms: tuple[ProofTriple, ...]
    places: tuple[EvidencePlace, ...]
    homes: tuple[str, ...]
    again: bool


@dataclass(frozen=True)
class OtherValue:
    """Another value that a source gives where there should be one."""

    claim: ProofTriple
    places: tuple[EvidencePlace, ...]


@dataclass(frozen=True)
class ProofPage:
    """What the template shows."""

    step: ProofStep
    others: tuple[OtherValue, ...]


def proof_page(store: QueryService, explained: Explained) -> ProofPage:
    """The page of a proof, with what supports it as the store gave it.

    Raises: StoreError and its kinds.
    """
    proof = explained.proof
    others = _others(store, proof.triple)
    terms = {term for step in proof.steps() for term in step.triple} | {one[2] for one in others}
    supports = {**explained.supports, **support_in(store, others)}
    writer = _Writer(Naming(labels_of(store, terms)), supports)
    return ProofPage(
        writer.step(proof),
        tuple(OtherValue(writer.claim(one), writer.places(one)) for one in others),
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
        tuple(writer.claim(axiom) for axiom in axioms),
    )


class _Writer:
    def __init__(self, naming: Naming, supports: Supports) -> None:
        self._naming = naming
        self._supports = supports
        self._shown: set[Triple] = set()

    def step(self, proof: Proof) -> ProofStep:
        again = proof.triple in self._shown and bool(proof.premises)
        self._shown.add(proof.triple)
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
        facts, axioms = [], []
        for premise in () if again else proof.premises:
            if premise.triple[1] in (RDF.first, RDF.rest):
                continue
            if self._is_axiom(premise.triple):
                axioms.append(self.claim(premise.triple, cells, rest))
            else:
                facts.append(self.step(premise))
        asserted = proof.by == ASSERTED
        support = self._supports.get(proof.triple) if asserted else None
        return ProofStep(
            self.claim(proof.triple),
            proof_path(proof.triple) if _is_plain(proof.triple) else None,
            None if asserted else proof.by,
            "" if asserted else WORDS.get(proof.by, ""),
            tuple(facts),
            tuple(axioms),
            places_of(support.evidence) if support else (),
            tuple(str(home.graph) for home in support.homes) if support else (),
            again,
        )

    def claim(
        self,
        triple: Triple,
        cells: Mapping[Node, Node] | None = None,
        rest: Mapping[Node, Node] | None = None,
    ) -> ProofTriple:
        """A triple in words; where it leads to a list, its members in a row."""
        subject, predicate, object_ = triple
        shown = self._naming.of(object_)
        if cells and rest is not None and object_ in cells:
            labels = [self._naming.of(one).label for one in _members(object_, cells, rest)]
            shown = DisplayTerm(" → ".join(labels), "", None)
        return ProofTriple(self._naming.of(subject), self._naming.of(predicate), shown)

    def places(self, triple: Triple) -> tuple[EvidencePlace, ...]:
        """Where what supports a triple is seen."""
        support = self._supports.get(triple)
        return places_of(support.evidence) if support else ()

    def _is_axiom(self, triple: Triple) -> bool:
        support = self._supports.get(triple)
        return support.axiom if support else is_axiom(triple)


def _members(head: Node, cells: Mapping[Node, Node], rest: Mapping[Node, Node]) -> Iterator[Node]:
    seen: set[Node] = set()
    while head in cells and head not in seen:
        seen.add(head)
        yield cells[head]
        head = rest.get(head, RDF.nil)


def _is_plain(triple: Triple) -> bool:
    return isinstance(triple[0], URIRef)


def _others(store: QueryService, triple: Triple) -> list[Triple]:
    """Other values that are stated of a property that should have one."""
    subject, predicate, object_ = triple
    if not shipped_presentation().plan(predicate).single or not isinstance(subject, URIRef):
        return []
    start = f"{sparql_term(subject)} {sparql_term(predicate)}"
    text = f"SELECT DISTINCT ?o {{ {start} ?o }} ORDER BY ?o"
    rows = select(store, QueryRequest(text, closure="asserted"))
    return [(subject, predicate, row["o"]) for row in rows if row["o"] != object_]
