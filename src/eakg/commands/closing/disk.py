"""Files closed by DuckDB or Spark, as a command does it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from eakg.commands.closing.choice import EngineName, EngineOptions, is_folder
from eakg.commands.supervision import current_account
from eakg.files import TemporaryFolder
from eakg.problems import Problem, ProblemsError
from eakg.reason.contradictions import Findings, OnContradiction
from eakg.reason.databases import duckdb_library, spark_library
from eakg.reason.disk import DiskClosure, DiskOptions, FileChange, check_folder
from eakg.reason.files import Progress, Statistics, imported_iris
from eakg.reason.rules import RuleSet
from eakg.reason.scope import ontology_warnings


@dataclass(frozen=True)
class DiskRun:
    """What is to be closed.

    Arguments: the files; the folder for the parts; the rules; what is left out, and what is wanted;
    what becomes of contradictions; the MiB that it may take; the engine, and options of engines;
    the change that makes it of another closure, with files among which those above are.
    """

    files: Sequence[Path]
    output: Path | None
    rules: RuleSet
    only_inferred: bool
    trivial: bool
    policy: OnContradiction
    memory: int | None
    engine: EngineName
    options: EngineOptions
    change: FileChange | None = None

    @property
    def folder(self) -> Path:
        """The folder for the parts. Raises: UsageError where none is named."""
        if self.output is None or not is_folder(self.output):
            message = f"--engine {self.engine} writes a folder of parts; name it with -o"
            raise click.UsageError(message)
        return self.output

    @property
    def master(self) -> str | None:
        """The master of Spark, None for DuckDB."""
        return (self.options.master or "local[*]") if self.engine == "spark" else None

    def check(self) -> None:
        """Raises: UsageError; ProblemsError where the engine is not installed, the output cannot be
        written, or the input cannot be read twice."""
        folder = self.folder
        duckdb_library() if self.engine == "duckdb" else spark_library()
        check_folder(folder)
        work = self.options.work
        if self.change is not None and work is not None and not work.is_dir():
            message = "is no folder; name that of `eakg reason --engine duckdb --work`"
            raise ProblemsError([Problem(str(work), 0, message)])
        for path in self.files if self.change is None else self.change.files:
            if str(path) == "-" or (path.exists() and not path.is_file()):
                message = (
                    f"is read again where that is needed; with --engine {self.engine} name a file"
                )
                raise ProblemsError([Problem(str(path), 0, message)])


def close_on_disk(
    run: DiskRun,
    statistics: Statistics,
    advance: Progress,
    further_warnings: Callable[[Sequence[str]], Sequence[Problem]],
) -> Findings:
    """Close files and write the closure, unless contradictions withhold it.

    Arguments: what; the statistics of the run; what is told of the bytes read; what says which of
    some imports were not read. Result: the contradictions.
    """
    work = current_account()
    options = DiskOptions(
        run.rules,
        run.trivial,
        run.options.resume,
        run.memory,
        master=run.master,
        change=run.change,
    )
    with _work_folder(run) as folder, DiskClosure(run.files, folder, options) as closure:
        with statistics.phase("reason"):
            closure.run(advance, work.round)
            if closure.reason:
                click.echo(f"closed anew, as {closure.reason}", err=True)
        with statistics.phase("check"):
            clashes = closure.clashes
            schema = clashes.schema
            imports = imported_iris(schema.terms, schema.facts)
            # What the files of a change import was looked for in these.
            problems = [*further_warnings(imports)] if run.change is None else []
            problems += [one.problem for one in ontology_warnings(schema.closure, run.files)]
            findings = _findings(closure, run)
        for problem in problems:
            click.echo(f"{problem} (warning)", err=True)
        if not findings.withhold:
            for problem in findings.warnings:
                click.echo(str(problem), err=True)
            work.tell(output=str(run.folder))
            with statistics.phase("write"):
                statistics.inferred = closure.write(
                    run.folder,
                    only_inferred=run.only_inferred,
                    compressed=run.options.gzip,
                    release=work.release,
                )
        sizes = closure.sizes
        statistics.asserted, statistics.terms = sizes["asserted"], sizes["terms"]
        statistics.rounds, statistics.rules = sizes["rounds"], closure.counts
        statistics.contradictions = len(clashes.inconsistencies)
        statistics.ill_formed_literals = sum(
            clash.is_ill_formed_literal for clash in clashes.inconsistencies
        )
    return findings


def _findings(closure: DiskClosure, run: DiskRun) -> Findings:
    clashes = closure.clashes
    if not clashes.inconsistencies:
        return Findings(run.policy)
    # What finds places is imported where there is something to find.
    from eakg.dataset import places_of_files
    from eakg.reason.contradictions import contradiction, is_small

    places = places_of_files(file for file in run.files if is_small(file))
    problems = [
        contradiction(clash, places, str(run.files[0]), is_asserted=clashes.is_asserted)
        for clash in clashes.inconsistencies
    ]
    if clashes.are_cut:
        message = "there are more clashes than are told; correct these and close again"
        click.echo(str(Problem(str(run.files[0]), 0, message)), err=True)
    pairs = zip(problems, clashes.inconsistencies, strict=True)
    ill_formed = {one for one, clash in pairs if clash.is_ill_formed_literal}
    return Findings.of(problems, ill_formed, run.policy)


@contextmanager
def _work_folder(run: DiskRun) -> Iterator[Path]:
    if run.options.work is not None:
        yield run.options.work
        return
    with TemporaryFolder("closure", run.folder.parent) as folder:
        yield folder / "work"
