"""A version of the data, and what knows of versions."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from eakg.sparql import UnknownVersionError, VersionDroppedError
from eakg.store.changes import Change
from eakg.store.graph_files import Contents
from eakg.store.options import StoreOptions

Origin = Literal["release", "change"]


@dataclass(frozen=True)
class Version:
    """A state of the data by its name, which is what `EAKG-Data-Version` says of its answers.

    `instant` is when it came to be, in UTC, None where that is not known; `origin` whether it was
    released or made by a change; `title` what people call it, empty where they do not.
    """

    name: str
    instant: datetime | None
    origin: Origin
    title: str = ""


class VersionSource(Protocol):
    """What knows past versions, and brings them back."""

    def versions(self) -> tuple[Version, ...]:
        """The versions that are kept, the oldest first; the present one may be among them.

        Raises: ProblemsError where they cannot be read.
        """
        ...

    def was_dropped(self, name: str) -> bool:
        """Whether there was a version of this name, which is no longer kept. Raises:
        ProblemsError."""
        ...

    def restore(self, name: str, folder: Path) -> tuple[Contents, StoreOptions]:
        """What a store of a version is made of, and how it answers.

        Arguments: the name of one that is kept; an empty folder, which lasts as long as the store.
        Raises: ProblemsError; UnknownVersionError where it has gone meanwhile.
        """
        ...

    def change(self, old: str, new: str) -> Change:
        """What is asserted in one version and not in another. Arguments: the names of two that are
        kept, of which either may be the older one. Raises: as `restore`."""
        ...


def find_version(source: VersionSource, name: str) -> Version:
    """The version of a name. Raises: UnknownVersionError where there is none, VersionDroppedError
    where it is no longer kept; ProblemsError."""
    for version in source.versions():
        if version.name == name:
            return version
    if source.was_dropped(name):
        raise VersionDroppedError(f"version {name} is no longer kept")
    raise UnknownVersionError(f"there is no version {name}")
