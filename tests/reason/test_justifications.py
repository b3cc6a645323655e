"""Justifications and repairs: exactly the smallest sets, as trying all sets finds them."""

import json
from collections.abc import Iterable
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rdflib import Graph, Literal
from rdflib.namespace import OWL, RDF, RDFS, XSD
from rdflib.term import Node

from eakg.cli import main
from eakg.rdf.terms import Triple
from eakg.reason.closure import Closure, materialize
from eakg.reason.justifications.hitting_sets import SearchEnd
from eakg.reason.justifications.justification import justifications_of, repairs_of
from eakg.reason.proofs.search import NotInClosureError
from helpers.proof_checker import check
from helpers.random_ontologies import AXIOMS, EX, FACTS
from helpers.slow_reading import close
from helpers.smallest_sets import smallest_sets
from helpers.tries import tries

PREFIXES = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def turtle(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + text, format="turtle")


def graph_of(triples: Iterable[Triple]) -> Graph:
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    return graph


def assert_justified(graph: Graph, triple: Triple, expected: set[frozenset[Triple]]) -> None:
    answer = materialize(graph).explain_all(triple)
    assert answer.end == SearchEnd.ALL
    assert {item.triples for item in answer.items} == expected
    assert len(answer.items) == len(expected)
    for item in answer.items:
        assert item.proof.triple == triple
        assert {leaf.triple for leaf in item.proof.leaves()} == item.triples
        check(item.proof, graph_of(item.triples))


# By a reading of a few rules that shares nothing with ours


def consequences(triples: frozenset[Triple]) -> set[Triple]:
    """The closure under subclasses, subproperties, domains, ranges and owl:sameAs, naively."""
    facts = set(triples)
    while True:
        new: set[Triple] = set()
        for (s, p, o), (x, q, y) in product(facts, facts):
            if q == p == RDFS.subClassOf and o == x:
                new.add((s, p, y))
            if q == RDF.type and p == RDFS.subClassOf and y == s:
                new.add((x, q, o))
            if p == RDFS.subPropertyOf and q == s:
                new.add((x, o, y))
            if p == RDFS.domain and q == s:
                new.add((x, RDF.type, o))
            if p == RDFS.range and q == s:
                new.add((y, RDF.type, o))
            if p == OWL.sameAs:
                new.add((o, p, s))
                if x == s:
                    new.add((o, q, y))
                if y == s:
                    new.add((x, q, o))
        if new <= facts:
            return facts
        facts |= new


NAMES: list[Node] = [EX.a, EX.b, EX.c]
CLASSES: list[Node] = [EX.C, EX.D, EX.E]
PROPERTIES: list[Node] = [EX.p, EX.q]


def triples_of(
    subjects: list[Node], predicates: list[Node], objects: list[Node]
) -> st.SearchStrategy[Triple]:
    return st.tuples(*(st.sampled_from(terms) for terms in (subjects, predicates, objects)))


SMALL = st.one_of(
    triples_of(NAMES, PROPERTIES, NAMES),
    triples_of(NAMES, [RDF.type], CLASSES),
    triples_of(NAMES, [OWL.sameAs], NAMES),
    triples_of(CLASSES, [RDFS.subClassOf], CLASSES),
    triples_of([EX.p], [RDFS.subPropertyOf], [EX.q]),
    triples_of(PROPERTIES, [RDFS.domain, RDFS.range], CLASSES),
)


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(60))
@given(st.sets(SMALL, min_size=3, max_size=8), st.data())
def test_they_are_the_smallest_sets_that_entail_a_triple(
    triples: set[Triple], data: st.DataObject
) -> None:
    names = {*NAMES, *CLASSES}
    conclusions = sorted(
        (s, p, o)
        for s, p, o in consequences(frozenset(triples))
        if p in (RDF.type, EX.p, EX.q) and {s, o} <= names
    )
    assume(conclusions)
    triple = data.draw(st.sampled_from(conclusions))
    expected = smallest_sets(triples, lambda subset: triple in consequences(subset))
    assert_justified(graph_of(sorted(triples)), triple, expected)


