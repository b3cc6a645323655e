"""DuckDB, as a closure uses it: queries over files, within a limit of memory."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from types import ModuleType
from typing import Any

import polars as pl

from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.reason.relations import Ids
from eakg.sparql import TimeLimitExceededError

FACTS_OF_A_GROUP, TERMS_OF_A_GROUP = 1 << 15, 1 << 12
"""Rows of a file that have statistics of their own."""
_LEAST = 64
_OF_A_THREAD = 128
_BATCH = 1 << 16
_FULL = re.compile(
    "No space left on device|File too large|Disk quota exceeded|max_temp_directory_size"
)


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
        self._memory = memory
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

    def run(self, query: str) -> None:
        """Run a query. Raises: ProblemsError where memory or disk does not suffice."""
        with self._problems():
            self._connection.execute(query)

    def source(self, files: Sequence[str]) -> str:
        """Files, or folders of files, as a source of a query; without files an empty text."""
        paths = [f"{file}/*.parquet" if Path(file).is_dir() else file for file in files]
        return f"read_parquet([{', '.join(map(sql_literal, paths))}])" if files else ""

    def write(
        self, query: str, file: str, order: Sequence[str] = (), group: int = FACTS_OF_A_GROUP
    ) -> None:
        """Write the rows of a query into a file.

        Arguments: the query; the file; the columns by which rows are in order, so that statistics
        tell where some are; of how many rows they are. Raises: as `run`.
        """
        ordered = f"{query} order by {', '.join(order)}" if order else query
        self.run(
            f"copy ({ordered}) to {sql_literal(file)}"
            f" (format parquet, compression snappy, row_group_size {group})"
        )

    def table(self, name: str, query: str) -> None:
        """Have the rows of a query by a name. Raises: as `run`."""
        self.run(f"create or replace temp table {name} as {query}")

    def view(self, name: str, query: str) -> None:
        """Have a query by a name."""
        self.run(f"create or replace temp view {name} as {query}")

    def append(self, name: str, query: str) -> None:
        """Have the rows of a query among those of a table. Raises: as `run`."""
        self.run(f"insert into {name} {query}")

    def give(self, name: str, columns: Mapping[str, Ids]) -> None:
        """Have columns of numbers by a name."""
        self._connection.register("given", dict(columns))
        try:
            self.table(name, "select * from given")
        finally:
            self._connection.unregister("given")

    def drop(self, *names: str) -> None:
        """Let go of tables."""
        for name in names:
            self.run(f"drop table {name}")

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

    def write_lines(self, query: str, folder: Path, *, compressed: bool) -> None:
        """Write the rows of a query, which are lines, into a folder with a file of each thread.
        Of each join the second table is held in memory. Raises: as `run`."""
        options = (
            "format csv, header false, quote '', escape '', delimiter '\x1f',"
            f" compression {'gzip' if compressed else 'none'}, per_thread_output true"
        )
        # Estimates of what a join gives are too low, and have it held in memory.
        self.run("set disabled_optimizers = 'join_order,build_side_probe_side'")
        try:
            self.run(f"copy ({query}) to {sql_literal(str(folder))} ({options})")
        finally:
            self.run("reset disabled_optimizers")

    def shares(self, size: int) -> int:
        """In how many shares of as many bytes one takes half of the memory at most."""
        return 1 if self._memory is None else -(-2 * size // (self._memory << 20))

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
    def within(self, seconds: float) -> Iterator[None]:
        """End queries that take longer. Raises: TimeLimitExceededError."""
        timer = Timer(seconds, self._connection.interrupt)
        timer.start()
        try:
            yield
        except self._library.InterruptException as error:
            words = f"the query was ended after {seconds:g} s"
            raise TimeLimitExceededError(words, seconds) from error
        finally:
            timer.cancel()

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
        except (
            self._library.InterruptException,
            self._library.ParserException,
            self._library.BinderException,
            self._library.CatalogException,
        ):
            raise  # a limit, or a query of ours that is none
        except self._library.Error as error:
            words = str(error).splitlines()[0]
            raise _problem(f"a file cannot be read ({words}); make the closure anew") from error


def write_frame(frame: pl.DataFrame, path: Path, group: int | None = None) -> None:
    """Write a frame into a file of Parquet. Arguments: it; the file; of how many rows there are
    statistics. Raises: ProblemsError where the disk does not suffice."""
    try:
        frame.write_parquet(path, compression="lz4", row_group_size=group)
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
