"""What lies outside of the rules is named by kind, whatever the size of the ontology."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from eakg.profile.expressions import expression_violations
from eakg.profile.ontology import Ontology
from eakg.rdf.terms import Triple
from eakg.reason.closure import closure_of, materialize
from eakg.reason.rules.vocabulary import VOCABULARY
from eakg.reason.scope.constructs import CONSTRUCTS, Construct, Treatment
from eakg.reason.scope.warnings import OntologyWarning, Scope
from helpers.small_dataset import Small
from helpers.tries import tries

EX = Namespace("http://example.org/")
PREFIXES = """@prefix : <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix swrl: <http://www.w3.org/2003/11/swrl#> .
"""
MAPPING = """
    AllDifferent AllDisjointClasses AllDisjointProperties allValuesFrom annotatedProperty
    annotatedSource annotatedTarget Annotation AnnotationProperty assertionProperty
    AsymmetricProperty Axiom backwardCompatibleWith bottomDataProperty bottomObjectProperty
    cardinality Class complementOf DataRange datatypeComplementOf DatatypeProperty deprecated
    DeprecatedClass DeprecatedProperty differentFrom disjointUnionOf disjointWith distinctMembers
    equivalentClass equivalentProperty FunctionalProperty hasKey hasSelf hasValue imports
    incompatibleWith intersectionOf InverseFunctionalProperty inverseOf IrreflexiveProperty
    maxCardinality maxQualifiedCardinality members minCardinality minQualifiedCardinality
    NamedIndividual NegativePropertyAssertion Nothing ObjectProperty onClass onDataRange onDatatype
    oneOf onProperties onProperty Ontology OntologyProperty priorVersion propertyChainAxiom
    propertyDisjointWith qualifiedCardinality rational real ReflexiveProperty Restriction sameAs
    someValuesFrom sourceIndividual SymmetricProperty targetIndividual targetValue Thing
    topDataProperty topObjectProperty TransitiveProperty unionOf versionInfo versionIRI
    withRestrictions
