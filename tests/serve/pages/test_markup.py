"""What a page of a thing tells search engines: schema.org in JSON-LD, small, and no more than the
graph says."""

import html
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from helpers.serving import BEARER, writable_client

pytestmark = pytest.mark.slow

PREFIXES = """@prefix id: <https://w3id.org/eakg/id/> . @prefix schema: <http://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> . @prefix eakg: <https://w3id.org/eakg/ontology#> .
"""
SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture
def client() -> FlaskClient:
    return writable_client()


def markup(client: FlaskClient, turtle: str, slug: str = "x") -> tuple[dict[str, Any], int]:
    """What is embedded in the page of a thing, and its bytes."""
    headers = {**BEARER, "Content-Type": "text/turtle"}
    response = client.put("/graphs?graph=urn:g", data=PREFIXES + turtle, headers=headers)
    assert response.status_code in (201, 204), response.data
    page = client.get(f"/doc/{slug}", headers={"Accept": "text/html"}).text
    (script,) = SCRIPT.findall(page)
    return json.loads(script), len(script.encode())


@pytest.mark.parametrize(
    ("classes", "types"),
    [
        ("schema:Book", "Book"),
        ("<https://schema.org/Book>", "Book"),
        ("foaf:Person", "Person"),
        ("org:Organization, schema:Airline", ["Airline", "Organization"]),
        ("<urn:unknown>", "Thing"),
        # The nearest of ours that the ontology knows a match of, and none above it.
        ("<urn:Sub>", "Place"),
    ],
)
def test_types_are_those_of_the_data(
    client: FlaskClient, classes: str, types: str | list[str]
) -> None:
    ontology = "<urn:Sub> skos:closeMatch schema:Place ."
    found, _ = markup(client, f'id:x a {classes} ; rdfs:label "X"@en . {ontology}')
    assert found["@type"] == types
    assert found["@context"] == "https://schema.org"
    assert (found["@id"], found["url"]) == (
        "https://w3id.org/eakg/id/x",
        "https://w3id.org/eakg/doc/x",
    )


def test_names_and_links_are_those_of_the_data(client: FlaskClient) -> None:
    found, _ = markup(
        client,
        """id:x a foaf:Person ; rdfs:label "Name"@en, "名"@zh ; skos:altLabel "Alias"@en ;
        skos:exactMatch <http://www.wikidata.org/entity/Q1> ; owl:sameAs <http://o.example/x> ;
        rdfs:seeAlso <http://o.example/other> . id:y rdfs:label "Other"@en ; rdfs:seeAlso id:x .""",
    )
    assert found["name"] == "Name"
    assert found["alternateName"] == ["Alias", "名"]
    assert set(found["sameAs"]) == {
        "http://www.wikidata.org/entity/Q1",
        "http://o.example/x",
    }


def test_no_label_ends_the_script(client: FlaskClient) -> None:
    found, _ = markup(client, 'id:x a foaf:Person ; rdfs:label "</script><b>&amp;"@en .')
    assert found["name"] == "</script><b>&amp;"


def test_it_stays_small(client: FlaskClient) -> None:
    names = ", ".join(f'"{"名" * 60} {number}"@zh' for number in range(500))
    same = ", ".join(f"<http://o.example/{number}>" for number in range(40))
    found, size = markup(
        client,
        f'id:x a foaf:Person ; rdfs:label "X"@en ; skos:altLabel {names} ; owl:sameAs {same}.',
    )
    assert size < 10_000
    assert found["name"] == "X"
    assert found["sameAs"]


def card(page: str) -> dict[str, str]:
    """What a page tells those who show a link to it, by the names of the Open Graph protocol."""
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', page)
    return {name: html.unescape(content) for name, content in found}


def test_a_link_to_a_page_has_its_title_and_words(client: FlaskClient) -> None:
    thing = (
        'id:x a <urn:C> ; rdfs:label "A & \\"B\\""@en ; dcterms:description "Said of <it>."@en .'
    )
    markup(client, f"@prefix dcterms: <http://purl.org/dc/terms/> . {thing}")
    told = card(client.get("/doc/x", headers={"Accept": "text/html"}).text)
    assert told["og:title"] == 'A & "B"'
    assert told["description"] == told["og:description"] == "Said of <it>."
    assert told["og:type"] == "website"
    assert "og:url" not in told, "no address is known but the one that was asked"
    front = card(client.get("/", headers={"Accept": "text/html"}).text)
    assert front["og:title"]
    assert told["og:site_name"] == front["og:site_name"]
