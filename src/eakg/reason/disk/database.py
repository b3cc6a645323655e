"""DuckDB, as a closure uses it: queries over files, within a limit of memory."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl

from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.reason.relations import Ids

_LEAST = 64
_OF_A_THREAD = 128
_BATCH = 1 << 16
_FULL = re.compile(
    "No space left on device|File too large|Disk quota exceeded|max_temp_directory_size"
)
Name = str


def duckdb_library() -> ModuleType:
    """DuckDB. Raises: ProblemsError where it is not installed."""
    try:
        import duckdb
    except ImportError as error:
        message = "needs DuckDB; `pip install 'eakg[large]'` brings it"
        raise ProblemsError([Problem("--engine duckdb", 0, message)]) from error
    return duckdb


class Database:
    """A connection.

    Arguments: the folder for what does not fit in memory; the MiB that it may take, None for as
    much as DuckDB does.
    """

    def __init__(self, spill: Path, memory: int | None = None) -> None:
        self._library = duckdb_library()
        self._connection = self._library.connect(":memory:")
        self.run(f"set temp_directory = {sql_literal(str(spill))}")
        self.run("set preserve_insertion_order = false")
        self.run("set enable_progress_bar = false")
        self.run("set autoinstall_known_extensions = false")
        if memory is not None:
            self.run(f"set memory_limit = '{max(memory, _LEAST)}MiB'")
            # Each thread has parts of joins in memory that cannot be put aside.
            self.run(f"set threads = {max(1, min(memory // _OF_A_THREAD, os.cpu_count() or 1))}")

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def run(self, query: str, **tables: Mapping[str, Ids]) -> None:
        """Run a query. Arguments: it; columns of numbers by the names that it has for them.
        Raises: ProblemsError where memory or disk does not suffice."""
        with self._problems(), self._registered(tables):
            self._connection.execute(query)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query. Raises: as `run`."""
        with self._problems():
            rows: list[tuple[Any, ...]] = self._connection.execute(query).fetchall()
            return rows

    def value(self, query: str) -> Any:
        """The one value of a query. Raises: as `run`."""
        ((value,),) = self.rows(query)
        return value

    def columns(self, query: str) -> dict[str, Any]:
        """The columns of a query. Raises: as `run`."""
        with self._problems():
            columns: dict[str, Any] = self._connection.execute(query).fetchnumpy()
            return columns

    def batches(self, query: str) -> Iterator[Sequence[tuple[Any, ...]]]:
        """The rows of a query, some at a time. Raises: as `run`."""
        with self._problems():
            cursor = self._connection.cursor()
            cursor.execute(query)
        while True:
            with self._problems():
                rows: list[tuple[Any, ...]] = cursor.fetchmany(_BATCH)
            if not rows:
                return
            yield rows

    @contextmanager
    def _registered(self, tables: Mapping[str, Mapping[str, Ids]]) -> Iterator[None]:
        for name, columns in tables.items():
            self._connection.register(name, dict(columns))
        try:
            yield
        finally:
            for name in tables:
                self._connection.unregister(name)

    @contextmanager
    def _problems(self) -> Iterator[None]:
        try:
            yield
        except self._library.OutOfMemoryException as error:
            if "max_temp_directory_size" in str(error) or "disk" in str(error).lower():
                raise _disk_problem(str(error)) from error
            words = "needs more memory than it may take; give it more with --memory"
            raise _problem(words, ExitStatus.TIME_LIMIT) from error
        except self._library.IOException as error:
            raise _disk_problem(str(error)) from error


def write_frame(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame into a file of Parquet. Raises: ProblemsError where the disk does not
    suffice."""
    try:
        frame.write_parquet(path)
    except (OSError, pl.exceptions.ComputeError) as error:
        raise _disk_problem(str(error)) from error


def _disk_problem(words: str) -> ProblemsError:
    """What is said of an error in reading or writing a file."""
    match = _FULL.search(words)
    if match is None:
        return _problem(words.splitlines()[0])
    advice = "make room, and go on with --resume if --work named a folder"
    return _problem(f"the disk is full ({match[0]}); {advice}")


def _problem(message: str, status: ExitStatus = ExitStatus.BAD_INPUT) -> ProblemsError:
    return ProblemsError([Problem("--engine duckdb", 0, message)], status)


def sql_literal(text: str) -> str:
    """A text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def parquet(files: Sequence[str]) -> str:
    """Files as a source of a query."""
    return f"read_parquet([{', '.join(map(sql_literal, files))}])"


def copy_query(query: str, file: str) -> str:
    """A query that writes the rows of another into a file."""
    return f"copy ({query}) to {sql_literal(file)} (format parquet, compression zstd)"


def numbers(values: Sequence[int]) -> Ids:
    """Numbers as a column."""
    return np.array(values, np.int64)
