"""The option `--data FILE...`, which several commands have: RDF that is asked or proved instead."""

from pathlib import Path

import click

from eakg.commands.command import PathArgument
from eakg.rdf.inputs import has_rdf_extension

_NAME = "--data"
data_option = click.option(
    _NAME,
    "data",
    metavar="FILE...",
    multiple=True,
    type=PathArgument,
    help="RDF to take instead: files, folders, patterns ('data/*.ttl'), - for standard input.",
)


class DataCommand(click.Command):
    """A command with the option `--data`, which takes the RDF files behind its first one too.

    `--data a.ttl b.ttl query.rq` names two files and a query: what is RDF by its extension is
    taken for the option as long as nothing else stands between.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments, each file of `--data` as if the option stood before it."""
        return super().parse_args(ctx, _spread(args))


def _spread(arguments: list[str]) -> list[str]:
    result: list[str] = []
    follows_data = False
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            return [*result, argument, *rest]
        if argument == _NAME:
            result += [argument, *([value] if (value := next(rest, None)) is not None else [])]
            follows_data = True
        elif follows_data and not argument.startswith("-") and has_rdf_extension(Path(argument)):
            result += [_NAME, argument]
        else:
            result.append(argument)
            follows_data = argument.startswith(f"{_NAME}=")
    return result


def check_no_rdf(path: Path) -> None:
    """Raises: UsageError where a file of RDF stands in the place of a query."""
    if has_rdf_extension(path):
        raise click.UsageError(f"{path} is RDF by its name, and no query; name it behind {_NAME}")


def check_standard_input(*values: object) -> None:
    """Raises: UsageError where standard input, `-`, is to be read for two things."""
    if sum(str(value) == "-" for value in values) > 1:
        raise click.UsageError("- is standard input, which can be read for one thing alone")
