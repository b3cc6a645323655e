"""What a closure asks of a database: queries in SQL that all of them read, over Parquet."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

import polars as pl

from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.reason.files import Progress
from eakg.reason.relations import Ids

FACTS_OF_A_GROUP, TERMS_OF_A_GROUP = 1 << 15, 1 << 12
"""Rows of a file that have statistics of their own."""
_FULL = re.compile(
    "No space left on device|File too large|Disk quota exceeded|max_temp_directory_size"
)
Item = TypeVar("Item")
Answer = TypeVar("Answer")
Rows = Iterable[tuple[Any, ...]]


class Database(Protocol):
    """A database over files; a context. All that it does raises ProblemsError where memory or disk
    does not suffice."""

    name: str
    """The name of its engine."""

    def __enter__(self) -> Self:
        """It."""
        ...

    def __exit__(self, *_: object) -> None:
        """End it."""

    def source(self, files: Sequence[str]) -> str:
        """Files, or folders of files, as a source of a query; without files an empty text."""
        ...

    def write(
        self, query: str, file: str, order: Sequence[str] = (), group: int = FACTS_OF_A_GROUP
    ) -> None:
        """Write the rows of a query into a file, or a folder of files, by its name.

        Arguments: the query; the name; the columns by which rows are in order, so that statistics
        tell where some are; of how many rows they are.
        """

    def write_lines(self, query: str, folder: Path, *, compressed: bool) -> None:
        """Write the rows of a query, which are lines, into a folder that is made, in some files."""

    def table(self, name: str, query: str) -> None:
        """Have the rows of a query by a name."""

    def view(self, name: str, query: str) -> None:
        """Have a query by a name."""

    def append(self, name: str, query: str) -> None:
        """Have the rows of a query among those of a table, when it is settled."""

    def settle(self, *names: str) -> None:
        """Have the rows of all tables to which queries were appended at hand."""

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

    def convert(
        self,
        query: str,
        function: Callable[[Rows], Rows],
        schema: Mapping[str, str],
        file: str,
    ) -> None:
        """Write into a file what a function makes of the rows of a query, some at a time.

        Arguments: the query; the function; the types of its columns by name; the file.
        """

    def spread(
        self,
        function: Callable[[Sequence[Item], Progress], Answer],
        items: Sequence[Item],
        progress: Progress,
    ) -> list[Answer]:
        """Call a function of items, of all at once, or by workers. Result: what it gives of
        each."""
        ...

    def shares(self, size: int) -> int:
        """In how many shares of as many bytes one takes half of the memory at most."""
        ...

    def cells(self, facts: str, heads: str, first: int, rest: int) -> str:
        """A query for the facts of the cells of lists, those of heads at least.

        Arguments: a source of facts; the keys of what has lists; those of the two properties of
        cells.
        """
        ...


def write_frame(frame: pl.DataFrame, path: Path, group: int | None = None) -> None:
    """Write a frame into a file of Parquet. Arguments: it; the file; of how many rows there are
    statistics. Raises: ProblemsError where the disk does not suffice."""
    try:
        frame.write_parquet(path, compression="lz4", row_group_size=group)
    except (OSError, pl.exceptions.ComputeError) as error:
        raise disk_problem("duckdb", str(error)) from error


def disk_problem(engine: str, words: str) -> ProblemsError:
    """What is said of an error in reading or writing a file. Arguments: the engine; the words of
    the error."""
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
