"""Class expressions, data ranges and axioms of OWL 2 RL.

The grammar is that of https://www.w3.org/TR/owl2-profiles/ sections 4.2.3 to 4.2.5.
"""

from collections.abc import Iterator
from typing import Literal as OneOf

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, XSD
from rdflib.term import Node

from eakg.profile.ontology import DATATYPES, Ontology, ProfileViolation

Position = OneOf["subclass", "superclass", "equivalent class"]
Violations = Iterator[ProfileViolation]

CONSTRUCTORS = (
    OWL.intersectionOf,
    OWL.unionOf,
    OWL.complementOf,
    OWL.oneOf,
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
)
"""What makes a class expression."""
BOOLEAN = CONSTRUCTORS[:4]
"""Those of them that are no restrictions on a property."""
RESTRICTIONS = CONSTRUCTORS[4:]
"""The others."""
POSITIONS: dict[Node, tuple[Position, ...]] = {
    OWL.intersectionOf: ("subclass", "superclass", "equivalent class"),
    OWL.hasValue: ("subclass", "superclass", "equivalent class"),
    OWL.unionOf: ("subclass",),
    OWL.oneOf: ("subclass",),
    OWL.someValuesFrom: ("subclass",),
    OWL.complementOf: ("superclass",),
    OWL.allValuesFrom: ("superclass",),
    OWL.maxCardinality: ("superclass",),
    OWL.maxQualifiedCardinality: ("superclass",),
}
"""Where OWL 2 RL has each; its rules do not see it elsewhere."""
_REMEDIES: dict[Node, str] = {
    OWL.unionOf: "make a named superclass of the members",
    OWL.oneOf: "name a class and type its instances",
    OWL.someValuesFrom: "leave existence to SHACL (sh:minCount)",
    OWL.complementOf: "use owl:disjointWith",
    OWL.allValuesFrom: "state it of a superclass expression",
    OWL.hasSelf: "leave it to SHACL",
}
_COUNTING = "leave counting to SHACL (sh:minCount, sh:maxCount)"
_EXCLUDED = {
    OWL.disjointUnionOf: "write the union as subclass axioms and the rest as owl:disjointWith",
    OWL.onProperties: "OWL 2 has restrictions on one property only",
    OWL.datatypeComplementOf: "use a datatype of OWL 2 RL",
    OWL.withRestrictions: "leave facets to SHACL",
    OWL.onDatatype: "leave facets to SHACL",
}


def remedy_of(constructor: Node) -> str:
    """What to do instead of an expression that OWL 2 RL does not have in some position."""
    return _REMEDIES.get(constructor, _COUNTING)


def expression_violations(ontology: Ontology) -> Violations:
    """Axioms and expressions that OWL 2 RL does not have, or not in that position."""
    graph = ontology.graph
    for predicate, remedy in _EXCLUDED.items():
        for subject in graph.subjects(predicate):
            yield _axiom(ontology, subject, predicate, remedy)
    for subject in graph.subjects(RDF.type, OWL.ReflexiveProperty):
        remedy = "leave it out, or assert the facts"
        yield _axiom(ontology, subject, OWL.ReflexiveProperty, remedy)
    for subject, _, object_ in graph.triples((None, RDFS.subClassOf, None)):
        yield from _expression(ontology, subject, subject, "subclass")
        yield from _expression(ontology, subject, object_, "superclass")
    for subject, _, object_ in graph.triples((None, OWL.equivalentClass, None)):
        if subject in ontology.datatypes:
            yield from _data_range(ontology, subject, object_)
            continue
        yield from _expression(ontology, subject, subject, "equivalent class")
        yield from _expression(ontology, subject, object_, "equivalent class")
    for constructor in BOOLEAN:
        for subject in graph.subjects(constructor):
            if isinstance(subject, URIRef):
                yield from _construction(
                    ontology, subject, subject, "equivalent class", frozenset()
                )
    for subject, _, object_ in graph.triples((None, OWL.disjointWith, None)):
        for class_ in (subject, object_):
            yield from _expression(ontology, subject, class_, "subclass")
    for axiom, classes in ontology.lists(OWL.AllDisjointClasses, OWL.members):
        for class_ in classes:
            yield from _expression(ontology, axiom, class_, "subclass")
    for subject in graph.subjects(OWL.hasKey):
        yield from _expression(ontology, subject, subject, "subclass")
    for subject, _, object_ in graph.triples((None, RDF.type, None)):
        if isinstance(object_, BNode) or object_ == OWL.Thing:
            yield from _expression(ontology, subject, object_, "superclass")
    yield from _domains_and_ranges(ontology)


def _domains_and_ranges(ontology: Ontology) -> Violations:
    for predicate in (RDFS.domain, RDFS.range):
        for property_, _, class_ in ontology.graph.triples((None, predicate, None)):
            if property_ in ontology.annotation_properties:
                continue
            if predicate == RDFS.range and property_ in ontology.data_properties:
                yield from _data_range(ontology, property_, class_)
            else:
                yield from _expression(ontology, property_, class_, "superclass")


