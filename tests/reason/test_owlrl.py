"""Faults of owlrl 7 that `eakg.reason.owlrl_engine` keeps out of the closure.

Each test shows owlrl's own result. One that fails after an update means that owlrl has mended the
fault, and that its correction can go.
"""

import decimal

import owlrl
import pytest
from owlrl.Namespaces import ERRNS
from rdflib import Graph, Literal, Namespace
from rdflib.namespace import OWL, RDF, XSD

EX = Namespace("http://example.org/")
PREFIXES = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def expand(text: str) -> tuple[Graph, list[str]]:
    graph = Graph().parse(data=PREFIXES + text, format="turtle")
    rules = owlrl.OWLRL_Semantics(graph, False, False)
    rules.closure()
    return graph, rules.error_messages


@pytest.mark.parametrize(
    ("keys", "merged"), [(":k", True), (":m :k", True), (":k :k", False), (":k :m", False)]
)
def test_prp_key_skips_the_last_key_property(keys: str, merged: bool) -> None:
    graph, _ = expand(
        f":C owl:hasKey ( {keys} ) . :x a :C ; :k 'v' ; :m 's' . :y a :C ; :k 'w' ; :m 's' ."
    )
    assert ((EX.x, OWL.sameAs, EX.y) in graph) == merged


@pytest.mark.parametrize("pair", [(":a", ":b", True), (":b", ":c", False), (":a", ":c", False)])
@pytest.mark.parametrize("listed", ["members", "distinctMembers"])
def test_eq_diff2_and_eq_diff3_skip_the_last_member(
    pair: tuple[str, str, bool], listed: str
) -> None:
    left, right, noticed = pair
    _, errors = expand(
        f"[] a owl:AllDifferent ; owl:{listed} ( :a :b :c ) . {left} owl:sameAs {right} ."
    )
    assert bool(errors) == noticed


@pytest.mark.parametrize("pair", [(":p", ":q", True), (":q", ":r", False)])
def test_prp_adp_skips_the_last_member(pair: tuple[str, str, bool]) -> None:
    left, right, noticed = pair
    _, errors = expand(
        f"[] a owl:AllDisjointProperties ; owl:members ( :p :q :r ) .:x {left} :y ; {right} :y ."
    )
    assert bool(errors) == noticed


@pytest.mark.slow
def test_cax_adc_sees_every_pair() -> None:
    for left, right in ((":B", ":C"), (":C", ":D"), (":B", ":D")):
        _, errors = expand(
            f"[] a owl:AllDisjointClasses ; owl:members ( :B :C :D ) .:x a {left}, {right} ."
        )
        assert errors


def test_dt_eq_and_dt_diff_are_absent() -> None:
    graph, errors = expand(":p a owl:FunctionalProperty . :x :p 1, 2 .")
    assert (Literal(1), OWL.sameAs, Literal(2)) in graph
    assert errors == []
    graph, _ = expand(":x :p 1, '1.0'^^xsd:decimal .")
    assert not [pair for pair in graph.subject_objects(OWL.sameAs) if pair[0] != pair[1]]


@pytest.mark.parametrize("datatype", [XSD.float, XSD.double])
@pytest.mark.parametrize("lexical", ["0", "0.0", "-0.0E0", "INF", "-INF", "NaN"])
def test_valid_floats_are_taken_for_ill_formed(datatype: str, lexical: str) -> None:
    _, errors = expand(f":x :p '{lexical}'^^<{datatype}> .")
    assert errors


def test_floats_beyond_the_range_are_taken_for_ill_formed() -> None:
    for lexical in ("'1e41'^^xsd:float", "'1e-51'^^xsd:float", "'1e311'^^xsd:double"):
        assert expand(f":x :p {lexical} .")[1]


@pytest.mark.parametrize(
    "literal",
    ["'%'^^xsd:anyURI", "''^^xsd:base64Binary", "'text'^^rdf:XMLLiteral", "''^^xsd:hexBinary"],
)
def test_other_valid_literals_are_taken_for_ill_formed(literal: str) -> None:
    assert expand(f":x :p {literal} .")[1]


def test_an_ill_formed_decimal_or_date_stops_it(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(decimal.InvalidOperation):
        expand(":x :p 'x'^^xsd:decimal .")
    with pytest.raises(IndexError):
        expand(":x :p ''^^xsd:date .")


def test_a_literal_is_typed_by_its_datatype_and_not_by_its_value() -> None:
    graph, _ = expand(":x :p 5, 'five' .")
    assert (Literal(5), RDF.type, XSD.decimal) in graph
    assert (Literal(5), RDF.type, XSD.byte) not in graph
    assert (Literal("five"), RDF.type, XSD.string) not in graph


def test_a_cardinality_that_is_no_literal_stops_it() -> None:
    with pytest.raises(AttributeError):
        expand(":C owl:maxCardinality :many ; owl:onProperty :p .")


def test_a_contradiction_is_a_node_in_the_graph() -> None:
    graph, errors = expand(":C owl:disjointWith :D . :x a :C, :D .")
    assert list(graph.subjects(RDF.type, ERRNS.ErrorMessage))
    assert len(errors) == 1
