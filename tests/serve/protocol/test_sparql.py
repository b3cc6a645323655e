"""The SPARQL protocol over HTTP: negotiation, parameters, errors, caching."""

import csv
import io
import json
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, VOID
from werkzeug.test import TestResponse

from eakg.names import GRAPH
from eakg.serve.app.problems import problem_of
from eakg.serve.data.service import ENTAILMENT, SD
from eakg.sparql.failures import OverloadedError, from_message, to_message
from eakg.store.request import Limits
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.holdings import client_of, small_contents

SELECT = "SELECT ?s ?o { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o } ORDER BY ?s ?o"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
CROSS_JOIN = """SELECT (COUNT(*) AS ?n) {
  ?a ?a1 ?a2 . ?b ?b1 ?b2 . ?c ?c1 ?c2 . ?d ?d1 ?d2 . ?e ?e1 ?e2 . ?f ?f1 ?f2
  FILTER(CONCAT(STR(?a), STR(?b), STR(?c), STR(?d), STR(?e), STR(?f)) = 'never') }"""
LIMITS = Limits(timeout=1.0, memory=96 << 20, result=1 << 20)
PROBLEM = "application/problem+json"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv; charset=utf-8", "text/tab-separated-values; charset=utf-8"


@pytest.fixture(scope="module")
def keeper() -> Iterator[KeeperProcess]:
    with KeeperProcess(small_contents(), LIMITS) as process:
        yield process


@pytest.fixture(scope="module")
def client(keeper: KeeperProcess) -> FlaskClient:
    return client_of(keeper)


def get(client: FlaskClient, query: str, accept: str | None = None, **more: str) -> TestResponse:
    headers = {} if accept is None else {"Accept": accept}
    return client.get("/sparql", query_string={"query": query, **more}, headers=headers)


def is_problem(response: TestResponse, status: int) -> dict[str, object]:
    assert response.status_code == status
    assert response.content_type == PROBLEM
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    said: dict[str, object] = json.loads(response.data)
    assert said["status"] == status
    assert said["detail"]
    return said


@pytest.mark.parametrize(
    ("query", "accept", "given"),
    [
        (SELECT, None, JSON),
        (SELECT, "*/*", JSON),
        (SELECT, "application/*", JSON),
        (SELECT, "text/csv", CSV),
        (SELECT, "TEXT/CSV", CSV),
        (SELECT, "text/csv; charset=utf-8", CSV),
        (SELECT, "text/tab-separated-values", TSV),
        (SELECT, XML, XML),
        (
            SELECT,
            f"text/csv;q=0.4, {XML};q=0.5",
            "application/sparql-results+xml",
        ),
        (
            SELECT,
            f"{JSON};q=0, */*;q=0.1",
            "application/sparql-results+xml",
        ),
        (
            SELECT,
            "text/*;q=0.9, text/csv;q=0.1, application/*;q=0.2",
            "text/tab-separated-values; charset=utf-8",
        ),
        (
            SELECT,
            f"text/turtle, {JSON};q=0.1",
            "application/sparql-results+json",
        ),
        (SELECT, "text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("ASK {}", None, JSON),
        (
            "ASK {}",
            f"text/csv, {XML};q=0.1",
            "application/sparql-results+xml",
        ),
        (SELECT, "application/json", JSON),
        (SELECT, "application/xml, application/json;q=0.9", XML),
        (SELECT, f"{JSON};q=0, application/json, */*;q=0.1", XML),
        (CONSTRUCT, "text/plain, */*;q=0.1", "application/n-triples"),
        (CONSTRUCT, "application/json", "application/ld+json"),
        (CONSTRUCT, "text/xml", "application/rdf+xml"),
        (CONSTRUCT, None, "text/turtle; charset=utf-8"),
        (CONSTRUCT, "*/*", "text/turtle; charset=utf-8"),
        (CONSTRUCT, "application/*", "application/n-triples"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "application/rdf+xml, text/turtle;q=0.9", "application/rdf+xml"),
        ("DESCRIBE <urn:x>", "application/n-triples", "application/n-triples"),
    ],
)
def test_negotiation(client: FlaskClient, query: str, accept: str | None, given: str) -> None:
    response = get(client, query, accept)
    assert (response.status_code, response.content_type) == (200, given)
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize(
    ("query", "accept", "there_is"),
    [
        (SELECT, "text/turtle", "text/csv"),
        (SELECT, "image/png", "application/sparql-results+json"),
        (SELECT, "*/*;q=0", "application/sparql-results+json"),
        ("ASK {}", "text/csv", "application/sparql-results+xml"),
        (CONSTRUCT, "application/sparql-results+json", "application/ld+json"),
    ],
)
def test_not_acceptable(client: FlaskClient, query: str, accept: str, there_is: str) -> None:
    assert there_is in is_problem(get(client, query, accept), 406)["available"]


@pytest.mark.parametrize(
    ("query", "name", "given"),
    [
        (SELECT, "json", "application/sparql-results+json"),
        (SELECT, "xml", "application/sparql-results+xml"),
        (SELECT, "csv", "text/csv"),
        (SELECT, "tsv", "text/tab-separated-values"),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "html", "text/html"),
        (CONSTRUCT, "turtle", "text/turtle"),
        (CONSTRUCT, "ttl", "text/turtle"),
        (CONSTRUCT, "nt", "application/n-triples"),
        (CONSTRUCT, "ntriples", "application/n-triples"),
        (CONSTRUCT, "jsonld", "application/ld+json"),
        (CONSTRUCT, "rdf", "application/rdf+xml"),
        (CONSTRUCT, "rdfxml", "application/rdf+xml"),
        (CONSTRUCT, "xml", "application/rdf+xml"),
        (CONSTRUCT, "json", "application/ld+json"),
    ],
)
def test_format_parameter(client: FlaskClient, query: str, name: str, given: str) -> None:
    assert get(client, query, "image/png", format=name).mimetype == given


