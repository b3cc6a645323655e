"""The command that fills a SPARQL engine elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from eakg.commands.command import PathArgument, ending, is_watched, progress
from eakg.commands.contents import prepared_contents, shipped_contents
from eakg.commands.options import ENVIRONMENT, takes
from eakg.files import TemporaryFolder
from eakg.options import Address, option
from eakg.problems import ExitStatus
from eakg.store import Contents, Limits, Reasoning, StoreOptions, read_contents
from eakg.store.elsewhere import Filler, RemoteStore, endpoint_of
from eakg.store.graphs import split_by_graph

_SECONDS = 600.0


@dataclass(frozen=True)
class LoadOptions:
    """How an engine elsewhere is filled: one field is one option, with all that is said of it."""

    store: str = option(
        "The endpoint to fill.",
        meaning="the SPARQL endpoint to fill, `sparql+http[s]://[user:password@]host/path`",
        metavar="sparql+URL",
    )
    update: Address | None = option(
        "Where it takes updates, if not there.",
        None,
        meaning="the address that takes SPARQL updates, where it is another one",
        metavar="URL",
    )
    graph_store: Address | None = option(
        "Send triples by its Graph Store Protocol, here.",
        None,
        meaning="the address of the engine's Graph Store Protocol; triples then go there as"
        " N-Triples, and only bookkeeping by update",
        metavar="URL",
    )
    reasoning: Reasoning = option(
        "Whether to add what follows from the data.",
        StoreOptions.reasoning,
        meaning="whether to load what follows from DATA too",
    )
    allow_inconsistent: bool = option(
        "Take data that contradict themselves too.",
        StoreOptions.allow_inconsistent,
        meaning="load data that contradict themselves too",
    )
    batch: int = option(
        "Triples that are sent at once.", 1000, meaning="triples that are sent at once", least=1
    )


@click.command(context_settings={"auto_envvar_prefix": ENVIRONMENT})
@click.argument("data", nargs=-1, type=PathArgument)
@takes(LoadOptions)
@ending
def load(data: tuple[Path, ...], options: LoadOptions) -> ExitStatus:
    """Fill a SPARQL 1.1 engine with the shipped graph, or with the RDF files DATA instead.

    A load that was interrupted goes on where it was when it is started again with the same data.
    """
    try:
        endpoint = endpoint_of(options.store)
    except ValueError as error:
        raise click.UsageError(f"--store: {error}") from None
    engine = RemoteStore(endpoint, Limits(timeout=_SECONDS), "strict")
    filler = Filler(engine, options.update or endpoint.address, options.graph_store)
    with TemporaryFolder("data") as folder:
        contents = _contents(data, folder, options)
        with _progress_bar(contents) as advance:
            filler.fill(contents, options.batch, advance)
    return ExitStatus.DONE


def _contents(data: tuple[Path, ...], folder: Path, options: LoadOptions) -> Contents:
    if data:
        return prepared_contents(
            data,
            folder,
            options.reasoning,
            allow_inconsistent=options.allow_inconsistent,
            elsewhere=True,
        )
    with progress("reading") as tell:
        return read_contents(split_by_graph(shipped_contents().files, folder, tell))


@contextmanager
def _progress_bar(contents: Contents) -> Iterator[Callable[[int], None]]:
    """Shows how many of the triples are there, where someone is watching."""
    if not is_watched():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    triples = sum(file.path.read_bytes().count(b"\n") for file in contents.files)
    columns = (TextColumn("loading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("loading", total=triples)
        yield lambda count: bar.advance(task, count)
