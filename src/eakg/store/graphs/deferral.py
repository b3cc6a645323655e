"""Graphs that are made ready to be asked by name when somebody first asks for them.

Most queries are of the usual default graph. What else a large graph would take in memory is spent
when it is of use.
"""

import mmap
from collections.abc import Iterable
from pathlib import Path

from eakg.rdf import size_of
from eakg.store.graph_files import Contents

LARGE = 1 << 26
"""Bytes of files from which on graphs are large: some half million triples."""
_PER_SECOND = 1 << 25  # bytes of files that are loaded in a second, on a machine that is not busy


def is_large(paths: Iterable[Path]) -> bool:
    """Whether files take so much that graphs are not made ready before somebody asks for them."""
    return sum(size_of(path) for path in paths if path.is_file()) >= LARGE


class Deferral:
    """The files of graphs that are not asked for yet, and whether they are.

    A process that was forked tells the one that it was forked from. Argument: the files.
    """

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.seconds = 1.0 + sum(size_of(file.path) for file in contents.files) / _PER_SECOND
        self._flag = mmap.mmap(-1, 1)

    @property
    def is_wanted(self) -> bool:
        """Whether somebody has asked for them."""
        return self._flag[0] != 0

    def forget(self) -> None:
        """Take it that nobody has asked for them."""
        self._flag[0] = 0

    def want(self) -> None:
        """Say that somebody asks for them."""
        self._flag[0] = 1
