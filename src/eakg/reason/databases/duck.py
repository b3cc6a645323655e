"""DuckDB, as a closure uses it: queries over files, within a limit of memory."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from types import ModuleType
from typing import Any, Self

import polars as pl

from eakg.problems import ExitStatus, extra_package
from eakg.reason.databases.database import (
    FACTS_OF_A_GROUP,
    Answer,
    Item,
    Rows,
    database_problem,
    disk_problem,
    sql_literal,
    write_frame,
)
from eakg.reason.files import Progress
from eakg.reason.relations import Ids
from eakg.sparql import TimeLimitExceededError

_LEAST = 64
_OF_A_THREAD = 128
_BATCH = 1 << 16
_TYPES = {"bigint": pl.Int64, "string": pl.String, "boolean": pl.Boolean}
_MACRO = "regexp_like(text, pattern) as regexp_matches(text, pattern)"
"""A function under the name that standard SQL has for it."""


def duckdb_library() -> ModuleType:
    """DuckDB. Raises: ProblemsError where it is not installed."""
    with extra_package("--engine duckdb", "eakg[large]"):
        import duckdb
    return duckdb


class DuckDatabase:
    """A connection.

    Arguments: the folder for what does not fit in memory; the MiB that it may take, None for as
    much as DuckDB does.
    """

    name = "duckdb"

    def __init__(self, spill: Path, memory: int | None = None) -> None:
        self._library = duckdb_library()
        self._memory = memory
        self._connection = self._library.connect(":memory:")
        self.run(f"set temp_directory = {sql_literal(str(spill))}")
        self.run("set preserve_insertion_order = false")
        self.run("set enable_progress_bar = false")
        self.run("set autoinstall_known_extensions = false")
        self.run(f"create macro {_MACRO}")
        if memory is not None:
            self.run(f"set memory_limit = '{max(memory, _LEAST)}MiB'")
            # Each thread has parts of joins in memory that cannot be put aside.
            self.run(f"set threads = {max(1, min(memory // _OF_A_THREAD, os.cpu_count() or 1))}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def run(self, query: str) -> None:
        """Run a query. Raises: ProblemsError where memory or disk does not suffice."""
        with self._problems():
            self._connection.execute(query)

    def source(self, files: Sequence[str]) -> str:
        """Files, or folders of files, as a source of a query; without files an empty text."""
        paths = [f"{file}/**/*.parquet" if Path(file).is_dir() else file for file in files]
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

    def settle(self, *names: str) -> None:
        """Rows of tables are at hand as they are appended."""

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

    def cells(self, facts: str, heads: str, first: int, rest: int) -> str:
        """A query for the facts of the cells of lists.

        Arguments: a source of facts; the keys of what has lists; those of the two properties of
        cells.
        """
        return (
            f"with recursive cells(c) as (select o from {facts} where k in ({heads})"
            f" union select f.o from {facts} f join cells on f.s = cells.c where f.k = {rest})"
            f" select f.k, f.s, f.o from {facts} f where f.k in ({first}, {rest})"
            " and f.s in (select c from cells)"
        )

    def convert(
        self,
        query: str,
        function: Callable[[Rows], Rows],
        schema: Mapping[str, str],
        file: str,
    ) -> None:
        """Write into a file what a function makes of the rows of a query, some at a time. Raises:
        as `run`."""
        types = {name: _TYPES[type_] for name, type_ in schema.items()}
        with TemporaryDirectory(dir=Path(file).parent, prefix="parts-") as folder:
            write_frame(pl.DataFrame(schema=types), Path(folder) / "0.parquet")
            for count, rows in enumerate(self.batches(query), 1):
                frame = pl.DataFrame([*function(rows)], schema=types, orient="row")
                write_frame(frame, Path(folder) / f"{count}.parquet")
            self.write(f"select * from {self.source([folder])}", file)

    def spread(
        self,
        function: Callable[[Sequence[Item], Progress], Answer],
        items: Sequence[Item],
        progress: Progress,
    ) -> list[Answer]:
        """Call a function of all items."""
        return [function(items, progress)]

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
                raise disk_problem(self.name, str(error)) from error
            words = "needs more memory than it may take; give it more with --memory"
            raise database_problem(self.name, words, ExitStatus.TIME_LIMIT) from error
        except self._library.IOException as error:
            raise disk_problem(self.name, str(error)) from error
        except (
            self._library.InterruptException,
            self._library.ParserException,
            self._library.BinderException,
            self._library.CatalogException,
        ):
            raise  # a limit, or a query of ours that is none
        except self._library.Error as error:
            words = str(error).splitlines()[0]
            message = f"a file cannot be read ({words}); make the closure anew"
            raise database_problem(self.name, message) from error
