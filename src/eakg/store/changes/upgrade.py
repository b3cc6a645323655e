"""Folders of format 1, which had no manifest: read so that they can be written anew.

Their snapshot has a checksum of its quads alone, and their journal names only the version that it
starts from; a snapshot that was taken may have the journal before it beside it still.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph

from eakg.store.changes.disk import damage, format_of, read_bytes
from eakg.store.changes.folder import StoreState, state_after
from eakg.store.changes.journal import JOURNAL, replay
from eakg.store.changes.manifest import JOURNAL_PREFIX, MANIFEST
from eakg.store.changes.snapshot import SNAPSHOT, SNAPSHOT_PREFIX

_REMEDY = "put back a copy of the folder from before"


@dataclass(frozen=True)
class OldFolder:
    """What a folder of format 1 holds, and what a write left in its journal that broke off."""

    state: StoreState
    rest: bytes


def is_old(path: Path) -> bool:
    """Whether a folder is of format 1."""
    if (path / MANIFEST).exists():
        return False
    prefixes = {SNAPSHOT: SNAPSHOT_PREFIX, JOURNAL: JOURNAL_PREFIX}
    return any(
        (path / name).is_file() and format_of(prefix, read_bytes(path / name)[:99]) == 1
        for name, prefix in prefixes.items()
    )


def read_old_folder(path: Path) -> OldFolder:
    """What a folder of format 1 holds. Raises: ProblemsError with the byte that is wrong."""
    quads, graphs, version = _read_snapshot(path / SNAPSHOT)
    journal = path / JOURNAL
    data = read_bytes(journal)
    line, separator, _ = data.partition(b"\n")
    if format_of(JOURNAL_PREFIX, line) != 1 or not separator:
        raise damage(journal, 0, "is not a journal of format 1, as its snapshot is", _REMEDY)
    first_version = line.rpartition(b" ")[2].decode("utf-8", "replace")
    records = replay(data, len(line) + 1, first_version)
    if records.complaint and not records.is_torn:
        raise damage(journal, records.end, records.complaint, _REMEDY)
    versions = [first_version, *(record.new_version for record in records.records)]
    if version not in versions:
        words = f"starts from version {first_version} and never comes to that of the snapshot"
        raise damage(journal, 0, f"{words}, {version}", _REMEDY)
    later_records = records.records[versions.index(version) :]
    return OldFolder(state_after(quads, graphs, later_records, version), data[records.end :])


def _read_snapshot(path: Path) -> tuple[frozenset[pyoxigraph.Quad], list[str], str]:
    data = read_bytes(path)
    line, separator, body = data.partition(b"\n")
    if format_of(SNAPSHOT_PREFIX, line) != 1:
        raise damage(path, 0, "is not a snapshot of format 1, as its journal is", _REMEDY)
    try:
        header = json.loads(line.split(b" ", 3)[-1])
        graphs, version = header["graphs"], header["version"]
        is_whole = (len(body), hashlib.sha256(body).hexdigest()) == (
            header["bytes"],
            header["sha256"],
        )
        quads = frozenset(pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.N_QUADS))
    except (ValueError, KeyError, SyntaxError) as error:
        raise damage(path, 0, f"is damaged: {error}", _REMEDY) from None
    if not is_whole:
        raise damage(path, len(line + separator), "is damaged: a wrong checksum", _REMEDY)
    return quads, graphs, version
