"""The Graph Store Protocol: which graph is meant, what is written, what is read."""

import json
from urllib.parse import quote, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic
from werkzeug.test import TestResponse

from eakg.names import GRAPH, INFERRED_GRAPH
from eakg.rdf.engine_terms import is_iri
from eakg.sparql.failures import VersionPassedError
from eakg.store.changes.requests import GraphWrite
from eakg.store.embedded import EmbeddedStore
from eakg.store.options import StoreOptions
from helpers.holdings import FOLDER, small_contents
from helpers.serving import BEARER, writable_client
from helpers.tries import tries

pytestmark = pytest.mark.slow

TURTLE = "text/turtle"
SENTENCE = "<urn:s> <urn:p> [ <urn:q> 'x'@en , 1 ] ."
RECORD = str(GRAPH["source/record"])


@pytest.fixture
def client() -> FlaskClient:
    return writable_client()


def write(
    client: FlaskClient,
    method: str,
    path: str,
    data: str | bytes = SENTENCE,
    content_type: str | None = TURTLE,
    **headers: str,
) -> TestResponse:
    return client.open(
        path, method=method, data=data, content_type=content_type, headers={**BEARER, **headers}
    )


def named(iri: str) -> str:
    return f"/graphs?graph={quote(iri, safe='')}"


def is_problem(response: TestResponse, status: int, code: str) -> dict[str, object]:
    assert response.status_code == status, response.data
    assert response.content_type == "application/problem+json"
    said: dict[str, object] = json.loads(response.data)
    assert said["code"] == code
    return said


def graph_at(client: FlaskClient, path: str) -> Graph:
    response = client.get(path, headers={"Accept": TURTLE})
    assert response.status_code == 200, response.data
    return Graph().parse(data=response.data, format="turtle")


def test_reading_needs_no_token() -> None:
    client = writable_client(writable=False)
    record = Graph().parse(FOLDER / "source.ttl")
    for path in ("/graphs/source/record", named(RECORD)):
        assert isomorphic(graph_at(client, path), record)
    assert len(graph_at(client, "/graphs?default")) == 52
    is_problem(write(client, "PUT", "/graphs/a"), 403, "read-only")


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_writing_needs_the_token(client: FlaskClient, method: str) -> None:
    response = client.open(named("urn:g"), method=method, data=SENTENCE, content_type=TURTLE)
    is_problem(response, 401, "unauthorized")
    assert response.headers["WWW-Authenticate"].startswith("Bearer ")


def test_the_life_of_a_graph(client: FlaskClient) -> None:
    path = named("urn:g")
    is_problem(client.get(path), 404, "graph-not-found")
    assert client.head(path).status_code == 404
    created = write(client, "PUT", path)
    assert created.status_code == 201
    assert isomorphic(graph_at(client, created.headers["Location"]), graph_at(client, path))
    assert len(graph_at(client, path)) == 3
    assert write(client, "PUT", path, "<urn:s> <urn:p> 2 .").status_code == 204
    assert write(client, "POST", path, "<urn:s> <urn:p> 3 .").status_code == 204
    assert len(graph_at(client, path)) == 2
    head = client.head(path)
    whole = client.get(path)
    assert head.data == b""
    for name in ("Content-Type", "Content-Length", "ETag"):
        assert head.headers[name] == whole.headers[name]
    assert write(client, "DELETE", path, "", None).status_code == 204
    is_problem(client.get(path), 404, "graph-not-found")
    is_problem(write(client, "DELETE", path, "", None), 404, "graph-not-found")


def test_a_graph_may_be_empty(client: FlaskClient) -> None:
    assert write(client, "PUT", named("urn:g"), "").status_code == 201
    assert len(graph_at(client, named("urn:g"))) == 0


def test_a_tag_holds_until_the_data_change(client: FlaskClient) -> None:
    path = named(RECORD)
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(path, headers={"Accept": "application/n-triples"}).headers["ETag"] != tag
    write(client, "POST", path)
    response = client.get(path, headers={"If-None-Match": tag})
    assert response.status_code == 200
    assert response.headers["ETag"] != tag


