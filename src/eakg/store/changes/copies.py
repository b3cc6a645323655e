"""Copies of a store's folder: looked at, backed up while a service runs, and restored."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.store.changes.disk import (
    FORMAT,
    close_file,
    create_file,
    free_room,
    sync_folder,
    write_problem,
)
from eakg.store.changes.folder import Folder, check_store, read_folder
from eakg.store.changes.journal import JOURNAL
from eakg.store.changes.manifest import MANIFEST
from eakg.store.changes.snapshot import SNAPSHOT
from eakg.store.changes.upgrade import is_old, read_old_folder

_TRIES = 5
_PAUSE_SECONDS = 0.05  # in which a service gets from one snapshot to the next


@dataclass(frozen=True)
class FolderReport:
    """What a folder holds that is as it should be.

    `changes` count those since the store is there, `journal_changes` those of them in the journal;
    both are None in a folder of format 1. `rest` are the bytes of a change that was never
    acknowledged.
    """

    format: int
    version: str
    triples: int
    graphs: int
    rest: int
    changes: int | None = None
    journal_changes: int | None = None


def check_folder(path: Path) -> FolderReport:
    """Read all that a folder holds, while a service has it open or not, and change nothing.

    Raises: ProblemsError with the file and the byte that is wrong.
    """
    check_store(path)
    try:
        if is_old(path):
            old_folder = read_old_folder(path)
            state, rest = old_folder.state, old_folder.rest
            return FolderReport(1, state.version, len(state.store), len(state.graphs), len(rest))
        return _report(_read(path))
    except ProblemsError as error:
        raise ProblemsError(error.problems, ExitStatus.CHECK_FAILED) from error


def copy_folder(source: Path, target: Path) -> FolderReport:
    """Make a whole copy of a store, while a service has it open or not.

    Arguments: its folder; one that is empty or not there, whose parent is. Raises: ProblemsError
    where either cannot be, and then there is no copy.
    """
    check_store(source)
    if is_old(source):
        words = "is of format 1; serve it once, and it is of format 2"
        raise ProblemsError([Problem(str(source), 0, words)])
    try:
        folder = _read(source)
        report = _report(folder)
    except ProblemsError as error:
        raise ProblemsError(error.problems, ExitStatus.CHECK_FAILED) from error
    try:
        target.mkdir(mode=0o700, exist_ok=True)
        if any(target.iterdir()):
            words = "is not empty; name a folder that is empty or not there"
            raise ProblemsError([Problem(str(target), 0, words)])
        _write(folder, target)
    except OSError as error:
        raise write_problem(target, error) from error
    return report


def _report(folder: Folder) -> FolderReport:
    state = folder.state()
    return FolderReport(
        FORMAT,
        folder.version,
        len(state.store),
        len(state.graphs),
        len(folder.rest),
        folder.number,
        len(folder.replay.records),
    )


def _read(path: Path) -> Folder:
    """The files as they are at one moment, though a service may be at a snapshot."""
    for _ in range(_TRIES - 1):
        try:
            return read_folder(path)
        except ProblemsError:
            time.sleep(_PAUSE_SECONDS)
    return read_folder(path)


def _write(folder: Folder, target: Path) -> None:
    """Raises: OSError, after which there is nothing."""
    manifest = replace(folder.manifest, mark=folder.mark)
    journal = folder.journal[: folder.replay.end]
    contents = {
        SNAPSHOT: (folder.snapshot.header, folder.snapshot.body),
        JOURNAL: (journal,),
        MANIFEST: (manifest.to_bytes(),),  # last: it makes the store
    }
    size = sum(len(part) for parts in contents.values() for part in parts)
    if (room := free_room(target)) < size:
        raise OSError(0, f"{size} bytes are needed, and {room} are free")
    try:
        for name, parts in contents.items():
            close_file(create_file(target / name, parts))
            sync_folder(target)
    except BaseException:
        for name in contents:
            (target / name).unlink(missing_ok=True)
        raise
