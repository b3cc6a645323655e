"""The evidence of the shipped graph as reifiers of RDF 1.2: the statement nodes are both."""

import gzip

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import DCAT, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, VOID

from eakg.dataset.layout import Layout
from eakg.names import REIFIERS_GRAPH, is_evidence
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from helpers.patience import PATIENT
from helpers.reifiers import REIFIERS, REIFIES, statements

DUMP = "/dump.reifiers.nq.gz"
TURTLE = {"Accept": "text/turtle"}


@pytest.fixture(scope="module")
def client(layout: Layout, shipped_store: EmbeddedStore) -> FlaskClient:
    named = tuple((str(name), str(path)) for name, path in layout.named_graphs())
    settings = Settings("none", PATIENT, files=named)
    return create_app(settings, shipped_store).test_client()


@pytest.fixture(scope="module")
def stated(layout: Layout) -> dict[str, tuple[object, object, object]]:
    """What each statement states, from the files of the evidence."""
    return {
        node: triple
        for name, path in layout.named_graphs()
        if is_evidence(name)
        for node, triple in statements(
            ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(str(name)))
            for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)
        ).items()
    }


def dump(client: FlaskClient, path: str = DUMP) -> bytes:
    with client.get(path) as response:
        assert response.status_code == 200
        return gzip.decompress(response.data)


def graph_at(client: FlaskClient, path: str) -> Graph:
    response = client.get(path, headers=TURTLE, follow_redirects=True)
    assert response.status_code == 200
    return Graph().parse(data=response.data, format="turtle")


def test_each_statement_reifies_the_triple_of_its_parts(
    client: FlaskClient, stated: dict[str, tuple[object, object, object]]
) -> None:
    reified: dict[str, tuple[object, object, object]] = {}
    for quad in ox.parse(dump(client), format=ox.RdfFormat.N_QUADS):
        assert (quad.predicate, quad.graph_name) == (REIFIES, REIFIERS)
        assert isinstance(quad.subject, ox.NamedNode)
        assert isinstance(quad.object, ox.Triple)
        assert quad.subject.value not in reified
        triple = quad.object
        reified[quad.subject.value] = triple.subject, triple.predicate, triple.object
    assert len(stated) > 4000
    assert reified == stated


def test_what_there_was_stays_rdf_1_1(client: FlaskClient, layout: Layout) -> None:
    lines = dump(client, "/dump.nq.gz").splitlines()
    assert not any(b"<<(" in line or str(REIFIES).encode() in line for line in lines)
    graphs = {line.split()[-2].decode() for line in lines}
    assert graphs == {f"<{name}>" for name, _ in layout.named_graphs()}
    query = "SELECT DISTINCT ?g { GRAPH ?g {} }"
    rows = client.get("/sparql", query_string={"query": query, "format": "csv"}).text.split()
    assert {f"<{row}>" for row in rows[1:]} == graphs


@pytest.mark.parametrize(
    ("subject", "predicate"),
    [
        ("id:a026", "eakg:recipient"),
        ("id:hun-sen", "eakg:holdsOffice"),
        ("id:a023", "eakg:notAfter"),
        ("id:a023", "rdfs:label"),
        ("id:china", "eakg:isoCode"),
        ("id:nothing", "eakg:agent"),
    ],
)
def test_the_saved_query_finds_what_that_of_rdf_1_1_finds(
    client: FlaskClient, subject: str, predicate: str
) -> None:
    rows = [
        client.get(
            f"/queries/{name}",
            query_string={"subject": subject, "predicate": predicate, "format": "csv"},
        ).text
        for name in ("evidence-of-fact", "reified-evidence")
    ]
    assert rows[0] == rows[1]
    assert rows[0].startswith("value,words,row,source")


def test_it_is_told_of(
    client: FlaskClient, stated: dict[str, tuple[object, object, object]], layout: Layout
) -> None:
    evidence = {URIRef(name) for name, _ in layout.named_graphs() if is_evidence(name)}
    facts = graph_at(client, "/graph/reifiers?format=turtle")
    assert set(facts.objects(REIFIERS_GRAPH, DCTERMS.source)) == evidence
    for graph in (facts, graph_at(client, "/.well-known/void")):
        assert (REIFIERS_GRAPH, VOID.triples, Literal(len(stated))) in graph
        assert not list(graph.subjects(VOID.subset, REIFIERS_GRAPH))
        for address in graph.objects(REIFIERS_GRAPH, VOID.dataDump):
            response = client.get(str(address).partition("localhost")[2])
            assert response.status_code == 200
            response.close()
    catalogue = graph_at(client, "/dcat")
    distribution = URIRef(f"http://localhost{DUMP}")
    assert (None, DCAT.distribution, distribution) in catalogue
    media_type = URIRef("https://www.iana.org/assignments/media-types/application/n-quads")
    assert (distribution, DCAT.mediaType, media_type) in catalogue


def test_it_has_a_page_and_the_formats_that_can_hold_it(client: FlaskClient) -> None:
    page = client.get("/graph/reifiers", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "rdf:reifies" in page.text
    assert "/graph/reifiers.jsonld" not in page.text
    assert client.get("/graph/reifiers.jsonld").status_code == 404
    for path in ("/graph/reifiers.nt", "/graph/reifiers.ttl", "/graphs/reifiers"):
        response = client.get(path, headers={"Accept": "*/*"}, buffered=True)
        assert response.status_code == 200, path
        text_format = ox.RdfFormat.from_media_type(response.mimetype)
        assert text_format
        triples = list(ox.parse(response.data, format=text_format))
        assert {quad.predicate for quad in triples} == {REIFIES}
    refused = client.get("/graphs/reifiers", headers={"Accept": "application/ld+json"})
    assert refused.status_code == 406
    assert "triple term" in refused.text


def test_where_there_is_no_evidence_there_is_none(layout: Layout) -> None:
    files = [GraphFile(name, path) for name, path in layout.named_graphs() if not is_evidence(name)]
    files = files[:3]
    client = create_app(
        Settings("none", PATIENT), EmbeddedStore(read_contents(files))
    ).test_client()
    for path in (DUMP, f"{DUMP}.sha256", "/graph/reifiers", "/graphs/reifiers"):
        assert client.get(path).status_code == 404, path
    assert (REIFIERS_GRAPH, RDF.type, None) not in graph_at(client, "/.well-known/void")
    assert DUMP not in client.get("/dcat", headers=TURTLE).text
