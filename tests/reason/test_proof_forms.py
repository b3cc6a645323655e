"""Proofs as JSON, PROV-O and text: each step once where they are long, and lists as lists."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal
from rdflib.namespace import PROV, RDF, RDFS
from rdflib.term import Node

from eakg.cli import main
from eakg.rdf.notation import write_term
from eakg.rdf.terms import Triple
from eakg.reason.closure import materialize
from eakg.reason.proofs.documents import proof_json, to_json, to_steps_json
from eakg.reason.proofs.expressions import Expressions, expressions_in
from eakg.reason.proofs.folding import DEPTH
from eakg.reason.proofs.proof import Proof, part_of
from eakg.reason.proofs.prov import prov_turtle, to_prov
from eakg.reason.proofs.step import ASSERTED, UNPROVED
from eakg.reason.proofs.text import to_text
from helpers.deep_ontologies import EX, chain, linked_list
from helpers.tries import tries


def triple(number: int) -> Triple:
    return EX.a, EX.p, EX[f"n{number}"]


def doubled(levels: int) -> Proof:
    """A proof of which each level rests twice on all that is below."""
    proof = Proof(triple(0), ASSERTED)
    for number in range(levels):
        sides = [Proof((EX.a, EX[side], EX[f"n{number}"]), "r", (proof,)) for side in "lr"]
        proof = Proof(triple(number + 1), "r", tuple(sides))
    return proof


def nested_steps(document: dict[str, Any]) -> dict[str, tuple[str, list[str]]]:
    """Rule and premises of each step of nested JSON, by its triple."""
    steps = {}
    pending = [document]
    while pending:
        step = pending.pop()
        premises = step.get("premises", [])
        pending += premises
        steps[json.dumps(step["triple"])] = step["by"], [json.dumps(p["triple"]) for p in premises]
    return steps


def linked_steps(document: dict[str, Any]) -> dict[str, tuple[str, list[str]]]:
    """The same of JSON that has each step once."""
    names = {name: json.dumps(step["triple"]) for name, step in document["steps"].items()}
    return {
        names[name]: (step["by"], [names[premise] for premise in step.get("premises", [])])
        for name, step in document["steps"].items()
    }


@st.composite
def proofs(draw: st.DrawFn) -> Proof:
    """Proofs that use what was proved before, in whatever way."""
    steps = [Proof(triple(0), ASSERTED)]
    for number in range(1, draw(st.integers(1, 14))):
        places = draw(st.lists(st.integers(0, number - 1), max_size=3))
        premises = tuple(steps[place] for place in places)
        steps.append(Proof(triple(number), "r" if premises else ASSERTED, premises))
    return steps[-1]


@settings(deadline=None, max_examples=tries(100))
@given(proofs())
def test_both_forms_of_json_say_the_same(proof: Proof) -> None:
    linked = json.loads(json.dumps(to_steps_json(proof)))
    assert linked_steps(linked) == nested_steps(to_json(proof))
    assert linked["steps"][linked["root"]]["triple"]["o"] == write_term(proof.triple[2])
    assert len(linked["steps"]) == proof.size
    places = {name: place for place, name in enumerate(linked["steps"])}
    for name, step in linked["steps"].items():
        assert all(places[premise] > places[name] for premise in step.get("premises", ()))


def test_json_is_nested_up_to_two_hundred_steps() -> None:
    def fan(size: int) -> Proof:
        leaves = tuple(Proof(triple(number), ASSERTED) for number in range(1, size))
        return Proof(triple(0), "r", leaves)

    assert "premises" in proof_json(fan(200))
    assert proof_json(fan(201)).keys() == {"root", "steps"}
    assert proof_json(fan(3), is_flat=True).keys() == {"root", "steps"}


def test_nothing_grows_with_the_ways_to_a_premise() -> None:
    """40 levels of two premises each would be a million million steps one by one."""
    proof = doubled(40)
    assert proof.size == 121
    assert len(proof_json(proof)["steps"]) == 121
    assert to_text(proof).count("\n") < 400
    assert len(to_prov(proof)) < 3_000


@pytest.mark.slow
@pytest.mark.parametrize("ontology", [chain, linked_list])
def test_forms_are_as_long_as_the_proof(ontology: Any) -> None:
    sizes = []
    for depth in (150, 300):
        graph, conclusion = ontology(depth)
        proof = materialize(graph).explain(conclusion)
        document = json.dumps(proof_json(proof), indent=2)
        sizes.append((len(document), len(to_text(proof)), len(prov_turtle(proof))))
    assert all(longer < 2.2 * shorter for shorter, longer in zip(*sizes, strict=True))


def test_a_long_text_goes_on_below_where_it_refers_to() -> None:
    graph, conclusion = chain(100)
    proof = materialize(graph).explain(conclusion)
    text = to_text(proof)
    assert max(len(line) - len(line.lstrip()) for line in text.splitlines()) <= 2 * DEPTH
    references = re.findall(r", see (\(\d+\))\]$", text, re.M)
    assert references
    assert re.findall(r"^(\(\d+\)) ", text, re.M) == references
    for step in proof.steps():
        if step.by != ASSERTED:
            assert " ".join(map(write_term, step.triple)) + f"  [{step.by}" in text


@pytest.mark.slow
def test_long_prov_is_prov() -> None:
    graph, conclusion = chain(100)
    proof = materialize(graph).explain(conclusion)
    prov = Graph().parse(data=prov_turtle(proof), format="turtle")
    derived = [step for step in proof.steps() if step.by != ASSERTED]
    assert len(set(prov.subjects(PROV.wasGeneratedBy))) == len(derived)


@settings(deadline=None, max_examples=tries(100))
@given(proofs(), st.integers(1, 14))
def test_a_part_is_what_is_nearest_to_the_conclusion(proof: Proof, most: int) -> None:
    part = part_of(proof, most)
    steps = {step.triple: step for step in proof.steps()}
    assert part.triple == proof.triple
    assert part.size <= most + 2
    for step in part.steps():
        whole = steps[step.triple]
        if step.by == UNPROVED:
            assert whole.by != ASSERTED
            assert not step.premises
        else:
            assert step.by == whole.by
            assert [p.triple for p in step.premises] == [p.triple for p in whole.premises]
    assert (part is proof) == (proof.size <= most)


def test_a_part_is_told_with_the_size_of_the_whole() -> None:
    graph, conclusion = chain(50)
    proof = materialize(graph).explain(conclusion)
    document = proof_json(part_of(proof, 40), size=proof.size)
    assert document["size"] == proof.size == 106
    assert 40 <= len(document["steps"]) <= 47
    assert {"asserted", "prp-spo2", "unproved"} == {s["by"] for s in document["steps"].values()}
    prov = to_prov(part_of(proof, 40), size=proof.size)
    (words,) = prov.objects(None, RDFS.comment)
    assert "106 steps" in words
    rules = set(prov.objects(None, PROV.hadPlan))
    assert len(rules) == 1


# Lists and class expressions

ONTOLOGY = """
@prefix : <http://ex.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:uncle owl:propertyChainAxiom ( :parent :brother ) .
:Half owl:equivalentClass [ owl:intersectionOf ( :A [ owl:unionOf ( :B :C ) ] ) ] .
[] a owl:Restriction ; owl:onProperty :uncle ; owl:someValuesFrom :Half ; rdfs:subClassOf :Nephew .
:a :parent :b . :b :brother :c . :c a :A, :B .
"""


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return Graph().parse(data=ONTOLOGY, format="turtle")


def local(term: Node) -> str:
    return write_term(term) if isinstance(term, BNode) else str(term).rpartition("/")[2]


def test_lists_are_read_as_lists(ontology: Graph) -> None:
    proof = materialize(ontology).explain((EX.a, EX.uncle, EX.c))
    text = to_text(proof, local)
    assert "owl#propertyChainAxiom (parent brother)  [asserted]" in text
    assert len(text.splitlines()) == 4
    assert "#first" not in text


def test_classes_are_named_by_what_they_are_made_of(ontology: Graph) -> None:
    proof = materialize(ontology).explain((EX.a, RDF.type, EX.Nephew))
    text = to_text(proof, local, expressions=expressions_in(ontology))
    assert "_:" not in text
    assert "a 22-rdf-syntax-ns#type (uncle some Half)  [cls-svf1]" in text
    assert "c 22-rdf-syntax-ns#type (A and (B or C))" in text


def test_a_cell_that_follows_or_stands_alone_is_shown() -> None:
    data = """@prefix : <http://ex.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
    @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
    :C owl:unionOf _:l . _:l :head :D ; rdf:rest () . :x a :D . rdf:first owl:sameAs :head ."""
    graph = Graph().parse(data=data, format="turtle")
    text = to_text(materialize(graph).explain((EX.x, RDF.type, EX.C)), local)
    assert "#first D" in text
    cell = next(graph.subjects(RDF.rest))
    alone = Proof((cell, RDF.rest, RDF.nil), ASSERTED)
    assert to_text(alone, local) == "_:b0 22-rdf-syntax-ns#rest 22-rdf-syntax-ns#nil  [asserted]\n"


@pytest.mark.parametrize(
    ("turtle", "words"),
    [
        ("[] owl:onProperty :p ; owl:allValuesFrom :C", "(p only C)"),
        ("[] owl:onProperty :p ; owl:hasValue :v", "(p value v)"),
        ("[] owl:onProperty :p ; owl:maxQualifiedCardinality 1 ; owl:onClass :C", "(p max 1 C)"),
        ("[] owl:oneOf ( :a :b )", "{a, b}"),
        ("[] owl:complementOf [ owl:unionOf ( :A :B ) ]", "(not (A or B))"),
        ("[] owl:onProperty :p ; owl:someValuesFrom :C, :D", None),
        ("[] owl:unionOf [ rdf:first :A ; rdf:rest _:nowhere ]", None),
        ("_:l rdf:first :A ; rdf:rest _:l", None),
        (":C owl:unionOf ( :A :B )", None),
    ],
)
def test_words_of_expressions(turtle: str, words: str | None) -> None:
    prefixes = "@prefix : <http://ex.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> ."
    prefixes += f"@prefix rdf: <{RDF}> ."
    graph = Graph().parse(data=f"{prefixes} {turtle} .", format="turtle")
    subjects = set(graph.subjects()) - set(graph.objects())
    term = next(iter(subjects or set(graph.subjects())))
    assert Expressions(graph).words(term, local) == words


@pytest.mark.slow
def test_a_long_list_is_named_in_part() -> None:
    graph = Graph()
    head = BNode()
    cells = [head, *(BNode() for _ in range(4_999))]
    for number, cell in enumerate(cells):
        graph.add((cell, RDF.first, Literal(number)))
        graph.add((cell, RDF.rest, cells[number + 1] if number < 4_999 else RDF.nil))
    words = Expressions(graph).words(head, str)
    assert words == f"({' '.join(map(str, range(12)))} ... 4,988 more)"


@pytest.mark.slow
@pytest.mark.parametrize("form", ["text", "json", "turtle"])
def test_the_command_tells_long_proofs_in_each_form(tmp_path: Path, form: str) -> None:
    """Of more steps than a stack holds."""
    graph, conclusion = chain(1_200)
    graph.serialize(tmp_path / "deep.nt", "nt", encoding="utf-8")
    words = ["explain", *map(str, conclusion), "--data", str(tmp_path / "deep.nt")]
    result = CliRunner().invoke(main, [*words, "--format", form])
    assert (result.exit_code, result.stderr) == (0, "")
    if form == "json":
        assert len(json.loads(result.stdout)["steps"]) == 2 * 1_200 + 6
    words[3] = str(EX.y1201)
    denial = CliRunner().invoke(main, words)
    assert denial.exit_code == 1
    assert "not in the closure" in denial.stderr
