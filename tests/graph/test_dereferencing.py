"""Every IRI of ours that an answer names leads to RDF; one data set has one IRI. More are followed
with EAKG_SOAK."""

import gzip
import html
import re
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Literal, URIRef
from rdflib.namespace import VOID

from eakg.dataset.layout import Layout
from eakg.names import BASE, EAKG, GRAPH, ID, INFERRED_GRAPH
from eakg.rdf.notation import write_term
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.data.service import SD
from eakg.serve.words.links import proof_path
from eakg.store.embedded import EmbeddedStore
from eakg.store.request import QueryRequest, select
from helpers.patience import PATIENT
from helpers.tries import SOAK

TURTLE = {"Accept": "text/turtle"}
DATASET = URIRef(BASE)
_OURS = re.compile(re.escape(BASE) + r'[^<>"\\^`{|}\s]*')


@pytest.fixture(scope="module")
def store(shipped_store: EmbeddedStore) -> EmbeddedStore:
    return shipped_store


@pytest.fixture(scope="module")
def client(store: EmbeddedStore, layout: Layout) -> FlaskClient:
    files = tuple((str(name), str(path)) for name, path in layout.named_graphs())
    return create_app(Settings("none", PATIENT, files=files), store).test_client()


def graph_at(client: FlaskClient, path: str, host: str = "localhost") -> Graph:
    response = client.get(path, headers={**TURTLE, "Host": host}, follow_redirects=True)
    assert (response.status_code, response.mimetype) == (200, "text/turtle"), path
    return Graph().parse(data=response.data, format="turtle")


