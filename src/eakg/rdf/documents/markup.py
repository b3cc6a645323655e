"""RDF/XML rewritten as the engine reads it rightly: by expat, which reads XML as it is defined.

What comes out is in UTF-8, has no document type, no entities, comments or CDATA sections, says all
attributes itself, and has each XML literal as the text of a literal of type rdf:XMLLiteral. Nothing
beside the document is read: no external entity, no document type from elsewhere.

Specification: XML 1.0; RDF 1.1 XML Syntax.
"""

import io
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import IO
from urllib.parse import urldefrag, urljoin
from xml.parsers import expat

from eakg.rdf.documents.canonical import CanonicalXml
from eakg.rdf.documents.encodings import decoded_text, xml_encoding
from eakg.rdf.documents.faults import LARGEST_LITERAL, OversizeError, xml_error

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML = "http://www.w3.org/XML/1998/namespace"
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_UNQUALIFIED = frozenset({"about", "ID", "resource", "parseType", "type"})
"""Attributes that may stand without a namespace (section 6.1.4)."""
_SYNTAX = frozenset({"about", "ID", "nodeID", "resource", "parseType", "datatype", "type"}) | {
    "bagID",
    "aboutEach",
    "aboutEachPrefix",
    "annotation",
    "annotationNodeID",
    "version",
}
"""Attributes of the namespace of RDF that are no properties with a text."""
_NO_TEXT = frozenset({"datatype", "resource", "nodeID", "parseType"})
_HEAD = 1024
_BUFFER = 1 << 16
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_VALUE = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "\t": "&#9;",
        "\n": "&#10;",
        "\r": "&#13;",
    }
)
_ENTITY = re.compile(r"&([^\s#;&<>'\"]+);")
_LONGEST_NAME = 100  # of entities that are looked for where two pieces meet
_PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})
_AMPLIFIED = "limit on input amplification"
_UNDEFINED = expat.errors.codes["undefined entity"]


class _Content(Enum):
    """What the elements within an element are."""

    NODES = auto()
    PROPERTIES = auto()


@dataclass(slots=True)
class _Element:
    """An element that is open: what is within it, its namespaces by prefix, the base of its IRIs,
    and whether a language is in force, or was taken back by xml:lang="" within one that is."""

    content: _Content
    namespaces: Mapping[str, str]
    base: str | None = None
    has_language: bool = False
    is_bare: bool = False


@dataclass(slots=True)
class _Pending:
    """A start tag of which it is not known yet whether a text follows."""

    tag: str
    prefix: str
    space: list[str] = field(default_factory=list)


