"""References to things and answers, as programs of others read them."""

import json
import re
from html import unescape
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
SHIP = "http://ships.example/beagle"
DATA = f'<{SHIP}> <http://www.w3.org/2000/01/rdf-schema#label> "50% of {{Beagle}} & co" .'
ZOTERO = {
    "citation_title": "title",
    "citation_inbook_title": "publicationTitle",
    "citation_publisher": "publisher",
    "citation_public_url": "url",
    "citation_date": "date",
    "citation_publication_date": "date",
    "citation_author": "creators",
    "citation_language": "language",
    "citation_doi": "DOI",
    "description": "abstractNote",
}
"""What its translator "Embedded Metadata" (26 June 2026) takes each of these for."""
QUERY = """#+ summary: All
#+ question: Which ships are there?
#+ parameters: {ship: {type: iri, required: false}}
SELECT ?ship { ?ship ?p ?o }"""
PROJECT = Project(
    title="Ships",
    publisher="The harbour",
    version="7",
    licence=Iri("https://creativecommons.org/licenses/by/4.0/"),
)


def client_of(folder: Path, project: Project) -> FlaskClient:
    (folder / "ships.ttl").write_text(DATA)
    (folder / "all.rq").write_text(QUERY)
    contents = read_contents([GraphFile(URIRef("http://ships.example/g"), folder / "ships.ttl")])
    settings = Settings("", PATIENT, public_url="https://ships.example/kg", project=project)
    return create_app(settings, EmbeddedStore(contents)).test_client()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("ships")
    return client_of(folder, Project(questions=folder).over(PROJECT))


@pytest.mark.slow
def test_bibtex_is_escaped_and_balanced(client: FlaskClient) -> None:
    text = client.get(f"/cite?iri={SHIP}&format=bibtex").text
    assert re.match(r"@misc\{ships-example-beagle,\n", text)
    assert r"title = {{50\% of \{Beagle\} \& co}}" in text
    assert f"url = {{{SHIP}}}" in text
    assert "publisher = {The harbour}" in text
    assert re.search(r"urldate = \{\d{4}-\d\d-\d\d\}", text)
    plain = re.sub(r"\\[{}]", "", text)
    assert plain.count("{") == plain.count("}")


@pytest.mark.parametrize(
    ("name", "title", "expected"),
    [
        (None, "Ships", "Ships"),
        ("Harbour", "Ships", "Harbour: Ships"),
        ("Ships", "Ships: those of the world", "Ships: those of the world"),
    ],
)
def test_data_are_called_by_their_names_once(
    name: str | None, title: str, expected: str, tmp_path: Path
) -> None:
    client = client_of(tmp_path, Project(title=title, name=name))
    lines = client.get(f"/cite?iri={SHIP}&format=ris").text.split("\r\n")
    assert f"T2  - {expected}" in lines


def test_ris_begins_and_ends_and_has_a_tag_in_each_line(client: FlaskClient) -> None:
    lines = client.get(f"/cite?iri={SHIP}&format=ris").text.split("\r\n")
    assert lines[0] == "TY  - DATA"
    assert lines[-2:] == ["ER  - ", ""]
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines[:-1])
    assert f"UR  - {SHIP}" in lines


def test_csl_has_version_of_the_data_and_day(client: FlaskClient) -> None:
    (item,) = json.loads(client.get(f"/cite?iri={SHIP}&format=csl").text)
    assert (item["type"], item["title"]) == ("entry", "50% of {Beagle} & co")
    assert item["version"].startswith("7, data ")
    assert len(item["accessed"]["date-parts"][0]) == 3


def test_an_answer_is_cited_with_its_values(client: FlaskClient) -> None:
    (item,) = json.loads(client.get(f"/cite?query=all&ship={SHIP}&format=csl").text)
    assert item["type"] == "dataset"
    assert item["title"] == f"Which ships are there? (ship {SHIP})"
    assert item["URL"].startswith("https://ships.example/kg/queries/all?ship=http%3A")


@pytest.mark.slow
def test_pages_lead_to_references(client: FlaskClient) -> None:
    for path in (f"/doc?iri={SHIP}", "/queries/all"):
        page = client.get(path, headers=HTML).text
        assert 'name="citation_title"' in page
        links = re.findall(r'href="/kg(/cite\?[^"]*)"', page)
        assert len(links) == 3
        for link in links:
            assert client.get(link.replace("&amp;", "&")).status_code == 200


@pytest.mark.slow
def test_zotero_reads_what_references_say(client: FlaskClient) -> None:
    page = client.get(f"/doc?iri={SHIP}", headers=HTML).text
    fields = {
        name: unescape(content)
        for name, content in re.findall(r'<meta name="([^"]*)" content="([^"]*)">', page)
    }
    unread = {name for name in fields if name.startswith("citation_")} - ZOTERO.keys()
    assert not unread
    item = {ZOTERO[name]: content for name, content in fields.items() if name in ZOTERO}
    (reference,) = json.loads(client.get(f"/cite?iri={SHIP}&format=csl").text)
    assert {
        "title": reference["title"],
        "publicationTitle": reference["container-title"],
        "publisher": reference["publisher"],
        "url": reference["URL"],
    }.items() <= item.items()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("iri=beagle", 400),
        (f"iri={SHIP}&query=all", 400),
        (f"iri={SHIP}&format=word", 400),
        ("iri=http://ships.example/none", 404),
        ("query=none", 404),
    ],
)
def test_what_is_none_is_told(client: FlaskClient, query: str, status: int) -> None:
    assert client.get(f"/cite?{query}").status_code == status


@pytest.mark.slow
def test_what_has_no_title_is_not_cited(tmp_path: Path) -> None:
    client = client_of(tmp_path, Project())
    assert client.get(f"/cite?iri={SHIP}").status_code == 404
    assert "/cite" not in client.get(f"/doc?iri={SHIP}", headers=HTML).text
