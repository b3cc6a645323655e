"""Reading of a background table: its CSVW metadata, and its rows with every problem named."""

import csv
import io
import re
import warnings
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uritemplate

from eakg.keyed_files import Key, KeyedFile, Keys, read_json
from eakg.names import SHIPPED_IRIS, ProjectIris, is_slug
from eakg.problems import Problem, ProblemsError, extra_package

if TYPE_CHECKING:
    import csvw

METADATA_SUFFIX = "-metadata.json"
SOURCE_WORDS = ("definition", "modelling choice", "general knowledge")

_ABSENT = "is not there; add it"
_ADDRESS = re.compile(r"https?://\S+")
_WHOLE_CELL = re.compile(r"\{\+\w+\}")
_EXAMPLES = {"date": "write it as 2020-07-23", "decimal": "write a number, as 5.6"}


@dataclass(frozen=True)
class BackgroundRow:
    """A row: its number (from 1, the header not counted), its line, the values of its cells by
    column, and the key that tells it from the others."""

    number: int
    line: int
    cells: dict[str, Any]
    key: str


@dataclass(frozen=True)
class Rows:
    """The description of a table, the rows that are right, and the problems of the others."""

    table: "csvw.Table"
    rows: tuple[BackgroundRow, ...]
    problems: tuple[Problem, ...]


def read_rows(path: Path, iris: ProjectIris = SHIPPED_IRIS) -> Rows:
    """Read a CSV file that has its metadata beside it.

    Arguments: the file; the prefixes of the project among its IRIs.
    Raises: ProblemsError where the file or its metadata cannot be used as a whole.
    """
    table = _read_metadata(path.with_name(path.name + METADATA_SUFFIX), path, iris.prefixes)
    columns = [column for column in table.tableSchema.columns if not column.virtual]
    (_, header), *raw = _read_cells(path)
    names = [column.name for column in columns]
    if header != names:
        message = (
            f"the columns are {', '.join(header)}, but the metadata name {', '.join(names)}; "
            "correct one of the two"
        )
        raise ProblemsError([Problem(str(path), 1, message)])
    rows: list[BackgroundRow] = []
    problems: list[Problem] = []
    keys: dict[str, int] = {}
    for number, (line, cells) in enumerate(raw, 1):
        messages, values = _read_row(columns, cells)
        key = "/".join(str(values.get(name, "")) for name in table.tableSchema.primaryKey)
        if not messages:
            messages += _key_messages(key, keys)
            keys.setdefault(key, line)
        problems += [Problem(str(path), line, message) for message in messages]
        if not messages:
            rows.append(BackgroundRow(number, line, values, key))
    return Rows(table, tuple(rows), tuple(problems))


def is_address(source: str) -> bool:
    """Whether a source is a web address, not one of `SOURCE_WORDS`."""
    return bool(_ADDRESS.fullmatch(source))


def _read_metadata(metadata: Path, path: Path, prefixes: Collection[str]) -> "csvw.Table":
    if not metadata.is_file():
        message = f"has no CSVW metadata; add {metadata.name} beside it"
        raise ProblemsError([Problem(str(path), 0, message)])
    # A slow import, for tables alone.
    with extra_package("background tables", "eakg[build]"):
        import csvw

    file = read_json(metadata, _ABSENT)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            table = csvw.Table.from_file(metadata)
    except (ValueError, TypeError, KeyError, AttributeError, UserWarning) as error:
        message = f"is no CSVW table description: {error}; see the other tables for an example"
        raise ProblemsError([file.problem(message)]) from error
    if not table.tableSchema.primaryKey:
        message = "tableSchema has no primaryKey; name the columns that tell rows apart"
        raise ProblemsError([file.problem(message)])
    problems = list(_metadata_problems(file, table, prefixes))
    if problems:
        raise ProblemsError(problems)
    return table


