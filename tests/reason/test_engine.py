"""The engine against a literal reading of the rules, its proofs, and what change does to it.

The number of random ontologies is small here; EAKG_SOAK multiplies it.
"""

import logging
import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, XSD

from eakg.dataset.graphs import layout_graphs, without_evidence
from eakg.dataset.layout import layout_of
from eakg.names import ID
from eakg.rdf.terms import Triple
from eakg.reason.closure import Closure, materialize
from eakg.reason.proofs.search import NotInClosureError
from helpers.house import ROOT
from helpers.proof_checker import check
from helpers.random_ontologies import (
    AXIOMS,
    EX,
    FACTS,
    ONTOLOGIES,
    TAME_AXIOMS,
    WILD_ONTOLOGIES,
    graph_of,
)
from helpers.slow_reading import assert_as_the_rules_say
from helpers.tries import tries

pytestmark = pytest.mark.slow
SOAK = int(os.environ.get("EAKG_SOAK", "1"))


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """rdflib logs a traceback for each ill-typed literal."""
    logger = logging.getLogger("rdflib.term")
    logger.disabled = True
    yield
    logger.disabled = False


def few(examples: int) -> settings:
    return settings(
        max_examples=tries(examples) * SOAK,
        deadline=None,
        derandomize=SOAK == 1,
        suppress_health_check=list(HealthCheck),
    )


@few(120)
@given(ONTOLOGIES)
def test_the_closure_is_what_the_rules_say(ontology: tuple[list[Triple], list[Triple]]) -> None:
    assert_as_the_rules_say(graph_of(*ontology))


@few(60)
@given(WILD_ONTOLOGIES)
def test_also_for_axioms_about_the_vocabulary(
    ontology: tuple[list[Triple], list[Triple]],
) -> None:
    assert_as_the_rules_say(graph_of(*ontology))


@pytest.mark.parametrize(
    "text",
    [
        "rdf:nil rdf:first :E ; rdf:rest rdf:nil . :C owl:unionOf ( :D ) . :x a :E .",
        ":l rdf:first :D, :E ; rdf:rest (), ( :F ) . :C owl:intersectionOf :l . :x a :D, :F .",
        ":l rdf:first :D ; rdf:rest :l, () . :C owl:unionOf :l . :x a :D .",
    ],
)
def test_every_way_to_read_a_collection(text: str) -> None:
    assert_as_the_rules_say(turtle(text))


def assert_all_proved(closure: Closure, graph: Graph) -> None:
    for triple in closure.inferred:
        proof = closure.explain(triple)
        assert proof.triple == triple
        check(proof, graph)
    for triple in graph:
        assert closure.explain(triple).by == "asserted"


@few(120)
@given(ONTOLOGIES | WILD_ONTOLOGIES)
def test_every_inferred_triple_has_a_proof(ontology: tuple[list[Triple], list[Triple]]) -> None:
    graph = graph_of(*ontology)
    assert_all_proved(materialize(graph), graph)


@pytest.mark.parametrize(
    "text",
    [
        "owl:Thing owl:sameAs owl:Nothing . :D a owl:Class .",
        "rdfs:subClassOf owl:sameAs :under . :C :under :D . :D rdfs:subClassOf :E . :x a :C .",
        "rdfs:subPropertyOf owl:sameAs rdfs:subClassOf . :p rdfs:subPropertyOf :q . :a :p :b .",
        "rdf:type owl:sameAs :is . :C rdfs:subClassOf :D . :x :is :C .",
        "rdf:first owl:sameAs :head . :C owl:unionOf :l . :l :head :D ; rdf:rest () . :x a :D .",
        "owl:sameAs owl:equivalentProperty :like . :a :p :b .",
        "rdfs:domain owl:sameAs owl:sameAs . :R owl:complementOf owl:Thing . :c a owl:Nothing ."
        ":q rdfs:domain xsd:integer . :S owl:maxQualifiedCardinality 1 .",
        "rdf:type owl:sameAs owl:sameAs . :a a :C . :p a owl:SymmetricProperty . :b :p :c .",
    ],
)
def test_proofs_where_axioms_rename_the_vocabulary(text: str) -> None:
    graph = turtle(text)
    assert_all_proved(materialize(graph), graph)


