"""The W3C tests of SPARQL 1.1 entailment regimes: each by the rules of its regime, in a store.

Read in place, as those of `helpers.manifests`. A test is for several regimes, and each of them is a
case. D-entailment is answered by the rules of RDFS: what the tests ask for beyond these is that
literals keep their datatypes.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pyoxigraph
import pytest
from rdflib import RDF, Graph, Namespace
from rdflib.collection import Collection
from rdflib.term import Node

from eakg.reason.rulebooks.regime import Regime
from eakg.store.changes.requests import GraphWrite
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import Contents
from eakg.store.options import StoreOptions
from eakg.store.request import QueryRequest
from helpers.comparison import is_same_answer, read_result, result_of
from helpers.manifests import ABSENT, SUITE

FOLDER = SUITE / "sparql11" / "entailment"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
SETS = {"RDF": "rdf", "RDFS": "rdfs", "D": "rdfs", "OWL-RDF-Based": "owl-rl"}
NUMBERS = {"RDF": 22, "RDFS": 36, "D": 37, "OWL-RDF-Based": 39}
FAILING: dict[tuple[str, str], str] = {
    ("OWL-RDF-Based", "sparqldl-11"): "no rule of OWL 2 RL gives an inverse property a range",
}


@cache
def manifest() -> Graph:
    return Graph().parse(FOLDER / "manifest.ttl")


def values(node: Node) -> list[Node]:
    """The members of a list, or the node itself."""
    graph = manifest()
    return list(Collection(graph, node)) if (node, RDF.first, None) in graph else [node]


def local(node: Node) -> str:
    return str(node).rpartition("/")[2].rpartition("#")[2]


def cases() -> Iterator[tuple[str, Node]]:
    """The regimes and the tests."""
    graph = manifest()
    for test in sorted(graph.subjects(RDF.type, MF.QueryEvaluationTest), key=str):
        action = graph.value(test, MF.action)
        for regimes in graph.objects(action, SD.entailmentRegime):
            for regime in map(local, values(regimes)):
                if regime in SETS:
                    yield regime, test


def parameters() -> list[Any]:
    if not FOLDER.is_dir():
        return [pytest.param("", None, marks=pytest.mark.skip(reason=ABSENT), id="absent")]
    return [pytest.param(*case, id=f"{case[0]}-{local(case[1])}") for case in cases()]


def path_of(node: Node | None) -> Path:
    return Path(unquote(urlsplit(str(node)).path))


@pytest.mark.parametrize(("regime", "test"), parameters())
def test_w3c_entailment(regime: str, test: Node) -> None:
    graph = manifest()
    action = graph.value(test, MF.action)
    reasoning = Regime(SETS[regime], (), trivial=True).code
    options = StoreOptions(reasoning, writable=True, on_contradiction="report")
    store = EmbeddedStore(Contents((), "0" * 16), options)
    for file in map(path_of, graph.objects(action, QT.data)):
        store.update(GraphWrite(None, "post", file.read_bytes(), "turtle", file.as_uri()))
    query = path_of(graph.value(action, QT.query))
    request = QueryRequest(query.read_text("utf-8"), "json", base_iri=query.as_uri())
    answer = result_of(store.query(request).read(), pyoxigraph.QueryResultsFormat.JSON)
    passed = is_same_answer(answer, read_result(path_of(graph.value(test, MF.result))))
    reason = FAILING.get((regime, local(test)))
    if reason is not None:
        assert not passed, f"{local(test)} passes: take it off the list"
        pytest.xfail(reason)
    assert passed


def test_the_suite_is_whole() -> None:
    if not FOLDER.is_dir():
        pytest.skip(ABSENT)
    assert Counter(regime for regime, _ in cases()) == NUMBERS
