"""The rules that conclude *false*: which rule, which triples, in which words."""

import pytest
from rdflib import Graph, Literal, Namespace
from rdflib.namespace import OWL, RDF, RDFS, XSD

from eakg.reason.closure import materialize
from eakg.reason.contradictions.inconsistency import Inconsistency

EX = Namespace("http://example.org/")
PREFIXES = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def turtle(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + text, format="turtle")


def found(text: str) -> list[Inconsistency]:
    return materialize(turtle(text)).inconsistencies


CASES = [
    ("eq-diff1", ":a owl:sameAs :b ; owl:differentFrom :b .", ":a and :b are the same"),
    ("eq-diff1", ":a owl:differentFrom :a .", ":a is said to differ from itself"),
    (
        "eq-diff1",
        ":p a owl:FunctionalProperty . :x :p 1, 2 .",
        ':x has both "1"^^xsd:integer and "2"^^xsd:integer as :p, which is functional',
    ),
    (
        "eq-diff2",
        "[] a owl:AllDifferent ; owl:members ( :a :b :c ) . :b owl:sameAs :c .",
        "are listed as different",
    ),
    (
        "eq-diff3",
        "[] a owl:AllDifferent ; owl:distinctMembers ( :a :b ) . :b owl:sameAs :a .",
        ":a and :b are the same",
    ),
    ("prp-irp", ":p a owl:IrreflexiveProperty . :x :p :x .", ":x has :p to itself"),
    ("prp-asyp", ":p a owl:AsymmetricProperty . :x :p :y . :y :p :x .", ":x and :y have :p"),
    ("prp-asyp", ":p a owl:AsymmetricProperty . :x :p :x .", ":x and :x have :p"),
    ("prp-pdw", ":p owl:propertyDisjointWith :q . :x :p :y ; :q :y .", ":x has both :p and :q"),
    (
        "prp-adp",
        "[] a owl:AllDisjointProperties ; owl:members ( :p :q :r ) . :x :q :y ; :r :y .",
        ":x has both :q and :r to :y",
    ),
    (
        "prp-npa1",
        "[] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetIndividual :y ."
        ":x :p :y .",
        "which a negative assertion denies",
    ),
    (
        "prp-npa2",
        "[] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetValue 1 . :x :p 1 .",
        ':x has :p to "1"^^xsd:integer',
    ),
    ("cls-nothing2", ":C rdfs:subClassOf owl:Nothing . :x a :C .", "instance of owl:Nothing"),
    ("cls-com", ":C owl:complementOf :D . :x a :C, :D .", "both :C and :D"),
    (
        "cls-maxc1",
        ":C rdfs:subClassOf [ owl:onProperty :p ;"
        "  owl:maxCardinality '0'^^xsd:nonNegativeInteger ] . :x a :C ; :p :y .",
        "a restriction on :p it may have none",
    ),
    (
        "cls-maxqc1",
        ":C owl:onProperty :p ; owl:onClass :D ;"
        "  owl:maxQualifiedCardinality '0'^^xsd:nonNegativeInteger ."
        ":x a :C ; :p :y, :z . :y a :D .",
        "as an instance of :C it may have none of type :D",
    ),
    (
        "cls-maxqc2",
        ":C owl:onProperty :p ; owl:onClass owl:Thing ;"
        "  owl:maxQualifiedCardinality '0'^^xsd:nonNegativeInteger . :x a :C ; :p :y .",
        ":x has :p to :y",
    ),
    ("cax-dw", ":C owl:disjointWith :D . :x a :C, :D .", "instance of both :C and :D"),
    (
        "cax-adc",
        "[] a owl:AllDisjointClasses ; owl:members ( :B :C :D ) . :x a :C, :D .",
        "instance of both :C and :D",
    ),
    ("dt-not-type", ":x :p 'five'^^xsd:integer .", ':x has "five"^^xsd:integer as :p'),
    (
        "dt-not-type",
        ":p rdfs:range xsd:integer . :x :p 'five' .",
        '"five" is used as a value of xsd:integer, and is none',
    ),
]


