"""The journal of a store: what has changed since its snapshot, record by record.

The file begins with a line that names the format and the version that the first record changes. A
record is a header, the length of its body and checksums of both, then the body: a line of JSON
with the versions before and after, and the `Change`. A record counts once it is whole on the
disk; an unfinished one can only be the last, and is cut off when the file is opened.
"""

import contextlib
import errno
import json
import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from eakg.problems import Problem, ProblemsError
from eakg.sparql import StoreFailedError, StoreFullError
from eakg.store.changes.change import Change, json_object

_HEADER = struct.Struct("!4sQII")  # mark, length of the body, its CRC-32, that of the header
_MARK = b"EAKJ"
_FORMAT = "eakg-journal 1 "
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True)
class JournalRecord:
    """A change, and the versions before and after."""

    old_version: str
    new_version: str
    change: Change

    def to_bytes(self) -> bytes:
        """The body of the record."""
        versions = json.dumps({"before": self.old_version, "after": self.new_version})
        return versions.encode() + b"\n" + self.change.content

    @classmethod
    def from_bytes(cls, body: bytes) -> "JournalRecord":
        """The record of a body. Raises: ValueError, KeyError or SyntaxError on anything else."""
        line, _, change = body.partition(b"\n")
        versions = json_object(line)
        return cls(versions["before"], versions["after"], Change.from_bytes(change))


class Journal:
    """An open journal, to be appended to.

    Arguments: the path of the file; where its last whole record ends.
    """

    def __init__(self, path: Path, end: int) -> None:
        self.path = path
        self.size = end
        self._broken = False
        self._descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        if os.fstat(self._descriptor).st_size > end:
            os.ftruncate(self._descriptor, end)
            os.fsync(self._descriptor)

    def append(self, record: JournalRecord) -> None:
        """Write a record; when this returns, it is on the disk.

        Raises: StoreFullError when there is no room, StoreFailedError when the disk fails
        otherwise. The record is then not in the journal; where not even that is sure, nothing more
        is written.
        """
        if self._broken:
            raise StoreFailedError(f"{self.path} could not be written; start the service anew")
        body = record.to_bytes()
        start = _HEADER.pack(_MARK, len(body), zlib.crc32(body), 0)
        header = _HEADER.pack(_MARK, len(body), zlib.crc32(body), zlib.crc32(start))
        try:
            _write(self._descriptor, header + body, self.size)
            os.fsync(self._descriptor)
        except OSError as error:
            self._cut()
            reason = error.strerror or str(error)
            if error.errno in _FULL:
                raise StoreFullError(f"the change was not made: {reason}") from error
            raise StoreFailedError(f"the change was not made: {reason}") from error
        self.size += len(header) + len(body)

    def _cut(self) -> None:
        try:
            os.ftruncate(self._descriptor, self.size)
            os.fsync(self._descriptor)
        except OSError:
            self._broken = True

    def close(self) -> None:
        """Close the file."""
        with contextlib.suppress(OSError):
            os.close(self._descriptor)


def create(path: Path, version: str) -> Journal:
    """A new journal that starts from a version, in place of any other. Raises: OSError."""
    line = f"{_FORMAT}{version}\n".encode()
    temporary = path.with_suffix(".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        _write(descriptor, line, 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    temporary.replace(path)
    sync_folder(path.parent)
    return Journal(path, len(line))


def replay(path: Path) -> tuple[list[JournalRecord], int]:
    """The records of a journal, and where the last whole one ends.

    Raises: ProblemsError with the offset in bytes where anything but an unfinished last record is
    wrong.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ProblemsError([Problem(str(path), 0, f"cannot be read: {error.strerror}")]) from error
    line, separator, _ = data.partition(b"\n")
    if not separator or not line.startswith(_FORMAT.encode()):
        raise _damage_error(path, 0, "is not a journal of this version of the software")
    place = len(line) + 1
    records = []
    while (entry := _next(path, data, place)) is not None:
        record, place = entry
        records.append(record)
    return records, place


def _next(path: Path, data: bytes, place: int) -> tuple[JournalRecord, int] | None:
    """The record at a place and where it ends; None where no whole one follows."""
    if len(data) - place < _HEADER.size:
        return None
    mark, length, checksum, header_checksum = _HEADER.unpack_from(data, place)
    if mark != _MARK or zlib.crc32(_HEADER.pack(mark, length, checksum, 0)) != header_checksum:
        if not any(memoryview(data)[place + _HEADER.size :]):
            return None  # room was made for it, but not even its header is whole
        raise _damage_error(path, place, "the header of a record is damaged")
    end = place + _HEADER.size + length
    if end > len(data):
        return None
    body = data[place + _HEADER.size : end]
    if zlib.crc32(body) != checksum:
        if end == len(data):
            return None
        raise _damage_error(path, place, "a record is damaged")
    try:
        return JournalRecord.from_bytes(body), end
    except (ValueError, KeyError, SyntaxError) as error:
        raise _damage_error(path, place, f"a record cannot be understood ({error})") from error


def _damage_error(path: Path, place: int, complaint: str) -> ProblemsError:
    words = f"byte {place}: {complaint}; put back a copy of the folder from before"
    return ProblemsError([Problem(str(path), 0, words)])


def _write(descriptor: int, data: bytes, place: int) -> None:
    remainder = memoryview(data)
    while remainder:
        count = os.pwrite(descriptor, remainder, place)
        place += count
        remainder = remainder[count:]


def sync_folder(folder: Path) -> None:
    """Make sure that the names of the folder's files are on the disk. Raises: OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
