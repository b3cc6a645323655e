"""`/explain`: proofs over HTTP."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from rdflib import Graph
from rdflib.namespace import PROV, RDF, RDFS

from eakg.dataset.layout import Layout
from eakg.reason.rules.sets import rule_set
from eakg.reason.rules.words import WORDS
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from helpers.deep_ontologies import chain
from helpers.patience import PATIENT

MONGOLIA = {
    "s": "https://w3id.org/eakg/id/mongolia",
    "p": "<https://w3id.org/eakg/ontology#entitledToAttend>",
    "o": "<https://w3id.org/eakg/id/arf-som-2020-07-21>",
}


@pytest.fixture
def client(shipped_client: FlaskClient) -> FlaskClient:
    return shipped_client


@pytest.fixture(scope="module")
def deep_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Of a graph in which one triple follows by 600 steps."""
    path = tmp_path_factory.mktemp("deep") / "deep.nt"
    chain(600)[0].serialize(path, "nt", encoding="utf-8")
    store = EmbeddedStore(read_contents([GraphFile("http://ex.org/graph", path)]))
    yield create_app(Settings("", PATIENT), store).test_client()


DEEP = {"s": "http://ex.org/x", "p": "http://ex.org/place", "o": "http://ex.org/y600"}


@pytest.mark.slow
def test_a_long_proof_has_each_step_once(deep_client: FlaskClient) -> None:
    proof = deep_client.get("/explain", query_string=DEEP).get_json()
    assert proof.keys() == {"root", "steps"}
    assert len(proof["steps"]) == 2 * 600 + 6
    assert proof["steps"][proof["root"]]["triple"]["o"] == "<http://ex.org/y600>"
    leaf = next(step for step in proof["steps"].values() if step["by"] == "asserted")
    assert leaf["graph"] == "http://ex.org/graph"


def test_any_proof_has_each_step_once_on_request(client: FlaskClient) -> None:
    nested = client.get("/explain", query_string=MONGOLIA)
    response = client.get("/explain", query_string=MONGOLIA | {"steps": "1"})
    proof = response.get_json()
    assert proof["steps"][proof["root"]]["by"] == nested.get_json()["by"]
    assert response.headers["ETag"] != nested.headers["ETag"]
    assert client.get("/explain", query_string=MONGOLIA | {"steps": "0"}).data == nested.data
    assert client.get("/explain", query_string=MONGOLIA | {"steps": "2"}).status_code == 400


@pytest.mark.slow
def test_the_page_of_a_long_proof_shows_a_part_and_leads_on(deep_client: FlaskClient) -> None:
    page = deep_client.get("/explain", query_string=DEEP | {"format": "html"}).text
    assert "The proof has 1,206 steps, of which the 30" in page
    anchors = set(re.findall(r'id="(step-\d+)"', page))
    assert anchors == set(re.findall(r'href="#(step-\d+)"', page))
    assert len(anchors) > 5
    (further,) = re.findall(r'were followed: <a href="([^"]*)"', page)
    assert deep_client.get(html.unescape(further)).status_code == 200
    assert len(page) < 300_000


@pytest.mark.slow
def test_prov_of_a_long_proof_says_that_it_is_a_part(deep_client: FlaskClient) -> None:
    turtle = deep_client.get("/explain", query_string=DEEP | {"format": "turtle"}).text
    graph = Graph().parse(data=turtle, format="turtle")
    comments = [str(comment) for comment in graph.objects(None, RDFS.comment)]
    assert comments == ["The proof has 1206 steps, of which 1000 are told here."]
    assert len(set(graph.subjects(PROV.wasGeneratedBy))) < 1_000


