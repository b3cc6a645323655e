"""Rows of a query's solutions over a closure on disk, written as triples."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import XSD, Variable

from eakg.reason.disk.answering.solutions import SolutionQueries, SolutionQuery
from eakg.reason.disk.parts import ClosureParts
from eakg.reason.disk.workspace import Workspace, closed_workspace
from eakg.sparql import ResultTooLargeError
from eakg.sparql.tables import COLUMN, TALLY, JoinedGroup, Remainder, RowTally, TallyKind

MOST_ROWS = 1_000_000
"""Rows that an engine is asked about."""
_ROW = "urn:x-eakg:row:"


@dataclass(frozen=True)
class AnswerLimits:
    """The seconds and the MiB that an answer may take."""

    seconds: float
    memory: int


def write_rows(
    folder: Path,
    group: JoinedGroup,
    remainder: Remainder,
    output: Path,
    limits: AnswerLimits,
    *,
    inferred: bool,
) -> None:
    """Write the rows that a query's solutions are.

    Arguments: the folder of `eakg reason --work`; the patterns; what is asked of their solutions;
    the file of N-Triples that is made; what it may take; whether inferred triples are asked too.
    Raises: ProblemsError; TimeLimitExceededError; ResultTooLargeError.
    """
    with closed_workspace(folder, memory=limits.memory, seconds=limits.seconds) as workspace:
        parts = ClosureParts(workspace)
        source = f"({parts.triples(asserted=True, inferred=inferred)})"
        solutions = SolutionQueries(source, workspace.dictionary, group).query()
        keys = output.with_suffix(".parquet")
        query = f"{_rows(solutions, remainder)} limit {_most(remainder)}"
        workspace.database.write(query, str(keys))
        with output.open("w", encoding="utf-8") as file:
            file.writelines(_lines(workspace, keys, remainder))


def _most(remainder: Remainder) -> int:
    return MOST_ROWS + 1 if remainder.most is None else min(remainder.most, MOST_ROWS + 1)


def _rows(solutions: SolutionQuery, remainder: Remainder) -> str:
    """The query for rows: a key for each column, and the tallies."""
    columns = [
        f"{solutions.columns[Variable(name)]} as c{number}"
        for number, name in enumerate(remainder.columns)
    ]
    if remainder.is_grouped:
        counts = (_tally(tally, solutions) for tally in remainder.tallies)
        columns += [f"{tally} as t{number}" for number, tally in enumerate(counts)]
        keys = ", ".join(f"c{number}" for number in range(len(remainder.columns)))
        groups = f"group by {keys} " if keys else ""
        return f"select {', '.join(columns)} from ({solutions.text}) {groups}having count(*) > 0"
    selected = ", ".join([*columns, "1 as t0"])
    distinct = "distinct " if remainder.is_distinct else ""
    return f"select {distinct}{selected} from ({solutions.text})"


def _tally(tally: RowTally, solutions: SolutionQuery) -> str:
    if tally.kind is TallyKind.SOLUTIONS:
        return "count(*)"
    column = solutions.columns.get(Variable(tally.variable), "null")
    return f"count(distinct {column})" if tally.kind is TallyKind.TERMS else f"count({column})"


def _lines(workspace: Workspace, keys: Path, remainder: Remainder) -> Iterator[str]:
    """The triples of rows, of which a file has the keys. Raises: ResultTooLargeError."""
    source = workspace.database.source([str(keys)])
    if workspace.database.value(f"select count(*) from {source}") > MOST_ROWS:
        raise ResultTooLargeError(
            f"more than {MOST_ROWS:,} solutions differ in what is asked of them; group them, take"
            " DISTINCT, or a LIMIT without ORDER BY"
        )
    terms = workspace.dictionary.terms
    columns, tallies = (range(len(part)) for part in (remainder.columns, remainder.tallies))
    selected = [f"r.t{number}" for number in tallies] + [f"a{number}.term" for number in columns]
    joins = " ".join(
        f"left join {terms} a{number} on r.c{number} = a{number}.id" for number in columns
    )
    rows = workspace.database.batches(f"select {', '.join(selected)} from {source} r {joins}")
    for place, row in enumerate(row for batch in rows for row in batch):
        subject = f"<{_ROW}{place}>"
        for number in tallies:
            yield f'{subject} <{TALLY}{number}> "{row[number]}"^^<{XSD.integer}> .\n'
        for number in columns:
            term = row[len(tallies) + number]
            if term is not None:
                yield f"{subject} <{COLUMN}{number}> {term} .\n"
