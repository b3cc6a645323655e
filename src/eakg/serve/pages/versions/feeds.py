"""Feeds of changes: Atom (RFC 4287) and a collection of ActivityStreams 2.0."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

ATOM = "application/atom+xml"
ACTIVITY = "application/activity+json"
_ATOM_NAMESPACE = "http://www.w3.org/2005/Atom"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class FeedEntry:
    """A version that came after another: its name, its title, when it came, and the address of what
    changed."""

    name: str
    title: str
    instant: datetime
    address: str

    @property
    def date(self) -> str:
        """The instant as RFC 3339 writes it."""
        return self.instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def atom_feed(
    title: str, author: str, address: str, home: str, entries: Sequence[FeedEntry]
) -> bytes:
    """The feed in Atom. Arguments: its title and author; its own address, and that of the list; the
    entries, the newest first."""
    ElementTree.register_namespace("", _ATOM_NAMESPACE)
    feed = ElementTree.Element(_name("feed"))
    newest = entries[0] if entries else FeedEntry("", "", _EPOCH, "")
    _add(feed, "id", address)
    _add(feed, "title", title)
    _add(feed, "updated", newest.date)
    _add(_add(feed, "author"), "name", author)
    _add(feed, "link", rel="self", type=ATOM, href=address)
    _add(feed, "link", rel="alternate", type="text/html", href=home)
    for entry in entries:
        element = _add(feed, "entry")
        _add(element, "id", entry.address)
        _add(element, "title", entry.title)
        _add(element, "updated", entry.date)
        _add(element, "link", rel="alternate", type="text/html", href=entry.address)
        _add(
            element, "summary", f"What version {entry.name} says otherwise than the one before it."
        )
    document: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def activity_collection(title: str, address: str, entries: Iterable[FeedEntry]) -> dict[str, Any]:
    """The changes as activities. Arguments: the title; the address of the collection; the entries,
    the newest first."""
    items = [
        {
            "id": entry.address,
            "type": "Update",
            "summary": entry.title,
            "published": entry.date,
            "actor": {"type": "Service", "name": title},
            "object": {"type": "Document", "name": entry.name, "url": entry.address},
        }
        for entry in entries
    ]
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": address,
        "type": "OrderedCollection",
        "name": title,
        "totalItems": len(items),
        "orderedItems": items,
    }


def _name(name: str) -> str:
    return f"{{{_ATOM_NAMESPACE}}}{name}"


def _add(
    parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str
) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, _name(name), attributes)
    element.text = text
    return element
