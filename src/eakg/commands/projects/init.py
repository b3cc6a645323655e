"""The command that makes a project to begin with."""

from pathlib import Path

import click

from eakg.commands.command import PathArgument, ending
from eakg.commands.projects.place import require_new
from eakg.files import publish
from eakg.problems import ExitStatus

_TEMPLATE = Path(__file__).with_name("template")


@click.command()
@click.argument("folder", metavar="DIR", type=PathArgument)
@ending
def init(folder: Path) -> ExitStatus:
    """Make a project in DIR, which is not there yet or empty: an ontology, an annotated text, a
    table, two questions and the eakg.toml that says what belongs to it.

    `eakg build DIR` builds its graph; `validate`, `test`, `serve` and `publish` take DIR too.
    """
    require_new(folder)
    paths = sorted(path for path in _TEMPLATE.rglob("*") if path.is_file())
    files = {folder / path.relative_to(_TEMPLATE): path.read_bytes() for path in paths}
    publish(files)
    click.echo(f"{folder}: {len(files)} files; README.md says what each is")
    return ExitStatus.DONE