@pytest.mark.parametrize(("query", "name"), [(SELECT, "ttl"), (SELECT, "docx"), ("ASK {}", "csv")])
def test_format_parameter_without_effect(client: FlaskClient, query: str, name: str) -> None:
    is_problem(get(client, query, format=name), 406)


def test_format_may_be_said_in_several_ways(client: FlaskClient) -> None:
    parameters = [("query", CONSTRUCT), ("format", "rdf/xml"), ("format", "application/rdf+xml")]
    assert client.get("/sparql", query_string=parameters).mimetype == "application/rdf+xml"


def test_ask_has_no_csv_and_says_so(client: FlaskClient) -> None:
    assert "ASK has no format csv" in str(
        is_problem(get(client, "ASK {}", format="csv"), 406)["detail"]
    )


@pytest.mark.parametrize("accept", ["text/csv", "text/html"])
def test_three_ways_to_send(client: FlaskClient, accept: str) -> None:
    headers = {"Accept": accept}
    form = client.post("/sparql", data={"query": SELECT}, headers=headers)
    direct = client.post(
        "/sparql", data=SELECT, content_type="application/sparql-query", headers=headers
    )
    assert get(client, SELECT, accept).data == form.data == direct.data


def test_csv_has_the_rows(client: FlaskClient) -> None:
    rows = list(csv.reader(io.StringIO(get(client, SELECT, "text/csv").text)))
    assert rows[0] == ["s", "o"]
    assert ["https://w3id.org/eakg/id/japan", "日本"] in rows


@pytest.mark.parametrize("method", ["get", "post"])
def test_parameters_are_decoded_once(client: FlaskClient, method: str) -> None:
    pairs = urlencode({"query": "SELECT ('%41 + é' AS ?x) {}", "format": "csv"})
    if method == "get":
        response = client.get(f"/sparql?{pairs}")
    else:
        response = client.post(
            "/sparql", data=pairs, content_type="application/x-www-form-urlencoded"
        )
    assert response.text == "x\r\n%41 + é\r\n"


@pytest.mark.parametrize(
    "query_string",
    [
        "closure=full",
        "query=ASK{}&query=ASK{}",
        "query=%FF",
        "query=ASK{}&closure=some",
        "query=ASK{}&timeout=-1",
        "query=ASK{}&infer=rdfs%2B%2B",
        "query=ASK{}&closure=full&infer=false",
        "query=ASK{}&infer=true&reasoning=false",
        "query=ASK{}&$x=<a:b>",
        "query=ASK{}&limit=10",
        "query=ASK{}&timeout=nan",
        "query=ASK{}&timeout=soon",
        "query=ASK{}&" + "&".join(f"a{number}=1" for number in range(1001)),
    ],
)
def test_bad_parameters(client: FlaskClient, query_string: str) -> None:
    assert is_problem(client.get(f"/sparql?{query_string}"), 400)["code"] == "bad-parameter"