def inferred(store: EmbeddedStore, number: int) -> Iterator[str]:
    """The addresses of proofs, some for each property that follows."""
    query = f"SELECT ?s ?p ?o {{ GRAPH <{INFERRED_GRAPH}> {{ ?s ?p ?o }} }} ORDER BY ?p ?s ?o"
    rows = [row for row in select(store, QueryRequest(query)) if isinstance(row["s"], URIRef)]
    for row in rows[:: max(1, len(rows) // number)]:
        if isinstance(row["o"], URIRef | Literal):
            yield proof_path((row["s"], row["p"], row["o"]))


def spread(members: list[str], number: int) -> list[str]:
    """About so many, evenly spread."""
    return members[:: max(1, len(members) // number)]


def test_every_iri_of_ours_leads_to_rdf(client: FlaskClient, store: EmbeddedStore) -> None:
    sources = ["/", "/dcat", "/.well-known/void", "/sparql", "/rules", "/things"]
    sources += ["/things?kind=Meeting", "/doc/china", "/doc/apt-som-2020-07-20", "/contradictions"]
    sources += ["/doc/record-2020-07-23/statement/E1", "/graph/background/acts", "/graph/inferred"]
    sources += [*inferred(store, 6)]
    named: dict[str, str] = {}
    for source in sources:
        response = client.get(source, headers=TURTLE, follow_redirects=True)
        if response.status_code == 200:
            quads = ox.parse(
                response.data, format=ox.RdfFormat.TURTLE, base_iri="http://localhost/"
            )
            terms = {term for quad in quads for term in (quad.subject, quad.predicate, quad.object)}
            iris = (term.value for term in terms if isinstance(term, ox.NamedNode))
            named |= {iri: source for iri in iris if iri.startswith(BASE)}
    assert {str(ID["reasoner"]), str(ID["rule/prp-spo2"]), BASE} <= named.keys()
    addresses = {iri.partition("#")[0] for iri in named}
    things = sorted(one for one in addresses if one.startswith((str(ID), f"{BASE}doc/")))
    others = sorted(addresses.difference(things))
    lost = []
    for address in [*spread(others, 30 if SOAK else 10), *spread(things, 12 if SOAK else 6)]:
        path = "/" + address.removeprefix(BASE)
        response = client.get(path, headers=TURTLE, follow_redirects=True)
        if (response.status_code, response.mimetype) != (200, "text/turtle"):
            lost.append((address, response.status_code, response.mimetype))
    assert lost == []


def test_a_rule_and_the_reasoner_are_told_in_rdf(client: FlaskClient) -> None:
    for accept in ("text/turtle", "application/ld+json", "application/n-triples"):
        response = client.get(
            "/id/rule/prp-spo2", headers={"Accept": accept}, follow_redirects=True
        )
        assert (response.status_code, response.mimetype) == (200, accept)
    graph = graph_at(client, "/id/rule/prp-spo2")
    assert (ID["rule/prp-spo2"], DCTERMS.description, None) in graph
    assert len(set(graph.objects(ID["rule/prp-spo2"], RDF.value))) == 1
    assert (ID["reasoner"], RDF.type, None) in graph_at(client, "/id/reasoner")
    assert client.get("/id/rule/rdfs7").status_code == 303
    page = client.get("/rules", headers={"Accept": "text/html"}).text
    assert 'id="reasoner"' in page
    assert 'id="rdfs7"' in page


def test_a_graph_is_told_of(client: FlaskClient, store: EmbeddedStore) -> None:
    acts = GRAPH["background/acts"]
    graph = graph_at(client, "/graph/background/acts")
    (row,) = select(
        store, QueryRequest(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{acts}> {{ ?s ?p ?o }} }}")
    )
    assert (acts, VOID.triples, Literal(int(str(row["n"])))) in graph
    assert str(graph.value(acts, DCTERMS.title)).startswith("Acts")
    assert graph.value(acts, DCTERMS.license)
    sources = {str(one) for one in graph.objects(acts, DCTERMS.source)}
    assert any(one.endswith("/graph/background/acts.csv") for one in sources)
    for dump in graph.objects(acts, VOID.dataDump):
        assert client.get(urlsplit(str(dump)).path).status_code == 200


def test_one_data_set_has_one_iri(client: FlaskClient) -> None:
    for host in ("localhost", "evil.example"):
        found = {
            "/.well-known/void": DCAT.Dataset,
            "/dcat": DCAT.Dataset,
            "/sparql": SD.Dataset,
            "/": DCAT.Dataset,
        }
        for path, class_ in found.items():
            graph = graph_at(client, path, host)
            assert set(graph.subjects(RDF.type, class_)) == {DATASET}, path
        graph = graph_at(client, "/.well-known/void", host)
        for kind in (VOID.Dataset, VOID.Linkset):
            assert all(str(one).startswith(BASE) for one in graph.subjects(RDF.type, kind))
        parts = {*graph.objects(None, VOID.classPartition), *graph.objects(None, VOID.subset)}
        assert all(str(part).startswith(BASE) for part in parts)


def test_no_canonical_address_follows_the_host(client: FlaskClient) -> None:
    page = client.get("/doc/china", headers={"Accept": "text/html", "Host": "evil.example"})
    (canonical,) = re.findall(r'<link rel="canonical" href="([^"]+)"', page.text)
    assert html.unescape(canonical) == "/doc/china"
    assert "evil.example" not in page.text
    turtle = client.get("/doc/china", headers={**TURTLE, "Host": "evil.example"})
    assert "evil.example" not in turtle.text
    assert "evil.example" not in str(turtle.headers)


def test_each_dump_holds_what_is_counted(client: FlaskClient) -> None:
    graph = graph_at(client, "/.well-known/void")
    checked = 0
    for dataset, dump in graph.subject_objects(VOID.dataDump):
        with client.get(urlsplit(str(dump)).path) as response:
            text = gzip.decompress(response.data)
        number = int(str(graph.value(dataset, VOID.triples)))
        if str(dump).endswith(".nq.gz"):
            assert text.count(b"\n") == number
        else:
            assert len(Graph().parse(data=text, format="turtle")) == number
        checked += 1
    assert checked == 3
    for subset in graph.objects(None, VOID.subset):
        holder = graph.value(predicate=VOID.subset, object=subset)
        held = int(str(graph.value(subset, VOID.triples)))
        assert held <= int(str(graph.value(holder, VOID.triples)))


def test_links_to_wikidata_are_counted(client: FlaskClient, store: EmbeddedStore) -> None:
    graph = graph_at(client, "/.well-known/void")
    (links,) = graph.subjects(RDF.type, VOID.Linkset)
    query = f"""SELECT (COUNT(*) AS ?n) {{ ?s <{graph.value(links, VOID.linkPredicate)}> ?o
      FILTER(STRSTARTS(STR(?o), "http://www.wikidata.org/entity/")) }}"""
    (row,) = select(store, QueryRequest(query))
    assert graph.value(links, VOID.triples) == Literal(int(str(row["n"])))
    assert int(str(row["n"])) > 50
    assert graph.value(links, VOID.subjectsTarget) == DATASET
    target = graph.value(links, VOID.objectsTarget)
    assert (target, VOID.uriSpace, Literal("http://www.wikidata.org/entity/")) in graph


def test_what_dcat_ap_3_requires_is_there(client: FlaskClient) -> None:
    """https://semiceu.github.io/DCAT-AP/releases/3.0.0/: the mandatory properties of each class."""
    graph = graph_at(client, "/dcat")
    required = {
        DCAT.Catalog: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset),
        DCAT.Dataset: (DCTERMS.title, DCTERMS.description),
        DCAT.Distribution: (DCAT.accessURL,),
        DCAT.DataService: (DCTERMS.title, DCAT.endpointURL),
        FOAF.Agent: (FOAF.name,),
    }
    for class_, properties in required.items():
        nodes = list(graph.subjects(RDF.type, class_))
        assert nodes, class_
        for node in nodes:
            assert [one for one in properties if graph.value(node, one) is None] == []
    for publisher in graph.objects(None, DCTERMS.publisher):
        assert (publisher, RDF.type, FOAF.Agent) in graph
    for creator in graph.objects(None, DCTERMS.creator):
        assert (creator, RDF.type, FOAF.Agent) in graph


def test_no_answer_gives_away_a_blank_node(client: FlaskClient, store: EmbeddedStore) -> None:
    """Labels of blank nodes are of a document; no address has one."""
    chain = EAKG["entitledToAttend"]
    (row, *_) = select(
        store, QueryRequest(f"SELECT ?s ?o {{ ?s <{chain}> ?o }} ORDER BY ?s ?o LIMIT 1")
    )
    terms = {"s": row["s"], "p": chain, "o": row["o"]}
    proof = {name: write_term(term) for name, term in terms.items()}
    labels = {
        f"_:{one}"
        for one in re.findall(
            r"_:(\w+)", client.get(f"/explain?{urlencode({**proof, 'format': 'json'})}").text
        )
    }
    assert labels
    assert all(re.fullmatch(r"_:b[0-9]+", one) for one in labels)
    turtle = client.get(f"/explain?{urlencode({**proof, 'format': 'turtle'})}").text
    assert "explain?s=_" not in turtle
    assert "o=_%3A" not in turtle
    page = client.get(f"/explain?{urlencode({**proof, 'format': 'html'})}").text
    assert "_:" not in page
    assert "=_%3A" not in page
    answer = client.get(f"/explain?{urlencode({**proof, 's': '_:b1'})}")
    assert answer.status_code == 400
    assert "blank node" in answer.text
