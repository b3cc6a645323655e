"""`check_profile`: inside and outside of OWL 2 RL and of OWL 2 DL's global restrictions."""

import pytest
from rdflib import Graph, Namespace

from eakg.profile import check_profile

EX = Namespace("http://example.org/o#")
HEAD = """
@prefix : <http://example.org/o#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<http://example.org/o> a owl:Ontology .
:A a owl:Class . :B a owl:Class . :C a owl:Class . :D a owl:Class .
:p a owl:ObjectProperty . :q a owl:ObjectProperty . :r a owl:ObjectProperty .
:d a owl:DatatypeProperty . :e a owl:DatatypeProperty . :note a owl:AnnotationProperty .
:a a :A . :b a :A .
"""


def violations(text: str) -> list[tuple[str, str]]:
    graph = Graph().parse(data=HEAD + text, format="turtle")
    return [(violation.rule, violation.message) for violation in check_profile(graph)]


def restriction(text: str) -> str:
    return f"[ a owl:Restriction ; owl:onProperty {text} ]"


ZERO, ONE, TWO = (f'"{n}"^^xsd:nonNegativeInteger' for n in range(3))

INSIDE = [
    ":A rdfs:subClassOf :B .",
    "[ a owl:Class ; owl:intersectionOf ( :A :B ) ] rdfs:subClassOf :C .",
    "[ a owl:Class ; owl:unionOf ( :A :B ) ] rdfs:subClassOf :C .",
    "[ a owl:Class ; owl:oneOf ( :a :b ) ] rdfs:subClassOf :C .",
    restriction(":p ; owl:someValuesFrom :B") + " rdfs:subClassOf :C .",
    restriction(":p ; owl:someValuesFrom owl:Thing") + " rdfs:subClassOf :C .",
    restriction(":d ; owl:someValuesFrom xsd:integer") + " rdfs:subClassOf :C .",
    restriction(":p ; owl:hasValue :a") + " rdfs:subClassOf :C .",
    ":A rdfs:subClassOf " + restriction(":p ; owl:hasValue :a") + " .",
    ":A rdfs:subClassOf " + restriction(":d ; owl:hasValue 1") + " .",
    ":A owl:equivalentClass " + restriction(":p ; owl:hasValue :a") + " .",
    ":A owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :B :C ) ] .",
    ":A rdfs:subClassOf [ a owl:Class ; owl:complementOf :B ] .",
    ":A rdfs:subClassOf [ a owl:Class ; owl:complementOf [ owl:unionOf ( :B :C ) ] ] .",
    ":A rdfs:subClassOf " + restriction(":p ; owl:allValuesFrom :B") + " .",
    ":A rdfs:subClassOf " + restriction(":d ; owl:allValuesFrom xsd:dateTime") + " .",
    f":A rdfs:subClassOf {restriction(f':p ; owl:maxCardinality {ZERO}')} .",
    f":A rdfs:subClassOf {restriction(f':p ; owl:maxCardinality {ONE}')} .",
    f":A rdfs:subClassOf "
    f"{restriction(f':p ; owl:maxQualifiedCardinality {ONE} ; owl:onClass :B')} .",
    f":A rdfs:subClassOf "
    f"{restriction(f':p ; owl:maxQualifiedCardinality {ONE} ; owl:onClass owl:Thing')} .",
    f":A rdfs:subClassOf "
    f"{restriction(f':d ; owl:maxQualifiedCardinality {ONE} ; owl:onDataRange xsd:int')} .",
    ":A owl:disjointWith :B . [] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) .",
    ":p rdfs:domain :A ; rdfs:range :B . :d rdfs:domain :A ; rdfs:range xsd:string .",
    ":d rdfs:range [ a rdfs:Datatype ; owl:intersectionOf ( xsd:integer xsd:decimal ) ] .",
    ":small a rdfs:Datatype ; owl:equivalentClass xsd:byte . :d rdfs:range :small .",
    ":A owl:hasKey ( :d :p ) .",
    ":p a owl:FunctionalProperty, owl:InverseFunctionalProperty, owl:AsymmetricProperty,"
    " owl:IrreflexiveProperty ; owl:inverseOf :q . :d a owl:FunctionalProperty .",
    ":p a owl:TransitiveProperty, owl:SymmetricProperty .",
    ":p owl:propertyChainAxiom ( :q :r ) . :q owl:propertyChainAxiom ( :q :r ) .",
    ":p owl:propertyChainAxiom ( :p :p ), ( :q :p ), ( :p :r :q ) .",
    ":p owl:propertyChainAxiom ( [ owl:inverseOf :q ] :r ) .",
    ":p rdfs:subPropertyOf :q ; owl:propertyDisjointWith :r . :q a owl:TransitiveProperty .",
    "[] a owl:AllDisjointProperties ; owl:members ( :p :q :r ) .",
    "[] a owl:AllDifferent ; owl:distinctMembers ( :a :b ) .",
    "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :a ;"
    " owl:assertionProperty :p ; owl:targetIndividual :b .",
    ":a a owl:NamedIndividual ; :p :b ; :d 1 ; :note 'x', :b ; owl:sameAs :b .",
    ":note rdfs:domain :A ; rdfs:range xsd:date ; rdfs:subPropertyOf rdfs:comment .",
    ":a :d '2020-07-20'^^xsd:date .",
    "<http://example.org/o> owl:versionIRI <http://example.org/o/1.0> ; rdfs:label 'o'@en ;"
    " owl:priorVersion <http://example.org/o#old> .",
    "skos:Concept a owl:Class . skos:prefLabel a owl:AnnotationProperty ."
    " skos:broader a owl:ObjectProperty ."
    ":t a skos:Concept ; skos:prefLabel 't'@en ; skos:broader :u . :u a skos:Concept .",
    "[] a owl:Axiom ; owl:annotatedSource :A ; owl:annotatedProperty rdfs:subClassOf ;"
    " owl:annotatedTarget :B ; :note 'why' . :A rdfs:subClassOf :B .",
    "rdfs:label a owl:AnnotationProperty . xsd:integer a rdfs:Datatype . owl:Thing a owl:Class .",
    ":A a rdfs:Class . :p a rdf:Property .",
    ":A owl:deprecated true .",
]


