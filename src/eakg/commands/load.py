"""The command that fills a SPARQL engine elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eakg.commands.command import PathArgument, ending, progress
from eakg.commands.contents import (
    ALLOW_INCONSISTENT,
    REASONING,
    prepared_contents,
    shipped_contents,
)
from eakg.problems import ExitStatus
from eakg.sparql import StoreError, TimeLimitExceededError, UpdateError
from eakg.store import Contents, Limits, Reasoning, read_contents
from eakg.store.elsewhere import Filler, RemoteStore, endpoint_of
from eakg.store.graphs import split_by_graph

_SECONDS = 600.0


def _address(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    if given and not given.startswith(("http://", "https://")):
        raise click.BadParameter(f"{given!r} is no address; write http(s)://host/path")
    return given


@click.command(context_settings={"auto_envvar_prefix": "EAKG"})
@click.argument("data", nargs=-1, type=PathArgument)
@click.option("--store", required=True, metavar="sparql+URL", help="The endpoint to fill.")
@click.option(
    "--update", metavar="URL", callback=_address, help="Where it takes updates, if not there."
)
@click.option(
    "--graph-store",
    metavar="URL",
    callback=_address,
    help="Send triples by its Graph Store Protocol, here.",
)
@REASONING
@ALLOW_INCONSISTENT
@click.option(
    "--batch",
    default=1000,
    show_default=True,
    type=click.IntRange(min=1),
    help="Triples that are sent at once.",
)
@ending
def load(
    data: tuple[Path, ...],
    store: str,
    update: str | None,
    graph_store: str | None,
    reasoning: Reasoning,
    allow_inconsistent: bool,
    batch: int,
) -> ExitStatus:
    """Fill a SPARQL 1.1 engine with the shipped graph, or with the RDF files DATA instead.

    A load that was interrupted goes on where it was when it is started again with the same data.
    """
    try:
        endpoint = endpoint_of(store)
    except ValueError as error:
        raise click.UsageError(f"--store: {error}") from None
    engine = RemoteStore(endpoint, Limits(timeout=_SECONDS), "strict")
    filler = Filler(engine, update or endpoint.address, graph_store)
    with TemporaryDirectory(prefix="eakg-data-") as folder:
        prepared = _prepared(data, Path(folder), reasoning, allow_inconsistent)
        try:
            with _watched(prepared) as advance:
                filler.fill(prepared, batch, advance)
        except StoreError as error:
            click.echo(str(error), err=True)
            return _status(error)
    return ExitStatus.DONE


def _status(error: StoreError) -> ExitStatus:
    match error:
        case UpdateError():
            return ExitStatus.BAD_INPUT
        case TimeLimitExceededError():
            return ExitStatus.TIME_LIMIT
        case _:
            return ExitStatus.UNREACHABLE


def _prepared(
    data: tuple[Path, ...], folder: Path, reasoning: Reasoning, allow_inconsistent: bool
) -> Contents:
    if data:
        return prepared_contents(data, folder, reasoning, allow_inconsistent=allow_inconsistent)
    with progress("reading") as tell:
        return read_contents(split_by_graph(shipped_contents().files, folder, tell))


@contextmanager
def _watched(prepared: Contents) -> Iterator[Callable[[int], None]]:
    """Shows how many of the triples are there, where someone is watching."""
    triples = sum(file.path.read_bytes().count(b"\n") for file in prepared.files)
    console = Console(stderr=True)
    columns = (TextColumn("loading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as shown:
        task = shown.add_task("loading", total=triples)
        yield lambda count: shown.advance(task, count)
