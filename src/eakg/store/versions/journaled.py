"""The versions of a store that takes changes: its snapshots, and the changes in its journals.

A past version comes back as a restart would find it: a folder with the snapshot before it, the
journal up to it, and a manifest that says so.
"""

import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from eakg.problems import Problem, ProblemsError
from eakg.sparql import UnknownVersionError
from eakg.store.archive import Segment, archived_segments, dropped_versions
from eakg.store.changes import (
    Change,
    JournalEntry,
    Mark,
    Tally,
    current_segment,
    segment_changes,
    segment_versions,
    served_version,
    write_segment,
)
from eakg.store.graph_files import Contents, read_contents
from eakg.store.options import StoreOptions
from eakg.store.versions.version import Version

_TRIES = 5
_PAUSE_SECONDS = 0.05  # in which a service gets from one snapshot to the next


class _Place(NamedTuple):
    """Where a version is: the segment, its entry there, and how many changes led to it."""

    segment: Segment
    entry: JournalEntry
    number: int

    @property
    def mark(self) -> Mark:
        """That of a manifest of which it is the last version."""
        return Mark(self.number, self.entry.end, self.entry.version)


class JournaledVersions:
    """The versions in the folder of a store, which another process may have open.

    Arguments: the folder; how the store reasons and what its default graph is, which are part of
    the names of versions.
    """

    def __init__(self, directory: Path, options: StoreOptions) -> None:
        self._directory = directory
        self._options = replace(options, writable=False)
        self._state: tuple[object, ...] = ()
        self._places: dict[str, _Place] = {}
        self._versions: tuple[Version, ...] = ()

    def versions(self) -> tuple[Version, ...]:
        """As `VersionSource`."""
        self._read()
        return self._versions

    def was_dropped(self, name: str) -> bool:
        """As `VersionSource`."""
        try:
            dropped = dropped_versions(self._directory)
        except OSError as error:
            raise self._problem(error) from error
        return name in dropped or any(self._served(one) == name for one in dropped)

    def restore(self, name: str, folder: Path) -> tuple[Contents, StoreOptions]:
        """As `VersionSource`."""
        place = self._place(name)
        try:
            write_segment(place.segment, place.mark, folder)
        except FileNotFoundError:
            raise UnknownVersionError(f"version {name} is no longer kept") from None
        except OSError as error:
            raise ProblemsError([Problem(str(folder), 0, f"{error.strerror}")]) from error
        return read_contents(()), replace(self._options, directory=folder)

    def change(self, old: str, new: str) -> Change:
        """As `VersionSource`."""
        first, last = self._place(old), self._place(new)
        if first.number > last.number:
            return self.change(new, old).inverse()
        between = [
            place for place in self._read().values() if first.number <= place.number <= last.number
        ]
        versions = {place.entry.version for place in between} - {first.entry.version}
        tally = Tally()
        for segment in sorted({place.segment for place in between}):
            for change in segment_changes(segment, versions):
                tally.add(change)
        return tally.change()

    def _place(self, name: str) -> _Place:
        place = self._read().get(name)
        if place is None:
            raise UnknownVersionError(f"there is no version {name}")
        return place

    def _served(self, version: str) -> str:
        return served_version(version, self._options)

    def _read(self) -> dict[str, _Place]:
        """The versions by their names, as they are now, though a service may be at a snapshot."""
        for _ in range(_TRIES - 1):
            with suppress(ProblemsError, OSError):
                return self._read_once()
            time.sleep(_PAUSE_SECONDS)
        try:
            return self._read_once()
        except OSError as error:
            raise self._problem(error) from error

    def _read_once(self) -> dict[str, _Place]:
        current, end = current_segment(self._directory)
        earlier = archived_segments(self._directory)
        segments = [*(one for one in earlier if one.number < current.number), current]
        state = (end, *segments)
        if state != self._state:
            places = {}
            for segment in segments:
                for number, entry in enumerate(segment_versions(segment), segment.number):
                    if segment is current and entry.end > end:
                        break  # not acknowledged yet
                    # A version that ends one journal is in the snapshot of the next.
                    places[self._served(entry.version)] = _Place(segment, entry, number)
            self._versions = tuple(
                Version(name, _instant(place.entry.instant), "change")
                for name, place in places.items()
            )
            self._places, self._state = places, state
        return self._places

    def _problem(self, error: OSError) -> ProblemsError:
        words = f"cannot be read: {error.strerror or error}"
        return ProblemsError([Problem(str(self._directory), 0, words)])


def _instant(text: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    return None
