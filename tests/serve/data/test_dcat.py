"""The catalogue is as DCAT-AP 3.0.1 has it.

`EAKG_DCAT_AP` names a folder with its shapes, files in Turtle as they are published
(https://semiceu.github.io/DCAT-AP/releases/3.0.1/html/shacl/), by which it is checked too.
"""

import gzip
import os
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyshacl import validate
from rdflib import DCAT, DCTERMS, FOAF, OWL, RDF, XSD, Graph, Literal, URIRef

from eakg.options import Iri
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.project import Project
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.options import StoreOptions
from helpers.patience import PATIENT

SHAPES = os.environ.get("EAKG_DCAT_AP")
E = "http://e.example/"
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
PROJECT = Project(
    title="Ships",
    description="Ships of the harbour.",
    publisher="The harbour",
    contact=Iri("mailto:a@e.example"),
    licence=Iri(CC0),
    language=("en", "de-AT"),
    conforms_to=(Iri(f"{E}profile"),),
)
PROJECTS = {
    "one licence": PROJECT,
    "several licences": Project(graph_licence=(f"{E}h=urn:l",)).over(PROJECT),
    "a page to write to": Project(contact=Iri(f"{E}contact")).over(PROJECT),
}
# The tables of https://semiceu.github.io/DCAT-AP/releases/3.0.1/: the range of each property.
RANGES = {
    DCTERMS.conformsTo: DCTERMS.Standard,
    DCTERMS.language: DCTERMS.LinguisticSystem,
    DCTERMS.license: DCTERMS.LicenseDocument,
    DCTERMS.rights: DCTERMS.RightsStatement,
    DCTERMS.publisher: FOAF.Agent,
    DCTERMS["format"]: DCTERMS.MediaTypeOrExtent,
    DCAT.mediaType: DCTERMS.MediaType,
    DCAT.compressFormat: DCTERMS.MediaType,
    DCAT.landingPage: FOAF.Document,
    DCAT.distribution: DCAT.Distribution,
    DCAT.contactPoint: URIRef("http://www.w3.org/2006/vcard/ns#Kind"),
    FOAF.homepage: FOAF.Document,
}
AT_MOST_ONE = (
    *(DCAT.byteSize, DCTERMS.license, DCTERMS["format"], DCAT.mediaType, DCAT.compressFormat),
    *(URIRef("http://spdx.org/rdf/terms#checksum"), DCTERMS.publisher, FOAF.homepage),
)


def client_of(folder: Path, project: Project) -> FlaskClient:
    files = []
    for name in "gh":
        (folder / f"{name}.ttl").write_text(f"<{E}{name}> <{E}p> <{E}o> .")
        files.append(GraphFile(URIRef(E + name), folder / f"{name}.ttl"))
    store = EmbeddedStore(read_contents(files), StoreOptions(reasoning="none"))
    settings = Settings("", PATIENT, public_url="https://p.example/kg", project=project)
    return create_app(settings, store).test_client()


@pytest.fixture(scope="module", params=PROJECTS)
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return client_of(tmp_path_factory.mktemp("ships"), PROJECTS[request.param])


def catalogue(client: FlaskClient) -> Graph:
    return Graph().parse(data=client.get("/dcat", headers={"Accept": "text/turtle"}).data)


def test_values_are_of_the_classes_of_the_profile(client: FlaskClient) -> None:
    graph = catalogue(client)
    for property_, class_ in RANGES.items():
        for value in graph.objects(None, property_):
            assert (value, RDF.type, class_) in graph, (property_, value)
    for property_ in AT_MOST_ONE:
        for subject in set(graph.subjects(property_)) - {*graph.subjects(RDF.type, DCAT.Dataset)}:
            assert len({*graph.objects(subject, property_)}) == 1, (subject, property_)


def test_a_distribution_has_the_size_of_its_file(client: FlaskClient) -> None:
    graph = catalogue(client)
    distributions = [*graph.subjects(RDF.type, DCAT.Distribution)]
    assert len(distributions) == 2
    for distribution in distributions:
        path = str(distribution).removeprefix("https://p.example/kg")
        with client.get(path) as answer:
            size = Literal(str(len(answer.data)), datatype=XSD.nonNegativeInteger)
            assert gzip.decompress(answer.data)
        assert [*graph.objects(distribution, DCAT.byteSize)] == [size]


@pytest.mark.skipif(not SHAPES, reason="EAKG_DCAT_AP names no folder of shapes")
def test_it_is_valid_by_the_published_shapes(client: FlaskClient) -> None:
    shapes = Graph()
    for path in Path(SHAPES or "").glob("*.ttl"):
        shapes.parse(path)
    shapes.remove((None, OWL.imports, None))
    conforms, _, text = validate(catalogue(client), shacl_graph=shapes, inference="none")
    assert conforms, text
