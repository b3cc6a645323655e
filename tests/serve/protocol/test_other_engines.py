"""What clients of other engines send, taken for what they mean by it."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from eakg.rdf.formats import FORMATS, ResultKind, find_format, formats_for
from helpers.serving import BEARER, writable_client

SELECT, ASK = "SELECT * { ?s ?p ?o } LIMIT 3", "ASK {}"
CONSTRUCT, DESCRIBE = "CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE <https://w3id.org/eakg/id/japan>"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
SPARQL_JSON, TURTLE = "application/sparql-results+json", "text/turtle"


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    yield writable_client()


@pytest.mark.parametrize("parameter", ["format", "output", "results"])
@pytest.mark.parametrize(
    ("query", "name", "media_type"),
    [
        (SELECT, "application/json", SPARQL_JSON),
        (SELECT, "application/sparql-results+json", SPARQL_JSON),
        (SELECT, "application/xml", "application/sparql-results+xml"),
        (SELECT, "sparql", "application/sparql-results+xml"),  # Fuseki's
        (SELECT, "srj", SPARQL_JSON),
        (SELECT, "text/csv;charset=utf-8", "text/csv"),
        (ASK, "application/json", SPARQL_JSON),
        (CONSTRUCT, "application/json", "application/ld+json"),
        (CONSTRUCT, "text/n3", TURTLE),
        (CONSTRUCT, "text/rdf+n3", TURTLE),
        (CONSTRUCT, "n3", TURTLE),
        (CONSTRUCT, "application/x-turtle", TURTLE),
        (DESCRIBE, "rdf+xml", "application/rdf+xml"),
        (DESCRIBE, "application/rdf+xml", "application/rdf+xml"),
        (DESCRIBE, "text/plain", "application/n-triples"),
    ],
)
def test_a_format_has_one_set_of_names(
    client: FlaskClient, parameter: str, query: str, name: str, media_type: str
) -> None:
    response = client.get("/sparql", query_string={"query": query, parameter: name})
    assert (response.status_code, response.mimetype) == (200, media_type)
    # As pasted from an address of Virtuoso: the plus sign there is a space.
    bare = urlencode({"query": query}) + f"&{parameter}={name}"
    assert client.get(f"/sparql?{bare}").mimetype == media_type


@pytest.mark.parametrize("kind", ResultKind)
def test_what_accept_knows_format_knows(kind: ResultKind) -> None:
    for one in formats_for(kind):
        for name in one.names | {one.media_type.upper(), f"{one.media_type}; charset=utf-8"}:
            found = find_format(name, kind)
            assert found is not None
            assert kind in found.kinds
        for name in one.generic:
            assert find_format(name, kind) in formats_for(kind)


def test_no_name_is_of_two_formats() -> None:
    names = [name for one in FORMATS for name in one.names]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("parameter", ["format", "output", "results"])
@pytest.mark.parametrize(
    ("query", "name"), [(SELECT, "pdf"), (ASK, "csv"), (SELECT, "turtle"), (CONSTRUCT, "tsv")]
)
def test_what_there_is_is_listed(
    client: FlaskClient, parameter: str, query: str, name: str
) -> None:
    response = client.get("/sparql", query_string={"query": query, parameter: name})
    assert response.status_code == 406
    assert response.json is not None
    assert len(response.json["available"]) > 2


def test_an_empty_name_is_none(client: FlaskClient) -> None:
    given = {"query": SELECT, "format": "", "output": "", "timeout": "", "infer": ""}
    response = client.get("/sparql", query_string=given | {"default-graph-uri": ""})
    assert (response.status_code, response.mimetype) == (200, SPARQL_JSON)


@pytest.mark.parametrize("name", ["infer", "reasoning", "includeInferred"])
def test_inference_by_the_names_of_others(client: FlaskClient, name: str) -> None:
    """RDF4J and GraphDB, Stardog, Blazegraph."""

    def ask(**given: str) -> tuple[str, bytes]:
        response = client.get("/sparql", query_string={"query": COUNT, **given})
        assert response.status_code == 200
        return response.headers["EAKG-Closure"], response.data

    asserted, full = ask(closure="asserted"), ask()
    assert asserted != full
    assert ask(**{name: "false"}) == ask(**{name: "FALSE"}) == asserted
    assert ask(**{name: "true"}) == ask(**{name: "true", "closure": "full"}) == full
    for wrong in ({name: "maybe"}, {name: "true", "closure": "asserted"}):
        response = client.get("/sparql", query_string={"query": COUNT, **wrong})
        assert response.status_code == 400
        assert response.json is not None
        assert name in response.json["detail"]


@pytest.mark.parametrize("value", ["0", "0.0", "", "30000"])
def test_no_lower_limit(client: FlaskClient, value: str) -> None:
    """30000 are Virtuoso's milliseconds: more than the service gives, so what it gives."""
    response = client.get("/sparql", query_string={"query": COUNT, "timeout": value})
    assert response.status_code == 200


