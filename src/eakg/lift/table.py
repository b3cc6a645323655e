"""Lifting of a background table: a CSV file with its CSVW metadata.

The metadata say what each column means by `aboutUrl`, `propertyUrl` and `valueUrl`, as in
"Generating RDF from Tabular Data on the Web" (W3C Recommendation), section 4, with two additions:
a cell with a `separator` gives one triple for each item, and columns whose `aboutUrl` leads to the
row itself describe the row (its source and verification) in the evidence graph.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import csvw
import uritemplate
from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, XSD

from eakg.lift.statement import Lifted, Skipped, Statement, Triple
from eakg.names import CSVW, EAKG, ID, PREFIXES, background_graph
from eakg.problems import Problem, ProblemsError

METADATA_SUFFIX = "-metadata.json"
SOURCE_WORDS = ("definition", "modelling choice", "general knowledge")

_PLACE = re.compile(r"^[^:]*:(\d+):?\d*:?\s*(.*)$", re.DOTALL)
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class _Row:
    number: int
    line: int
    cells: dict[str, Any]


class _Log:
    """Collects what csvw would log about bad cells."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def warning(self, message: str, *args: object) -> None:
        text = message % args if args else message
        match = _PLACE.match(text)
        line, rest = (int(match[1]), match[2]) if match else (0, text)
        self.problems.append(Problem(str(self.path), line, rest))

    error = warning


def _open(path: Path) -> csvw.Table:
    metadata = path.with_name(path.name + METADATA_SUFFIX)
    if not metadata.is_file():
        message = f"has no CSVW metadata; add {metadata.name} beside it"
        raise ProblemsError([Problem(str(path), 0, message)])
    try:
        json.loads(metadata.read_text(encoding="utf-8"))
        table = csvw.Table.from_file(metadata)
    except json.JSONDecodeError as error:
        raise ProblemsError([Problem(str(metadata), error.lineno, error.msg)]) from error
    except UnicodeDecodeError as error:
        raise ProblemsError([Problem(str(metadata), 0, "not UTF-8; save it as UTF-8")]) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        message = f"no CSVW table description: {error}"
        raise ProblemsError([Problem(str(metadata), 0, message)]) from error
    if not table.tableSchema.primaryKey:
        message = "tableSchema has no primaryKey; name the columns that tell rows apart"
        raise ProblemsError([Problem(str(metadata), 0, message)])
    return table


def _rows(path: Path, table: csvw.Table) -> Iterator[_Row]:
    log = _Log(path)
    try:
        content = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ProblemsError([Problem(str(path), line, "not UTF-8; save it as UTF-8")]) from error
    header = content.split("\n", 1)[0].strip("\r\ufeff").split(",")
    names = [c.name for c in table.tableSchema.columns if not c.virtual]
    if header != names:
        message = f"the columns are {', '.join(header)}; the metadata name {', '.join(names)}"
        raise ProblemsError([Problem(str(path), 1, message)])
    rows = [
        _Row(number, line, dict(cells))
        for number, (_, line, cells) in enumerate(table.iterdicts(log=log, with_metadata=True), 1)
    ]
    keys: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(str(row.cells[name]) for name in table.tableSchema.primaryKey)
        if key in keys:
            message = f"{'/'.join(key)} already stands in line {keys[key]}; keep one of the two"
            log.problems.append(Problem(str(path), row.line, message))
        keys.setdefault(key, row.line)
    if log.problems:
        raise ProblemsError(log.problems)
    yield from rows


def _property(name: str) -> URIRef:
    prefix, _, local = name.partition(":")
    return URIRef(PREFIXES[prefix] + local if prefix in PREFIXES else name)


def _expand(template: Any, cells: dict[str, Any], **cell: str) -> URIRef:
    values: dict[str, Any] = {n: value for n, value in cells.items() if isinstance(value, str)}
    return URIRef(uritemplate.expand(str(template), values | cell))


def _literal(column: csvw.Column, value: Any) -> Literal:
    datatype = column.inherit("datatype")
    base = datatype.base if datatype else "string"
    if base == "string":
        language = column.inherit("lang")
        return Literal(value, lang=None if language == "und" else language)
    return Literal(datatype.formatted(value), datatype=XSD[base])


def _triples(table: csvw.Table, cells: dict[str, Any]) -> Iterator[tuple[str, Triple]]:
    """The triples of a row, each with the name of its column."""
    for column in table.tableSchema.columns:
        if column.propertyUrl is None:
            continue
        subject = _expand(column.inherit("aboutUrl"), cells)
        predicate = _property(str(column.propertyUrl))
        value = cells.get(column.name)
        if column.virtual:
            yield column.name, (subject, predicate, _property(_expand(column.valueUrl, cells)))
            continue
        for item in value if isinstance(value, list) else [value]:
            if item is None or item == "":
                continue
            object_: URIRef | Literal
            if predicate == DCTERMS.source and _ADDRESS.fullmatch(item):
                object_ = URIRef(item)
            elif column.valueUrl is not None:
                object_ = _property(_expand(column.valueUrl, cells, **{column.name: str(item)}))
            else:
                object_ = _literal(column, item)
            yield column.name, (subject, predicate, object_)


def _source_problem(path: Path, row: _Row) -> Problem | None:
    sources = row.cells.get("source")
    for source in sources if isinstance(sources, list) else [sources]:
        words = str(source or "")
        if not _ADDRESS.search(words) and words not in SOURCE_WORDS:
            message = (
                f"source {words!r} is no address; give one, or one of {', '.join(SOURCE_WORDS)}"
                if words
                else f"has no source; give an address, or one of {', '.join(SOURCE_WORDS)}"
            )
            return Problem(str(path), row.line, message)
    return None


def lift_table(path: Path) -> Lifted:
    """Lift a table, whose name is the file's without `.csv`.

    Raises ProblemsError with every row that has no source, every cell of the wrong datatype and
    every key that stands twice.
    """
    table = _open(path)
    name = path.stem
    statements: list[Statement] = []
    context: list[Triple] = []
    problems: list[Problem] = []
    skipped: list[Skipped] = []
    lines = lifted = 0
    for row in _rows(path, table):
        lines += 1
        problem = _source_problem(path, row)
        if problem:
            problems.append(problem)
        key = "/".join(str(row.cells[column]) for column in table.tableSchema.primaryKey)
        node = ID[f"{name}/row/{key}"]
        context += [
            (node, RDF.type, EAKG.TableRow),
            (node, DCTERMS.isPartOf, background_graph(name)),
            (node, CSVW.rownum, Literal(row.number)),
            (node, CSVW.url, URIRef(f"{background_graph(name)}.csv#row={row.number + 1}")),
        ]
        numbers: Counter[str] = Counter()
        for column, triple in _triples(table, row.cells):
            if triple[0] == node:
                context.append(triple)
                continue
            numbers[column] += 1
            statements.append(
                Statement(
                    iri=ID[f"{name}/row/{key}/statement/{column}-{numbers[column]}"],
                    triple=triple,
                    derived_from=node,
                    evidence=(node,),
                    sentences=(),
                    file=str(path),
                    line=row.line,
                )
            )
        if numbers:
            lifted += 1
        else:
            skipped.append(Skipped(str(path), row.line, "no column of the row gives a triple"))
    if problems:
        raise ProblemsError(problems)
    return Lifted(
        name=name,
        graph=background_graph(name),
        statements=tuple(statements),
        context=tuple(context),
        lines=lines,
        lifted=lifted,
        skipped=tuple(skipped),
    )