@pytest.mark.slow
@settings(deadline=None, max_examples=6)
@given(st.sets(FACTS | AXIOMS, min_size=3, max_size=5), st.data())
def test_under_all_rules_too(triples: set[Triple], data: st.DataObject) -> None:
    graph = graph_of(sorted(triples))
    inferred = sorted(
        (s, p, o) for s, p, o in materialize(graph).inferred if OWL.sameAs not in (s, p, o)
    )
    assume(inferred)
    triple = data.draw(st.sampled_from(inferred))

    def entails(subset: frozenset[Triple]) -> bool:
        # A value is one in each of its forms.
        mention = (EX.nobody, EX.mentions, triple[2])
        extra = {mention} if isinstance(triple[2], Literal) else set()
        return triple in close(subset | extra)[0]

    assert_justified(graph, triple, smallest_sets(triples, entails))


# By hand

DIAMOND = """
:A rdfs:subClassOf :B, :C . :B rdfs:subClassOf :D . :C rdfs:subClassOf :D .
:p rdfs:domain :D . :x a :A ; :p :y .
"""
D = (EX.x, RDF.type, EX.D)


@pytest.mark.slow
def test_each_way_is_told_and_that_there_are_no_more() -> None:
    answer = materialize(turtle(DIAMOND)).explain_all(D)
    assert [len(item.triples) for item in answer.items] == [2, 3, 3]
    assert answer.end == SearchEnd.ALL


@pytest.mark.slow
def test_as_many_as_wanted_and_that_there_are_more() -> None:
    closure = materialize(turtle(DIAMOND))
    assert [closure.explain_all(D, n).end.value for n in (1, 2, 3)] == ["enough", "enough", "all"]
    assert [len(closure.explain_all(D, n).items) for n in (1, 2, 3)] == [1, 2, 3]


@pytest.mark.slow
def test_a_search_that_is_given_up_says_so() -> None:
    state = materialize(turtle(DIAMOND)).state
    ends = [justifications_of(state, D, effort=effort) for effort in (0, 1, 8, 1_000)]
    assert [answer.end.value for answer in ends] == ["effort", "effort", "effort", "all"]
    assert [len(answer.items) for answer in ends] == [0, 0, 1, 3]


@pytest.mark.slow
def test_ways_that_multiply_are_not_all_told() -> None:
    """12 classes one below the other, each in two ways: 4,096 justifications."""
    text = "".join(
        f":C{n} rdfs:subClassOf :L{n}, :R{n} . :L{n} rdfs:subClassOf :C{n + 1} ."
        f":R{n} rdfs:subClassOf :C{n + 1} ."
        for n in range(12)
    )
    triple = (EX.C0, RDFS.subClassOf, EX.C12)
    answer = materialize(turtle(text)).explain_all(triple, 4)
    assert answer.end == SearchEnd.ENOUGH
    assert [len(item.triples) for item in answer.items] == [24] * 4


def test_what_holds_of_everything_needs_nothing() -> None:
    answer = materialize(Graph()).explain_all((OWL.Thing, RDF.type, OWL.Class))
    assert [item.triples for item in answer.items] == [frozenset()]
    assert answer.end == SearchEnd.ALL


def test_a_value_in_another_form() -> None:
    first, second = (Literal(form, datatype=XSD.integer, normalize=False) for form in ("1", "01"))
    graph = graph_of([(EX.x, EX.p, first), (EX.y, EX.q, second), (EX.x, EX.q, second)])
    graph.add((EX.q, RDFS.subPropertyOf, EX.p))
    expected = [
        {(EX.x, EX.p, first)},
        {(EX.x, EX.q, second), (EX.q, RDFS.subPropertyOf, EX.p)},
    ]
    assert_justified(graph, (EX.x, EX.p, second), set(map(frozenset, expected)))


def test_what_does_not_follow_has_none() -> None:
    with pytest.raises(NotInClosureError):
        materialize(turtle(DIAMOND)).explain_all((EX.y, RDF.type, EX.A))


# Repairs

CLASH = triples_of(NAMES, [RDF.type], CLASSES) | st.one_of(
    triples_of(CLASSES, [RDFS.subClassOf, OWL.disjointWith, OWL.disjointWith], CLASSES),
    triples_of(NAMES, PROPERTIES, NAMES),
    triples_of(PROPERTIES, [OWL.propertyDisjointWith, RDFS.subPropertyOf], PROPERTIES),
    triples_of(PROPERTIES, [RDFS.domain], CLASSES),
)


