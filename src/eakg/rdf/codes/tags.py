"""Language tags as they are written, where the engine keeps them in lower case only.

Tags are the same in capitals and small letters (BCP 47 section 2.1.1), but who reads a file again
wants it as it was. So a tag with capitals is coded as one that has them noted in a private part,
`en-GB` as `en-gb-x-eakgcase-18`, wherever terms are held beside the engine, and is written as it
was when terms are written.
"""

import contextlib
import re
import secrets
import warnings
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, BinaryIO

import pyoxigraph
from rdflib import Dataset, Graph, Literal

from eakg.rdf.codes.escapes import unescape
from eakg.rdf.syntaxes import JSON_LD_SYNTAX, RDF_XML_SYNTAX, Syntax

_MARK = "-x-eakgcase-"
_SUBTAG = 8  # letters of a part of a tag
_TAG = rb"@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*"
_CAPITALS = {
    RDF_XML_SYNTAX: re.compile(rb"""xml:lang\s*=\s*["'][^"']*[A-Z]"""),
    JSON_LD_SYNTAX: re.compile(rb'"(?:[A-Za-z]{2,3}-[A-Za-z0-9-]*[A-Z]|[A-Za-z]*[A-Z][A-Za-z]*)"'),
}
_CAPITALS_OF_TURTLE = re.compile(rb"@[a-zA-Z0-9-]*[A-Z]")
_OF_TURTLE = re.compile(
    rb'"""(?P<a>(?:"{0,2}(?:[^"\\]|\\.))*)"""(?P<ta>%(tag)s)?'
    rb"|'''(?P<b>(?:'{0,2}(?:[^'\\]|\\.))*)'''(?P<tb>%(tag)s)?"
    rb'|"(?P<c>(?:[^"\\\r\n]|\\.)*)"(?P<tc>%(tag)s)?'
    rb"|'(?P<d>(?:[^'\\\r\n]|\\.)*)'(?P<td>%(tag)s)?"
    rb"|<[^<>\"{}|^`\x00-\x20]*>|\\.|\#[^\r\n]*" % {b"tag": _TAG},
    re.DOTALL,
)
WrittenTags = Mapping[tuple[str, str], str]
"""Tags as they are written, by the text that they stand at and the tag in lower case; of those in
lower case none."""


def coded_tag(tag: str) -> str:
    """The tag in lower case, with its capitals noted where it has any."""
    lower = tag.lower()
    if lower == tag:
        return tag
    capitals = "".join("1" if character.isupper() else "0" for character in tag)
    code = f"{int(capitals[::-1], 2):x}"
    parts = [code[start : start + _SUBTAG] for start in range(0, len(code), _SUBTAG)]
    return f"{lower}{_MARK}{'-'.join(parts)}"


def written_tag(tag: str) -> str:
    """The tag that was coded."""
    lower, mark, code = tag.rpartition(_MARK)
    if not mark:
        return tag
    capitals = int(code.replace("-", ""), 16)
    return "".join(
        character.upper() if capitals >> place & 1 else character
        for place, character in enumerate(lower)
    )


def is_coded(tag: str) -> bool:
    """Whether a tag has capitals noted."""
    return _MARK in tag


def with_tag(term: pyoxigraph.Literal, tag: str) -> pyoxigraph.Literal:
    """The literal with another tag; itself where the engine does not take that."""
    try:
        return pyoxigraph.Literal(term.value, language=tag, direction=term.direction)
    except ValueError:
        return term


def coded_term(tags: WrittenTags, term: Any) -> Any:
    """A term of a document with its language tag, coded, by the tags with capitals in it."""
    if isinstance(term, pyoxigraph.Literal) and term.language:
        tag = tags.get((term.value, term.language))
        return with_tag(term, coded_tag(tag)) if tag else term
    return term


def has_capitals(pieces: Iterable[bytes], syntax: Syntax) -> bool:
    """Whether a document seems to have tags with capitals. Argument: it, piece by piece."""
    pattern = _CAPITALS.get(syntax, _CAPITALS_OF_TURTLE)
    end = b""
    for piece in pieces:
        if pattern.search(end + piece):
            return True
        end = piece[-64:]
    return False


def written_tags(data: bytes, syntax: Syntax, base_iri: str | None) -> WrittenTags:
    """The tags with capitals in a document. Arguments: the whole of it; its syntax; its IRI."""
    if not has_capitals([data], syntax):
        return {}
    tags = _tags_of_rdflib if syntax in _CAPITALS else _tags_of_turtle
    return {
        (text, tag.lower()): tag for text, tag in tags(data, syntax, base_iri) if tag != tag.lower()
    }


def _tags_of_turtle(data: bytes, _: Syntax, __: str | None) -> Iterator[tuple[str, str]]:
    for match in _OF_TURTLE.finditer(data):
        kind = match.lastgroup
        if kind and kind.startswith("t"):
            with contextlib.suppress(ValueError):  # not a document, as its reader says
                yield unescape(match[kind[1:]].decode()), match[kind][1:].decode()


def _tags_of_rdflib(data: bytes, syntax: Syntax, base_iri: str | None) -> list[tuple[str, str]]:
    graph = Dataset() if syntax.quads else Graph()
    with contextlib.suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        graph.parse(data=data, format=syntax.rdflib_name, publicID=base_iri)
    triples: Iterable[Any] = graph.quads() if isinstance(graph, Dataset) else graph
    return [
        (str(triple[2]), triple[2].language)
        for triple in triples
        if isinstance(triple[2], Literal) and triple[2].language
    ]


def decoded_tags(text: str) -> str:
    """A text of N-Triples with its tags as they were before they were coded."""
    if _MARK not in text:
        return text

    def decoded(match: re.Match[bytes]) -> bytes:
        kind = match.lastgroup or ""
        if not kind.startswith("t"):
            return match[0]
        end = match.start(kind) - match.start()
        return match[0][:end] + b"@" + written_tag(match[kind][1:].decode()).encode()

    return _OF_TURTLE.sub(decoded, text.encode()).decode()


class TagWriter:
    """An output of the engine's writers that has coded tags as they are written.

    Each term that is written goes through `term`, and all that the writer writes through `write`;
    at the end comes `close`, which leaves the output itself open.
    """

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        # No text can hold it but by chance.
        self._nonce = f"x-{secrets.token_hex(4)}-{secrets.token_hex(4)}-"
        self._places: dict[str, int] = {}
        self._tags: list[bytes] = []
        self._end = b""

    @cached_property
    def _pattern(self) -> re.Pattern[bytes]:
        return re.compile(self._nonce.encode() + rb"[0-9]{8}")

    def term(self, term: Any) -> Any:
        """The term to be given to the writer."""
        if not isinstance(term, pyoxigraph.Literal) or not is_coded(term.language or ""):
            return term
        tag = term.language or ""
        place = self._places.setdefault(tag, len(self._tags))
        if place == len(self._tags):
            self._tags.append(written_tag(tag).encode())
        return with_tag(term, f"{self._nonce}{place:08}")

    def write(self, piece: bytes) -> int:
        text = self._end + piece
        if self._tags:
            text = self._pattern.sub(lambda match: self._tags[int(match[0][-8:])], text)
        keep = len(self._nonce) + 7
        self._end = text[-keep:] if self._tags else b""
        self._output.write(text[: len(text) - len(self._end)])
        return len(piece)

    def flush(self) -> None:
        """Nothing: what is held back may be half a tag."""

    def close(self) -> None:
        """Write what was held back."""
        self._output.write(self._end)
        self._end = b""
