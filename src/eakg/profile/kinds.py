"""Kinds of properties and their punning (https://www.w3.org/TR/owl2-syntax/ sections 5.8, 5.9)."""

from collections.abc import Iterable, Iterator
from itertools import combinations

from rdflib import Literal
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from eakg.profile.ontology import Ontology, ProfileViolation

Violations = Iterator[ProfileViolation]

PROPERTY_AXIOMS = (
    RDFS.subPropertyOf,
    OWL.equivalentProperty,
    OWL.propertyDisjointWith,
    OWL.inverseOf,
)
OBJECT_PROPERTY_TYPES = (
    OWL.InverseFunctionalProperty,
    OWL.TransitiveProperty,
    OWL.SymmetricProperty,
    OWL.AsymmetricProperty,
    OWL.IrreflexiveProperty,
    OWL.ReflexiveProperty,
)


def kind_violations(ontology: Ontology) -> Violations:
    """Terms of two kinds, and properties used as if of another kind."""
    yield from _punning(ontology)
    yield from _property_kinds(ontology)


def _punning(ontology: Ontology) -> Violations:
    kinds: tuple[tuple[str, Iterable[Node]], ...] = (
        ("object property", ontology.object_properties),
        ("datatype property", ontology.data_properties),
        ("annotation property", ontology.annotation_properties),
    )
    clashes = [
        *combinations(kinds, 2),
        (("class", ontology.classes), ("datatype", ontology.datatypes)),
    ]
    for (first_kind, first_terms), (second_kind, second_terms) in clashes:
        for term in set(first_terms) & set(second_terms):
            message = f"{ontology.name(term)} is both {first_kind} and {second_kind}; "
            message += "keep one declaration"
            yield ProfileViolation(term, "punning", message)


def _property_kinds(ontology: Ontology) -> Violations:
    graph = ontology.graph
    name = ontology.name
    for type_ in (*OBJECT_PROPERTY_TYPES, OWL.FunctionalProperty):
        properties = ontology.object_properties
        if type_ == OWL.FunctionalProperty:
            properties |= ontology.data_properties
        for property_ in graph.subjects(RDF.type, type_):
            if property_ in ontology.properties - properties:
                message = (
                    f"{name(property_)} is of a kind that cannot be {name(type_)}; take it away"
                )
                yield ProfileViolation(property_, "property kind", message)
    kinds = (ontology.object_properties, ontology.data_properties, ontology.annotation_properties)
    for predicate in PROPERTY_AXIOMS:
        for first, second in graph.subject_objects(predicate):
            are_declared = first in ontology.properties and second in ontology.properties
            if are_declared and not any(first in kind and second in kind for kind in kinds):
                message = f"{name(first)} {name(predicate)} {name(second)}: two kinds of property; "
                message += "make them of one kind"
                yield ProfileViolation(first, "property kind", message)
    for property_ in ontology.object_properties:
        for subject, value in graph.subject_objects(property_):
            if isinstance(value, Literal):
                message = f"{name(property_)} is an object property with a literal at "
                message += f"{name(subject)}; give it a thing, or declare a datatype property"
                yield ProfileViolation(property_, "property kind", message)
    for property_ in ontology.data_properties:
        for subject, value in graph.subject_objects(property_):
            if not isinstance(value, Literal):
                message = f"{name(property_)} is a datatype property with a thing at "
                message += f"{name(subject)}; give it a literal, or declare an object property"
                yield ProfileViolation(property_, "property kind", message)
