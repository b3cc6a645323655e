"""The W3C tests of SPARQL updates, against a store without reasoning and with its own default
graph."""

import pyoxigraph
import pytest

from eakg.sparql.failures import QuerySyntaxError, StoreError
from eakg.store.changes.requests import UpdateRequest
from eakg.store.embedded import EmbeddedStore
from eakg.store.request import QueryRequest
from helpers.comparison import Graph, graph_of, is_same_answer, read_graphs
from helpers.manifests import Case, parameters
from helpers.sparql_suites import SUITES, store_of, update_cases


def graph(store: EmbeddedStore, name: str | None) -> Graph:
    pattern = "{ ?s ?p ?o }" if name is None else f"{{ GRAPH <{name}> {{ ?s ?p ?o }} }}"
    request = QueryRequest(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {pattern}", "ntriples")
    return graph_of(store.query(request).read(), pyoxigraph.RdfFormat.N_TRIPLES)


def passes(case: Case) -> bool:
    store = store_of(case.data)
    request = UpdateRequest(case.text.read_text("utf-8"), base_iri=case.base_iri)
    if case.kind == "update":
        store.update(request)
        expected: dict[str | None, Graph] = {None: frozenset()}
        for name, path in case.final_data:
            for graph_name, triples in read_graphs(path).items():
                own_name = name if graph_name is None else graph_name
                expected[own_name] = expected.get(own_name, frozenset()) | triples
        names = {None, *store.graphs, *expected}
        return all(is_same_answer(graph(store, n), expected.get(n, frozenset())) for n in names)
    try:
        store.update(request)
    except QuerySyntaxError:
        return case.kind == "bad update"
    except StoreError:
        # It was read; but nothing is fetched, and the graphs are not there.
        return case.kind == "good update"
    return case.kind == "good update"


@pytest.mark.parametrize(
    "case", parameters(*(case for suite in SUITES for case in update_cases(suite)))
)
def test_w3c_update(case: Case) -> None:
    assert passes(case)