def _metadata_problems(
    file: KeyedFile, table: "csvw.Table", prefixes: Collection[str]
) -> Iterator[Problem]:
    names = {column.name for column in table.tableSchema.columns}
    for name in table.tableSchema.primaryKey:
        if name not in names:
            message = f"primaryKey names the column {name}, which is not described; correct it"
            yield file.problem(message, "tableSchema", "primaryKey")
    for number, column in enumerate(table.tableSchema.columns):
        if column.propertyUrl is None:
            continue
        path: Keys = ("tableSchema", "columns", number)
        about_url = column.inherit("aboutUrl")
        if about_url is None:
            message = f"column {column.name} has no aboutUrl; say what it is about"
            yield file.problem(message, *path, "name")
        else:
            paths = [path, ("tableSchema",), ()]
            owner = next((one for one in paths if (*one, "aboutUrl") in file.lines), path)
            yield from _template_problems(file, about_url, names, prefixes, *owner, "aboutUrl")
        for key in ("propertyUrl", "valueUrl"):
            if template := getattr(column, key):
                yield from _template_problems(file, template, names, prefixes, *path, key)


def _template_problems(
    file: KeyedFile,
    template: object,
    names: Iterable[str],
    prefixes: Collection[str],
    *keys: Key,
) -> Iterator[Problem]:
    words = str(template)
    prefix = words.partition(":")[0]
    if not _WHOLE_CELL.fullmatch(words) and prefix not in {"http", "https", "urn", *prefixes}:
        names_of_prefixes = ", ".join(sorted(prefixes))
        message = f"{words} has no known prefix; write an IRI, or use one of {names_of_prefixes}"
        yield file.problem(message, *keys)
    for variable in sorted(uritemplate.variables(words)):
        if variable not in names:
            message = f"{words} names the column {variable}, which is not described"
            yield file.problem(message, *keys)


def _read_cells(path: Path) -> list[tuple[int, list[str]]]:
    """The rows of the file, the header first, each with the line that it starts in."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ProblemsError([Problem(str(path), line, "not UTF-8; save it as UTF-8")]) from error
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    try:
        for cells in reader:
            rows.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        message = f"is no CSV: {error}; put a cell with commas, quotes or line breaks in quotes"
        raise ProblemsError([Problem(str(path), start, message)]) from error
    if not rows:
        message = "is empty; the first line names the columns of the metadata"
        raise ProblemsError([Problem(str(path), 1, message)])
    return rows


def _read_row(columns: "list[csvw.Column]", cells: list[str]) -> tuple[list[str], dict[str, Any]]:
    """What is wrong with a row, and the values of its other cells."""
    if len(cells) != len(columns):
        message = (
            f"has {len(cells)} cells where there are {len(columns)} columns; "
            "add or remove commas, or put a cell with commas in quotes"
        )
        return [message], {}
    messages: list[str] = []
    values: dict[str, Any] = {}
    for column, cell in zip(columns, cells, strict=True):
        if column.name == "source":
            messages += _source_messages(cell, column.inherit("separator"))
        elif column.inherit("required") and not cell:
            messages.append(f"{column.name} is empty; fill it")
        elif cell and _WHOLE_CELL.fullmatch(str(column.valueUrl)) and not is_address(cell):
            messages.append(f"{column.name} {cell!r} is no address; write it as https://...")
        try:
            values[column.name] = column.read(cell)
        except ValueError:
            datatype = column.inherit("datatype")
            if cell and datatype:
                remedy = _EXAMPLES.get(datatype.base, "correct it")
                messages.append(f"{column.name} {cell!r} is no {datatype.base}; {remedy}")
    return messages, values


def _source_messages(cell: str, separator: str | None) -> Iterator[str]:
    words = ", ".join(SOURCE_WORDS)
    if not cell.strip():
        yield f"has no source; give an address, or one of {words}"
        return
    for source in cell.split(separator) if separator else [cell]:
        if source not in SOURCE_WORDS and not is_address(source):
            yield f"source {source!r} is no address; give one, or one of {words}"


def _key_messages(key: str, keys: dict[str, int]) -> Iterator[str]:
    if not is_slug(key):
        yield f"{key!r} is no slug; use letters of ASCII, digits and - . _ ~ only"
    elif key in keys:
        yield f"{key} already stands in line {keys[key]}; keep one of the two"
