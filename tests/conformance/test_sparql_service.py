"""The W3C tests of SERVICE, on services that may ask each other."""

from contextlib import ExitStack
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import RDF, Graph, Namespace
from rdflib.term import Node

from helpers.comparison import is_same_answer, read_result, result_of
from helpers.manifests import ABSENT, SUITE
from helpers.serving import BEARER, plain_in_process, send

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
FOLDER = SUITE / "sparql11" / "service"
FAILING = {"service5": "SERVICE with a variable is not offered"}
JSON = "application/sparql-results+json"


def entries() -> list[Node]:
    if not FOLDER.is_dir():
        return []
    return sorted(manifest().subjects(RDF.type, MF.QueryEvaluationTest))


def manifest() -> Graph:
    return Graph().parse(FOLDER / "manifest.ttl")


def local(node: Node) -> str:
    return str(node).rpartition("#")[2]


def put(address: str, file: Node | None) -> None:
    if file is not None:
        kind = {"Content-Type": "text/turtle", **BEARER}
        assert send(address, "PUT", "/graphs?default", kind, read(file)).status in {201, 204}


def read(file: Node) -> bytes:
    return Path(str(file).removeprefix("file://")).read_bytes()


@pytest.mark.parametrize("test", entries(), ids=local)
def test_service(test: Node) -> None:
    graph = manifest()
    action, result = graph.value(test, MF.action), graph.value(test, MF.result)
    query = graph.value(action, QT.query)
    assert query is not None
    assert result is not None
    text = read(query).decode()
    hosts = ("127.0.0.1", "invalid.endpoint.org")
    with ExitStack() as stack:
        for data in graph.objects(action, QT.serviceData):
            there = stack.enter_context(plain_in_process(hosts))
            put(there, graph.value(data, QT.data))
            text = text.replace(f"<{graph.value(data, QT.endpoint)}>", f"<{there}/sparql>")
        here = stack.enter_context(plain_in_process(hosts))
        put(here, graph.value(action, QT.data))
        headers = {"Content-Type": "application/sparql-query", "Accept": JSON}
        answer = send(here, "POST", "/sparql", headers, text.encode())
    if local(test) in FAILING:
        assert answer.status == 403
        pytest.xfail(FAILING[local(test)])
    assert answer.status == 200, answer
    found = result_of(answer.body, pyoxigraph.QueryResultsFormat.JSON)
    assert is_same_answer(found, read_result(Path(str(result).removeprefix("file://"))))


def test_the_suite_is_whole() -> None:
    if not FOLDER.is_dir():
        pytest.skip(ABSENT)
    assert len(entries()) == 7