@pytest.mark.parametrize("text", INSIDE)
def test_inside(text: str) -> None:
    assert violations(text) == []


OUTSIDE = [
    ("superclass expression", ":A rdfs:subClassOf [ owl:unionOf ( :B :C ) ] .", "owl:unionOf as"),
    ("superclass expression", ":A rdfs:subClassOf [ owl:oneOf ( :a :b ) ] .", "type its instances"),
    (
        "superclass expression",
        f":A rdfs:subClassOf {restriction(':p ; owl:someValuesFrom :B')} .",
        ":A: owl:someValuesFrom as superclass; leave existence to SHACL",
    ),
    (
        "superclass expression",
        f":A rdfs:subClassOf {restriction(f':p ; owl:minCardinality {ONE}')} .",
        "owl:minCardinality as superclass; leave counting to SHACL",
    ),
    (
        "superclass expression",
        f":A rdfs:subClassOf {restriction(f':p ; owl:cardinality {ONE}')} .",
        "owl:cardinality as superclass",
    ),
    (
        "superclass expression",
        f":A rdfs:subClassOf "
        f"{restriction(f':p ; owl:qualifiedCardinality {ONE} ; owl:onClass :B')} .",
        "owl:qualifiedCardinality as superclass",
    ),
    (
        "superclass expression",
        f":A rdfs:subClassOf {restriction(':p ; owl:hasSelf true')} .",
        "owl:hasSelf as superclass",
    ),
    (
        "superclass expression",
        f":A rdfs:subClassOf {restriction(f':p ; owl:maxCardinality {TWO}')} .",
        "only 0 and 1 are in OWL 2 RL",
    ),
    ("superclass expression", ":A rdfs:subClassOf owl:Thing .", "owl:Thing as superclass"),
    ("superclass expression", ":p rdfs:domain [ owl:unionOf ( :A :B ) ] .", ":p: owl:unionOf"),
    ("superclass expression", ":p rdfs:range [ owl:unionOf ( :A :B ) ] .", ":p: owl:unionOf"),
    ("superclass expression", ":d rdfs:domain [ owl:unionOf ( :A :B ) ] .", ":d: owl:unionOf"),
    ("superclass expression", ":a a [ owl:unionOf ( :A :B ) ] .", ":a: owl:unionOf"),
    (
        "superclass expression",
        f":A rdfs:subClassOf [ owl:intersectionOf ( :B "
        f"{restriction(':p ; owl:someValuesFrom :C')} ) ] .",
        "owl:someValuesFrom as superclass",
    ),
    ("superclass expression", ":A rdfs:subClassOf [ a owl:Class ] .", "is no class expression"),
    ("superclass expression", ":A rdfs:subClassOf [ owl:hasValue :a ] .", "owl:onProperty; add"),
    ("superclass expression", ":A rdfs:subClassOf 'B' .", "a literal as superclass"),
    (
        "subclass expression",
        f"{restriction(':p ; owl:allValuesFrom :B')} rdfs:subClassOf :A .",
        "owl:allValuesFrom as subclass",
    ),
    (
        "subclass expression",
        "[ owl:complementOf :B ] rdfs:subClassOf :A .",
        "owl:complementOf as subclass",
    ),
    (
        "subclass expression",
        f"{restriction(f':p ; owl:maxCardinality {ONE}')} rdfs:subClassOf :A .",
        "owl:maxCardinality as subclass",
    ),
    (
        "subclass expression",
        ":A rdfs:subClassOf [ owl:complementOf [ owl:complementOf :B ] ] .",
        "owl:complementOf as subclass",
    ),
    ("subclass expression", "[ owl:unionOf () ] rdfs:subClassOf :A .", "without members"),
    ("subclass expression", ":A owl:disjointWith [ owl:complementOf :B ] .", "as subclass"),
    (
        "equivalent class expression",
        f":A owl:equivalentClass {restriction(':p ; owl:someValuesFrom :B')} .",
        "owl:someValuesFrom as equivalent class",
    ),
    (
        "equivalent class expression",
        ":A owl:equivalentClass [ owl:unionOf ( :B :C ) ] .",
        "make a named superclass of the members",
    ),
    ("equivalent class expression", ":A owl:unionOf ( :B :C ) .", "owl:unionOf as equivalent"),
    ("axiom", ":A owl:disjointUnionOf ( :B :C ) .", "owl:disjointUnionOf is outside of OWL 2 RL"),
    ("axiom", ":p a owl:ReflexiveProperty .", "owl:ReflexiveProperty is outside of OWL 2 RL"),
    ("datatype", ":d rdfs:range xsd:date .", "xsd:date is no datatype of OWL 2 RL"),
    ("datatype", ":d rdfs:range xsd:gYear .", "leave it to SHACL (sh:datatype)"),
    (
        "datatype",
        f":A rdfs:subClassOf {restriction(':d ; owl:hasValue ' + repr('1') + '^^xsd:duration')} .",
        "xsd:duration is no datatype",
    ),
    ("data range", ":d rdfs:range [ a rdfs:Datatype ; owl:oneOf ( 1 2 ) ] .", "no intersection"),
    (
        "simple property",
        ":p a owl:TransitiveProperty, owl:FunctionalProperty .",
        ":p is functional",
    ),
    (
        "simple property",
        ":p a owl:TransitiveProperty, owl:InverseFunctionalProperty .",
        ":p is inverse functional",
    ),
    (
        "simple property",
        ":p owl:propertyChainAxiom ( :q :r ) ; a owl:AsymmetricProperty .",
        ":p is asymmetric, but is not simple",
    ),
    (
        "simple property",
        ":p a owl:TransitiveProperty ; rdfs:subPropertyOf :q . :q a owl:IrreflexiveProperty .",
        ":q is irreflexive",
    ),
    (
        "simple property",
        ":p a owl:TransitiveProperty ; owl:inverseOf :q . :q owl:propertyDisjointWith :r .",
        ":q is disjoint with another",
    ),
    (
        "simple property",
        ":p a owl:TransitiveProperty . [] a owl:AllDisjointProperties ; owl:members ( :p :q ) .",
        ":p is disjoint with others",
    ),
    (
        "simple property",
        f":p a owl:TransitiveProperty ."
        f":A rdfs:subClassOf {restriction(f':p ; owl:maxCardinality {ONE}')} .",
        ":p is counted",
    ),
    (
        "simple property",
        ":p a owl:TransitiveProperty . [ owl:inverseOf :p ] a owl:FunctionalProperty .",
        "the inverse of :p is functional",
    ),
    ("regular chain", ":p owl:propertyChainAxiom ( :q :p :r ) .", "only the first or the last"),
    ("regular chain", ":p owl:propertyChainAxiom ( :p :q :p ) .", ":p has a chain over :p"),
    (
        "regular chain",
        ":p owl:propertyChainAxiom ( :q :r ) ; rdfs:subPropertyOf :q .",
        ":p has a chain over :q",
    ),
    (
        "regular chain",
        ":p owl:propertyChainAxiom ( :q :r ) . :q owl:propertyChainAxiom ( :p :r ) .",
        ":q has a chain over :p",
    ),
    ("regular chain", ":p owl:propertyChainAxiom ( :p [ owl:inverseOf :p ] ) .", "the inverse of"),
    ("regular chain", ":p owl:propertyChainAxiom ( :q ) .", "fewer than two"),
    ("punning", ":p a owl:DatatypeProperty .", ":p is both object property and datatype property"),
    ("punning", ":p a owl:AnnotationProperty .", "and annotation property"),
    ("punning", ":d a owl:AnnotationProperty .", "datatype property and annotation property"),
    ("punning", ":A a rdfs:Datatype .", ":A is both class and datatype"),
    ("declaration", ":A rdfs:subClassOf :Typo .", ":Typo is used as a class; declare it"),
    ("declaration", "<http://e.org/X> rdfs:subClassOf :A .", "<http://e.org/X> is used as a class"),
    ("declaration", ":x a :Typo .", ":Typo is used as a class"),
    ("declaration", ":p rdfs:range :Typo .", ":Typo is used as a class"),
    (
        "declaration",
        "[ owl:unionOf ( :A :Typo ) ] rdfs:subClassOf :B .",
        ":Typo is used as a class",
    ),
    ("declaration", ":p rdfs:subPropertyOf :typo .", ":typo is used as a property"),
    ("declaration", ":p owl:propertyChainAxiom ( :q :typo ) .", ":typo is used as a property"),
    ("declaration", ":A owl:hasKey ( :typo ) .", ":typo is used as a property"),
    ("declaration", ":typo a owl:FunctionalProperty .", ":typo is used as a property"),
    ("declaration", ":a :typo :b .", ":typo is used as a property"),
    ("declaration", ":a skos:prefLabel 'a' .", "skos:prefLabel is used as a property"),
    ("declaration", ":a :p :missing .", ":missing is in the ontology's namespace"),
    ("property kind", ":d a owl:SymmetricProperty .", ":d is of a kind that cannot be owl:Symm"),
    ("property kind", ":note a owl:FunctionalProperty .", ":note is of a kind that cannot be"),
    ("property kind", ":p rdfs:subPropertyOf :d .", "two kinds of property"),
    ("property kind", ":a :p 'text' .", ":p is an object property with a literal at :a"),
    ("property kind", ":a :d :b .", ":d is a datatype property with a thing at :a"),
    ("reserved vocabulary", "owl:Thing rdfs:subClassOf :A .", "says something about a built-in"),
    ("reserved vocabulary", "xsd:date a rdfs:Datatype .", "xsd:date rdf:type rdfs:Datatype"),
    ("reserved vocabulary", "rdfs:label a owl:DatatypeProperty .", "rdfs:label rdf:type"),
    ("reserved vocabulary", ":E a rdfs:Class .", "rdfs:Class is no class of OWL 2"),
    ("reserved vocabulary", ":a rdf:value 1 .", "rdf:value is no property of OWL 2"),
    ("reserved vocabulary", ":x a rdf:Bag .", "rdf:Bag is no class of OWL 2"),
    ("anonymous individual", ":a owl:sameAs [ a :A ] .", "give it an IRI"),
    ("anonymous individual", "[ owl:oneOf ( [ a :A ] ) ] rdfs:subClassOf :B .", "give it an IRI"),
    (
        "anonymous individual",
        f":A rdfs:subClassOf {restriction(':p ; owl:hasValue [ a :B ]')} .",
        "give it an IRI",
    ),
]


