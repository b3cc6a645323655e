"""What the terms of files are, however they are kept."""

from typing import TYPE_CHECKING, BinaryIO, Protocol

from eakg.reason.engine import Terms
from eakg.reason.relations import Ids

if TYPE_CHECKING:
    import polars as pl


class FileTerms(Terms, Protocol):
    """Terms by number, as they are spelled in N-Triples."""

    @property
    def spellings(self) -> "list[str] | pl.Series":
        """The spelling of every term, in order of their numbers."""

    def write(self, subjects: Ids, predicates: Ids, objects: Ids, file: BinaryIO) -> None:
        """Write triples as lines of N-Triples."""