def matters(closure: Closure) -> set[tuple[str, frozenset[Triple]]]:
    return {(clash.rule, frozenset(clash.facts)) for clash in closure.inconsistencies}


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(25))
@given(st.sets(CLASH, min_size=4, max_size=8))
def test_repairs_are_the_smallest_sets_without_which_a_contradiction_ends(
    triples: set[Triple],
) -> None:
    closure = materialize(graph_of(sorted(triples)))
    assume(closure.inconsistencies)
    inconsistency = closure.inconsistencies[0]
    matter = inconsistency.rule, frozenset(inconsistency.facts)

    def ends(removal: frozenset[Triple]) -> bool:
        return matter not in matters(materialize(graph_of(triples - removal)))

    answer = closure.repairs(inconsistency)
    if len(closure.inconsistencies) > 1:
        assert {repair.triples for repair in answer.items} == smallest_sets(triples, ends)
    for repair in answer.items:
        rest = materialize(graph_of(triples - repair.triples))
        assert len(rest.inconsistencies) == repair.remaining
    assert answer.end == SearchEnd.ALL


SOLE = [
    ":A owl:disjointWith :B . :x a :A, :B .",
    ":A owl:disjointWith :B . :B owl:disjointWith :A . :x a :A, :B .",
    ":p a owl:FunctionalProperty . :x :p 1, 2, 3 .",
    ":x owl:sameAs :y . :A owl:disjointWith :B . :x a :A . :y a :B . :x :p :y .",
    ":x owl:sameAs :y . :A owl:disjointWith :B . :x a :A . :y a :A, :B .",
    "[] a owl:AllDifferent ; owl:members ( :a :b ) . :a owl:sameAs :b .",
    ":x :p 'x'^^xsd:integer .",
    ":p rdfs:range xsd:integer . :x :p 'x' . :q rdfs:subPropertyOf :p . :x :q 'x' .",
    ":A rdfs:subClassOf :B, :C . :B owl:disjointWith :C . :x a :A .",
    ":a owl:sameAs :b . :a owl:differentFrom :b . :b owl:differentFrom :a .",
    ":C owl:onProperty :p ; owl:maxCardinality '0'^^xsd:nonNegativeInteger . :x a :C ; :p :y .",
    ":p a owl:AsymmetricProperty, owl:SymmetricProperty . :x :p :y .",
]


@pytest.mark.slow
@pytest.mark.parametrize("text", SOLE)
def test_the_repairs_of_a_sole_contradiction_make_a_graph_consistent(text: str) -> None:
    graph = turtle(text)
    closure = materialize(graph)
    assert len(closure.inconsistencies) == 1
    answer = closure.repairs(closure.inconsistencies[0])
    expected = smallest_sets(set(graph), lambda removal: not close(set(graph) - removal)[1])
    assert {repair.triples for repair in answer.items} == expected
    assert {repair.remaining for repair in answer.items} == {0}
    assert answer.end == SearchEnd.ALL


def test_a_contradiction_within_the_facts_of_another_is_told_apart() -> None:
    text = ":D owl:disjointWith :D . :C owl:disjointWith :D . :a a :C, :D ."
    closure = materialize(turtle(text))
    larger = next(clash for clash in closure.inconsistencies if len(clash.facts) == 2)
    repairs = closure.repairs(larger).items
    disjoint = frozenset({(EX.C, OWL.disjointWith, EX.D)})
    assert {repair.triples: repair.remaining for repair in repairs}[disjoint] == 1
    assert len(repairs) == 3


@pytest.mark.slow
def test_of_lists_with_common_members_each_ends_alone() -> None:
    text = """
    :l a owl:AllDifferent ; owl:members ( :a :b :c ) .
    :m a owl:AllDifferent ; owl:members ( :a :b ) .
    :a owl:sameAs :b . :b owl:sameAs :c .
    """
    closure = materialize(turtle(text))
    assert len(closure.inconsistencies) == 2
    larger = next(clash for clash in closure.inconsistencies if len(clash.facts) == 2)
    repairs = {repair.triples: repair.remaining for repair in closure.repairs(larger).items}
    assert repairs[frozenset({(EX.l, RDF.type, OWL.AllDifferent)})] == 1
    equalities = {(EX.a, OWL.sameAs, EX.b), (EX.b, OWL.sameAs, EX.c)}
    assert repairs[frozenset(equalities)] == 0


