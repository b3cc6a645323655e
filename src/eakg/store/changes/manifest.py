"""The manifest of a store: which snapshot counts, and how far changes were acknowledged.

The file is two sectors of a disk, each a line with a checksum that is filled up with spaces. The
first says what the store is and which snapshot its journal follows; it is written once, last of
all files, and so makes the store. The second is the mark, which every change moves.
"""

import contextlib
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from eakg.store.changes.disk import (
    HeaderError,
    close_file,
    create_file,
    damage,
    header_line,
    read_bytes,
    read_header,
    write_whole,
)

MANIFEST = "manifest"
UNSYNCHRONISED = 16
"""Changes after which the mark is on the disk at the latest."""
SECTOR = 512
JOURNAL_PREFIX = "eakg-journal"
_PREFIX, _MARK_PREFIX = "eakg-manifest", "eakg-mark"


@dataclass(frozen=True)
class SnapshotReference:
    """A snapshot, by the version in it and the SHA-256 of the whole file."""

    version: str
    sha256: str


@dataclass(frozen=True)
class Mark:
    """The last acknowledged change: how many there were before and with it since the store is
    there, where its record ends in the journal, and the version that it made."""

    number: int
    end: int
    version: str


@dataclass(frozen=True)
class Manifest:
    """What a store is: its id, its snapshot and the one before that, how many changes are in the
    snapshot, and the mark."""

    store: str
    snapshot: SnapshotReference
    predecessor: SnapshotReference | None
    number: int
    mark: Mark

    @classmethod
    def create(
        cls,
        store: str,
        snapshot: SnapshotReference,
        predecessor: SnapshotReference | None,
        number: int,
    ) -> Self:
        """The manifest of a snapshot that nothing follows yet."""
        manifest = cls(store, snapshot, predecessor, number, Mark(number, 0, snapshot.version))
        end = len(manifest.journal_header)
        return replace(manifest, mark=replace(manifest.mark, end=end))

    @property
    def journal_header(self) -> bytes:
        """The line that the journal begins with."""
        fields = {"store": self.store, "snapshot": asdict(self.snapshot), "number": self.number}
        return header_line(JOURNAL_PREFIX, fields)

    def to_bytes(self) -> bytes:
        """The file."""
        fields = asdict(self)
        del fields["mark"]
        return _sector(_PREFIX, fields) + _sector(_MARK_PREFIX, asdict(self.mark))


def read_manifest(path: Path) -> Manifest:
    """The manifest of a file. Raises: ProblemsError with the byte that is wrong."""
    data = read_bytes(path)
    place = 0
    try:
        fields = _read_sector(_PREFIX, data[:SECTOR])
        place = SECTOR
        mark = Mark(**_read_sector(_MARK_PREFIX, data[SECTOR : 2 * SECTOR]))
    except HeaderError as error:
        raise damage(path, place, str(error)) from None
    if len(data) > 2 * SECTOR:
        raise damage(path, 2 * SECTOR, "goes on where it should end")
    predecessor = fields["predecessor"]
    return Manifest(
        fields["store"],
        SnapshotReference(**fields["snapshot"]),
        SnapshotReference(**predecessor) if predecessor else None,
        fields["number"],
        mark,
    )


class ManifestFile:
    """A manifest open for its mark to be moved. Arguments: its path and descriptor, and what it
    says."""

    def __init__(self, path: Path, descriptor: int, manifest: Manifest) -> None:
        self.path = path
        self.descriptor = descriptor
        self.manifest = manifest
        self._unsynchronised = 0

    @classmethod
    def create(cls, path: Path, manifest: Manifest) -> Self:
        """A new one on the disk. Raises: OSError."""
        return cls(path, create_file(path, [manifest.to_bytes()]), manifest)

    def move_mark(self, mark: Mark) -> None:
        """Say that changes up to here are acknowledged.

        It outlives the process at once; the machine, within `UNSYNCHRONISED` changes. Raises:
        OSError.
        """
        write_whole(self.descriptor, _sector(_MARK_PREFIX, asdict(mark)), SECTOR)
        self._unsynchronised += 1
        if self._unsynchronised >= UNSYNCHRONISED:
            self.synchronise()
        self.manifest = replace(self.manifest, mark=mark)

    def synchronise(self) -> None:
        """Have the mark on the disk. Raises: OSError."""
        os.fdatasync(self.descriptor)
        self._unsynchronised = 0

    def close(self) -> None:
        """Close the file, with the mark on the disk where that can be."""
        with contextlib.suppress(OSError):
            if self._unsynchronised:
                self.synchronise()
        close_file(self.descriptor)


def _sector(prefix: str, fields: dict[str, Any]) -> bytes:
    return _fill(header_line(prefix, fields))


def _fill(line: bytes) -> bytes:
    if len(line) > SECTOR:
        raise ValueError(f"{len(line)} bytes do not go into a sector of {SECTOR}")
    return line.removesuffix(b"\n").ljust(SECTOR - 1) + b"\n"


def _read_sector(prefix: str, sector: bytes) -> dict[str, Any]:
    line = sector.rstrip(b" \n")
    fields = read_header(prefix, line)
    if sector != _fill(line):
        raise HeaderError("is damaged")
    return fields
