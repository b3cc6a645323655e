"""What a format cannot say, over HTTP: the next that the client takes, or 406 before any byte."""

from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, Literal, URIRef

from eakg.serve.app.settings import Access, Settings
from eakg.serve.application import create_app
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.options import StoreOptions
from helpers.patience import PATIENT
from helpers.serving import BEARER, TOKEN

GRAPH = "https://w3id.org/eakg/graph/file/awkward"
ID = "https://w3id.org/eakg/id/"
SLIDE = f'<{ID}slide> <http://example.org/title> "slide\\u000Btitle" .\n'
DIGITS = f"<{ID}digits> <http://example.org/123> <{ID}slide> .\n"
CLASS = f"<{ID}typed> a <http://example.org/1> .\n"
LINES = f'<{ID}lines> <http://example.org/title> "one\\rtwo" .\n'
TURTLE, XML, RDF_XML = "text/turtle", "application/sparql-results+xml", "application/rdf+xml"
JSON, JSON_LD = "application/sparql-results+json", "application/ld+json"
SELECT = f"SELECT ?o {{ <{ID}slide> ?p ?o }}"
CONSTRUCT = "CONSTRUCT { <a:s> <http://e/123> 1 } WHERE {}"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    path = tmp_path_factory.mktemp("awkward") / "awkward.ttl"
    path.write_text(SLIDE + DIGITS + CLASS + LINES, "utf-8")
    options = StoreOptions(reasoning="none", writable=True)
    store = EmbeddedStore(read_contents([GraphFile(URIRef(GRAPH), path)]), options)
    settings = Settings("", PATIENT, options=options, access=Access(Access.digest(TOKEN)))
    yield create_app(settings, store).test_client()


@pytest.mark.parametrize(
    ("path", "query", "accept"),
    [
        ("/sparql", {"query": SELECT}, XML),
        ("/sparql", {"query": SELECT, "format": "xml"}, "*/*"),
        ("/sparql", {"query": CONSTRUCT}, RDF_XML),
        ("/sparql", {"query": CONSTRUCT, "format": "rdf"}, TURTLE),
        ("/doc/slide", {}, RDF_XML),
        ("/doc/slide.rdf", {}, TURTLE),
        ("/doc/digits.rdf", {}, "*/*"),
        ("/graphs", {"graph": GRAPH}, RDF_XML),
        ("/graph/file/awkward.rdf", {}, "*/*"),
    ],
)
def test_what_a_format_cannot_say_is_refused(
    client: FlaskClient, path: str, query: dict[str, str], accept: str
) -> None:
    answer = client.get(path, query_string=query, headers={"Accept": accept})
    assert answer.status_code == 406
    assert answer.content_type == "application/problem+json"
    problem = answer.get_json(force=True)
    assert problem["code"] == "format-mismatch"
    offers = problem["detail"].partition("there is ")[2].split(", ")
    assert offers
    assert not {RDF_XML, XML} & {*offers}