@few(60)
@given(
    ONTOLOGIES | st.tuples(st.lists(FACTS, min_size=2), st.lists(TAME_AXIOMS, max_size=9)),
    st.lists(FACTS | AXIOMS, max_size=3),
    st.randoms(use_true_random=False),
)
def test_an_update_gives_the_closure_of_the_changed_graph(
    ontology: tuple[list[Triple], list[Triple]], added: list[Triple], random: st.DataObject
) -> None:
    graph = graph_of(*ontology)
    closure = materialize(graph)
    for _ in range(2):
        present = sorted(graph)
        removed = random.sample(present, min(len(present), random.randint(0, 3)))
        before = set(closure.inferred)
        changed = closure.update(added, removed)
        assert set(closure.inferred) == before
        graph = graph_of(*[[t for t in graph if t not in removed], added])
        changed = changed.update([t for t in graph if t not in changed.asserted])
        fresh = materialize(graph)
        assert_all_proved(changed, graph)
        assert set(changed.asserted) == set(graph)
        assert set(changed.inferred) == set(fresh.inferred)
        assert changed.inconsistencies == fresh.inconsistencies
        assert set(changed.axioms) == set(fresh.axioms)
        closure = changed


def test_a_cardinality_that_is_added_meets_literals_that_were_there() -> None:
    graph = turtle("[] owl:onProperty :p ; rdfs:label 'R' . :a a :R ; :p :b, :c ; :q 1 .")
    (restriction,) = graph.subjects(OWL.onProperty)
    axioms = [
        (EX.R, RDFS.subClassOf, restriction),
        (restriction, OWL.maxCardinality, Literal(1)),
    ]
    closure = materialize(graph).update(axioms)
    assert (EX.b, OWL.sameAs, EX.c) in closure.inferred
    assert (EX.b, OWL.sameAs, EX.c) not in closure.update(removed=axioms[1:]).inferred


def turtle(text: str) -> Graph:
    prefixes = (
        f"@prefix : <{EX}> . @prefix owl: <{OWL}> . @prefix rdf: <{RDF}> ."
        f"@prefix rdfs: <{RDFS}> . @prefix xsd: <{XSD}> ."
    )
    return Graph().parse(data=prefixes + text, format="turtle")


def test_representatives_speak_of_one_name_and_join_the_others_to_it() -> None:
    names = "".join(f":n{i} owl:sameAs :n{i + 1} ; :p :v{i} ." for i in range(50))
    closure = materialize(turtle(names), equality="representatives")
    inferred = closure.inferred
    assert set(inferred.objects(EX.n0, EX.p)) == {EX[f"v{i}"] for i in range(1, 50)}
    assert set(inferred.objects(EX.n0, OWL.sameAs)) == {EX[f"n{i}"] for i in range(2, 51)}
    assert len(inferred) == 49 + 49
    expanded = materialize(turtle(names)).inferred
    assert len(expanded) == 51 * 50 - 50 + 51 * 50 - 50


def test_a_long_transitive_chain() -> None:
    text = ":p a owl:TransitiveProperty ." + "".join(f":n{i} :p :n{i + 1} ." for i in range(300))
    graph = turtle(text)
    closure = materialize(graph)
    assert len(closure.inferred) == 300 * 299 // 2
    proof = closure.explain((EX.n0, EX.p, EX.n300))
    check(proof, graph)
    assert len(list(proof.leaves())) == 301


def test_transitive_cycles() -> None:
    graph = turtle(":p a owl:TransitiveProperty . :a :p :b . :b :p :a . :b :p :c .")
    assert set(materialize(graph).inferred) == {
        (EX.a, EX.p, EX.a),
        (EX.a, EX.p, EX.c),
        (EX.b, EX.p, EX.b),
    }


def test_a_chain_over_a_grid() -> None:
    size = 30
    cells = "".join(
        f":g{i}-{j} :right :g{i}-{j + 1} ; :down :g{i + 1}-{j} ."
        for i in range(size)
        for j in range(size)
    )
    graph = turtle(":diagonal owl:propertyChainAxiom ( :right :down ) ." + cells)
    found = materialize(graph).inferred
    assert set(found.subject_objects(EX.diagonal)) == {
        (EX[f"g{i}-{j}"], EX[f"g{i + 1}-{j + 1}"])
        for i in range(size)
        for j in range(size)
        if j + 1 < size
    }


