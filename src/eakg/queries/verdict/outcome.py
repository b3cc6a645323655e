"""The verdict on a saved query: its answer beside what its contract expects."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from rdflib import Graph

from eakg.keyed_files import KeyedFile
from eakg.problems import ExitStatus, Problem, whole_package
from eakg.queries.ask import (
    Answer,
    OpenTarget,
    QueryEndpoint,
    ask,
)
from eakg.queries.contract import (
    EvidenceGrade,
    Expectation,
    SavedQuery,
    Severity,
    path_of,
    public_address,
)
from eakg.queries.verdict.comparison import Difference, compare_graphs, compare_rows
from eakg.queries.verdict.drift import drift_beyond, table_of_triples
from eakg.queries.verdict.shape import misfits
from eakg.rdf import (
    Cells,
    CellTable,
    Solutions,
    parse_rdf,
    read_rows,
    table_of_terms,
    table_of_values,
    truth,
)
from eakg.sparql import ParameterError, StoreError
from eakg.store import Closure


class Verdict(StrEnum):
    """What became of a query."""

    PASSED = "passed"
    FAILED = "failed"
    UNCHECKED = "unchecked"
    SLOW = "slow"
    REJECTED = "rejected"
    TIME_LIMIT = "time limit"
    UNREACHABLE = "unreachable"
    UNUSABLE = "unusable"
    NOT_ASKED = "not asked"


STATUS = {
    Verdict.PASSED: ExitStatus.DONE,
    Verdict.UNCHECKED: ExitStatus.DONE,
    Verdict.FAILED: ExitStatus.CHECK_FAILED,
    Verdict.SLOW: ExitStatus.CHECK_FAILED,
    Verdict.REJECTED: ExitStatus.QUERY_ERROR,
    Verdict.TIME_LIMIT: ExitStatus.TIME_LIMIT,
    Verdict.UNREACHABLE: ExitStatus.UNREACHABLE,
    Verdict.UNUSABLE: ExitStatus.BAD_INPUT,
    Verdict.NOT_ASKED: ExitStatus.DONE,
}
ROW_LIMIT = 20  # lines of a difference
Why = Callable[[SavedQuery, str, Difference], list[str]]
"""From a query, its text with its parameters bound, and a difference, to lines that say why."""
Grounds = Callable[[str, Solutions, EvidenceGrade], list[str]]
"""From the text of a query, its answer, and what its rows are to rest on, to lines about those that
do not."""


class AnswerExplainer(Protocol):
    """Explains answers, by what was asked for them."""

    def why(self, target: OpenTarget, model: OpenTarget | None) -> Why:
        """What says why rows differ, of a target and the model that it is compared with."""
        ...

    def grounds(self, target: OpenTarget) -> Grounds | None:
        """What says which rows of a target lack evidence; None where nobody knows."""
        ...


@dataclass(frozen=True)
class Outcome:
    """A query's verdict: how many rows or triples came, how they differ from the expected ones,
    what else is wrong (`messages`), why (`reasons`), and the time taken in seconds."""

    query: SavedQuery
    verdict: Verdict
    rows: int = 0
    difference: Difference | None = None
    messages: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    seconds: float = 0.0
    answer: Answer | None = None

    @property
    def severity(self) -> Severity | None:
        """How grave it is, None where all is well: that of the query where its answer is not as
        expected, no more than a warning where it is and is slow; a query without an answer is an
        error."""
        if STATUS[self.verdict] is ExitStatus.DONE:
            return None
        if self.verdict is Verdict.SLOW:
            return "info" if self.query.severity == "info" else "warning"
        return self.query.severity if self.verdict is Verdict.FAILED else "error"


SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""From the gravest on."""


def fails(outcome: Outcome, gravity: Severity = "error") -> bool:
    """Whether an outcome is at least as grave."""
    severity = outcome.severity
    return severity is not None and SEVERITIES.index(severity) <= SEVERITIES.index(gravity)


