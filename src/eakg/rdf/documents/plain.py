"""RDF/XML that the engine reads rightly as it is, which most is.

The engine's reader of XML knows no line ends but LF (XML 1.0 section 2.11), leaves white space in
attributes as it is (3.3.3), lets characters through that XML does not have (2.2), knows the
plainest declarations of entities only (4.2) and replaces the last of a name (it is the first), does
not add attributes by default (3.3), and writes XML literals with every namespace in force. Where
one of these would show, the document is read another way.
"""

import re
from typing import IO

from eakg.rdf.documents.encodings import xml_encoding
from eakg.rdf.documents.faults import LARGEST_LITERAL, DocumentError

_CHUNK = 1 << 16
_DOCTYPE = re.compile(
    rb"""<!DOCTYPE\s+[\w:.-]+\s*(?:\[((?:\s++|<!ENTITY\s+[\w.-]+\s+"[^"&%<>\t\r\n]*"\s*>)*+)\]\s*)?>"""
)
_NAME = re.compile(rb"<!ENTITY\s+([\w.-]+)")
_PREDEFINED = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_UNLIKE = re.compile(
    rb"""[\x00-\x08\x0b-\x1f]|\xef\xbf[\xbe\xbf]|&\#|<!(?!--)|\]\]>
    |=\s*(?:"[^"<]*[\t\n]|'[^'<]*[\t\n])
    |parseType\s*=\s*["'](?!(?:Resource|Collection|Triple)["'])
    |</rdf:RDF\s*>\s*<(?!!--|\?)""",
    re.VERBOSE,
)
_LAST = re.compile(rb"<(?:[^<>]*|!--.*--|\?.*\?)>\s*", re.DOTALL)


class NotPlainError(Exception):
    """The document is to be read another way."""


class PlainXml:
    """An RDF/XML document as a file of bytes to read, each piece of which was looked at.

    Argument: the document, at its beginning. Reading raises NotPlainError.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._rest: list[bytes] = []
        self._rest_size = 0
        self._piece = b""
        self._place = 0
        self._is_over = False
        self._longest_entity = 0
        self._begin(stream.read(_CHUNK))

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes; none at the end."""
        while self._place >= len(self._piece):
            if self._is_over:
                return b""
            self._advance(self._stream.read(_CHUNK))
        start = self._place
        self._place = len(self._piece) if size < 0 else min(start + size, len(self._piece))
        return self._piece[start : self._place]

    def _begin(self, head: bytes) -> None:
        try:
            encoding = xml_encoding(head)
        except DocumentError:
            raise NotPlainError from None
        if not encoding.is_utf8:
            raise NotPlainError
        head = head[encoding.mark :]
        doctype = _DOCTYPE.search(head)
        if doctype is None:
            self._advance(head)
            return
        entities = doctype[1] or b""
        names = _NAME.findall(entities)
        if len(set(names)) < len(names) or _PREDEFINED.intersection(names):
            raise NotPlainError
        self._longest_entity = max(map(len, entities.split(b"<")))
        self._check(head[: doctype.start()])
        self._advance(head[doctype.end() :] or self._stream.read(_CHUNK))
        self._piece = head[: doctype.end()] + self._piece

    def _advance(self, data: bytes) -> None:
        """Make all ready but what may not be whole: what begins with the last `<`, as no value of
        an attribute has one."""
        end = data.rfind(b"<") if data else -1
        self._is_over = not data
        if end < 0 and data:
            self._rest.append(data)
            self._rest_size += len(data)
            if self._rest_size >= LARGEST_LITERAL:
                raise NotPlainError
            self._piece, self._place = b"", 0
            return
        piece = b"".join([*self._rest, data[: end if data else None]])
        self._rest = [data[end:]] if data else []
        self._rest_size = len(self._rest[0]) if data else 0
        self._check(piece)
        if self._is_over and not _LAST.fullmatch(piece):
            raise NotPlainError
        self._piece, self._place = piece, 0

    def _check(self, piece: bytes) -> None:
        if len(piece) >= LARGEST_LITERAL or _UNLIKE.search(piece):
            raise NotPlainError
        longest = self._longest_entity
        if longest and piece.count(b"&") * longest >= LARGEST_LITERAL:
            raise NotPlainError
