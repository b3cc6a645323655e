"""The options by which queries are asked of an endpoint."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any

import click

from eakg.problems import ProblemsError
from eakg.queries.ask import EndpointAccess, Headers, QueryTarget, read_headers
from eakg.queries.settings import QuerySettings, project_settings
from eakg.store import Closure


@dataclass(frozen=True)
class TargetOptions:
    """What is asked, as the command line has it."""

    endpoint: str | None
    access: EndpointAccess
    settings: QuerySettings

    def target(self, data: tuple[Path, ...], closure: Closure | None) -> QueryTarget:
        """What is asked, with RDF in the place of an endpoint, and of a closure of it.

        Raises: UsageError where the options exclude each other.
        """
        if self.endpoint and data:
            raise click.UsageError("--endpoint and --data exclude each other; give one of them")
        access = self.access
        if (access.default_graphs or access.named_graphs) and not self.endpoint:
            raise click.UsageError(
                "--default-graph and --named-graph are of an --endpoint; give one"
            )
        if access.headers and not self.endpoint:
            raise click.UsageError("--header is of an --endpoint; give one")
        reasons = None if closure is None else closure == "full"
        if self.endpoint is None:
            return QueryTarget(None, access, data, reasons)
        try:
            target = self.settings.book.target(self.endpoint)
        except ValueError as error:
            raise click.UsageError(f"--endpoint: {error}") from None
        return replace(target, access=access.before(target.access), reasons=reasons)


def _address(_: Any, __: Any, value: str | None) -> str | None:
    if value is not None and not value.strip():
        raise click.BadParameter("it is empty; give an address, or leave the option out")
    return value


def _headers(_: Any, __: Any, lines: Sequence[str]) -> Headers:
    try:
        return read_headers(lines)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


_OPTIONS = (
    click.option(
        "--endpoint",
        metavar="URL|NAME",
        callback=_address,
        help="Else the endpoint of its header, that of the project, or the shipped graph.",
    ),
    click.option(
        "--method",
        type=click.Choice(["POST", "GET", "AUTO"], case_sensitive=False),
        help="How an endpoint is asked, POST as usual; AUTO is GET where the address stays short.",
    ),
    click.option(
        "--header",
        "headers",
        metavar="'NAME: VALUE'",
        multiple=True,
        callback=_headers,
        help="A header for the endpoint; $NAME in it is a variable of the environment.",
    ),
    click.option(
        "--follow",
        is_flag=True,
        help="Follow redirects to other hosts, without credentials and headers.",
    ),
    click.option(
        "--default-graph",
        "default_graphs",
        metavar="IRI",
        multiple=True,
        help="Graphs of the endpoint whose merge is the default graph.",
    ),
    click.option(
        "--named-graph",
        "named_graphs",
        metavar="IRI",
        multiple=True,
        help="Graphs of the endpoint that a query can name, where there is a --default-graph.",
    ),
    click.option(
        "--retries",
        metavar="N",
        type=click.IntRange(0, 100),
        help="How often an endpoint is asked again where it is busy, or not there; else three"
        " times where it is busy.",
    ),
)


def takes_target(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options; it is called with them as `options`."""

    @wraps(function)
    def command(
        endpoint: str | None,
        method: str | None,
        headers: Headers,
        follow: bool,
        default_graphs: tuple[str, ...],
        named_graphs: tuple[str, ...],
        retries: int | None,
        **values: Any,
    ) -> Any:
        access = EndpointAccess(method, default_graphs, named_graphs, retries, headers, follow)
        try:
            settings = project_settings(Path())
        except ProblemsError as error:
            click.echo(error, err=True)
            sys.exit(error.status)
        return function(options=TargetOptions(endpoint, access, settings), **values)

    decorated: Callable[..., Any] = command
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated
