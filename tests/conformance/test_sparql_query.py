"""The W3C tests of SPARQL queries, against a store without reasoning and with its own default
graph."""

from pathlib import Path

import pyoxigraph
import pytest

from eakg.rdf.formats import ResultKind
from eakg.sparql.failures import QueryError, QuerySyntaxError
from eakg.sparql.query import inspect_query
from eakg.store.changes.requests import GraphWrite
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import Contents
from eakg.store.options import StoreOptions
from eakg.store.request import QueryRequest
from helpers.comparison import (
    Answer,
    graph_of,
    is_same_answer,
    read_result,
    result_of,
    solutions_in_csv,
)
from helpers.manifests import Case, cases, parameters

PLAIN = StoreOptions(reasoning="none", default_graph="strict", writable=True)
FORMATS = {".ttl": "turtle", ".nt": "ntriples", ".rdf": "rdfxml"}
SPELLING = "the engine keeps the value of a number or a boolean and not its spelling"
DATES = "the engine compares dates with and without a time zone"
KEYWORD = "the engine reads true and false in small letters only"
SCOPE = "the engine does not evaluate the group of GRAPH ?g for each graph by itself"
LABELS = "the engine lets two basic graph patterns share a blank node label"
CONCAT = "the engine keeps a language that all strings of GROUP_CONCAT have"
BNODE = "the engine gives BNODE of one string one blank node in all solutions"
EMPTY = "the engine starts a path of length zero only from terms of its store"
SERVICE = "no part of a query is sent to other endpoints"
FAILING = {
    "sparql10/distinct/no-distinct-1": SPELLING,
    "sparql10/distinct/distinct-1": SPELLING,
    "sparql10/distinct/no-distinct-9": SPELLING,
    "sparql10/distinct/distinct-9": SPELLING,
    "sparql10/expr-builtin/dawg-str-1": SPELLING,
    "sparql10/expr-builtin/dawg-str-2": SPELLING,
    "sparql10/expr-builtin/dawg-datatype-1": SPELLING,
    "sparql10/expr-builtin/sameTerm-simple": SPELLING,
    "sparql10/expr-builtin/sameTerm-eq": SPELLING,
    "sparql10/expr-builtin/sameTerm-not-eq": SPELLING,
    "sparql10/expr-equals/eq-2-1": SPELLING,
    "sparql10/expr-equals/eq-2-2": SPELLING,
    "sparql10/expr-equals/eq-graph-1": SPELLING,
    "sparql10/expr-equals/eq-graph-2": SPELLING,
    "sparql10/open-world/open-eq-01": SPELLING,
    "sparql10/open-world/open-eq-03": SPELLING,
    "sparql10/open-world/open-eq-04": SPELLING,
    "sparql10/sort/dawg-sort-7": SPELLING,
    "sparql11/aggregates/agg-sum-02": SPELLING,
    "sparql11/aggregates/agg-avg-02": SPELLING,
    "sparql11/aggregates/agg-min-01": SPELLING,
    "sparql11/aggregates/agg-min-02": SPELLING,
    "sparql11/aggregates/agg-max-01": SPELLING,
    "sparql11/aggregates/agg-max-02": SPELLING,
    "sparql11/aggregates/agg-err-02": SPELLING,
    "sparql11/aggregates/agg-max-distinct": SPELLING,
    "sparql11/aggregates/agg-min-distinct": SPELLING,
    "sparql11/cast/cast-bool": SPELLING,
    "sparql11/cast/cast-int": SPELLING,
    "sparql11/cast/cast-float": SPELLING,
    "sparql11/cast/cast-double": SPELLING,
    "sparql11/cast/cast-decimal": SPELLING,
    "sparql11/cast/cast-string": SPELLING,
    "sparql11/csv-tsv-res/csv03": SPELLING,
    "sparql11/csv-tsv-res/tsv03": SPELLING,
    "sparql11/functions/plus-1-corrected": SPELLING,
    "sparql11/functions/plus-2-corrected": SPELLING,
    "sparql11/functions/coalesce01": SPELLING,
    "sparql10/open-world/date-2": DATES,
    "sparql10/open-world/date-3": DATES,
    "sparql10/expr-builtin/case-insensitive-booleans": KEYWORD,
    "sparql10/graph/graph-variable-scope": SCOPE,
    "sparql10/graph/graph-optional": SCOPE,
    "sparql11/aggregates/agg-empty-group-count-graph": SCOPE,
    "sparql11/bindings/graph": SCOPE,
    "sparql11/negation/graph-minus": SCOPE,
    "sparql10/syntax-sparql3/syn-bad-26": LABELS,
    "sparql11/aggregates/agg-groupconcat-04": CONCAT,
    "sparql11/aggregates/agg-groupconcat-06": CONCAT,
    "sparql11/functions/bnode01": BNODE,
    "sparql11/property-path/zero_or_more_set_start": EMPTY,
    "sparql11/property-path/zero_or_more_set_end": EMPTY,
    "sparql11/property-path/zero_or_one_set_start": EMPTY,
    "sparql11/property-path/zero_or_one_set_end": EMPTY,
    "sparql11/service/service1": SERVICE,
    "sparql11/service/service2": SERVICE,
    "sparql11/service/service3": SERVICE,
    "sparql11/service/service4a": SERVICE,
    "sparql11/service/service5": SERVICE,
    "sparql11/service/service6": SERVICE,
    "sparql11/service/service7": SERVICE,
}


def store_of(graphs: tuple[tuple[str | None, Path], ...]) -> EmbeddedStore:
    """A store that holds the files."""
    store = EmbeddedStore(Contents((), "0" * 16), PLAIN)
    for name, path in graphs:
        store.update(
            GraphWrite(name, "post", path.read_bytes(), FORMATS[path.suffix], path.as_uri())
        )
    return store


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


def dataset_of(case: Case) -> tuple[tuple[str | None, Path], ...]:
    """The files of a test; where it names none, those that its FROM asks for."""
    if case.data:
        return case.data
    asked = inspect_query(case.text.read_text("utf-8"), case.base_iri)
    names = dict.fromkeys((*asked.default_graphs, *asked.named_graphs))
    return tuple((name, Path(name.removeprefix("file://"))) for name in names)


def passes(case: Case) -> bool:
    text = case.text.read_text("utf-8")
    if case.kind == "query":
        assert case.result is not None
        found = answer(store_of(dataset_of(case)), case)
        return is_same_answer(found, read_result(case.result), lax=case.lax)
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


def counted(suite: str) -> list[Case]:
    return cases(suite, "query", "good query", "bad query")


@pytest.mark.parametrize("case", parameters(*counted("sparql10"), *counted("sparql11")))
def test_w3c_query(case: Case) -> None:
    if case.name in FAILING:
        try:
            passed = passes(case)
        except QueryError:
            passed = False
        assert not passed, f"{case.name} passes: take it off the list"
        pytest.xfail(FAILING[case.name])
    assert passes(case)
