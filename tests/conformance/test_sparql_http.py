"""The W3C tests of the SPARQL 1.1 protocols, on a running service.

Read in place from `sparql` in the folder that EAKG_W3C names, or in `../shared/w3c` beside the
repository.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from rdflib import RDF, RDFS, Graph, Namespace
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.term import Node

from helpers.house import ROOT
from helpers.serving import BEARER, Answer, plain_store, send

_BESIDE = ROOT.parent / "shared" / "w3c"
SUITE = Path(os.environ.get("EAKG_W3C", _BESIDE)) / "sparql" / "sparql11"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
MANIFESTS = {
    "protocol/manifest.ttl": 34,
    "graph-store-protocol/manifest-indirect.ttl": 9,
    "graph-store-protocol/manifest-direct.ttl": 5,
}
RDF_TYPES = {"text/turtle": "turtle", "application/n-triples": "nt"}
TABLES = {
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
}
LOCATION = "$LOCATION$"


@dataclass(frozen=True)
class Expected:
    """What a response should be like."""

    statuses: tuple[str, ...]
    boolean: bool | None
    form: str | None
    location: str | None
    content_type: str | None
    body: str | None


@dataclass(frozen=True)
class Exchange:
    """A request of a test, and what is expected of its response."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    expected: Expected

    @property
    def updates(self) -> bool:
        """Whether it is meant for the address of updates."""
        kind = self.headers.get("content-type", "")
        return "sparql-update" in kind or "update=" in self.path or b"update=" in (self.body or b"")


def local(iri: Node) -> str:
    return str(iri).rpartition("#")[2]


@cache
def manifest(name: str) -> Graph:
    return Graph().parse(SUITE / name)


def entries(name: str) -> list[Node]:
    """The tests of a manifest, also one that its list of entries leaves out."""
    graph = manifest(name)
    kinds = (MF.ProtocolTest, MF.GraphStoreProtocolTest)
    return sorted({test for kind in kinds for test in graph.subjects(RDF.type, kind)})


def headers_of(graph: Graph, message: Node) -> dict[str, str]:
    return {
        str(graph.value(header, HT.fieldName)).lower(): str(graph.value(header, HT.fieldValue))
        for listed in graph.objects(message, HT.headers)
        for header in Collection(graph, listed)
    }


def text_of(graph: Graph, message: Node) -> str | None:
    body = graph.value(message, HT.body)
    return None if body is None else str(graph.value(body, CNT.chars))


def exchanges(name: str, test: Node) -> Iterator[Exchange]:
    graph = manifest(name)
    listed = graph.value(graph.value(test, MF.action), HT.requests)
    assert listed is not None
    for request in Collection(graph, listed):
        response = graph.value(request, HT.resp)
        assert response is not None
        boolean = graph.value(response, MF.expectedBoolean)
        form = graph.value(response, MF.expectedFormat)
        location = graph.value(response, MF.expectedLocation)
        expected = Expected(
            tuple(
                str(one).rpartition("#")[2] for one in graph.objects(response, MF.expectedStatus)
            ),
            None if boolean is None else bool(boolean.toPython()),
            None if form is None else str(form),
            None if location is None else str(location),
            headers_of(graph, response).get("content-type"),
            text_of(graph, response),
        )
        body = graph.value(request, HT.body)
        encoding = "utf-8" if body is None else str(graph.value(body, CNT.characterEncoding))
        text = text_of(graph, request)
        yield Exchange(
            str(graph.value(request, HT.methodName)),
            str(graph.value(request, HT.absolutePath)),
            headers_of(graph, request),
            None if text is None else text.encode(encoding),
            expected,
        )


def cases() -> Iterator[Any]:
    if not SUITE.is_dir():
        reason = f"no W3C tests: {SUITE} is no folder (set EAKG_W3C)"
        yield pytest.param("", None, marks=pytest.mark.skip(reason=reason), id="absent")
        return
    for name in MANIFESTS:
        for test in entries(name):
            yield pytest.param(name, test, id=local(test))


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with plain_store() as address:
        yield address


