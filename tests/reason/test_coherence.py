"""Classes that nothing can be in, and properties that nothing can have: exactly those of which an
instance contradicts the ontology, each with a proof."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import OWL, RDF, BNode, Graph, URIRef
from rdflib.term import Node

from eakg.rdf.terms import Triple
from eakg.reason.closure import materialize
from eakg.reason.coherence.finding import CoherenceCheck
from eakg.reason.coherence.incoherence import Incoherence
from helpers.proof_checker import check
from helpers.random_ontologies import AXIOMS, EX, FACTS, PROPERTIES, WILD_ONTOLOGIES, graph_of
from helpers.tries import tries

PREFIXES = """@prefix : <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
NAMES = [EX.C, EX.D, EX.E, EX.R, EX.S]


def read(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + text, format="turtle")


def empty(text: str) -> tuple[set[str], set[str]]:
    """The local names of the empty classes and properties."""
    terms = CoherenceCheck(materialize(read(text))).terms
    return (
        {str(term.term).removeprefix(str(EX)) for term in terms if not term.is_property},
        {str(term.term).removeprefix(str(EX)) for term in terms if term.is_property},
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "classes", "properties"),
    [
        (":C owl:disjointWith :O . :X rdfs:subClassOf :C, :O . :Y rdfs:subClassOf :X .", "X Y", ""),
        (":C owl:complementOf :O . :X rdfs:subClassOf :C, :O .", "X", ""),
        (":X rdfs:subClassOf owl:Nothing . :Y owl:equivalentClass :X .", "X Y", ""),
        (":X owl:disjointWith :X .", "X", ""),
        (
            "[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) . "
            ":X rdfs:subClassOf :A, :C . :Y rdfs:subClassOf :A .",
            "X",
            "",
        ),
        # To be in all members of an intersection is to be in it.
        (
            ":I owl:intersectionOf ( :A :B ) ; owl:disjointWith :A . "
            ":X rdfs:subClassOf :A, :B . :Y rdfs:subClassOf :A .",
            "X I",
            "",
        ),
        # What has the property is in two classes; the class that asks for a value has none.
        (
            ":p rdfs:domain :A, :B . :A owl:disjointWith :B . :q rdfs:subPropertyOf :p . "
            ":X rdfs:subClassOf [ owl:onProperty :q ; owl:someValuesFrom owl:Thing ] . "
            ":Y rdfs:subClassOf [ owl:onProperty :p ; owl:maxCardinality 1 ] .",
            "X",
            "p q",
        ),
        (
            ":p rdfs:range :A . :A owl:disjointWith :B . "
            ":X rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :B ] . "
            ":Y rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :A ] .",
            "X",
            "",
        ),
        # A cardinality that asks for a value, and one that does not.
        (
            ":p rdfs:domain :A . :A owl:disjointWith :B . :X rdfs:subClassOf :B , "
            '[ owl:onProperty :p ; owl:minCardinality "2"^^xsd:nonNegativeInteger ] . '
            ":Y rdfs:subClassOf :B , "
            '[ owl:onProperty :p ; owl:minCardinality "0"^^xsd:nonNegativeInteger ] . '
            ":Z rdfs:subClassOf :B , [ owl:onProperty :p ; owl:onClass :C ; "
            'owl:qualifiedCardinality "1"^^xsd:nonNegativeInteger ] .',
            "X Z",
            "",
        ),
        # Domain of an inverse, also without a name.
        (
            ":p owl:inverseOf :q ; rdfs:range :A . :A owl:disjointWith :B . :X rdfs:subClassOf :B ,"
            " [ owl:onProperty :q ; owl:someValuesFrom owl:Thing ] . :Y rdfs:subClassOf :B ,"
            " [ owl:onProperty [ owl:inverseOf :p ] ; owl:someValuesFrom owl:Thing ] .",
            "X Y",
            "",
        ),
        # A value of a class that nothing can be in, and so on.
        (
            ":V rdfs:subClassOf :A, :B . :A owl:disjointWith :B . "
            ":X rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :V ] . "
            ":Y rdfs:subClassOf [ owl:onProperty :q ; owl:someValuesFrom :X ] .",
            "V X Y",
            "",
        ),
        (":p a owl:SymmetricProperty, owl:AsymmetricProperty .", "", "p"),
        (":p rdfs:subPropertyOf :q, :r . :q owl:propertyDisjointWith :r .", "", "p"),
        # Values that differ, of a functional property.
        (
            ":p a owl:FunctionalProperty . :X rdfs:subClassOf [ owl:onProperty :p ; "
            "owl:hasValue 1 ] , [ owl:onProperty :p ; owl:hasValue 2 ] . "
            ":Y rdfs:subClassOf [ owl:onProperty :p ; owl:hasValue 1 ] .",
            "X",
            "",
        ),
        # The value is in no such class.
        (
            ":p rdfs:range :A . :A owl:disjointWith :B . :b a :B . "
            ":X rdfs:subClassOf [ owl:onProperty :p ; owl:hasValue :b ] . "
            ":Y rdfs:subClassOf [ owl:onProperty :p ; owl:hasValue :c ] .",
            "X",
            "",
        ),
    ],
)
def test_what_can_have_no_instance_is_found(text: str, classes: str, properties: str) -> None:
    assert empty(text) == ({*classes.split()}, {*properties.split()})
    graph = read(text)
    coherence = CoherenceCheck(materialize(graph))
    for term in coherence.terms:
        assert_explained(coherence.explain(term), graph)


