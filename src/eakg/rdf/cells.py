"""Results as tables of text, to be compared, and the files of expected ones.

A cell is text. In a table of values it is the value alone, as in SPARQL 1.1 Query Results CSV; in
a table of terms it is the term in N-Triples, as in TSV. Numbers are in one spelling.
"""

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from eakg.problems import Problem, ProblemsError
from eakg.rdf.notation import TermSyntaxError, resolve_term, write_term
from eakg.rdf.results import Solutions
from eakg.rdf.terms import literal

Cells = tuple[str, ...]

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_PLAIN_DIGITS = 40
_BOOLEANS = {"1": "true", "0": "false"}

NUMERIC = frozenset(
    {
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
    }
)


class Blank(str):
    """A cell that is a blank node, not text that looks like one."""

    __slots__ = ()


@dataclass(frozen=True)
class CellTable:
    """Rows with the names of their columns; an unbound cell is the empty string, as in SPARQL 1.1
    Query Results CSV, section 3."""

    columns: Cells
    rows: tuple[Cells, ...]


def table_of_values(solutions: Solutions) -> CellTable:
    """The table of the values of solutions."""
    return _table(solutions, _write_value)


def table_of_terms(solutions: Solutions) -> CellTable:
    """The table of the terms of solutions."""
    return _table(solutions, _write_term)


def _table(solutions: Solutions, cell: Callable[[Node | None], str]) -> CellTable:
    rows = (tuple(cell(row.get(name)) for name in solutions.variables) for row in solutions.rows)
    return CellTable(solutions.variables, tuple(rows))


def is_number(text: str) -> bool:
    """Whether a text is a decimal number, with an exponent or not."""
    return _NUMBER.fullmatch(text) is not None


def number(text: str) -> str:
    """The one spelling of a number, so that 5.60 and 5.6E0 are 5.6; other text as it is."""
    if not is_number(text):
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


def truth(value: bool) -> CellTable:
    """The answer to ASK as a table: one row of the column `boolean`."""
    return CellTable(("boolean",), (("true" if value else "false",),))


def read_rows(path: Path) -> CellTable:
    """The values of a CSV file, or the terms of a TSV file. Raises: ProblemsError where it is none.

    Specification: SPARQL 1.1 Query Results CSV and TSV Formats.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        lines = (
            [line.split("\t") for line in _lines(text)]
            if path.suffix == ".tsv"
            else list(csv.reader(io.StringIO(text, newline=""), strict=True))
        )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ProblemsError([Problem(str(path), 0, f"no table of rows: {error}")]) from error
    if not lines:
        raise ProblemsError([Problem(str(path), 1, "is empty; the first line names the columns")])
    columns, *rows = lines
    if path.suffix != ".tsv" and len(columns) == 1:
        rows = [row or [""] for row in rows]
    for line, row in enumerate(rows, 2):
        if len(row) != len(columns):
            message = f"has {len(row)} cells where there are {len(columns)} columns"
            raise ProblemsError([Problem(str(path), line, message)])
    if path.suffix != ".tsv":
        return CellTable(tuple(columns), tuple(tuple(row) for row in rows))
    terms = tuple(
        tuple(_read_term(cell, path, line) for cell in row) for line, row in enumerate(rows, 2)
    )
    return CellTable(tuple(name.removeprefix("?") for name in columns), terms)


def _lines(text: str) -> list[str]:
    """The lines of a text; of the characters that Python ends one with, most may be in a cell."""
    lines = re.split("\r\n|\n|\r", text)
    return lines if lines[-1] else lines[:-1]


def write_rows(solutions: Solutions | CellTable, path: Path) -> str:
    """Solutions as the CSV or TSV file of a path, by its extension."""
    if path.suffix == ".tsv" and isinstance(solutions, Solutions):
        table = table_of_terms(solutions)
        rows = ["\t".join(f"?{name}" for name in table.columns)]
        rows += ["\t".join(cell.replace("\t", "\\t") for cell in row) for row in table.rows]
        return "\n".join(rows) + "\n"
    table = table_of_values(solutions) if isinstance(solutions, Solutions) else solutions
    return "".join(_csv_line(cells) for cells in (table.columns, *table.rows))


def _csv_line(cells: Cells) -> str:
    line = io.StringIO()
    # With its usual end of a line the writer quotes a carriage return, too.
    csv.writer(line).writerow(cells)
    return line.getvalue().removesuffix("\r\n") + "\n"


def _write_value(node: Node | None) -> str:
    if node is None:
        return ""
    return Blank(f"_:{node}") if isinstance(node, BNode) else _lexical(node)


def _lexical(node: Node) -> str:
    """The value of a term; that of a number or a truth value in one spelling."""
    datatype = node.datatype if isinstance(node, Literal) else None
    if datatype in NUMERIC:
        return number(str(node))
    if datatype == XSD.boolean:
        return _BOOLEANS.get(str(node), str(node))
    return str(node)


def _write_term(node: Node | None) -> str:
    if node is None:
        return ""
    if isinstance(node, BNode):
        return Blank(f"_:{node}")
    if isinstance(node, Literal) and node.datatype is not None:
        return write_term(literal(_lexical(node), None, node.datatype))
    if isinstance(node, Literal) and node.language:
        return write_term(Literal(str(node), lang=node.language.lower()))
    return write_term(node)


def _read_term(cell: str, path: Path, line: int) -> str:
    try:
        return _write_term(term_in_cell(cell))
    except TermSyntaxError as error:
        raise ProblemsError([Problem(str(path), line, str(error))]) from error


def term_in_cell(cell: str) -> Node | None:
    """The term in a cell of a result in TSV, None where it is unbound. Raises: TermSyntaxError.

    Specification: SPARQL 1.1 Query Results CSV and TSV Formats, section 4.
    """
    return (shorthand(cell) or resolve_term(_check_start(cell), {})) if cell else None


def _check_start(cell: str) -> str:
    if cell[0] not in '<"_':
        raise TermSyntaxError(f"{cell!r} is no term; write <iri>, a number, or a literal in quotes")
    return cell


_SHORT: Sequence[tuple[re.Pattern[str], URIRef]] = (
    (re.compile(r"[+-]?[0-9]+"), XSD.integer),
    (re.compile(r"[+-]?[0-9]*\.[0-9]+"), XSD.decimal),
    (re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+"), XSD.double),
    (re.compile("true|false"), XSD.boolean),
)


def shorthand(cell: str) -> Literal | None:
    """A number or truth value as Turtle abbreviates it."""
    for form, datatype in _SHORT:
        if form.fullmatch(cell):
            return literal(cell, None, datatype)
    return None
