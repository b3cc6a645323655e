"""The folder of a store: what was asserted at some version, and the journal since.

- `snapshot.nq`: N-Quads as the sources of the triples write them (language tags coded as in
  `eakg.rdf.tags`), with a first line, a comment, that says what they are: version, names of
  the graphs (a graph may be empty), length and checksum.
- `journal`: see `eakg.store.changes.journal`.
- `lock`: held by the one process that has the store open.

What was inferred is not kept; it follows.
"""

import fcntl
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph

from eakg.problems import Problem, ProblemsError
from eakg.sparql import StoreFailedError
from eakg.store.changes.change import Change
from eakg.store.changes.journal import Journal, JournalRecord, create, replay, sync_folder
from eakg.store.graphs import Spellings

_SNAPSHOT, _JOURNAL, _LOCK = "snapshot.nq", "journal", "lock"
_FORMAT = "# eakg-store 1 "
_LOCK_SECONDS = 1.0  # for a process that was told to end a moment ago
_SMALL = 1 << 22  # bytes up to which a journal is left as it is


@dataclass(frozen=True)
class StoreState:
    """What a folder holds: a store of the asserted quads, the names of their graphs, which may be
    empty, the version, and how the sources write what the engine writes otherwise."""

    store: pyoxigraph.Store
    graphs: frozenset[str]
    version: str
    spellings: Spellings


class StoreDirectory:
    """An open folder, which no other process can open meanwhile.

    Argument: the folder, which is made where it is not there; its parent must be. Raises:
    ProblemsError when it cannot be written to or another process has it open.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._journal: Journal | None = None
        self._snapshot_size = 0
        try:
            path.mkdir(mode=0o700, exist_ok=True)
            self._lock = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _problem(path, f"cannot be written to: {error.strerror}") from error
        try:
            self._acquire()
        except BaseException:
            os.close(self._lock)
            raise

    def read(self) -> StoreState | None:
        """What the folder holds, or None where it is new; the journal is then open to be written.

        Raises: ProblemsError with file and place when something is damaged.
        """
        snapshot = self.path / _SNAPSHOT
        if not snapshot.exists():
            return None
        state = self._read_snapshot(snapshot)
        journal = self.path / _JOURNAL
        if not journal.exists():
            self._journal = self._create_journal(state.version)
            return state
        records, end = replay(journal)
        excess = journal.stat().st_size - end
        if excess:
            words = f"an unfinished record of {excess} bytes, never acknowledged, was cut off"
            print(f"{journal}: {words}", file=sys.stderr)
        try:
            self._journal = Journal(journal, end)
        except OSError as error:
            raise _problem(journal, f"cannot be written to: {error.strerror}") from error
        return _replay_records(journal, state, records)

    def write(self, record: JournalRecord) -> None:
        """Keep a change; when this returns, it is on the disk. Raises: StoreFullError,
        StoreFailedError."""
        if self._journal is None:
            raise StoreFailedError("the store is not open")
        self._journal.append(record)

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
        body = pyoxigraph.serialize(quads, format=pyoxigraph.RdfFormat.N_QUADS) or b""
        header = {
            "version": version,
            "graphs": sorted(graphs),
            "bytes": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
        }
        temporary = self.path / f"{_SNAPSHOT}.new"
        with temporary.open("wb") as file:
            file.write(_FORMAT.encode() + json.dumps(header).encode() + b"\n")
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path / _SNAPSHOT)
        sync_folder(self.path)
        self._snapshot_size = len(body)
        old_journal, self._journal = self._journal, create(self.path / _JOURNAL, version)
        if old_journal is not None:
            old_journal.close()

    def close(self) -> None:
        """Let others open it."""
        if self._journal is not None:
            self._journal.close()
        os.close(self._lock)

    def _acquire(self) -> None:
        ends = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > ends:
                    owner = os.pread(self._lock, 32, 0).decode(errors="replace").strip()
                    words = f"is in use by process {owner}; a store has one service at a time"
                    raise _problem(self.path, words) from None
                time.sleep(0.05)
            else:
                os.ftruncate(self._lock, 0)
                os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)
                return

    def _create_journal(self, version: str) -> Journal:
        try:
            return create(self.path / _JOURNAL, version)
        except OSError as error:
            words = f"cannot be written to: {error.strerror}"
            raise _problem(self.path / _JOURNAL, words) from error

    def _read_snapshot(self, path: Path) -> StoreState:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise _problem(path, f"cannot be read: {error.strerror}") from error
        line, _, body = data.partition(b"\n")
        self._snapshot_size = len(body)
        try:
            header = json.loads(line.removeprefix(_FORMAT.encode()))
            _check(line.startswith(_FORMAT.encode()), "is not of this version of the software")
            checksum_matches = hashlib.sha256(body).hexdigest() == header["sha256"]
            _check(len(body) == header["bytes"] and checksum_matches, "has a wrong checksum")
            store = pyoxigraph.Store()
            spellings = Spellings()
            spellings.add(store, pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.N_QUADS))
            return StoreState(store, frozenset(header["graphs"]), header["version"], spellings)
        except (ValueError, KeyError, SyntaxError) as error:
            words = f"is damaged: it {error}; put back a copy of the folder from before"
            raise _problem(path, words) from error


def _check(condition: bool, complaint: str) -> None:
    if not condition:
        raise ValueError(complaint)


def _replay_records(
    journal: Path, state: StoreState, records: Sequence[JournalRecord]
) -> StoreState:
    """The snapshot with the changes since; those from before it are in it already."""
    versions = [record.new_version for record in records]
    later_records = (
        records[versions.index(state.version) + 1 :] if state.version in versions else records
    )
    graphs, version = set(state.graphs), state.version
    for record in later_records:
        if record.old_version != version:
            words = f"has a change of version {record.old_version} where {version} was expected"
            raise _problem(journal, f"{words}; put back a copy of the folder from before")
        change = record.change
        state.spellings.remove(state.store, change.removed)
        state.spellings.add(state.store, change.added)
        graphs = (graphs - change.dropped) | change.created
        version = record.new_version
    return StoreState(state.store, frozenset(graphs), version, state.spellings)


def next_version(version: str, change: Change) -> str:
    """The version that a change makes of another: the same for the same history."""
    digest = hashlib.sha256(f"{version}\n".encode())
    digest.update(change.content)
    return digest.hexdigest()[:16]


def _problem(path: Path, message: str) -> ProblemsError:
    return ProblemsError([Problem(str(path), 0, message)])