def test_conditions_of_writes(client: FlaskClient) -> None:
    path = named("urn:g")
    absent = write(client, "PUT", path, **{"If-Match": "*"})
    is_problem(absent, 412, "precondition-failed")
    assert write(client, "PUT", path, **{"If-None-Match": "*"}).status_code == 201
    is_problem(write(client, "PUT", path, **{"If-None-Match": "*"}), 412, "precondition-failed")
    tag = client.get(path).headers["ETag"]
    other = client.get(path, headers={"Accept": "application/n-triples"}).headers["ETag"]
    assert (
        write(client, "POST", path, "<urn:s> <urn:p> 2 .", **{"If-Match": tag}).status_code == 204
    )
    for method in ("PUT", "POST", "DELETE"):
        for old in (tag, other, '"x"'):
            response = write(client, method, path, **{"If-Match": old})
            is_problem(response, 412, "precondition-failed")
    now = client.get(path).headers["ETag"]
    assert write(client, "DELETE", path, "", None, **{"If-Match": f'"x", {now}'}).status_code == 204


def test_a_change_meant_for_another_version_is_not_made() -> None:
    store = EmbeddedStore(small_contents(), StoreOptions(writable=True))
    first = store.version
    store.update(GraphWrite("urn:g", "put", b"<urn:s> <urn:p> 1 .", "turtle", on_version=first))
    with pytest.raises(VersionPassedError):
        store.update(GraphWrite("urn:g", "delete", on_version=first))
    store.update(GraphWrite("urn:g", "delete", on_version=store.version))


def test_a_new_graph_gets_a_name(client: FlaskClient) -> None:
    places = {write(client, "POST", "/graphs").headers["Location"] for _ in range(2)}
    assert len(places) == 2
    for place in places:
        assert len(graph_at(client, place)) == 3
        # Its address and its name lead to the same graph.
        assert len(graph_at(client, named(place))) == 3
        name = str(GRAPH[place.rpartition("/")[2]])
        assert len(graph_at(client, named(name))) == 3


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (SENTENCE, "text/turtle; charset=UTF-8"),
        ("<urn:s> <urn:p> _:a . _:a <urn:q> 'x'@en , 1 .", TURTLE),
        (
            '<urn:s> <urn:p> _:a .\n_:a <urn:q> "x"@en .\n'
            '_:a <urn:q> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .',
            "application/n-triples",
        ),
        (
            '{"@id": "urn:s", "urn:p": {"urn:q": [{"@value": "x", "@language": "en"}, 1]}}',
            "application/ld+json",
        ),
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">'
            '<rdf:Description rdf:about="urn:s"><u:p rdf:parseType="Resource">'
            '<u:q xml:lang="en">x</u:q>'
            '<u:q rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">1</u:q>'
            "</u:p></rdf:Description></rdf:RDF>",
            "application/rdf+xml",
        ),
    ],
)
def test_each_syntax_says_the_same(client: FlaskClient, data: str, content_type: str) -> None:
    assert write(client, "PUT", named("urn:g"), data, content_type).status_code == 201
    expected = Graph().parse(data=SENTENCE, format="turtle")
    assert isomorphic(graph_at(client, named("urn:g")), expected)


def test_files_of_a_form_are_merged(client: FlaskClient) -> None:
    def part(name: str, kind: str, data: str) -> str:
        disposition = f'form-data; name="{name}"; filename="{name}"'
        return (
            f"--a\r\nContent-Disposition: {disposition}\r\nContent-Type: {kind}\r\n\r\n{data}\r\n"
        )

    first = part("a.ttl", TURTLE, "_:x <urn:p> 1 .")
    second = part("b.nt", "application/n-triples", '_:x <urn:p> "2" .')
    kind = "multipart/form-data; boundary=a"
    assert (
        write(client, "POST", named("urn:g"), f"{first}{second}--a--\r\n", kind).status_code == 201
    )
    # The blank nodes of two documents are two.
    assert len(set(graph_at(client, named("urn:g")).subjects())) == 2
    broken = part("a.ttl", TURTLE, "_:x <urn:p> .")
    said = is_problem(
        write(client, "POST", named("urn:g"), f"{broken}--a--\r\n", kind), 400, "query-syntax"
    )
    assert said["line"] == 1
    unknown = part("a.txt", "text/plain", "x")
    response = write(client, "POST", named("urn:g"), f"{unknown}--a--\r\n", kind)
    is_problem(response, 415, "unsupported-media-type")
    field = '--a\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--a--\r\n'
    is_problem(write(client, "POST", named("urn:g"), field, kind), 400, "bad-parameter")


def test_what_is_no_rdf_has_its_place(client: FlaskClient) -> None:
    said = is_problem(
        write(client, "PUT", named("urn:g"), "<urn:s> <urn:p> 1 .\n<urn:s> ."), 400, "query-syntax"
    )
    assert said["line"] == 2
    is_problem(client.get(named("urn:g")), 404, "graph-not-found")


