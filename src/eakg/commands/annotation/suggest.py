"""The command that suggests annotations."""

from pathlib import Path

import click

from eakg import pipeline
from eakg.commands.command import PathArgument, ending
from eakg.problems import ExitStatus


@click.command()
@click.argument("folder", type=PathArgument)
@click.argument("output", metavar="[-]", required=False, type=click.Choice(["-"]))
@ending
def suggest(folder: Path, output: str | None) -> ExitStatus:
    """Add suggestions to the annotations of the record in FOLDER, or write them to standard output.

    Known things are found by their names, days and quantities by how they are written. Each gets a
    note that it is to be looked at; nothing is written over an annotation that is there.
    """
    beginning = pipeline.suggest(folder)
    if output is not None:
        for line in beginning.lines:
            click.echo(line)
        return ExitStatus.DONE
    if beginning.lines:
        beginning.write()
    count = sum(line.startswith("T") for line in beginning.lines)
    click.echo(f"{beginning.path}: {count} suggestions added")
    return ExitStatus.DONE
