"""The command that serves the graph."""

import click

from eakg.commands.command import ending
from eakg.commands.contents import shipped_contents
from eakg.problems import ExitStatus


@click.command()
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
@ending
def serve(host: str, port: int, timeout: float, public_url: str | None) -> ExitStatus:
    """Serve the shipped graph: SPARQL at /sparql, things at /id/..., pages for people."""
    from eakg.serve import run

    return run(shipped_contents(), host, port, timeout, public_url)
