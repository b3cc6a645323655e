"""Contradictions as a page: the facts that clash, side by side, with what says so."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import Graph

from eakg.names import EAKG, ID, ONTOLOGY_GRAPH, evidence_graph, source_graph
from eakg.reason.rules.grammar import owl2rl
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.pages.contradictions import query_of
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.request import Limits
from helpers.holdings import FOLDER

PREFIXES = f"""@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix eakg: <{EAKG}> . @prefix id: <{ID}> .
"""


def client_of(folder: Path, facts: str, evidence: str = "") -> FlaskClient:
    files = [GraphFile(ONTOLOGY_GRAPH, FOLDER / "ontology.ttl")]
    for name, text in ((source_graph("record"), facts), (evidence_graph("record"), evidence)):
        file = folder / f"{len(files)}.ttl"
        file.write_text(PREFIXES + text)
        files.append(GraphFile(name, file))
    store = EmbeddedStore(read_contents(files))
    return create_app(Settings("", Limits()), store).test_client()


def test_there_are_none(tmp_path: Path) -> None:
    page = client_of(tmp_path, "id:japan a eakg:State .").get("/contradictions")
    assert page.status_code == 200
    assert "There are none" in page.text


def test_two_sentences_that_clash(tmp_path: Path) -> None:
    facts = """eakg:State owl:disjointWith eakg:Meeting .
        id:asean a eakg:State , eakg:Meeting ; rdfs:label "ASEAN"@en ."""
    evidence = "".join(
        f"""id:r/{n} a rdf:Statement ; rdf:subject id:asean ; rdf:predicate rdf:type ;
            rdf:object eakg:{kind} ; eakg:evidence <{ID}r/T{n}/span> ;
            eakg:inSentence <{ID}r/s{n}> .
            <{ID}r/s{n}> a eakg:Sentence ; rdf:value "{words}" .
            <{ID}r/T{n}/span> rdf:value "ASEAN" .\n""".replace(f"id:r/{n}", f"<{ID}r/{n}>")
        for n, kind, words in (
            (1, "State", "The state of ASEAN was glad."),
            (2, "Meeting", "A meeting, ASEAN, was held."),
        )
    )
    page = client_of(tmp_path, facts, evidence).get("/contradictions").text
    assert page.count("<h2>") == 1
    assert "The two classes have nothing in common." in page
    assert 'href="/rules#cax-dw"' in page
    plain = re.sub(r"\s+", " ", re.sub("<[^>]*>", "", page))
    for words in ("The state of ASEAN was glad.", "A meeting, ASEAN, was held."):
        assert words in plain


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("eq-diff1", "id:a owl:sameAs id:b ; owl:differentFrom id:b ."),
        ("eq-diff2", "[] a owl:AllDifferent ; owl:members (id:a id:b) . id:a owl:sameAs id:b ."),
        ("prp-irp", "eakg:p a owl:IrreflexiveProperty . id:a eakg:p id:a ."),
        ("prp-asyp", "eakg:p a owl:AsymmetricProperty . id:a eakg:p id:b . id:b eakg:p id:a ."),
        ("prp-pdw", "eakg:p owl:propertyDisjointWith eakg:q . id:a eakg:p id:b ; eakg:q id:b ."),
        (
            "prp-adp",
            "[] a owl:AllDisjointProperties ; owl:members (eakg:p eakg:q) ."
            " id:a eakg:p id:b ; eakg:q id:b .",
        ),
        (
            "prp-npa1",
            "[] owl:sourceIndividual id:a ; owl:assertionProperty eakg:p ;"
            " owl:targetIndividual id:b . id:a eakg:p id:b .",
        ),
        ("cls-nothing2", "id:a a owl:Nothing ."),
        ("cls-com", "eakg:C owl:complementOf eakg:D . id:a a eakg:C , eakg:D ."),
        (
            "cls-maxc1",
            'eakg:C owl:maxCardinality "0"^^xsd:nonNegativeInteger ; owl:onProperty eakg:p .'
            " id:a a eakg:C ; eakg:p id:b .",
        ),
        ("cax-dw", "eakg:C owl:disjointWith eakg:D . id:a a eakg:C , eakg:D ."),
        (
            "cax-adc",
            "[] a owl:AllDisjointClasses ; owl:members (eakg:C eakg:D eakg:E) ."
            " id:a a eakg:C , eakg:E .",
        ),
    ],
)
def test_each_rule_is_asked(rule: str, facts: str) -> None:
    (one,) = [found for found in owl2rl() if found.name == rule]
    graph = Graph().parse(data=PREFIXES + facts, format="turtle")
    assert len(graph.query(query_of(one))) >= 1
    assert len(Graph().query(query_of(one))) == 0


def test_every_rule_of_contradiction_has_a_query() -> None:
    for rule in owl2rl():
        if not rule.conclusions and not rule.conditions:
            Graph().query(query_of(rule))
