"""What other programs look for: contexts, links, catalogues, packages, quads, nanopublications."""

import base64
import hashlib
import json
import re
from urllib.parse import urlencode
from xml.etree import ElementTree

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from rdflib import RDF, Literal, URIRef

from eakg.names import EAKG, ID, evidence_graph, source_graph
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.neighbours.nanopublication import NP, artifact_code, trusty
from eakg.store.embedded import EmbeddedStore
from helpers.holdings import small_contents
from helpers.patience import PATIENT

PATIENCE = 60.0  # seconds for what is made once of all the data
THING = "/doc/viet-nam"
GAP = "\ue000"
JSON_LD = "application/ld+json"
COMPACTED = f'{JSON_LD};profile="http://www.w3.org/ns/json-ld#compacted"'


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(Settings("", PATIENT), EmbeddedStore(small_contents())).test_client()


def triples_at(client: FlaskClient, path: str) -> set[str]:
    data = client.get(path).data
    return {str(quad.triple) for quad in pyoxigraph.parse(data, pyoxigraph.RdfFormat.N_TRIPLES)}


@pytest.mark.slow
def test_compacted_json_ld_says_the_same(client: FlaskClient) -> None:
    answer = client.get(THING, headers={"Accept": COMPACTED})
    assert "#compacted" in answer.content_type
    document = answer.json
    assert document["@context"].endswith("/context.jsonld")
    assert any(key.startswith(("eakg:", "rdfs:")) for node in document["@graph"]
               for key in node)  # fmt: skip
    context = client.get("/context.jsonld").json["@context"]
    whole = json.dumps(document | {"@context": context}).encode()
    told = {str(quad.triple) for quad in pyoxigraph.parse(whole, pyoxigraph.RdfFormat.JSON_LD)}
    assert told == triples_at(client, f"{THING}.nt")


@pytest.mark.slow
def test_search_is_described(client: FlaskClient) -> None:
    description = ElementTree.fromstring(client.get("/opensearch.xml").data)  # noqa: S314 - our own answer
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


@pytest.mark.slow
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
        with client.get(address.removeprefix("http://localhost")) as answer:
            data = answer.data
        assert hashlib.sha256(data).hexdigest() == entry["sha256"] == entities[address]["sha256"]
        assert int(entry["contentSize"]) == len(data)


@pytest.mark.parametrize(
    ("extension", "kind"),
    [("trig", pyoxigraph.RdfFormat.TRIG), ("nq", pyoxigraph.RdfFormat.N_QUADS)],
)
def test_quads_of_a_document_have_their_graphs(
    client: FlaskClient, extension: str, kind: pyoxigraph.RdfFormat
) -> None:
    answer = client.get(f"{THING}?format={extension}")
    assert answer.data == client.get(f"{THING}.{extension}").data
    quads = [*pyoxigraph.parse(answer.data, kind)]
    names = {quad.graph_name for quad in quads}
    for name in (source_graph("record"), evidence_graph("record")):
        assert pyoxigraph.NamedNode(name) in names
    assert {str(quad.triple) for quad in quads} == triples_at(client, f"{THING}.nt")


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
    quads = [*pyoxigraph.parse(answer.data, pyoxigraph.RdfFormat.TRIG)]
    (head,) = [quad for quad in quads if quad.object.value == str(NP.Nanopublication)]
    code = re.search(r"RA[A-Za-z0-9_-]{43}$", head.subject.value)
    assert code
    parts = {quad.predicate.value: quad.object for quad in quads if quad.subject == head.subject}
    graphs = {quad.graph_name for quad in quads}
    for part in (NP.hasAssertion, NP.hasProvenance, NP.hasPublicationInfo):
        assert parts[str(part)] in graphs
    (assertion,) = [quad for quad in quads if quad.graph_name == parts[str(NP.hasAssertion)]]
    assert {name: str(term) for name, term in zip("spo", assertion.triple, strict=True)} == triple
    # The code is that of the text with gaps in its place.
    gapped = (line.replace(code[0], GAP) for line in answer.text.splitlines())
    whole = "\n".join(gapped).encode()
    terms = [
        (rdflib_term(quad.graph_name), tuple(map(rdflib_term, quad.triple)))
        for quad in pyoxigraph.parse(whole, pyoxigraph.RdfFormat.TRIG, lenient=True)
    ]
    assert artifact_code(terms) == code[0]


def rdflib_term(term: pyoxigraph.NamedNode | pyoxigraph.Literal) -> URIRef | Literal:
    if isinstance(term, pyoxigraph.NamedNode):
        return URIRef(term.value)
    datatype = None if term.language else URIRef(term.datatype.value)
    return Literal(term.value, lang=term.language, datatype=datatype, normalize=False)


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
