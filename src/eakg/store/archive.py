"""Earlier snapshots of a store and the journals that followed them, beside the current ones in its
folder: what past versions are read from.

`snapshot-<number>.nq` and `journal-<number>` belong together; the number is how many changes were
made before the snapshot. They are names for the files as they were, so that keeping them writes
nothing. `versions.dropped` has a line with the id of each version that is no longer kept.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

DROPPED = "versions.dropped"
_JOURNAL = re.compile(r"journal-([0-9]{12})")


@dataclass(frozen=True, order=True)
class Segment:
    """A stretch of a store's history: a snapshot, which so many changes led to, and the journal of
    those after it."""

    number: int
    snapshot: Path
    journal: Path

    @property
    def size(self) -> int:
        """The bytes that it takes. Raises: OSError."""
        return self.snapshot.stat().st_size + self.journal.stat().st_size


def archived_segments(folder: Path) -> list[Segment]:
    """The segments that are kept in a folder, the oldest first. Raises: OSError."""
    names = {entry.name for entry in folder.iterdir()}
    numbers = sorted(int(match[1]) for name in names if (match := _JOURNAL.fullmatch(name)))
    segments = [_segment(folder, number) for number in numbers]
    return [segment for segment in segments if segment.snapshot.name in names]


def archive_segment(folder: Path, current: Segment) -> None:
    """Keep the current files, which are about to be replaced, under names of their own. Raises:
    OSError."""
    segment = _segment(folder, current.number)
    for file, name in ((current.snapshot, segment.snapshot), (current.journal, segment.journal)):
        name.unlink(missing_ok=True)  # left by an attempt that did not come to its end
        os.link(file, name)


def surplus_segments(segments: Iterable[Segment], room: int) -> list[Segment]:
    """The oldest segments, which have to go so that the others take at most so many bytes. Raises:
    OSError."""
    surplus = sorted(segments)
    while surplus and surplus[-1].size <= room:
        room -= surplus.pop().size
    return surplus


def drop_segment(folder: Path, segment: Segment, versions: Iterable[str]) -> None:
    """Remove a segment, and note that its versions were there. Raises: OSError."""
    descriptor = os.open(folder / DROPPED, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.writelines(f"{version}\n" for version in versions)
    segment.journal.unlink()  # without it the snapshot is no segment
    segment.snapshot.unlink(missing_ok=True)


def dropped_versions(folder: Path) -> frozenset[str]:
    """The versions that a folder had, and keeps no longer. Raises: OSError."""
    try:
        return frozenset((folder / DROPPED).read_text("ascii").split())
    except FileNotFoundError:
        return frozenset()


def _segment(folder: Path, number: int) -> Segment:
    return Segment(number, folder / f"snapshot-{number:012d}.nq", folder / f"journal-{number:012d}")
