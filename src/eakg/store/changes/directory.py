"""The folder of a store, open: what was asserted at some version, and the journal since.

- `snapshot.nq`: see `eakg.store.changes.snapshot`.
- `journal`: see `eakg.store.changes.journal`.
- `manifest`: which snapshot and how much of the journal count; see `eakg.store.changes.manifest`.
- `lock`: held by the one process that has the store open.

A new snapshot, a new journal and their manifest are written under temporary names. They count from
the moment that the manifest has its name; then the others get theirs, now or at the next start.
What was inferred is not kept; it follows.
"""

import contextlib
import errno
import fcntl
import os
import secrets
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph

from eakg.problems import Problem, ProblemsError
from eakg.sparql import StoreFailedError, StoreFullError
from eakg.store.archive import (
    Segment,
    archive_segment,
    archived_segments,
    drop_segment,
    surplus_segments,
)
from eakg.store.changes.disk import (
    TEMPORARY,
    close_file,
    create_file,
    free_room,
    is_in_place,
    set_aside,
    sync_folder,
    write_problem,
)
from eakg.store.changes.folder import (
    FILES,
    TEMPORARIES,
    Folder,
    StoreState,
    read_folder,
    segment_versions,
)
from eakg.store.changes.journal import JOURNAL, Journal, JournalRecord
from eakg.store.changes.manifest import MANIFEST, Manifest, ManifestFile, Mark
from eakg.store.changes.snapshot import SNAPSHOT, Snapshot, take_snapshot
from eakg.store.changes.upgrade import is_old, read_old_folder

_LOCK = "lock"
_LOCK_SECONDS = 1.0  # for a process that was told to end a moment ago
_SMALL = 1 << 22  # bytes up to which a journal is left as it is
_ROOM = 1 << 20  # bytes that a snapshot leaves to changes
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_FILES_OF_OURS = frozenset({"lost+found"})


