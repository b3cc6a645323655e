"""Lines of sources that are left out, as something is wrong with them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from rdflib import URIRef

from eakg.dataset.borrowing import without_rows
from eakg.lift import LiftResult, SkippedLine
from eakg.problems import FileLine, Problem

Omissions: TypeAlias = Mapping[FileLine, str]
"""What is wrong with each line that is left out."""


def lines_of(problems: Iterable[Problem]) -> set[FileLine]:
    """The lines that problems are in."""
    return {(problem.file, problem.line) for problem in problems if problem.line}


def without_lines(result: LiftResult, omissions: Omissions) -> LiftResult:
    """What was lifted from a table, without some of its lines; of a record, which was read without
    them, all of it."""
    rows: dict[URIRef, SkippedLine] = {}
    for statement in result.statements:
        place = statement.file, statement.line
        if place in omissions and not statement.sentences:
            rows[statement.derived_from] = _omission(place, omissions)
    return without_rows(result, rows)


def with_account(result: LiftResult, omissions: Omissions) -> LiftResult:
    """What was lifted, with all lines of its source that were left out in its account."""
    lines = {(line.file, line.line) for line in result.skipped_lines}
    files = {statement.file for statement in result.statements}
    missing = [
        _omission(place, omissions)
        for place in omissions
        if place not in lines and (place[0] in files or Path(place[0]).stem == result.name)
    ]
    return replace(
        result,
        lines=result.lines + len(missing),
        skipped_lines=tuple(sorted([*result.skipped_lines, *missing])),
    )


def _omission(place: FileLine, omissions: Omissions) -> SkippedLine:
    return SkippedLine(*place, f"left out: {omissions[place]}")
