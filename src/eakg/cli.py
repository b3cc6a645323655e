"""The command line, `eakg`."""

import click

from eakg import __version__
from eakg.commands.build import build
from eakg.commands.explain import explain
from eakg.commands.load import load
from eakg.commands.query import query, test_queries
from eakg.commands.reason import reason
from eakg.commands.serve import serve
from eakg.commands.validate import validate


@click.group()
@click.version_option(__version__, prog_name="eakg")
def main() -> None:
    """A knowledge graph of East Asia cooperation, with what supports every triple.

    \b
    Exit status: 0 done, 1 the check failed, 2 wrong usage or unreadable input, 3 inconsistent,
    4 endpoint unreachable, 5 time limit, 6 query error.
    """


for command in (build, explain, load, query, reason, serve, test_queries, validate):
    main.add_command(command)