class PlainMarkup:
    """An RDF/XML document as a file of bytes to read, rewritten.

    Arguments: the document, at its beginning; what relative IRIs in it are resolved against, if it
    is known; whether each reading ends with a tag, so that `line`
    is that of the tag that was read last. Reading raises DocumentError.
    """

    def __init__(
        self, stream: IO[bytes], base_iri: str | None = None, *, by_tags: bool = False
    ) -> None:
        self.line = 0
        self._text = decoded_text(stream, xml_encoding(stream.read(_HEAD)))
        self._by_tags = by_tags
        self._pieces: deque[tuple[int, str]] = deque()
        self._rest = io.BytesIO()
        self._elements = [_Element(_Content.NODES, {"xml": _XML, "": ""}, base_iri)]
        self._pending: _Pending | None = None
        self._literal: CanonicalXml | None = None
        self._literal_depth = 0
        self._text_size = 0
        self._entities = set(_PREDEFINED)
        self._is_partial = False
        self._tail = ""
        self._is_over = False
        self._parser = self._new_parser()

    def _new_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = _BUFFER
        parser.ordered_attributes = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.CommentHandler = self._comment
        parser.ProcessingInstructionHandler = self._instruction
        parser.EntityDeclHandler = self._entity
        parser.StartDoctypeDeclHandler = self._doctype
        parser.ExternalEntityRefHandler = self._external
        return parser

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes; none at the end."""
        while True:
            data = self._rest.read(size)
            if data:
                return data
            if not self._pieces:
                if self._is_over:
                    return b""
                self._feed()
            if self._by_tags and self._pieces:
                self.line, text = self._pieces.popleft()
            else:
                text = "".join([piece for _, piece in self._pieces])
                self._pieces.clear()
            self._rest = io.BytesIO(text.encode())

    def _feed(self) -> None:
        text = self._text.read()
        self._is_over = not text
        try:
            self._parser.Parse(text, self._is_over)
        except expat.ExpatError as error:
            message = expat.ErrorString(error.code) or "it is no XML"
            remedy = "correct the syntax there"
            if error.code == _UNDEFINED:
                remedy = "declare it in the document type, or write the character itself"
            elif message.startswith(_AMPLIFIED):
                message = "its entities grow to many times the size of the document"
                remedy = "write out what they stand for"
            raise xml_error(error.lineno, message, remedy, error.offset + 1) from error
        if self._is_partial:
            self._check_entities(self._tail + text)
        self._tail = text[-_LONGEST_NAME:]

    def _write(self, piece: str) -> None:
        self._pieces.append((self._parser.CurrentLineNumber if self._by_tags else 0, piece))

    # What expat tells

    def _start(self, name: str, attributes: list[str]) -> None:
        self._text_size = 0
        around = self._elements[-1]
        namespaces = around.namespaces
        for place in range(0, len(attributes), 2):
            key = attributes[place]
            if key.startswith("xmlns") and (key == "xmlns" or key[5] == ":"):
                namespaces = {**namespaces, key[6:]: attributes[place + 1]}
            if len(attributes[place + 1]) >= LARGEST_LITERAL:
                raise OversizeError(self._parser.CurrentLineNumber)
        if self._literal is not None:
            self._literal_depth += 1
            self._elements.append(_Element(_Content.NODES, namespaces))
            self._literal.start(name, attributes, namespaces, self._parser.CurrentLineNumber)
            return
        if self._pending is not None:
            self._release(is_text=False)
        self._open(name, attributes, namespaces, around)

    def _open(
        self, name: str, attributes: list[str], namespaces: Mapping[str, str], around: _Element
    ) -> None:
        """The start tag of an element that is no part of a literal."""
        is_property = around.content is _Content.PROPERTIES
        element = _Element(
            _Content.NODES if is_property else _Content.PROPERTIES,
            namespaces,
            around.base,
            around.has_language,
            around.is_bare,
        )
        if len(self._elements) == 1 and _expanded(name, namespaces) == f"{_RDF}RDF":
            element.content = _Content.NODES
        parts = [f"<{name}"]
        own_prefix = ""
        takes_text = is_property
        properties: list[tuple[str, str]] = []
        for place in range(0, len(attributes), 2):
            key, value = attributes[place], attributes[place + 1]
            prefix, _, local = key.rpartition(":")
            if not prefix and key in _UNQUALIFIED:
                prefix = own_prefix = _rdf_prefix(namespaces)
                key = f"{prefix}:{local}"
            if prefix == "xml" and local == "lang":
                element.is_bare = not value and element.has_language
                element.has_language = element.has_language or bool(value)
                if not value:
                    continue
            elif prefix == "xml" and local == "base" and element.base:
                # The engine wants an absolute one; XML Base section 4.1 lets it be relative.
                value = element.base = urldefrag(urljoin(element.base, value)).url
            elif prefix == "xmlns":
                pass
            elif prefix and namespaces.get(prefix, _RDF) == _RDF:
                if local == "parseType" and is_property:
                    if value in ("Resource", "Collection", "Triple"):
                        if value == "Resource":
                            element.content = _Content.PROPERTIES
                    else:
                        self._literal, self._literal_depth = CanonicalXml(), 0
                        key, value = f"{prefix}:datatype", f"{_RDF}XMLLiteral"
                takes_text = takes_text and local not in _NO_TEXT
                if local not in _SYNTAX:
                    properties.append((key, value))
                    continue
            elif prefix != "xml" and key != "xmlns":
                properties.append((key, value))
                continue
            parts.append(f' {key}="{value.translate(_VALUE)}"')
        if own_prefix and own_prefix not in namespaces:
            parts.append(f' xmlns:{own_prefix}="{_RDF}"')
        self._elements.append(element)
        content = ""
        if element.is_bare and properties:
            if is_property:
                raise xml_error(
                    self._parser.CurrentLineNumber,
                    'attributes of a property are in no language by xml:lang=""',
                    "write these as elements",
                )
            rdf = _rdf_prefix(namespaces)
            kind = f'xmlns:{rdf}="{_RDF}" {rdf}:datatype="{_STRING}"'
            content = "".join(
                f"<{key} {kind}>{value.translate(_TEXT)}</{key}>" for key, value in properties
            )
        else:
            parts += [f' {key}="{value.translate(_VALUE)}"' for key, value in properties]
        tag = "".join(parts)
        if element.is_bare and takes_text:
            prefix = _rdf_prefix(namespaces)
            is_declared = prefix in namespaces or own_prefix
            declaration = "" if is_declared else f' xmlns:{prefix}="{_RDF}"'
            self._pending = _Pending(tag + declaration, prefix)
        else:
            self._write(f"{tag}>{content}")

    def _end(self, name: str) -> None:
        self._text_size = 0
        self._elements.pop()
        if self._literal is not None:
            if self._literal_depth:
                self._literal_depth -= 1
                self._literal.end(name)
                return
            self._write(str(self._literal).translate(_TEXT))
            self._literal = None
        if self._pending is not None:
            self._release(is_text=True)
        self._write(f"</{name}>")

    def _characters(self, words: str) -> None:
        self._text_size += len(words)
        size = self._text_size if self._literal is None else self._literal.size
        if size >= LARGEST_LITERAL:
            raise OversizeError(self._parser.CurrentLineNumber)
        if self._literal is not None:
            self._literal.text(words)
        elif self._pending is not None:
            self._pending.space.append(words)
            if not words.isspace():
                self._release(is_text=True)
        else:
            self._write(words.translate(_TEXT))

    def _release(self, *, is_text: bool) -> None:
        """Write the start tag that was held back: a text in no language is one of type string."""
        pending, self._pending = self._pending, None
        if pending is not None:
            kind = f' {pending.prefix}:datatype="{_STRING}"' if is_text else ""
            self._write(f"{pending.tag}{kind}>{''.join(pending.space).translate(_TEXT)}")

    def _comment(self, words: str) -> None:
        if self._literal is not None:
            self._literal.comment(words)

    def _instruction(self, target: str, words: str) -> None:
        if self._literal is not None:
            self._literal.instruction(target, words)

    # Entities

    def _entity(self, name: str, *_: object) -> None:
        self._entities.add(name)

    def _doctype(
        self, _: str, system_id: str | None, public_id: str | None, __: object = None
    ) -> None:
        # Where there is a part that is not read, expat leaves out what it may declare.
        self._is_partial = bool(system_id or public_id)

    def _external(self, context: str | None, _: object, system_id: str | None, __: object) -> int:
        if context is None:  # declarations only: what they lack is told where it is missing
            self._is_partial = True
            return 1
        raise xml_error(
            self._parser.CurrentLineNumber,
            f"an entity stands for what is at {system_id!r}, and nothing beside the document is"
            " read",
            "write the text itself",
        )

    def _check_entities(self, text: str) -> None:
        for match in _ENTITY.finditer(text):
            if match[1] not in self._entities:
                line = self._text.line - text.count("\n", match.start())
                raise xml_error(
                    line,
                    f"the entity {match[0]} is not declared in the document, and nothing beside it"
                    " is read",
                    "declare it in the document, or write the character itself",
                )


def _expanded(name: str, namespaces: Mapping[str, str]) -> str:
    prefix, _, local = name.rpartition(":")
    return namespaces.get(prefix, "") + local


def _rdf_prefix(namespaces: Mapping[str, str]) -> str:
    """A prefix of the namespace of RDF, or one that is free."""
    for prefix, namespace in namespaces.items():
        if prefix and namespace == _RDF:
            return prefix
    prefix = "_rdf"
    while prefix in namespaces:
        prefix += "_"
    return prefix
