"""Data sets of the usual kinds that others publish: each IRI in them has a page and RDF, a name and
a kind, and is found; nothing names us.

`EAKG_FOREIGN` names a folder of further sets, real ones, each in a file; of these EAKG_SOAK=1 looks
at every subject.
"""

import os
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from rdflib import FOAF, XSD, BNode, Graph, Literal, URIRef

from eakg.commands.contents import prepared_contents
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.project import Project
from eakg.store.embedded import EmbeddedStore
from eakg.store.options import StoreOptions
from helpers.patience import PATIENT

pytestmark = pytest.mark.slow

PREFIXES = """
@prefix : <https://data.example/id/> . @prefix v: <https://data.example/vocabulary#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix oboInOwl: <http://www.geneontology.org/formats/oboInOwl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix schema: <http://schema.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix wikibase: <http://wikiba.se/ontology#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SETS = {
    "thesaurus": """
:scheme a skos:ConceptScheme ; dct:title "Fish"@en ; skos:hasTopConcept :fish .
:fish a skos:Concept ; skos:prefLabel "Fische"@de , "fish"@en ; skos:notation "1" ;
  skos:inScheme :scheme ; skos:narrower :carp .
:carp a skos:Concept ; skos:prefLabel "carp"@en ; skos:broader :fish ; skos:altLabel "koi"@ja .
:egg a skos:Concept ; skos:prefLabel "egg"@en ; skos:broader :hen .
:hen a skos:Concept ; skos:prefLabel "hen"@en ; skos:broader :egg .
:rod a skos:Concept ; skos:prefLabel "rod" ; skos:exactMatch <http://elsewhere.example/rod> .
:group a skos:Collection ; skos:member :rod , :carp .
""",
    "vocabulary": """
schema:Comic a rdfs:Class ; rdfs:label "Comic" ; rdfs:subClassOf schema:CreativeWork .
schema:inker a rdf:Property ; rdfs:label "inker" ; schema:domainIncludes schema:Comic ;
  schema:rangeIncludes schema:Person ; rdfs:comment "Who traces the <b>drawings</b>." .
schema:GraphicNovel a schema:BookFormatType ; rdfs:label "GraphicNovel" .
<http://schema.org/docs/comics.html> schema:softwareVersion "0.1" .
""",
    "ontology": """
<http://purl.obolibrary.org/obo/x.owl> a owl:Ontology ; owl:versionInfo "2024-01-01" .
obo:X_0000001 a owl:Class ; rdfs:label "cell" ; obo:IAO_0000115 "The smallest unit of life." ;
  oboInOwl:hasExactSynonym "cellula" .
obo:X_0000002 a owl:Class ; rdfs:label "nerve cell" ; rdfs:subClassOf obo:X_0000001 ,
  [ a owl:Restriction ; owl:onProperty obo:BFO_0000050 ; owl:someValuesFrom obo:X_0000003 ] .
obo:X_0000003 a owl:Class ; owl:deprecated true .
obo:BFO_0000050 a owl:ObjectProperty , owl:TransitiveProperty ; rdfs:label "part of" .
[] a owl:Axiom ; owl:annotatedSource obo:X_0000001 ; owl:annotatedProperty obo:IAO_0000115 ;
  owl:annotatedTarget "The smallest unit of life." ; oboInOwl:hasDbXref "GOC:x" .
""",
    "catalogue": """