def test_bad_bodies(client: FlaskClient) -> None:
    def post(data: bytes, content_type: str | None, path: str = "/sparql") -> TestResponse:
        return client.post(path, data=data, content_type=content_type)

    form, query = "application/x-www-form-urlencoded", "application/sparql-query"
    is_problem(post(b"", form), 400)
    is_problem(post(b"query=%FF", form), 400)
    is_problem(post(b"query=\xff", form), 400)
    is_problem(post(b"update=CLEAR+ALL", form), 400)
    is_problem(post(b"ASK { '\xff' }", query), 400)
    is_problem(post(b"ASK {}", query, "/sparql?query=ASK{}"), 400)
    is_problem(post(b"ASK {}", f"{query}; charset=utf-16"), 415)
    is_problem(post(b"CLEAR ALL", "application/sparql-update"), 415)
    is_problem(post(b"{}", "application/json"), 415)
    response = post(b"ASK {}", None)
    assert query in is_problem(response, 415)["available"]
    assert query in response.headers["Accept-Post"]
    is_problem(post(b"#" * (1 << 20) + b"ASK {}", query), 413)
    is_problem(post(b"query=ASK{}&x=" + b"x" * (1 << 20), form), 413)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods(client: FlaskClient, method: str) -> None:
    response = client.open("/sparql", method=method)
    is_problem(response, 405)
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_head_is_get_without_the_body(client: FlaskClient) -> None:
    for query_string in ({"query": SELECT}, {}):
        head = client.head("/sparql", query_string=query_string)
        whole = client.get("/sparql", query_string=query_string)
        assert head.data == b""
        for name in ("Content-Type", "Content-Length", "ETag"):
            assert head.headers[name] == whole.headers[name]


def test_options(client: FlaskClient) -> None:
    response = client.options("/sparql", headers={"Origin": "https://elsewhere.example"})
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]


def test_syntax_error_has_its_place(client: FlaskClient) -> None:
    said = is_problem(get(client, "SELECT * {\n ?s ?p }"), 400)
    assert (said["code"], said["line"], said["column"]) == ("query-syntax", 2, 8)
    assert "line 2, column 8" in str(said["detail"])


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", 403, "query-refused"),
        ("ASK FROM <http://127.0.0.1/> {}", 403, "query-refused"),
        ("ASK FROM <http://[> {}", 403, "query-refused"),
        ("ASK { <http://[> ?p ?o }", 400, "query-syntax"),
        ("LOAD <http://127.0.0.1/>", 400, "query-syntax"),
        ("DROP ALL", 400, "query-syntax"),
        ("SELECT (<urn:f>(1) AS ?x) {}", 400, "evaluation"),
        ("ASK {" + "{" * 9999 + "}" * 9999 + "}", 400, "query-too-complex"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", 403, "result-too-large"),
    ],
)
def test_failures(client: FlaskClient, query: str, status: int, code: str) -> None:
    response = client.post("/sparql", data={"query": query})
    assert is_problem(response, status)["code"] == code
    assert "ETag" not in response.headers


TERM = "<<( <urn:a> <urn:b> <urn:c> )>>"


@pytest.mark.parametrize(
    ("query", "accept", "view"),
    [
        (f"SELECT ({TERM} AS ?t) {{}}", "text/html", "table"),
        (f"CONSTRUCT {{ <urn:s> <urn:p> {TERM} }} {{}}", "text/html", "graph"),
        (f"CONSTRUCT {{ <urn:s> <urn:p> {TERM} }} {{}}", "application/ld+json", "table"),
        (r'SELECT ("\u0001" AS ?t) {}', XML, "table"),
        ("CONSTRUCT { <urn:s> <urn:p/> <urn:o> } {}", "application/rdf+xml", "table"),
    ],
)
def test_what_a_representation_cannot_hold(
    client: FlaskClient, query: str, accept: str, view: str
) -> None:
    response = get(client, query, accept, view=view)
    assert response.status_code == 406
    assert "cannot" in response.text
    assert get(client, query, f"{accept};q=0.1, {JSON}, text/turtle").status_code == 200


@pytest.mark.parametrize("form", ["SELECT *", "CONSTRUCT { ?s ?p ?o }"])
def test_pages_of_large_results_are_refused(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """Making one would take a web process more time and memory than a query may take."""
    query = {"query": form + " { ?s ?p ?o }"}
    size = len(client.post("/sparql", data=query).data)
    monkeypatch.setattr("eakg.serve.pages.result.page._READ", size - 1)
    page = client.post("/sparql", data=query, headers={"Accept": "text/html"})
    assert page.status_code == 403
    assert "too large for a page" in page.text
    assert client.post("/sparql", data=query).status_code == 200


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (CROSS_JOIN, "time-limit"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?l", "memory-limit"),
    ],
)
def test_limits_are_503(client: FlaskClient, query: str, code: str) -> None:
    response = get(client, query, timeout="60")
    assert is_problem(response, 503)["code"] == code
    assert int(response.headers["Retry-After"]) >= 1
    assert get(client, "ASK {}").status_code == 200


def test_timeout_lowers_the_limit(client: FlaskClient) -> None:
    assert is_problem(get(client, CROSS_JOIN, timeout="0.1"), 503)["seconds"] == 0.1


