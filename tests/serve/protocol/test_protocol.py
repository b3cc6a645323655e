"""What the service says of itself is true, and what it is sent cannot make it do more."""

import json
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, VOID
from werkzeug.test import TestResponse

from eakg.dataset.layout import shipped_layout
from eakg.names import GRAPH
from eakg.serve.data.query_paths import paths as query_paths
from eakg.serve.data.query_paths import queries_in
from eakg.serve.data.service import ENTAILMENT, SD
from eakg.sparql.failures import EvaluationError
from eakg.store.embedded import EmbeddedStore
from eakg.store.functions import EXTENSION_FUNCTIONS
from eakg.store.graph_files import read_contents
from eakg.store.request import Limits, QueryRequest
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.holdings import client_of, small_contents
from helpers.serving import BEARER, plain_store, running, send, writable_client

PROBLEM = "application/problem+json"
SERVICE = URIRef("http://localhost/sparql")


@pytest.fixture(scope="module")
def keeper() -> Iterator[KeeperProcess]:
    with KeeperProcess(small_contents(), Limits(timeout=5.0)) as process:
        yield process


@pytest.fixture(scope="module")
def client(keeper: KeeperProcess) -> FlaskClient:
    return client_of(keeper)


@pytest.fixture(scope="module")
def plain() -> Iterator[str]:
    """The address of a store that is empty at first; each test has names of its own in it."""
    with plain_store() as address:
        yield address


def described(client: FlaskClient, path: str = "/sparql") -> Graph:
    response = client.get(path, headers={"Accept": "text/turtle"})
    assert response.status_code == 200, response.data
    return Graph().parse(data=response.data, format="turtle")


def count(client: FlaskClient, query: str) -> int:
    response = client.get("/sparql", query_string={"query": query, "format": "csv"})
    return int(response.text.split()[1])


# The service description


def test_the_union_is_claimed_where_it_is_one(client: FlaskClient) -> None:
    # The default graph of the small dataset leaves out its graph of evidence.
    assert (SERVICE, SD.feature, SD.UnionDefaultGraph) not in described(client)
    without_evidence = writable_client()
    sent = without_evidence.delete("/graphs/evidence/record", headers=BEARER)
    assert sent.status_code == 204
    assert (SERVICE, SD.feature, SD.UnionDefaultGraph) in described(without_evidence)


def test_nothing_is_claimed_that_is_not_offered(client: FlaskClient) -> None:
    graph = described(client)
    features = set(graph.objects(SERVICE, SD.feature))
    assert not features & {SD.BasicFederatedQuery, SD.DereferencesURIs, SD.RequiresDataset}
    assert (None, SD.supportedLanguage, SD.SPARQL11Update) not in graph
    asking = described(writable_client(services=("example.org",)))
    assert (SERVICE, SD.feature, SD.BasicFederatedQuery) in asking
    writing = described(writable_client())
    update = URIRef("http://localhost/update")
    assert (update, SD.supportedLanguage, SD.SPARQL11Update) in writing
    assert (update, SD.endpoint, update) in writing


def test_a_plain_store_claims_no_entailment(plain: str) -> None:
    graph = Graph().parse(
        data=send(plain, "GET", "/sparql", {"Accept": "text/turtle"}).body, format="turtle"
    )
    service = URIRef(f"{plain}/sparql")
    assert (service, SD.defaultEntailmentRegime, ENTAILMENT.Simple) in graph
    assert (None, SD.feature, SD.UnionDefaultGraph) not in graph
    assert (None, DCTERMS.license, None) not in graph


def test_counts_follow_the_data() -> None:
    client = writable_client()
    assert count_in_description(client, "urn:g") is None
    data = {"data": "<urn:s> <urn:p> 1 , 2 .", "content_type": "text/turtle", "headers": BEARER}
    assert client.put("/graphs?graph=urn:g", **data).status_code == 201
    assert count_in_description(client, "urn:g") == 2
    default = described(client).value(predicate=SD.defaultGraph)
    total = count(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert (default, VOID.triples, Literal(total)) in described(client)
    assert count_in_description(client, str(GRAPH["source/record"])) == count(
        client, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{GRAPH['source/record']}> {{ ?s ?p ?o }} }}"
    )