@pytest.mark.parametrize(("rule", "text", "words"), CASES)
def test_each_rule_finds_its_contradiction_once(rule: str, text: str, words: str) -> None:
    (inconsistency,) = found(text)
    assert inconsistency.rule == rule
    assert words in inconsistency.message
    assert "\n" not in inconsistency.message
    assert inconsistency.triples


def test_premises_are_the_facts_and_then_the_axiom() -> None:
    (inconsistency,) = found(":C owl:disjointWith :D . :E rdfs:subClassOf :D . :x a :C, :E .")
    assert inconsistency.triples == (
        (EX.x, RDF.type, EX.C),
        (EX.x, RDF.type, EX.D),
        (EX.C, OWL.disjointWith, EX.D),
    )


def test_a_value_out_of_range_leads_to_the_fact_and_the_range() -> None:
    (inconsistency,) = found(":p rdfs:range xsd:byte . :x :p 300 .")
    assert inconsistency.triples == (
        (EX.x, EX.p, Literal(300)),
        (EX.p, RDFS.range, XSD.byte),
    )


def test_two_values_of_a_functional_property_lead_to_both_facts() -> None:
    (inconsistency,) = found(
        ":p a owl:FunctionalProperty . :x :p '2020-07-20'^^xsd:date ."
        ":y :p '2020-07-23'^^xsd:date ."
        ":x owl:sameAs :y . :z :p '2020-07-20'^^xsd:date ."
    )[:1]
    assert inconsistency.rule == "eq-diff1"
    assert (EX.p, RDF.type, OWL.FunctionalProperty) in inconsistency.triples


@pytest.mark.parametrize(
    "text",
    [
        ":p a owl:FunctionalProperty . :x :p 1, 1.0 .",
        ":p a owl:FunctionalProperty . :x :p '1'^^:metre, '2'^^:metre .",
        ":p rdfs:range xsd:decimal . :x :p 5 .",
        ":p rdfs:range :anything . :x :p 5 .",
        ":x :p 'five'^^:number .",
        "[] a owl:AllDifferent ; owl:members ( :a :b :c ) . :c owl:sameAs :d .",
        ":C owl:onProperty :p ; owl:onClass :D ;"
        "  owl:maxQualifiedCardinality '0'^^xsd:nonNegativeInteger . :x a :C ; :p :y .",
        "[] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetIndividual :y ."
        ":y :p :x .",
        ":p a owl:IrreflexiveProperty, owl:AsymmetricProperty . :x :p :y . :y :p :z .",
    ],
)
def test_no_false_alarm(text: str) -> None:
    assert found(text) == []


def test_the_same_clash_both_ways_round_is_given_once() -> None:
    text = ":C owl:disjointWith :D . :D owl:disjointWith :C . :x a :C, :D ."
    assert len(found(text)) == 1


def test_the_order_is_stable() -> None:
    text = ":C owl:disjointWith :D . :z a :C, :D . :a a :C, :D . :p a owl:IrreflexiveProperty ."
    messages = [inconsistency.message for inconsistency in found(text + ":m :p :m .")]
    assert messages == [
        ":m has :p to itself, which is irreflexive",
        ":a is an instance of both :C and :D, which are disjoint",
        ":z is an instance of both :C and :D, which are disjoint",
    ]


def test_reasoning_goes_on_after_a_contradiction() -> None:
    closure = materialize(turtle(":C owl:disjointWith :D ; rdfs:subClassOf :E . :x a :C, :D ."))
    assert closure.inconsistencies
    assert set(closure.inferred) == {(EX.x, RDF.type, EX.E)}


def test_names_without_a_prefix_are_written_in_full() -> None:
    graph = Graph()
    graph.add((EX.C, OWL.disjointWith, EX.D))
    for class_ in (EX.C, EX.D):
        graph.add((EX["a/b"], RDF.type, class_))
    (inconsistency,) = materialize(graph).inconsistencies
    assert inconsistency.message.startswith("<http://example.org/a/b> is an instance of both <")


@pytest.mark.parametrize(("rule", "text", "words"), CASES)
def test_contradictions_do_not_depend_on_trivial(rule: str, text: str, words: str) -> None:
    graph = turtle(text)
    shown = materialize(graph).inconsistencies
    assert materialize(graph, trivial=True).inconsistencies == shown


