"""The command that asks one query."""

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

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
from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.queries.ask import QueryEndpoint, QueryTarget, open_target, target_of
from eakg.queries.contract import (
    parse_query,
)
from eakg.sparql import ParameterError, StoreError


@click.command(cls=DataCommand)
@click.argument("file", type=click.File(encoding="utf-8"))
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
    format_: str | None,
    timeout: float,
) -> ExitStatus:
    """Answer the SPARQL query in FILE, or in standard input for -."""
    if folder is not None and (data or options.endpoint):
        raise click.UsageError("--closure-dir goes without --data and --endpoint")
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
        with _endpoint(folder, target, seconds) as source:
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


def _endpoint(
    folder: Path | None, target: QueryTarget, seconds: float
) -> AbstractContextManager[QueryEndpoint]:
    """What is asked: the closure in a folder, where there is one, or else the target."""
    if folder is None:
        return open_target(target, seconds)
    from eakg.queries.ask import ClosureFolderEndpoint

    return nullcontext(ClosureFolderEndpoint(folder, seconds))