def count_in_description(client: FlaskClient, name: str) -> int | None:
    graph = described(client)
    named = graph.value(predicate=SD.name, object=URIRef(name))
    triples = graph.value(graph.value(named, SD.graph), VOID.triples)
    return None if triples is None else int(str(triples))


def test_the_limits_are_told(client: FlaskClient) -> None:
    assert "may run 5 s" in str(described(client).value(SERVICE, DCTERMS.description))


def test_every_function_is_there(client: FlaskClient) -> None:
    store = EmbeddedStore(read_contents([]))
    for function in EXTENSION_FUNCTIONS:
        store.query(QueryRequest(f"SELECT (<{function}>('x') AS ?x) {{}}")).read()
    with pytest.raises(EvaluationError):
        store.query(QueryRequest("SELECT (<urn:x>('x') AS ?x) {}"))
    found = {str(one) for one in described(client).objects(SERVICE, SD.extensionFunction)}
    assert found == set(EXTENSION_FUNCTIONS)


# VoID and DCAT


def test_the_dataset_is_described(client: FlaskClient) -> None:
    graph = described(client, "/.well-known/void")
    (dataset,) = graph.subjects(RDF.type, DCAT.Dataset)
    for term, query in {
        VOID.triples: "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        VOID.distinctSubjects: "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
        VOID.distinctObjects: "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
        VOID.properties: "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
        VOID.classes: "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }",
    }.items():
        assert (dataset, term, Literal(count(client, query))) in graph
    parts = {
        graph.value(part, VOID.property): part
        for part in graph.objects(dataset, VOID.propertyPartition)
    }
    for property_, part in parts.items():
        n = count(client, f"SELECT (COUNT(*) AS ?n) {{ ?s <{property_}> ?o }}")
        assert (part, VOID.triples, Literal(n)) in graph
    for part in graph.objects(dataset, VOID.classPartition):
        class_ = graph.value(part, VOID["class"])
        n = count(client, f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a <{class_}> }}")
        assert (part, VOID.entities, Literal(n)) in graph
    assert (dataset, VOID.sparqlEndpoint, SERVICE) in graph
    dumps = [str(one) for one in graph.objects(dataset, VOID.dataDump)]
    assert dumps
    for dump in dumps:
        with client.get(urlsplit(dump).path) as response:
            assert response.status_code == 200
    assert (dataset, DCTERMS.license, None) in graph


def test_void_is_cached_by_version(client: FlaskClient) -> None:
    tag = client.get("/.well-known/void").headers["ETag"]
    response = client.get("/.well-known/void", headers={"If-None-Match": tag})
    assert response.status_code == 304
    assert client.get("/.well-known/void?format=nt").mimetype == "application/n-triples"


# OpenAPI


