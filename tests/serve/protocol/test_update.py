"""The update operation of the SPARQL protocol: who may, what comes of it, what is refused."""

import json
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eakg.names import INFERRED_GRAPH
from helpers.serving import BEARER, writable_client

pytestmark = pytest.mark.slow

UPDATE = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"
INSERT = "INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> 1 } }"
COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { <urn:s> ?p ?o } }"


@pytest.fixture
def client() -> FlaskClient:
    return writable_client()


def update(
    client: FlaskClient,
    data: str | bytes,
    content_type: str | None = UPDATE,
    path: str = "/update",
    headers: dict[str, str] | None = None,
) -> TestResponse:
    return client.post(
        path, data=data, content_type=content_type, headers=BEARER if headers is None else headers
    )


def is_problem(response: TestResponse, status: int, code: str) -> dict[str, object]:
    assert response.status_code == status, response.data
    assert response.content_type == "application/problem+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    said: dict[str, object] = json.loads(response.data)
    assert (said["status"], said["code"]) == (status, code)
    assert said["detail"]
    return said


def count(client: FlaskClient) -> int:
    response = client.get("/sparql", query_string={"query": COUNT, "format": "csv"})
    return int(response.text.split()[1])


def test_an_update_is_visible_in_what_follows(client: FlaskClient) -> None:
    before = client.get("/sparql", query_string={"query": COUNT})
    response = update(client, INSERT)
    assert response.status_code == 200
    assert (response.json["added"], response.json["removed"]) == (1, 0)
    after = client.get(
        "/sparql",
        query_string={"query": COUNT},
        headers={"If-None-Match": before.headers["ETag"]},
    )
    assert after.status_code == 200
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.headers["EAKG-Data-Version"] == response.json["version"]
    assert count(client) == 1


def test_an_update_in_a_form(client: FlaskClient) -> None:
    assert update(client, urlencode({"update": INSERT}), FORM).status_code == 200
    assert count(client) == 1


def test_the_dataset_of_the_protocol(client: FlaskClient) -> None:
    update(client, "INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> 1 } <urn:s> <urn:p> 2 }")
    copied = "INSERT { GRAPH <urn:h> { ?s ?p ?o } } WHERE { ?s ?p ?o FILTER(isNumeric(?o)) }"
    pairs = [("update", copied), ("using-graph-uri", "urn:g")]
    assert update(client, urlencode(pairs), FORM).json["added"] == 1
    named = "INSERT { GRAPH <urn:i> { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }"
    path = "/update?" + urlencode({"using-named-graph-uri": "urn:g"})
    assert update(client, named, UPDATE, path).json["added"] == 1


def test_relative_iris_are_resolved(client: FlaskClient) -> None:
    update(client, "INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> <x> } }")
    asked = {"query": "SELECT ?o { GRAPH <urn:g> { ?s ?p ?o } }", "format": "csv"}
    assert client.get("/sparql", query_string=asked).text == "o\r\nhttp://localhost/x\r\n"


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({}, None),
        ({"Authorization": "Bearer wrong"}, "invalid_token"),
        ({"Authorization": "Bearer"}, "invalid_token"),
        ({"Authorization": "Bearer \xe9"}, "invalid_token"),
        ({"Authorization": "Basic eDp4"}, None),
        ({"Authorization": "token-of-the-tests"}, None),
    ],
)
def test_only_the_bearer_of_the_token_may(
    client: FlaskClient, headers: dict[str, str], error: str | None
) -> None:
    response = update(client, INSERT, headers=headers)
    is_problem(response, 401, "unauthorized")
    challenge = response.headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer ")
    assert (f'error="{error}"' in challenge) == (error is not None)
    assert count(client) == 0


def test_the_scheme_is_read_in_any_case(client: FlaskClient) -> None:
    headers = {"Authorization": BEARER["Authorization"].replace("Bearer", "bearer")}
    assert update(client, INSERT, headers=headers).status_code == 200


def test_nobody_may_where_it_is_not_writable() -> None:
    client = writable_client(writable=False)
    assert "--writable" in str(is_problem(update(client, INSERT), 403, "read-only")["detail"])


def test_nobody_may_where_there_is_no_token() -> None:
    client = writable_client(token=None)
    for headers in (BEARER, {}, {"Authorization": "Bearer "}):
        is_problem(update(client, INSERT, headers=headers), 403, "read-only")