def _axiom(ontology: Ontology, subject: Node, axiom: Node, remedy: str) -> ProfileViolation:
    message = f"{ontology.name(subject)}: {ontology.name(axiom)} is outside of OWL 2 RL; {remedy}"
    return ProfileViolation(subject, "axiom", message)


def _expression(
    ontology: Ontology,
    subject: Node,
    class_: Node,
    position: Position,
    within: frozenset[Node] = frozenset(),
) -> Violations:
    if class_ == OWL.Thing:
        message = f"{ontology.name(subject)}: owl:Thing as {position}; name a class, or say nothing"
        yield ProfileViolation(subject, f"{position} expression", message)
    elif isinstance(class_, Literal):
        message = f"{ontology.name(subject)}: a literal as {position}; name a class"
        yield ProfileViolation(subject, f"{position} expression", message)
    elif isinstance(class_, BNode) and class_ not in within:
        yield from _construction(ontology, subject, class_, position, within)


def _construction(
    ontology: Ontology,
    subject: Node,
    class_: Node,
    position: Position,
    within: frozenset[Node],
) -> Violations:
    graph = ontology.graph
    constructors = [
        (constructor, value)
        for constructor in CONSTRUCTORS
        for value in graph.objects(class_, constructor)
    ]
    if not constructors:
        message = (
            f"{ontology.name(subject)}: an anonymous {position} that is no class expression; "
            "name a class or complete the expression"
        )
        yield ProfileViolation(subject, f"{position} expression", message)
    for constructor, value in constructors:
        if position not in POSITIONS.get(constructor, ()):
            remedy = remedy_of(constructor)
            message = (
                f"{ontology.name(subject)}: {ontology.name(constructor)} as {position}; {remedy}"
            )
            yield ProfileViolation(subject, f"{position} expression", message)
        else:
            inner = within | {class_}
            yield from _parts(ontology, subject, class_, constructor, value, position, inner)


def _parts(
    ontology: Ontology,
    subject: Node,
    class_: Node,
    constructor: Node,
    value: Node,
    position: Position,
    within: frozenset[Node],
) -> Violations:
    name = ontology.name
    properties = set(ontology.graph.objects(class_, OWL.onProperty))
    if constructor not in BOOLEAN and len(properties) != 1:
        message = f"{name(subject)}: a restriction without its owl:onProperty; add one"
        yield ProfileViolation(subject, f"{position} expression", message)
    if constructor in (OWL.intersectionOf, OWL.unionOf, OWL.oneOf):
        members = ontology.members(value)
        if not members:
            message = f"{name(subject)}: {name(constructor)} without members; name some"
            yield ProfileViolation(subject, f"{position} expression", message)
        for member in members if constructor != OWL.oneOf else ():
            yield from _expression(ontology, subject, member, position, within)
    elif constructor == OWL.complementOf:
        yield from _expression(ontology, subject, value, "subclass", within)
    elif constructor in (OWL.someValuesFrom, OWL.allValuesFrom):
        if properties & ontology.data_properties:
            yield from _data_range(ontology, subject, value)
        elif constructor == OWL.allValuesFrom or value != OWL.Thing:
            yield from _expression(ontology, subject, value, position, within)
    elif constructor == OWL.hasValue:
        if isinstance(value, Literal):
            yield from _data_range(ontology, subject, value.datatype or XSD.string)
    else:
        if not (isinstance(value, Literal) and value.value in (0, 1)):
            message = f"{name(subject)}: a maximum cardinality of {name(value)}; only 0 and 1 are"
            message += " in OWL 2 RL, leave others to SHACL (sh:maxCount)"
            yield ProfileViolation(subject, f"{position} expression", message)
        for filler in ontology.graph.objects(class_, OWL.onClass):
            if filler != OWL.Thing:
                yield from _expression(ontology, subject, filler, "subclass", within)
        for filler in ontology.graph.objects(class_, OWL.onDataRange):
            yield from _data_range(ontology, subject, filler)


def _data_range(
    ontology: Ontology, subject: Node, range_: Node, within: frozenset[Node] = frozenset()
) -> Violations:
    if isinstance(range_, BNode):
        parts = [
            part
            for head in ontology.graph.objects(range_, OWL.intersectionOf)
            for part in ontology.members(head)
        ]
        if not parts:
            message = (
                f"{ontology.name(subject)}: a data range that is no intersection of datatypes; "
                "name a datatype and leave the rest to SHACL"
            )
            yield ProfileViolation(subject, "data range", message)
        for part in parts if range_ not in within else ():
            yield from _data_range(ontology, subject, part, within | {range_})
    elif range_ not in DATATYPES and not _is_defined(ontology, range_):
        message = (
            f"{ontology.name(subject)}: {ontology.name(range_)} is no datatype of OWL 2 RL; "
            "use one, or leave it to SHACL (sh:datatype)"
        )
        yield ProfileViolation(subject, "datatype", message)


def _is_defined(ontology: Ontology, range_: Node) -> bool:
    has_definition = (range_, OWL.equivalentClass, None) in ontology.graph
    return range_ in ontology.datatypes and has_definition
