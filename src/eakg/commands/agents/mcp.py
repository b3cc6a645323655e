"""The command that answers agents."""

from importlib.util import find_spec

import click

from eakg.commands.agents.asked_service import ServiceChoice, takes_service
from eakg.commands.command import ending
from eakg.commands.options import ENVIRONMENT
from eakg.problems import ExitStatus, ProblemsError
from eakg.serve.agents import LIBRARY, MISSING


@click.command(context_settings={"auto_envvar_prefix": ENVIRONMENT})
@takes_service
@ending
def mcp(choice: ServiceChoice) -> ExitStatus:
    """Answer agents at standard input and output in the Model Context Protocol: over the shipped
    graph, the RDF files DATA, or a running service.

    A running service answers over HTTP itself, at /mcp.
    """
    if find_spec(LIBRARY) is None:
        raise ProblemsError([MISSING])
    from eakg.serve.agents import serve_stdio

    with choice.open() as service:
        serve_stdio(service, choice.title)
    return ExitStatus.DONE
