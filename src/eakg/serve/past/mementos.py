"""The versions of one resource, as Memento has them: which is that of a date, and the links between
them.

Specification: RFC 7089 (Memento), RFC 8288 (links), RFC 6690 section 2 (the format of a TimeMap).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from eakg.store.versions import Version

LINK_FORMAT = "application/link-format"


@dataclass(frozen=True)
class Memento:
    """A version of a resource that has a date, and its address."""

    address: str
    instant: datetime

    @property
    def date(self) -> str:
        """The date as HTTP writes it, to the second."""
        return http_date(self.instant)


@dataclass(frozen=True)
class Mementos:
    """The versions of a resource, the oldest first; the addresses of the resource itself, of what
    finds the version of a date, and of the list of them."""

    original: str
    timegate: str
    timemap: str
    items: tuple[Memento, ...]

    def at(self, instant: datetime | None) -> Memento | None:
        """The one that was there at an instant: the last until then, or the first of all where
        there was none yet; the newest where no instant is given. None where there are none."""
        if instant is None:
            return self.items[-1] if self.items else None
        earlier = [one for one in self.items if one.instant.replace(microsecond=0) <= instant]
        return next(iter((*earlier[-1:], *self.items[:1])), None)

    def links(self, item: Memento | None = None) -> list[str]:
        """The links of the resource itself, or of one of its versions (RFC 7089 section 2.2)."""
        links = [
            f'<{self.timegate}>; rel="timegate"',
            f'<{self.timemap}>; rel="timemap"; type="{LINK_FORMAT}"',
        ]
        if item is None:
            return links
        return [f'<{self.original}>; rel="original"', *links, *self._neighbours(item)]

    def gate_links(self) -> list[str]:
        """The links of what finds a version (RFC 7089 section 4.2)."""
        return [
            f'<{self.original}>; rel="original"',
            f'<{self.timemap}>; rel="timemap"; type="{LINK_FORMAT}"',
            *self._neighbours(None),
        ]

    def link_format(self) -> str:
        """The list as links (RFC 7089 section 5)."""
        lines = [f'<{self.original}>; rel="original"', f'<{self.timegate}>; rel="timegate"']
        self_link = f'<{self.timemap}>; rel="self"; type="{LINK_FORMAT}"'
        if self.items:
            self_link += f'; from="{self.items[0].date}"; until="{self.items[-1].date}"'
        last = len(self.items) - 1
        for number, item in enumerate(self.items):
            ends = ("first " if number == 0 else "") + ("last " if number == last else "")
            lines.append(f'<{item.address}>; rel="{ends}memento"; datetime="{item.date}"')
        return ",\n".join([*lines[:2], self_link, *lines[2:]]) + "\n"

    def document(self) -> dict[str, Any]:
        """The list for programs that read JSON, with the names that others use for it."""
        items = [{"datetime": one.instant.isoformat(), "uri": one.address} for one in self.items]
        ends = {"first": items[0], "last": items[-1]} if items else {}
        return {
            "original_uri": self.original,
            "timegate_uri": self.timegate,
            "timemap_uri": {"link_format": self.timemap},
            "mementos": {**ends, "list": items},
        }

    def _neighbours(self, item: Memento | None) -> Iterator[str]:
        if not self.items:
            return
        relations: dict[Memento, list[str]] = {}
        places = {"first": 0, "last": len(self.items) - 1}
        if item is not None:
            relations[item] = []
            number = self.items.index(item)
            places |= {"prev": number - 1, "next": number + 1}
        for name, place in places.items():
            if 0 <= place < len(self.items):
                relations.setdefault(self.items[place], []).append(name)
        for memento, names in relations.items():
            relation = " ".join((*names, "memento"))
            yield f'<{memento.address}>; rel="{relation}"; datetime="{memento.date}"'


def mementos_of(
    original: str, timegate: str, timemap: str, versions: Iterable[Version]
) -> Mementos:
    """The versions of a resource among those of the data. Arguments: the addresses, as `Mementos`
    has them; the versions, of which those without a date are left out."""
    joint = "&" if "?" in original else "?"
    items = tuple(
        Memento(f"{original}{joint}version={version.name}", version.instant)
        for version in versions
        if version.instant is not None
    )
    return Mementos(original, timegate, timemap, items)


def http_date(instant: datetime) -> str:
    """An instant as HTTP writes it (RFC 9110 section 5.6.7)."""
    return format_datetime(instant.astimezone(UTC).replace(microsecond=0), usegmt=True)
