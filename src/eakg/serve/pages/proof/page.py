"""A proof as a tree for people: what follows, by which rule, from what, down to sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from rdflib import BNode, URIRef
from rdflib.namespace import OWL
from rdflib.term import Node

from eakg.evidence import Supports, is_axiom
from eakg.rdf import Triple, sparql_term
from eakg.reason.proofs import ASSERTED, DEPTH, STEPS, Expressions, Proof, part_of, premises_in
from eakg.reason.rules import WORDS
from eakg.serve.content import Presentation, shipped_presentation, support_in
from eakg.serve.words import DisplayTerm, EvidencePlace, Naming, naming_of, places_of, proof_path
from eakg.store import (
    QueryRequest,
    QueryService,
    SupportedJustifications,
    SupportedProof,
    select,
)


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
    `premises`, by the `axioms`; a `repetition` was shown further up with its premises, and one
    with an `anchor` is shown there.
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
    anchor: str | None = None

    @property
    def number(self) -> str:
        """The number of its anchor."""
        return (self.anchor or "").rpartition("-")[2]


@dataclass(frozen=True)
class AlternativeValue:
    """Another value that a source gives where there should be one."""

    triple: ProofTriple
    places: tuple[EvidencePlace, ...]


@dataclass(frozen=True)
class ProofPage:
    """What the template shows: the conclusion, and the steps that are too far from it to stand
    within it. `size` and `count` are how many steps there are and are shown; `bounds` says that
    the alternatives bound a time, and can all be so."""

    step: ProofStep
    lemmas: tuple[ProofStep, ...]
    size: int
    count: int
    alternatives: tuple[AlternativeValue, ...]
    bounds: bool


@dataclass(frozen=True)
class JustificationWay:
    """A proof from one justification, of so many asserted triples; the rest as in `ProofPage`."""

    step: ProofStep
    lemmas: tuple[ProofStep, ...]
    triples: int
    size: int
    count: int


@dataclass(frozen=True)
class JustificationPage:
    """What the template shows: a triple, the ways in which it follows, and whether they are all
    (see `SupportedJustifications`)."""

    triple: ProofTriple
    ways: tuple[JustificationWay, ...]
    end: str


@dataclass(frozen=True)
class ProofGroup:
    """Several proofs, the steps of them that stand apart, and axioms beside them."""

    steps: tuple[ProofStep, ...]
    lemmas: tuple[ProofStep, ...]
    axioms: tuple[ProofTriple, ...]


def proof_page(
    store: QueryService, explanation: SupportedProof, presentation: Presentation | None = None
) -> ProofPage:
    """The page of a proof, with what supports it as the store gave it.

    Arguments: the store; the proof; how pages tell of things, by default as the package says.
    Raises: StoreError and its kinds.
    """
    proof = part_of(explanation.proof, STEPS)
    plan = presentation or shipped_presentation()
    alternatives = _alternatives(store, proof.triple, plan)
    terms = {term for step in proof.steps() for term in step.triple}
    terms |= {value for _subject, _predicate, value in alternatives}
    terms |= {term for triple in explanation.definitions for term in triple}
    supports = {**explanation.supports, **support_in(store, alternatives)}
    definitions = chain(explanation.definitions, (leaf.triple for leaf in proof.leaves()))
    writer = _Writer(
        naming_of(store, terms, presentation), supports, Expressions(definitions), "step"
    )
    return ProofPage(
        writer.step(proof),
        tuple(writer.lemmas()),
        explanation.size or explanation.proof.size,
        proof.size,
        tuple(
            AlternativeValue(writer.triple(triple), writer.places(triple))
            for triple in alternatives
        ),
        proof.triple[1] in plan.time.bounds,
    )


def justification_page(
    store: QueryService,
    justifications: SupportedJustifications,
    presentation: Presentation | None = None,
) -> JustificationPage:
    """The page of justifications, each with its own proof.

    Arguments: the store; they; how pages tell of things, by default as the package says.
    Raises: StoreError and its kinds.
    """
    proofs = [part_of(proof, STEPS) for proof in justifications.proofs]
    terms = {term for proof in proofs for step in proof.steps() for term in step.triple}
    terms |= {*justifications.triple}
    terms |= {term for triple in justifications.definitions for term in triple}
    naming = naming_of(store, terms, presentation)
    expressions = Expressions(
        (
            *justifications.definitions,
            *(leaf.triple for proof in justifications.proofs for leaf in proof.leaves()),
        )
    )
    ways = []
    for number, proof in enumerate(proofs, 1):
        writer = _Writer(naming, justifications.supports, expressions, f"way-{number}-step")
        count = sum(1 for _ in justifications.proofs[number - 1].leaves())
        step = writer.step(proof)
        size = justifications.sizes[number - 1]
        ways.append(JustificationWay(step, tuple(writer.lemmas()), count, size, proof.size))
    heading = _Writer(naming, {}, expressions, "").triple(justifications.triple)
    return JustificationPage(heading, tuple(ways), justifications.end)


def group_of(
    store: QueryService,
    proofs: Sequence[Proof],
    axioms: Sequence[Triple],
    place: str,
    words: Mapping[Node, str] | None = None,
    presentation: Presentation | None = None,
) -> ProofGroup:
    """Several proofs, and axioms beside them, in words.

    Arguments: the store; they; what their anchors on the page begin with; what to call things
    that have no name; how pages tell of things, by default as the package says.
    Raises: StoreError and its kinds.
    """
    proofs = [part_of(proof, STEPS) for proof in proofs]
    steps = [step for proof in proofs for step in proof.steps()]
    supports = support_in(store, {step.triple for step in steps if step.by == ASSERTED})
    terms = {term for step in steps for term in step.triple}
    terms |= {term for axiom in axioms for term in axiom}
    expressions = Expressions(leaf.triple for proof in proofs for leaf in proof.leaves())
    writer = _Writer(naming_of(store, terms, presentation), supports, expressions, place, words)
    return ProofGroup(
        tuple(writer.step(proof) for proof in proofs),
        tuple(writer.lemmas()),
        tuple(writer.triple(axiom) for axiom in axioms),
    )


class _Writer:
    def __init__(
        self,
        naming: Naming,
        supports: Supports,
        expressions: Expressions,
        place: str,
        words: Mapping[Node, str] | None = None,
    ) -> None:
        self._naming = naming
        self._words = words or {}
        self._supports = supports
        self._place = place
        self._expressions = expressions
        self._history: set[Triple] = set()
        self._anchors: dict[Triple, str] = {}
        self._lemmas: list[Proof] = []

    def lemmas(self) -> Iterator[ProofStep]:
        """The steps that were left apart, and those that these leave apart."""
        for lemma in self._lemmas:  # which grow in number meanwhile
            yield self.step(lemma, anchor=self._anchors[lemma.triple])

    def step(self, proof: Proof, depth: int = 0, anchor: str | None = None) -> ProofStep:
        """A step and all that it rests on, as far as that does not stand apart."""
        reference = None if anchor else self._reference(proof, depth)
        repetition = bool(reference) or (proof.triple in self._history and bool(proof.premises))
        if not reference:
            self._history.add(proof.triple)
        premises, axioms = [], []
        for premise in () if repetition else premises_in(proof.premises, self._expressions):
            if self._is_axiom(premise.triple):
                axioms.append(self.triple(premise.triple))
            else:
                premises.append(self.step(premise, depth + 1))
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
            anchor or reference,
        )

    def _reference(self, proof: Proof, depth: int) -> str | None:
        """The anchor of a step that stands apart."""
        triple = proof.triple
        if triple not in self._anchors and (
            depth < DEPTH or not proof.premises or triple in self._history
        ):
            return None
        if triple not in self._anchors:
            self._lemmas.append(proof)
            self._anchors[triple] = f"{self._place}-{len(self._lemmas)}"
        return self._anchors[triple]

    def triple(self, triple: Triple) -> ProofTriple:
        """A triple in words; a list by its members, and an anonymous class by what it is made
        of."""
        subject, predicate, object_ = triple
        value = self._term(object_)
        members = self._expressions.members(object_)
        if members is not None and predicate == OWL.propertyChainAxiom:
            value = DisplayTerm(" → ".join(self._term(one).label for one in members), "", None)
        return ProofTriple(self._term(subject), self._naming.of_term(predicate), value)

    def _term(self, term: Node) -> DisplayTerm:
        words = self._words.get(term) or self._expressions.words(
            term, lambda node: self._naming.of(node).label
        )
        return self._naming.of(term) if words is None else DisplayTerm(words, "", None)

    def places(self, triple: Triple) -> tuple[EvidencePlace, ...]:
        """Where what supports a triple is seen."""
        support = self._supports.get(triple)
        return places_of(support.evidence) if support else ()

    def _is_axiom(self, triple: Triple) -> bool:
        support = self._supports.get(triple)
        return support.axiom if support else is_axiom(triple)


def _is_plain(triple: Triple) -> bool:
    return not any(isinstance(term, BNode) for term in triple)


def _alternatives(store: QueryService, triple: Triple, presentation: Presentation) -> list[Triple]:
    """Other values that are stated of a property that should have one, and other bounds."""
    subject, predicate, object_ = triple
    compared = predicate in presentation.time.bounds or presentation.plan(predicate).single
    if not compared or not isinstance(subject, URIRef):
        return []
    start = f"{sparql_term(subject)} {sparql_term(predicate)}"
    text = f"SELECT DISTINCT ?o {{ {start} ?o }} ORDER BY ?o"
    rows = select(store, QueryRequest(text, closure="asserted"))
    return [(subject, predicate, row["o"]) for row in rows if row["o"] != object_]
