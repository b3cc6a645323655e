"""The front page and the kinds of things, of data of others: what they bring and what they lack."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import URIRef

from eakg.options import Iri
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.project import Project
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from helpers.patience import PATIENT

HTML = {"Accept": "text/html"}
DATA = """@prefix : <http://ships.example/> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix page: <https://w3id.org/eakg/pages#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:beagle a :Ship , :Vessel ; rdfs:label "Beagle" ; :captain :fitzroy ;
  dct:issued "1820-05-11"^^xsd:date .
:fram a :Boat ; rdfs:label "Fram" ; dct:issued "1892-10-26"^^xsd:date .
:fitzroy a :Person ; rdfs:label "Robert FitzRoy" ."""
KINDS = """
<https://w3id.org/eakg/pages#kinds/afloat> a page:Kind ; rdfs:label "What floats" ; sh:order 1 ;
  sh:targetClass :Ship , :Vessel , :Boat .
<https://w3id.org/eakg/pages#kinds/ports> a page:Kind ; rdfs:label "Ports" ;
  sh:targetClass :Port ."""
QUERY = """#+ summary: Captains
#+ question: Who was captain of which ship?
PREFIX : <http://ships.example/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?captain ?captainLabel ?ship {
  ?ship :captain ?captain . ?captain rdfs:label ?captainLabel }"""
NOTHING = QUERY.replace("Who was", "Whose").replace(":captain ?captain .", ":owner ?captain .")
DRAWING = """#+ summary: Sizes
#+ drawing: {kind: figures, needs: "http://ships.example/captain"}
SELECT ?thing (1 AS ?value) ("mast" AS ?unit) { ?thing <http://ships.example/captain> ?any }"""


def client_of(folder: Path, data: str) -> FlaskClient:
    for name, text in (("ships.ttl", data), ("a.rq", NOTHING), ("b.rq", QUERY), ("d.rq", DRAWING)):
        (folder / name).write_text(text)
    contents = read_contents([GraphFile(URIRef("http://ships.example/g"), folder / "ships.ttl")])
    project = Project(
        title="Ships",
        questions=folder,
        overviews=folder,
        front_overview="d",
        base=(Iri("http://ships.example/"),),
    )
    return create_app(Settings("", PATIENT, project=project), EmbeddedStore(contents)).test_client()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return client_of(tmp_path_factory.mktemp("kinds"), DATA + KINDS)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return client_of(tmp_path_factory.mktemp("plain"), DATA)


@pytest.mark.slow
def test_kinds_are_those_of_the_data_that_have_things(client: FlaskClient) -> None:
    page = client.get("/things", headers=HTML).text
    assert re.search(r'kind=afloat"><b>2</b> What floats', page)
    assert "Ports" not in page
    members = client.get("/things?kind=afloat", headers=HTML).text
    assert members.index(">Beagle</a>") < members.index(">Fram</a>")
    assert members.count(">Beagle</a>") == 1
    assert client.get("/things?kind=ports").status_code == 404
    triples = client.get("/things?kind=afloat", headers={"Accept": "application/n-triples"}).text
    assert triples.count("rdf-syntax-ns#type") == 3


@pytest.mark.slow
def test_without_kinds_there_are_classes(plain: FlaskClient) -> None:
    for path in ("/", "/things"):
        page = plain.get(path, headers=HTML).text
        assert ">Boat</a>" in page
        assert "looked-for" not in page


def test_a_story_has_an_answer_and_what_supports_it(plain: FlaskClient) -> None:
    page = plain.get("/", headers=HTML).text
    (story,) = re.findall(r'<section class="story">(.*?)</section>', page, re.DOTALL)
    assert "Who was captain" in story
    assert "Robert FitzRoy" in story


def test_front_page_has_the_drawing_and_the_newest_first(plain: FlaskClient) -> None:
    page = plain.get("/", headers=HTML).text
    assert "1 mast" in page
    assert page.index("26 October 1892") < page.index("11 May 1820")
    assert "Claimed and found" not in page


@pytest.mark.slow
def test_what_cannot_be_answered_takes_no_page_away(tmp_path: Path) -> None:
    client = client_of(tmp_path, DATA)
    (tmp_path / "0.rq").write_text("#+ summary: Broken\n#+ question: What?\nSELECT {")
    drawing = DRAWING.partition("\nSELECT")[0]
    (tmp_path / "d.rq").write_text(f"{drawing}\nSELECT {{")
    for path in ("/", "/queries", "/overviews", "/things"):
        assert client.get(path, headers=HTML).status_code == 200, path
    assert "Beagle" in client.get("/", headers=HTML).text
    assert client.get("/overviews/d", headers=HTML).status_code == 400