:catalogue a dcat:Catalog ; dct:title "Open data"@en , "Offene Daten"@de ; dcat:dataset :bees .
:bees a dcat:Dataset ; dct:title "Bees"@en ; dct:description "How many bees there are."@en ;
  dcat:distribution <https://data.example/files/bees.csv?lang=en&year=2020> ;
  dcat:contactPoint [ a <http://www.w3.org/2006/vcard/ns#Kind> ] ;
  dct:publisher [ a foaf:Agent ; foaf:name "Keepers of bees" ] ;
  dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2020-01-01"^^xsd:date ] ;
  dct:license <http://creativecommons.org/publicdomain/zero/1.0/> .
<https://data.example/files/bees.csv?lang=en&year=2020> a dcat:Distribution ;
  dcat:downloadURL <https://data.example/files/bees.csv> ; dcat:byteSize "12.50"^^xsd:decimal .
""",
    "wikidata": """
<https://www.wikidata.org/wiki/Special:EntityData/Q42> a schema:Dataset ; schema:about wd:Q42 ;
  schema:version "59"^^xsd:integer .
wd:Q42 a wikibase:Item ; rdfs:label "Douglas Adams"@en , "Дуглас Адамс"@ru ;
  skos:prefLabel "Douglas Adams"@en ; schema:name "Douglas Adams"@en ;
  skos:altLabel "DNA"@en ; wdt:P31 wd:Q5 ; wdt:P569 "+1952-03-11T00:00:00Z"^^xsd:dateTime ;
  <http://www.wikidata.org/prop/P31> <http://www.wikidata.org/entity/statement/Q42-F078E5B3> .
<http://www.wikidata.org/entity/statement/Q42-F078E5B3> a wikibase:Statement ;
  wikibase:rank wikibase:NormalRank ; <http://www.wikidata.org/prop/statement/P31> wd:Q5 .
wd:P31 a wikibase:Property ; rdfs:label "instance of"@en ; wikibase:directClaim wdt:P31 .
wd:Q5 a wikibase:Item ; rdfs:label "إنسان"@ar .
""",
    "nodes and fragments": """
<https://people.example/card> a foaf:PersonalProfileDocument ; foaf:maker <card#me> .
<https://people.example/card#me> a foaf:Person ; foaf:name "Ann" ; foaf:knows [ foaf:name "Bo" ] ,
  [ a foaf:Person ; foaf:knows <https://people.example/card#me> ] ;
  v:list ( "one" [ v:two 2 ] <https://people.example/card#three> ) .
<https://people.example/card#three> a "person" , foaf:Person .
<https://people.example/a%20b> rdfs:label "space" . <https://people.example/a%2Fb> v:is "escape" .
<https://people.example/a/b> rdfs:label "slash" . <https://people.example/caf\u00e9> v:is "é" .
<https://people.example/caf%C3%A9> v:is "escaped é" .
<mailto:ann@people.example> a foaf:Mailbox . <urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66> a v:T .
""".replace("<card#me>", "<https://people.example/card#me>"),
}
MANY = 100_000 if os.environ.get("EAKG_SOAK") else 40
"""Subjects that are looked at of a real set."""
OURS = re.compile(r"ASEAN|East Asia|creativecommons\.org/licenses/by/4|\bEAKG\b|w3id\.org/eakg")
INFERRED = "https://w3id.org/eakg/graph/inferred"
"""The one name of ours that stands anywhere (docs/limits.md)."""


def files(folder: Path) -> Iterator[tuple[str, Path]]:
    for name, text in SETS.items():
        file = folder / f"{name.replace(' ', '-')}.ttl"
        file.write_text(PREFIXES + text, "utf-8")
        yield name, file
    if real := os.environ.get("EAKG_FOREIGN"):
        yield from ((path.name, path) for path in sorted(Path(real).iterdir()))


def names() -> list[str]:
    real = os.environ.get("EAKG_FOREIGN")
    return [*SETS, *(sorted(path.name for path in Path(real).iterdir()) if real else ())]


@pytest.fixture(scope="module", params=names())
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[FlaskClient, Graph]:
    """A set behind its pages, and its triples."""
    folder = tmp_path_factory.mktemp("set")
    file = dict(files(folder))[request.param]
    (folder / "data").mkdir()
    first = PREFIXES.split("<")[1].split(">")[0]
    project = Project(title="A set")
    contents, _ = prepared_contents(
        [file], folder / "data", "owl-rl", on_contradiction="report", authority=first
    )
    app = create_app(
        Settings("", PATIENT, project=project),
        EmbeddedStore(contents, StoreOptions()),
    )
    return app.test_client(), plain(Graph().parse(file))


def plain(graph: Graph) -> Graph:
    """A graph in which text has no type (RDF 1.1 Concepts section 3.3)."""
    result = Graph()
    for subject, predicate, value in graph:
        is_text = isinstance(value, Literal) and value.datatype == XSD.string
        result.add((subject, predicate, Literal(str(value)) if is_text else value))
    return result


def subjects(graph: Graph) -> list[URIRef]:
    return sorted({node for node in graph.subjects() if isinstance(node, URIRef)})[:MANY]


def get(client: FlaskClient, path: str) -> str:
    with client.get(path, headers={"Accept": "text/html"}) as response:
        assert response.status_code == 200, (path, response.text[:500])
        return response.text


def triples_at(client: FlaskClient, path: str) -> Graph:
    """What a document says in N-Triples, its further pages too."""
    told = Graph()
    address: str | None = path
    while address:
        with client.get(address) as response:
            assert response.status_code == 200, address
            told.parse(data=response.text, format="nt")
            following = re.search(r'<([^>]*)>; rel="next"', response.headers["Link"])
        address = following and following[1]
    return told


def heading(page: str) -> str:
    match = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert match, page
    return unescape(re.sub(r"<[^>]*>", "", match[1])).strip()


def test_each_subject_has_a_page_with_its_name_and_kind(
    served: tuple[FlaskClient, Graph],
) -> None:
    client, graph = served
    theirs = {str(term) for triple in graph for term in triple if OURS.search(term)}
    for subject in subjects(graph):
        page = get(client, f"/doc?iri={quote(subject, safe='')}")
        assert heading(page), subject
        kind = re.search(r'<p class="kind">(.*?)</p>', page, re.DOTALL)
        assert kind and re.sub(r"<[^>]*>|\s", "", kind[1]), (subject, page[:3000])
        for words in (INFERRED, *theirs):
            page = page.replace(words, "")
        assert not OURS.search(page), subject


def test_each_subject_has_its_triples_in_rdf(served: tuple[FlaskClient, Graph]) -> None:
    client, graph = served
    for subject in subjects(graph):
        path = f"/doc?iri={quote(subject, safe='')}&closure=asserted&format=nt"
        told = triples_at(client, path)
        ground = {
            (predicate, value)
            for predicate, value in graph.predicate_objects(subject)
            if not isinstance(value, BNode)
        }
        assert ground <= {*told.predicate_objects(subject)}, subject
        assert len({*told.predicate_objects(subject)}) == len(
            {*graph.predicate_objects(subject)}
        ), subject


def test_each_subject_is_found_by_its_name(served: tuple[FlaskClient, Graph]) -> None:
    client, graph = served
    for subject in subjects(graph):
        link = f"/doc?iri={quote(subject, safe='')}"
        name = heading(get(client, link))
        if not any(str(value) == name for value in graph.objects(subject)):
            name = str(subject)  # words of ours, or such as it quotes
        found = get(client, f"/search?q={quote(name)}")
        assert f'href="{link}"' in found.replace("&amp;", "&"), (subject, name)


def test_a_blank_node_is_found_by_its_name(served: tuple[FlaskClient, Graph]) -> None:
    client, graph = served
    names = {str(name) for name in graph.objects() if isinstance(name, Literal)}
    nodes = [node for node in graph.subjects() if isinstance(node, BNode)]
    for name in sorted({str(graph.value(node, FOAF.name)) for node in nodes} & names)[:MANY]:
        found = get(client, f"/search?q={quote(name)}")
        (link,) = re.findall(r'<a href="(/doc\?iri=[^"]*genid[^"]*)">' + re.escape(name), found)
        assert heading(get(client, unescape(link))) == name
        things = get(client, "/things")
        assert "genid" not in things


def test_a_thing_without_a_name_is_found_by_the_end_of_its_address(
    served: tuple[FlaskClient, Graph],
) -> None:
    """Where nothing else fits (docs/limits.md)."""
    client, graph = served
    for subject in subjects(graph):
        link = f"/doc?iri={quote(subject, safe='')}"
        if heading(get(client, link)) == str(subject) and (end := re.split(r"[/#:]", subject)[-1]):
            found = get(client, f"/search?q={quote(end)}").replace("&amp;", "&")
            others = {*re.findall(r'<a href="(/doc\?iri=[^"]*)"', found)} - {link}
            assert f'href="{link}"' in found or others or "%" in subject, subject


def test_every_overview_answers_and_names_nobody_else(
    served: tuple[FlaskClient, Graph],
) -> None:
    client, _ = served
    for path in ("/", "/things", "/overviews", "/ontology", "/queries", "/dcat", "/sparql"):
        with client.get(path, headers={"Accept": "text/html, */*;q=0.1"}) as response:
            assert response.status_code == 200, path
            assert not OURS.search(response.text.replace(INFERRED, "")), path
