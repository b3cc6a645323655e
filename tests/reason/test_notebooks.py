"""What notebooks show of closures, proofs and contradictions (`_repr_html_`)."""

import re
import runpy
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from eakg.reason.closure import materialize
from eakg.reason.contradictions.inconsistency import Inconsistency
from eakg.reason.proofs.proof import Proof
from eakg.reason.proofs.step import ASSERTED, STEPS
from eakg.reason.proofs.text import to_text
from helpers.deep_ontologies import EX, chain, linked_list
from helpers.house import ROOT
from helpers.tries import tries

TAGS = {
    *("div", "p", "ul", "li", "small", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
"""Elements that run nothing and fetch nothing."""
COLOURS = re.compile(r"#[0-9a-f]{3}|rgb|hsl|background|\bcolor:|url\(|@import", re.I)


class Outline(HTMLParser):
    """The elements of a document, each of which is closed, their attributes and the text."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()
        self.text = ""
        self.path: list[str] = []
        self.feed(document)
        self.close()
        assert not self.path

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(attrs)
        self.path.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.path.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)

    handle_comment = handle_decl = handle_pi = unknown_decl


def outline(shown: Any) -> Outline:
    document = Outline(shown._repr_html_())
    assert document.tags <= TAGS
    assert {name for name, _ in document.attributes} <= {"style", "open"}
    assert not any(COLOURS.search(value or "") for _, value in document.attributes)
    return document


def clash(x: Node, p: Node, value: Node) -> Graph:
    """A property that something has and may not have."""
    graph = Graph()
    graph.add((x, p, value))
    graph.add((p, RDFS.domain, EX.C))
    graph.add((EX.C, OWL.disjointWith, OWL.Thing))
    graph.add((EX.C, RDFS.subClassOf, OWL.Thing))
    return graph


IRIS = st.text(st.characters(codec="utf-8", exclude_characters="\0")).map(
    lambda text: URIRef(f"http://example.org/{text}")
)
LITERALS = st.text(st.characters(codec="utf-8", exclude_characters="\0")).map(Literal)
EVIL = "</summary></details><script>alert(1)</script><img src=x onerror=alert(1)>&amp;\"'"


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(60))
@given(IRIS, IRIS, IRIS | LITERALS)
def test_no_markup_comes_through(x: Node, p: Node, value: Node) -> None:
    proof = Proof(
        (x, RDF.type, EX.C),
        "prp-dom",
        (Proof((p, RDFS.domain, EX.C), ASSERTED), Proof((x, p, value), ASSERTED)),
    )
    inconsistency = Inconsistency("cax-dw", f"{x} is {value}", ((x, p, value),), ((p, p, x),))
    for shown in (proof, inconsistency):
        assert outline(shown).tags.isdisjoint({"script", "img"})


def test_markup_in_terms_is_text() -> None:
    x, p = URIRef(f"http://example.org/{EVIL}"), EX.p
    closure = materialize(clash(x, p, Literal(EVIL)))
    shown = [closure, closure.explain((x, RDF.type, EX.C)), *closure.inconsistencies]
    assert len(shown) > 2
    for document in map(outline, shown):
        assert EVIL in document.text
    assert r"<script>" in outline(closure.explain((x, p, Literal(EVIL)))).text


def test_a_closure_tells_its_sizes_and_counts_by_rule() -> None:
    graph = Graph().parse(
        data="""
        @prefix : <http://ex.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        :A rdfs:subClassOf :B . :x a :A . :y a :A . :z a :A . :A owl:disjointWith :B .
        """,
        format="turtle",
    )
    text = outline(materialize(graph)).text
    assert "Closure by owl-rl: 5 asserted triples" in text
    assert "3 contradictions" in text
    assert "cax-scoOne class is a kind of the other.3" in text
    assert text.count("is an instance of both") == 3


def test_a_proof_is_told_in_sentences_and_folds() -> None:
    graph, conclusion = linked_list(9)
    proof = materialize(graph).explain(conclusion)
    document = proof._repr_html_()
    assert "What has such a value of this property is of this class." in outline(proof).text
    assert 0 < document.count("<details open>") < document.count("<details")
    steps = to_text(proof).count("  [")
    assert document.count("<li>") == steps


@pytest.mark.slow
@pytest.mark.parametrize("ontology", [chain, linked_list])
def test_a_long_proof_is_shown_in_part(ontology: Any) -> None:
    documents = []
    for depth in (2_000, 4_000):
        graph, conclusion = ontology(depth)
        proof = materialize(graph).explain(conclusion)
        documents.append(proof._repr_html_())
        assert f"The proof has {proof.size:,} steps, of which the" in outline(proof).text
        assert documents[-1].count("<li>") < 3 * STEPS
    assert abs(len(documents[0]) - len(documents[1])) < 1_000


@pytest.mark.slow
def test_what_is_large_is_cut() -> None:
    triples = tuple((EX[f"x{number}"], EX.p, Literal("v" * 100_000)) for number in range(1_000))
    inconsistency = Inconsistency("eq-diff1", "m" * 1_000_000, triples)
    assert len(inconsistency._repr_html_()) < 100_000
    assert "900 more" in outline(inconsistency).text
    assert len(Proof(triples[0], ASSERTED)._repr_html_()) < 1_000


def test_plain_forms_are_short() -> None:
    closure = materialize(clash(EX.x, EX.p, BNode()))
    assert repr(closure) == "<Closure of 4 triples by owl-rl>"
    assert repr(closure.inconsistencies[0]).startswith("<Inconsistency by cax-dw: ")
    assert "\n" not in repr(closure.explain((EX.x, RDF.type, EX.C)))


def test_a_rule_without_words_is_named() -> None:
    shown = Proof((EX.x, EX.p, EX.y), "my-rule", (Proof((EX.a, EX.p, EX.y), ASSERTED),))
    assert "by my-rule" in outline(shown).text
    assert "(my-rule)" in outline(Inconsistency("my-rule", "a clash", ())).text


@pytest.mark.slow
def test_the_example_of_the_documentation_runs(tmp_path: Path) -> None:
    text = (ROOT / "docs/reasoning.md").read_text("utf-8")
    section = text.partition("## In a notebook\n")[2].partition("\n## ")[0]
    codes = re.findall(r"```python\n(.*?)```", section, re.S)
    assert codes
    path = tmp_path / "cells.py"
    path.write_text("\n".join(codes), "utf-8")
    names = runpy.run_path(str(path))
    assert outline(names["closure"]).text
    assert outline(names["proof"]).text
    assert [len(item.triples) for item in names["justifications"].items] == [2, 2]
    assert names["repairs"].end.value == "all"
