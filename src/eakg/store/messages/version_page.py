"""A page of memory that the store's process writes and its clients read."""

import mmap
import os
from typing import Self

from eakg.store.spool import anonymous_file

_SIZE = 4096
_LONGEST = 256


class VersionPage:
    """Says which version of the data new workers answer from; empty once there are none.

    Argument: the descriptor of the page, which stays with the caller.
    """

    def __init__(self, descriptor: int, *, writable: bool = False) -> None:
        access = mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ
        self._page = mmap.mmap(descriptor, _SIZE, access=access)
        self._last = b"", ""

    @classmethod
    def create(cls) -> tuple[Self, int]:
        """A new one to write on, and its descriptor for the clients."""
        descriptor = anonymous_file()
        os.ftruncate(descriptor, _SIZE)
        return cls(descriptor, writable=True), descriptor

    @property
    def version(self) -> str:
        """The version of the data."""
        data = self._page[:_LONGEST]
        last_data, version = self._last
        if data != last_data:
            version = data.rstrip(b"\0").decode("ascii", "replace")
            self._last = data, version
        return version

    @version.setter
    def version(self, version: str) -> None:
        data = version.encode("ascii")
        if len(data) > _LONGEST:
            raise ValueError(f"a version has at most {_LONGEST} characters")
        self._page[:_LONGEST] = data.ljust(_LONGEST, b"\0")