@pytest.mark.parametrize(
    ("path", "query", "accept", "media_type"),
    [
        ("/sparql", {"query": SELECT}, f"{XML}, {JSON};q=0.5", JSON),
        ("/sparql", {"query": SELECT}, f"{XML}, text/turtle, text/csv;q=0.1", "text/csv"),
        ("/sparql", {"query": SELECT, "format": ["xml", "json"]}, "*/*", JSON),
        ("/sparql", {"query": CONSTRUCT}, f"{RDF_XML}, {TURTLE};q=0.5", TURTLE),
        ("/doc/slide", {}, f"{RDF_XML}, {TURTLE};q=0.5", TURTLE),
        ("/doc/digits", {}, f"{RDF_XML}, */*;q=0.1", TURTLE),
        ("/graphs", {"graph": GRAPH}, f"{RDF_XML}, {JSON_LD};q=0.5", JSON_LD),
    ],
)
def test_the_next_format_is_taken(
    client: FlaskClient, path: str, query: dict[str, str], accept: str, media_type: str
) -> None:
    answer = client.get(path, query_string=query, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    tag = answer.headers["ETag"]
    again = client.get(path, query_string=query, headers={"Accept": accept, "If-None-Match": tag})
    assert (again.status_code, again.headers["ETag"]) == (304, tag)
    alone = client.get(path, query_string={**query, "format": ()}, headers={"Accept": media_type})
    assert alone.data == answer.data


def test_a_class_without_a_name_is_said_in_rdf_xml(client: FlaskClient) -> None:
    query = f"CONSTRUCT WHERE {{ <{ID}typed> a ?class }}"
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": RDF_XML})
    graph = Graph().parse(data=answer.data, format="xml")
    assert [str(one) for one in graph.objects()] == ["http://example.org/1"]


def test_a_carriage_return_is_coded(client: FlaskClient) -> None:
    query = f"SELECT ?o {{ <{ID}lines> ?p ?o }}"
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": XML})
    assert b"&#xD;" in answer.data
    (text,) = ElementTree.fromstring(answer.data).itertext()  # noqa: S314 - our own
    assert text == "one\rtwo"
    document = client.get("/doc/lines.rdf")
    assert b"&#xD;" in document.data
    title = URIRef("http://example.org/title")
    values = Graph().parse(data=document.data, format="xml").objects(None, title)
    assert [*values] == [Literal("one\rtwo")]


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        *((one, TURTLE) for one in ("text/n3", "text/rdf+n3", "application/n3", "n3", "turtle")),
        *((one, "application/trig") for one in ("application/trig", "trig", "application/x-trig")),
        *((one, "application/n-quads") for one in ("application/n-quads", "nquads", "nq")),
        *((one, JSON_LD) for one in ("application/json", "json", "json-ld", "jsonld")),
        *((one, RDF_XML) for one in ("application/xml", "text/xml", "rdf/xml", "rdf", "rdf+xml")),
        *((one, "application/n-triples") for one in ("text/plain", "nt", "n-triples")),
    ],
)
def test_names_of_graph_formats(client: FlaskClient, name: str, media_type: str) -> None:
    query = f"DESCRIBE <{ID}lines>"
    answer = client.get("/sparql", query_string={"query": query, "format": name})
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    if "/" in name and name != "rdf/xml":
        accepted = client.get("/sparql", query_string={"query": query}, headers={"Accept": name})
        assert (accepted.status_code, accepted.mimetype) == (200, media_type)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        *((one, JSON) for one in ("application/json", "json", "srj", JSON, "sparql-results+json")),
        *((one, XML) for one in ("application/xml", "text/xml", "xml", "srx", XML)),
        *((one, "text/csv") for one in ("csv", "text/csv")),
        *((one, "text/tab-separated-values") for one in ("tsv", "text/tab-separated-values")),
    ],
)
def test_names_of_result_formats(client: FlaskClient, name: str, media_type: str) -> None:
    query = f"SELECT * {{ <{ID}lines> ?p ?o }}"
    answer = client.get("/sparql", query_string={"query": query, "format": name})
    assert (answer.status_code, answer.mimetype) == (200, media_type)


@pytest.mark.parametrize("extension", ["trig", "nq"])
def test_graphs_in_quads_are_written_and_read(client: FlaskClient, extension: str) -> None:
    media_type = {"trig": "application/trig", "nq": "application/n-quads"}[extension]
    assert client.get(f"/doc/lines.{extension}").mimetype == media_type
    address = "/graphs?graph=urn:quads"
    headers = {**BEARER, "Content-Type": media_type}
    assert client.put(address, data=LINES, headers=headers).status_code == 201
    answer = client.get(address, headers={"Accept": media_type})
    assert answer.mimetype == media_type
    plain = "turtle" if extension == "trig" else "nt"
    assert len(Graph().parse(data=answer.data, format=plain)) == 1
    assert client.delete(address, headers=BEARER).status_code == 204


def test_parts_that_name_graphs_are_refused(client: FlaskClient) -> None:
    quad = b"<urn:a> <urn:p> <urn:b> <urn:g> ."
    address = "/graphs?graph=urn:parts"
    whole = {**BEARER, "Content-Type": "application/n-quads"}
    assert client.put(address, data=quad, headers=whole).status_code == 403
    parts = {"file": (BytesIO(quad), "a.nq", "application/n-quads")}
    assert client.post(address, data=parts, headers=BEARER).status_code == 403
    assert client.get(address).status_code == 404
