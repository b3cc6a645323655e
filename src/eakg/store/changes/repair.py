"""Starting from what is whole of a damaged folder, which has to be asked for."""

from dataclasses import replace
from pathlib import Path

from eakg.problems import Problem, ProblemsError
from eakg.store.changes.directory import StoreDirectory
from eakg.store.changes.disk import (
    TEMPORARY,
    close_file,
    create_file,
    read_bytes,
    set_aside,
    sync_folder,
    write_problem,
)
from eakg.store.changes.folder import check_store, journal_file, read_folder
from eakg.store.changes.journal import JOURNAL, Replay, replay
from eakg.store.changes.manifest import (
    MANIFEST,
    Manifest,
    Mark,
    SnapshotReference,
    read_manifest,
)
from eakg.store.changes.snapshot import SNAPSHOT, inspect_snapshot, read_snapshot
from eakg.store.changes.upgrade import is_old


def repair_folder(path: Path) -> list[Problem]:
    """Make a store of a snapshot and the whole records that follow it; what was wrong, and what was
    done about it.

    What is cut off the journal is kept beside it. The snapshot itself has to be whole, and that of
    the manifest where there is one. Raises: ProblemsError where that is not so, and then nothing
    was changed.
    """
    check_store(path)
    directory = StoreDirectory(path)
    try:
        if is_old(path):
            words = "is of format 1; put back a copy of the folder from before"
            raise ProblemsError([Problem(str(path), 0, words)])
        return _repair(path)
    except OSError as error:
        raise write_problem(path, error) from error
    finally:
        directory.close()


def _repair(path: Path) -> list[Problem]:
    problems: list[Problem] = []
    try:
        read_folder(path)
    except ProblemsError as error:
        problems += error.problems
    else:
        return []
    manifest, manifest_is_whole = _manifest(path)
    journal, records = _records(path, manifest)
    count = manifest.number + len(records.records)
    version = records.records[-1].new_version if records.records else manifest.snapshot.version
    rest = journal[records.end :] if records.start else journal
    if rest:
        copy = set_aside(path, rest)
        words = f"{len(rest)} bytes from byte {records.end} on were cut off, and are kept in {copy}"
        problems.append(Problem(str(path / JOURNAL), 0, words))
    if manifest_is_whole and manifest.mark.number > count:
        words = f"{manifest.mark.number - count} acknowledged changes are lost"
    elif manifest_is_whole:
        words = "no acknowledged change is known to be lost"
    else:
        words = "how many changes there were is not known"
    problems.append(Problem(str(path), 0, f"{words}; the store has {count}, to version {version}"))
    header = manifest.journal_header
    _put(path / JOURNAL, header + (journal[len(header) : records.end] if records.start else b""))
    mark = Mark(count, records.end or len(header), version)
    _put(path / MANIFEST, replace(manifest, mark=mark).to_bytes())
    return problems


def _manifest(path: Path) -> tuple[Manifest, bool]:
    """The manifest, and whether it was whole; else one made of the snapshot."""
    snapshot = path / SNAPSHOT
    try:
        manifest = read_manifest(path / MANIFEST)
    except ProblemsError:
        content, fields = inspect_snapshot(snapshot, read_bytes(snapshot))
        predecessor = fields["predecessor"]
        substitute = Manifest.create(
            fields["store"],
            content.reference(fields["version"]),
            SnapshotReference(**predecessor) if predecessor else None,
            fields["number"],
        )
        return substitute, False
    read_snapshot(snapshot, read_bytes(snapshot), manifest)
    return manifest, True


def _records(path: Path, manifest: Manifest) -> tuple[bytes, Replay]:
    """The journal, and its whole records; none, from byte 0, where it does not follow the
    snapshot."""
    try:
        _, data = journal_file(path, manifest)
    except ProblemsError:
        data = b""
    header = manifest.journal_header
    if data.startswith(header):
        return data, replay(data, len(header), manifest.snapshot.version)
    return data, Replay((), (), 0, "", is_torn=False)


def _put(path: Path, data: bytes) -> None:
    """Have a file with this content in a place. Raises: OSError."""
    temporary = path.with_name(f"{path.name}{TEMPORARY}")
    close_file(create_file(temporary, [data]))
    temporary.replace(path)
    sync_folder(path.parent)
