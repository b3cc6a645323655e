"""Queries over all that the engine has, which leave out of GRAPH what is none of the data."""

import pytest
from rdflib import URIRef

from eakg.names import GRAPH, INFERRED_GRAPH
from eakg.serve.content.scope import graph_filter
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.options import StoreOptions
from eakg.store.request import Closure, QueryRequest, select

FILES = {
    str(INFERRED_GRAPH): "<urn:s> a <urn:C> . <urn:t> a <urn:C> .",
    str(GRAPH["file/a"]): "<urn:s> <urn:p> <urn:o> , _:b .",
    str(GRAPH["file/b"]): "<urn:s> <urn:p> <urn:o> , _:b . <urn:t> <urn:p> 1 .",
    str(GRAPH["evidence/a"]): "<urn:n> <urn:q> <urn:s> .",
}
QUERIES = (
    "SELECT ?g ?s ?p ?o {{ GRAPH ?g {{ ?s ?p ?o }} FILTER({filter}) }}",
    "SELECT ?g ?o {{ VALUES ?s {{ <urn:s> <urn:t> }} GRAPH ?g {{ ?s a ?o }} FILTER({filter}) }}",
    "SELECT ?s ?g {{ ?s <urn:p> 1 . GRAPH ?g {{ ?s ?p ?o }} FILTER({filter}) }}",
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    folder = tmp_path_factory.mktemp("graphs")
    files = []
    for number, (name, text) in enumerate(FILES.items()):
        file = folder / f"{number}.ttl"
        file.write_text(text, "utf-8")
        files.append(GraphFile(URIRef(name), file))
    return EmbeddedStore(read_contents(files), StoreOptions(reasoning="none"))


@pytest.mark.parametrize("closure", ["full", "asserted"])
@pytest.mark.parametrize("query", QUERIES)
def test_the_answer_is_that_over_the_graphs_of_the_data(
    store: EmbeddedStore, query: str, closure: Closure
) -> None:
    text = query.format(filter=graph_filter(closure))
    expected, answer = (
        select(store, QueryRequest(text, closure=closure, any_graph=any_graph))
        for any_graph in (False, True)
    )
    plain = select(store, QueryRequest(query.format(filter="true"), closure=closure))
    assert sorted(map(str, answer)) == sorted(map(str, expected)) == sorted(map(str, plain))
    inferred = {str(row["g"]) for row in answer} & {str(INFERRED_GRAPH)}
    assert bool(inferred) == (closure == "full")
