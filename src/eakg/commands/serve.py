"""The command that serves the graph."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console

from eakg.commands.command import PathArgument, ending
from eakg.commands.contents import shipped_contents
from eakg.problems import ExitStatus, ProblemsError
from eakg.store.contents import Contents
from eakg.store.prepared import Reasoning, prepare


@click.command()
@click.argument("data", nargs=-1, type=PathArgument)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--timeout",
    default=10.0,
    show_default=True,
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds that a query may run.",
)
@click.option("--public-url", metavar="URL", help="The address that the world knows it by.")
@click.option(
    "--reasoning",
    type=click.Choice(["owl-rl", "none"]),
    default="owl-rl",
    show_default=True,
    help="Whether to add what follows from DATA.",
)
@click.option("--allow-inconsistent", is_flag=True, help="Serve DATA that contradicts itself.")
@ending
def serve(
    data: tuple[Path, ...],
    host: str,
    port: int,
    timeout: float,
    public_url: str | None,
    reasoning: Reasoning,
    allow_inconsistent: bool,
) -> ExitStatus:
    """Serve the shipped graph, or the RDF files DATA instead: SPARQL at /sparql, things at
    /id/..., pages for people."""
    from eakg.serve import run

    with _contents(data, reasoning, allow_inconsistent) as contents:
        return run(contents, host, port, timeout, public_url)


@contextmanager
def _contents(
    data: Sequence[Path], reasoning: Reasoning, allow_inconsistent: bool
) -> Iterator[Contents]:
    if not data:
        yield shipped_contents()
        return
    with TemporaryDirectory(prefix="eakg-data-") as folder:
        with Console(stderr=True).status("reading") as status:
            prepared = prepare(data, Path(folder), reasoning, status.update)
        if prepared.contradictions and not allow_inconsistent:
            raise ProblemsError(prepared.contradictions, ExitStatus.INCONSISTENT)
        for problem in prepared.contradictions:
            click.echo(f"{problem} (warning)", err=True)
        yield prepared.contents
