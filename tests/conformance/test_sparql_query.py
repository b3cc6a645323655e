"""The W3C tests of SPARQL queries, against a store without reasoning and with its own default
graph."""

import pyoxigraph
import pytest

from eakg.rdf.formats import ResultKind
from eakg.sparql.failures import QueryError, QuerySyntaxError
from eakg.sparql.query import inspect_query
from eakg.store.embedded import EmbeddedStore
from eakg.store.request import QueryRequest
from helpers.comparison import (
    Answer,
    graph_of,
    result_of,
    solutions_in_csv,
)
from helpers.manifests import Case, parameters
from helpers.sparql_suites import REFUSED, SUITES, dataset_of, is_right, query_cases, store_of


def answer(store: EmbeddedStore, case: Case) -> Answer:
    text = case.text.read_text("utf-8")
    base = case.base_iri
    if inspect_query(text, base).kind is ResultKind.GRAPH:
        found = store.query(QueryRequest(text, "ntriples", base_iri=base)).read()
        return graph_of(found, pyoxigraph.RdfFormat.N_TRIPLES)
    if case.result is not None and case.result.suffix == ".csv":
        found = store.query(QueryRequest(text, "csv", base_iri=base)).read()
        return solutions_in_csv(found.decode())
    found = store.query(QueryRequest(text, "json", base_iri=base)).read()
    return result_of(found, pyoxigraph.QueryResultsFormat.JSON)


def passes(case: Case) -> bool:
    text = case.text.read_text("utf-8")
    if case.kind == "query":
        return is_right(answer(store_of(dataset_of(case)), case), case)
    kind = inspect_query(text, case.base_iri).kind
    format_ = "ntriples" if kind is ResultKind.GRAPH else "json"
    try:
        store_of(()).query(QueryRequest(text, format_, base_iri=case.base_iri)).read()
    except QuerySyntaxError:
        return case.kind == "bad query"
    except QueryError:
        # It was read; but no graph is fetched, no service asked, no function added.
        return case.kind == "good query"
    return case.kind == "good query"


@pytest.mark.parametrize(
    "case", parameters(*(case for suite in SUITES for case in query_cases(suite)))
)
def test_w3c_query(case: Case) -> None:
    if case.name in REFUSED:
        with pytest.raises(REFUSED[case.name]):
            answer(store_of(dataset_of(case)), case)
        return
    assert passes(case)
