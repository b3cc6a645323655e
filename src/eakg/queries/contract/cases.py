"""The cases of a saved query: the rows of values that it is asked with, each a query to check."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eakg.files import read_utf8
from eakg.keyed_files import KeyedFile
from eakg.problems import Problem, ProblemsError
from eakg.queries.contract.expectation import Expectation, read_expectation, text

_NAME = "name"


@dataclass(frozen=True)
class QueryCase:
    """Values by parameter, what is expected with them, and a name for messages and reports."""

    name: str
    values: Mapping[str, str]
    expect: Expectation | None


def read_cases(header: KeyedFile) -> tuple[tuple[QueryCase, ...], list[Problem]]:
    """The cases of a header, and what is wrong with them.

    `cases` is a list of mappings with `values`, and `name` and `expect` where they are, or the name
    of a CSV file whose columns are parameters, and `name` where there is such a column. A case that
    expects nothing of its own has what the query expects.
    """
    entry = header.values.get("cases")
    if entry is None:
        return (), []
    cases: list[QueryCase] = []
    problems: list[Problem] = []
    try:
        rows = [*_rows(header, entry)]
    except ProblemsError as error:
        return (), list(error.problems)
    for number, (row, keys) in enumerate(rows):
        values = {name: text(value) for name, value in row["values"].items()}
        name = str(row.get(_NAME) or ", ".join(values.values()) or number + 1)
        own_keys = (*keys, "expect") if "expect" in row else ("expect",)
        expect, expect_problems = read_expectation(header, name, own_keys)
        problems += expect_problems
        if name in {case.name for case in cases}:
            problems.append(header.problem(f"two cases have the name {name!r}", *keys))
        cases.append(QueryCase(name, values, expect))
    return tuple(cases), problems


def _rows(header: KeyedFile, entry: Any) -> Iterator[tuple[dict[str, Any], tuple[str | int, ...]]]:
    """The cases as mappings, and where each stands in the header. Raises: ProblemsError."""
    if not isinstance(entry, str):
        for number, case in enumerate(entry):
            yield case, ("cases", number)
        return
    path = header.path.parent / entry
    for row in _table(path):
        name = row.pop(_NAME, "")
        yield {_NAME: name, "values": {key: cell for key, cell in row.items() if cell}}, ("cases",)


def _table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file by the names of its columns. Raises: ProblemsError."""
    _, content = read_utf8(path, "no such file of cases; check its name in `cases`")
    reader = csv.reader(content.removeprefix("\ufeff").splitlines())
    columns = next(reader, [])
    if not columns:
        raise ProblemsError([Problem(str(path), 1, "is empty; its first line names parameters")])
    rows = []
    for cells in reader:
        if len(cells) != len(columns):
            message = f"has {len(cells)} cells; the first line names {len(columns)} columns"
            raise ProblemsError([Problem(str(path), reader.line_num, message)])
        rows.append(dict(zip(columns, cells, strict=True)))
    return rows
