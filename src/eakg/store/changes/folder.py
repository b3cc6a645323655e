"""What the files of a store's folder say together, or what is wrong with them.

Nothing is changed by reading them. A file that a snapshot left under its temporary name, because
the process ended between the manifest and it, is found there.
"""

import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph

from eakg.problems import Problem, ProblemsError
from eakg.store.archive import Segment
from eakg.store.changes.change import Change
from eakg.store.changes.disk import TEMPORARY, HeaderError, damage, read_bytes, read_header
from eakg.store.changes.journal import (
    JOURNAL,
    JournalEntry,
    JournalRecord,
    Replay,
    journal_entries,
    replay,
)
from eakg.store.changes.manifest import (
    JOURNAL_PREFIX,
    MANIFEST,
    SECTOR,
    UNSYNCHRONISED,
    Manifest,
    Mark,
    SnapshotReference,
    read_manifest,
)
from eakg.store.changes.snapshot import (
    SNAPSHOT,
    Snapshot,
    is_snapshot_of,
    read_snapshot,
    snapshot_instant,
    snapshot_quads,
)
from eakg.store.graphs import Spellings

FILES = (SNAPSHOT, JOURNAL, MANIFEST)
TEMPORARIES = tuple(f"{name}{TEMPORARY}" for name in FILES)


@dataclass(frozen=True)
class StoreState:
    """What a folder holds: a store of the asserted quads, the names of their graphs, which may be
    empty, the version, and how the sources write what the engine writes otherwise."""

    store: pyoxigraph.Store
    graphs: frozenset[str]
    version: str
    spellings: Spellings


@dataclass(frozen=True)
class Folder:
    """The files of a store that belong together, and the bytes behind the last whole record of the
    journal, which a write left that broke off."""

    manifest: Manifest
    snapshot_path: Path
    snapshot: Snapshot
    journal_path: Path
    journal: bytes
    replay: Replay

    @property
    def rest(self) -> bytes:
        """The bytes behind the last whole record."""
        return self.journal[self.replay.end :]

    @property
    def number(self) -> int:
        """How many changes were made since the store is there."""
        return self.manifest.number + len(self.replay.records)

    @property
    def version(self) -> str:
        """The version after the last of them."""
        records = self.replay.records
        return records[-1].new_version if records else self.manifest.snapshot.version

    @property
    def instant(self) -> str:
        """When that version was made, empty where it is not known."""
        records = self.replay.records
        return records[-1].instant if records else snapshot_instant(self.snapshot.header)

    @property
    def mark(self) -> Mark:
        """The mark of a manifest that knows of all of them."""
        return Mark(self.number, self.replay.end, self.version)

    def state(self) -> StoreState:
        """The snapshot with the changes since. Raises: ProblemsError."""
        quads = snapshot_quads(self.snapshot_path, self.snapshot)
        return state_after(
            quads, self.snapshot.graphs, self.replay.records, self.manifest.snapshot.version
        )


def segment_versions(segment: Segment) -> list[JournalEntry]:
    """The versions of a segment, that of its snapshot first.

    Raises: ProblemsError, where a file is missing or its beginning is damaged.
    """
    journal = read_bytes(segment.journal)
    line = journal.partition(b"\n")[0] + b"\n"
    try:
        fields = read_header(JOURNAL_PREFIX, line)
        with segment.snapshot.open("rb") as file:
            instant = snapshot_instant(file.readline())
    except HeaderError as error:
        raise damage(segment.journal, 0, str(error)) from None
    except OSError as error:
        words = f"cannot be read: {error.strerror}"
        raise ProblemsError([Problem(str(segment.snapshot), 0, words)]) from error
    first = JournalEntry(fields["snapshot"]["version"], instant, 0, len(line))
    return [first, *journal_entries(journal, first.end)]


def segment_changes(segment: Segment, versions: Collection[str]) -> Iterator[Change]:
    """The changes of a segment that made some versions, in order. Raises: ProblemsError."""
    data = read_bytes(segment.journal)
    for entry in journal_entries(data, data.find(b"\n") + 1):
        if entry.version in versions:
            yield JournalRecord.from_bytes(data[entry.start : entry.end]).change


def current_segment(path: Path) -> tuple[Segment, int]:
    """The snapshot and the journal of a folder as they are now, and where the last acknowledged
    change ends.

    Raises: ProblemsError, also where a service is just about to replace them.
    """
    manifest = read_manifest(path / MANIFEST)
    journal = path / JOURNAL
    try:
        with journal.open("rb") as file:
            line = file.readline()
    except FileNotFoundError:
        raise damage(journal, 0, "is missing") from None
    check_journal_header(journal, line, manifest)
    return Segment(manifest.number, path / SNAPSHOT, journal), manifest.mark.end


