"""An ontology as its declarations sort it, and the violations found in it."""

from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import BNode, Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS, XSD
from rdflib.term import Node

_RESERVED = tuple(str(namespace) for namespace in (RDF, RDFS, OWL, XSD))

DATATYPES: frozenset[Node] = frozenset(
    {
        RDF.PlainLiteral,
        RDF.XMLLiteral,
        RDF.langString,
        RDFS.Literal,
        XSD.decimal,
        XSD.integer,
        XSD.nonNegativeInteger,
        XSD.nonPositiveInteger,
        XSD.positiveInteger,
        XSD.negativeInteger,
        XSD.long,
        XSD.int,
        XSD.short,
        XSD.byte,
        XSD.unsignedLong,
        XSD.unsignedInt,
        XSD.unsignedShort,
        XSD.unsignedByte,
        XSD.float,
        XSD.double,
        XSD.string,
        XSD.normalizedString,
        XSD.token,
        XSD.language,
        XSD.Name,
        XSD.NCName,
        XSD.NMTOKEN,
        XSD.boolean,
        XSD.hexBinary,
        XSD.base64Binary,
        XSD.anyURI,
        XSD.dateTime,
        XSD.dateTimeStamp,
    }
)
"""Datatypes of OWL 2 RL (https://www.w3.org/TR/owl2-profiles/ section 4.2.2), and rdf:langString,
which RDF 1.1 has for what was rdf:PlainLiteral."""

ANNOTATION_PROPERTIES: tuple[URIRef, ...] = (
    RDFS.label,
    RDFS.comment,
    RDFS.seeAlso,
    RDFS.isDefinedBy,
    OWL.deprecated,
    OWL.versionInfo,
    OWL.priorVersion,
    OWL.backwardCompatibleWith,
    OWL.incompatibleWith,
)
"""The built-in annotation properties (https://www.w3.org/TR/owl2-syntax/
section 5.5; prp-ap)."""

ANNOTATIONS: frozenset[Node] = frozenset(ANNOTATION_PROPERTIES)


@dataclass(frozen=True)
class ProfileViolation:
    """One axiom or term that is outside of the profile.

    `subject` is the axiom's subject or the term; `rule` names what is broken; `message` says where,
    and what to write instead.
    """

    subject: Node
    rule: str
    message: str


@dataclass(frozen=True)
class Ontology:
    """A graph, with the terms that it declares by kind; built-in terms count as declared."""

    graph: Graph
    classes: frozenset[Node]
    datatypes: frozenset[Node]
    object_properties: frozenset[Node]
    data_properties: frozenset[Node]
    annotation_properties: frozenset[Node]

    @classmethod
    def of(cls, graph: Graph) -> "Ontology":
        """Sort the terms of a graph by their declarations."""

        def terms(type_: URIRef) -> frozenset[Node]:
            return frozenset(
                term for term in graph.subjects(RDF.type, type_) if isinstance(term, URIRef)
            )

        return cls(
            graph,
            terms(OWL.Class) | {OWL.Thing, OWL.Nothing},
            terms(RDFS.Datatype) | DATATYPES,
            terms(OWL.ObjectProperty) | {OWL.topObjectProperty, OWL.bottomObjectProperty},
            terms(OWL.DatatypeProperty) | {OWL.topDataProperty, OWL.bottomDataProperty},
            terms(OWL.AnnotationProperty) | ANNOTATIONS,
        )

    @property
    def properties(self) -> frozenset[Node]:
        """Declared properties of all kinds."""
        return self.object_properties | self.data_properties | self.annotation_properties

    def name(self, term: Node) -> str:
        """A term as one would write it in Turtle; an anonymous one by its shape."""
        if not isinstance(term, BNode):
            return term.n3(self.graph.namespace_manager)
        for property_ in self.graph.objects(term, OWL.onProperty):
            return f"a restriction on {self.name(property_)}"
        for inverse in self.graph.objects(term, OWL.inverseOf):
            return f"the inverse of {self.name(inverse)}"
        return "an anonymous class"

    def members(self, head: Node) -> list[Node]:
        """Members of a collection; empty where it is malformed."""
        try:
            return list(self.graph.items(head))
        except ValueError:
            return []

    def lists(self, type_: URIRef, *properties: URIRef) -> Iterator[tuple[Node, list[Node]]]:
        """Axioms of a type such as owl:AllDifferent, each with its members."""
        for axiom in self.graph.subjects(RDF.type, type_):
            for property_ in properties:
                for head in self.graph.objects(axiom, property_):
                    yield axiom, self.members(head)


def is_reserved(term: Node) -> bool:
    """Whether a term is of the reserved vocabulary (https://www.w3.org/TR/owl2-syntax/ 2.4)."""
    return isinstance(term, URIRef) and str(term).startswith(_RESERVED)
