"""Ontologies that are large where data are small: what is held and looked at grows as they do, and
what follows is what the rules say."""

import itertools
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from eakg.rdf.terms import Triple
from eakg.reason.closure import Closure, materialize
from eakg.reason.relations.joins import UNIT, Atom, solve
from eakg.reason.relations.relation import (
    CLASS,
    SortedRelation,
    ends,
    pack,
    relation,
    shared_pairs,
)
from eakg.reason.relations.transitive import transitive_closure
from helpers.proof_checker import check
from helpers.random_ontologies import EX
from helpers.slow_reading import assert_as_the_rules_say
from helpers.tries import tries

pytestmark = pytest.mark.slow
LONG = 300


def few(examples: int) -> settings:
    return settings(
        max_examples=tries(examples),
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


def classes(count: int) -> list[URIRef]:
    return [EX[f"C{number}"] for number in range(count)]


def chain(count: int) -> Graph:
    graph = Graph()
    for lower, upper in itertools.pairwise(classes(count)):
        graph.add((lower, RDFS.subClassOf, upper))
    graph.add((EX.x, RDF.type, EX.C0))
    return graph


def about_list(property_: URIRef, members: list[Node], subject: Node = EX.C) -> Graph:
    graph, cell = Graph(), BNode()
    Collection(graph, cell, members)
    graph.add((subject, property_, cell))
    return graph


def size(closure: Closure) -> int:
    return len(closure.state.instances.all)


def test_a_chain_of_classes_has_no_instance_of_a_rule_for_each_pair() -> None:
    closure = materialize(chain(LONG))
    assert size(closure) == size(materialize(chain(3)))
    assert len(closure.inferred) == (LONG - 1) * (LONG - 2) // 2 + LONG - 1
    proof = closure.explain((EX.x, RDF.type, classes(LONG)[-1]))
    check(proof, chain(LONG))


@pytest.mark.parametrize("property_", [OWL.oneOf, OWL.unionOf, OWL.intersectionOf, OWL.hasKey])
def test_the_cells_of_a_list_are_kept_once(property_: URIRef) -> None:
    closure = materialize(about_list(property_, list(classes(LONG))))
    (collection,) = closure.state.program.collections.all
    assert len(collection.cells) == len(collection.members) == LONG
    assert size(closure) == size(materialize(about_list(property_, list(classes(2)))))


def test_classes_of_which_no_two_share_an_instance_make_no_pair() -> None:
    graph = about_list(OWL.members, list(classes(LONG)), EX.axiom)
    graph.add((EX.axiom, RDF.type, OWL.AllDisjointClasses))
    for number, class_ in enumerate(classes(LONG)):
        graph.add((EX[f"x{number}"], RDF.type, class_))
    program = materialize(graph).state.program
    quiet = sum(1 for instance in program.constraint_instances() if instance.name == "cax-adc")
    assert quiet == 0
    graph.add((EX.x0, RDF.type, EX.C7))
    graph.add((EX.x9, RDF.type, EX.C3))
    closure = materialize(graph)
    pairs = [i for i in closure.state.program.constraint_instances() if i.name == "cax-adc"]
    assert len(pairs) == 2
    assert {facts[0][0] for facts in (i.facts for i in closure.inconsistencies)} == {EX.x0, EX.x9}


def test_a_value_of_a_datatype_clashes_with_a_class_that_is_disjoint_from_it() -> None:
    """Also where nothing else reads the datatypes of literals (cax-adc with dt-type2)."""
    graph = Graph().parse(
        data="""@prefix : <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        [] a owl:AllDisjointClasses ; owl:members ( xsd:integer :C ) .
        :p rdfs:range :C . :x :p 1 ."""
    )
    (inconsistency,) = materialize(graph).inconsistencies
    assert inconsistency.rule == "cax-adc"


@given(st.lists(st.sets(st.integers(0, 6), max_size=5), max_size=6))
@few(200)
def test_pairs_that_share_something(parts: list[set[int]]) -> None:
    arrays = [np.array(sorted(part), np.int64) for part in parts]
    places = itertools.combinations(range(len(parts)), 2)
    assert list(shared_pairs(arrays)) == [(i, j) for i, j in places if parts[i] & parts[j]]


def test_what_is_in_all_of_many_classes_is_found_in_as_many_looks() -> None:
    looks = 0

    def lookup(key: int) -> SortedRelation:
        nonlocal looks
        looks += 1
        return relation(np.array([1, 2, key % 7], np.int64))

    atoms = [Atom(CLASS + number, "x", None) for number in range(LONG)]
    (table,) = solve(atoms, lookup, UNIT, {"x"})
    assert table.columns["x"].tolist() == [1, 2]
    assert looks <= 8 * LONG


def test_an_intersection_of_many_classes() -> None:
    graph = about_list(OWL.intersectionOf, list(classes(LONG)))
    for class_ in classes(LONG):
        graph.add((EX.x, RDF.type, class_))
        graph.add((EX.y, RDF.type, class_))
    graph.remove((EX.y, RDF.type, EX.C5))
    closure = materialize(graph)
    assert (EX.x, RDF.type, EX.C) in closure.inferred
    assert (EX.y, RDF.type, EX.C) not in closure.inferred
    check(closure.explain((EX.x, RDF.type, EX.C)), graph)
    later = closure.update(removed=[(EX.x, RDF.type, EX.C3)], added=[(EX.y, RDF.type, EX.C5)])
    assert (EX.x, RDF.type, EX.C) not in later.inferred
    assert (EX.y, RDF.type, EX.C) in later.inferred


def restrictions(count: int) -> Graph:
    graph = Graph()
    for number in range(count):
        node = EX[f"r{number}"]
        graph.add((node, OWL.onProperty, EX.p))
        graph.add((node, OWL.someValuesFrom, EX[f"C{number}"]))
        graph.add((node, RDFS.subClassOf, EX[f"D{number}"]))
    return graph


def test_a_restriction_makes_an_instance_when_there_is_something_to_restrict() -> None:
    graph = restrictions(LONG)
    closure = materialize(graph)
    assert size(closure) == size(materialize(restrictions(2)))
    assert len(closure.state.program.waiting) == LONG
    added = [(EX.a, EX.p, EX.b), (EX.b, RDF.type, EX.C7)]
    later = closure.update(added)
    assert size(later) == size(closure) + 1
    assert size(closure) == size(materialize(graph))
    assert set(later.inferred) - set(closure.inferred) == {
        (EX.a, RDF.type, EX.r7),
        (EX.a, RDF.type, EX.D7),
    }
    gone = later.update(removed=[(EX.r7, OWL.onProperty, EX.p)])
    assert (EX.a, RDF.type, EX.r7) not in gone.inferred
    assert set(gone.update([(EX.r7, OWL.onProperty, EX.p)]).inferred) == set(later.inferred)


NODES = st.integers(0, 40)


@given(
    st.lists(st.tuples(NODES, NODES), max_size=25),
    st.lists(st.integers(0, 40), max_size=40),
)
@few(150)
def test_transitive_closure_is_reachability(pairs: list[tuple[int, int]], path: list[int]) -> None:
    """Of random edges, and of a path through many nodes."""
    edges = {*pairs, *itertools.pairwise(path)}
    expected = set()
    for start in range(41):
        frontier = {right for left, right in edges if left == start}
        reached: set[int] = set()
        while frontier:
            reached |= frontier
            frontier = {right for left, right in edges if left in frontier} - reached
        expected |= {(start, node) for node in reached}
    left, right = (np.array([pair[k] for pair in sorted(edges)], np.int64) for k in (0, 1))
    assert set(map(ends, transitive_closure(pack(left, right)).tolist())) == expected


CLASSES = classes(6)
MEMBERS = st.lists(st.sampled_from(CLASSES), min_size=1, max_size=6)
SCHEMA = st.tuples(
    st.lists(st.tuples(st.sampled_from(CLASSES), st.sampled_from(CLASSES)), max_size=5),
    st.lists(
        st.tuples(
            st.sampled_from(CLASSES),
            st.sampled_from([OWL.unionOf, OWL.intersectionOf, OWL.oneOf, OWL.members]),
            MEMBERS,
        ),
        max_size=3,
    ),
    st.lists(
        st.tuples(st.sampled_from([*CLASSES, EX.a, EX.b]), st.sampled_from([EX.a, EX.b, EX.C0])),
        max_size=2,
    ),
    st.lists(st.tuples(st.sampled_from([EX.a, EX.b]), st.sampled_from(CLASSES)), max_size=4),
)


def schema(
    subclasses: list[tuple[URIRef, URIRef]],
    lists: list[tuple[URIRef, URIRef, list[URIRef]]],
    synonyms: list[tuple[URIRef, URIRef]],
    types: list[tuple[URIRef, URIRef]],
) -> Graph:
    """A deep chain of classes with more on it, long lists, equality, and a few things."""
    graph = Graph()
    for lower, upper in itertools.pairwise(classes(6)):
        graph.add((lower, RDFS.subClassOf, upper))
    triples: list[Triple] = [(left, RDFS.subClassOf, right) for left, right in subclasses]
    triples += [(left, OWL.sameAs, right) for left, right in synonyms]
    triples += [(thing, RDF.type, class_) for thing, class_ in types]
    for triple in triples:
        graph.add(triple)
    for number, (class_, property_, members) in enumerate(lists):
        cells = [*(EX[f"cell{number}-{place}"] for place in range(len(members))), RDF.nil]
        graph.add((class_, property_, cells[0]))
        if property_ == OWL.members:
            graph.add((class_, RDF.type, OWL.AllDisjointClasses))
        for place, member in enumerate(members):
            graph.add((cells[place], RDF.first, member))
            graph.add((cells[place], RDF.rest, cells[place + 1]))
    return graph


Pairs = list[tuple[URIRef, URIRef]]
Parts = tuple[Pairs, list[tuple[URIRef, URIRef, list[URIRef]]], Pairs, Pairs]


@given(SCHEMA)
@few(25)
def test_schemas_close_as_the_rules_say(parts: Parts) -> None:
    assert_as_the_rules_say(schema(*parts))


@given(SCHEMA, st.randoms(use_true_random=False))
@few(40)
def test_a_changed_schema_closes_as_if_it_were_new(parts: Parts, random: Random) -> None:
    triples = sorted(schema(*parts))
    removed = random.sample(triples, min(len(triples), 3))
    added = random.sample(triples, min(len(triples), 3))
    start = Graph()
    for triple in set(triples) - set(added):
        start.add(triple)
    goal = Graph()
    for triple in (set(start) - set(removed)) | set(added):
        goal.add(triple)
    closure = materialize(start).update(added, removed)
    fresh = materialize(goal)
    assert set(closure.inferred) == set(fresh.inferred)
    assert closure.inconsistencies == fresh.inconsistencies


@pytest.mark.parametrize("count", [3, 12, LONG, 1_200])
def test_a_long_chain_of_properties_and_a_long_key(count: int) -> None:
    """Longer than the interpreter's stack, and than could be joined in any other order."""
    properties: list[Node] = [EX[f"p{number}"] for number in range(count)]
    graph = about_list(OWL.propertyChainAxiom, properties, EX.whole)
    graph += about_list(OWL.hasKey, [*properties], EX.C)
    for number, property_ in enumerate(properties):
        graph.add((EX[f"x{number}"], URIRef(property_), EX[f"x{number + 1}"]))
        for thing in (EX.a, EX.b):
            graph.add((thing, URIRef(property_), EX[f"v{number}"]))
        graph.add((EX.c, URIRef(property_), EX[f"v{number}" if number else "w"]))
    graph += [(thing, RDF.type, EX.C) for thing in (EX.a, EX.b, EX.c)]
    graph.add((EX[f"x{count // 2}"], URIRef(properties[0]), EX.elsewhere))
    closure = materialize(graph)
    whole = (EX.x0, EX.whole, EX[f"x{count}"])
    assert set(closure.inferred) == {
        whole,
        *((EX.a, OWL.sameAs, EX.b), (EX.b, OWL.sameAs, EX.a)),
    }
    proofs = closure.explain(whole), closure.explain((EX.a, OWL.sameAs, EX.b))
    for proof in proofs if count <= LONG else ():  # the checker follows lists by calls
        check(proof, graph)

    last = (EX[f"x{count - 1}"], URIRef(properties[-1]), EX[f"x{count}"])
    smaller = closure.update(removed=[last])
    assert whole not in smaller.inferred
    assert whole in smaller.update(added=[last]).inferred