def test_relative_iris_are_of_the_graph(client: FlaskClient) -> None:
    write(client, "PUT", named("http://a.example/b/c"), "<x> <urn:p> <#y> .")
    write(client, "PUT", "/graphs/b/c", "<x> <urn:p> <#y> .")
    expected = "<http://a.example/b/x> <urn:p> <http://a.example/b/c#y> ."
    assert client.get(f"{named('http://a.example/b/c')}&format=nt").text.strip() == expected
    expected = f"<{GRAPH['b/x']}> <urn:p> <{GRAPH['b/c#y']}> ."
    assert client.get("/graphs/b/c?format=nt").text.strip() == expected


@pytest.mark.parametrize(
    ("method", "path", "content_type", "status", "code"),
    [
        ("GET", "/graphs", None, 400, "bad-parameter"),
        ("GET", "/graphs?default&graph=urn:g", None, 400, "bad-parameter"),
        ("GET", "/graphs?graph=urn:g&graph=urn:h", None, 400, "bad-parameter"),
        ("GET", "/graphs?graph=g", None, 400, "bad-parameter"),
        ("GET", "/graphs?graph=", None, 400, "bad-parameter"),
        ("GET", "/graphs?graph=urn:%3E", None, 400, "bad-parameter"),
        ("GET", "/graphs?graph=%FF", None, 400, "bad-parameter"),
        ("GET", "/graphs/a?graph=urn:g", None, 400, "bad-parameter"),
        ("GET", "/graphs/a?default", None, 400, "bad-parameter"),
        ("GET", f"{named(RECORD)}&format=csv", None, 406, "not-acceptable"),
        ("PUT", "/graphs", TURTLE, 400, "bad-parameter"),
        ("DELETE", "/graphs", None, 400, "bad-parameter"),
        ("PUT", "/graphs?graph=urn:g", "text/plain", 415, "unsupported-media-type"),
        ("PUT", "/graphs?graph=urn:g", "text/csv", 415, "unsupported-media-type"),
        ("PUT", "/graphs?graph=urn:g", None, 415, "unsupported-media-type"),
        (
            "PUT",
            "/graphs?graph=urn:g",
            "text/turtle; charset=utf-16",
            415,
            "unsupported-media-type",
        ),
        ("PUT", named(str(INFERRED_GRAPH)), TURTLE, 403, "update-refused"),
        ("DELETE", "/graphs/inferred", None, 403, "update-refused"),
        ("PATCH", "/graphs?graph=urn:g", TURTLE, 405, "method-not-allowed"),
    ],
)
def test_what_is_refused(
    client: FlaskClient, method: str, path: str, content_type: str | None, status: int, code: str
) -> None:
    is_problem(write(client, method, path, SENTENCE, content_type), status, code)


def test_methods_are_listed(client: FlaskClient) -> None:
    response = client.patch("/graphs")
    assert response.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS, POST, PUT"


def test_what_makes_a_contradiction_is_refused(client: FlaskClient) -> None:
    owl = "@prefix owl: <http://www.w3.org/2002/07/owl#> ."
    data = f"{owl} <urn:A> owl:disjointWith <urn:B> . <urn:s> a <urn:A> , <urn:B> ."
    said = is_problem(write(client, "PUT", named("urn:g"), data), 409, "contradiction")
    assert said["explanation"]
    is_problem(client.get(named("urn:g")), 404, "graph-not-found")


def test_a_name_leads_to_its_graph(client: FlaskClient) -> None:
    response = client.get("/graph/source/record")
    assert (response.status_code, response.headers["Location"]) == (303, "/graphs/source/record")


@settings(max_examples=tries(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.from_regex(r"[^/\n\x00]+(/[^/\n\x00]+)?", fullmatch=True))
def test_every_path_names_one_graph(path: str) -> None:
    """Written directly, it is read at the address that was given, and by its name."""
    client = writable_client()
    assume(path not in {".", ".."})
    place = write(client, "PUT", f"/graphs/{quote(path)}", "<urn:s> <urn:p> <urn:o> .")
    assert place.status_code == 201
    location = urlsplit(place.headers["Location"])
    asked = {"query": "SELECT ?g { GRAPH ?g { <urn:s> <urn:p> <urn:o> } }", "format": "json"}
    found = client.get("/sparql", query_string=asked).get_json()["results"]["bindings"]
    (name,) = (row["g"]["value"] for row in found)
    assert is_iri(name)
    for address in (f"{location.path}?{location.query}", named(name), f"/graphs/{quote(path)}?"):
        assert "<urn:o>" in client.get(f"{address}&format=nt").text


RDF_XML = "application/rdf+xml"
XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">\n'
    '<rdf:Description rdf:about="urn:s"><u:p>{}</u:p></rdf:Description></rdf:RDF>'
)