def test_one_contradiction_of_several_ends_alone() -> None:
    closure = materialize(turtle(":A owl:disjointWith :B . :x a :A, :B . :y a :A, :B ."))
    first = closure.inconsistencies[0]
    answer = closure.repairs(first)
    remaining = {next(iter(repair.triples)): repair.remaining for repair in answer.items}
    assert remaining == {
        (EX.A, OWL.disjointWith, EX.B): 0,
        (EX.x, RDF.type, EX.A): 1,
        (EX.x, RDF.type, EX.B): 1,
    }
    assert repairs_of(closure.state, first, 2).end == SearchEnd.ENOUGH
    assert repairs_of(closure.state, first, effort=2).end == SearchEnd.EFFORT


# Commands


def run(path: Path, text: str, command: str, *arguments: str) -> Result:
    path.write_text(PREFIXES + text, "utf-8")
    names = [str(path)] if command == "reason" else ["--data", str(path)]
    return CliRunner().invoke(main, [command, *arguments, *names])


EXPLAIN = ("explain", "<http://example.org/x>", "a", "<http://example.org/D>")


@pytest.mark.slow
def test_the_command_gives_each_proof_and_says_that_there_are_no_more(tmp_path: Path) -> None:
    result = run(tmp_path / "a.ttl", DIAMOND, *EXPLAIN, "--all", "5")
    assert result.exit_code == 0
    heads = [line for line in result.stdout.splitlines() if line[:2] in ("1.", "2.", "3.", "4.")]
    assert heads == [
        "1. From 2 asserted triples:",
        "2. From 3 asserted triples:",
        "3. From 3 asserted triples:",
    ]
    assert result.stdout.count(":x rdf:type :D  [") == 3
    assert result.stdout.endswith("There are no more.\n")
    result = run(tmp_path / "a.ttl", DIAMOND, *EXPLAIN, "--all", "2")
    assert result.stdout.endswith("There are more than 2.\n")


@pytest.mark.slow
def test_the_command_gives_json(tmp_path: Path) -> None:
    result = run(tmp_path / "a.ttl", DIAMOND, *EXPLAIN, "--all", "2", "--format", "json")
    document = json.loads(result.stdout)
    assert document["end"] == "enough"
    assert [proof["triple"]["o"] for proof in document["justifications"]] == [
        "<http://example.org/D>"
    ] * 2
    result = run(tmp_path / "a.ttl", DIAMOND, *EXPLAIN, "--all", "2", "--format", "turtle")
    assert result.exit_code == 2
    assert "--all gives several proofs as text or JSON" in result.stderr


@pytest.mark.slow
def test_repairs_are_told_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    text = ":A owl:disjointWith :B .\n:x a :A, :B .\n:y a :A, :B .\n"
    result = run(path, text, "reason", "--repairs", "4")
    assert result.exit_code == 3
    start = PREFIXES.count("\n")
    lines = result.stderr.splitlines()
    name = "<http://example.org/{}>".format
    assert lines[1:6] == [
        "  it ends without:",
        f"  1. {name('A')} owl:disjointWith {name('B')} ({path}:{start + 1})",
        f"  2. {name('x')} rdf:type {name('A')} ({path}:{start + 2}); 1 contradiction remaining",
        f"  3. {name('x')} rdf:type {name('B')} ({path}:{start + 2}); 1 contradiction remaining",
        "  There are no more.",
    ]
    assert "  There are more than 1." in run(path, text, "reason", "--repairs", "1").stderr
    assert "it ends without" not in run(path, text, "reason").stderr


@pytest.mark.slow
def test_what_is_anonymous_is_found_by_what_it_is_made_of(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    text = """[] a owl:AllDisjointClasses ;
    owl:members
    ( :A :B ) . :x a :A, :B .
    :C rdfs:subClassOf [ owl:onProperty :p ;
    owl:maxCardinality '0'^^xsd:nonNegativeInteger ] . :y a :C ; :p :z ."""
    lines = run(path, text, "reason", "--repairs", "9").stderr.splitlines()
    words = "<http://example.org/A> <http://example.org/B>"
    listing = [line for line in lines if f"({words})" in line]
    assert any(f"[] owl:members ({words}) ({path})" in line for line in listing)
    assert any(f"a part of ({words}) ({path})" in line for line in listing)
    assert len(listing) == 2
    (line,) = [line for line in lines if "owl:onProperty" in line]
    assert f"owl:onProperty <http://example.org/p> ({path})" in line
    assert not any("_:" in line for line in lines if line.startswith("  "))
