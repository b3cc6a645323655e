"""The W3C suites of SPARQL as several tests run them: their cases, the stores that these start
from, and those that fail, with the reason."""

from pathlib import Path

from eakg.sparql.query import inspect_query
from eakg.store.changes.requests import GraphWrite
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import Contents
from eakg.store.options import StoreOptions
from helpers.manifests import Case, Graphs, cases

PLAIN = StoreOptions(reasoning="none", default_graph="strict", writable=True)
FORMATS = {".ttl": "turtle", ".nt": "ntriples", ".rdf": "rdfxml"}
SPELLING = "the engine keeps the value of a number or a boolean and not its spelling"
DATES = "the engine compares dates with and without a time zone"
BNODE = "the engine gives BNODE of one string one blank node in all solutions"
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
    "sparql10/open-world/date-3": DATES,
    "sparql11/functions/bnode01": BNODE,
    "sparql11/service/service1": SERVICE,
    "sparql11/service/service2": SERVICE,
    "sparql11/service/service3": SERVICE,
    "sparql11/service/service4a": SERVICE,
    "sparql11/service/service5": SERVICE,
    "sparql11/service/service6": SERVICE,
    "sparql11/service/service7": SERVICE,
}


def store_of(graphs: Graphs) -> EmbeddedStore:
    """A store that holds the files."""
    store = EmbeddedStore(Contents((), "0" * 16), PLAIN)
    for name, path in graphs:
        store.update(
            GraphWrite(name, "post", path.read_bytes(), FORMATS[path.suffix], path.as_uri())
        )
    return store


def dataset_of(case: Case) -> Graphs:
    """The files of a test; where it names none, those that its FROM asks for."""
    if case.data:
        return case.data
    inspection = inspect_query(case.text.read_text("utf-8"), case.base_iri)
    names = dict.fromkeys((*inspection.default_graphs, *inspection.named_graphs))
    return tuple((name, Path(name.removeprefix("file://"))) for name in names)


def query_cases(suite: str) -> list[Case]:
    """The cases of a suite that are about queries."""
    return cases(suite, "query", "good query", "bad query")


def update_cases(suite: str) -> list[Case]:
    """The cases of a suite that are about updates."""
    return cases(suite, "update", "good update", "bad update")
