"""The terms of the ontology as its page tells of them: definitions, axioms in words, use."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Literal, URIRef
from rdflib.term import Node

from eakg.names import PREFIXES
from eakg.serve.content import SKOLEM, term_name
from eakg.serve.pages.ontology.usage import Use
from eakg.serve.pages.ontology.vocabulary import Index, Vocabulary
from eakg.serve.words import DisplayTerm

_DEFINITIONS = (SKOS.definition, RDFS.comment, DCTERMS.description)
_RELATIONS = (
    (RDFS.subClassOf, "Kind of", False),
    (RDFS.subClassOf, "Kinds", True),
    (OWL.disjointWith, "Never also", False),
    (RDFS.subPropertyOf, "Implies", False),
    (RDFS.subPropertyOf, "Implied by", True),
    (RDFS.domain, "From", False),
    (RDFS.range, "To", False),
    (OWL.inverseOf, "Inverse of", False),
    (OWL.inverseOf, "Inverse", True),
    (SKOS.closeMatch, "Close to", False),
    (SKOS.exactMatch, "Same as", False),
    (OWL.equivalentClass, "Same as", False),
    (OWL.equivalentProperty, "Same as", False),
)
_CHARACTERISTICS = {
    OWL.FunctionalProperty: "has one value at most",
    OWL.InverseFunctionalProperty: "identifies what has it",
    OWL.TransitiveProperty: "carries on from thing to thing",
    OWL.SymmetricProperty: "holds both ways",
    OWL.AsymmetricProperty: "never holds both ways",
    OWL.IrreflexiveProperty: "never holds of a thing and itself",
}
_CURIE = re.compile(r"\b(id|eakg):([A-Za-z0-9][\w./-]*\w)")


@dataclass(frozen=True)
class Piece:
    """Words of a text, with an IRI where they name a thing."""

    text: str
    iri: str | None = None


@dataclass(frozen=True)
class Term:
    """A term of the ontology. `axioms` are in words, each in pieces; `use` is None where the
    graph does not use the term, and `use_path` where its use is told."""

    anchor: str
    iri: str
    use_path: str
    label: str
    other_labels: tuple[DisplayTerm, ...]
    definition: str
    notes: tuple[str, ...]
    examples: tuple[tuple[Piece, ...], ...]
    relations: tuple[tuple[str, tuple[DisplayTerm, ...]], ...]
    axioms: tuple[tuple[Piece, ...], ...]
    characteristics: tuple[str, ...]
    use: Use | None


def terms(vocabulary: Vocabulary, kinds: Iterable[URIRef], use: dict[str, Use]) -> list[Term]:
    """The terms of these kinds, by their labels."""
    types = set(kinds)
    terms = [
        _term(vocabulary, URIRef(str(subject)), use.get(str(subject)))
        for subject, properties in vocabulary.index.items()
        if vocabulary.has(subject) and types & set(properties.get(RDF.type, []))
    ]
    return sorted(terms, key=lambda term: (term.label.lower(), term.iri))


def title(vocabulary: Vocabulary) -> str | None:
    """The ontology's title."""
    return _of_ontology(vocabulary, (DCTERMS.title, RDFS.label))


def about(vocabulary: Vocabulary) -> str | None:
    """What the ontology is about."""
    return _of_ontology(vocabulary, _DEFINITIONS)


def release(vocabulary: Vocabulary) -> str | None:
    """The ontology's version."""
    return _of_ontology(vocabulary, (OWL.versionInfo, OWL.versionIRI))


def _of_ontology(vocabulary: Vocabulary, predicates: Iterable[URIRef]) -> str | None:
    ontology = vocabulary.ontology
    return None if ontology is None else first(vocabulary.index, ontology, predicates)


def label_of(index: Index, term: Node) -> str:
    """A term's label, or its short name."""
    return first(index, term, (RDFS.label, SKOS.prefLabel)) or term_name(str(term))


def first(index: Index, subject: Node, predicates: Iterable[URIRef]) -> str | None:
    """The value of the first of these properties that has one, English before others."""
    for predicate in predicates:
        values = index.get(subject, {}).get(predicate, [])
        if values:
            ranked = sorted(
                values,
                key=lambda value: (
                    getattr(value, "language", None) not in ("en", None),
                    value.n3(),
                ),
            )
            return str(ranked[0])
    return None


