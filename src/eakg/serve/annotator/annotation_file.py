"""The file of annotations of one document, which several may write at once."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from eakg.files import publish, read_utf8
from eakg.problems import Problem, ProblemsError
from eakg.text import PARTS


@dataclass(frozen=True)
class AnnotationFile:
    """The `.ann` file in the folder of a document, which need not be there yet.

    It is never written through a link, and replaced as a whole.
    """

    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / f"{self.folder.name}.ann"

    def read(self) -> str:
        """The text of the file, empty where there is none. Raises: ProblemsError where it cannot be
        read, or is not to be written."""
        for path in (self.folder, self.path):
            if path.is_symlink():
                words = "is a link; annotations are written where they are, so name that folder"
                raise ProblemsError([Problem(str(path), 0, words)])
        parts = [self.path.with_suffix(ending) for ending in PARTS]
        if part := next((path for path in parts if path.exists()), None):
            words = f"has annotations in parts; join them into {self.path.name}"
            raise ProblemsError([Problem(str(part), 0, words)])
        return read_utf8(self.path)[1] if self.path.exists() else ""

    def write(self, content: str) -> None:
        """Put a text in the place of the file. Raises: ProblemsError where it cannot be written."""
        publish({self.path: content.encode()})

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Nobody else who locks it writes it in the meantime. Raises: ProblemsError where somebody
        does already."""
        try:
            descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            words = f"cannot be opened: {error.strerror}; name the folder of a document"
            raise ProblemsError([Problem(str(self.folder), 0, words)]) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError:
            words = "is being written by another annotator; send it again"
            raise ProblemsError([Problem(str(self.path), 0, words)]) from None
        finally:
            os.close(descriptor)


def version_of(content: str) -> str:
    """By what a text of annotations is known: its SHA-256 in hexadecimal."""
    return hashlib.sha256(content.encode()).hexdigest()