def test_every_path_is_described(client: FlaskClient) -> None:
    said = client.get("/openapi.json").get_json()
    assert said["openapi"].startswith("3.1")
    paths = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in client.application.url_map.iter_rules()
    }
    assert set(said["paths"]) == paths | set(
        query_paths(queries_in(shipped_layout().queries).values())
    )
    identifiers = [one["operationId"] for path in said["paths"].values() for one in path.values()]
    assert len(set(identifiers)) == len(identifiers)
    for path in said["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            assert operation["responses"]


# Limits on what is sent


def test_long_addresses_and_headers(client: FlaskClient) -> None:
    def is_problem(response: TestResponse, status: int) -> None:
        assert (response.status_code, response.content_type) == (status, PROBLEM)
        assert response.headers["Access-Control-Allow-Origin"] == "*"

    long = "#" * (1 << 15)
    is_problem(client.get("/sparql", query_string={"query": f"ASK {{}} {long}"}), 414)
    is_problem(client.get("/sparql?query=ASK{}", headers={"X": long}), 431)
    assert client.post("/sparql", data={"query": f"ASK {{}} {long}"}).status_code == 200


def test_empty_graph_parameters_of_forms_mean_none(client: FlaskClient) -> None:
    asked = {"query": "ASK { ?s ?p ?o }", "default-graph-uri": "", "named-graph-uri": ""}
    assert client.get("/sparql", query_string=asked).get_json()["boolean"] is True


def test_bodies_of_several_parts_are_not_read(client: FlaskClient) -> None:
    response = client.post(
        "/sparql", data={"query": "ASK {}"}, content_type="multipart/form-data; boundary=a"
    )
    assert (response.status_code, response.content_type) == (415, PROBLEM)


def test_every_answer_has_the_headers_of_safety(client: FlaskClient) -> None:
    for path in ("/", "/sparql?query=ASK{}", "/sparql?query=x", "/nowhere", "/graphs", "/update"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Access-Control-Allow-Origin"] == "*"


def test_bodies_as_large_as_they_may_be(plain: str) -> None:
    """With their length and without, which HTTP/1.1 lets a client leave out."""
    triples = "".join(f"<urn:large> <urn:p> {number} .\n" for number in range(100_000)).encode()
    assert len(triples) > 2 << 20
    turtle = {"Content-Type": "text/turtle", **BEARER}
    assert send(plain, "PUT", "/graphs/a", turtle, triples).status == 201
    parts = urlsplit(plain)
    connection = HTTPConnection(parts.hostname or "", parts.port)
    pieces = (triples[start : start + 65536] for start in range(0, len(triples), 65536))
    connection.request("PUT", "/graphs/b", pieces, turtle, encode_chunked=True)
    response = connection.getresponse()
    response.read()
    connection.close()
    assert response.status == 201
    same = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { <urn:large> ?p ?o } }"
    answer = send(plain, "GET", f"/sparql?format=csv&query={quote(same)}")
    assert answer.body == b"n\r\n200000\r\n"
    query = {"Content-Type": "application/sparql-query"}
    answer = send(plain, "POST", "/sparql", query, b"ASK {} #" + triples)
    assert (answer.status, answer.media_type) == (413, PROBLEM)
    large = b"ASK {} #" + b"x" * (65 << 20)
    update = {"Content-Type": "application/sparql-update", **BEARER}
    answer = send(plain, "POST", "/update", update, large)
    assert (answer.status, answer.media_type) == (413, PROBLEM)


# Nothing goes out, and no file is read


class Listener:
    """Counts who connects to it."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.connections = 0
        self.thread = threading.Thread(target=self._accept)
        self.thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Type: text/turtle\r\n\r\n"
            )
            connection.close()

    def close(self) -> None:
        """Stop listening."""
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join()


@contextmanager
def listener() -> Iterator[Listener]:
    found = Listener()
    try:
        yield found
    finally:
        found.close()


def attempts(places: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Path, media type and text of requests that want something from elsewhere."""
    for where in places:
        for query in (
            f"SELECT * {{ SERVICE <{where}> {{ ?s ?p ?o }} }}",
            f"SELECT * {{ SERVICE SILENT <{where}> {{ ?s ?p ?o }} }}",
            f"SELECT * {{ VALUES ?x {{ <{where}> }} SERVICE ?x {{ ?s ?p ?o }} }}",
            f"PREFIX : <{where}> ASK {{ SERVICE:{{?s ?p ?o}} }}",
            f"ASK {{ FILTER EXISTS {{ SERVICE <{where}> {{}} }} }}",
            f"SELECT * {{ {{ SELECT * {{ sErViCe <{where}> {{ ?s ?p ?o }} }} }} }}",
            f"BASE <{where}> ASK {{ SERVICE <> {{}} }}",
            f"ASK FROM <{where}> {{ ?s ?p 'SECRET' }}",
            f"ASK FROM NAMED <{where}> {{ GRAPH ?g {{ ?s ?p 'SECRET' }} }}",
            f"DESCRIBE <{where}>",
        ):
            yield "/sparql", "application/sparql-query", query
            form = f"default-graph-uri={quote(where, safe='')}&query=ASK{{?s?p?o}}"
            yield "/sparql", "application/x-www-form-urlencoded", form
        for update in (
            f"LOAD <{where}>",
            f"LOAD SILENT <{where}> INTO GRAPH <urn:g>",
            f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{where}> {{ ?s ?p ?o }} }}",
            f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE SILENT <{where}> {{ ?s ?p ?o }} }}",
            f"COPY <{where}> TO DEFAULT",
            f"INSERT {{ ?s ?p ?o }} USING <{where}> WHERE {{ ?s ?p ?o }}",
        ):
            yield "/update", "application/sparql-update", update
        data = f'{{"@context": "{where}", "@id": "urn:s", "p": "o"}}'
        yield "/graphs?graph=urn:j", "application/ld+json", data
        entity = f'<!DOCTYPE r [<!ENTITY e SYSTEM "{where}">]><r xmlns="urn:">&e;</r>'
        yield "/graphs?graph=urn:x", "application/rdf+xml", entity


