"""The command that makes a prepared store, or fills a SPARQL engine elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from eakg.commands.command import PathArgument, ending, is_watched, progress, told_regime
from eakg.commands.contents import graph_files, prepared_contents, prepared_store
from eakg.commands.data import check_imports
from eakg.commands.options import ENVIRONMENT, takes
from eakg.files import TemporaryFolder
from eakg.options import Address, option
from eakg.problems import ExitStatus
from eakg.rdf.inputs import ImportOptions
from eakg.reason.contradictions import ContradictionOptions, Findings
from eakg.reason.rulebooks import REASONING, Regime, chosen_regime
from eakg.store import Contents, Limits, Reasoning, StoreOptions
from eakg.store.elsewhere import SCHEME, Filler, RemoteStore, endpoint_of

_SECONDS = 600.0


@dataclass(frozen=True)
class LoadOptions(ImportOptions, ContradictionOptions):
    """How an engine elsewhere is filled: one field is one option, with all that is said of it."""

    store: str = option(
        "The folder to make a prepared store in, or the endpoint to fill.",
        meaning="the folder to make a prepared store in, which `eakg serve --store` starts from at"
        " once; or the SPARQL endpoint to fill, `sparql+http[s]://[user:password@]host/path`",
        metavar="DIR|sparql+URL",
    )
    rebuild: bool = option(
        "Make a prepared store that is there anew.",
        False,
        meaning="make the prepared store that is there anew: of DATA, or of its own sources as they"
        " are now",
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
        "The rules by which what follows from the data is added.",
        StoreOptions.reasoning,
        meaning="the rules by which what follows from DATA is loaded too; as of `eakg serve`",
        metavar=REASONING,
    )
    trivial: bool = option(
        "Also what holds of everything: x owl:sameAs x ...",
        False,
        meaning="load what holds of everything too",
    )
    batch: int = option(
        "Triples that are sent at once.", 1000, meaning="triples that are sent at once", least=1
    )


@click.command(context_settings={"auto_envvar_prefix": ENVIRONMENT})
@click.argument("data", nargs=-1, type=PathArgument)
@takes(LoadOptions)
@ending
def load(data: tuple[Path, ...], options: LoadOptions) -> ExitStatus:
    """Make a prepared store of the shipped graph, or of the RDF files DATA instead, or fill a
    SPARQL 1.1 engine with them.

    A prepared store has everything that serving takes, what follows too. A load of an engine that
    was interrupted goes on where it was when it is started again with the same data.
    """
    check_imports(options.import_, has_files=bool(data or options.rebuild))
    regime = told_regime(chosen_regime([options.reasoning], trivial=options.trivial))
    if not options.store.startswith(SCHEME):
        return _prepare(data, options, regime)
    if options.rebuild:
        raise click.UsageError("--rebuild is for a folder given by --store")
    try:
        endpoint = endpoint_of(options.store)
    except ValueError as error:
        raise click.UsageError(f"--store: {error}") from None
    engine = RemoteStore(endpoint, Limits(timeout=_SECONDS), "strict")
    filler = Filler(engine, options.update or endpoint.address, options.graph_store)
    with TemporaryFolder("data") as folder:
        contents, findings = _contents(data, folder, options, regime)
        with _progress_bar(contents) as advance:
            filler.fill(contents, options.batch, advance)
    return findings.status


def _prepare(data: tuple[Path, ...], options: LoadOptions, regime: Regime) -> ExitStatus:
    if options.update or options.graph_store:
        raise click.UsageError("--update and --graph-store are for an endpoint given by --store")
    store = prepared_store(
        Path(options.store),
        data,
        regime.code,
        on_contradiction=options.policy,
        rebuild=options.rebuild,
        makes_shipped=True,
        imports=options.import_,
    )
    click.echo(store.summary)
    return ExitStatus.INCONSISTENT if store.manifest.contradictions else ExitStatus.DONE


def _contents(
    data: tuple[Path, ...], folder: Path, options: LoadOptions, regime: Regime
) -> tuple[Contents, Findings]:
    if data:
        return prepared_contents(
            data,
            folder,
            regime.code,
            on_contradiction=options.policy,
            elsewhere=True,
            imports=options.import_,
        )
    with progress("reading") as tell:
        return graph_files(folder, tell, regime.code), Findings(options.policy)


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
