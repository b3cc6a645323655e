"""The command that serves a graph."""

import os
import stat
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import click

from eakg.commands.command import PathArgument, ending
from eakg.commands.contents import (
    ALLOW_INCONSISTENT,
    REASONING,
    prepared_contents,
    shipped_contents,
)
from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.serve.app import Access, LogFormat, LogQueries, Logs, read_configuration
from eakg.store import (
    MEBIBYTE,
    Contents,
    DefaultGraph,
    Limits,
    Reasoning,
    StoreOptions,
    read_contents,
)
from eakg.store.elsewhere import SCHEME, endpoint_of

TOKEN = "EAKG_TOKEN"  # noqa: S105 - the name of a variable
_KEPT = 2  # preparations of the data: what is served, and what is about to be
_SECONDS = click.FloatRange(min=0, min_open=True)
_COUNT = click.IntRange(min=1)


def _configure(context: click.Context, parameter: click.Parameter, file: Path | None) -> None:
    if file is None:
        return
    try:
        # The command line and the environment go before these.
        context.default_map = read_configuration(context, parameter, file)
    except ProblemsError as error:
        click.echo(error, err=True)
        context.exit(error.status)


@click.command(context_settings={"auto_envvar_prefix": "EAKG"})
@click.argument("data", nargs=-1, type=PathArgument)
@click.option(
    "--config",
    metavar="FILE",
    type=PathArgument,
    is_eager=True,
    expose_value=False,
    callback=_configure,
    help="A TOML file with these options.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 for any that is free.",
)
@click.option("--public-url", metavar="URL", help="The address that the world knows it by.")
@REASONING
@click.option(
    "--default-graph",
    type=click.Choice(["union", "strict"]),
    default="union",
    show_default=True,
    help="The default graph of queries: the merge of the graphs, or the store's own alone.",
)
@ALLOW_INCONSISTENT
@click.option(
    "--store",
    metavar="DIR|sparql+URL",
    help="A folder that keeps what is written, or a SPARQL endpoint that answers instead.",
)
@click.option("--writable", is_flag=True, help="Let those who show the token change the graph.")
@click.option(
    "--token-file",
    metavar="FILE",
    type=PathArgument,
    help=f"The file that holds the token of writers; else it is in {TOKEN}.",
)
@click.option(
    "--timeout", default=10.0, show_default=True, type=_SECONDS, help="Seconds a query may run."
)
@click.option(
    "--memory",
    default=1024,
    show_default=True,
    type=_COUNT,
    help="MiB a query may need beyond what the store holds.",
)
@click.option(
    "--workers", type=_COUNT, help="Long queries that run at once; as many as there are cores."
)
@click.option(
    "--queue",
    default=64,
    show_default=True,
    type=click.IntRange(min=0),
    help="Queries that may wait for their turn.",
)
@click.option(
    "--allow-service",
    multiple=True,
    metavar="HOST",
    help="A host, or host:port, that SERVICE may ask; without any it asks nobody.",
)
@click.option("--rate-limit", type=_COUNT, help="Requests a client may send in a minute.")
@click.option(
    "--log-format",
    type=click.Choice(["off", "text", "json"]),
    default="off",
    show_default=True,
    help="A line for each request on standard error.",
)
@click.option(
    "--log-queries",
    type=click.Choice(["off", "hash", "text"]),
    default="hash",
    show_default=True,
    help="What such a line tells of the query.",
)
@click.option(
    "--drain",
    default=0.0,
    show_default=True,
    type=click.FloatRange(min=0),
    help="Seconds between SIGTERM and the end of listening.",
)
@ending
def serve(
    data: tuple[Path, ...],
    host: str,
    port: int,
    public_url: str | None,
    reasoning: Reasoning,
    default_graph: DefaultGraph,
    allow_inconsistent: bool,
    store: str | None,
    writable: bool,
    token_file: Path | None,
    timeout: float,
    memory: int,
    workers: int | None,
    queue: int,
    allow_service: tuple[str, ...],
    rate_limit: int | None,
    log_format: LogFormat,
    log_queries: LogQueries,
    drain: float,
) -> ExitStatus:
    """Serve the shipped graph, or the RDF files DATA instead: SPARQL at /sparql, things at
    /id/..., pages for people.

    Every option is also read from the environment, --log-format from EAKG_LOG_FORMAT and so on,
    and from the file named by --config.
    """
    from eakg.serve import run

    remote = store if store and store.startswith(SCHEME) else None
    if remote:
        try:
            endpoint_of(remote)
        except ValueError as error:
            raise click.UsageError(f"--store: {error}") from None
    if remote and (data or writable):
        what = "--writable" if writable else "DATA"
        raise click.UsageError(f"{what} does not go with a remote store; `eakg load` writes to one")
    options = StoreOptions(
        reasoning,
        default_graph,
        writable,
        allow_inconsistent,
        Path(store) if store and not remote else None,
    )
    if options.directory and not writable:
        raise click.UsageError("a folder given by --store is for writing; add --writable")
    limits = Limits(memory=memory * MEBIBYTE, queue=queue)
    if workers:
        limits = replace(limits, workers=workers)
    access = Access(_token(token_file, writable), rate_limit, allow_service)
    with Sources(data, options) as sources:
        return run(
            None if remote else sources.read(),
            host,
            port,
            timeout,
            public_url,
            limits,
            options=options,
            access=access,
            logs=Logs(log_format, log_queries),
            remote=remote,
            renew=None if writable else sources.read,
            drain=drain,
        )


