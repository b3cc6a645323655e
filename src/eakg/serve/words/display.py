"""Terms and what supports a triple, as pages show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rdflib import XSD, BNode, Literal, URIRef
from rdflib.term import Node

from eakg.names import ONTOLOGY_GRAPH
from eakg.options import Iri
from eakg.rdf import Triple, write_term
from eakg.serve.content import (
    SKOLEM,
    DescribedTriple,
    Description,
    Presentation,
    labels_of,
    shipped_presentation,
    short,
    term_name,
)
from eakg.serve.words.anchors import EvidencePlace, path_of, places_in_words, places_of
from eakg.serve.words.links import graph_path, proof_path
from eakg.serve.words.wording import amount, day
from eakg.store import Closure, QueryService

_DATES = frozenset({XSD.date, XSD.dateTime})
NUMBERS = frozenset({XSD.decimal, XSD.integer, XSD.double, XSD.float, XSD.long, XSD.int})
_NAMELESS = "(no name)"


@dataclass(frozen=True)
class DisplayTerm:
    """A term for people: its label, its whole text, its IRI if it has one, its language."""

    label: str
    full: str
    iri: str | None
    language: str | None = None


@dataclass(frozen=True)
class SupportLink:
    """A link to what supports a triple: its path, its words, and what it leads to.

    `kind` is sentence, annotator, row, axiom, several, inferred or asserted.
    """

    path: str
    kind: str
    title: str


class Naming:
    """Labels of terms: by the properties and in the languages of the project, of these the most
    wanted first, then without a language, then any.

    Arguments: triples, of which those of properties that tell names count; words for terms that
    go before these; how pages tell of things, by default as the package says.
    """

    def __init__(
        self,
        triples: Iterable[Triple],
        words: Mapping[Node, str] | None = None,
        presentation: Presentation | None = None,
    ) -> None:
        self._presentation = presentation or shipped_presentation()
        project = self._presentation.project
        places = {one: place for place, one in enumerate(project.label_property)}
        ranked: dict[Node, tuple[int, int, str]] = {}
        for subject, predicate, label in triples:
            place = places.get(Iri(str(predicate)))
            if place is not None and isinstance(label, Literal):
                candidate = (place, project.language_rank(label), str(label))
                ranked[subject] = min(ranked.get(subject, candidate), candidate)
        self._labels = {subject: label for subject, (*_ranks, label) in ranked.items()}
        self._labels.update(words or {})

    def of(self, term: Node) -> DisplayTerm:
        """A term as it is shown."""
        if isinstance(term, URIRef):
            fallback = _NAMELESS if SKOLEM in term else short(str(term))
            return DisplayTerm(self._name(term) or fallback, str(term), str(term))
        if isinstance(term, Literal):
            words = str(term)
            if term.datatype in _DATES:
                words = day(words)
            elif term.datatype in NUMBERS:
                words = amount(words)
            return DisplayTerm(words, write_term(term), None, term.language)
        return DisplayTerm(_NAMELESS, "a blank node", None)

    def of_term(self, term: Node) -> DisplayTerm:
        """A class or property as it is shown: where nothing names it, by the end of its IRI."""
        if not isinstance(term, URIRef) or SKOLEM in term:
            return self.of(term)
        return DisplayTerm(self._name(term) or term_name(str(term)), str(term), str(term))

    def has(self, term: Node) -> bool:
        """Whether something names a term."""
        return term in self._labels

    def backwards(self, predicate: Node) -> DisplayTerm:
        """A property as the heading of the things from which it points here."""
        heading = self.of_term(predicate)
        return DisplayTerm(
            self._presentation.backwards(predicate, heading.label), heading.full, heading.iri
        )

    def _name(self, term: Node) -> str | None:
        return self._presentation.name(term) or self._labels.get(term)


def naming_of(
    store: QueryService,
    terms: Iterable[Node],
    presentation: Presentation | None = None,
    words: Mapping[Node, str] | None = None,
    closure: Closure = "full",
) -> Naming:
    """The names that a store has for terms.

    Arguments: the store; the terms; how pages tell of things, by default as the package says; words
    that go before names; whether inferred triples count. Raises: StoreError and its kinds.
    """
    plan = presentation or shipped_presentation()
    labels = labels_of(store, terms, closure, plan.project.label_property)
    return Naming(labels, words, plan)


def support_link(
    entry: DescribedTriple, description: Description, place: str | None
) -> SupportLink:
    """The link from a triple of a description to its evidence or its proof.

    Arguments: the triple; the description; where the thing itself is seen, if it is evidence.
    """
    if any(isinstance(term, BNode) for term in entry.triple):
        # No address names a blank node.
        in_ontology = str(ONTOLOGY_GRAPH) in entry.graphs
        home = "/ontology" if in_ontology else graph_path(min(entry.graphs))
        return SupportLink(home, "axiom" if entry.axiom else "evidence", "It is stated there.")
    proof = proof_path(entry.triple)
    if entry.inferred:
        return SupportLink(proof, "inferred", "This follows from other facts; see how.")
    if entry.of_evidence:
        return _evidence_link(entry, description, place)
    attestations = description.attestations.get(entry.triple, ())
    evidence = [item for attestation in attestations for item in attestation.evidence]
    places, in_ontology = places_in_words(evidence), str(ONTOLOGY_GRAPH) in entry.graphs
    if len(places) == 1 and not in_ontology:
        return _place_link(places[0], proof)
    if places:
        # The proof that it leads to has all, also those of texts that are not shipped.
        number = len(places_of(evidence)) + in_ontology
        title = f"It is stated in {number} places; see them side by side."
        return SupportLink(proof, "several", title)
    if entry.axiom:
        return SupportLink(proof, "axiom", "The ontology says so.")
    return SupportLink(proof, "asserted", "See where it is stated.")


def _place_link(place: EvidencePlace, proof: str) -> SupportLink:
    path = place.path or proof
    if place.row is not None:
        return SupportLink(path, "row", "; ".join(map(str, place.row.sources)))
    passage = place.passages[0]
    kind = "annotator" if passage.is_annotator_value else "sentence"
    return SupportLink(path, kind, passage.words or passage.whereabouts)


def _evidence_link(
    entry: DescribedTriple, description: Description, place: str | None
) -> SupportLink:
    """Evidence is its own: it is seen in its place, or in the graph that holds it."""
    for term in (entry.triple[2], entry.triple[0]):
        passage = description.passages.get(term)
        if passage and (path := path_of(passage)):
            return SupportLink(path, "sentence", passage.words)
    if place is not None:
        return SupportLink(place, "row" if "#row=" in place else "sentence", place)
    graph = min(entry.graphs)
    return SupportLink(graph_path(graph), "evidence", short(graph))
