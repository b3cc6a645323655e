"""Spark, as a closure uses it: queries over files, by the workers of a cluster."""

import os
import re
import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any, Self, TypeVar

import numpy as np
import polars as pl

import eakg
from eakg.problems import Problem, ProblemsError, extra_package
from eakg.reason.databases.database import (
    FACTS_OF_A_GROUP,
    Answer,
    Item,
    Rows,
    database_problem,
    disk_problem,
)
from eakg.reason.files import Progress, no_progress
from eakg.reason.relations import Ids

_Result = TypeVar("_Result")
_CAUSE = re.compile(r"Caused by: |[\w.]+(?:Error|Exception): ")
_BATCH = 1 << 12
_IN_LINE = 1 << 9
"""Rows of a table that a query has in itself."""
_TYPES = {"Int64": "bigint", "Int32": "int", "String": "string", "Boolean": "boolean"}
_PATIENCE = 10.0
_LEAST = 512
"""MiB below which Spark does not begin."""
RESULT_SIZE = "256m"
"""What may come to the driver at once: a schema, and no facts."""


def spark_library() -> ModuleType:
    """Spark's library. Raises: ProblemsError where it, or Java, is not installed."""
    with extra_package("--engine spark", "eakg[spark]"):
        from pyspark import sql
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        message = "needs Java 17; Debian has it as openjdk-17-jre-headless"
        raise ProblemsError([Problem("--engine spark", 0, message)])
    library: ModuleType = sql
    return library


