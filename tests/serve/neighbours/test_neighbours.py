"""What other programs look for: contexts, links, catalogues, packages, quads, nanopublications."""

import base64
import hashlib
import json
import re
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, Dataset, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from eakg.names import EAKG, ID, evidence_graph, source_graph
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.neighbours.nanopublication import NP, artifact_code, trusty
from eakg.store.embedded import EmbeddedStore
from eakg.store.request import Limits
from helpers.holdings import small_contents

PATIENCE = 60.0  # seconds for what is made once of all the data
THING = "/doc/viet-nam"
GAP = "\ue000"
JSON_LD = "application/ld+json"
COMPACTED = f'{JSON_LD};profile="http://www.w3.org/ns/json-ld#compacted"'


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(
        Settings("", Limits(patience=PATIENCE)), EmbeddedStore(small_contents())
    ).test_client()


def test_compacted_json_ld_says_the_same(client: FlaskClient) -> None:
    answer = client.get(THING, headers={"Accept": COMPACTED})
    assert "#compacted" in answer.content_type
    document = answer.json
    assert document["@context"].endswith("/context.jsonld")
    assert any(key.startswith(("eakg:", "rdfs:")) for node in document["@graph"]
               for key in node)  # fmt: skip
    context = client.get("/context.jsonld").json["@context"]
    whole = json.dumps(document | {"@context": context})
    told = Graph().parse(data=whole, format="json-ld")
    plain = Graph().parse(data=client.get(f"{THING}.nt").data, format="nt")
    assert isomorphic(told, plain)


def test_search_is_described(client: FlaskClient) -> None:
    description = ElementTree.fromstring(client.get("/opensearch.xml").data)  # noqa: S314 our own
    name = "{http://a9.com/-/spec/opensearch/1.1/}"
    templates = {one.get("type"): one.get("template", "") for one in description.iter(f"{name}Url")}
    page = templates["text/html"].replace("{searchTerms}", "viet").removeprefix("http://localhost")
    assert client.get(page).status_code == 200
    assert len(description.findtext(f"{name}ShortName") or "") <= 16
    assert "/opensearch.xml" in client.get("/", headers={"Accept": "text/html"}).text


def test_interfaces_are_catalogued(client: FlaskClient) -> None:
    answer = client.get("/.well-known/api-catalog")
    assert answer.mimetype == "application/linkset+json"
    catalog, *interfaces = answer.json["linkset"]
    assert {one["href"] for one in catalog["item"]} == {one["anchor"] for one in interfaces}
    for one in interfaces:
        for link in (*one["service-desc"], *one["service-meta"]):
            path = link["href"].removeprefix("http://localhost")
            assert client.get(path, headers={"Accept": link["type"]}).status_code == 200


def test_links_of_a_thing_are_signposts(client: FlaskClient) -> None:
    header = client.get(THING, headers={"Accept": "text/html"}).headers["Link"]
    linkset = re.search(r'<([^>]*)>; rel="linkset"', header)
    assert linkset
    answer = client.get(linkset[1])
    assert answer.mimetype == "application/linkset+json"
    first, *others = answer.json["linkset"]
    assert first["cite-as"] == [{"href": str(ID["viet-nam"])}]
    assert {"describedby", "type", "collection"} <= first.keys()
    for one in first["describedby"]:
        got = client.get(one["href"].removeprefix("http://localhost"))
        assert (got.status_code, got.mimetype) == (200, one["type"])
    assert {one["anchor"] for one in others} == {one["href"] for one in first["describedby"]}
    assert client.get("/linkset?iri=urn:nothing").status_code == 404
    assert client.get("/linkset?iri=nothing").status_code == 400


def test_the_data_set_is_packed_for_archives(client: FlaskClient) -> None:
    crate = client.get("/ro-crate-metadata.json").json
    entities = {one["@id"]: one for one in crate["@graph"]}
    root = entities[entities["ro-crate-metadata.json"]["about"]["@id"]]
    assert root["@type"] == "Dataset"
    croissant = client.get("/croissant.json").json
    objects = {one["contentUrl"]: one for one in croissant["distribution"]}
    assert {one["@id"] for one in root["hasPart"]} == objects.keys()
    for address, entry in objects.items():
        data = client.get(address.removeprefix("http://localhost")).data
        assert hashlib.sha256(data).hexdigest() == entry["sha256"] == entities[address]["sha256"]
        assert int(entry["contentSize"]) == len(data)