def test_a_keyed_class_with_many_instances() -> None:
    people = "".join(f":x{i} a :C ; :id '{i % 400}' ." for i in range(800))
    closure = materialize(turtle(":C owl:hasKey ( :id ) ." + people))
    same = set(closure.inferred.subject_objects(OWL.sameAs))
    assert same == {(EX[f"x{i}"], EX[f"x{i + 400}"]) for i in range(400)} | {
        (y, x) for x, y in same
    }
    assert len(same) == 800


@pytest.mark.parametrize(
    "triple", [(EX.a, EX.p, EX.c), (EX.a, EX.p, EX.nowhere), (EX.b, OWL.sameAs, EX.a)]
)
def test_what_does_not_follow_has_no_proof(triple: Triple) -> None:
    closure = materialize(turtle(":a :p :b . :b :q :c ."))
    with pytest.raises(NotInClosureError):
        closure.explain(triple)


def test_a_proof_is_as_short_as_may_be() -> None:
    graph = turtle(
        ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r . :s rdfs:subPropertyOf :r ."
        ":a :p :b ; :s :b ."
    )
    proof = materialize(graph).explain((EX.a, EX.r, EX.b))
    assert proof.by == "prp-spo1"
    assert {premise.triple for premise in proof.premises} == {
        (EX.s, RDFS.subPropertyOf, EX.r),
        (EX.a, EX.s, EX.b),
    }


def test_a_key_is_proved_with_its_list() -> None:
    graph = turtle(":C owl:hasKey ( :k :m ) . :x a :C ; :k 1 ; :m 2 . :y a :C ; :k 01 ; :m 2 .")
    proof = materialize(graph).explain((EX.x, OWL.sameAs, EX.y))
    check(proof, graph)
    assert proof.by in ("prp-key", "eq-sym")


@pytest.fixture(scope="module")
def ours() -> tuple[Graph, Closure]:
    graph = without_evidence(layout_graphs(layout_of(ROOT))[0])
    return graph, materialize(graph)


def test_the_closure_of_our_graph_is_what_the_rules_say(ours: tuple[Graph, Closure]) -> None:
    """With what is said of all terms, and of all things with EAKG_SOAK."""
    graph, _ = ours
    things = sorted({one for one in graph.subjects() if str(one).startswith(ID)})
    passed_by = {*things} - {*things[:: 1 if SOAK > 1 else 40]}
    assert_as_the_rules_say(graph_of([t for t in graph if t[0] not in passed_by]))


def test_owlrl_with_its_faults_mended_closes_our_graph_alike(ours: tuple[Graph, Closure]) -> None:
    graph, closure = ours
    assert set(materialize(graph, engine="owlrl").inferred) == set(closure.inferred)


def test_every_inferred_triple_of_our_graph_has_a_proof(ours: tuple[Graph, Closure]) -> None:
    graph, closure = ours
    assert closure.inconsistencies == []
    assert len(closure.inferred) > 1000
    for triple in sorted(closure.inferred)[:: 1 if SOAK > 1 else 40]:
        check(closure.explain(triple), graph)


def test_update_absorbs_a_change_of_our_graph(ours: tuple[Graph, Closure]) -> None:
    graph, closure = ours
    facts = sorted(t for t in graph if not str(t[1]).startswith((str(OWL), str(RDFS), str(RDF))))
    removed = facts[:: len(facts) // 40]
    added = [(URIRef(EX[str(k)]), p, o) for k, (_, p, o) in enumerate(facts[7:900:30])]
    changed = graph_of([t for t in graph if t not in set(removed)], added)
    assert set(closure.update(added, removed).inferred) == set(materialize(changed).inferred)


def test_a_deep_proof_does_not_overflow_the_stack() -> None:
    text = ":r owl:propertyChainAxiom ( :r :q ) . :a :r :n0 ." + "".join(
        f":n{i} :q :n{i + 1} ." for i in range(400)
    )
    graph = turtle(text)
    limit = sys.getrecursionlimit()
    proof = materialize(graph).explain((EX.a, EX.r, EX.n400))
    assert sys.getrecursionlimit() == limit
    assert len(list(proof.leaves())) >= 400


def test_datatypes_by_value() -> None:
    graph = turtle(":p rdfs:range xsd:byte . :a :p 5 . :b :p '5.0'^^xsd:decimal .")
    closure = materialize(graph)
    assert closure.inconsistencies == []
    assert (EX.a, EX.p, Literal("5.0", datatype=XSD.decimal, normalize=False)) in closure.inferred
