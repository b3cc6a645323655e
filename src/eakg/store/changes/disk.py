"""Files of a store on the disk: written whole and synchronised, and the line each begins with.

Such a line says what the file is and of which format, carries its fields as JSON, and ends with a
checksum of all of it.
"""

import contextlib
import json
import os
import re
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eakg.problems import Problem, ProblemsError

FORMAT = 2
"""The format of a folder that this software writes."""
TEMPORARY = ".new"
"""What the name of a file ends with until it is in its place."""
_REMEDY = "restore a backup (eakg store restore), or see what eakg store repair keeps"


class HeaderError(ValueError):
    """A first line that is none of ours, or is damaged."""


def header_line(prefix: str, fields: Mapping[str, Any]) -> bytes:
    """The line that a file begins with."""
    text = f"{prefix} {FORMAT} {json.dumps(fields)}"
    return f"{text} {zlib.crc32(text.encode()):08x}\n".encode()


def read_header(prefix: str, line: bytes) -> dict[str, Any]:
    """The fields of a line, which may lack its end. Raises: HeaderError."""
    if not line:
        raise HeaderError("is empty")
    number = format_of(prefix, line)
    if number is None:
        raise HeaderError(f"does not begin as a file of a store, with {prefix!r}")
    if number > FORMAT:
        words = f"is of format {number}, which this software does not know; it knows {FORMAT}"
        raise HeaderError(f"{words}: use a newer one")
    if number < FORMAT:
        raise HeaderError(f"is of format {number}, in a folder of format {FORMAT}")
    text, _, checksum = line.removesuffix(b"\n").rpartition(b" ")
    if checksum != b"%08x" % zlib.crc32(text):
        raise HeaderError("its first line is damaged")
    try:
        fields: dict[str, Any] = {**json.loads(text.split(b" ", prefix.count(" ") + 2)[-1])}
    except (ValueError, TypeError, RecursionError):
        raise HeaderError("its first line cannot be understood") from None
    return fields


def format_of(prefix: str, line: bytes) -> int | None:
    """The number of the format that a file says it is of, if it is one of ours."""
    match = re.match(rb"%s ([1-9][0-9]*) " % re.escape(prefix.encode()), line)
    return int(match[1]) if match else None


def read_bytes(path: Path) -> bytes:
    """The content of a file of a store. Raises: ProblemsError when it is missing or cannot be
    read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise damage(path, 0, "is missing") from None
    except OSError as error:
        raise ProblemsError([Problem(str(path), 0, f"cannot be read: {error.strerror}")]) from error


def damage(path: Path, place: int, words: str, remedy: str = _REMEDY) -> ProblemsError:
    """What is wrong with a file, at a byte of it."""
    return ProblemsError([Problem(str(path), 0, f"byte {place}: {words}; {remedy}")])


def write_problem(path: Path, error: OSError) -> ProblemsError:
    """That a file or a folder cannot be written to."""
    words = f"cannot be written to: {error.strerror or error}"
    return ProblemsError([Problem(str(path), 0, words)])


def write_whole(descriptor: int, data: bytes, place: int) -> None:
    """Write all of some bytes at a place. Raises: OSError."""
    remainder = memoryview(data)
    while remainder:
        count = os.pwrite(descriptor, remainder, place)
        place += count
        remainder = remainder[count:]


def create_file(path: Path, parts: Iterable[bytes]) -> int:
    """A file with some content, on the disk and for this user alone, and its descriptor.

    What was there before under its name is not. Raises: OSError, after which there is no file.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    path.unlink(missing_ok=True)
    descriptor = os.open(path, flags, 0o600)
    try:
        place = 0
        for part in parts:
            write_whole(descriptor, part, place)
            place += len(part)
        os.fsync(descriptor)
    except BaseException:
        close_file(descriptor)
        with contextlib.suppress(OSError):
            path.unlink()
        raise
    return descriptor


def set_aside(folder: Path, data: bytes) -> Path:
    """Keep what is cut off the journal of a folder in a file of its own. Raises: OSError."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    path = folder / f"journal.cut-{moment}"
    close_file(create_file(path, [data]))
    return path


def sync_folder(folder: Path) -> None:
    """Make sure that the names of the folder's files are on the disk. Raises: OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        close_file(descriptor)


def close_file(descriptor: int) -> None:
    """Close a file; what is in it is on the disk already, or need not be."""
    with contextlib.suppress(OSError):
        os.close(descriptor)


def is_in_place(path: Path, descriptor: int) -> bool:
    """Whether a name still leads to an open file."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False


def free_room(folder: Path) -> int:
    """How many bytes may be written where a folder is. Raises: OSError."""
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize
