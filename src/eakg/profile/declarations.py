"""Declarations and the reserved vocabulary.

See https://www.w3.org/TR/owl2-syntax/ sections 2.4 and 5.8, and 11.2 for individuals.
"""

from collections.abc import Collection, Iterator
from itertools import chain

from rdflib import BNode, URIRef
from rdflib.namespace import OWL, RDF, RDFS, VANN
from rdflib.term import Node

from eakg.profile.kinds import OBJECT_PROPERTY_TYPES, PROPERTY_AXIOMS
from eakg.profile.ontology import ANNOTATIONS, DATATYPES, Ontology, ProfileViolation, is_reserved

Violations = Iterator[ProfileViolation]

_CLASS_AXIOMS = (RDFS.subClassOf, OWL.equivalentClass, OWL.disjointWith, OWL.complementOf)
_INDIVIDUAL_AXIOMS = (OWL.sameAs, OWL.differentFrom)
_SYNTAX_PREDICATES = ANNOTATIONS | {
    RDF.type,
    RDF.first,
    RDF.rest,
    RDFS.subClassOf,
    RDFS.subPropertyOf,
    RDFS.domain,
    RDFS.range,
    OWL.onProperty,
    OWL.onProperties,
    OWL.onClass,
    OWL.onDataRange,
    OWL.onDatatype,
    OWL.withRestrictions,
    OWL.datatypeComplementOf,
    OWL.someValuesFrom,
    OWL.allValuesFrom,
    OWL.hasValue,
    OWL.hasSelf,
    OWL.minCardinality,
    OWL.maxCardinality,
    OWL.cardinality,
    OWL.minQualifiedCardinality,
    OWL.maxQualifiedCardinality,
    OWL.qualifiedCardinality,
    OWL.intersectionOf,
    OWL.unionOf,
    OWL.oneOf,
    OWL.disjointUnionOf,
    OWL.propertyChainAxiom,
    OWL.hasKey,
    OWL.members,
    OWL.distinctMembers,
    OWL.sourceIndividual,
    OWL.assertionProperty,
    OWL.targetIndividual,
    OWL.targetValue,
    OWL.annotatedSource,
    OWL.annotatedProperty,
    OWL.annotatedTarget,
    OWL.imports,
    OWL.versionIRI,
    OWL.topObjectProperty,
    OWL.topDataProperty,
    OWL.bottomObjectProperty,
    OWL.bottomDataProperty,
    *_CLASS_AXIOMS,
    *PROPERTY_AXIOMS,
    *_INDIVIDUAL_AXIOMS,
}
_SYNTAX_TYPES = {
    RDF.List,
    RDFS.Datatype,
    OWL.Ontology,
    OWL.Class,
    OWL.Restriction,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
    OWL.AnnotationProperty,
    OWL.FunctionalProperty,
    OWL.NamedIndividual,
    OWL.AllDifferent,
    OWL.AllDisjointClasses,
    OWL.AllDisjointProperties,
    OWL.NegativePropertyAssertion,
    OWL.Axiom,
    OWL.Annotation,
    OWL.DeprecatedClass,
    OWL.DeprecatedProperty,
    OWL.DataRange,
    OWL.Thing,
    OWL.Nothing,
    *OBJECT_PROPERTY_TYPES,
}
_OTHER_DOCUMENTS = (
    OWL.imports,
    OWL.versionIRI,
    OWL.priorVersion,
    OWL.backwardCompatibleWith,
    OWL.incompatibleWith,
)


def declaration_violations(ontology: Ontology) -> Violations:
    """Undeclared terms, the reserved vocabulary as one's own, individuals without a name."""
    yield from _undeclared_terms(ontology)
    yield from _undeclared_in_namespace(ontology)
    yield from _reserved_terms(ontology)
    yield from _anonymous_individuals(ontology)


def _undeclared_terms(ontology: Ontology) -> Violations:
    kinds = (
        (_classes_used(ontology), ontology.classes | ontology.datatypes, "class", "owl:Class"),
        (
            _properties_used(ontology),
            ontology.properties,
            "property",
            "owl:ObjectProperty, owl:DatatypeProperty or owl:AnnotationProperty",
        ),
        (
            (p for p in set(ontology.graph.predicates()) if not is_reserved(p)),
            ontology.properties,
            "property",
            "owl:ObjectProperty, owl:DatatypeProperty or owl:AnnotationProperty",
        ),
    )
    for terms, declarations, kind, type_ in kinds:
        for term in set(terms):
            if isinstance(term, URIRef) and not is_reserved(term) and term not in declarations:
                message = f"{ontology.name(term)} is used as a {kind}; declare it as {type_}"
                yield ProfileViolation(term, "declaration", message)


def _classes_used(ontology: Ontology) -> Iterator[Node]:
    graph = ontology.graph
    for predicate in _CLASS_AXIOMS:
        for subject, object_ in graph.subject_objects(predicate):
            yield from (subject, object_)
    for predicate in (OWL.onClass, OWL.someValuesFrom, OWL.allValuesFrom, RDF.type):
        yield from graph.objects(None, predicate)
    for predicate in (RDFS.domain, RDFS.range):
        for property_, class_ in graph.subject_objects(predicate):
            if property_ not in ontology.annotation_properties:
                yield class_
    yield from graph.subjects(OWL.hasKey)
    for predicate in (OWL.intersectionOf, OWL.unionOf, OWL.disjointUnionOf):
        for class_, head in graph.subject_objects(predicate):
            yield class_
            yield from ontology.members(head)
    for _, classes in ontology.lists(OWL.AllDisjointClasses, OWL.members):
        yield from classes