def superclasses(index: Index, term: Node) -> list[URIRef]:
    """The named classes right above a class."""
    above = index.get(term, {}).get(RDFS.subClassOf, [])
    return [one for one in above if isinstance(one, URIRef) and one != term and SKOLEM not in one]


def _term(vocabulary: Vocabulary, iri: URIRef, use: Use | None) -> Term:
    index = vocabulary.index
    label, properties = label_of(index, iri), index[iri]
    return Term(
        vocabulary.anchor(str(iri)),
        str(iri),
        vocabulary.use_path(str(iri)),
        label,
        tuple(
            DisplayTerm(str(text), text.n3(), None, text.language)
            for name in (RDFS.label, SKOS.altLabel)
            for text in sorted(properties.get(name, []), key=lambda node: node.n3())
            if isinstance(text, Literal) and str(text) != label
        ),
        first(index, iri, _DEFINITIONS) or "",
        tuple(sorted(str(one) for one in properties.get(SKOS.scopeNote, []))),
        tuple(sorted(pieces(str(one)) for one in properties.get(SKOS.example, []))),
        tuple(_relations(index, iri)),
        tuple(_axioms(index, iri)),
        tuple(
            words
            for kind, words in _CHARACTERISTICS.items()
            if kind in properties.get(RDF.type, [])
        ),
        use,
    )


def pieces(text: str) -> tuple[Piece, ...]:
    """A text with the things and terms in it that are written with a prefix."""
    result, position = [], 0
    for match in _CURIE.finditer(text):
        iri = f"{PREFIXES[match[1]]}{match[2]}"
        result += [Piece(text[position : match.start()]), Piece(match[0], iri)]
        position = match.end()
    return tuple(piece for piece in (*result, Piece(text[position:])) if piece.text)


def _relations(index: Index, iri: URIRef) -> Iterator[tuple[str, tuple[DisplayTerm, ...]]]:
    for predicate, heading, backwards in _RELATIONS:
        if backwards:
            ends = [node for node, values in index.items() if iri in values.get(predicate, [])]
        else:
            ends = index[iri].get(predicate, [])
        nodes = {
            DisplayTerm(label_of(index, end), str(end), str(end))
            for end in ends
            if isinstance(end, URIRef) and end != iri and SKOLEM not in end
        }
        if nodes:
            yield heading, tuple(sorted(nodes, key=lambda node: node.label.lower()))


def _axioms(index: Index, iri: URIRef) -> Iterator[tuple[Piece, ...]]:
    axioms = index[iri]
    for chain in axioms.get(OWL.propertyChainAxiom, []):
        if steps := list_of(index, chain):
            yield (Piece("follows from "), *_steps(index, steps, ", then "))
    for key in axioms.get(OWL.hasKey, []):
        if steps := list_of(index, key):
            yield (Piece("known by its "), *_steps(index, steps, " and "))
    for above in axioms.get(RDFS.subClassOf, []):
        if words := _restriction(index, above):
            yield (Piece("always "), *words)
    for node, properties in index.items():
        if iri in properties.get(RDFS.subClassOf, []) and (words := _restriction(index, node)):
            yield (Piece("follows from "), *words)


def _steps(index: Index, steps: Iterable[Node], between: str) -> Iterator[Piece]:
    for place, step in enumerate(steps):
        if place:
            yield Piece(between)
        yield _piece(index, step)


def _restriction(index: Index, node: Node) -> tuple[Piece, ...]:
    """A restriction in words: `level: leaders`, `holds office: some office`. Nothing for others."""
    properties = index.get(node, {})
    for on in properties.get(OWL.onProperty, []):
        for value in properties.get(OWL.hasValue, []):
            return (_piece(index, on), Piece(": "), _piece(index, value))
        for value in properties.get(OWL.someValuesFrom, []):
            return (_piece(index, on), Piece(": some "), _piece(index, value))
        for value in properties.get(OWL.allValuesFrom, []):
            return (_piece(index, on), Piece(": only "), _piece(index, value))
    return ()


def _piece(index: Index, term: Node) -> Piece:
    return Piece(label_of(index, term), str(term) if isinstance(term, URIRef) else None)


def list_of(index: Index, node: Node) -> list[Node]:
    """The members of an RDF list; a list that runs in a circle ends where it comes again."""
    members, visited = [], set()
    while node != RDF.nil and node not in visited:
        visited.add(node)
        members += index.get(node, {}).get(RDF.first, [])[:1]
        node = next(iter(index.get(node, {}).get(RDF.rest, [])), RDF.nil)
    return members
