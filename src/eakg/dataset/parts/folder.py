"""The folder that the parts of a build are in."""

import fcntl
import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from eakg.dataset.layout import Layout
from eakg.dataset.parts.part import PartContents
from eakg.files import TemporaryFolder
from eakg.problems import Problem, ProblemsError

ENDING = ".part"


def usual_folder(layout: Layout) -> Path:
    """The folder in the cache of the user (XDG Base Directory Specification) of what builds of the
    same sources keep."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    places = (layout.ontology, layout.sources, layout.background)
    name = hashlib.sha256(b"\0".join(os.fsencode(place.resolve()) for place in places))
    return Path(home) / "eakg" / "builds" / name.hexdigest()


@dataclass(frozen=True)
class KeptFolder:
    """A folder of what builds kept, which is only read.

    Arguments: it; the name of a source that is not taken from there.
    """

    path: Path
    apart: str = ""

    @classmethod
    def of(cls, layout: Layout, apart: str = "") -> "KeptFolder | None":
        """That of the builds of a layout; None where there is none, or others may write to it."""
        path = usual_folder(layout)
        with suppress(OSError):
            if not layout.texts and not _is_open_to_others(path.stat()):
                return cls(path, apart)
        return None


class PartsFolder:
    """A folder of parts, kept from build to build, or one that goes with the build.

    Argument: where parts are kept; None where they are not. Where that folder cannot be made, or
    another build is using it, the parts are not kept either. Raises: ProblemsError for a folder
    that others may write to: parts are pickled, and who writes one runs code as whoever reads it.
    """

    def __init__(self, place: Path | None = None) -> None:
        self._lock = _locked(place) if place else None
        self._temporary = None if self._lock else TemporaryFolder("parts")
        self.path = self._temporary.path if self._temporary else place or Path()

    def retain(self, files: Iterable[PartContents]) -> None:
        """Remove all files but some."""
        paths = {file.path for file in files}
        for path in self.path.iterdir():
            if path not in paths:
                with suppress(OSError):
                    path.unlink()

    def close(self) -> None:
        """Let others have the folder that is kept, and remove the other; may be called twice."""
        if self._temporary:
            self._temporary.remove()
        if self._lock:
            os.close(self._lock)
            self._lock = None


def _is_open_to_others(status: os.stat_result) -> bool:
    return status.st_uid != os.geteuid() or bool(status.st_mode & 0o022)


def _locked(place: Path) -> int | None:
    """A folder, opened and locked; None where it cannot be."""
    with suppress(OSError):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        if _is_open_to_others(os.fstat(lock)):
            os.close(lock)
            message = (
                "others may write there, and a build trusts what it kept; name your own folder"
            )
            raise ProblemsError([Problem(str(place), 0, f"{message}, or chmod go-w it")])
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.access(place, os.W_OK):
                return lock
        os.close(lock)
    return None
