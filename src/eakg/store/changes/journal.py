"""The journal of a store: what has changed since its snapshot, record by record.

The file begins with a line that names the store and the snapshot that it follows. A record is a
header, the length of its body and checksums of both, then the body: a line of JSON with the
versions before and after, and the `Change`. The version after is a hash of the version before and
of the change, so that each record is bound to all before it. The line also says when the change was
made, which is no part of the hash. A record counts once it is whole on the disk.
"""

import hashlib
import json
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from eakg.store.changes.change import Change, json_object
from eakg.store.changes.disk import close_file, write_whole

JOURNAL = "journal"
_HEADER = struct.Struct("!4sQII")  # mark, length of the body, its CRC-32, that of the header
_MARK = b"EAKJ"
_DISK_SECTOR = 512


@dataclass(frozen=True)
class JournalRecord:
    """A change, the versions before and after, and the instant at which it was made, in ISO 8601;
    without one where it is not known."""

    old_version: str
    new_version: str
    change: Change
    instant: str = ""

    def to_bytes(self) -> bytes:
        """The body of the record."""
        fields = {"before": self.old_version, "after": self.new_version}
        if self.instant:
            fields["at"] = self.instant
        return json.dumps(fields).encode() + b"\n" + self.change.content

    @classmethod
    def from_bytes(cls, body: bytes) -> "JournalRecord":
        """The record of a body. Raises: ValueError, KeyError or SyntaxError on anything else."""
        line, _, change = body.partition(b"\n")
        fields = json_object(line)
        change_read = Change.from_bytes(change)
        return cls(fields["before"], fields["after"], change_read, fields.get("at", ""))


def next_version(version: str, change: Change) -> str:
    """The version that a change makes of another: the same for the same history."""
    digest = hashlib.sha256(f"{version}\n".encode())
    digest.update(change.content)
    return digest.hexdigest()[:16]


class Journal:
    """An open journal, to be appended to. Arguments: its path and descriptor; where it ends."""

    def __init__(self, path: Path, descriptor: int, size: int) -> None:
        self.path = path
        self.descriptor = descriptor
        self.size = size

    def append(self, record: JournalRecord) -> int:
        """Write a record; where it ends. When this returns, it is on the disk.

        Raises: OSError, after which part of it may be there.
        """
        body = record.to_bytes()
        start = _HEADER.pack(_MARK, len(body), zlib.crc32(body), 0)
        header = _HEADER.pack(_MARK, len(body), zlib.crc32(body), zlib.crc32(start))
        write_whole(self.descriptor, header + body, self.size)
        os.fsync(self.descriptor)
        self.size += len(header) + len(body)
        return self.size

    def cut(self, size: int) -> None:
        """Let it end here, on the disk. Raises: OSError."""
        os.ftruncate(self.descriptor, size)
        os.fsync(self.descriptor)
        self.size = size

    def close(self) -> None:
        """Close the file."""
        close_file(self.descriptor)


@dataclass(frozen=True)
class Replay:
    """The whole records of a journal from its first on, where each ends, and what is wrong with
    what follows them: nothing, where nothing follows."""

    records: tuple[JournalRecord, ...]
    ends: tuple[int, ...]
    start: int
    complaint: str
    is_torn: bool

    @property
    def end(self) -> int:
        """Where the last whole record ends."""
        return self.ends[-1] if self.ends else self.start


def replay(data: bytes, start: int, version: str) -> Replay:
    """The records of a journal.

    `is_torn` says that what follows the whole records is what a write leaves that broke off, and
    not damage: the file ends within it, or a sector of the disk in it was never written.

    Arguments: the content of the file; where the first record begins, and the version it changes.
    """
    records: list[JournalRecord] = []
    ends: list[int] = []
    place, complaint, is_torn = start, "", False
    while place < len(data):
        try:
            record, end = _record(data, place)
        except _DamageError as error:
            complaint = str(error)
            is_torn = error.may_be_torn and not _has_record(data, place + 1)
            break
        if record.old_version != version:
            complaint = f"a change of version {record.old_version} where {version} was expected"
            break
        if record.new_version != next_version(version, record.change):
            complaint = f"version {record.new_version} is not what the change here makes"
            break
        version, place = record.new_version, end
        records.append(record)
        ends.append(end)
    return Replay(tuple(records), tuple(ends), start, complaint, is_torn)


