"""What the tests of writing share: a small ontology, stores over it, and what they must hold."""

from pathlib import Path

import pyoxigraph
from rdflib import URIRef

from eakg.names import EVIDENCE
from eakg.rdf.results import Row
from eakg.store.changes.requests import AppliedChange, UpdateRequest, UpdateService
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import Contents, GraphFile, read_contents
from eakg.store.graphs.dataset import INFERRED_NAME
from eakg.store.options import StoreOptions
from eakg.store.reasoning.reasoner import Reasoner
from eakg.store.request import QueryRequest, QueryService, select

PREFIXES = """PREFIX : <http://example.org/> PREFIX g: <http://example.org/g/>
PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX inferred: <https://w3id.org/eakg/graph/> """
ONTOLOGY = """@prefix : <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Cat rdfs:subClassOf :Animal . :Dog rdfs:subClassOf :Animal . :Cat owl:disjointWith :Dog .
:within a owl:TransitiveProperty . :likes rdfs:range :Animal . :knows a owl:SymmetricProperty .
"""
EMPTY = Contents((), "0" * 16)
WRITABLE = StoreOptions(writable=True)
PLAIN = StoreOptions(reasoning="none", default_graph="strict", writable=True)


def ontology(folder: Path) -> Contents:
    """The ontology, as the contents of a store."""
    path = folder / "ontology.ttl"
    path.write_text(ONTOLOGY, "utf-8")
    return read_contents([GraphFile(URIRef("http://example.org/g/ontology"), path)])


def update(store: UpdateService, text: str) -> AppliedChange:
    """Apply an update."""
    return store.update(UpdateRequest(PREFIXES + text))


def solutions(store: QueryService, text: str) -> list[Row]:
    """The solutions of a query."""
    return select(store, QueryRequest(PREFIXES + text))


def values(store: QueryService, text: str) -> list[str]:
    """The values of a query for one variable, sorted, without the namespace of the tests."""
    texts = (str(value) for row in solutions(store, text) for value in row.values())
    return sorted(value.removeprefix("http://example.org/") for value in texts)


def dump(store: QueryService) -> set[pyoxigraph.Quad]:
    """All that the named graphs of a store hold."""
    quads = set()
    for name in values(store, "SELECT ?g { GRAPH ?g {} }"):
        iri = name if ":" in name else f"http://example.org/{name}"
        text = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
        for quad in _quads(store, text):
            quads.add(pyoxigraph.Quad(*_triple(quad), pyoxigraph.NamedNode(iri)))
    return quads


def default_graph(store: QueryService) -> set[pyoxigraph.Quad]:
    """The triples of the default graph of queries."""
    return set(_quads(store, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"))


def fresh_closure(quads: set[pyoxigraph.Quad]) -> set[pyoxigraph.Quad]:
    """What follows from the asserted ones of some quads, found out anew."""
    return set(Reasoner(quads - _inferred_quads(quads)).inferred())


def assert_closed(quads: set[pyoxigraph.Quad]) -> None:
    """The graph of what was inferred is what follows from the others."""
    assert _inferred_quads(quads) == fresh_closure(quads)


def _inferred_quads(quads: set[pyoxigraph.Quad]) -> set[pyoxigraph.Quad]:
    return {quad for quad in quads if getattr(quad.graph_name, "value", "") == INFERRED_NAME}


def rdf_merge(quads: set[pyoxigraph.Quad]) -> set[pyoxigraph.Quad]:
    """The RDF merge of all graphs but those of evidence."""
    return {
        pyoxigraph.Quad(*_triple(quad))
        for quad in quads
        if EVIDENCE not in getattr(quad.graph_name, "value", "")
    }


def _triple(quad: pyoxigraph.Quad) -> tuple[object, object, object]:
    return quad.subject, quad.predicate, quad.object


def _quads(store: QueryService, text: str) -> list[pyoxigraph.Quad]:
    data = store.query(QueryRequest(text, "ntriples")).read()
    return list(pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.N_TRIPLES))


def embedded_store(folder: Path, options: StoreOptions = WRITABLE) -> EmbeddedStore:
    """A store in this process over the ontology."""
    return EmbeddedStore(ontology(folder), options)
