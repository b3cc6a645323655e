"""Rows of a result, and how they differ from the rows expected."""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rdflib.namespace import XSD

from eakg.problems import Problem, ProblemsError
from eakg.queries.saved import Compare

Row = tuple[str, ...]

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_PLAIN_DIGITS = 40

_NUMERIC = {
    str(datatype)
    for datatype in (
        XSD.integer,
        XSD.decimal,
        XSD.float,
        XSD.double,
        XSD.nonPositiveInteger,
        XSD.negativeInteger,
        XSD.long,
        XSD.int,
        XSD.short,
        XSD.byte,
        XSD.nonNegativeInteger,
        XSD.unsignedLong,
        XSD.unsignedInt,
        XSD.unsignedShort,
        XSD.unsignedByte,
        XSD.positiveInteger,
    )
}


@dataclass(frozen=True)
class Table:
    """Rows with the names of their columns; an unbound cell is the empty string, as in SPARQL 1.1
    Query Results CSV, section 3."""

    columns: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Difference:
    """Rows that were expected and did not come, and rows that came and were not expected.

    `moved` is true where the same rows came in another order.
    """

    columns: Row
    missing: tuple[Row, ...]
    unexpected: tuple[Row, ...]
    moved: bool = False


def number(text: str) -> str:
    """The one spelling of a number, so that 5.60 and 5.6E0 are 5.6; other text as it is."""
    if not _NUMBER.fullmatch(text):
        return text
    value = Decimal(text)
    if not value:
        return "0"
    if abs(value.adjusted()) > _PLAIN_DIGITS:
        _, digits, exponent = value.as_tuple()
        significant = "".join(map(str, digits)).rstrip("0")
        zeros = len(digits) - len(significant)
        return f"{'-' if value < 0 else ''}{significant}E{int(exponent) + zeros}"
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def read_bindings(results: dict[str, Any]) -> Table:
    """The rows of SPARQL 1.1 Query Results JSON; an ASK gives one row of the column `boolean`."""
    if "boolean" in results:
        return Table(("boolean",), (("true" if results["boolean"] else "false",),))
    head, body = results["head"], results["results"]
    columns = tuple(head.get("vars", ()))
    rows = []
    for binding in body["bindings"]:
        cells = []
        for column in columns:
            term = binding.get(column)
            value = "" if term is None else str(term["value"])
            numeric = term is not None and term.get("datatype") in _NUMERIC
            cells.append(number(value) if numeric else value)
        rows.append(tuple(cells))
    return Table(columns, tuple(rows))


def read_rows(path: Path) -> Table:
    """The rows of a CSV file. Raises ProblemsError where it is none."""
    try:
        lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8")), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ProblemsError([Problem(str(path), 0, f"no table of rows: {error}")]) from error
    if not lines:
        raise ProblemsError([Problem(str(path), 1, "is empty; the first line names the columns")])
    columns, *rows = lines
    for line, row in enumerate(rows, 2):
        if len(row) != len(columns):
            message = f"has {len(row)} cells where there are {len(columns)} columns"
            raise ProblemsError([Problem(str(path), line, message)])
    return Table(tuple(columns), tuple(tuple(row) for row in rows))


def write_rows(table: Table) -> str:
    """A table as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return out.getvalue()


def compare_rows(expected: Table, actual: Table, compare: Compare) -> Difference | None:
    """How the actual rows differ from the expected ones, or None where they do not.

    As a bag, each row must come as often as expected; ordered, in the same order too. Numbers are
    compared by value: an expected cell that comes in no row of its column is read as a number.
    """
    if expected.columns != actual.columns:
        return Difference(actual.columns, (expected.columns,), (actual.columns,))
    known = [set(cells) for cells in zip(*actual.rows, strict=True)] or [set()] * len(
        actual.columns
    )
    wanted = tuple(
        tuple(c if c in cells else number(c) for c, cells in zip(row, known, strict=True))
        for row in expected.rows
    )
    expected_bag, actual_bag = Counter(wanted), Counter(actual.rows)
    missing = tuple(sorted((expected_bag - actual_bag).elements()))
    unexpected = tuple(sorted((actual_bag - expected_bag).elements()))
    if missing or unexpected:
        return Difference(actual.columns, missing, unexpected)
    if compare == "ordered" and wanted != actual.rows:
        return Difference(actual.columns, (), (), moved=True)
    return None
