"""Files closed by DuckDB or Spark, from the first to the last."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from eakg.problems import ProblemsError
from eakg.reason.databases import (
    Database,
    DuckDatabase,
    SparkDatabase,
    duckdb_library,
    spark_library,
)
from eakg.reason.disk.changes import ClosureChange, FileChange
from eakg.reason.disk.clashes import Clashes
from eakg.reason.disk.encoding import ASSERTED, BITS, FACTS, TERMS, TermEncoder
from eakg.reason.disk.fitting import FittedTables
from eakg.reason.disk.literal_values import LiteralValues
from eakg.reason.disk.parts import ClosureParts
from eakg.reason.disk.rounds import Observe, Rounds
from eakg.reason.disk.work import OTHER, WorkFolder, rules_digest
from eakg.reason.disk.workspace import IN_ORDER, Workspace
from eakg.reason.files import Progress, no_progress
from eakg.reason.relational import check_rules
from eakg.reason.rules import SAME_AS, RuleSet

_OF_FILES: dict[str, Any] = {"files": [], "changes": []}
_LIBRARIES = {"duckdb": "duckdb", "spark": "pyspark"}


def _unobserved(_: int, __: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class DiskOptions:
    """How a closure is made.

    Arguments: the rules; whether what holds of everything is request; whether work of an earlier
    run is gone on with; the MiB that the database may take; how many bits of a term's hash count;
    the master of Spark, None for DuckDB; the change that makes it of one that is whole.
    """

    rules: RuleSet
    trivial: bool = False
    resume: bool = False
    memory: int | None = None
    bits: int = BITS
    master: str | None = None
    change: FileChange | None = None

    @property
    def engine(self) -> str:
        """The name of the engine."""
        return "duckdb" if self.master is None else "spark"


class DiskClosure:
    """The closure of files, made in a folder of work; a context.

    Arguments: the files; the folder; the options. Raises: ProblemsError.
    """

    def __init__(self, files: Sequence[Path], folder: Path, options: DiskOptions) -> None:
        check_rules(options.rules, options.engine)
        duckdb_library() if options.master is None else spark_library()
        self._files = files
        self._options = options
        self.reason = ""
        """Why a change has all closed anew."""
        self._work = WorkFolder(folder, _run(files, options), is_resumed=options.resume)
        try:
            self._database = _database(folder / "spill", options)
        except ProblemsError:
            self._work.__exit__()
            raise
        self._workspace = Workspace(
            self._work, self._database, options.rules, trivial=options.trivial
        )

    def __enter__(self) -> "DiskClosure":
        return self

    def __exit__(self, *arguments: object) -> None:
        self._database.__exit__(*arguments)
        self._work.__exit__(*arguments)

    def run(self, progress: Progress = no_progress, observe: Observe = _unobserved) -> None:
        """Read the files, or what was made of them, and run the rules until nothing is new."""
        work, options = self._work, self._options
        program = None
        if options.change:
            program = self._apply(options.change, progress)
        elif options.resume:
            work.resume()
        else:
            work.begin()
        if not work.manifest.terms:
            self._encode(progress)
        if not work.manifest.facts:
            self._begin()
        self._rounds = Rounds(self._workspace, observe, program)
        self._rounds.run()

    def _apply(self, change: FileChange, progress: Progress) -> FittedTables | None:
        """Change what is to be closed. Result: the program by which the rest is closed. Raises:
        ProblemsError."""
        work = self._work
        request = work.manifest.run
        work.load(is_whole=True)
        run = work.manifest.run
        if {**run, **_OF_FILES} != {**request, **_OF_FILES}:
            raise work.problem(f"{OTHER}; name the same")
        changes = [*run.get("changes", [])]
        files = [_statistics(paths) for paths in (change.added, change.removed)]
        work.clean()
        if not work.manifest.is_closed:
            if changes[-1:] != [files]:
                raise work.problem("is of a closure that is not whole; end it first as it began")
            return None
        work.propose(run={**run, "changes": [*changes, files]})
        place = len(run["files"]) + sum(len(paths) for pair in changes for paths in pair)
        encoder = TermEncoder(work, self._database, work.bits)
        changing = ClosureChange(self._workspace, encoder, change)
        program, self.reason = changing.apply(place, progress)
        return program

    def _encode(self, progress: Progress) -> None:
        work = self._work
        encoder = TermEncoder(work, self._database, self._options.bits)
        encoder.encode(self._files, self._options.rules, progress)
        work.reach(terms=TERMS, asserted=FACTS, triples=self._workspace.count(FACTS))

    def _begin(self) -> None:
        """The facts of round 0, and the literals that are one value."""
        work, workspace = self._work, self._workspace
        literals = LiteralValues(workspace)
        literals.write("literals-0.parquet")
        work.reach(literals="literals-0.parquet")
        asserted, same = workspace.asserted, workspace.key(SAME_AS)
        is_pair = f"k = {same}" if self._options.rules.equality else "false"
        pairs = f"select s as a, o as b from {asserted} where {is_pair} and s <> o"
        if "dt-eq" in self._options.rules:
            pairs += f" union {literals.equalities}"
        workspace.write(pairs, "pairs-0.parquet")
        facts = work.manifest.asserted
        if self._database.rows(f"select 1 from {asserted} where {is_pair} limit 1"):
            facts = "facts-0.parquet"
            workspace.write(
                f"select k, s, o, 0 as r, {ASSERTED} as rule from {asserted} where not ({is_pair})",
                facts,
                IN_ORDER,
            )
        work.reach(
            facts=(facts,),
            pairs="pairs-0.parquet" if workspace.count("pairs-0.parquet") else "",
            size=work.manifest.triples,
        )

    @cached_property
    def clashes(self) -> Clashes:
        """Its contradictions."""
        return Clashes(self._workspace, self._rounds.fitted)

    def write(
        self,
        output: Path,
        *,
        only_inferred: bool,
        compressed: bool,
        release: Callable[[], None] = lambda: None,
    ) -> int:
        """Write its triples into a folder, after `release` was called. Result: how many are
        inferred."""
        parts = ClosureParts(self._workspace)
        return parts.write(
            output, only_inferred=only_inferred, compressed=compressed, release=release
        )

    @property
    def counts(self) -> dict[str, int]:
        """How many new facts each rule found, of representatives; those of axioms as of
        `schema`."""
        return dict(self._work.manifest.counts)

    @property
    def sizes(self) -> dict[str, int]:
        """How many triples were asserted, how many terms there are, and how many rounds it took."""
        terms = self._database.value(f"select count(*) from {self._workspace.dictionary.terms}")
        manifest = self._work.manifest
        return {"asserted": manifest.triples, "terms": int(terms), "rounds": manifest.round}


def _statistics(files: Sequence[Path]) -> list[list[Any]]:
    """What tells files from others."""
    statistics = [(str(path.resolve()), path.stat()) for path in files if path.is_file()]
    return [[name, one.st_size, one.st_mtime_ns] for name, one in statistics]


def _database(spill: Path, options: DiskOptions) -> Database:
    if options.master is None:
        return DuckDatabase(spill, options.memory)
    return SparkDatabase(spill, options.master, options.memory)


def _run(files: Sequence[Path], options: DiskOptions) -> dict[str, Any]:
    """What a closure is of, by which work of another is known."""
    return {
        "files": _statistics(files),
        "rules": rules_digest(options.rules),
        "trivial": options.trivial,
        "bits": options.bits,
        "hashes": pl.__version__,
        "engine": options.engine,
        "version": version(_LIBRARIES[options.engine]),
    }