class StoreDirectory:
    """An open folder, which no other process can open meanwhile.

    Arguments: the folder, which is made where it is not there, while its parent must be; how many
    bytes of earlier snapshots and journals are kept. Raises: ProblemsError when it cannot be
    written to or another process has it open.
    """

    def __init__(self, path: Path, room: int = 0) -> None:
        self.path = path
        self._room = room
        self._instant = ""
        self._journal: Journal | None = None
        self._manifest: ManifestFile | None = None
        self._snapshot_size = 0
        self._is_unfinished = False  # whether files have still to get their names
        self._is_broken = False
        try:
            path.mkdir(mode=0o700, exist_ok=True)
            self._lock = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise write_problem(path, error) from error
        try:
            self._acquire()
        except BaseException:
            close_file(self._lock)
            raise

    def read(self) -> StoreState | None:
        """What the folder holds, or None where it is new; the journal is then open to be written.

        A folder of an older format is written anew. Raises: ProblemsError with file and place when
        something is damaged or missing; then nothing was changed.
        """
        try:
            names = {entry.name for entry in self.path.iterdir()}
            if not names & {*FILES}:
                self._check_new(names)
                self._remove_temporaries()
                return None
            if is_old(self.path):
                return self._upgrade()
            folder = read_folder(self.path)
            state = folder.state()
            self._open(folder)
        except OSError as error:
            raise write_problem(self.path, error) from error
        return state

    def write(self, record: JournalRecord) -> None:
        """Keep a change; when this returns, it is on the disk, and acknowledged.

        Raises: StoreFullError when there is no room, StoreFailedError when the disk fails
        otherwise. The change is then not kept; where not even that is sure, nothing more is
        written.
        """
        if self._journal is None or self._manifest is None:
            raise StoreFailedError("the store is not open")
        if self._is_broken:
            raise StoreFailedError(f"{self.path} could not be written; start the service anew")
        mark = self._manifest.manifest.mark
        try:
            self._finish()
            instant = max(_now(), self._instant)  # clocks are set back
            end = self._journal.append(replace(record, instant=instant))
            self._check_places()
            self._manifest.move_mark(Mark(mark.number + 1, end, record.new_version))
            self._instant = instant
        except OSError as error:
            self._take_back(mark)
            words = f"the change was not made: {error.strerror or error}"
            if error.errno in _FULL:
                raise StoreFullError(words) from error
            raise StoreFailedError(words) from error

    @property
    def is_outgrown(self) -> bool:
        """Whether the journal is longer than what it changes."""
        size = self._journal.size if self._journal else 0
        return size > max(self._snapshot_size, _SMALL)

    def compact(
        self, quads: Iterable[pyoxigraph.Quad], graphs: Iterable[str], version: str
    ) -> None:
        """Write a snapshot of what there is now, and begin a new journal.

        Raises: OSError, after which the folder is as good as before.
        """
        self._finish()
        manifest = self._manifest.manifest if self._manifest else None
        store = manifest.store if manifest else secrets.token_hex(16)
        number = manifest.mark.number if manifest else 0
        predecessor = manifest.snapshot if manifest else None
        instant = self._instant if manifest else _now()
        snapshot, successor = take_snapshot(
            quads, graphs, version, store, number, predecessor, instant
        )
        room = free_room(self.path)
        if room < snapshot.size + _ROOM:
            words = f"it needs {snapshot.size} bytes and {_ROOM} beside, and {room} are free"
            raise OSError(errno.ENOSPC, words)
        if manifest:
            self._archive(manifest.number)
        self._replace(snapshot, successor)
        self._instant = instant
        self._drop_surplus()

    def close(self) -> None:
        """Let others open it."""
        for file in (self._journal, self._manifest):
            if file is not None:
                file.close()
        close_file(self._lock)

    def _archive(self, number: int) -> None:
        """Keep the current files, where that can be: without them the store is as good."""
        current = Segment(number, self.path / SNAPSHOT, self.path / JOURNAL)
        try:
            archive_segment(self.path, current)
        except OSError as error:
            words = f"earlier versions are not kept: {error.strerror or error}"
            print(f"{self.path}: {words}", file=sys.stderr)

    def _drop_surplus(self) -> None:
        """Let go of the oldest of what is kept, where it is more than there is room for."""
        try:
            segments = surplus_segments(archived_segments(self.path), self._room)
            for segment in segments:
                versions = segment_versions(segment)
                drop_segment(self.path, segment, (entry.version for entry in versions))
        except (OSError, ProblemsError) as error:
            print(f"{self.path}: earlier versions stay: {error}", file=sys.stderr)

    def _acquire(self) -> None:
        ends = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > ends:
                    owner = os.pread(self._lock, 32, 0).decode(errors="replace").strip()
                    words = f"is in use by process {owner}; a store has one service at a time"
                    raise ProblemsError([Problem(str(self.path), 0, words)]) from None
                time.sleep(0.05)
            except OSError as error:
                raise write_problem(self.path / _LOCK, error) from error
            else:
                break
        try:
            os.ftruncate(self._lock, 0)
            os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)
        except OSError as error:
            raise write_problem(self.path / _LOCK, error) from error

    def _check_new(self, names: set[str]) -> None:
        strangers = names - {_LOCK, *TEMPORARIES} - _NO_FILES_OF_OURS
        if strangers:
            words = f"holds {min(strangers)} and no store; a new store needs an empty folder"
            raise ProblemsError([Problem(str(self.path), 0, words)])

    def _upgrade(self) -> StoreState:
        old_folder = read_old_folder(self.path)
        state = old_folder.state
        if old_folder.rest:
            self._cut_off(old_folder.rest)
        self.compact(state.spellings.sources([*state.store]), state.graphs, state.version)
        print(f"{self.path}: is of format 2 now, which older software cannot read", file=sys.stderr)
        return state

    def _open(self, folder: Folder) -> None:
        """Have the files of a folder open, in their places. Raises: OSError."""
        if folder.rest:
            self._cut_off(folder.rest)
        paths = (folder.snapshot_path, folder.journal_path)
        self._is_unfinished = any(path.name.endswith(TEMPORARY) for path in paths)
        self._finish()
        self._remove_temporaries()
        path = self.path / JOURNAL
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        self._journal = Journal(path, descriptor, len(folder.journal))
        if folder.rest:
            self._journal.cut(folder.replay.end)
        path = self.path / MANIFEST
        self._manifest = ManifestFile(
            path, os.open(path, os.O_RDWR | os.O_CLOEXEC), folder.manifest
        )
        count = folder.number - folder.manifest.mark.number
        if count:
            words = f"{count} changes are whole that the manifest had not heard of; they count"
            print(f"{self.path / JOURNAL}: {words}", file=sys.stderr)
            self._manifest.move_mark(folder.mark)
        self._manifest.synchronise()
        sync_folder(self.path)
        for name in FILES:
            (self.path / name).chmod(0o600)
        self._snapshot_size = folder.snapshot.size
        self._instant = folder.instant

    def _cut_off(self, data: bytes) -> None:
        copy = set_aside(self.path, data)
        words = f"an unfinished record of {len(data)} bytes, never acknowledged, was cut off"
        print(f"{self.path / JOURNAL}: {words}; it is kept in {copy.name}", file=sys.stderr)

    def _remove_temporaries(self) -> None:
        for name in TEMPORARIES:
            (self.path / name).unlink(missing_ok=True)

    def _replace(self, snapshot: Snapshot, manifest: Manifest) -> None:
        """Make a snapshot and its manifest those of the store. Raises: OSError."""
        temporary = self.path / f"{MANIFEST}{TEMPORARY}"
        with contextlib.ExitStack() as cleanup:
            cleanup.callback(self._try_remove_temporaries)
            parts = (snapshot.header, snapshot.body)
            close_file(create_file(self.path / f"{SNAPSHOT}{TEMPORARY}", parts))
            header = manifest.journal_header
            descriptor = create_file(self.path / f"{JOURNAL}{TEMPORARY}", [header])
            journal = Journal(self.path / JOURNAL, descriptor, len(header))
            cleanup.callback(journal.close)
            manifest_file = ManifestFile.create(temporary, manifest)
            cleanup.callback(manifest_file.close)
            sync_folder(self.path)
            try:
                temporary.replace(self.path / MANIFEST)
            except OSError:
                if is_in_place(temporary, manifest_file.descriptor):
                    raise
            cleanup.pop_all()
        for file in (self._journal, self._manifest):
            if file is not None:
                file.close()
        manifest_file.path = self.path / MANIFEST
        self._journal, self._manifest = journal, manifest_file
        self._snapshot_size = snapshot.size
        self._is_unfinished = True
        self._finish()

    def _finish(self) -> None:
        """Give the files of a snapshot their names, where they have not got them. Raises:
        OSError."""
        if not self._is_unfinished:
            return
        sync_folder(self.path)  # the manifest first
        for name in (SNAPSHOT, JOURNAL):
            with contextlib.suppress(FileNotFoundError):
                (self.path / f"{name}{TEMPORARY}").replace(self.path / name)
        sync_folder(self.path)
        self._is_unfinished = False

    def _try_remove_temporaries(self) -> None:
        with contextlib.suppress(OSError):
            self._remove_temporaries()

    def _check_places(self) -> None:
        """Raises: OSError where what was written is not in the folder."""
        for file in (self._journal, self._manifest):
            if file is not None and not is_in_place(file.path, file.descriptor):
                raise OSError(errno.ENOENT, f"{file.path} is not the file that is open any more")
        if not (self.path / SNAPSHOT).is_file():
            raise OSError(errno.ENOENT, f"{self.path / SNAPSHOT} is not there any more")

    def _take_back(self, mark: Mark) -> None:
        """Have the journal and the mark as they were."""
        if self._journal is None or self._manifest is None:
            return
        try:
            self._journal.cut(mark.end)
            self._manifest.move_mark(mark)
        except OSError:
            self._is_broken = True


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
