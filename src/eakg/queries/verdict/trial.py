"""The trial of an update: what is in a copy of its data afterwards, beside what its contract
expects. What it changes is gone with the copy."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from rdflib import BNode, URIRef
from rdflib.term import Node

from eakg.problems import ProblemsError
from eakg.queries.contract import SavedQuery
from eakg.queries.verdict.comparison import compare_rows
from eakg.queries.verdict.outcome import Outcome, Verdict, outcome_in_time, verdict_of
from eakg.queries.verdict.skolem import is_skolem
from eakg.rdf import (
    NotRdf11Error,
    Row,
    Solutions,
    file_quads,
    read_results,
    table_of_terms,
)
from eakg.rdf.inputs import rdf_files
from eakg.sparql import StoreError
from eakg.store import (
    EmbeddedStore,
    Limits,
    QueryRequest,
    QueryService,
    StoreOptions,
    read_contents,
)
from eakg.store.changes import GraphWrite, UpdateRequest, Write
from eakg.store.workers import KeeperProcess

QUAD = ("subject", "predicate", "object", "graph")
_SECONDS = 60.0
_OPTIONS = StoreOptions(reasoning="none", default_graph="strict", writable=True)
_ALL = """SELECT ?subject ?predicate ?object ?graph {
  { ?subject ?predicate ?object } UNION { GRAPH ?graph { ?subject ?predicate ?object } } }"""


def data_after(text: str, data: Sequence[Path], seconds: float) -> Solutions:
    """What is in a dataset after an update: a row for each quad, without `graph` in the default
    graph.

    Arguments: the update; files of what is there before, whose triples are in the default graph
    unless they say otherwise; seconds that it may run. Raises: ProblemsError when a file cannot be
    read, StoreError and its kinds.
    """
    writes = [*_writes(rdf_files(data))]
    limits = Limits(timeout=seconds)
    with KeeperProcess(read_contents(()), limits, _OPTIONS) as keeper:
        client = keeper.client()
        for write in writes:
            client.update(write)
        client.update(UpdateRequest(text, timeout=seconds))
        return _quads(client)


def data_in(files: Iterable[Path]) -> Solutions:
    """What is in files, in the same form. Raises: ProblemsError when one cannot be read."""
    store = EmbeddedStore(read_contents(()), _OPTIONS)
    for write in _writes(files):
        store.update(write)
    return _quads(store)


def _writes(files: Iterable[Path]) -> Iterable[Write]:
    """A write for each graph of each file, so that its blank nodes are its own."""
    for path in files:
        lines: Mapping[str | None, list[str]] = defaultdict(list)
        for quad in file_quads(path, path.absolute().as_uri()):
            name = getattr(quad.graph_name, "value", None)
            lines[name or None].append(f"{quad.triple} .\n")
        for name, triples in lines.items():
            yield GraphWrite(name, "post", "".join(triples).encode(), "ntriples")


def _quads(store: QueryService) -> Solutions:
    results = read_results(store.query(QueryRequest(_ALL)).read())
    rows = results.rows if isinstance(results, Solutions) else ()
    return Solutions(QUAD, tuple(_with_blanks(row) for row in rows))


def _with_blanks(row: Row) -> Row:
    """A row with blank nodes, to which the store gives IRIs."""
    return {name: _blank(term) for name, term in row.items()}


def _blank(term: Node) -> Node:
    if not isinstance(term, URIRef) or not is_skolem(term):
        return term
    return BNode(f"b{sha256(term.encode()).hexdigest()[:16]}")


def try_update(query: SavedQuery, seconds: float | None = None) -> Outcome:
    """Make an update on a copy of its data and compare what is there then with what its contract
    expects.

    Arguments: the update; seconds that it may run, where it does not say. Raises: ProblemsError
    when its contract lacks what is expected, or a file cannot be read.
    """
    expect = query.expect
    if expect is None or expect.graph is None:
        message = "an update is tested by what is there after it; add `#+ expect: {graph: FILE}`"
        raise ProblemsError([query.header.problem(message, "expect")])
    start = time.perf_counter()
    try:
        answer = data_after(
            query.prologue + query.text, query.data, query.timeout or seconds or _SECONDS
        )
    except StoreError as error:
        duration = time.perf_counter() - start
        # What an update asks for and is not offered is told as of a query.
        verdict = verdict_of(error)
        verdict = Verdict.REJECTED if verdict is Verdict.UNUSABLE else verdict
        return Outcome(query, verdict, messages=(str(error),), seconds=duration)
    except NotRdf11Error as error:
        return Outcome(query, Verdict.REJECTED, messages=(f"what is there then has {error}",))
    duration = time.perf_counter() - start
    expected = data_in([expect.graph] if expect.graph.is_file() else [])
    difference = compare_rows(table_of_terms(expected), table_of_terms(answer), "set")
    verdict = Verdict.FAILED if difference else Verdict.PASSED
    size = len(answer.rows)
    return outcome_in_time(
        Outcome(query, verdict, size, difference, seconds=duration, answer=answer)
    )