class Sources:
    """What is served: DATA, prepared in a folder that lasts as long as the context; without any,
    what is shipped, or in a folder of --store nothing at first."""

    def __init__(self, data: Sequence[Path], options: StoreOptions) -> None:
        self._data = data
        self._options = options
        self._folders: list[TemporaryDirectory[str]] = []

    def read(self) -> Contents:
        """The contents as they are now. Raises: ProblemsError for what cannot be read, or
        contradicts itself."""
        if not self._data:
            return read_contents([]) if self._options.directory else shipped_contents()
        folder = TemporaryDirectory(prefix="eakg-data-")
        try:
            read = prepared_contents(
                self._data,
                Path(folder.name),
                self._options.reasoning,
                allow_inconsistent=self._options.allow_inconsistent,
            )
        except BaseException:
            folder.cleanup()
            raise
        self._folders.append(folder)
        # What is served now may have to be loaded again until this takes its place.
        while len(self._folders) > _KEPT:
            self._folders.pop(0).cleanup()
        return read

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for folder in self._folders:
            folder.cleanup()


def _token(file: Path | None, writable: bool) -> str | None:
    """The digest of the token, which is all that this process hands on to others."""
    token = os.environ.pop(TOKEN, "")
    if file is not None:
        token = _read_token(file)
    if writable and not token:
        raise click.UsageError(f"--writable needs a token: give --token-file, or set {TOKEN}")
    return Access.digest(token) if writable else None


def _read_token(file: Path) -> str:
    try:
        token = file.read_text(encoding="utf-8").strip()
        mode = file.stat().st_mode
    except OSError as error:
        problem = Problem(str(file), 0, f"cannot be read: {error.strerror}; it holds the token")
        raise ProblemsError([problem]) from error
    except UnicodeDecodeError as error:
        raise ProblemsError(
            [Problem(str(file), 0, "is not UTF-8; write the token anew")]
        ) from error
    if not token or any(character.isspace() for character in token):
        message = "holds no token; write one line without spaces into it"
        raise ProblemsError([Problem(str(file), 0, message)])
    if mode & (stat.S_IRGRP | stat.S_IROTH):
        click.echo(f"{file}: others may read the token; chmod 600 {file} (warning)", err=True)
    return token
