"""The manual of each command, as pages of man: `manual.py FOLDER`. Run by `make man`."""

import sys
import warnings
from pathlib import Path

import click
import yaml

from eakg import __version__
from eakg.cli import main
from helpers.house import ROOT


def write_manual(folder: Path) -> None:
    """Write the pages of all commands into a folder."""
    with warnings.catch_warnings():
        # It calls a function of click that is on its way out.
        warnings.simplefilter("ignore", DeprecationWarning)
        from click_man.core import write_man_pages

        context = click.Context(main)
        found = {name: main.get_command(context, name) for name in main.list_commands(context)}
        # It looks for commands that are there already, and ours come when they are called.
        commands = {name: command for name, command in found.items() if command}
        group = click.Group("eakg", commands, params=main.params, help=main.help)
        folder.mkdir(parents=True, exist_ok=True)
        day = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["date-released"]
        write_man_pages("eakg", group, None, __version__, str(folder), date=str(day))


if __name__ == "__main__":
    write_manual(Path(sys.argv[1]))