@pytest.mark.parametrize(("name", "word"), [("$s", "VALUES"), ("limit", "LIMIT"), ("offset", "OF")])
def test_what_would_be_another_answer_is_refused(client: FlaskClient, name: str, word: str) -> None:
    response = client.get("/sparql", query_string={"query": COUNT, name: "1"})
    assert response.status_code == 400
    assert response.json is not None
    assert word in response.json["detail"]


@pytest.mark.slow
def test_a_slash_at_the_end_of_a_fixed_address(client: FlaskClient) -> None:
    rules = [rule for rule in client.application.url_map.iter_rules() if not rule.arguments]
    paths = {rule.rule for rule in rules if "GET" in (rule.methods or ()) and rule.rule != "/"}
    assert "/sparql" in paths
    for path in sorted(paths):
        plain, slashed = client.get(path), client.get(f"{path}/")
        assert slashed.status_code == plain.status_code, path
        assert slashed.mimetype == plain.mimetype
    given = {"query": ASK}
    assert client.post("/sparql/", data=given).data == client.post("/sparql", data=given).data
    clear = {"update": "CLEAR SILENT GRAPH <urn:none>"}
    assert client.post("/update/", data=clear, headers=BEARER).status_code == 200
    assert client.options("/sparql/").headers["Allow"] == client.options("/sparql").headers["Allow"]
    # A thing whose name has one is another thing.
    assert client.get("/id/japan").status_code == 303
    assert client.get("/id/japan/").status_code == 404


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("queryid", {"queryid"}),
        ("x-a, X-B,authorization", {"x-a", "x-b", "authorization"}),
        ("good, bad header, bad:er, b\u00e4d, ", {"good"}),
        (
            "",
            {
                *("accept", "accept-datetime", "authorization", "content-type"),
                *("if-match", "if-none-match"),
            },
        ),
    ],
)
@pytest.mark.parametrize("path", ["/sparql", "/update", "/graphs", "/search", "/id/japan"])
def test_a_preflight_is_given_what_it_asks_for(
    client: FlaskClient, path: str, field: str, expected: set[str]
) -> None:
    """Fetch, section 3.3.3: each header that a page elsewhere sends is among those allowed."""
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    response = client.options(path, headers={**headers, "Access-Control-Request-Headers": field})
    assert response.status_code == 200
    allowed = response.headers["Access-Control-Allow-Headers"].lower()
    assert {name.strip() for name in allowed.split(",")} == expected
    assert "Access-Control-Request-Headers" in response.headers["Vary"]


@pytest.mark.slow
def test_an_update_has_no_state_to_depend_on() -> None:
    """RFC 9110 section 13.1: /update has no representation, so that If-Match never holds."""
    client = writable_client()
    count = client.get("/sparql", query_string={"query": COUNT}).data
    headers = {**BEARER, "Content-Type": "application/sparql-update"}
    for field in ("*", '"x"', 'W/"x"', '"x', "x"):
        response = client.post("/update", data="CLEAR ALL", headers={**headers, "If-Match": field})
        assert response.status_code == 412
    assert client.get("/sparql", query_string={"query": COUNT}).data == count
    for field in ("*", '"x"'):
        given = {**headers, "If-None-Match": field}
        response = client.post("/update", data="CLEAR GRAPH <urn:none>", headers=given)
        assert (
            response.status_code
            == client.post("/update", data="CLEAR GRAPH <urn:none>", headers=headers).status_code
        )


def test_search_in_json_by_parameter(client: FlaskClient) -> None:
    by_name = client.get("/search", query_string={"q": "japan", "format": "json"})
    by_accept = client.get("/search?q=japan", headers={"Accept": "application/json"})
    assert by_name.mimetype == by_accept.mimetype == "application/json"
    assert by_name.json == by_accept.json == client.get("/search.json?q=japan").json
    assert by_name.json is not None
    assert by_name.json["results"][0]["iri"].endswith("/id/japan")
    refused = client.get("/search?q=japan&format=csv")
    assert refused.status_code == 406