def _properties_used(ontology: Ontology) -> Iterator[Node]:
    graph = ontology.graph
    for predicate in PROPERTY_AXIOMS:
        for subject, object_ in graph.subject_objects(predicate):
            yield from (subject, object_)
    for predicate in (OWL.onProperty, OWL.assertionProperty):
        yield from graph.objects(None, predicate)
    for predicate in (RDFS.domain, RDFS.range):
        yield from graph.subjects(predicate)
    for type_ in (OWL.FunctionalProperty, *OBJECT_PROPERTY_TYPES):
        yield from graph.subjects(RDF.type, type_)
    for property_, head in graph.subject_objects(OWL.propertyChainAxiom):
        yield property_
        yield from ontology.members(head)
    for head in graph.objects(None, OWL.hasKey):
        yield from ontology.members(head)
    for _, properties in ontology.lists(OWL.AllDisjointProperties, OWL.members):
        yield from properties


def _undeclared_in_namespace(ontology: Ontology) -> Violations:
    graph = ontology.graph
    namespaces = tuple(_namespaces(ontology))
    documents = {term for predicate in _OTHER_DOCUMENTS for term in graph.objects(None, predicate)}
    nodes = chain(graph.subjects(), graph.objects())
    for term in {term for term in nodes if isinstance(term, URIRef)}:
        in_namespace = str(term).startswith(namespaces) and str(term) not in namespaces
        if in_namespace and term not in documents and (term, RDF.type, None) not in graph:
            message = (
                f"{ontology.name(term)} is in the ontology's namespace; declare it, or mend it"
            )
            yield ProfileViolation(term, "declaration", message)


def _namespaces(ontology: Ontology) -> Iterator[str]:
    for header in ontology.graph.subjects(RDF.type, OWL.Ontology):
        if isinstance(header, URIRef):
            yield str(header) if str(header).endswith(("#", "/")) else f"{header}#"
        yield from map(str, ontology.graph.objects(header, VANN.preferredNamespaceUri))


def _reserved_terms(ontology: Ontology) -> Violations:
    name = ontology.name
    for subject, predicate, object_ in ontology.graph:
        if is_reserved(predicate) and predicate not in _SYNTAX_PREDICATES:
            message = f"{name(subject)}: {name(predicate)} is no property of OWL 2; use one's own"
            yield ProfileViolation(predicate, "reserved vocabulary", message)
        if is_reserved(subject) and subject != RDF.nil and predicate not in ANNOTATIONS:
            if predicate == RDF.type and _is_declaration(subject, object_):
                continue
            message = f"{name(subject)} {name(predicate)} {name(object_)}: says something about a "
            message += "built-in term; leave it out"
            yield ProfileViolation(subject, "reserved vocabulary", message)
        if predicate == RDF.type and is_reserved(object_) and object_ not in _SYNTAX_TYPES:
            if _is_legacy_declaration(ontology, subject, object_):
                continue
            message = f"{name(subject)}: {name(object_)} is no class of OWL 2; use owl:Class, "
            message += "a kind of property, or a class of one's own"
            yield ProfileViolation(subject, "reserved vocabulary", message)


def _is_declaration(term: Node, type_: Node) -> bool:
    builtin: dict[Node, Collection[Node]] = {
        OWL.AnnotationProperty: ANNOTATIONS,
        OWL.Class: {OWL.Thing, OWL.Nothing},
        RDFS.Datatype: DATATYPES,
    }
    return term in builtin.get(type_, ())


def _is_legacy_declaration(ontology: Ontology, term: Node, type_: Node) -> bool:
    return (type_ == RDFS.Class and term in ontology.classes | ontology.datatypes) or (
        type_ == RDF.Property and term in ontology.properties
    )


def _anonymous_individuals(ontology: Ontology) -> Violations:
    for axiom, term in _individuals(ontology):
        if isinstance(term, BNode):
            message = "an anonymous individual where only a named one may stand; give it an IRI"
            yield ProfileViolation(axiom, "anonymous individual", message)


def _individuals(ontology: Ontology) -> Iterator[tuple[Node, Node]]:
    graph = ontology.graph
    for predicate in _INDIVIDUAL_AXIOMS:
        for subject, object_ in graph.subject_objects(predicate):
            yield from ((subject, subject), (subject, object_))
    for predicate in (OWL.hasValue, OWL.sourceIndividual, OWL.targetIndividual):
        yield from graph.subject_objects(predicate)
    for axiom, members in ontology.lists(OWL.AllDifferent, OWL.members, OWL.distinctMembers):
        yield from ((axiom, member) for member in members)
    for class_, head in graph.subject_objects(OWL.oneOf):
        yield from ((class_, member) for member in ontology.members(head))