# As it is written


def test_many_values_of_one_thing_are_one_contradiction() -> None:
    values = " ".join(f":x :p {number} ." for number in range(60))
    (inconsistency,) = found(f":p a owl:FunctionalProperty . {values}")
    assert inconsistency.rule == "eq-diff1"
    assert set(inconsistency.facts) == {(EX.x, EX.p, Literal(number)) for number in range(60)}
    assert inconsistency.axioms == ((EX.p, RDF.type, OWL.FunctionalProperty),)
    assert ":x has 60 values" in inconsistency.message


def test_values_that_several_things_have_are_told_for_each() -> None:
    inconsistencies = found(
        ":p a owl:FunctionalProperty . :x :p 1, 2 . :y :p 2, 3 . :z :p 3 . :other :p 4 ."
    )
    assert [set(one.facts) for one in inconsistencies] == [
        {(EX.x, EX.p, Literal(1)), (EX.x, EX.p, Literal(2))},
        {(EX.y, EX.p, Literal(2)), (EX.y, EX.p, Literal(3))},
    ]


def test_values_that_follow_to_be_the_same_otherwise_are_one_contradiction() -> None:
    (inconsistency,) = found(
        ":C rdfs:subClassOf [ owl:onProperty :p ; owl:maxCardinality 1 ] . :x a :C ; :p 5, 6, 7 ."
    )
    assert inconsistency.message.endswith("follow to be the same, but differ in value")
    assert {term for triple in inconsistency.facts for term in (triple[0], triple[2])} == {
        Literal(5),
        Literal(6),
        Literal(7),
    }


def test_members_of_a_list_that_are_all_the_same_are_one_contradiction() -> None:
    names = " ".join(f":n{number}" for number in range(30))
    same = "".join(f":n0 owl:sameAs :n{number} ." for number in range(1, 20))
    (inconsistency,) = found(f"[] a owl:AllDifferent ; owl:members ( {names} ) . {same}")
    named = {term for triple in inconsistency.facts for term in (triple[0], triple[2])}
    assert named == {EX[f"n{number}"] for number in range(20)}


@pytest.mark.parametrize(
    "text",
    [
        ":p rdfs:range xsd:string . :x :p 1 . :C owl:maxCardinality 1 .",
        ":p rdfs:range xsd:string . :x :p 1 .",
        ":p rdfs:range xsd:string . :x :p 0 . :y :p 0.0 . :z :q '00'^^xsd:integer .",
        ":p rdfs:range xsd:string ; owl:equivalentProperty :q . :x :q 1 ; owl:sameAs :y .",
        ":p a owl:FunctionalProperty . :x :p 1, 2 . :y :q '01'^^xsd:integer .",
        ":p a owl:FunctionalProperty . :x :p '1'^^xsd:positiveInteger, 0 .",
        ":p a owl:FunctionalProperty . :x :p 1, '01'^^xsd:integer, 2 . :y :p 2 .",
        ":p owl:propertyDisjointWith :q . :x :p '1'^^xsd:positiveInteger ; :q 1 .",
    ],
)
def test_no_spelling_is_told_that_is_not_in_the_graph(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rdflib.NORMALIZE_LITERALS", False)
    graph = turtle(text)
    spellings = {term.n3() for triple in graph for term in triple if isinstance(term, Literal)}
    inconsistencies = materialize(graph).inconsistencies
    assert inconsistencies
    for inconsistency in inconsistencies:
        for triple in inconsistency.triples:
            assert {t.n3() for t in triple if isinstance(t, Literal)} <= spellings
            if (triple[0], triple[1], None) in graph and isinstance(triple[2], Literal):
                assert triple in graph


def test_a_value_out_of_range_is_told_once_for_all_who_have_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rdflib.NORMALIZE_LITERALS", False)
    (inconsistency,) = found(":p rdfs:range xsd:byte . :x :p 300 . :y :p '0300'^^xsd:integer .")
    assert set(inconsistency.facts) == {
        (EX.x, EX.p, Literal("300", datatype=XSD.integer)),
        (EX.y, EX.p, Literal("0300", datatype=XSD.integer)),
        (EX.p, RDFS.range, XSD.byte),
    }
