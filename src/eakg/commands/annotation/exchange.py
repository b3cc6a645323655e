"""The commands that write a record in the format of another tool, and read one from it."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from eakg.commands.command import PathArgument, ending
from eakg.files import publish
from eakg.lift import meta_of
from eakg.names import is_slug
from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.text import read_record
from eakg.text.exchange import READERS, WRITERS, AnnotatedText, ExchangeError

_Command = TypeVar("_Command", bound=Callable[..., object])


def _format(names: Iterable[str]) -> Callable[[_Command], _Command]:
    """The option that names the format. Argument: the formats that there are."""
    return click.option(
        "--format",
        "name",
        required=True,
        type=click.Choice(list(names)),
        help="The format of the other tool.",
    )


@click.command("export")
@click.argument("folder", type=PathArgument)
@_format(WRITERS)
@click.option("-o", "--output", type=PathArgument, help="A file, if not standard output.")
@ending
def export_record(folder: Path, name: str, output: Path | None) -> ExitStatus:
    """Write the record in FOLDER in the format of another tool.

    What the format has no place for is listed on standard error.
    """
    meta = meta_of(folder)
    record = read_record(folder, language=meta.language if meta else "en")
    try:
        conversion = WRITERS[name](AnnotatedText.of(record))
    except ExchangeError as error:
        raise ProblemsError([Problem(str(record.document.path), 0, str(error))]) from None
    if output is None or str(output) == "-":
        click.echo(conversion.content, nl=False)
    else:
        publish({output: conversion.content})
    _tell(conversion.losses)
    return ExitStatus.DONE


@click.command("import")
@click.argument("file", type=PathArgument)
@click.argument("folder", type=PathArgument)
@_format(READERS)
@click.option("--text", "number", default=1, type=click.IntRange(1), help="Which text of the file.")
@ending
def import_record(file: Path, folder: Path, name: str, number: int) -> ExitStatus:
    """Make the record in FOLDER, which is not there yet, of a text in FILE of another tool.

    What is not taken is listed on standard error. Its meta.toml is to be written by hand.
    """
    if not is_slug(folder.name):
        words = "is no name for a record; use letters of ASCII, digits and - . _ ~ only"
        raise ProblemsError([Problem(str(folder), 0, words)])
    if folder.exists():
        words = "is there already; name a folder that is not"
        raise ProblemsError([Problem(str(folder), 0, words)])
    try:
        content = file.read_bytes()
    except OSError as error:
        words = f"cannot be read: {error.strerror}; name a readable file"
        raise ProblemsError([Problem(str(file), 0, words)]) from None
    try:
        conversion = READERS[name](content, number)
    except ExchangeError as error:
        raise ProblemsError([Problem(str(file), 0, str(error))]) from None
    text, lines = conversion.content.text, conversion.content.standoff()
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        words = f"cannot be made: {error.strerror or error}"
        raise ProblemsError([Problem(str(folder), 0, words)]) from None
    contents = {".txt": text, ".ann": lines}
    files = {folder / f"{folder.name}{ending}": part for ending, part in contents.items()}
    publish({path: part.encode() for path, part in files.items()})
    _tell(conversion.losses)
    count = lines.count("\n")
    click.echo(f"{folder}: {count} annotations; write its meta.toml, then run eakg check {folder}")
    return ExitStatus.DONE


def _tell(losses: Sequence[str]) -> None:
    for loss in losses:
        click.echo(f"{loss} (not carried)", err=True)
