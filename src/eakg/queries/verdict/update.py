"""Expected rows and triples, rewritten to what came."""

from collections.abc import Sequence
from pathlib import Path

from rdflib import Graph

from eakg.queries.verdict.outcome import Outcome, table_of
from eakg.rdf import write_rows, write_turtle


def updates(outcomes: Sequence[Outcome]) -> dict[Path, bytes]:
    """The files of what is expected, where what came differs, with what came as their content.

    A file of rows that are only some of those that come is left to people.
    """
    files: dict[Path, bytes] = {}
    for outcome in outcomes:
        expect, answer = outcome.query.expect, outcome.answer
        if expect is None or answer is None:
            continue
        if expect.graph is not None and isinstance(answer, Graph):
            if outcome.difference or not expect.graph.is_file():
                files[expect.graph] = _triples(answer, expect.graph)
        elif expect.rows is not None and not isinstance(answer, Graph):
            if expect.rows.is_file() and (not outcome.difference or expect.compare == "contains"):
                continue
            solutions = table_of(answer, terms=False) if isinstance(answer, bool) else answer
            files[expect.rows] = write_rows(solutions, expect.rows).encode()
    return files


def _triples(graph: Graph, path: Path) -> bytes:
    if path.suffix == ".nt":
        return graph.serialize(format="nt", encoding="utf-8")
    return write_turtle(graph)
