"""The command that asks saved queries and compares what comes with what they expect."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from eakg.commands.command import PathArgument, ending, progress
from eakg.commands.data import DataCommand, data_option
from eakg.commands.saved.options import CLOSURES, param_option, timeout_option
from eakg.commands.saved.places import PlaceType, QueryPlaces, read_place
from eakg.commands.saved.target import TargetOptions, takes_target
from eakg.commands.terminal import print_table
from eakg.dataset import PROJECT_FILE, ProjectFile, read_project_file, shipped_layout
from eakg.files import publish
from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.queries.contract import (
    SavedQuery,
    SelectionError,
    Severity,
    selected,
)
from eakg.queries.reporting import (
    badge_of,
    read_history,
    record_of,
    run_page,
    write_history,
)
from eakg.queries.scanning import sarif_log
from eakg.queries.settings import project_settings
from eakg.queries.verdict import (
    SEVERITIES,
    Outcome,
    RunOptions,
    Verdict,
    annotations,
    describe,
    exit_status,
    failures,
    junit,
    markdown,
    run,
    scan_results,
    tally,
    tap,
    unusable,
    updates,
    violations,
)
from eakg.queries.why import Explanations
from eakg.sparql import ParameterError


@click.command("test", cls=DataCommand)
@click.argument("places", metavar="[PATH|URL]...", nargs=-1, type=PlaceType())
@data_option
@takes_target
@click.option("--closure", type=CLOSURES, help="Else that of each query's header, or full.")
@param_option
@click.option("--junit", "junit_file", metavar="FILE", type=PathArgument, help="A JUnit report.")
@click.option("--tap", "tap_file", metavar="FILE", type=PathArgument, help="A report in TAP.")
@click.option("--sarif", "sarif_file", metavar="FILE", type=PathArgument, help="A SARIF report.")
@click.option("--markdown", "page", metavar="FILE", type=PathArgument, help="A report as Markdown.")
@click.option("--html", "html_file", metavar="FILE", type=PathArgument, help="A report in HTML.")
@click.option(
    "--history",
    "history_file",
    metavar="FILE",
    type=PathArgument,
    help="Keep the last runs in this file, for the report in HTML.",
)
@click.option("--badge", "badge_file", metavar="FILE", type=PathArgument, help="A badge, in SVG.")
@click.option("--github", is_flag=True, help="Say what is wrong as annotations of GitHub Actions.")
@click.option(
    "--violations",
    "violation_folder",
    metavar="DIR",
    type=PathArgument,
    help="Write the rows that came and should not, a file for each query.",
)
@click.option(
    "--select",
    "choices",
    metavar="tag:WORD|NAME",
    multiple=True,
    help="Ask the queries of a tag or a name alone, which may be a pattern.",
)
@click.option(
    "--exclude", "exclusions", metavar="tag:WORD|NAME", multiple=True, help="Leave these out."
)
@click.option(
    "--fail-on",
    "gravity",
    type=click.Choice(SEVERITIES),
    default="error",
    show_default=True,
    help="How grave a wrong answer has to be for an exit status other than 0.",
)
@click.option("--strict", is_flag=True, help="A query that expects nothing fails.")
@click.option("--update", is_flag=True, help="Rewrite what is expected to what came.")
@click.option(
    "--since",
    metavar="REV",
    help="Of git: the files that missing rows came from.",
)
@click.option("-x", "--fail-fast", is_flag=True, help="Ask no more after the first that is wrong.")
@click.option("-v", "--verbose", is_flag=True, help="A line for every query.")
@click.option(
    "-j",
    "--jobs",
    metavar="N",
    type=click.IntRange(1, 64),
    default=min(4, os.cpu_count() or 1),
    show_default=True,
    help="Queries asked at once.",
)
@timeout_option
@ending
def test_queries(
    places: tuple[Path | str, ...],
    options: TargetOptions,
    data: tuple[Path, ...],
    closure: Any,
    values: dict[str, str],
    junit_file: Path | None,
    tap_file: Path | None,
    sarif_file: Path | None,
    page: Path | None,
    html_file: Path | None,
    history_file: Path | None,
    badge_file: Path | None,
    violation_folder: Path | None,
    choices: tuple[str, ...],
    exclusions: tuple[str, ...],
    gravity: Severity,
    github: bool,
    strict: bool,
    update: bool,
    since: str | None,
    fail_fast: bool,
    verbose: bool,
    jobs: int,
    timeout: float,
) -> ExitStatus:
    """Ask saved queries and compare what comes with what they expect.

    PATH is a query file or a folder of them, - for standard input; URL is the address of one. The
    queries of a project, whose folder is named, are asked of its data. Without a place, the shipped
    queries. A query that expects nothing has to run, no more.
    """
    runs = read_history(history_file) if history_file else []
    if (project := _project(places)) is not None:
        options = replace(options, settings=project_settings(project.path.parent))
        is_asked = options.endpoint or options.settings.book.usual or data
        data = data if is_asked else project.built_data()
        closure = closure or (None if is_asked else "full")
        places = (project.questions,) if project.questions else places
    inputs = QueryPlaces(places or (shipped_layout().queries,), with_updates=True)
    inputs.check(data)
    preference = options.target(data, closure)
    if since is not None and preference.address is not None:
        raise click.UsageError("--since is of files, and an endpoint has no revisions of git")
    reading = _read(inputs.queries(), options, timeout, complete=not update)
    unusable_queries = [item for item in reading if isinstance(item, Outcome)]
    readable_queries = [item for item in reading if isinstance(item, SavedQuery)]
    queries = [query for item in readable_queries for query in item.in_cases]
    query_places = [
        item.place if isinstance(item, SavedQuery) else item.query.place for item in reading
    ]
    try:
        queries = selected(queries, choices, exclusions)
    except SelectionError as error:
        raise click.UsageError(str(error)) from error
    settings = RunOptions(
        closure,
        values,
        strict=strict,
        timeout=timeout,
        jobs=jobs,
        stops_early=fail_fast,
        gravity=gravity,
        explainer=Explanations(since),
        book=options.settings.book,
    )
    try:
        with progress("asking"):
            outcomes = run(queries, preference, settings)
    except ParameterError as error:
        raise click.UsageError(str(error)) from error
    order = {place: number for number, place in enumerate(query_places)}
    outcomes = sorted([*outcomes, *unusable_queries], key=lambda item: order[item.query.place])
    if update:
        return _update(outcomes)
    reports: dict[Path | None, Callable[[], bytes]] = {
        junit_file: lambda: junit(outcomes, gravity),
        tap_file: lambda: tap(outcomes, gravity).encode(),
        sarif_file: lambda: sarif_log(scan_results(outcomes)),
        page: lambda: markdown(outcomes).encode(),
        html_file: lambda: run_page(outcomes, runs),
        badge_file: lambda: badge_of(runs[-1]),
        history_file: lambda: write_history(runs),
    }
    runs.append(record_of(outcomes, datetime.now(UTC)))
    publish({path: write() for path, write in reports.items() if path is not None})
    if violation_folder:
        _write_violations(outcomes, violation_folder)
    if verbose:
        _print_table(outcomes)
    for outcome in failures(outcomes):
        _print_outcome(outcome)
    if github:
        for line in annotations(outcomes):
            click.echo(line)
    for problem in inputs.left_out():
        click.echo(str(problem))
    click.echo(tally(outcomes))
    return exit_status(outcomes, gravity)


def _project(places: Sequence[Path | str]) -> ProjectFile | None:
    """The project whose folder is the one place that is named, if it is. Raises: ProblemsError."""
    folder = places[0] if len(places) == 1 else ""
    is_project = isinstance(folder, Path) and (folder / PROJECT_FILE).is_file()
    return read_project_file(Path(folder)) if is_project else None


def _write_violations(outcomes: Sequence[Outcome], folder: Path) -> None:
    """Raises: ProblemsError where they cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot be made: {error.strerror}; name a folder that can be written to"
        raise ProblemsError([Problem(str(folder), 0, message)]) from error
    files = violations(outcomes, folder)
    publish(files)
    for path in files:
        click.echo(f"{path} is written")