def test_dead_store_is_503() -> None:
    process = KeeperProcess(small_contents())
    client = client_of(process)
    assert client.get("/health").json["status"] == "ok"
    process.stop()
    assert is_problem(get(client, "ASK {}"), 503)["code"] == "store-unreachable"
    response = client.get("/health")
    assert (response.status_code, response.json["status"]) == (503, "unavailable")
    for path in ("/id/japan", "/doc/japan", "/", "/ontology"):
        is_problem(client.get(path), 503)


def test_entity_tag_follows_what_the_bytes_depend_on(client: FlaskClient) -> None:
    variants = [
        get(client, SELECT),
        get(client, SELECT + " "),
        get(client, SELECT, "text/csv"),
        get(client, SELECT, closure="asserted"),
        get(client, SELECT, **{"default-graph-uri": str(GRAPH["inferred"])}),
        get(client, SELECT, **{"named-graph-uri": str(GRAPH["inferred"])}),
    ]
    tags = [response.headers["ETag"] for response in variants]
    assert len(set(tags)) == len(tags)
    assert get(client, SELECT).headers["ETag"] == tags[0]
    assert not tags[0].startswith("W/")


def test_not_modified(client: FlaskClient) -> None:
    tag = get(client, SELECT).headers["ETag"]
    for value, status in ((tag, 304), (f'"x", {tag}', 304), ('"x"', 200), ("*", 304)):
        response = client.get(
            "/sparql", query_string={"query": SELECT}, headers={"If-None-Match": value}
        )
        assert response.status_code == status
        assert response.headers["ETag"] == tag
        assert (response.data == b"") == (status == 304)


def test_volatile_results_are_not_stored(client: FlaskClient) -> None:
    response = get(client, "SELECT (NOW() AS ?x) {}")
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_closure_and_dataset(client: FlaskClient) -> None:
    def count(**more: str) -> int:
        response = get(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", format="csv", **more)
        return int(response.text.split()[1])

    assert count() == 52
    assert count(closure="asserted") == 47
    assert count(**{"default-graph-uri": str(GRAPH["evidence/record"])}) == 9
    assert count(**{"named-graph-uri": str(GRAPH["evidence/record"])}) == 0
    two = client.get(
        "/sparql",
        query_string=[
            ("query", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
            ("default-graph-uri", str(GRAPH["evidence/record"])),
            ("default-graph-uri", str(GRAPH["inferred"])),
            ("format", "csv"),
        ],
    )
    assert two.text.split()[1] == "14"


def test_bare_get_describes_the_service(client: FlaskClient) -> None:
    response = client.get("/sparql")
    assert response.mimetype == "text/turtle"
    graph = Graph().parse(data=response.data, format="turtle")
    service = URIRef("http://localhost/sparql")
    assert (service, SD.endpoint, service) in graph
    assert (service, SD.defaultEntailmentRegime, ENTAILMENT["OWL-RDF-Based"]) in graph
    default = graph.value(graph.value(service, SD.defaultDataset), SD.defaultGraph)
    assert int(graph.value(default, VOID.triples)) == 52
    names = set(graph.objects(None, SD.name))
    assert names == {
        GRAPH[name]
        for name in (
            "ontology",
            "source/record",
            "background/states",
            "evidence/record",
            "inferred",
        )
    }
    assert (None, RDF.type, SD.Service) in graph


def test_bare_get_negotiates(client: FlaskClient, keeper: KeeperProcess) -> None:
    page = client.get("/sparql", headers={"Accept": "text/html"})
    assert "<textarea" in page.text
    assert client.get("/sparql?format=nt").mimetype == "application/n-triples"
    is_problem(client.get("/sparql?format=csv"), 406)
    is_problem(client.get("/sparql", headers={"Accept": "text/csv"}), 406)
    public = client_of(keeper, "https://example.org").get("/sparql?format=nt")
    assert b"<https://example.org/sparql>" in public.data
    assert b"localhost" not in public.data


def test_result_page(client: FlaskClient) -> None:
    page = get(client, SELECT, "text/html").text
    assert '<a href="/doc/japan" title="https://w3id.org/eakg/id/japan">id:japan</a>' in page
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "Yes" in get(client, "ASK {}", "text/html").text
    assert "prefix" in get(client, CONSTRUCT, "text/html").text
    refused = get(client, "SELECT * {", "text/html")
    assert (refused.status_code, refused.mimetype) == (400, "text/html")


@pytest.mark.parametrize(("seconds", "said"), [(0.2, "1"), (2.3, "3"), (None, "5")])
def test_a_refusal_says_when_the_line_is_gone(seconds: float | None, said: str) -> None:
    """RFC 9110 section 10.2.3: whole seconds; the error comes from another process."""
    error = from_message(to_message(OverloadedError("too many queries are waiting", seconds)))
    problem = problem_of(error, "/sparql")
    assert problem.status == 503
    assert problem.headers["Retry-After"] == said
