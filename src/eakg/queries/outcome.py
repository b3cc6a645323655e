"""The verdict on a saved query, and on several as JUnit XML."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from eakg.problems import ExitStatus
from eakg.queries.endpoint import (
    AnswerError,
    Endpoint,
    RejectedError,
    TimeoutExceededError,
    UnreachableError,
)
from eakg.queries.rows import Difference, compare_rows, read_bindings, read_rows
from eakg.queries.saved import SavedQuery
from eakg.store.request import Closure


class Verdict(StrEnum):
    """What became of a query."""

    PASSED = "passed"
    FAILED = "failed"
    UNCHECKED = "unchecked"
    REJECTED = "rejected"
    TIME_LIMIT = "time limit"
    UNREACHABLE = "unreachable"


_STATUS = {
    Verdict.PASSED: ExitStatus.DONE,
    Verdict.UNCHECKED: ExitStatus.DONE,
    Verdict.FAILED: ExitStatus.CHECK_FAILED,
    Verdict.REJECTED: ExitStatus.QUERY_ERROR,
    Verdict.TIME_LIMIT: ExitStatus.TIME_LIMIT,
    Verdict.UNREACHABLE: ExitStatus.UNREACHABLE,
}


@dataclass(frozen=True)
class Outcome:
    """A query's verdict: how many rows came, how they differ from the expected ones, what went
    wrong (`message`), and the time taken in seconds."""

    query: SavedQuery
    verdict: Verdict
    rows: int = 0
    difference: Difference | None = None
    message: str = ""
    seconds: float = 0.0


def check(query: SavedQuery, endpoint: Endpoint, closure: Closure = "full") -> Outcome:
    """Ask a saved query and compare what comes with what its contract expects.

    Raises ProblemsError when the file of expected rows cannot be read.
    """
    expected = read_rows(query.rows) if query.rows else None
    start = time.perf_counter()
    try:
        actual = read_bindings(endpoint.select(query.text, closure))
    except AnswerError as error:
        verdict = Verdict.REJECTED
        if isinstance(error, TimeoutExceededError):
            verdict = Verdict.TIME_LIMIT
        elif isinstance(error, UnreachableError):
            verdict = Verdict.UNREACHABLE
        elif not isinstance(error, RejectedError):
            verdict = Verdict.FAILED
        seconds = time.perf_counter() - start
        return Outcome(query, verdict, message=str(error), seconds=seconds)
    seconds = time.perf_counter() - start
    if expected is None:
        return Outcome(query, Verdict.UNCHECKED, len(actual.rows), seconds=seconds)
    difference = compare_rows(expected, actual, query.compare)
    verdict = Verdict.FAILED if difference else Verdict.PASSED
    return Outcome(query, verdict, len(actual.rows), difference, seconds=seconds)


def exit_status(outcomes: Sequence[Outcome]) -> ExitStatus:
    """The status of a run: done, or that of the gravest outcome; an endpoint that cannot be
    reached before a time limit, that before a rejected query, that before wrong rows."""
    order = (
        ExitStatus.UNREACHABLE,
        ExitStatus.TIME_LIMIT,
        ExitStatus.QUERY_ERROR,
        ExitStatus.CHECK_FAILED,
    )
    statuses = {_STATUS[outcome.verdict] for outcome in outcomes}
    return next((status for status in order if status in statuses), ExitStatus.DONE)


def describe(outcome: Outcome) -> list[str]:
    """What is wrong with an outcome, in lines of text: a message, or the rows that differ."""
    lines = [outcome.message] if outcome.message else []
    difference = outcome.difference
    if difference:
        if difference.moved:
            lines.append("the rows are as expected, but their order is not")
        lines += [f"- {', '.join(row)}" for row in difference.missing]
        lines += [f"+ {', '.join(row)}" for row in difference.unexpected]
    return lines


_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not have (section 2.2)."""


def junit(outcomes: Sequence[Outcome]) -> bytes:
    """The outcomes as JUnit XML, one test case for each query."""
    bad = [o for o in outcomes if _STATUS[o.verdict] is not ExitStatus.DONE]
    failed = [o for o in bad if o.verdict is Verdict.FAILED]
    suite = Element(
        "testsuite",
        name="eakg",
        tests=str(len(outcomes)),
        failures=str(len(failed)),
        errors=str(len(bad) - len(failed)),
        skipped="0",
        time=f"{sum(outcome.seconds for outcome in outcomes):.3f}",
    )
    for outcome in outcomes:
        case = SubElement(
            suite,
            "testcase",
            name=outcome.query.name,
            classname=str(outcome.query.path.parent),
            time=f"{outcome.seconds:.3f}",
        )
        if outcome in bad:
            kind = "failure" if outcome in failed else "error"
            node = SubElement(case, kind, message=outcome.verdict.value)
            node.text = _NO_XML.sub("\ufffd", "\n".join(describe(outcome)))
    root = Element("testsuites")
    root.append(suite)
    indent(root)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"
