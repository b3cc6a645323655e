"""The command that asks one query."""

import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import click

from eakg.commands.command import PathArgument, ending
from eakg.commands.data import DataCommand, check_no_rdf, check_standard_input, data_option
from eakg.commands.saved import (
    CLOSURES,
    TargetOptions,
    param_option,
    takes_target,
    timeout_option,
)
from eakg.problems import ExitStatus, Problem, ProblemsError, extra_package
from eakg.queries.ask import QueryEndpoint, QueryTarget, open_target, target_of
from eakg.queries.contract import (
    parse_query,
)
from eakg.sparql import ParameterError, StoreError

if TYPE_CHECKING:
    from eakg.store.versions import VersionSource


class _QueryFile(click.File):
    """A file with a query; who gives the query itself is told where it goes."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> IO[Any]:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            if "{" not in str(value):
                raise
            words = "for a query that is no file give -, and it in standard input"
            raise click.BadParameter(f"{error.message}; {words}", ctx, param) from error


@click.command(cls=DataCommand)
@click.argument("file", type=_QueryFile(encoding="utf-8"))
@data_option
@takes_target
@click.option("--closure", type=CLOSURES, help="Else that of its header, or full.")
@click.option(
    "--closure-dir",
    "folder",
    metavar="DIR",
    type=PathArgument,
    help="Ask the closure in the folder of `eakg reason --engine duckdb --work DIR`.",
)
@param_option
@click.option(
    "--data-version",
    "version",
    metavar="V",
    help="Ask a past version of the data, as EAKG-Data-Version names it.",
)
@click.option(
    "--versions",
    "releases",
    metavar="DIR",
    type=PathArgument,
    help="The folder of releases that has the version.",
)
@click.option(
    "--store",
    metavar="DIR",
    type=PathArgument,
    help="The folder of the store, one that takes changes, that has the version.",
)
@click.option("--format", "format_", metavar="F", help="json, xml, csv, tsv; turtle, ntriples, ...")
@timeout_option
@ending
def query(
    file: Any,
    options: TargetOptions,
    data: tuple[Path, ...],
    closure: Any,
    folder: Path | None,
    values: dict[str, str],
    version: str | None,
    releases: Path | None,
    store: Path | None,
    format_: str | None,
    timeout: float,
) -> ExitStatus:
    """Answer the SPARQL query in FILE, or in standard input for -."""
    if folder is not None and (data or options.endpoint):
        raise click.UsageError("--closure-dir goes without --data and --endpoint")
    has_folder = bool(releases or store)
    if has_folder and (version is None or data or folder or options.endpoint):
        raise click.UsageError("--versions and --store go with --data-version, and without others")
    if version is not None and (data or folder or (releases and store)):
        raise click.UsageError("--data-version is of --versions, --store or --endpoint; give one")
    check_no_rdf(Path(file.name))
    check_standard_input("-" if file.name == "<stdin>" else file.name, *data)
    preference = options.target(data, closure)
    try:
        content = file.read().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ProblemsError([Problem(file.name, 0, "not UTF-8; save it as UTF-8")]) from error
    saved_query = parse_query(
        Path(file.name), content, complete=False, prefixes=options.settings.prefixes
    )
    try:
        text = saved_query.bound(values)
        seconds = saved_query.timeout or timeout
        target = target_of(saved_query, preference, options.settings.book)
        if version is not None:
            target = replace(target, access=replace(target.access, version=version))
        with _endpoint(folder, target, seconds, _source(releases, store)) as source:
            answer = source.answer(text, closure or saved_query.closure or "full", format_, seconds)
    except ParameterError as error:
        raise click.UsageError(str(error)) from error
    except StoreError as error:
        place = f"{file.name}: " if error.exit_status is ExitStatus.QUERY_ERROR else ""
        click.echo(f"{place}{error}", err=True)
        return error.exit_status
    sys.stdout.buffer.write(answer)
    if sys.stdout.isatty() and not answer.endswith(b"\n"):
        click.echo()
    return ExitStatus.DONE


def _source(releases: Path | None, store: Path | None) -> "VersionSource | None":
    """What knows past versions, where a folder is given that has some."""
    if releases is None and store is None:
        return None
    from eakg.store import StoreOptions
    from eakg.store.versions import JournaledVersions, Releases

    return Releases(releases) if releases else JournaledVersions(cast(Path, store), StoreOptions())


def _endpoint(
    folder: Path | None, target: QueryTarget, seconds: float, source: "VersionSource | None"
) -> AbstractContextManager[QueryEndpoint]:
    """What is asked: the closure in a folder, or a past version, or else the target."""
    if target.access.version and target.address is None:
        from eakg.queries.ask import open_version

        return open_version(target.access.version, source, seconds)
    if folder is None:
        return open_target(target, seconds)
    with extra_package("--closure-dir", "eakg[large]"):
        from eakg.queries.ask import ClosureFolderEndpoint

    return nullcontext(ClosureFolderEndpoint(folder, seconds))
