"""The commands that make a record without the words of its text, and one with them again."""

from pathlib import Path

import click

from eakg import lift
from eakg.commands.command import PathArgument, ending
from eakg.dataset import sources_layout
from eakg.files import folder_around, publish
from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.text import TextFolder, text_of


@click.command()
@click.argument("folder", type=PathArgument)
@click.argument("sources", type=PathArgument)
@ending
def withhold(folder: Path, sources: Path) -> ExitStatus:
    """Write the record in FOLDER into the folder SOURCES without the words of its text.

    Its meta.toml says under [text] where the text stands and how it is normalised. Its annotations
    and sentences are written with offsets and digests; the text itself stays where it is.
    """
    layout = sources_layout(folder_around(folder), None)
    files = lift.withhold(folder, layout.shared_configuration)
    target = sources / folder.resolve().name
    if text_of(target).exists():
        words = "is there, where its record is to be without it; name another folder"
        raise ProblemsError([Problem(str(text_of(target)), 0, words)])
    publish({target / name: content for name, content in files.items()})
    click.echo(f"{target}: written without the text; look at it by eakg check {target}")
    return ExitStatus.DONE


@click.command()
@click.argument("folder", type=PathArgument)
@click.argument("sources", type=PathArgument)
@click.option(
    "--texts", metavar="DIR", required=True, type=PathArgument, help="Folder that the text is in."
)
@ending
def disclose(folder: Path, sources: Path, texts: Path) -> ExitStatus:
    """Write the record in FOLDER, whose text is withheld, into the folder SOURCES with its words.

    There it can be corrected, and withheld again. It is not there yet.
    """
    files = lift.disclose(folder, TextFolder(texts))
    target = sources / folder.resolve().name
    if target.exists():
        words = "is there already; name a folder for it that is not"
        raise ProblemsError([Problem(str(target), 0, words)])
    publish({target / name: content for name, content in files.items()})
    click.echo(f"{target}: written with its text, which is not to be shipped")
    return ExitStatus.DONE
