"""Data of others: every IRI has a page and RDF, under the name of who publishes them."""

import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from rdflib import RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS

from eakg.options import Iri
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.project import Project
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.options import StoreOptions
from helpers.patience import PATIENT

BASE = Iri("http://ships.example/thes/")
DATA = """
@prefix : <http://ships.example/thes/> . @prefix v: <http://ships.example/vocab#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix schema: <https://schema.org/> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<http://ships.example/thes/> a skos:ConceptScheme ; dct:title "Thesaurus of ships"@en .
:vessel a skos:Concept ; skos:prefLabel "Schiff"@de , "vessel"@en ; skos:altLabel "ship"@en ;
  skos:broader :junk ; skos:exactMatch <http://www.wikidata.org/entity/Q11446> .
:junk a skos:Concept ; skos:prefLabel "Dschunke"@de ; skos:broader :vessel .
<http://ships.example/thes/prau%20layar> skos:prefLabel "prau layar"@id ; a skos:Concept .
<http://ships.example/thes/a%2Bb> skos:prefLabel "escaped plus" .
<http://ships.example/thes/a+b> skos:prefLabel "plain plus" .
<http://ships.example/thes/caf\u00e9> a skos:Concept ; skos:prefLabel "caf\u00e9 boat"@fr .
<http://ships.example/thes/a?b=c&d=e> a skos:Concept ; skos:prefLabel "query vessel"@en .
v:frigate a v:Class ; rdfs:label "frigate"@en-GB .
v:Class a rdfs:Class ; rdfs:label "Class of ships"@en .
<urn:isbn:0451450523> a schema:Book ; schema:name "The Last Unicorn" ;
  schema:url <javascript:alert(1)> ; schema:author [ a schema:Person ; foaf:name "P. B." ] .
:odd a "a literal as class" ; a v:Class .
"""
SUBJECTS = sorted(
    {
        quad.subject.value
        for quad in pyoxigraph.parse(DATA.encode(), pyoxigraph.RdfFormat.TURTLE)
        if isinstance(quad.subject, pyoxigraph.NamedNode)
    }
)
PROJECT = Project(
    title="Ships of the world",
    publisher="The harbour",
    licence=Iri("https://creativecommons.org/publicdomain/zero/1.0/"),
    dataset=Iri("http://ships.example/set"),
)
OURS = re.compile(r"ASEAN|East Asia|creativecommons\.org/licenses/by/4|\bEAKG\b")


def client_of(folder: Path, project: Project) -> FlaskClient:
    file = folder / "ships.ttl"
    file.write_text(DATA, "utf-8")
    contents = read_contents([GraphFile(URIRef(f"{BASE}graph"), file)])
    store = EmbeddedStore(contents, StoreOptions(reasoning="none"))
    return create_app(Settings("", PATIENT, project=project), store).test_client()


@pytest.fixture(scope="module", params=["without bases", "with bases"])
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    project = PROJECT
    if request.param == "with bases":
        own = Project(base=(BASE, Iri("http://ships.example/vocab#")))
        project = own.over(PROJECT)
    return client_of(tmp_path_factory.mktemp("ships"), project)


def page_at(client: FlaskClient, path: str) -> str:
    return client.get(path, headers={"Accept": "text/html"}).get_data(as_text=True)


def path_of(iri: str) -> str:
    return f"/doc?iri={quote(iri, safe='')}"