def test_a_proof_that_takes_too_long_is_not_denied(
    deep_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eakg.store.reasoning.explanation._MOST_TRIPLES", 10)
    answer = deep_client.get("/explain", query_string=DEEP | {"o": "http://ex.org/y599"})
    assert answer.status_code == 501
    assert answer.get_json()["code"] == "not-proved"
    assert "it follows" in answer.get_json()["detail"]


def test_lists_and_classes_without_names_are_named_by_their_parts(client: FlaskClient) -> None:
    page = client.get("/explain", query_string=MONGOLIA | {"format": "html"}).text
    assert "(no name)" not in page


def test_a_proof_in_json(client: FlaskClient) -> None:
    response = client.get("/explain", query_string=MONGOLIA)
    assert (response.status_code, response.content_type) == (200, "application/json")
    proof = response.get_json()
    assert proof["by"] == "prp-spo2"
    assert proof["triple"]["s"] == "<https://w3id.org/eakg/id/mongolia>"
    assert {premise["by"] for premise in proof["premises"]} == {"asserted", "prp-spo2", "prp-inv1"}


@pytest.mark.parametrize("media_type", ["application/json", "text/turtle", "text/html"])
def test_no_path_of_a_file_is_told(client: FlaskClient, layout: Layout, media_type: str) -> None:
    told = client.get("/explain", query_string=MONGOLIA, headers={"Accept": media_type}).text
    assert str(layout.ontology.parent) not in told
    assert "asserted/" not in told


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
    if status == 404:
        detail = response.get_json()["detail"]
        assert detail.startswith("there is no proof of this triple: ")
        assert "rdflib" not in detail


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


def test_a_proof_for_people(client: FlaskClient) -> None:
    response = client.get("/explain", query_string=MONGOLIA, headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (200, "text/html")
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", response.text))
    for words in (
        "Mongolia entitled to attend ASEAN Regional Forum SOM, 21 July 2020",
        "Nobody wrote this down. It follows from what was.",
        "entitled to attend follows from the chain participates in → seats admit to",
        "Mongolia participates in ASEAN Regional Forum",
        "One property after the other, as in a chain, gives a third.",
        "of the table “memberships”",
    ):
        assert words in page
    assert re.search(r'href="/graph/background/memberships#row=\d+"', response.text)
    assert re.search(r'href="/graph/background/meetings#row=\d+"', response.text)


def test_a_proof_leads_to_the_words_that_support_it(client: FlaskClient) -> None:
    held = {
        "s": "https://w3id.org/eakg/id/arf-som-2020-07-21",
        "p": "<https://w3id.org/eakg/ontology#heldWithin>",
        "o": "<https://w3id.org/eakg/id/arf>",
    }
    response = client.get("/explain", query_string=held, headers={"Accept": "text/html"})
    assert re.search(r'href="/doc/record-2020-07-23#T\d+"', response.text)
    assert re.search(r'href="/doc/source-article-2020-07-23/p\d+"', response.text)


def test_of_words_that_are_not_shipped_the_place_is_told(client: FlaskClient) -> None:
    maxim = {
        "s": "https://w3id.org/eakg/id/a067",
        "p": "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
        "o": "https://w3id.org/eakg/ontology#Quotation",
    }
    proof = client.get("/explain", query_string=maxim).get_json()
    document = "https://w3id.org/eakg/id/source-article-2020-07-23"
    (item,) = (one for one in proof["evidence"] if one["document"] == document)
    assert item.keys() == {"document", "annotation", "start", "end", "sha256"}
    assert re.fullmatch("[0-9a-f]{64}", item["sha256"])
    page = client.get("/explain", query_string=maxim, headers={"Accept": "text/html"}).text
    assert "Paragraph 12, sentence 1 of a text that is not shipped." in page
    turtle = client.get("/explain", query_string=maxim | {"format": "ttl"}).text
    assert item["sha256"] in turtle


def test_the_page_has_the_premises_of_the_json(client: FlaskClient) -> None:
    proof = client.get("/explain", query_string=MONGOLIA).get_json()
    page = client.get("/explain", query_string=MONGOLIA | {"format": "html"}).text

    def rules(step: dict[str, Any]) -> Iterator[str]:
        if step["by"] != "asserted":
            yield step["by"]
        for premise in step.get("premises", ()):
            yield from rules(premise)

    assert {*rules(proof)} == {*re.findall(r'href="/rules#([a-z0-9-]+)"', page)}


def test_several_sources_side_by_side(client: FlaskClient) -> None:
    end = {
        "s": "https://w3id.org/eakg/id/apt-som-2020-07-20",
        "p": "https://w3id.org/eakg/ontology#notAfter",
        "o": '"2020-07-20"^^<http://www.w3.org/2001/XMLSchema#date>',
    }
    page = client.get("/explain", query_string=end, headers={"Accept": "text/html"}).text
    assert "Others say" in page
    assert "21 July 2020" in page
    assert "<mark>those two days</mark>" in page


def test_a_page_for_an_axiom(client: FlaskClient) -> None:
    axiom = {
        "s": "https://w3id.org/eakg/ontology#State",
        "p": "http://www.w3.org/2000/01/rdf-schema#subClassOf",
        "o": "https://w3id.org/eakg/ontology#CollectiveActor",
    }
    page = client.get("/explain", query_string=axiom, headers={"Accept": "text/html"}).text
    assert "This is stated in the ontology" in page


def test_the_rules_are_all_in_words(client: FlaskClient) -> None:
    page = client.get("/rules").text
    for rule in rule_set().rules:
        assert WORDS[rule.name]
        assert page.count(f'<div id="{rule.name}">') == 1
    redirect = client.get("/id/rule/prp-spo2")
    assert (redirect.status_code, redirect.headers["Location"]) == (303, "/rules#prp-spo2")
    assert client.get("/id/rule/none").status_code == 404


def test_format_by_name(client: FlaskClient) -> None:
    response = client.get("/explain", query_string=MONGOLIA | {"format": "turtle"})
    assert response.mimetype == "text/turtle"
    links = response.headers["Link"]
    assert links.count('rel="alternate"') == 3
    wrong = client.get("/explain", query_string=MONGOLIA | {"format": "pdf"})
    assert wrong.status_code == 406
    assert wrong.json["available"] == ["application/json", "text/turtle", "text/html"]
    for name in ("text/turtle", "ttl", "TURTLE"):
        named = client.get("/explain", query_string=MONGOLIA | {"format": name})
        assert named.mimetype == "text/turtle"
