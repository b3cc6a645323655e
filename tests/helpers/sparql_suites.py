"""The W3C suites of SPARQL as several tests run them: their cases, the stores that these start
from, and those that fail, with the reason."""

from pathlib import Path

import pyoxigraph

from eakg.sparql.failures import InexactQueryError, QueryRefusedError
from eakg.sparql.query import inspect_query
from eakg.store.changes.requests import GraphWrite, UpdateRequest
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import Contents
from eakg.store.options import StoreOptions
from helpers.comparison import Answer, is_same_answer, read_graphs, read_result
from helpers.manifests import Case, Graphs, cases

SUITES = ("sparql10", "sparql11", "sparql12")
PLAIN = StoreOptions(reasoning="none", default_graph="strict", writable=True)
N_TRIPLES = pyoxigraph.RdfFormat.N_TRIPLES
FORMATS = {".ttl": "turtle", ".nt": "ntriples", ".rdf": "rdfxml"}
COMPUTED = frozenset(
    {
        "sparql11/aggregates/agg-sum-02",
        "sparql11/aggregates/agg-avg-02",
        "sparql11/aggregates/agg-err-02",
        "sparql11/cast/cast-float",
        "sparql11/cast/cast-double",
        "sparql11/cast/cast-decimal",
        "sparql11/functions/plus-1-corrected",
        "sparql11/functions/coalesce01",
        # Their results have another form than their data: 2.0E-1 for 0.2, 1.0e6 for 1.0E6.
        "sparql11/aggregates/agg-min-02",
        "sparql11/csv-tsv-res/tsv03",
    }
)
"""Tests of numbers that are computed: these are values, in whichever form (XPath and XQuery
Functions section 4)."""
REFUSED = {
    "sparql11/functions/bnode01": InexactQueryError,
    **{
        f"sparql11/service/{name}": QueryRefusedError
        for name in (
            *("service1", "service2", "service3", "service4a", "service5", "service6"),
            "service7",
        )
    },
}
"""Tests that are refused, and how: no query without an answer as the test wants it gets one."""


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


def is_right(found: Answer, case: Case) -> bool:
    """Whether an answer is the one that a test wants."""
    assert case.result is not None
    expected = read_result(case.result)
    return is_same_answer(found, expected, lax=case.lax, by_value=case.name in COMPUTED)


def query_cases(suite: str) -> list[Case]:
    """The cases of a suite that are about queries."""
    return cases(suite, "query", "good query", "bad query")


def update_cases(suite: str) -> list[Case]:
    """The cases of a suite that are about updates."""
    return cases(suite, "update", "good update", "bad update")