@pytest.mark.slow
@pytest.mark.parametrize("iri", SUBJECTS)
def test_each_subject_has_a_page_and_its_triples_in_rdf(client: FlaskClient, iri: str) -> None:
    page = client.get(path_of(iri), headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert page.mimetype == "text/html"
    answer = client.get(f"{path_of(iri)}&format=nt")
    assert answer.status_code == 200
    told = set(pyoxigraph.parse(answer.data, pyoxigraph.RdfFormat.N_TRIPLES))
    stated = {
        (quad.predicate, quad.object)
        for quad in pyoxigraph.parse(DATA.encode(), pyoxigraph.RdfFormat.TURTLE)
        if quad.subject.value == iri and not isinstance(quad.object, pyoxigraph.BlankNode)
    }
    here = {(quad.predicate, quad.object) for quad in told if quad.subject.value == iri}
    assert stated <= here


def test_an_escape_of_a_reserved_character_is_another_name(client: FlaskClient) -> None:
    for name, label in (("a%2Bb", "escaped plus"), ("a+b", "plain plus")):
        body = page_at(client, path_of(BASE + name))
        assert f"<h1>{label}</h1>" in body


@pytest.mark.parametrize(
    ("iri", "label"),
    [
        (f"{BASE}vessel", "vessel"),
        (f"{BASE}junk", "Dschunke"),
        (BASE, "Thesaurus of ships"),
        ("http://ships.example/vocab#frigate", "frigate"),
        ("urn:isbn:0451450523", "The Last Unicorn"),
    ],
)
def test_a_thing_is_called_by_the_first_property_that_names_it(
    client: FlaskClient, iri: str, label: str
) -> None:
    assert f"<h1>{label}</h1>" in page_at(client, path_of(iri))


def test_things_are_found_by_their_names(client: FlaskClient) -> None:
    for query, iri in (("ship", f"{BASE}vessel"), ("dschunke", f"{BASE}junk"), ("café", None)):
        found = json.loads(client.get(f"/search.json?q={query}").data)["results"]
        assert found
        assert iri in (None, found[0]["iri"])


@pytest.mark.slow
def test_kinds_are_the_classes_that_the_data_use(client: FlaskClient) -> None:
    page = client.get("/things").get_data(as_text=True)
    kinds = re.findall(r'href="(/things\?kind=[^"]+)"', page)
    assert any("skos" in kind for kind in kinds)
    for kind in kinds:
        listing = client.get(unescape(kind))
        assert listing.status_code == 200
        assert "<li>" in listing.get_data(as_text=True)


@pytest.mark.slow
def test_nothing_names_us(client: FlaskClient) -> None:
    paths = ["/", "/things", "/queries", "/overviews", "/rules", "/contradictions"]
    paths += [
        "/ontology",
        "/sparql",
        "/search?q=ship",
        "/search",
        "/search?q=zzzz",
        "/nowhere",
        *map(path_of, SUBJECTS),
    ]
    for path in paths:
        page = client.get(path, headers={"Accept": "text/html"})
        assert page.status_code in (200, 404)
        body = page.get_data(as_text=True)
        assert not OURS.search(body), (path, OURS.search(body))
        assert "creativecommons.org/licenses/by" not in page.headers.get("Link", "")


def test_the_terms_are_those_that_the_data_declare(client: FlaskClient) -> None:
    page = page_at(client, "/ontology")
    assert "Class of ships" in page
    assert f'href="{path_of("http://ships.example/vocab#Class")}"' in page
    graph = Graph().parse(data=client.get("/ontology.ttl").data)
    term = URIRef("http://ships.example/vocab#Class")
    assert set(graph.predicate_objects(term)) == {
        (RDF.type, RDFS.Class),
        (RDFS.label, Literal("Class of ships", lang="en")),
    }


def test_the_page_of_a_property_says_how_often_it_is_used(client: FlaskClient) -> None:
    assert "2 triples have this property" in page_at(client, path_of(str(SKOS.broader)))


def test_a_query_begins_with_what_the_data_have_most_of(client: FlaskClient) -> None:
    page = unescape(page_at(client, "/sparql"))
    assert "?thing a skos:Concept ;" in page
    assert "skos:prefLabel ?thingLabel" in page
    assert "eakg" not in re.findall(r"PREFIX (\w+):", page)


@pytest.mark.slow
def test_names_are_in_the_language_of_the_project_everywhere(tmp_path: Path) -> None:
    client = client_of(tmp_path, Project(language=("de",)))
    triple = {"s": f"<{BASE}junk>", "p": f"<{SKOS.broader}>", "o": f"<{BASE}vessel>"}
    query = f"SELECT ?ship {{ ?ship a <{SKOS.Concept}> }}"
    for path in (
        path_of(f"{BASE}vessel"),
        path_of(f"{BASE}junk"),
        f"/things?kind={quote(str(SKOS.Concept), safe='')}",
        f"/explain?{urlencode(triple)}",
        f"/sparql?{urlencode({'query': query})}",
    ):
        page = page_at(client, path)
        assert ">Schiff<" in page, path
        assert ">vessel<" not in page.partition('id="names"')[0], path


@pytest.mark.slow
def test_classes_above_others_are_not_told_at_the_top(tmp_path: Path) -> None:
    file = tmp_path / "boats.ttl"
    file.write_text(
        f"<urn:Junk> <{RDFS.subClassOf}> <urn:Ship> . <urn:j> a <urn:Junk> , <urn:Ship> .", "utf-8"
    )
    contents = read_contents([GraphFile(URIRef("urn:g"), file)])
    store = EmbeddedStore(contents, StoreOptions(reasoning="none"))
    page = page_at(create_app(Settings("", PATIENT), store).test_client(), path_of("urn:j"))
    (top,) = re.findall(r'<p class="kind">(.*?)</p>', page)
    assert ">Junk<" in top
    assert ">Ship<" not in top


def test_the_catalogue_says_what_the_project_says(client: FlaskClient) -> None:
    for path in ("/dcat", "/.well-known/void"):
        graph = Graph().parse(data=client.get(path, headers={"Accept": "text/turtle"}).data)
        dataset = URIRef("http://ships.example/set")
        assert graph.value(dataset, DCTERMS.license) == URIRef(str(PROJECT.licence))
        assert str(graph.value(dataset, DCTERMS.title)) == "Ships of the world"


@pytest.mark.slow
def test_without_a_project_nothing_is_claimed(tmp_path: Path) -> None:
    client = client_of(tmp_path, Project())
    graph = Graph().parse(data=client.get("/dcat", headers={"Accept": "text/turtle"}).data)
    assert not [*graph.triples((None, DCTERMS.license, None))]
    page = client.get(path_of(f"{BASE}vessel"), headers={"Accept": "text/html"})
    assert 'rel="license"' not in page.headers["Link"]
    assert "Cite as" not in page.get_data(as_text=True)


@pytest.mark.slow
def test_an_address_below_a_base_leads_to_the_document(tmp_path: Path) -> None:
    client = client_of(tmp_path, Project(base=(BASE,)))
    for path in ("/thes/vessel", "/thes/prau%20layar", "/thes/caf%C3%A9", "/thes/a?b=c%26d=e"):
        answer = client.get(path.replace("%26", "&"))
        assert answer.status_code == 303, path
        assert client.get(answer.headers["Location"]).status_code == 200
    assert client.get("/thes/nothing").status_code == 404
    assert client.post("/thes/vessel").status_code == 404


@pytest.mark.slow
def test_links_lead_here_for_own_things_and_out_for_others(tmp_path: Path) -> None:
    client = client_of(tmp_path, Project(base=(BASE,)))
    body = page_at(client, path_of(f"{BASE}vessel"))
    assert f'href="{path_of(f"{BASE}junk")}"' in body
    assert 'href="http://www.wikidata.org/entity/Q11446"' in body


def test_an_iri_of_which_nothing_is_said_has_no_page(client: FlaskClient) -> None:
    assert client.get(path_of(f"{BASE}none")).status_code == 404
    assert client.get(path_of("http://www.wikidata.org/entity/Q11446")).status_code == 200
    assert client.get(path_of("no iri")).status_code == 400


def test_the_sitemap_has_every_thing(client: FlaskClient) -> None:
    sitemap = unescape(client.get("/sitemap.xml").get_data(as_text=True))
    for iri in SUBJECTS:
        if iri.startswith(BASE):
            assert path_of(iri) in sitemap


def test_a_project_travels_to_the_processes_that_serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EAKG_SERVE_SETTINGS", "")
    project = Project(title="Ships", base=(BASE,), questions=tmp_path)
    settings = Settings("", PATIENT, folder=str(tmp_path), project=project)
    settings.hand_on()
    assert Settings.handed_on() == settings


@pytest.mark.slow
def test_a_great_many_classes_are_asked_for_and_listed_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = 1000
    lines = (
        f"<http://ships.example/x{place}> a <http://ships.example/C{place}> ;"
        f' <http://www.w3.org/2000/01/rdf-schema#label> "boat {place}" .'
        for place in range(number)
    )
    file = tmp_path / "boats.ttl"
    file.write_text("\n".join(lines), "utf-8")
    contents = read_contents([GraphFile(URIRef("http://ships.example/graph"), file)])
    store = EmbeddedStore(contents, StoreOptions(reasoning="none"))
    asked: list[str] = []
    query = store.query
    monkeypatch.setattr(
        store, "query", lambda request: (asked.append(request.text), query(request))[1]
    )
    client = create_app(Settings("none", PATIENT), store).test_client()
    found = client.get("/search.json?q=boat+999&limit=1").get_json(force=True)["results"]
    assert [(one["label"], one["kind"]) for one in found] == [("boat 999", "C999")]
    assert len(asked) < number / 10
    page = page_at(client, "/things")
    assert page.count('<a href="/things?kind=') == 200
    assert "There are 800 more" in page
    (link,) = re.findall(r'<a href="(/sparql\?query=[^"]*)">ask for them</a>', page)
    rows = client.get(unescape(link), headers={"Accept": "text/csv"}).text.splitlines()
    assert len(rows) == 1 + 800