def check(
    query: SavedQuery,
    endpoint: QueryEndpoint,
    closure: Closure | None = None,
    values: Mapping[str, str] | None = None,
    *,
    strict: bool = False,
    timeout: float | None = None,
    why: Why | None = None,
    other: QueryEndpoint | None = None,
    grounds: Grounds | None = None,
) -> Outcome:
    """Ask a saved query and compare what comes with what its contract expects.

    Arguments: the query; whatever answers; the closure, where it is not the query's own; values by
    parameter, where they are not the defaults; whether a query must expect something; seconds that
    it may run, where it does not say; what says why rows differ; what else is asked, where the
    answer is to be the same there. Raises: ProblemsError when a file of expected rows cannot be
    read.
    """
    start = time.perf_counter()
    try:
        text = query.bound(values or {})
        manner = closure or query.closure or "full", query.timeout or timeout
        answer = ask(endpoint, text, *manner)
        seconds = time.perf_counter() - start
        model = None if other is None else ask(other, text, *manner)
    except (StoreError, ParameterError) as error:
        seconds = time.perf_counter() - start
        return Outcome(query, verdict_of(error), messages=(str(error),), seconds=seconds)
    size = 1 if isinstance(answer, bool) else len(_items(answer))
    if query.expect is None:
        verdict = Verdict.FAILED if strict else Verdict.UNCHECKED
        message = "expects nothing; add `#+ expect:` to its header"
        messages: tuple[str, ...] = (message,) if strict else ()
        return outcome_in_time(Outcome(query, verdict, size, None, messages, (), seconds, answer))
    difference = _difference(query.expect, answer, model)
    messages = tuple(_complaints(query, query.expect, answer, size))
    messages += tuple(_lacks(text, query.expect.evidence, answer, grounds))
    verdict = Verdict.FAILED if difference or messages else Verdict.PASSED
    reasons = why(query, text, difference) if why and difference else []
    outcome = Outcome(query, verdict, size, difference, messages, tuple(reasons), seconds, answer)
    return outcome_in_time(outcome)


def outcome_in_time(outcome: Outcome) -> Outcome:
    """The outcome, with what is to be said where its answer took longer than its budget."""
    budget = outcome.query.budget
    if budget is None or outcome.seconds <= budget:
        return outcome
    message = f"the answer took {outcome.seconds:.3g} s; its budget is {budget:g} s"
    is_well = STATUS[outcome.verdict] is ExitStatus.DONE
    verdict = Verdict.SLOW if is_well else outcome.verdict
    return replace(outcome, verdict=verdict, messages=(*outcome.messages, message))


def unusable(place: Path | str, problems: Iterable[Problem]) -> Outcome:
    """The outcome of a query file that cannot be used, or that names what cannot be used.

    Arguments: the file, or the address of one; what is wrong.
    """
    problems = list(problems)
    line = next((one.line for one in problems if one.file == str(place) and one.line), 1)
    path = path_of(place) if isinstance(place, str) else place
    header = KeyedFile(path, {}, {(): line})
    address = public_address(place) if isinstance(place, str) else ""
    query = SavedQuery(path, "", path.stem, header=header, address=address)
    return Outcome(query, Verdict.UNUSABLE, messages=tuple(map(str, problems)))


def verdict_of(error: StoreError | ParameterError) -> Verdict:
    """What became of a query that ended so."""
    if isinstance(error, ParameterError):
        return Verdict.REJECTED
    verdicts = (verdict for verdict, status in STATUS.items() if status is error.exit_status)
    return next(verdicts, Verdict.FAILED)


def _items(answer: Solutions | Graph) -> Sequence[object] | Graph:
    return answer.rows if isinstance(answer, Solutions) else answer


def table_of(answer: Solutions | bool, *, terms: bool) -> CellTable:
    """The table of an answer, of its terms or of its values."""
    if isinstance(answer, bool):
        return truth(answer)
    return table_of_terms(answer) if terms else table_of_values(answer)


def _difference(
    expect: Expectation, answer: Answer, model: Answer | None = None
) -> Difference | None:
    if model is not None:
        if isinstance(model, Graph) and isinstance(answer, Graph):
            return compare_graphs(model, answer)
        if isinstance(model, Graph) or isinstance(answer, Graph):
            return None  # of one query, all of whose answers are of one kind
        tables = [table_of(rows, terms=not isinstance(rows, bool)) for rows in (model, answer)]
        return compare_rows(tables[0], tables[1], expect.compare, expect.tolerance)
    if expect.rows is not None and not isinstance(answer, Graph):
        table = table_of(answer, terms=expect.rows.suffix == ".tsv")
        rows = read_rows(expect.rows) if expect.rows.is_file() else CellTable(table.columns, ())
        if expect.drift:
            return drift_beyond(expect.drift, rows, table, expect.tolerance)
        return compare_rows(rows, table, expect.compare, expect.tolerance)
    if expect.graph is not None and isinstance(answer, Graph):
        graph = parse_rdf(expect.graph) if expect.graph.is_file() else Graph()
        if expect.drift:
            return drift_beyond(expect.drift, table_of_triples(graph), table_of_triples(answer))
        return compare_graphs(graph, answer)
    return None


