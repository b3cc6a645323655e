"""The W3C suites of SPARQL as several tests run them: their cases, the stores that these start
from, and those that fail, with the reason."""

from pathlib import Path

import pyoxigraph

from eakg.sparql.query import inspect_query
from eakg.store.changes.requests import GraphWrite, UpdateRequest
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import Contents
from eakg.store.options import StoreOptions
from helpers.comparison import read_graphs
from helpers.manifests import Case, Graphs, cases

SUITES = ("sparql10", "sparql11", "sparql12")
PLAIN = StoreOptions(reasoning="none", default_graph="strict", writable=True)
N_TRIPLES = pyoxigraph.RdfFormat.N_TRIPLES
FORMATS = {".ttl": "turtle", ".nt": "ntriples", ".rdf": "rdfxml"}
SPELLING = "the engine keeps the value of a number or a boolean and not its spelling"
DATES = "the engine compares dates with and without a time zone"
BNODE = "the engine gives BNODE of one string one blank node in all solutions"
SERVICE = "no part of a query is sent to other endpoints"
FAILING = {
    "sparql12/eval-triple-terms/op-2": SPELLING,
    "sparql12/grouping/group01": SPELLING,
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
    "sparql11/csv-tsv-res/tsv03": SPELLING,
    "sparql11/functions/plus-1-corrected": SPELLING,
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
        if path.suffix in FORMATS:
            form = FORMATS[path.suffix]
            store.update(GraphWrite(name, "post", path.read_bytes(), form, path.as_uri()))
            continue
        blocks = []  # of one update, as a blank node may stand in two graphs
        for graph, triples in read_graphs(path).items():
            data = (pyoxigraph.serialize(triples, format=N_TRIPLES) or b"").decode()
            blocks.append(data if graph is None else f"GRAPH <{graph}> {{ {data} }}")
        store.update(UpdateRequest(f"INSERT DATA {{ {' '.join(blocks)} }}"))
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