def write_segment(segment: Segment, mark: Mark, folder: Path) -> None:
    """Have in a folder the store that had only so much of a segment's journal.

    Arguments: the segment; the mark of the last change that counts; an empty folder. Raises:
    OSError; ProblemsError where the journal is damaged.
    """
    data = read_bytes(segment.journal)
    line = data[: data.find(b"\n") + 1]
    try:
        fields = read_header(JOURNAL_PREFIX, line)
    except HeaderError as error:
        raise damage(segment.journal, 0, str(error)) from None
    snapshot = SnapshotReference(**fields["snapshot"])
    manifest = Manifest(fields["store"], snapshot, None, fields["number"], mark)
    try:
        os.link(segment.snapshot, folder / SNAPSHOT)
    except OSError:  # another file system
        shutil.copyfile(segment.snapshot, folder / SNAPSHOT)
    (folder / JOURNAL).write_bytes(data[: mark.end])
    (folder / MANIFEST).write_bytes(manifest.to_bytes())


def check_store(path: Path) -> None:
    """Raises: ProblemsError where a folder is not there, or no file of a store is in it."""
    if not any((path / name).exists() for name in FILES):
        words = "holds no store" if path.is_dir() else "no such folder; check the path"
        raise ProblemsError([Problem(str(path), 0, words)])


def read_folder(path: Path) -> Folder:
    """The files of a store. Raises: ProblemsError with the file and the byte that is wrong."""
    manifest = read_manifest(path / MANIFEST)
    snapshot_path, data = _snapshot_file(path, manifest)
    snapshot = read_snapshot(snapshot_path, data, manifest)
    journal_path, journal = journal_file(path, manifest)
    check_journal_header(journal_path, journal, manifest)
    start = len(manifest.journal_header)
    records = replay(journal, start, manifest.snapshot.version)
    folder = Folder(manifest, snapshot_path, snapshot, journal_path, journal, records)
    _check_mark(path, folder)
    return folder


def _snapshot_file(path: Path, manifest: Manifest) -> tuple[Path, bytes]:
    """The snapshot of a manifest, else what is in its place."""
    for place in (path / f"{SNAPSHOT}{TEMPORARY}", path / SNAPSHOT):
        if place.is_file() and is_snapshot_of(data := read_bytes(place), manifest):
            return place, data
    return path / SNAPSHOT, read_bytes(path / SNAPSHOT)


def journal_file(path: Path, manifest: Manifest) -> tuple[Path, bytes]:
    """The journal of a manifest, else what is in its place. Raises: ProblemsError where there is
    none."""
    temporary = path / f"{JOURNAL}{TEMPORARY}"
    journal = path / JOURNAL
    for place in (journal, temporary):
        if place.is_file() and (data := read_bytes(place)).startswith(manifest.journal_header):
            return place, data
    return journal, read_bytes(journal)


def check_journal_header(path: Path, data: bytes, manifest: Manifest) -> None:
    """Raises: ProblemsError where a journal does not follow the snapshot of a manifest."""
    if data.startswith(manifest.journal_header):
        return
    line = data.partition(b"\n")[0]
    try:
        fields = read_header(JOURNAL_PREFIX, line)
    except HeaderError as error:
        raise damage(path, 0, str(error)) from None
    snapshot = fields["snapshot"]
    words = f"follows the snapshot of version {snapshot['version']}"
    if fields["store"] != manifest.store:
        words = f"{words} of another store"
    raise damage(path, 0, f"{words}; the manifest names version {manifest.snapshot.version}")


def _check_mark(path: Path, folder: Folder) -> None:
    """Raises: ProblemsError where the journal and the mark of the manifest do not agree."""
    mark, records = folder.manifest.mark, folder.replay
    journal, end, count = folder.journal_path, folder.replay.end, folder.number
    if count < mark.number:
        missing = f"{mark.number - count} acknowledged changes are missing from here on"
        cause = records.complaint or f"ends here, and not at byte {mark.end}"
        raise damage(journal, end, f"{cause}; {missing}")
    index = mark.number - folder.manifest.number
    ends = (records.start, *records.ends)
    versions = (
        folder.manifest.snapshot.version,
        *(record.new_version for record in records.records),
    )
    if not 0 <= index < len(ends) or (ends[index], versions[index]) != (mark.end, mark.version):
        words = f"is another history than that of the manifest, whose version is {mark.version}"
        raise damage(journal, ends[max(0, index)] if index < len(ends) else end, words)
    if records.complaint and not records.is_torn:
        raise damage(journal, end, records.complaint)
    if count > mark.number + UNSYNCHRONISED:
        words = f"is of an earlier moment, with {mark.number} changes; the journal has {count}"
        raise damage(path / MANIFEST, SECTOR, words)


def state_after(
    quads: Iterable[pyoxigraph.Quad],
    names: Iterable[str],
    records: Iterable[JournalRecord],
    version: str,
) -> StoreState:
    """Some quads with changes made. Raises: ProblemsError where the quads cannot be read."""
    store, spellings, graphs = pyoxigraph.Store(), Spellings(), set(names)
    spellings.add(store, quads)
    for record in records:
        spellings.remove(store, record.change.removed)
        spellings.add(store, record.change.added)
        graphs = (graphs - record.change.dropped) | record.change.created
        version = record.new_version
    return StoreState(store, frozenset(graphs), version, spellings)