@pytest.mark.parametrize(("rule", "text", "words"), OUTSIDE)
def test_outside(rule: str, text: str, words: str) -> None:
    found = violations(text)
    assert [message for broken, message in found if broken == rule and words in message], found


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule, text, _ in OUTSIDE if "expression" in rule]
)
def test_a_misplaced_expression_breaks_that_rule_alone(rule: str, text: str) -> None:
    assert {broken for broken, _ in violations(text)} == {rule}


def test_the_subject_is_the_axioms_subject() -> None:
    graph = Graph().parse(
        data=HEAD + ":A rdfs:subClassOf [ owl:unionOf ( :B :C ) ] .", format="ttl"
    )
    (violation,) = check_profile(graph)
    assert violation.subject == EX.A


def test_an_empty_graph_is_inside() -> None:
    assert check_profile(Graph()) == []


def test_expressions_and_lists_in_circles_come_to_an_end() -> None:
    assert violations(
        "_:c owl:intersectionOf ( :A _:c ) . _:c rdfs:subClassOf :B ."
        ":l rdf:first :A ; rdf:rest :l . :D owl:intersectionOf :l ."
        ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p ."
    )


def test_violations_are_sorted_and_given_once() -> None:
    text = ":A rdfs:subClassOf [ owl:unionOf ( :B :C ) ], [ owl:unionOf ( :B :D ) ] . :x :t :y ."
    found = violations(text)
    assert found == sorted(set(found))
