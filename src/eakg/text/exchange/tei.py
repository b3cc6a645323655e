"""TEI P5 with stand-off markup (https://tei-c.org/release/doc/tei-p5-doc/en/html/ref-standOff.html),
written: the text in one block with an anchor at each end of a mention, and behind it the mentions
as spans, events as spans that point to their triggers, roles and relations as relations, and
attributes, references and notes as annotations.
"""

from collections.abc import Iterable
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement, tostring

from eakg.names import ID
from eakg.text.annotation import (
    Attribute,
    Equivalence,
    Event,
    Normalization,
    Note,
    Relation,
    TextBound,
)
from eakg.text.exchange.annotated_text import AnnotatedText
from eakg.text.exchange.losses import Conversion, check_xml

_NAMESPACE = "http://www.tei-c.org/ns/1.0"
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_DATABASE = "EAKG"


def write_tei(source: AnnotatedText) -> Conversion[str]:
    """A document of TEI, and what is not in it. Raises: ExchangeError for a text that XML cannot
    hold."""
    check_xml(source.text)
    root = Element("TEI", {"xmlns": _NAMESPACE})
    description = SubElement(SubElement(root, "teiHeader"), "fileDesc")
    title = SubElement(SubElement(description, "titleStmt"), "title")
    title.text = source.name.rpartition(".")[0] or source.name
    for name in ("publicationStmt", "sourceDesc"):
        SubElement(SubElement(description, name), "p").text = f"Made of {source.name}."
    writer = _Writer(SubElement(root, "standOff"))
    losses = [loss for item in source.annotations for loss in writer.add(item)]
    writer.finish()
    block = SubElement(SubElement(SubElement(root, "text"), "body"), "ab")
    _mark(block, source.text, writer.offsets)
    content = tostring(root, encoding="unicode").replace("\r", "&#13;")
    return Conversion(f'<?xml version="1.0" encoding="UTF-8"?>\n{content}\n', tuple(losses))


def _mark(block: Element, text: str, offsets: Iterable[int]) -> None:
    """Put a text into an element, with an anchor at each of some offsets."""
    ends = [*sorted(offsets), len(text)]
    block.text = text[: ends[0]]
    for start, end in pairwise(ends):
        SubElement(block, "anchor", {_ID: f"c{start}"}).tail = text[start:end]


class _Writer:
    """Puts annotations into the element of what stands off."""

    def __init__(self, parent: Element) -> None:
        self.offsets: set[int] = set()
        self._parent = parent
        self._mentions = SubElement(parent, "spanGrp", {"type": "mentions"})
        self._events = SubElement(parent, "spanGrp", {"type": "events"})
        self._relations = SubElement(parent, "listRelation")
        self._annotations = SubElement(parent, "listAnnotation")

    def add(
        self,
        item: TextBound | Event | Relation | Attribute | Normalization | Note | Equivalence,
    ) -> list[str]:
        """Add an annotation; what of it has no place."""
        match item:
            case TextBound():
                self._mention(item)
            case Event():
                names = {_ID: _name(item.id), "type": item.type, "target": _link(item.trigger)}
                SubElement(self._events, "span", names)
                for part in item.arguments:
                    ends = {"active": _link(item.id), "passive": _link(part.target)}
                    role = {"name": part.role, "type": "role"}
                    SubElement(self._relations, "relation", role | ends)
            case Relation():
                first, second = item.arguments
                ends = {"active": _link(first.target), "passive": _link(second.target)}
                names = {_ID: _name(item.id), "name": item.type}
                SubElement(self._relations, "relation", names | ends)
                if (first.role, second.role) != ("Arg1", "Arg2"):
                    return [f"{item.id} {item.type}: the names of its ends"]
            case Equivalence():
                members = " ".join(map(_link, item.targets))
                SubElement(self._relations, "relation", {"name": item.type, "mutual": members})
            case Attribute():
                self._annotation(item, "classifying", item.type, item.value or "true")
            case Note():
                self._annotation(item, "commenting", item.type, item.text)
            case Normalization():
                is_thing = item.database == _DATABASE
                words = "" if is_thing else item.identifier
                node = self._annotation(item, "identifying", item.database, words)
                if is_thing:
                    SubElement(node, "ptr", {"target": str(ID[item.identifier])})
                if item.text:
                    SubElement(node, "note", {"type": "name"}).text = item.text
        return []

    def _mention(self, item: TextBound) -> None:
        names = {_ID: _name(item.id), "type": item.type}
        places = [{"from": f"#c{start}", "to": f"#c{end}"} for start, end in item.fragments]
        self.offsets |= {end for fragment in item.fragments for end in fragment}
        if len(places) == 1:
            SubElement(self._mentions, "span", names | places[0])
            return
        pieces = [f"{_name(item.id)}.{number}" for number in range(1, len(places) + 1)]
        target = " ".join(f"#{piece}" for piece in pieces)
        SubElement(self._mentions, "span", names | {"target": target})
        for piece, place in zip(pieces, places, strict=True):
            SubElement(self._mentions, "span", {_ID: piece, "type": "piece"} | place)

    def _annotation(
        self, item: Attribute | Normalization | Note, motivation: str, kind: str, words: str
    ) -> Element:
        names = {_ID: _name(item.id), "motivation": motivation, "target": _link(item.target)}
        node = SubElement(self._annotations, "annotation", names)
        if words:
            SubElement(node, "note", {"type": kind}).text = words
        return node

    def finish(self) -> None:
        """Take away groups without anything in them, which TEI does not allow."""
        for group in list(self._parent):
            if not len(group):
                self._parent.remove(group)


def _name(identifier: str) -> str:
    """An id of standoff as one of XML: `#1` is `note-1`."""
    return identifier.replace("#", "note-")


def _link(identifier: str) -> str:
    return f"#{_name(identifier)}"
