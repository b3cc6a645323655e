"""Files closed by DuckDB, from the first to the last."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from eakg.reason.disk.clashes import Clashes
from eakg.reason.disk.database import Database, duckdb_library
from eakg.reason.disk.encoding import ASSERTED, BITS, FACTS, TERMS, TermEncoder
from eakg.reason.disk.literal_values import LiteralValues
from eakg.reason.disk.parts import ClosureParts
from eakg.reason.disk.rounds import Observe, Rounds
from eakg.reason.disk.work import WorkFolder, rules_digest
from eakg.reason.disk.workspace import IN_ORDER, Workspace
from eakg.reason.files import Progress, no_progress
from eakg.reason.relational import check_rules
from eakg.reason.rules import SAME_AS, RuleSet


def _unobserved(_: int, __: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class DiskOptions:
    """How a closure is made.

    Arguments: the rules; whether what holds of everything is wanted; whether work of an earlier
    run is gone on with; the MiB that the database may take; how many bits of a term's hash count.
    """

    rules: RuleSet
    trivial: bool = False
    resume: bool = False
    memory: int | None = None
    bits: int = BITS


class DiskClosure:
    """The closure of files, made in a folder of work; a context.

    Arguments: the files; the folder; the options. Raises: ProblemsError.
    """

    def __init__(self, files: Sequence[Path], folder: Path, options: DiskOptions) -> None:
        check_rules(options.rules, "duckdb")
        duckdb_library()
        self._files = files
        self._options = options
        self._work = WorkFolder(folder, _run(files, options))
        self._database = Database(folder / "spill", options.memory)
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
        if options.resume:
            work.resume()
        else:
            work.begin()
        if not work.manifest.terms:
            self._encode(progress)
        if not work.manifest.facts:
            self._begin()
        self._rounds = Rounds(self._workspace, observe)
        self._rounds.run()

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


def _run(files: Sequence[Path], options: DiskOptions) -> dict[str, Any]:
    """What a closure is of, by which work of another is known."""
    statistics = [(str(path.resolve()), path.stat()) for path in files if path.is_file()]
    return {
        "files": [[name, one.st_size, one.st_mtime_ns] for name, one in statistics],
        "rules": rules_digest(options.rules),
        "trivial": options.trivial,
        "bits": options.bits,
        "hashes": pl.__version__,
        "version": duckdb_library().__version__,
    }