def _complaints(query: SavedQuery, expect: Expectation, answer: Answer, size: int) -> Iterator[str]:
    noun = "triples" if isinstance(answer, Graph) else "rows"
    if expect.rows is not None and isinstance(answer, Graph):
        yield "rows are expected, and CONSTRUCT and DESCRIBE give triples; expect a graph"
    if expect.graph is not None and not isinstance(answer, Graph):
        yield "a graph is expected, and only CONSTRUCT and DESCRIBE give one"
    if expect.ask is not None and expect.ask is not answer:
        value = str(answer).lower() if isinstance(answer, bool) else noun
        yield f"ASK gives {str(expect.ask).lower()} by the contract; what came is {value}"
    if expect.count is not None and (isinstance(answer, bool) or size not in expect.count):
        yield f"{size} {noun} came; by the contract {expect.count}"
    if expect.columns:
        if isinstance(answer, Solutions):
            yield from misfits(expect.columns, answer, query.prefixes)
        else:
            yield "columns are expected, and only SELECT gives them"
    if expect.shapes:
        if isinstance(answer, Graph):
            yield from _shape_complaints(expect.shapes, answer)
        else:
            yield "shapes are expected, and only CONSTRUCT and DESCRIBE give triples"


def _shape_complaints(files: Sequence[Path], answer: Graph) -> Iterator[str]:
    """What does not conform to the shapes of files (SHACL section 3.6: no result, whatever its
    severity)."""
    with whole_package("shapes in a contract"):
        # It brings the reasoner along, which asking alone does without.
        from eakg.check import check_shapes, read_shapes
    violations = check_shapes(answer, read_shapes(files))
    for violation in violations[:ROW_LIMIT]:
        parts = (violation.focus, violation.path, violation.value)
        place = " ".join(part.n3() for part in parts if part is not None)
        yield f"{place}: {' '.join(violation.message.split())}"
    if len(violations) > ROW_LIMIT:
        yield f"... and {len(violations) - ROW_LIMIT} more that do not conform to the shapes"


def _lacks(
    text: str, grade: EvidenceGrade | None, answer: Answer, grounds: Grounds | None
) -> Iterator[str]:
    if grade is None:
        return
    if grounds is None:
        yield "evidence is known of RDF files, EAKG's own graph and its services; ask one of these"
    elif not isinstance(answer, Solutions):
        yield "evidence is of rows, and only SELECT gives them"
    else:
        yield from grounds(text, answer, grade)


def exit_status(outcomes: Sequence[Outcome], gravity: Severity = "error") -> ExitStatus:
    """The status of a run: done, or that of the gravest outcome of some severity; a file that
    cannot be used before an endpoint that cannot be reached, that before a time limit, that before
    a rejected query, that before wrong rows."""
    order = (
        ExitStatus.BAD_INPUT,
        ExitStatus.UNREACHABLE,
        ExitStatus.TIME_LIMIT,
        ExitStatus.QUERY_ERROR,
        ExitStatus.CHECK_FAILED,
    )
    statuses = {STATUS[outcome.verdict] for outcome in outcomes if fails(outcome, gravity)}
    return next((status for status in order if status in statuses), ExitStatus.DONE)


def describe(outcome: Outcome, limit: int = ROW_LIMIT) -> list[str]:
    """What is wrong with an outcome, in lines of text: messages, the rows that differ, and why."""
    lines = list(outcome.messages)
    difference = outcome.difference
    if difference:
        lines += [difference.note] if difference.note else []
        lines += _rows("-", difference.missing, limit)
        lines += _rows("+", difference.unexpected, limit)
    return [*lines, *outcome.reasons]


def _rows(sign: str, rows: Sequence[Cells], limit: int) -> list[str]:
    lines = [f"{sign} {', '.join(row)}" for row in rows[:limit]]
    if len(rows) > limit:
        lines.append(f"{sign} ... and {len(rows) - limit} more")
    return lines


def tally(outcomes: Sequence[Outcome]) -> str:
    """How many of the queries passed, in words."""
    count = Counter(outcome.verdict for outcome in outcomes)
    unchecked = count[Verdict.UNCHECKED]
    remark = f"; {unchecked} expect nothing and ran" if unchecked else ""
    warnings = sum(outcome.severity in ("warning", "info") for outcome in outcomes)
    if warnings:
        remark += f"; {warnings} failed as warnings"
    if count[Verdict.NOT_ASKED]:
        remark += f"; {count[Verdict.NOT_ASKED]} were not asked"
    return f"{count[Verdict.PASSED]} of {len(outcomes)} queries passed{remark}."
