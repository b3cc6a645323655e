"""Where results are written: small ones stay in memory, large ones go to a file without a name."""

import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

INLINE = 1 << 20  # bytes up to which a result goes back as a message and not as a file
COPIED = 4 << 20  # bytes up to which a file is copied, which costs less than another worker
_DISK = "/var/tmp"  # noqa: S108 - where /tmp may be memory, this is not; the files have no names


class Spool(io.RawIOBase):
    """What is written, in memory up to so many bytes, and beyond that in the file.

    Arguments: the descriptor of an empty file; the bytes that memory may take. Raises: OSError
    when the file may not grow further.
    """

    def __init__(self, descriptor: int, room: int = INLINE) -> None:
        self._descriptor = descriptor
        self._room = room
        self._memory = bytearray()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: "ReadableBuffer", /) -> int:
        piece = memoryview(data)
        if self.size + len(piece) <= self._room:
            self._memory += piece
        else:
            if self._memory:
                _write_all(self._descriptor, memoryview(self._memory))
                self._memory = bytearray()
            _write_all(self._descriptor, piece)
        self.size += len(piece)
        return len(piece)

    @property
    def inline(self) -> bytes | None:
        """All that was written, or None where it went to the file."""
        return bytes(self._memory) if self.size <= self._room else None


def _write_all(descriptor: int, data: memoryview) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def transfer(descriptor: int, size: int) -> int:
    """The descriptor of a new file with what is in another, which is empty after that.

    Arguments: the descriptor of the other; its size in bytes. Raises: OSError where there is no
    room, after which the other is as it was.
    """
    copy = spool_file()
    try:
        offset = 0
        while offset < size:
            offset += os.sendfile(copy, descriptor, offset, size - offset)
    except OSError:
        os.close(copy)
        raise
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return copy


def anonymous_file() -> int:
    """The descriptor of a new file without a name, in memory where the system can."""
    return os.memfd_create("eakg") if hasattr(os, "memfd_create") else spool_file()


def spool_file() -> int:
    """The descriptor of a new file without a name, on disk."""
    folder = None
    if "TMPDIR" not in os.environ and os.access(_DISK, os.W_OK | os.X_OK):
        folder = Path(_DISK)
    with tempfile.TemporaryFile(dir=folder) as file:
        return os.dup(file.fileno())