def bare(address: str, exchange: Exchange, location: str) -> Answer:
    """Send the request of a test to the address on this service that it is meant for."""
    path = exchange.path.replace(LOCATION, quote(location, safe=""))
    path = re.sub(r"^/sparql/", "/update" if exchange.updates else "/sparql", path)
    path = re.sub(r"^/gsp", "/graphs", path)
    return send(address, exchange.method, path, {**BEARER, **exchange.headers}, exchange.body)


def test_the_suite_is_whole() -> None:
    if not SUITE.is_dir():
        pytest.skip(f"no W3C tests: {SUITE} is no folder (set EAKG_W3C)")
    for name, number in MANIFESTS.items():
        assert len(entries(name)) == number


@pytest.mark.parametrize(("name", "test"), list(cases()))
def test_protocol(service: str, name: str, test: Node) -> None:
    graph = manifest(name)
    kind = {**BEARER, "Content-Type": "application/sparql-update"}
    assert send(service, "POST", "/update", kind, b"DROP ALL").status == 200
    for data in graph.objects(test, UT.graphData):
        label = quote(str(graph.value(data, RDFS.label)), safe="")
        path = str(graph.value(data, UT.graph)).removeprefix("file://")
        kind = {**BEARER, "Content-Type": "application/n-triples"}
        body = Path(path).read_bytes()
        assert send(service, "PUT", f"/graphs?graph={label}", kind, body).status == 201
    location = ""
    for exchange in exchanges(name, test):
        answer = bare(service, exchange, location)
        check(exchange.expected, answer, exchange.method)
        location = answer.headers.get("location", location)


def check(expected: Expected, answer: Answer, method: str) -> None:
    assert any(has_status(answer.status, one) for one in expected.statuses), answer
    if expected.form == "boolean":
        assert answer.media_type in TABLES
        assert isinstance(json.loads(answer.body)["boolean"], bool)
    elif expected.form == "tabular":
        assert answer.media_type in TABLES
    elif expected.form == "RDF":
        Graph().parse(data=answer.body, format=RDF_TYPES[answer.media_type])
    if expected.boolean is not None:
        assert json.loads(answer.body)["boolean"] is expected.boolean
    if expected.location is not None:
        assert answer.headers["location"]
    if expected.content_type is not None:
        assert answer.headers["content-type"] == expected.content_type
    if expected.body is not None and method != "HEAD":
        wanted = Graph().parse(data=expected.body, format="turtle")
        given = Graph().parse(data=answer.body, format=RDF_TYPES[answer.media_type])
        assert isomorphic(given, wanted)


NAMED = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}


def has_status(status: int, name: str) -> bool:
    if name.startswith("StatusCode"):
        return status // 100 == int(name.removeprefix("StatusCode")[0])
    return status == NAMED[name]


def test_description_is_rdf(service: str) -> None:
    assert description(service)


def test_description_has_the_endpoint(service: str) -> None:
    graph = description(service)
    endpoints = {str(one) for one in graph.objects(None, SD.endpoint)}
    assert f"{service}/sparql" in endpoints


def test_description_conforms_to_the_schema(service: str) -> None:
    """What the vocabulary's domains, ranges and classes ask of a description."""
    graph = description(service)
    for subject, _ in graph.subject_objects(SD.endpoint):
        assert (subject, None, SD.Service) in graph
    instances = {
        SD.defaultEntailmentRegime: "http://www.w3.org/ns/entailment/",
        SD.supportedLanguage: str(SD),
        SD.resultFormat: "http://www.w3.org/ns/formats/",
    }
    for property_, namespace in instances.items():
        values = [str(one) for one in graph.objects(None, property_)]
        assert values
        assert all(value.startswith(namespace) for value in values)
    for property_, class_ in (
        (SD.defaultDataset, SD.Dataset),
        (SD.defaultGraph, SD.Graph),
        (SD.namedGraph, SD.NamedGraph),
        (SD.graph, SD.Graph),
        (SD.extensionFunction, SD.Function),
    ):
        for value in graph.objects(None, property_):
            assert (value, None, class_) in graph
    for named in graph.objects(None, SD.namedGraph):
        assert len(list(graph.objects(named, SD.name))) == 1


def description(service: str) -> Graph:
    answer = send(service, "GET", "/sparql", {"Accept": "text/turtle"})
    assert answer.status == 200
    return Graph().parse(data=answer.body, format="turtle")
