"""The command that looks at saved queries without asking them."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from eakg.commands.command import PathArgument, ending
from eakg.commands.saved import PlaceType, QueryPlaces, read_place
from eakg.dataset import shipped_layout
from eakg.files import publish, read_utf8
from eakg.problems import ExitStatus, ProblemsError
from eakg.queries.contract import parse_query
from eakg.queries.lint import (
    SILENCEABLE,
    STORE_OPTIONS,
    Completions,
    Finding,
    FindingKind,
    LintOptions,
    completions_json,
    completions_of,
    empty_store,
    lint,
    with_prefixes_in_order,
)
from eakg.queries.scanning import sarif_log
from eakg.queries.settings import project_settings
from eakg.rdf import STANDARD_INPUT
from eakg.rdf.inputs import read_prefixes
from eakg.store import Limits
from eakg.store.workers import KeeperProcess


@click.command("lint-queries")
@click.argument("places", metavar="[PATH|URL]...", nargs=-1, type=PlaceType())
@click.option("--strict", is_flag=True, help="A warning is a failure too.")
@click.option(
    "--ignore",
    "ignored",
    metavar="KIND",
    multiple=True,
    type=click.Choice(SILENCEABLE),
    help=f"Say nothing of a kind: {', '.join(SILENCEABLE)}.",
)
@click.option(
    "--prefixes",
    "prefix_files",
    metavar="FILE",
    multiple=True,
    type=PathArgument,
    help="RDF whose prefixes, also by sh:declare, the endpoint declares.",
)
@click.option(
    "--fix",
    is_flag=True,
    help="Take away prefixes that are not used, and declare those that everyone means alike.",
)
@click.option("--sarif", "sarif_file", metavar="FILE", type=PathArgument, help="A SARIF report.")
@click.option(
    "--completions",
    "completion_file",
    metavar="FILE",
    type=PathArgument,
    help="JSON for editors: the variables and prefixes of each query, and the terms of these.",
)
@click.option(
    "--timeout",
    default=10.0,
    show_default=True,
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds that reading a query may take.",
)
@ending
def lint_queries(
    places: tuple[Path | str, ...],
    strict: bool,
    ignored: tuple[str, ...],
    prefix_files: tuple[Path, ...],
    fix: bool,
    sarif_file: Path | None,
    completion_file: Path | None,
    timeout: float,
) -> ExitStatus:
    """Look for slips in saved queries: syntax, unknown terms, what is not used, what has no bound.

    PATH is a query file or a folder of them, - for standard input; URL is the address of one.
    Without one, the shipped queries.
    """
    inputs = QueryPlaces(places or (shipped_layout().queries,))
    inputs.check()
    files = inputs.queries()
    prefixes = {name: iri for file in prefix_files for name, iri in read_prefixes(file).items()}
    settings = project_settings(Path())
    findings: list[Finding] = []
    offers: dict[str, Completions] = {}
    with KeeperProcess(empty_store(), Limits(timeout=timeout), STORE_OPTIONS) as keeper:
        options = settings.lint_options(LintOptions(prefixes, frozenset(ignored), keeper.client()))
        if fix:
            _fix(files, options)
        for path in files:
            try:
                query = read_place(path, options.prefixes, timeout)
                offers[str(path)] = completions_of(query)
                findings += lint(query, options)
            except ProblemsError as error:
                findings += (Finding(one, "error", FindingKind.SYNTAX) for one in error.problems)
    if sarif_file:
        publish({sarif_file: sarif_log(finding.scan_result for finding in findings)})
    if completion_file:
        content = json.dumps(completions_json(offers), ensure_ascii=False, indent=1) + "\n"
        publish({completion_file: content.encode()})
    for finding in findings:
        click.echo(str(finding))
    for problem in inputs.left_out():
        click.echo(str(problem))
    errors = sum(finding.level == "error" for finding in findings)
    click.echo(f"{len(files)} queries: {errors} errors, {len(findings) - errors} warnings.")
    return ExitStatus.CHECK_FAILED if errors or (strict and findings) else ExitStatus.DONE


def _fix(places: Sequence[Path | str], options: LintOptions) -> None:
    """Writes query files anew whose declarations of prefixes are not in order.

    Raises: UsageError where one is no file; ProblemsError where one cannot be written.
    """
    results: dict[Path, bytes] = {}
    for place in places:
        if isinstance(place, str) or place == STANDARD_INPUT:
            raise click.UsageError(f"--fix is of files, and {place} is none")
        try:
            _, text = read_utf8(place)
            content = text.removeprefix(_BOM)
            query = parse_query(place, content, complete=False, prefixes=options.prefixes)
        except ProblemsError:
            continue  # it is told as a finding
        result = with_prefixes_in_order(query, options.ignored)
        if result != content:
            results[place] = (text[: len(text) - len(content)] + result).encode()
    publish(results)
    for path in results:
        click.echo(f"{path} is written")


_BOM = "\ufeff"
