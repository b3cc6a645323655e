"""The command that builds the graph."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from eakg import pipeline
from eakg.commands.command import PathArgument, ending, progress
from eakg.commands.options import ENVIRONMENT, takes
from eakg.commands.terminal import print_table
from eakg.dataset import (
    BuildOptions,
    Layout,
    read_project_file,
    shipped_layout,
    sources_layout,
)
from eakg.dataset.parts import usual_folder
from eakg.lift import LiftResult
from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.reason.contradictions import ContradictionOptions

_HUNDRED = 100


@dataclass(frozen=True)
class BuildCommandOptions(BuildOptions, ContradictionOptions):
    """What is built of what, and what becomes of contradictions."""


@click.command(context_settings={"auto_envvar_prefix": ENVIRONMENT})
@click.argument("project", metavar="[DIR]", required=False, type=PathArgument)
@click.option(
    "--texts", metavar="DIR", type=PathArgument, help="Folder of texts that are not shipped."
)
@click.option("--check", "only_check", is_flag=True, help="Only say whether files are stale.")
@click.option("--keep-going", is_flag=True, help="Leave out lines that something is wrong with.")
@click.option(
    "--parts", metavar="DIR", type=PathArgument, help="Folder of what is kept for the next build."
)
@click.option("--verified-only", is_flag=True, help="Leave out rows that nobody confirmed.")
@takes(BuildCommandOptions)
@ending
def build(
    project: Path | None,
    texts: Path | None,
    only_check: bool,
    keep_going: bool,
    parts: Path | None,
    verified_only: bool,
    options: BuildCommandOptions,
) -> ExitStatus:
    """Lift annotated text and tables, reason, and write the Turtle files of the graph.

    DIR is the folder of a project, whose eakg.toml says what it is built of; without one, the
    shipped graph is built, or --sources with its ontology. The tables of these are those of
    `background/` beside the sources, or else the shipped ones, with those of `own-tables/`. With
    --keep-going, what is wrong is listed, and the exit status 1 where there is anything. With
    --verified-only, rows whose
    verification begins with `unverified` are left out; of a thing that another row leads to, its
    class, name and place in the whole stay. Texts in --texts are found by their SHA-256, compared
    with the annotations that withhold their words, and quoted in --out, which is to be a folder of
    its own; with --check they are only compared. What a document or table gives is kept, in --parts
    or in the cache of the user, and taken from there as long as its files say the same; with
    --check nothing is.
    """
    policy = options.policy
    layout = _layout(project, options)
    if texts:
        _check_place(layout, options.out, only_check)
        layout = replace(layout, texts=texts)
    with progress("building") as tell:
        result = pipeline.build(
            layout,
            tell,
            policy,
            keeps_going=keep_going,
            verified_only=verified_only,
            quotes_texts=not only_check,
            parts=None if only_check else parts or usual_folder(layout),
        )
    if not only_check:
        result.write()
    elif problems := result.stale():
        raise ProblemsError(problems, ExitStatus.CHECK_FAILED)
    _print_account(result)
    for problem in result.problems:
        click.echo(f"{problem} (left out)", err=True)
    if result.problems and result.findings.status is ExitStatus.DONE:
        return ExitStatus.CHECK_FAILED
    return result.findings.status


def _layout(project: Path | None, options: BuildOptions) -> Layout:
    """The layout of a project, or of the shipped graph, with what is said otherwise."""
    if project is not None:
        return options.over(read_project_file(project).layout())
    is_own = options.sources is not None or options.out is not None
    usual = sources_layout(options.sources, options.out) if is_own else shipped_layout()
    return options.over(usual)


def _check_place(layout: Layout, out: Path | None, only_check: bool) -> None:
    """Refuse to quote texts that are not shipped in files that lie beside their annotations."""
    if only_check:
        return
    if out is None:
        raise click.UsageError("--texts are quoted in a folder of its own; name it by --out")
    shipped = shipped_layout()
    places = (shipped.graph, shipped.ontology, shipped.queries)
    if any(out.resolve().is_relative_to(place.resolve()) for place in places):
        message = "lies in what is shipped, where no --texts are quoted; name a folder elsewhere"
        raise ProblemsError([Problem(str(out), 0, message)])
    ignored = layout.ignore_file
    is_kept_out = ignored.is_file() and ignored.read_bytes() == pipeline.IGNORE_RULE
    if layout.graph.is_dir() and any(layout.graph.iterdir()) and not is_kept_out:
        message = "holds something already; --texts are quoted in a folder that is new"
        raise ProblemsError([Problem(str(out), 0, message)])


def _print_account(result: pipeline.BuildResult) -> None:
    columns = ("source", "lines", "lifted", "skipped", "statements", "triples")
    rows = [(name, *_counts(sources)) for name, sources in _groups(result.sources)]
    totals = ("all", *_counts(result.sources)[:-1], "")
    title = "What was read and what became of it"
    print_table(columns, [*rows, totals], title=title, texts=("source",), divided=len(rows))
    for source in result.sources:
        for skip in source.skipped_lines:
            click.echo(f"{skip.file}:{skip.line}: skipped: {skip.reason}")
    for warning in result.warnings:
        click.echo(f"{warning} (warning)", err=True)
    findings = result.findings
    for warning in findings.warnings:
        click.echo(str(warning), err=True)
    count = len(findings.contradictions) + len(findings.ignored)
    words = f"{count:,} contradictions" if count > 1 else f"{count or 'no'} contradiction"
    click.echo(f"{result.inferred} triples inferred, {words}.")


def _groups(sources: Sequence[LiftResult]) -> Iterator[tuple[str, Sequence[LiftResult]]]:
    """Each source by its name, or where there are many, a hundred at once by the first and last."""
    size = 1 if len(sources) <= _HUNDRED else _HUNDRED
    for start in range(0, len(sources), size):
        group = sources[start : start + size]
        first, last = group[0].name, group[-1].name
        yield first if first == last else f"{first} to {last} ({len(group)})", group


def _counts(sources: Sequence[LiftResult]) -> tuple[str, ...]:
    """Lines, those lifted and those skipped, statements and triples."""
    counts = (
        sum(source.lines for source in sources),
        sum(source.lifted_lines for source in sources),
        sum(len(source.skipped_lines) for source in sources),
        sum(source.statement_count for source in sources),
        sum(source.triple_count for source in sources),
    )
    return tuple(map(str, counts))
