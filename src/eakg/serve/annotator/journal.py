"""What was read and written of the files of annotations, for comparing and taking back."""

from collections import OrderedDict, deque
from dataclasses import dataclass
from pathlib import Path

from eakg.serve.annotator.annotation_file import version_of

_VERSIONS = 100  # of a file that are remembered
_STEPS = 100  # of a file that can be taken back


@dataclass(frozen=True)
class EditStep:
    """What a file held before and after an edit."""

    before: str
    after: str


class EditJournal:
    """The versions of each file that pages were made of, and the edits, the last first. It lasts as
    long as the process."""

    def __init__(self) -> None:
        self._versions: dict[Path, OrderedDict[str, str]] = {}
        self._steps: dict[Path, deque[EditStep]] = {}

    def keep(self, path: Path, content: str) -> str:
        """Remember a text of a file; its version."""
        versions = self._versions.setdefault(path, OrderedDict())
        version = version_of(content)
        versions[version] = content
        versions.move_to_end(version)
        while len(versions) > _VERSIONS:
            versions.popitem(last=False)
        return version

    def content(self, path: Path, version: str) -> str | None:
        """The text of a version of a file, None where it is not known."""
        return self._versions.get(path, OrderedDict()).get(version)

    def add(self, path: Path, step: EditStep) -> None:
        """Remember an edit."""
        self._steps.setdefault(path, deque(maxlen=_STEPS)).append(step)

    def last(self, path: Path) -> EditStep | None:
        """The last edit of a file that was not taken back."""
        steps = self._steps.get(path)
        return steps[-1] if steps else None

    def drop(self, path: Path) -> None:
        """Forget the last edit of a file."""
        self._steps[path].pop()