class SparkDatabase:
    """A session of Spark, or one within the session that there is.

    Arguments: the folder for tables, which all workers see; the master, such as `local[2]` or
    `spark://host:7077`; the MiB that the driver and each worker may take. Raises: ProblemsError
    where there is no Spark, no Java, or no answer.
    """

    name = "spark"

    def __init__(self, spill: Path, master: str, memory: int | None = None) -> None:
        library = spark_library()
        _check_master(master)
        self._spill = spill.resolve()
        shutil.rmtree(spill, ignore_errors=True)
        self._is_shared = library.SparkSession.getActiveSession() is not None
        try:
            session = spark_session(self._spill, master, memory)
        except Exception as error:
            message = f"{master} does not answer: {_words(error)}"
            raise database_problem(self.name, message) from error
        # Names of tables are those of this closure alone.
        self._session = session.newSession()
        self._sources: dict[tuple[str, ...], str] = {}
        self._paths: dict[str, Path] = {}
        self._former_paths: list[Path] = []
        self._appended: dict[str, list[str]] = {}
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._is_shared:
            self._session.stop()
        shutil.rmtree(self._spill, ignore_errors=True)

    def source(self, files: Sequence[str]) -> str:
        """Files, or folders of files, as a source of a query; without files an empty text."""
        if not files:
            return ""
        key = tuple(files)
        if key not in self._sources:
            name = f"files_{self._next()}"
            self._result(lambda: self._read(*files)).createOrReplaceTempView(name)
            self._sources[key] = name
        return self._sources[key]

    def _read(self, *files: str) -> Any:
        reader = self._session.read.option("recursiveFileLookup", "true")
        # Spark starts a job where it is not told.
        form = _schema(Path(files[0]))
        return reader.schema(form).parquet(*map(_address, files))

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _sql(self, query: str) -> Any:
        return self._result(lambda: self._session.sql(query))

    def _result(self, action: Callable[[], _Result]) -> _Result:
        """The result of something that Spark does. Raises: ProblemsError."""
        try:
            return action()
        except Exception as error:
            raise disk_problem(self.name, _words(error)) from error

    def write(
        self, query: str, file: str, order: Sequence[str] = (), group: int = FACTS_OF_A_GROUP
    ) -> None:
        """Write the rows of a query into a folder of files, each in order.

        Arguments: the query; the folder; the columns by which rows are in order; of how many rows
        there are statistics. Raises: ProblemsError.
        """
        frame = self._sql(query)
        if order:
            frame = frame.sortWithinPartitions(*order)
        self._write(frame, file, group)
        self._sources = {
            key: name
            for key, name in self._sources.items()
            if not any(file.startswith(one) for one in key)
        }

    def _write(self, frame: Any, path: str | Path, group: int = FACTS_OF_A_GROUP) -> None:
        writer = frame.write.mode("overwrite").option("parquet.block.row.count.limit", group)
        self._result(lambda: writer.parquet(_address(path)))

    def write_lines(self, query: str, folder: Path, *, compressed: bool) -> None:
        """Write the rows of a query, which are lines, into a folder that is made, in as many files
        as there are tasks. Raises: ProblemsError."""
        writer = self._sql(query).write.option("compression", "gzip" if compressed else "none")
        self._result(lambda: writer.text(_address(folder)))
        for path in folder.iterdir():
            if not path.name.startswith("part-"):
                path.unlink()

    def convert(
        self,
        query: str,
        function: Callable[[Rows], Rows],
        schema: Mapping[str, str],
        file: str,
    ) -> None:
        """Write into a folder of files what a function makes of the rows of a query, by the
        workers. Raises: ProblemsError."""
        form = ", ".join(f"{name} {type_}" for name, type_ in schema.items())
        rows = self._sql(query).rdd.mapPartitions(function)
        self._write(self._result(lambda: self._session.createDataFrame(rows, form)), file)

    def spread(
        self,
        function: Callable[[Sequence[Item], Progress], Answer],
        items: Sequence[Item],
        progress: Progress,
    ) -> list[Answer]:
        """Call a function of each item, by the workers. Raises: ProblemsError."""
        context = self._session.sparkContext
        answers = context.parallelize(items, max(1, len(items))).map(
            lambda item: function([item], no_progress)
        )
        result: list[Answer] = self._result(answers.collect)
        self._sources = {}
        return result

    def table(self, name: str, query: str) -> None:
        """Have the rows of a query by a name. Raises: ProblemsError."""
        self._keep(name, self._sql(query))

    def _keep(self, name: str, frame: Any) -> None:
        path = self._spill / f"table-{name}-{self._next()}"
        self._write(frame, path)
        self._result(lambda: self._read(str(path))).createOrReplaceTempView(name)
        if name in self._paths:
            self._former_paths.append(self._paths[name])
        self._paths[name] = path

    def settle(self, *names: str) -> None:
        """Have the rows of all tables to which queries were appended at hand. What they were made
        from goes. Raises: ProblemsError."""
        for name in names:
            parts = self._appended.pop(name, [])
            self.table(name, " union all ".join(f"select * from {one}" for one in (name, *parts)))
            self.drop(*parts)
        for path in self._former_paths:
            shutil.rmtree(path, ignore_errors=True)
        self._former_paths = []

    def view(self, name: str, query: str) -> None:
        """Have a query by a name."""
        self._sql(query).createOrReplaceTempView(name)

    def append(self, name: str, query: str) -> None:
        """Have the rows of a query among those of a table, when it is settled."""
        part = f"appended_{self._next()}"
        self.view(part, query)
        self._appended.setdefault(name, []).append(part)

    def give(self, name: str, columns: Mapping[str, Ids]) -> None:
        """Have columns of numbers by a name."""
        names = ", ".join(columns)
        rows = [*zip(*(column.tolist() for column in columns.values()), strict=True)]
        if 0 < len(rows) <= _IN_LINE:
            values = ", ".join(f"({', '.join(f'{value}L' for value in row)})" for row in rows)
            self.view(name, f"select * from values {values} as given({names})")
            return
        form = ", ".join(f"{column} bigint" for column in columns)
        self._keep(name, self._result(lambda: self._session.createDataFrame(rows, form)))

    def drop(self, *names: str) -> None:
        """Let go of tables."""
        for name in names:
            self._session.catalog.dropTempView(name)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query. Raises: ProblemsError."""
        frame = self._sql(query)
        return [tuple(row) for row in self._result(frame.collect)]

    def value(self, query: str) -> Any:
        """The one value of a query. Raises: ProblemsError."""
        ((value,),) = self.rows(query)
        return value

    def columns(self, query: str) -> dict[str, Any]:
        """The columns of a query. Raises: ProblemsError."""
        frame = self._sql(query)
        rows = self._result(frame.collect)
        table = zip(*rows, strict=True) if rows else ([] for _ in frame.columns)
        pairs = zip(frame.columns, table, strict=True)
        return {name: np.array(column, np.int64) for name, column in pairs}

    def batches(self, query: str) -> Iterator[Sequence[tuple[Any, ...]]]:
        """The rows of a query, some at a time. Raises: ProblemsError."""
        frame = self._sql(query)
        rows = self._result(frame.toLocalIterator)
        while batch := self._result(lambda: [tuple(row) for row in islice(rows, _BATCH)]):
            yield batch

    def shares(self, size: int) -> int:
        """One share, which the workers have among them."""
        return min(1, size + 1)

    def cells(self, facts: str, heads: str, first: int, rest: int) -> str:
        """A query for the facts of the cells of all lists, those of heads among them, as queries of
        Spark do not recur until nothing is new.

        Arguments: a source of facts; the keys of what has lists; those of the two properties of
        cells.
        """
        has_lists = f"exists (select 1 from {facts} where k in ({heads}))"
        return f"select k, s, o from {facts} where k in ({first}, {rest}) and {has_lists}"


def spark_session(folder: Path, master: str, memory: int | None = None, **more: str) -> Any:
    """A session of Spark as closures use it, or the one that there is.

    Arguments: a folder for what does not fit; the master; the MiB that the driver and each worker
    may take; further options, with `_` in place of dots.
    """
    library = spark_library()
    package = str(Path(eakg.__file__).parent.parent)
    paths = filter(None, [package, os.environ.get("PYTHONPATH")])
    options = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",
        "spark.driver.maxResultSize": RESULT_SIZE,
        "spark.local.dir": str(folder / "local"),
        "spark.sql.parser.escapedStringLiterals": "true",
        "spark.sql.parquet.compression.codec": "snappy",
        "spark.executorEnv.PYTHONPATH": os.pathsep.join(paths),
    }
    if memory is not None:
        amount = f"{max(memory, _LEAST)}m"
        options |= dict.fromkeys(("spark.driver.memory", "spark.executor.memory"), amount)
    if master.startswith("local"):
        # Names of the machine need not resolve where all is within it.
        options |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    options |= {name.replace("_", "."): value for name, value in more.items()}
    # Workers run the same Python, unless another is named.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = library.SparkSession.builder.master(master).appName("eakg")
    builder = reduce(lambda start, option: start.config(*option), options.items(), builder)
    return builder.getOrCreate()


def _check_master(master: str) -> None:
    """Raises: ProblemsError where a master of a cluster of Spark's own does not answer."""
    scheme, _, places = master.partition("://")
    if scheme != "spark":
        return
    for place in places.split(","):
        host, _, port = place.rpartition(":")
        try:
            with socket.create_connection((host, int(port)), _PATIENCE):
                return
        except (OSError, ValueError):
            continue
    message = f"{master} does not answer; say which does with --master"
    raise database_problem(SparkDatabase.name, message)


def _address(path: str | Path) -> str:
    """The address of a file, which by its path alone might be one of another file system."""
    return f"file://{Path(path).resolve()}"


def _schema(path: Path) -> str:
    """The types of the columns of a file, or of the files in a folder."""
    files = (one for one in path.rglob("*.parquet") if one.is_file()) if path.is_dir() else [path]
    columns = pl.read_parquet_schema(next(iter(files))).items()
    return ", ".join(f"{name} {_TYPES[str(type_)]}" for name, type_ in columns)


def _words(error: Exception) -> str:
    """What an error of Spark says of its cause, in one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [repr(error)]
    causes = [line for line in lines if _CAUSE.match(line)] or lines[:1]
    return causes[-1].removeprefix("Caused by: ")[:300]