@pytest.mark.parametrize(("extension", "kind"), [("trig", "trig"), ("nq", "nquads")])
def test_quads_of_a_document_have_their_graphs(
    client: FlaskClient, extension: str, kind: str
) -> None:
    answer = client.get(f"{THING}?format={extension}")
    assert answer.data == client.get(f"{THING}.{extension}").data
    dataset = Dataset()
    dataset.parse(data=answer.data, format=kind)
    names = {str(graph.identifier) for graph in dataset.graphs() if len(graph)}
    assert str(source_graph("record")) in names
    assert str(evidence_graph("record")) in names
    union = {(s, p, o) for s, p, o, _ in dataset.quads()}
    plain = set(Graph().parse(data=client.get(f"{THING}.nt").data, format="nt"))
    assert {one for one in union if "BNode" not in repr(one)} == {
        one for one in plain if "BNode" not in repr(one)
    }


def test_an_unknown_parameter_is_refused(client: FlaskClient) -> None:
    answer = client.get(f"{THING}?formatt=ttl")
    assert answer.status_code == 400
    assert "formatt" in answer.text


def test_robots_keep_out_of_computations(client: FlaskClient) -> None:
    rules = client.get("/robots.txt").text
    assert "Disallow: /explain" in rules
    assert "Disallow: /search?" in rules


def test_there_is_an_icon(client: FlaskClient) -> None:
    assert client.get("/favicon.ico").mimetype == "image/svg+xml"


def stated(client: FlaskClient) -> dict[str, str]:
    query = f"""SELECT ?s ?p ?o {{ GRAPH <{source_graph("record")}> {{ ?s ?p ?o }}
      GRAPH <{evidence_graph("record")}> {{ ?n <{RDF.subject}> ?s ; <{RDF.predicate}> ?p ;
        <{RDF.object}> ?o }} FILTER(isIRI(?o)) }} ORDER BY ?s ?p ?o LIMIT 1"""
    answer = client.get(f"/sparql?{urlencode({'query': query})}&format=json").json
    (row,) = answer["results"]["bindings"]
    return {name: f"<{row[name]['value']}>" for name in "spo"}


def test_a_statement_is_a_nanopublication_with_a_trusty_name(client: FlaskClient) -> None:
    triple = stated(client)
    answer = client.get(
        f"/nanopublication?{urlencode(triple)}", headers={"Accept": "application/trig"}
    )
    assert answer.mimetype == "application/trig"
    dataset = Dataset()
    dataset.parse(data=answer.data, format="trig")
    (name,) = {s for s, _, _, _ in dataset.quads((None, RDF.type, NP.Nanopublication, None))}
    code = re.search(r"RA[A-Za-z0-9_-]{43}$", str(name))
    assert code
    parts = {str(p): o for _, p, o, _ in dataset.quads((name, None, None, None))}
    assertion = dataset.graph(parts[str(NP.hasAssertion)])
    assert {tuple(f"<{term}>" for term in one) for one in assertion} == {tuple(triple.values())}
    assert len(dataset.graph(parts[str(NP.hasProvenance)]))
    assert len(dataset.graph(parts[str(NP.hasPublicationInfo)]))
    # The code is that of the text with gaps in its place.
    quads = [
        (URIRef(str(g).replace(code[0], GAP)), tuple(
            URIRef(str(term).replace(code[0], GAP)) if isinstance(term, URIRef) else term
            for term in (s, p, o)))
        for s, p, o, g in dataset.quads()
    ]  # fmt: skip
    assert artifact_code(quads) == code[0]


def test_what_only_follows_is_no_nanopublication(client: FlaskClient) -> None:
    triple = {"s": f"<{ID['nobody']}>", "p": f"<{EAKG.agent}>", "o": f"<{ID['nothing']}>"}
    assert client.get(f"/nanopublication?{urlencode(triple)}").status_code == 404
    assert client.get("/nanopublication?s=x").status_code == 400


def test_the_code_is_that_of_the_specification() -> None:
    """Module RA: each term on a line, a literal with its datatype or language before it; SHA-256,
    in Base64 for addresses."""
    name = URIRef(f"http://e.example/np1#{GAP}")
    quads = [
        (name, (name, URIRef("http://e.example/p"), Literal("a\nb\\", lang="en-GB"))),
        (name, (name, URIRef("http://e.example/p"), Literal("5"))),
    ]
    text = (
        "http://e.example/np1# \nhttp://e.example/np1# \nhttp://e.example/p\n"
        "^http://www.w3.org/2001/XMLSchema#string 5\n"
        "http://e.example/np1# \nhttp://e.example/np1# \nhttp://e.example/p\n"
        "@en-gb a\\nb\\\\\n"
    )
    digest = hashlib.sha256(text.encode()).digest()
    code = "RA" + base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert artifact_code(quads) == code
    assert trusty(quads)[0][0] == URIRef(f"http://e.example/np1#{code}")
