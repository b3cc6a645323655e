"""The commands that ask queries, one or saved ones."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from math import ceil
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from eakg.commands.command import PathArgument, ending, progress
from eakg.commands.contents import shipped_contents
from eakg.dataset.layout import shipped
from eakg.dataset.output import publish
from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.queries.endpoint import (
    AnswerError,
    Endpoint,
    RejectedError,
    RemoteEndpoint,
    StoreEndpoint,
    TimeoutExceededError,
)
from eakg.queries.outcome import Outcome, Verdict, check, describe, exit_status, junit
from eakg.queries.saved import SavedQuery, find_queries, read_query
from eakg.store.process import HolderProcess
from eakg.store.request import Limits


@contextmanager
def _endpoint(address: str | None, timeout: float) -> Iterator[Endpoint]:
    """The endpoint at an address, or a store of the shipped graph whose queries can be ended."""
    if address:
        yield RemoteEndpoint(address, ceil(timeout))
        return
    with ExitStack() as stack:
        with progress("loading"):
            limits = Limits(timeout=timeout)
            holder = stack.enter_context(HolderProcess(shipped_contents(), limits))
        yield StoreEndpoint(holder.client())


_TIMEOUT = click.option(
    "--timeout",
    default=60.0,
    show_default=True,
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds that a query may run.",
)


@click.command()
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--endpoint", metavar="URL", help="A SPARQL endpoint; else the shipped graph.")
@click.option(
    "--closure", type=click.Choice(["full", "asserted"]), default="full", show_default=True
)
@click.option("--format", "format_", metavar="F", help="json, xml, csv, tsv; turtle, ntriples, ...")
@_TIMEOUT
@ending
def query(
    file: Any, endpoint: str | None, closure: Any, format_: str | None, timeout: float
) -> ExitStatus:
    """Answer the SPARQL query in FILE, or in standard input for -."""
    try:
        with _endpoint(endpoint, timeout) as asked:
            answer = asked.answer(file.read(), closure, format_)
    except RejectedError as error:
        click.echo(f"{file.name}: {error}", err=True)
        return ExitStatus.QUERY_ERROR
    except TimeoutExceededError as error:
        click.echo(str(error), err=True)
        return ExitStatus.TIME_LIMIT
    except AnswerError as error:
        click.echo(str(error), err=True)
        return ExitStatus.UNREACHABLE
    sys.stdout.buffer.write(answer)
    if sys.stdout.isatty() and not answer.endswith(b"\n"):
        click.echo()
    return ExitStatus.DONE


@click.command("test")
@click.argument("paths", nargs=-1, type=PathArgument)
@click.option("--endpoint", metavar="URL", help="A SPARQL endpoint; else the shipped graph.")
@click.option("--junit", "junit_file", type=PathArgument, help="Write a JUnit report here.")
@_TIMEOUT
@ending
def test_queries(
    paths: tuple[Path, ...], endpoint: str | None, junit_file: Path | None, timeout: float
) -> ExitStatus:
    """Ask saved queries and compare what comes with what they expect.

    PATH is a query file or a folder of them; without one, the shipped queries.
    """
    files = find_queries(list(paths) or [shipped().queries])
    queries: list[SavedQuery] = []
    problems: list[Problem] = []
    for path in files:
        try:
            queries.append(read_query(path))
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise ProblemsError(problems)
    with _endpoint(endpoint, timeout) as asked:
        outcomes = [check(item, asked) for item in queries]
    if junit_file:
        publish({junit_file: junit(outcomes)})
    _print_outcomes(outcomes)
    return exit_status(outcomes)


def _print_outcomes(outcomes: Sequence[Outcome]) -> None:
    table = Table(title="Saved queries")
    for column in ("query", "rows", "verdict", "ms"):
        table.add_column(column, justify="right" if column in ("rows", "ms") else "left")
    for outcome in outcomes:
        milliseconds = f"{outcome.seconds * 1000:.0f}"
        table.add_row(outcome.query.name, str(outcome.rows), outcome.verdict, milliseconds)
    Console().print(table)
    for outcome in outcomes:
        lines = describe(outcome)
        if lines:
            click.echo(f"{outcome.query.path}: {outcome.verdict}")
        for line in lines:
            click.echo(f"  {line}")
    passed = sum(outcome.verdict is Verdict.PASSED for outcome in outcomes)
    click.echo(f"{passed} of {len(outcomes)} queries passed.")