"""
"""The terms of OWL 2 RDF-Based Semantics, tables 3.1 and 3.2, but for the facets of strings and
times, which are written within owl:withRestrictions only."""


def warnings(text: str) -> list[OntologyWarning]:
    return Scope(materialize(Graph().parse(data=PREFIXES + text, format="turtle"))).warnings()


def test_all_terms_of_owl_2_are_in_the_table_once() -> None:
    terms = [construct.term for construct in CONSTRUCTS]
    assert max(Counter(terms).values()) == 1
    assert {term for term in terms if term in OWL} == {OWL[name] for name in MAPPING.split()}
    # Another list of the same.
    theirs = {f"{OWL}{name}" for name in OWL.__annotations__ if not name.startswith("_")}
    assert theirs <= {*map(str, terms)}


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda one: str(one.term))
def test_a_term_is_read_as_the_table_says(construct: Construct) -> None:
    term = construct.term
    is_class = str(term).rpartition("#")[2][0].isupper()
    triples: list[Triple] = [
        (EX.p, RDF.type, OWL.ObjectProperty),
        (EX.x, RDF.type, term) if is_class else (EX.x, term, EX.y),
    ]
    warning_texts = [str(one) for one in Scope(closure_of(triples)).warnings()]
    is_outside = any("which is outside of OWL 2 RL" in text for text in warning_texts)
    assert is_outside == (construct.treatment == Treatment.OUTSIDE)
    if construct.treatment == Treatment.OUTSIDE:
        assert term not in VOCABULARY
        assert construct.remedy
    elif construct.treatment == Treatment.READ:
        assert term in VOCABULARY
    elif construct.treatment == Treatment.NEUTRAL:
        assert not warning_texts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (":p rdfs:subPropertyOf owl:bottomObjectProperty .", "owl:bottomObjectProperty"),
        ("owl:topDataProperty rdfs:subPropertyOf :p .", "owl:topDataProperty"),
        (
            ":C rdfs:subClassOf [ owl:onProperty owl:bottomDataProperty ; "
            "owl:someValuesFrom rdfs:Literal ] .",
            "owl:bottomDataProperty",
        ),
        ("[] a swrl:Imp ; swrl:body () ; swrl:head () .", "Imp"),
        (":C owl:disjointUnionOf ( :D :E ) .", "owl:disjointUnionOf"),
        (":C rdfs:subClassOf [ owl:onProperty :p ; owl:hasSelf true ] .", "owl:hasSelf as super"),
        (":p a owl:ReflexiveProperty .", "owl:ReflexiveProperty"),
        (
            ":C rdfs:subClassOf [ owl:onProperty :p ; owl:onDataRange xsd:int ; "
            'owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger ] .',
            "owl:onDataRange",
        ),
        (
            ":C rdfs:subClassOf [ owl:onProperties ( :p :q ) ; owl:someValuesFrom :D ] .",
            "owl:onProperties",
        ),
        (
            ":C rdfs:subClassOf [ owl:onProperty :p ; "
            'owl:maxCardinality "2"^^xsd:nonNegativeInteger ] .',
            "owl:maxCardinality as superclass, of 2 or more",
        ),
        (":C rdfs:subClassOf [ owl:someValuesFrom :D ] .", "without owl:onProperty"),
        (":C rdfs:subClassOf [] .", "no class expression"),
        (":C owl:unionOf () .", "owl:unionOf of nothing"),
        ("[] a owl:AllDisjointClasses ; owl:distinctMembers ( :C :D ) .", "without owl:members"),
        (":p a owl:DatatypeProperty ; rdfs:range xsd:duration .", "xsd:duration"),
        (":p a owl:DatatypeProperty ; rdfs:range [ owl:oneOf ( 1 2 ) ] .", "as data range"),
        (":C owl:subClassOf :D .", "owl:subClassOf, which is no term of OWL 2"),
        (":x a [ owl:unionOf ( :C :D ) ] .", "owl:unionOf as superclass"),
        (
            ":p rdfs:range [ owl:complementOf [ owl:complementOf :C ] ] .",
            "complementOf as subclass",
        ),
        (":C owl:intersectionOf ( :D [ owl:oneOf ( :a ) ] ) .", "owl:oneOf as equivalent class"),
        ("owl:Thing rdfs:subClassOf :C .", "owl:Thing as subclass"),
    ],
)
def test_what_the_rules_do_not_see_is_named(text: str, words: str) -> None:
    assert [str(one) for one in warnings(text) if words in str(one)]


@pytest.mark.parametrize(
    "text",
    [
        ":C rdfs:subClassOf :D, owl:Thing ; owl:equivalentClass [ owl:intersectionOf ( :E :F ) ] .",
        "[ owl:unionOf ( :A [ owl:onProperty :p ; owl:someValuesFrom :B ] ) ] rdfs:subClassOf :C .",
        ":C rdfs:subClassOf [ owl:onProperty [ owl:inverseOf :p ] ; owl:allValuesFrom :D ] .",
        ":C rdfs:subClassOf [ owl:complementOf [ owl:unionOf ( :D :E ) ] ] .",
        ":C rdfs:subClassOf [ owl:onProperty :p ; "
        'owl:maxCardinality "1"^^xsd:nonNegativeInteger ] .',
        ":C owl:hasKey ( :p :q ) . :p a owl:DatatypeProperty ; rdfs:range xsd:integer .",
        ":a rdfs:label 'unread' ; :p :b . [] a owl:AllDifferent ; owl:distinctMembers ( :a :b ) .",
        "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :a ; "
        "owl:assertionProperty :p ; owl:targetIndividual :b .",
        "owl:topObjectProperty a owl:ObjectProperty . :D a rdfs:Datatype ; owl:equivalentClass "
        "[ a rdfs:Datatype ; owl:intersectionOf ( xsd:int xsd:integer ) ] .",
    ],
)
def test_what_they_see_is_not(text: str) -> None:
    found = warnings(text)
    assert [str(one) for one in found if "topObjectProperty" not in str(one)] == []


names = st.sampled_from([EX.A, EX.B, EX.C])
expressions = st.recursive(
    names,
    lambda parts: (
        st.tuples(
            st.sampled_from([OWL.intersectionOf, OWL.unionOf]),
            st.lists(parts, min_size=1, max_size=3),
        )
        | st.tuples(
            st.sampled_from([OWL.complementOf, OWL.someValuesFrom, OWL.allValuesFrom]), parts
        )
        | st.tuples(st.sampled_from([OWL.minCardinality, OWL.cardinality]), st.just(Literal(1)))
    ),
    max_leaves=6,
)
axioms = st.tuples(
    names, st.sampled_from([RDFS.subClassOf, OWL.equivalentClass, OWL.disjointWith]), expressions
)


def add(graph: Graph, expression: object) -> Node:
    """The node of an expression, with its triples in a graph."""
    if isinstance(expression, URIRef | Literal):
        return expression
    assert isinstance(expression, tuple)
    constructor, value = expression
    node = BNode()
    if isinstance(value, list):
        head = BNode()
        Collection(graph, head, [add(graph, part) for part in value])
        graph.add((node, constructor, head))
        return node
    graph.add((node, constructor, add(graph, value)))
    if constructor != OWL.complementOf:
        graph.add((node, OWL.onProperty, EX.p))
    return node


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(150))
@given(st.lists(axioms, max_size=5))
def test_positions_are_those_of_the_profile(
    ontology: list[tuple[URIRef, URIRef, object]],
) -> None:
    """Which the profile check goes through one by one, with a graph."""
    graph = Graph()
    for subject, predicate, expression in ontology:
        graph.add((subject, predicate, add(graph, expression)))
    pattern = re.compile(r"(owl:\w+) as (subclass|superclass|equivalent class)")
    expected = {
        match[0]
        for violation in expression_violations(Ontology.of(graph))
        for match in pattern.finditer(violation.message)
    }
    found = {
        match[0]
        for one in Scope(materialize(graph)).warnings()
        for match in pattern.finditer(one.kind)
    }
    assert found == expected


@pytest.mark.slow
def test_a_large_ontology_is_warned_of_too() -> None:
    size = 30_000
    triples: list[Triple] = []
    for number in range(size):
        restriction = BNode()
        triples += [
            (EX[f"C{number}"], RDFS.subClassOf, restriction),
            (restriction, RDF.type, OWL.Restriction),
            (restriction, OWL.onProperty, EX.p),
            (restriction, OWL.someValuesFrom, EX[f"C{number // 2}"]),
        ]
    closure = closure_of(triples)
    assert closure.axiom_count > 100_000
    (warning,) = Scope(closure).warnings()
    assert (warning.kind, warning.count) == ("owl:someValuesFrom as superclass", size)
    assert str(warning.subject).startswith(EX)


def test_warnings_come_by_kind_with_a_place(small: Small) -> None:
    Path("in.ttl").write_text(
        f"{PREFIXES}\n:X rdfs:subClassOf :A, :B .\n:A owl:disjointWith :B .\n"
        ":C rdfs:subClassOf [ owl:unionOf ( :D :E ) ] .\n"
        ":Y rdfs:subClassOf :X , [ owl:unionOf ( :D :E ) ] .\n",
        "utf-8",
    )
    result = small.run("reason", "in.ttl", "-o", "out.nt", "--json")
    assert result.exit_code == 0
    lines = result.stderr.splitlines()
    (unions,) = [line for line in lines if "owl:unionOf" in line]
    assert unions.startswith("in.ttl:8: owl:unionOf as superclass (2 times), such as in ")
    (classes,) = [line for line in lines if "a class that nothing can be an instance of" in line]
    assert classes.startswith("in.ttl:6: ")
    assert "owl:disjointWith <http://example.org/B> (in.ttl:" in classes
    report = json.loads(result.stdout)["warnings"]
    assert [(one["count"], one["line"]) for one in report] == [(2, 6), (2, 8)]
    assert report[0]["terms"] == [str(EX.X), str(EX.Y)]


def test_validation_warns_of_them(small: Small) -> None:
    Path("in.ttl").write_text(
        f"{PREFIXES}\n:X rdfs:subClassOf :A, :B .\n:A owl:disjointWith :B .\n"
        ":Y rdfs:subClassOf :X .\n",
        "utf-8",
    )
    report = json.loads(small.run("validate", "in.ttl", "--json").stdout)
    (check,) = [check for check in report["checks"] if check["name"] == "coherence"]
    assert check["problems"] == []
    assert [(one["line"], "X" in one["message"]) for one in check["warnings"]] == [
        (6, True),
        (8, True),
    ]
    assert "is below <http://example.org/X>" in check["warnings"][1]["message"]