def _read(
    places: Sequence[Path | str], options: TargetOptions, seconds: float, *, complete: bool
) -> list[SavedQuery | Outcome]:
    """The saved queries, and an outcome for each place that has none."""
    reading: list[SavedQuery | Outcome] = []
    for place in places:
        try:
            query = read_place(
                place,
                options.settings.prefixes,
                seconds,
                complete=complete,
                other_hosts=options.access.other_hosts,
            )
        except ProblemsError as error:
            reading.append(unusable(place, error.problems))
        else:
            reading.append(query)
    return reading


def _update(outcomes: Sequence[Outcome]) -> ExitStatus:
    """Shows each difference, then writes what came in the place of what was expected."""
    rewriting = updates(outcomes)
    files = rewriting.files
    rewrites = [one for one in outcomes if one.query.expect and one.query.expect.file in files]
    for outcome in rewrites:
        _print_outcome(outcome)
    publish(files)
    for path in files:
        click.echo(f"{path} is written")
    remainder = [one for one in failures(outcomes) if one not in rewrites or one.messages]
    for outcome in remainder:
        _print_outcome(outcome)
    for conflict in rewriting.conflicts.values():
        click.echo(conflict, err=True)
    return exit_status(remainder)


def _print_outcome(outcome: Outcome) -> None:
    if outcome.verdict is Verdict.UNUSABLE:
        for message in outcome.messages:
            click.echo(message, err=True)
        return
    remark = f" ({outcome.severity})" if outcome.severity in ("warning", "info") else ""
    case = f" [{outcome.query.case.name}]" if outcome.query.case else ""
    click.echo(f"{outcome.query.place}{case}: {outcome.verdict}{remark}")
    for line in describe(outcome):
        click.echo(f"  {line}")


def _print_table(outcomes: Sequence[Outcome]) -> None:
    rows = [
        (outcome.query.name, str(outcome.rows), outcome.verdict, f"{outcome.seconds * 1000:.0f}")
        for outcome in outcomes
    ]
    columns = ("query", "rows", "verdict", "ms")
    print_table(columns, rows, title="Saved queries", texts=("query", "verdict"))
