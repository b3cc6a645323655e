"""A proof as a tree for people: what follows, by which rule, from what, down to sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rdflib import OWL, RDF, RDFS, URIRef
from rdflib.term import Node

from eakg.rdf import Triple, sparql_term
from eakg.reason.proofs import ASSERTED, Proof
from eakg.reason.rules import WORDS
from eakg.serve.content import Evidence, Passage, Support, TableRow, labels_of, support_of
from eakg.serve.words import SINGLE, Naming, Shown, path_of, place_key, proof_path
from eakg.store import QueryRequest, QueryService, select

_OF_THINGS = (RDFS.label, OWL.sameAs, OWL.differentFrom)
_SCHEMA = (str(RDFS), str(RDF), "http://www.w3.org/2002/07/owl#")


@dataclass(frozen=True)
class ProofTriple:
    """A triple in words."""

    subject: Shown
    predicate: Shown
    object: Shown


@dataclass(frozen=True)
class Said:
    """What states a triple, a row or passages in one sentence; and where on this host it is."""

    evidence: Evidence
    path: str | None
    words: tuple[str, ...] = ()

    @property
    def passage(self) -> Passage | None:
        return self.evidence if isinstance(self.evidence, Passage) else None

    @property
    def row(self) -> TableRow | None:
        return self.evidence if isinstance(self.evidence, TableRow) else None


@dataclass(frozen=True)
class ProofStep:
    """A triple and why it holds.

    `rule` is the name of the rule that gave it and `words` what that says; without a rule it is
    stated by `said`, or by the ontology. `facts` and `axioms` are the premises; `again` says that
    they were shown further up.
    """

    claim: ProofTriple
    path: str | None
    rule: str | None
    words: str
    facts: tuple["ProofStep", ...]
    axioms: tuple[ProofTriple, ...]
    said: tuple[Said, ...]
    again: bool


@dataclass(frozen=True)
class Other:
    """Another value that a source gives where there should be one."""

    claim: ProofTriple
    said: tuple[Said, ...]


@dataclass(frozen=True)
class ProofPage:
    """What the template shows."""

    step: ProofStep
    others: tuple[Other, ...]
    leaves: int


def proof_page(store: QueryService, proof: Proof) -> ProofPage:
    """The page of a proof. Raises: StoreError and its kinds."""
    steps = list(proof.steps())
    leaves = [step.triple for step in steps if step.by == ASSERTED]
    others = _others(store, proof.triple)
    support = support_of(store, {*leaves, *others})
    terms = {term for step in steps for term in step.triple} | {one[2] for one in others}
    writer = _Writer(Naming(labels_of(store, terms)), support)
    return ProofPage(
        writer.step(proof),
        tuple(Other(writer.claim(one), writer.said(one)) for one in others),
        sum(1 for leaf in leaves if leaf in support),
    )


def steps_of(
    store: QueryService, proofs: Sequence[Proof], axioms: Sequence[Triple]
) -> tuple[tuple[ProofStep, ...], tuple[ProofTriple, ...]]:
    """Several proofs, and axioms beside them, in words. Raises: StoreError and its kinds."""
    steps = [step for proof in proofs for step in proof.steps()]
    support = support_of(store, {step.triple for step in steps if step.by == ASSERTED})
    terms = {term for step in steps for term in step.triple}
    terms |= {term for axiom in axioms for term in axiom}
    writer = _Writer(Naming(labels_of(store, terms)), support)
    return (
        tuple(writer.step(proof) for proof in proofs),
        tuple(writer.claim(axiom) for axiom in axioms),
    )


class _Writer:
    def __init__(self, naming: Naming, support: Mapping[Triple, tuple[Support, ...]]) -> None:
        self._naming = naming
        self._support = support
        self._told: set[Triple] = set()

    def step(self, proof: Proof) -> ProofStep:
        again = proof.triple in self._told and bool(proof.premises)
        self._told.add(proof.triple)
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
            if is_axiom(premise.triple):
                axioms.append(self.claim(premise.triple, cells, rest))
            else:
                facts.append(self.step(premise))
        asserted = proof.by == ASSERTED
        return ProofStep(
            self.claim(proof.triple),
            proof_path(proof.triple) if _is_plain(proof.triple) else None,
            None if asserted else proof.by,
            "" if asserted else WORDS.get(proof.by, ""),
            tuple(facts),
            tuple(axioms),
            self.said(proof.triple) if asserted else (),
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
            shown = Shown(" → ".join(labels), "", None)
        return ProofTriple(self._naming.of(subject), self._naming.of(predicate), shown)

    def said(self, triple: Triple) -> tuple[Said, ...]:
        found: dict[object, list[Evidence]] = {}
        for node in self._support.get(triple, ()):
            for one in node.evidence:
                found.setdefault(place_key(one), []).append(one)
        return tuple(
            Said(
                of_one[0],
                path_of(of_one[0]),
                tuple(one.exact for one in of_one if isinstance(one, Passage)),
            )
            for of_one in found.values()
        )


def _members(head: Node, cells: Mapping[Node, Node], rest: Mapping[Node, Node]) -> Iterator[Node]:
    seen: set[Node] = set()
    while head in cells and head not in seen:
        seen.add(head)
        yield cells[head]
        head = rest.get(head, RDF.nil)


def is_axiom(triple: Triple) -> bool:
    """Whether a triple speaks of classes and properties, not of things."""
    _subject, predicate, object_ = triple
    if predicate == RDF.type:
        return str(object_).startswith(_SCHEMA)
    return str(predicate).startswith(_SCHEMA) and predicate not in _OF_THINGS


def _is_plain(triple: Triple) -> bool:
    return isinstance(triple[0], URIRef)


def _others(store: QueryService, triple: Triple) -> list[Triple]:
    """Other values that are stated of a property that should have one."""
    subject, predicate, object_ = triple
    if predicate not in SINGLE or not isinstance(subject, URIRef):
        return []
    start = f"{sparql_term(subject)} {sparql_term(predicate)}"
    text = f"SELECT DISTINCT ?o {{ {start} ?o }} ORDER BY ?o"
    rows = select(store, QueryRequest(text, closure="asserted"))
    return [(subject, predicate, row["o"]) for row in rows if row["o"] != object_]
