"""A search in the texts of any data, and what is chosen of the things that it finds."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from rdflib import URIRef

from eakg.names import evidence_graph
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.project import Project
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from helpers.patience import PATIENT

HTML = {"Accept": "text/html"}
PREFIXES = """@prefix : <http://ships.example/> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix eakg: <https://w3id.org/eakg/ontology#> . @prefix oa: <http://www.w3.org/ns/oa#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix schema: <https://schema.org/> .
@prefix csvw: <http://www.w3.org/ns/csvw#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix page: <https://w3id.org/eakg/pages#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
THINGS = """
:beagle a :Ship ; rdfs:label "voyage of the Beagle" ; schema:startDate "1831-12-27"^^xsd:date ;
  :under :navy ; dct:description "在東盟成立以前" .
:fram a :Sledge ; rdfs:label "voyage of the Fram" ; schema:startDate "1893-06-24"^^xsd:date .
:navy rdfs:label "Royal Navy" . [] sh:path :under ; page:tells page:mechanism .
"""
EVIDENCE = """
:log/s1 a eakg:Sentence ; rdf:value "The storm broke a mast & <nobody> slept." .
:log/s2 a eakg:Sentence ; rdf:value "A mast was found." .
:log/s3 a eakg:Sentence ; rdf:value "The sails were mended." .
:log/s4 a eakg:Sentence ; rdf:value "The sails were mended." .
:log/s5 a eakg:Sentence ; rdf:value "The sails were mended." .
:row a eakg:TableRow ; rdfs:comment "measured at low tide" ; csvw:url :table .
""".replace(":log/s", ":log-s")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("ships")
    files = []
    for graph, text in (("http://ships.example/g", THINGS), (evidence_graph("log"), EVIDENCE)):
        file = folder / f"{len(files)}.ttl"
        file.write_text(PREFIXES + text, "utf-8")
        files.append(GraphFile(URIRef(graph), file))
    store = EmbeddedStore(read_contents(files))
    return create_app(Settings("", PATIENT, project=Project(title="Ships")), store).test_client()


def found(client: FlaskClient, query: str, choices: str = "") -> str:
    text = client.get(f"/search?q={query}{choices}", headers=HTML).text.split("<main", 1)[1]
    return unescape(re.sub(r"<mark>|</mark>", "", text))


@pytest.mark.parametrize(
    ("query", "told", "untold"),
    [
        ("mast", "A mast was found.", "low tide"),
        # All words before some of them, and some before none.
        ("storm mast", "The storm broke a mast & <nobody> slept.", "A mast was found."),
        ("who found the mast", "A mast was found.", "The storm"),
        # Of several words, a single one before none, but not beside two.
        ("storm mast whale", "The storm broke", "A mast was found."),
        ("mast whale", "A mast was found.", "low tide"),
        ("LOW TIDE", "measured at low tide", "mast"),
        # Two characters within a text, in the other spelling.
        ("东盟", "在東盟成立以前", "mast"),
        ("slep", "The storm broke", "A mast was found."),
    ],
)
def test_texts_are_found_by_their_words(
    client: FlaskClient, query: str, told: str, untold: str
) -> None:
    page = found(client, query)
    assert told in page
    assert untold not in page


def test_the_same_text_is_told_once(client: FlaskClient) -> None:
    page = found(client, "sails")
    assert page.count("<li>The sails were mended.") == 1
    assert "and 2 more of the same" in page
    assert "more of the same" not in found(client, "mast")


def test_what_is_found_can_be_chosen_further(client: FlaskClient) -> None:
    page = found(client, "voyage")
    assert "2 things" in page
    for choice in ("&kind=Ship", "&year=1831", "&under=http%3A%2F%2Fships.example%2Fnavy"):
        assert choice in page
        part = found(client, "voyage", choice)
        assert "voyage of the Beagle" in part
        assert "voyage of the Fram" not in part
    assert "1 thing" in found(client, "voyage", "&year=1893")


@pytest.mark.parametrize(
    "query", ["xyzzyqwert", '"', "*", "NEAR(a b)", "a-b OR", "voyage&year=1066"]
)
def test_there_is_always_a_way_on(client: FlaskClient, query: str) -> None:
    page = found(client, query)
    assert 'href="/things"' in page
    assert 'href="/sparql"' in page
