"""The options that the commands for one query and for many share."""

from collections.abc import Sequence
from typing import Any

import click

from eakg.queries.contract import assignments


def _values(_: Any, __: Any, lines: Sequence[str]) -> dict[str, str]:
    try:
        return assignments(lines)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


param_option = click.option(
    "--param",
    "values",
    metavar="NAME=VALUE",
    multiple=True,
    callback=_values,
    help="The value of a parameter.",
)
timeout_option = click.option(
    "--timeout",
    default=60.0,
    show_default=True,
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds that a query may run, where it does not say.",
)
CLOSURES = click.Choice(["full", "asserted"])