@pytest.mark.parametrize(
    ("data", "content_type", "status", "code"),
    [
        (b"", UPDATE, 200, None),
        (b"", FORM, 400, "bad-parameter"),
        (b"update=CLEAR+ALL&update=CLEAR+ALL", FORM, 400, "bad-parameter"),
        (b"update=CLEAR+ALL&query=ASK{}", FORM, 400, "bad-parameter"),
        (b"update=%FF", FORM, 400, "bad-parameter"),
        (b"INSERT DATA { <urn:s> <urn:p> '\xff' }", UPDATE, 400, "bad-parameter"),
        (b"update=CLEAR+ALL&using-graph-uri=a+b", FORM, 400, "bad-parameter"),
        (b"update=CLEAR+ALL&timeout=-1", FORM, 400, "bad-parameter"),
        (b"CLEAR ALL", "text/plain", 415, "unsupported-media-type"),
        (b"CLEAR ALL", None, 415, "unsupported-media-type"),
        (b"CLEAR ALL", "application/sparql-query", 415, "unsupported-media-type"),
        (b"CLEAR ALL", f"{UPDATE}; charset=utf-16", 415, "unsupported-media-type"),
        (b"--a--", "multipart/form-data; boundary=a", 415, "unsupported-media-type"),
        (b"INSERT DATA {\n <urn:s> <urn:p> }", UPDATE, 400, "query-syntax"),
        (b"SELECT * {}", UPDATE, 400, "query-syntax"),
        (b"LOAD <http://127.0.0.1:9/>", UPDATE, 403, "update-refused"),
        (b"LOAD <file:///etc/hostname> INTO GRAPH <urn:g>", UPDATE, 403, "update-refused"),
        (
            b"INSERT { <urn:s> <urn:p> ?x } WHERE { SERVICE <http://127.0.0.1:9/> { ?x ?y ?z } }",
            UPDATE,
            403,
            "update-refused",
        ),
        (b"DROP GRAPH <urn:none>", UPDATE, 404, "graph-not-found"),
        (b"INSERT DATA { GRAPH <urn:g> { } } ; CREATE GRAPH <urn:h>", UPDATE, 200, None),
        (
            f"INSERT DATA {{ GRAPH <{INFERRED_GRAPH}> {{ <urn:s> <urn:p> 1 }} }}".encode(),
            UPDATE,
            403,
            "update-refused",
        ),
    ],
)
def test_what_is_sent(
    client: FlaskClient, data: bytes, content_type: str | None, status: int, code: str | None
) -> None:
    response = update(client, data, content_type)
    if code is None:
        assert response.status_code == status
    else:
        is_problem(response, status, code)
    assert count(client) == 0


def test_coded_bodies_are_not_read(client: FlaskClient) -> None:
    headers = {**BEARER, "Content-Encoding": "gzip"}
    is_problem(update(client, INSERT, headers=headers), 415, "unsupported-media-type")


def test_a_syntax_error_has_its_place(client: FlaskClient) -> None:
    said = is_problem(update(client, f"{INSERT} ;\nINSERT DAT {{}}"), 400, "query-syntax")
    assert (said["line"], said["column"]) == (2, 8)
    assert count(client) == 0


def test_other_methods(client: FlaskClient) -> None:
    for method in ("GET", "PUT", "DELETE"):
        response = client.open("/update?update=CLEAR+ALL", method=method, headers=BEARER)
        is_problem(response, 405, "method-not-allowed")
        assert response.headers["Allow"] == "OPTIONS, POST"


def test_browsers_elsewhere_may_ask_whether_they_may(client: FlaskClient) -> None:
    response = client.options("/update", headers={"Origin": "https://elsewhere.example"})
    assert response.status_code == 200
    assert "Authorization" in response.headers["Access-Control-Allow-Headers"]
    assert "POST" in response.headers["Access-Control-Allow-Methods"]


def test_a_contradiction_is_refused_with_its_explanation(client: FlaskClient) -> None:
    owl = "http://www.w3.org/2002/07/owl#"
    data = f"<urn:A> <{owl}disjointWith> <urn:B> . <urn:s> a <urn:A>"
    text = f"INSERT DATA {{ GRAPH <urn:g> {{ {data} }} }}"
    assert update(client, text).status_code == 200
    response = update(client, "INSERT DATA { GRAPH <urn:h> { <urn:s> a <urn:B> } }")
    said = is_problem(response, 409, "contradiction")
    (found,) = said["explanation"]
    assert found["rule"] == "cax-dw"
    assert any("<urn:B>" in str(proof) for proof in found["triples"])
    asked = {"query": "ASK { GRAPH <urn:h> { ?s ?p ?o } }"}
    assert client.get("/sparql", query_string=asked).get_json()["boolean"] is False