def assert_explained(incoherence: Incoherence | None, graph: Graph) -> None:
    """That the proofs rest on the graph, on what is imagined, and on what was found before."""
    assert incoherence is not None
    situation = incoherence.situation
    union = joined(graph, *situation.assumptions, *situation.lemmas)
    assert contradicts(union)
    assert incoherence.proofs or incoherence.inconsistency.rule == "eq-diff1"
    for proof in incoherence.proofs:
        check(proof, union)
    assert {*incoherence.supports} <= {*graph}


@pytest.mark.parametrize(
    "text",
    [
        # Two that are satisfiable each, and would be one thing if both had an instance.
        ":p a owl:InverseFunctionalProperty . :C owl:disjointWith :D . "
        ":C rdfs:subClassOf [ owl:onProperty :p ; owl:hasValue :a ] . "
        ":D rdfs:subClassOf [ owl:onProperty :p ; owl:hasValue :a ] .",
        # Two that put a value into classes that are disjoint.
        ":A owl:disjointWith :B . :C rdfs:subClassOf [ owl:onProperty :p ; owl:hasValue :a ] , "
        "[ owl:onProperty :p ; owl:allValuesFrom :A ] . "
        ":D rdfs:subClassOf [ owl:onProperty :p ; owl:hasValue :a ] , "
        "[ owl:onProperty :p ; owl:allValuesFrom :B ] .",
        # Of a union one member is enough, and only one of two values must be.
        ":A owl:disjointWith :B . :X owl:unionOf ( :A :B ) .",
        ":A owl:disjointWith :B . :p rdfs:range :A . :q rdfs:range :B . "
        ":X rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom owl:Thing ] , "
        "[ owl:onProperty :q ; owl:someValuesFrom owl:Thing ] .",
        # All values are in two classes: there is none.
        ":A owl:disjointWith :B . :X rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom :A ] ,"
        " [ owl:onProperty :p ; owl:allValuesFrom :B ] .",
        # Without a property it is no restriction.
        ":X owl:someValuesFrom owl:Nothing .",
        # An instance is in the class only if it is in both.
        ":A owl:disjointWith :B . :A rdfs:subClassOf :C . :B rdfs:subClassOf :C .",
    ],
)
def test_what_can_have_one_is_not(text: str) -> None:
    assert empty(text) == (set(), set())


def contradicts(graph: Graph, *added: Triple) -> bool:
    return bool(materialize(joined(graph, *added)).inconsistencies)


def joined(graph: Graph, *added: Triple) -> Graph:
    union = graph + Graph()
    for triple in added:
        union.add(triple)
    return union


def with_values(graph: Graph, thing: Node, depth: int = 3) -> Graph:
    """A graph with a value for each restriction that asks for one of a thing, and of these."""
    graph = graph + Graph()
    things = [thing]
    for _ in range(depth):
        closure = materialize(graph)
        types = set(closure.asserted) | set(closure.inferred)
        values = []
        for owner in things:
            for restriction, class_ in closure.asserted.subject_objects(OWL.someValuesFrom):
                for property_ in closure.asserted.objects(restriction, OWL.onProperty):
                    if (owner, RDF.type, restriction) in types:
                        value = BNode()
                        graph.add((owner, property_, value))
                        graph.add((value, RDF.type, class_))
                        values.append(value)
        things = values
    return graph


tame = st.lists(AXIOMS, min_size=3, max_size=12)
"""With some facts, as a class may ask for values of which something is said."""


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(150), suppress_health_check=list(HealthCheck))
@given(st.lists(FACTS, max_size=2), tame)
def test_they_are_those_of_which_an_instance_contradicts(
    facts: list[Triple], axioms: list[Triple]
) -> None:
    """The literal reading: add an instance, close, look for a contradiction. With values that
    are asked for there may be more, and none that these do not contradict. A name may be both a
    class and a property, and is told once."""
    graph = graph_of(facts, axioms)
    if contradicts(graph):
        return
    coherence = CoherenceCheck(materialize(graph))
    found = {term.term for term in coherence.terms}
    for term in coherence.terms:
        assert_explained(coherence.explain(term), graph)
    thing, value = BNode(), BNode()
    for class_ in NAMES:
        triple = thing, RDF.type, class_
        if contradicts(graph, triple):
            assert class_ in found
        elif class_ in found and not contradicts(graph, (thing, class_, value)):
            assert contradicts(with_values(joined(graph, triple), thing))
    for property_ in PROPERTIES:
        assert isinstance(property_, URIRef)
        triple = thing, property_, value
        if contradicts(graph, triple):
            assert property_ in found
        elif property_ in found and not contradicts(graph, (thing, RDF.type, property_)):
            larger = with_values(joined(graph, triple), thing)
            assert contradicts(with_values(larger, value))


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(100), suppress_health_check=list(HealthCheck))
@given(WILD_ONTOLOGIES)
def test_also_where_axioms_are_about_the_vocabulary(
    ontology: tuple[list[Triple], list[Triple]],
) -> None:
    graph = graph_of(*ontology)
    if contradicts(graph):
        return
    found = {term.term for term in CoherenceCheck(materialize(graph)).terms}
    for class_ in (EX.C, EX.D, EX.E):
        if contradicts(graph, (BNode(), RDF.type, class_)):
            assert class_ in found
