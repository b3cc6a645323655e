"""The commands for the folder of a store: look at it, copy it, and mend what can be mended."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from eakg.commands.command import PathArgument, ending
from eakg.problems import ExitStatus, Problem, ProblemsError

if TYPE_CHECKING:
    from eakg.store.changes import FolderReport


@click.group()
def store() -> None:
    """Check, back up, restore or repair the folder of a store that takes changes.

    \b
    Exit status: 0 done, 1 the folder is damaged, 2 it cannot be read or written.
    """


@store.command()
@click.argument("folder", metavar="DIR", type=PathArgument)
@ending
def check(folder: Path) -> ExitStatus:
    """Read all of the store in DIR, one that takes changes or a prepared one, and say whether it is
    whole. Nothing is changed; a service may have it open."""
    from eakg.store.changes import check_folder
    from eakg.store.prepared import is_prepared, read_prepared

    if is_prepared(folder):
        prepared_store = read_prepared(folder, is_thorough=True)
        if prepared_store is None:
            raise ProblemsError([Problem(str(folder), 0, "was never whole; make it anew")])
        click.echo(f"{prepared_store.summary}: is whole")
        return ExitStatus.DONE
    _show(folder, "is whole", check_folder(folder))
    return ExitStatus.DONE


@store.command()
@click.argument("folder", metavar="DIR", type=PathArgument)
@click.argument("target", metavar="TO", type=PathArgument)
@ending
def backup(folder: Path, target: Path) -> ExitStatus:
    """Copy the store in DIR to the folder TO, which is empty or not there. The copy is whole as of
    one moment; a service may have DIR open."""
    from eakg.store.changes import copy_folder

    _refuse_prepared(folder)
    _show(target, "is a whole copy", copy_folder(folder, target))
    return ExitStatus.DONE


@store.command()
@click.argument("source", metavar="FROM", type=PathArgument)
@click.argument("folder", metavar="DIR", type=PathArgument)
@ending
def restore(source: Path, folder: Path) -> ExitStatus:
    """Make the store in DIR, which is empty or not there, of the backup FROM. Move a damaged DIR
    away first."""
    from eakg.store.changes import copy_folder

    _refuse_prepared(source)
    _show(folder, "is restored", copy_folder(source, folder))
    return ExitStatus.DONE


@store.command()
@click.argument("folder", metavar="DIR", type=PathArgument)
@ending
def repair(folder: Path) -> ExitStatus:
    """Let the damaged store in DIR go on from the changes that are whole. What is missing is told,
    and what is cut off the journal is kept beside it."""
    from eakg.store.changes import check_folder, repair_folder

    _refuse_prepared(folder)
    for problem in repair_folder(folder):
        click.echo(str(problem), err=True)
    _show(folder, "is whole", check_folder(folder))
    return ExitStatus.DONE


def _refuse_prepared(folder: Path) -> None:
    """Raises: ProblemsError for a prepared store."""
    from eakg.store.prepared import is_prepared

    if is_prepared(folder):
        words = (
            "is a prepared store, which never changes; copy its folder, or make it anew (eakg load)"
        )
        raise ProblemsError([Problem(str(folder), 0, words)])


def _show(folder: Path, words: str, report: "FolderReport") -> None:
    parts = [
        f"format {report.format}",
        f"version {report.version}",
        f"{report.triples} triples",
        f"{report.graphs} named graphs",
    ]
    if report.changes is not None:
        parts.append(f"{report.changes} changes, {report.journal_changes} of them in the journal")
    if report.rest:
        parts.append(f"{report.rest} bytes of a change that was never acknowledged")
    click.echo(f"{folder}: {words}: {', '.join(parts)}")
