"""From which sets of stated triples a triple follows, as a page and as JSON."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, Literal, Namespace
from rdflib.namespace import RDF, RDFS

from eakg.names import source_graph
from eakg.rdf.terms import Triple
from eakg.reason.closure import materialize
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.pages.proof.view import MOST_JUSTIFICATIONS
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.messages.explanations import (
    justified_explanation_of,
    supported_justifications_of,
)
from eakg.store.messages.kinds import decode, encode
from helpers.patience import PATIENT

EX = Namespace("http://ex.org/")
DATA = """@prefix : <http://ex.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:x a :Dog ; :barks :y . :Dog rdfs:subClassOf :Animal . :barks rdfs:domain :Animal .
:x a :Terrier . :Terrier rdfs:subClassOf :Dog . :x :name "Rex" ."""
ANIMAL: Triple = (EX.x, RDF.type, EX.Animal)
WAYS = {
    frozenset({(EX.x, RDF.type, EX.Dog), (EX.Dog, RDFS.subClassOf, EX.Animal)}),
    frozenset({(EX.x, EX.barks, EX.y), (EX.barks, RDFS.domain, EX.Animal)}),
    frozenset(
        {
            (EX.x, RDF.type, EX.Terrier),
            (EX.Terrier, RDFS.subClassOf, EX.Dog),
            (EX.Dog, RDFS.subClassOf, EX.Animal),
        }
    ),
}
"""By hand: the sets of which no part is enough."""


def query(triple: Triple, **parameters: str) -> dict[str, str]:
    return {**dict(zip("spo", (term.n3() for term in triple), strict=True)), **parameters}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    file = tmp_path_factory.mktemp("data") / "data.ttl"
    file.write_text(DATA)
    return EmbeddedStore(read_contents([GraphFile(source_graph("data"), Path(file))]))


@pytest.fixture(scope="module")
def client(store: EmbeddedStore) -> FlaskClient:
    return create_app(Settings("", PATIENT), store).test_client()


@pytest.mark.slow
def test_the_sets_are_told_with_their_proofs(client: FlaskClient) -> None:
    response = client.get("/explain", query_string=query(ANIMAL, all="5", steps="1"))
    document = response.get_json()
    assert document["end"] == "all"
    sets = set()
    for proof in document["justifications"]:
        root = proof["steps"][proof["root"]]["triple"]
        assert tuple(root.values()) == tuple(term.n3() for term in ANIMAL)
        leaves = [step for step in proof["steps"].values() if step["by"] == "asserted"]
        assert all(leaf["graph"] == str(source_graph("data")) for leaf in leaves)
        sets.add(frozenset(tuple(leaf["triple"].values()) for leaf in leaves))
    assert sets == {frozenset(tuple(t.n3() for t in triple) for triple in way) for way in WAYS}
    assert response.headers["ETag"]


@pytest.mark.slow
def test_they_are_those_that_a_closure_tells(client: FlaskClient) -> None:
    closure = materialize(Graph().parse(data=DATA, format="turtle"))
    assert {item.triples for item in closure.explain_all(ANIMAL).items} == WAYS
    document = client.get("/explain", query_string=query(ANIMAL, all="2")).get_json()
    assert (len(document["justifications"]), document["end"]) == (2, "enough")


def test_what_is_stated_follows_from_itself(client: FlaskClient) -> None:
    triple = (EX.x, EX.name, Literal("Rex"))
    document = client.get("/explain", query_string=query(triple, all="3")).get_json()
    assert [proof["by"] for proof in document["justifications"]] == ["asserted"]
    assert document["end"] == "all"


@pytest.mark.slow
def test_a_page_shows_each_of_them(client: FlaskClient) -> None:
    headers = {"Accept": "text/html"}
    page = client.get("/explain", query_string=query(ANIMAL, all="5"), headers=headers)
    assert page.text.count("<h2>") == 3
    assert page.text.count("From 2 stated triples") == 2
    assert "There are no other such sets." in page.text
    fewer = client.get("/explain", query_string=query(ANIMAL, all="1"), headers=headers)
    assert "There are more than 1." in fewer.text
    proof = client.get("/explain", query_string=query(ANIMAL), headers=headers)
    assert "all=5" in proof.text


@pytest.mark.parametrize("number", ["0", "-1", str(MOST_JUSTIFICATIONS + 1), "many", "²", "1.5"])
def test_a_number_that_cannot_be(client: FlaskClient, number: str) -> None:
    response = client.get("/explain", query_string=query(ANIMAL, all=number))
    assert response.status_code == 400
    assert f"from 1 to {MOST_JUSTIFICATIONS}" in response.get_json()["detail"]


def test_no_number_is_one_proof(client: FlaskClient) -> None:
    response = client.get("/explain", query_string=query(ANIMAL, all=""))
    assert "premises" in response.get_json()


def test_what_does_not_follow_is_not_there(client: FlaskClient) -> None:
    triple = (EX.y, RDF.type, EX.Animal)
    assert client.get("/explain", query_string=query(triple, all="3")).status_code == 404


def test_several_proofs_are_no_turtle(client: FlaskClient) -> None:
    response = client.get("/explain", query_string=query(ANIMAL, all="3", format="turtle"))
    assert response.status_code == 406
    assert "turtle" in client.get("/explain", query_string=query(ANIMAL)).headers["Link"]


def test_a_search_that_was_given_up_says_so_and_is_not_kept(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eakg.reason.justifications.hitting_sets._MOST_NODES", 1)
    response = client.get("/explain", query_string=query(ANIMAL, all="5"))
    assert response.get_json()["end"] == "effort"
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"
    headers = {"Accept": "text/html"}
    page = client.get("/explain", query_string=query(ANIMAL, all="5"), headers=headers)
    assert "There may be more" in page.text


def test_they_come_from_the_process_that_reasons_as_they_were_found(store: EmbeddedStore) -> None:
    found = store.justifications(ANIMAL, 5)
    message = justified_explanation_of(found)
    assert supported_justifications_of(decode(encode(message))) == found  # type: ignore[arg-type]  # of its kind
