"""Expected rows and triples, rewritten to what came."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph

from eakg.queries.ask import Answer
from eakg.queries.contract import Expectation, SavedQuery
from eakg.queries.verdict.outcome import Outcome, table_of
from eakg.rdf import Solutions, write_rows, write_term, write_turtle


@dataclass(frozen=True)
class Rewriting:
    """The contents of files of what is expected, and what is wrong with others: that several
    queries, or cases of one, would have them be different."""

    files: dict[Path, bytes]
    conflicts: dict[Path, str]


def updates(outcomes: Sequence[Outcome], settled: Collection[Path] = ()) -> Rewriting:
    """The files of what is expected, where what came differs, with what came as their content.

    A file of rows that are only some of those that come is left to people, and so is one of which
    several queries would make different files. Arguments: the outcomes; the files that are as
    queries asked before expect them.
    """
    proposals: dict[Path, dict[tuple[bytes, ...], bytes]] = defaultdict(dict)
    settled = {*settled, *settled_files(outcomes)}
    for outcome in outcomes:
        expect, answer = outcome.query.expect, outcome.answer
        if expect is None or answer is None or expect.file is None:
            continue
        content = _content(outcome.query, expect, answer)
        is_stale = outcome.difference is not None and expect.compare != "contains"
        if content is None:
            continue
        if not expect.file.is_file() or is_stale or _has_drifted(expect, expect.file, content):
            proposals[expect.file][_lines(content)] = content
    conflicts = {
        path: f"{path} is what several queries or cases expect, whose answers differ; give each its"
        " own file, with {case} in its name for cases"
        for path, contents in proposals.items()
        if len(contents) > 1 or path in settled
    }
    files = {
        path: next(iter(contents.values()))
        for path, contents in proposals.items()
        if path not in conflicts
    }
    return Rewriting(files, conflicts)


def settled_files(outcomes: Sequence[Outcome]) -> set[Path]:
    """The files that are as some of these queries expect them."""
    expectations = [
        outcome.query.expect
        for outcome in outcomes
        if outcome.difference is None and outcome.answer is not None
    ]
    exact = [one for one in expectations if one and one.drift is None]
    return {one.file for one in exact if one.file and one.file.is_file()}


def _has_drifted(expect: Expectation, file: Path, content: bytes) -> bool:
    """Whether a file has an answer of the last time that is another than that of this time."""
    return expect.drift is not None and _lines(file.read_bytes()) != _lines(content)


def _lines(content: bytes) -> tuple[bytes, ...]:
    return tuple(sorted(content.splitlines()))


def _content(query: SavedQuery, expect: Expectation, answer: Answer) -> bytes | None:
    """What came, as a file of what is expected; None where it is of another kind."""
    if query.is_update:
        if expect.graph is None or not isinstance(answer, Solutions):
            return None
        return _dataset(answer, expect.graph)
    if expect.graph is not None and isinstance(answer, Graph):
        return _triples(answer, expect.graph)
    if expect.rows is not None and not isinstance(answer, Graph):
        solutions = table_of(answer, terms=False) if isinstance(answer, bool) else answer
        return write_rows(solutions, expect.rows).encode()
    return None


def _dataset(solutions: Solutions, path: Path) -> bytes | None:
    """The quads of a dataset as a file, None where its syntax has no place for named graphs."""
    if path.suffix == ".nq":
        lines = (
            " ".join(write_term(row[name]) for name in solutions.variables if name in row)
            for row in solutions.rows
        )
        return "".join(f"{line} .\n" for line in sorted(lines)).encode()
    if any("graph" in row for row in solutions.rows):
        return None
    graph = Graph()
    for row in solutions.rows:
        graph.add((row["subject"], row["predicate"], row["object"]))
    return _triples(graph, path)


def _triples(graph: Graph, path: Path) -> bytes:
    if path.suffix == ".nt":
        return graph.serialize(format="nt", encoding="utf-8")
    return write_turtle(graph)
