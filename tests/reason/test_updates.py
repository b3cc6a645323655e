"""Updates where things are owl:sameAs each other: equal to a fresh closure, and not made anew.

The number of random graphs is small here; EAKG_SOAK multiplies it.
"""

import os
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, XSD
from rdflib.term import Node

from eakg.rdf.terms import Triple
from eakg.reason.closure import Closure, materialize
from eakg.reason.engine.state import ClosureState
from eakg.reason.updates import overdeletion
from helpers.proof_checker import check
from helpers.random_ontologies import EX
from helpers.tries import tries

pytestmark = pytest.mark.slow
SOAK = int(os.environ.get("EAKG_SOAK", "1"))


def few(examples: int) -> settings:
    return settings(
        max_examples=tries(examples) * SOAK,
        deadline=None,
        derandomize=SOAK == 1,
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(autouse=True)
def _followed() -> Iterator[None]:
    """Small graphs lose a large part of themselves; follow it all the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overdeletion, "SHARE", 0)
        yield


def turtle(text: str) -> Graph:
    prefixes = (
        f"@prefix : <{EX}> . @prefix owl: <{OWL}> . @prefix rdf: <{RDF}> ."
        f"@prefix rdfs: <{RDFS}> . @prefix xsd: <{XSD}> ."
    )
    return Graph().parse(data=prefixes + text, format="turtle")


AXIOMS = sorted(
    turtle("""
    :f a owl:FunctionalProperty . :k a owl:InverseFunctionalProperty .
    :q rdfs:subPropertyOf :f ; a owl:SymmetricProperty . :t a owl:TransitiveProperty .
    :p owl:inverseOf :t ; rdfs:domain :C ; rdfs:range :E .
    :C rdfs:subClassOf :D ; owl:disjointWith :E ; owl:sameAs :B ; owl:hasKey :keys .
    :D rdfs:subClassOf :R . :R owl:onProperty :p ; owl:maxCardinality 1 .
    :S owl:onProperty :q ; owl:hasValue :i0 ; rdfs:subClassOf :C .
    :Q owl:onProperty :v ; owl:someValuesFrom xsd:integer ; rdfs:subClassOf :E .
    :E owl:oneOf :things . :things rdf:first :i0 ; rdf:rest :rest .
    :rest rdf:first :i1 ; rdf:rest () .
    :keys rdf:first :v ; rdf:rest :more . :more rdf:first :p ; rdf:rest () .
    :s owl:propertyChainAxiom :chain . :chain rdf:first :q ; rdf:rest :links .
    :links rdf:first :t ; rdf:rest () .
    :d a owl:AllDifferent ; owl:members :things . :p owl:sameAs :r . :r rdfs:domain :D .
    rdfs:label a owl:AnnotationProperty . owl:AnnotationProperty rdfs:subClassOf :D .
    """)
)
INDIVIDUALS: list[Node] = [EX[f"i{number}"] for number in range(7)]
VALUES: list[Node] = [
    Literal("l"),
    *(
        Literal(lexical, datatype=datatype, normalize=False)
        for lexical, datatype in (
            ("1", XSD.integer),
            ("01", XSD.integer),
            ("1.0", XSD.decimal),
            ("2", XSD.integer),
        )
    ),
]


def triples(
    predicates: list[URIRef], objects: list[Node], subjects: list[Node] = INDIVIDUALS
) -> st.SearchStrategy[Triple]:
    return st.tuples(*(st.sampled_from(terms) for terms in (subjects, predicates, objects)))


FACTS = st.one_of(
    triples([OWL.sameAs], INDIVIDUALS),
    triples([EX.f, EX.k, EX.p, EX.q, EX.t], INDIVIDUALS),
    triples([EX.k, EX.v], VALUES),
    triples([RDF.type], [EX.B, EX.C, EX.D, EX.E, EX.R, EX.S]),
    triples([OWL.differentFrom], INDIVIDUALS),
)
CHANGES = st.lists(st.lists(FACTS, max_size=2), min_size=1, max_size=4)


def graph_of(triples: list[Triple]) -> Graph:
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    return graph


def assert_as_fresh(closure: Closure, graph: Graph, random: Random) -> None:
    fresh = materialize(graph)
    inferred = set(fresh.inferred)
    assert set(closure.asserted) == set(graph)
    assert set(closure.inferred) == inferred
    assert closure.inconsistencies == fresh.inconsistencies
    assert set(closure.axioms) == set(fresh.axioms)
    for triple in random.sample(sorted(inferred), min(len(inferred), 8)):
        check(closure.explain(triple), graph)


@few(120)
@given(
    st.sets(st.sampled_from(AXIOMS)),
    st.lists(FACTS, min_size=3, max_size=14),
    CHANGES,
    st.randoms(use_true_random=False),
)
def test_updates_under_equality_give_the_closure_of_the_changed_graph(
    axioms: set[Triple], facts: list[Triple], changes: list[list[Triple]], random: Random
) -> None:
    graph = graph_of([*axioms, *facts])
    closure = materialize(graph)
    for added in changes:
        pool = sorted(graph if random.random() < 0.3 else set(graph) - set(AXIOMS))
        removed = random.sample(pool, min(len(pool), random.randint(0, 3)))
        graph = graph_of([*(t for t in graph if t not in removed), *added])
        before = set(closure.inferred)
        changed = closure.update(added, removed)
        assert set(closure.inferred) == before
        assert_as_fresh(changed, graph, random)
        closure = changed


def updated(graph: Graph, text: str, added: str = "") -> tuple[Closure, Closure]:
    """The closure of a graph, and that of the graph without some triples and with others, which
    is compared with a fresh one and must not be made as one."""
    removed = set(turtle(text))
    assert removed <= set(graph)
    closure = materialize(graph)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ClosureState, "anew", None)
        changed = closure.update(turtle(added), removed)
    goal = turtle(added)
    for triple in set(graph) - removed:
        goal.add(triple)
    assert_as_fresh(changed, goal, Random(1))
    return closure, changed


def test_things_part_when_what_made_them_the_same_is_removed() -> None:
    graph = turtle(":a owl:sameAs :b ; :p :x . :b owl:sameAs :c . :c :p :y . :z :q :a .")
    _, changed = updated(graph, ":b owl:sameAs :c .")
    assert set(changed.inferred.objects(EX.b)) == {EX.a, EX.x}
    assert set(changed.inferred.objects(EX.c)) == set()


@pytest.mark.parametrize(
    "axiom",
    [
        ":k a owl:InverseFunctionalProperty . :a :k 1 . :b :k 1 .",
        ":C owl:hasKey ( :k ) . :a a :C ; :k 1 . :b a :C ; :k 1 .",
        ":f a owl:FunctionalProperty . :x :f :a, :b .",
        ":x a [ owl:onProperty :f ; owl:maxCardinality 1 ] ; :f :a, :b .",
        ":k a owl:InverseFunctionalProperty . :a :k 1 . :b :k 01 .",
    ],
)
def test_an_equality_is_undone_with_its_premise(axiom: str) -> None:
    graph = turtle(axiom + ":a :p :y . :b :q :z .")
    text = ":a :k 1 ." if ":k 1" in axiom else ":x :f :a ."
    closure, changed = updated(graph, text)
    assert (EX.a, EX.q, EX.z) in closure.inferred
    assert (EX.a, OWL.sameAs, EX.b) not in changed.inferred
    assert (EX.a, EX.q, EX.z) not in changed.inferred


def test_an_equality_that_follows_otherwise_stays() -> None:
    graph = turtle("""
        :k a owl:InverseFunctionalProperty . :m a owl:InverseFunctionalProperty .
        :a :k 1 ; :m 2 . :b :k 1 ; :m 2 ; :p :y .
        """)
    closure = materialize(graph)
    gone = {(EX.a, EX.k, Literal(1)), (EX.b, EX.k, Literal(1))}
    changed = closure.update(removed=gone)
    assert_as_fresh(changed, graph_of([t for t in graph if t not in gone]), Random(1))
    assert (EX.a, EX.p, EX.y) in changed.inferred


def test_what_many_speak_of_is_left_alone_where_its_equality_is_backed() -> None:
    people = "".join(f":x{number} :employer :a ." for number in range(50))
    graph = turtle(":employer a owl:FunctionalProperty . :a owl:sameAs :b ." + people)
    closure, changed = updated(graph, ":x7 :employer :a .", ":y :employer :b .")
    assert changed.state.facts.equal is closure.state.facts.equal
    assert (EX.y, EX.employer, EX.a) in changed.inferred
    assert (EX.x7, EX.employer, EX.b) not in changed.inferred


def test_a_form_of_a_value_that_is_written_no_more_is_not_told() -> None:
    graph = turtle(":k a owl:InverseFunctionalProperty . :a :k 1 . :b :k 01 . :c :k 1.0 .")
    _, changed = updated(graph, ":b :k 01 .")
    assert Literal("01", datatype=XSD.integer, normalize=False) not in set(
        changed.inferred.objects()
    )
    proof = changed.explain((EX.a, OWL.sameAs, EX.c))
    assert "01" not in {str(term) for step in proof.leaves() for term in step.triple}


def test_things_part_and_meet_in_one_change() -> None:
    graph = turtle(":a owl:sameAs :b ; :p :x . :c :p :y . :b :q :z .")
    _, changed = updated(graph, ":a owl:sameAs :b .", ":b owl:sameAs :c .")
    assert set(changed.inferred.objects(EX.b, EX.p)) == {EX.y}
    assert set(changed.inferred.objects(EX.c, EX.q)) == {EX.z}


def test_classes_and_properties_part() -> None:
    graph = turtle("""
        :C owl:sameAs :D . :x a :C . :D rdfs:subClassOf :E .
        :p owl:sameAs :q . :x :p :y . :q rdfs:range :E .
        """)
    _, changed = updated(graph, ":C owl:sameAs :D . :p owl:sameAs :q .")
    assert set(changed.inferred) == set()


def test_what_holds_of_annotations_is_put_back() -> None:
    """rdfs:label is an annotation property whether or not that is asserted (prp-ap)."""
    graph = turtle("""
        rdfs:label a owl:AnnotationProperty . owl:AnnotationProperty rdfs:subClassOf :A .
        """)
    _, changed = updated(graph, "rdfs:label a owl:AnnotationProperty .")
    assert (RDFS.label, RDF.type, EX.A) in changed.inferred


def test_datatypes_that_are_read_are_given_up_with_their_literals() -> None:
    graph = turtle("""
        :R owl:onProperty :p ; owl:someValuesFrom xsd:integer . :a :p 1 . :b :p 2 . :c :p "x" .
        """)
    _, changed = updated(graph, ":a :p 1 .", ":d :p 3 .")
    assert set(changed.inferred.subjects(RDF.type, EX.R)) == {EX.b, EX.d}


def test_values_that_differ_are_told_as_by_a_fresh_closure() -> None:
    graph = turtle("""
        :f a owl:FunctionalProperty . :q rdfs:subPropertyOf :f . :a :f 1 ; :q 2 . :b :f 2, 3 .
        """)
    closure, changed = updated(graph, ":b :f 3 .", ":c :f 5 ; :q 6 .")
    assert len(closure.inconsistencies) == len(changed.inconsistencies) == 2