class JournalEntry(NamedTuple):
    """The version that a record makes, when it was made, empty where that is not known, where the
    body of the record begins and where it ends."""

    version: str
    instant: str
    start: int
    end: int


def journal_entries(data: bytes, start: int) -> Iterator[JournalEntry]:
    """The versions of a journal, up to the first record that is not whole; their changes are not
    read.

    Arguments: the content of the file; where the first record begins.
    """
    place = start
    while (size := _size(data, place)) is not None:
        start, (length, checksum) = place + _HEADER.size, size
        place = start + length
        if zlib.crc32(memoryview(data)[start:place]) != checksum:
            return
        fields = json_object(data[start : data.index(b"\n", start)])
        yield JournalEntry(fields["after"], fields.get("at", ""), start, place)


class _DamageError(Exception):
    """What is no record."""

    def __init__(self, words: str, *, may_be_torn: bool) -> None:
        self.may_be_torn = may_be_torn
        super().__init__(words)


def _record(data: bytes, place: int) -> tuple[JournalRecord, int]:
    """The record at a place and where it ends. Raises: _DamageError."""
    rest = memoryview(data)[place:]
    if len(rest) < _HEADER.size:
        is_begun = bytes(rest[: len(_MARK)]) == _MARK[: len(rest)] or not any(rest)
        raise _DamageError("the header of a record is not whole", may_be_torn=is_begun)
    if (size := _size(data, place)) is None:
        is_unwritten = _is_unwritten(data, place, place + _HEADER.size)
        raise _DamageError("the header of a record is damaged", may_be_torn=is_unwritten)
    length, checksum = size
    end = place + _HEADER.size + length
    if end > len(data):
        raise _DamageError("a record is not whole", may_be_torn=True)
    body = data[place + _HEADER.size : end]
    if zlib.crc32(body) != checksum:
        is_last = not any(memoryview(data)[end:])
        is_unwritten = is_last and _is_unwritten(data, place, end)
        raise _DamageError("a record is damaged", may_be_torn=is_unwritten)
    try:
        return JournalRecord.from_bytes(body), end
    except (ValueError, KeyError, TypeError, SyntaxError, RecursionError) as error:
        words = f"a record cannot be understood ({error})"
        raise _DamageError(words, may_be_torn=False) from None


def _size(data: bytes, place: int) -> tuple[int, int] | None:
    """The length of the body of a record and its checksum, where a whole header is."""
    if len(data) - place < _HEADER.size:
        return None
    mark, length, checksum, header_checksum = _HEADER.unpack_from(data, place)
    if mark != _MARK or zlib.crc32(_HEADER.pack(mark, length, checksum, 0)) != header_checksum:
        return None
    return length, checksum


def _is_unwritten(data: bytes, place: int, end: int) -> bool:
    """Whether part of a record was never written: the part that is in a sector of the disk, or all
    up to the end of the file, is zeros, which no text has."""
    view = memoryview(data)
    starts = [place, *range((place // _DISK_SECTOR + 1) * _DISK_SECTOR, end, _DISK_SECTOR)]
    parts = [view[start : (start // _DISK_SECTOR + 1) * _DISK_SECTOR] for start in starts]
    parts.append(view[max(place, len(data) - len(_MARK)) :])
    return any(len(part) >= len(_MARK) and not any(part) for part in parts)


def _has_record(data: bytes, place: int) -> bool:
    """Whether a header of a record is anywhere behind a place."""
    while (place := data.find(_MARK, place)) >= 0:
        if _size(data, place) is not None:
            return True
        place += 1
    return False
