"""Graphs with licences of their own: each document, dump and reference has those of its graphs."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from rdflib import DCAT, DCTERMS, RDFS, Graph, URIRef

from eakg.options import Iri
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.project import Project, graph_and_licence
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.options import StoreOptions
from helpers.patience import PATIENT

E = "http://e.example/"
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
BY = "https://creativecommons.org/licenses/by/4.0/"
OWN = "http://e.example/terms?of=use"
FILES = {
    "free": f'<{E}a> <{RDFS.label}> "a" . <{E}b> <{RDFS.seeAlso}> <{E}a> .',
    "own": f'<{E}b> <{RDFS.label}> "b" .',
    "rest": f'<{E}c> <{RDFS.label}> "c" .',
    "graph/source/note": f'<{E}d> <{RDFS.label}> "d" .',
    "graph/evidence/note": f"<{E}s> <{RDFS.seeAlso}> <{E}d> .",
}
OWN_LICENCES = (f"{E}free={CC0}", f"{E}own={OWN}", f"{E}graph/source/note={CC0}")
OF_THING = {"a": [CC0], "b": [CC0, OWN], "c": [BY], "d": [CC0], "s": [CC0]}
HTML, TURTLE = {"Accept": "text/html"}, {"Accept": "text/turtle"}


def client_of(folder: Path, project: Project) -> FlaskClient:
    files = []
    for number, (name, text) in enumerate(FILES.items()):
        (folder / f"{number}.ttl").write_text(text)
        files.append(GraphFile(URIRef(E + name), folder / f"{number}.ttl"))
    store = EmbeddedStore(read_contents(files), StoreOptions(reasoning="none"))
    settings = Settings("", PATIENT, public_url="https://p.example", project=project)
    return create_app(settings, store).test_client()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    project = Project(title="Data", licence=Iri(BY), graph_licence=OWN_LICENCES)
    return client_of(tmp_path_factory.mktemp("graphs"), project)


@pytest.fixture(scope="module")
def partial(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A service that names no licence of the whole."""
    project = Project(title="Data", graph_licence=OWN_LICENCES)
    return client_of(tmp_path_factory.mktemp("graphs"), project)


def linked(response: Any) -> list[str]:
    """The licences in the header Link."""
    links = response.headers.get("Link", "").split(", ")
    return sorted(one[1 : one.index(">")] for one in links if 'rel="license"' in one)


def path_of(name: str) -> str:
    return f"/doc?iri={quote(E + name, safe='')}"


@pytest.mark.slow
@pytest.mark.parametrize("name", OF_THING)
def test_a_document_has_the_licences_of_the_graphs_that_say_it(
    client: FlaskClient, name: str
) -> None:
    expected = OF_THING[name]
    page = client.get(path_of(name), headers=HTML)
    assert linked(page) == sorted(expected)
    for licence in (CC0, BY, OWN):
        assert (f'href="{licence}"' in page.text) == (licence in expected)
    rdf = client.get(path_of(name), headers=TURTLE)
    assert linked(rdf) == sorted(expected)
    said = Graph().parse(data=rdf.data, format="turtle").objects(None, DCTERMS.license)
    assert sorted(map(str, said)) == sorted(expected)
    quads = client.get(path_of(name), headers={"Accept": "application/n-quads"}).data
    told = {
        quad.object.value
        for quad in pyoxigraph.parse(quads, pyoxigraph.RdfFormat.N_QUADS)
        if quad.predicate.value == str(DCTERMS.license)
        and isinstance(quad.object, pyoxigraph.NamedNode)
    }
    assert sorted(told) == sorted(expected)
    links = client.get(f"/linkset?iri={quote(E + name, safe='')}").get_json()["linkset"]
    assert sorted(one["href"] for one in links[0]["license"]) == sorted(expected)


def test_references_name_them(client: FlaskClient) -> None:
    def note(parameters: str) -> str:
        (item,) = json.loads(client.get(f"/cite?{parameters}&format=csl").text)
        text: str = item["note"]
        return text

    assert note(f"iri={E}c") == "CC BY 4.0"
    assert note(f"iri={E}b") == f"{OWN}; CC0 1.0"
    page = client.get(path_of("b"), headers=HTML).text
    assert f"{OWN}; CC0 1.0." in page


@pytest.mark.parametrize(
    ("graph", "licence"),
    [("free", CC0), ("own", OWN), ("rest", BY), ("graph/evidence/note", CC0)],
)
def test_a_graph_has_its_own(client: FlaskClient, graph: str, licence: str) -> None:
    iri = URIRef(E + graph)
    path = f"/graph?iri={quote(iri, safe='')}"
    page = client.get(path, headers=HTML)
    assert linked(page) == [licence]
    assert f'rel="license" href="{licence}"' in page.text
    void = Graph().parse(data=client.get("/.well-known/void", headers=TURTLE).data)
    assert void.value(iri, DCTERMS.license) == (None if licence == BY else URIRef(licence))


def test_a_nanopublication_has_that_of_its_assertion(client: FlaskClient) -> None:
    triple = f's=<{E}a>&p=<{RDFS.label}>&o="a"'.replace("#", "%23")
    answer = client.get(f"/nanopublication?{triple}", headers={"Accept": "application/n-quads"})
    assert f"<{DCTERMS.license}> <{CC0}>" in answer.text
    assert BY not in answer.text


def test_dumps_and_catalogues_tell_all(client: FlaskClient) -> None:
    with client.get("/dump.nq.gz") as answer:
        assert linked(answer) == sorted([BY, CC0, OWN])
    graph = Graph().parse(data=client.get("/dcat", headers=TURTLE).data)
    (dataset,) = graph.subjects(DCAT.distribution, URIRef("https://p.example/dump.nq.gz"))
    assert [*graph.objects(dataset, DCTERMS.license)] == [URIRef(BY)]
    dump = URIRef("https://p.example/dump.nq.gz")
    assert not [*graph.objects(dump, DCTERMS.license)]
    rights = graph.value(dump, DCTERMS.rights)
    assert rights is not None
    assert set(graph.objects(rights, RDFS.seeAlso)) == {URIRef(one) for one in (BY, CC0, OWN)}
    crate = client.get("/ro-crate-metadata.json").get_json()["@graph"]
    assert crate[1]["license"] == [{"@id": BY}]
    assert client.get("/croissant.json").get_json()["license"] == BY


@pytest.mark.slow
def test_of_what_is_partly_without_nothing_is_claimed(partial: FlaskClient) -> None:
    assert linked(partial.get(path_of("a"), headers=HTML)) == [CC0]
    for path in (path_of("c"), "/dump.nq.gz"):
        with partial.get(path, headers=HTML) as answer:
            assert linked(answer) == []
    assert "license" not in partial.get("/croissant.json").get_json()
    graph = Graph().parse(data=partial.get("/dcat", headers=TURTLE).data)
    licensed = {*graph.subjects(DCTERMS.license)}
    assert licensed == {URIRef("https://p.example/dump.reifiers.nq.gz")}


@pytest.mark.parametrize(
    ("assignment", "graph", "licence"),
    [
        ("a.ttl=urn:l", "a.ttl", "urn:l"),
        ("http://e.example/?a=b=http://l.example/", "http://e.example/?a=b", "http://l.example/"),
        ("http://e.example/=http://l.example/?v=3", "http://e.example/", "http://l.example/?v=3"),
        ("a=b.ttl=http://l.example/?v=3", "a=b.ttl", "http://l.example/?v=3"),
    ],
)
def test_the_sides_of_an_assignment(assignment: str, graph: str, licence: str) -> None:
    assert graph_and_licence(assignment) == (graph, licence)
