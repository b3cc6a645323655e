"""What a closure asks of a database: queries in SQL that all read, over files of Parquet."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.reason.relations import Ids

FACTS_OF_A_GROUP, TERMS_OF_A_GROUP = 1 << 15, 1 << 12
"""Rows of a file that have statistics of their own."""
_FULL = re.compile(
    "No space left on device|File too large|Disk quota exceeded|max_temp_directory_size"
)


class Database(Protocol):
    """A database over files. All of it raises ProblemsError where memory or disk do not
    suffice."""

    @property
    def name(self) -> str:
        """The name of its engine."""
        ...

    def close(self) -> None:
        """End it."""

    def source(self, files: Sequence[str]) -> str:
        """Files as a source of a query; without files an empty text."""
        ...

    def write(
        self, query: str, file: str, order: Sequence[str] = (), group: int = FACTS_OF_A_GROUP
    ) -> None:
        """Write the rows of a query into a file.

        Arguments: the query; the file; the columns by which rows are in order, so that statistics
        tell where some are; of how many rows they are.
        """

    def write_lines(self, query: str, folder: Path, *, compressed: bool, stem: str) -> None:
        """Write the rows of a query, which are lines, into files of N-Triples in a folder: one of
        the name of `stem`, or where that is empty several."""

    def table(self, name: str, query: str) -> None:
        """Have the rows of a query by a name."""

    def view(self, name: str, query: str) -> None:
        """Have a query by a name."""

    def append(self, name: str, query: str) -> None:
        """Have the rows of a query among those of a table."""

    def give(self, name: str, columns: Mapping[str, Ids]) -> None:
        """Have columns of numbers by a name."""

    def drop(self, *names: str) -> None:
        """Let go of tables."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        ...

    def value(self, query: str) -> Any:
        """The one value of a query."""

    def columns(self, query: str) -> dict[str, Any]:
        """The columns of a query."""
        ...

    def batches(self, query: str) -> Iterator[Sequence[tuple[Any, ...]]]:
        """The rows of a query, some at a time."""
        ...

    def settle(self, name: str) -> None:
        """Have the rows of a table, to which queries were appended, at hand."""

    def convert(
        self,
        query: str,
        function: Callable[[Iterable[tuple[Any, ...]]], Iterator[tuple[Any, ...]]],
        schema: Mapping[str, str],
        file: str,
    ) -> None:
        """Write into a file what a function makes of the rows of a query.

        Arguments: the query; the function; the types of its columns by name; the file.
        """

    def has_room_for(self, size: int) -> bool:
        """Whether as many bytes are sure to fit in memory."""
        ...

    def hashes(self, words: pl.Series, bits: int) -> Sequence[int]:
        """The hashes of spelled terms, of as many bits."""
        ...

    def cells(self, facts: str, heads: str, first: int, rest: int) -> str:
        """A query for the cells of lists.

        Arguments: a source of facts; the keys of what has lists, and of the two properties of
        cells.
        """
        ...


def term_hashes(words: pl.Series, bits: int) -> pl.Series:
    """The hashes of spelled terms, of as many bits."""
    return (words.hash(0) & ((1 << bits) - 1)).cast(pl.Int64)


def write_frame(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame into a file of Parquet. Raises: ProblemsError where the disk does not
    suffice."""
    try:
        frame.write_parquet(path)
    except (OSError, pl.exceptions.ComputeError) as error:
        raise disk_problem("duckdb", str(error)) from error


def disk_problem(engine: str, words: str) -> ProblemsError:
    """What is said of an error in reading or writing a file."""
    match = _FULL.search(words)
    if match is None:
        return database_problem(engine, words.splitlines()[0])
    advice = "make room, and go on with --resume if --work named a folder"
    return database_problem(engine, f"the disk is full ({match[0]}); {advice}")


def database_problem(
    engine: str, message: str, status: ExitStatus = ExitStatus.BAD_INPUT
) -> ProblemsError:
    """What is said of a database by the name of its engine."""
    return ProblemsError([Problem(f"--engine {engine}", 0, message)], status)


def sql_literal(text: str) -> str:
    """A text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"