def refused(address: str, *places: str) -> None:
    """Send all of them; none brings what the file says."""
    tried = list(attempts(places))
    assert len(tried) > 50
    for path, kind, text in tried:
        answer = send(address, "POST", path, {"Content-Type": kind, **BEARER}, text.encode())
        assert answer.status != 500
        assert b"SECRET" not in answer.body
    query = "/sparql?query=" + quote(
        "ASK { { ?s ?p 'SECRET' } UNION { GRAPH ?g { ?s ?p 'SECRET' } } }"
    )
    assert json.loads(send(address, "GET", query).body)["boolean"] is False


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that nobody may read."""
    path = tmp_path / "secret.ttl"
    path.write_text("<urn:secret> <urn:p> 'SECRET' .")
    return path


def test_no_packet_leaves(plain: str, secret: Path) -> None:
    """Every way that SPARQL and RDF have to ask for something elsewhere is tried."""
    with listener() as found:
        at = f"http://127.0.0.1:{found.port}/"
        refused(plain, at, f"http://localhost:{found.port}/x", secret.as_uri())
        assert found.connections == 0


def test_no_file_is_read(secret: Path, tmp_path: Path) -> None:
    """As the kernel sees it: what the whole service opens and connects to."""
    trace, data = tmp_path / "trace", tmp_path / "data.ttl"
    data.write_text("<urn:s> <urn:p> <urn:o> .")
    calls = ["strace", "-f", "--seccomp-bpf", "-qq", "-o", str(trace)]
    calls += ["-e", "trace=open,openat,openat2,connect"]
    if not shutil.which("strace") or subprocess.run([*calls, "true"], check=False).returncode:
        pytest.skip("strace is not installed, or may not trace")
    with listener() as found, running("--writable", str(data), wrapper=calls) as address:
        refused(address, f"http://127.0.0.1:{found.port}/", secret.as_uri())
        assert found.connections == 0
        port = address.rpartition(":")[2]
    seen = trace.read_text(errors="replace")
    assert "openat(" in seen
    assert secret.name not in seen
    inet = re.findall(r"connect\(.*AF_INET6?, sin6?_port=htons\((\d+)\)", seen)
    assert set(inet) <= {port}


# What is new is new


def test_workers_make_different_names(plain: str) -> None:
    """Blank nodes and random numbers are fresh, whichever process makes them."""
    random, nodes = set(), set()
    for number in range(4):
        update = f"INSERT DATA {{ _:x <urn:new> {number} }}".encode()
        kind = {"Content-Type": "application/sparql-update", **BEARER}
        assert send(plain, "POST", "/update", kind, update).status == 200
        path = "/sparql?format=csv&query=" + quote("SELECT (STRUUID() AS ?x) {}")
        random.add(send(plain, "GET", path).body)
    path = "/sparql?format=json&query=" + quote("SELECT ?s { ?s <urn:new> ?o }")
    rows = json.loads(send(plain, "GET", path).body)["results"]["bindings"]
    nodes = {row["s"]["value"] for row in rows}
    assert len(random) == len(nodes) == 4
