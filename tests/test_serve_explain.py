"""`/explain`: proofs over HTTP."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from rdflib import Graph
from rdflib.namespace import PROV, RDF

from eakg.dataset.layout import Layout
from eakg.serve.application import create_app
from eakg.serve.settings import Settings
from eakg.store import Limits

MONGOLIA = {
    "s": "https://w3id.org/eakg/id/mongolia",
    "p": "<https://w3id.org/eakg/ontology#entitledToAttend>",
    "o": "<https://w3id.org/eakg/id/arf-som-2020-07-21>",
}


class NoStore:
    """Proofs ask no store."""


@pytest.fixture(scope="module")
def client(layout: Layout) -> Iterator[FlaskClient]:
    files = tuple((str(name), str(path)) for name, path in layout.named_graphs())
    settings = Settings("", "data-1", Limits(), files=files)
    yield create_app(settings, NoStore()).test_client()


def test_a_proof_in_json(client: FlaskClient) -> None:
    response = client.get("/explain", query_string=MONGOLIA)
    assert (response.status_code, response.content_type) == (200, "application/json")
    proof = response.get_json()
    assert proof["by"] == "prp-spo2"
    assert proof["triple"]["s"] == "<https://w3id.org/eakg/id/mongolia>"
    assert {premise["by"] for premise in proof["premises"]} == {"asserted", "prp-spo2", "prp-inv1"}


def test_a_proof_in_turtle(client: FlaskClient) -> None:
    response = client.get("/explain", query_string=MONGOLIA, headers={"Accept": "text/turtle"})
    assert response.content_type == "text/turtle; charset=utf-8"
    graph = Graph().parse(data=response.text, format="turtle")
    assert (None, RDF.type, PROV.Activity) in graph


def test_it_is_validated(client: FlaskClient) -> None:
    first = client.get("/explain", query_string=MONGOLIA)
    headers = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/explain", query_string=MONGOLIA, headers=headers).status_code == 304
    again = client.get("/explain", query_string=MONGOLIA)
    assert (again.data, again.headers["ETag"]) == (first.data, first.headers["ETag"])


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"o": "<https://w3id.org/eakg/id/asean>"}, 404),
        ({"o": '"none"'}, 404),
        ({"o": "none"}, 400),
        ({"o": ""}, 400),
        ({"o": ["<http://x/a>", "<http://x/b>"]}, 400),
    ],
)
def test_what_has_no_proof(client: FlaskClient, change: dict[str, str], status: int) -> None:
    response = client.get("/explain", query_string=MONGOLIA | change)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"


def test_a_missing_term(client: FlaskClient) -> None:
    assert client.get("/explain?s=http://x/a").status_code == 400


def test_other_formats(client: FlaskClient) -> None:
    headers = {"Accept": "image/png"}
    response = client.get("/explain", query_string=MONGOLIA, headers=headers)
    assert response.status_code == 406
    assert response.get_json()["available"] == [
        "application/json",
        "text/turtle",
        "text/html",
    ]