def declared(encoding: str) -> bytes:
    return f'<?xml version="1.0" encoding="{encoding}"?>\n{XML.format("é")}'.encode(encoding)


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (declared("iso-8859-1"), RDF_XML),
        (declared("utf-16"), RDF_XML),
        (declared("utf-8-sig").replace(b"-sig", b""), RDF_XML),
        (
            "<!DOCTYPE rdf:RDF [<!ENTITY e 'é'>]>\n".encode() + XML.format("&e;").encode(),
            RDF_XML,
        ),
        ("<urn:s> <urn:p> 'é' .".encode("utf-8-sig"), TURTLE),
        ("<urn:s> <urn:p> 'é' .".encode("utf-16"), TURTLE),
        ('<urn:s> <urn:p> "é" .'.encode("utf-8-sig"), "application/n-triples"),
        ('{"@id": "urn:s", "urn:p": "é"}'.encode("utf-8-sig"), "application/ld+json"),
        ('{"@id": "urn:s", "urn:p": "é"}'.encode("utf-16"), "application/ld+json"),
    ],
)
def test_what_others_write_is_read(client: FlaskClient, data: bytes, content_type: str) -> None:
    assert write(client, "PUT", named("urn:g"), data, content_type).status_code == 201
    (value,) = graph_at(client, named("urn:g")).objects()
    assert str(value) == "é"


@pytest.mark.parametrize(
    ("data", "content_type", "line", "words"),
    [
        ("<urn:s> <urn:p>\n'é' .".encode("latin-1"), TURTLE, 2, "is not UTF-8"),
        (XML.format("").replace("urn:s", "urn:s ").encode(), RDF_XML, 2, "has a blank (U+0020)"),
        (
            b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'
            + XML.format("&x;").encode(),
            RDF_XML,
            3,
            "nothing beside the document is read",
        ),
        (
            b'{\n"@context": "https://schema.org/"}',
            "application/ld+json",
            2,
            "remote contexts are not fetched; write the context into the file",
        ),
    ],
)
def test_what_is_refused_with_its_line(
    client: FlaskClient, data: bytes, content_type: str, line: int, words: str
) -> None:
    problem = is_problem(
        write(client, "PUT", named("urn:g"), data, content_type), 400, "query-syntax"
    )
    assert problem["line"] == line
    assert words in str(problem["detail"])
    is_problem(client.get(named("urn:g")), 404, "graph-not-found")


LARGE = "a" * ((16 << 20) + 10)


@pytest.mark.parametrize(
    ("path", "data", "content_type"),
    [
        (named("urn:g"), f"<urn:s> <urn:p> '{LARGE}' .", TURTLE),
        (named("urn:g"), XML.format(LARGE), RDF_XML),
        ("/update", f"INSERT DATA {{ <urn:s> <urn:p> '{LARGE}' }}", "application/sparql-update"),
    ],
)
def test_a_literal_that_is_too_large(
    client: FlaskClient, path: str, data: str, content_type: str
) -> None:
    response = write(client, "POST", path, data, content_type)
    problem = is_problem(response, 413, "literal-too-large")
    assert "16 MiB" in str(problem["detail"])
    assert "Retry-After" not in response.headers


def test_a_byte_order_mark_before_queries_and_updates(client: FlaskClient) -> None:
    ask = "\ufeffASK {}"
    for response in (
        client.get(f"/sparql?query={quote(ask)}"),
        client.post("/sparql", data=ask, content_type="application/sparql-query"),
        client.post("/sparql", data={"query": ask}),
        write(client, "POST", "/update", "\ufeffCLEAR DEFAULT", "application/sparql-update"),
    ):
        assert response.status_code == 200, response.data


def test_a_write_may_say_how_long_it_may_take() -> None:
    client = writable_client()
    body = {"data": b"<urn:a> <urn:b> <urn:c> .", "content_type": "text/turtle", "headers": BEARER}
    made = client.post("/graphs?timeout=20", **body)
    assert made.status_code == 201
    assert "Location" in made.headers
    for path in ("/graphs/new?timeout=20", "/graphs?default&timeout=20"):
        assert client.put(path, **body).status_code in {201, 204}
    assert client.put("/graphs/new?timeout=soon", **body).status_code == 400
    assert client.delete("/graphs/new?timeout=20", headers=BEARER).status_code == 204
