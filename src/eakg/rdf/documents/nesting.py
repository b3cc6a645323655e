"""How deeply what is in a document is nested. Whoever reads or writes terms goes as deep as they
do, and the engine, which goes as deep as a document says, is at its end before it says so.

Only what is nested in the text is looked for: triple terms, and arrays and objects of JSON. Lists
and blank nodes in brackets are nested in the text of Turtle alone, not in triples.

Specification: RDF 1.2 Turtle sections 2.5, 2.8 and 6.5; RFC 8259 section 9, by which a reader may
limit the depth.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from eakg.rdf.documents.faults import LARGEST_LITERAL, DocumentError
from eakg.rdf.syntaxes import JSON_LD_SYNTAX, RDF_XML_SYNTAX, Syntax

DEEPEST = 100
"""Levels of nesting that are read."""
_PIECE = 1 << 18
_TURTLE = re.compile(
    rb'''"""(?:[^"\\]|\\.|"(?!""))*+"""|\'\'\'(?:[^'\\]|\\.|'(?!\'\'))*+\'\'\''''
    rb"""|(?P<open>\"{3}|'{3})|"(?:[^"\\\r\n]|\\.)*+"|'(?:[^'\\\r\n]|\\.)*+'"""
    rb"""|\\.|\#[^\r\n]*+|(?P<down><<)|(?P<up>>>)|<[^<>"{}|^`\x00-\x20]*+>"""
    rb"""|(?P<lone>["']|(?:<[^<>"{}|^`\x00-\x20]*+|>|\\)\Z)""",
    re.DOTALL,
)
_JSON = re.compile(
    rb'"(?:[^"\\]|\\.)*+"|(?P<open>")|(?P<lone>$.)|(?P<down>[\[{])|(?P<up>[\]}])', re.DOTALL
)
_XML = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<!(?!--|\[CDATA\[)[^<>]*>|(?P<up></)"
    rb"""|<[^<>!?/](?:[^<>"']|"[^"]*"|'[^']*')*?/>"""
    rb"""|(?P<down><[^<>!?/](?:[^<>"']|"[^"]*"|'[^']*')*?>)|(?P<open><)|(?P<lone>$.)""",
    re.DOTALL,
)
_TRIPLE_OF_XML = re.compile(rb"""=\s*["']Triple["']""")
_ELEMENTS = 2  # of RDF/XML for a triple term


class Readable(Protocol):
    """What gives bytes."""

    def read(self, size: int, /) -> bytes:
        """At most so many; none at the end."""
        ...


def check_nesting(opener: Callable[[], AbstractContextManager[Readable]], syntax: Syntax) -> None:
    """Look through a document.

    Arguments: what opens it in UTF-8, and may be asked twice; its syntax.
    Raises: DocumentError where something in it is nested deeper than it may be.
    """
    deepest, pattern, thing = DEEPEST, _TURTLE, "a triple term"
    if syntax is JSON_LD_SYNTAX:
        pattern, thing = _JSON, "what is in an array or an object"
    elif syntax is RDF_XML_SYNTAX:
        deepest, pattern = DEEPEST * _ELEMENTS, _XML
    with opener() as stream:
        if syntax is not JSON_LD_SYNTAX and _number_of_terms(stream, syntax) <= DEEPEST:
            return
    with opener() as stream:
        for line, depth in _levels(stream, pattern):
            if depth > deepest:
                raise DocumentError(
                    "is nested too deeply",
                    f"{thing} is more than {DEEPEST} levels deep",
                    "give what is within a name of its own",
                    line,
                )


def is_nested_deeply(text: bytes) -> bool:
    """Whether a triple term in some Turtle, N-Quads or SPARQL is nested deeper than it may be."""
    if text.count(b"<<") <= DEEPEST:
        return False
    depth = 0
    for match in _TURTLE.finditer(text):
        depth = _next_depth(depth, match)
        if depth > DEEPEST:
            return True
    return False


def _number_of_terms(stream: Readable, syntax: Syntax) -> int:
    """At least as many as there are triple terms, up to more than may be nested."""
    count, tail = 0, b""
    while count <= DEEPEST and (piece := stream.read(_PIECE)):
        text = tail + piece
        if syntax is RDF_XML_SYNTAX:
            count += len(_TRIPLE_OF_XML.findall(text))
            tail = text[text.rfind(b"=") :][-_PIECE:] if b"=" in text else b""
        else:
            count += text.count(b"<<")
            tail = b"<" if text.endswith(b"<") and not text.endswith(b"<<") else b""
    return count


def _levels(stream: Readable, pattern: re.Pattern[bytes]) -> Iterator[tuple[int, int]]:
    """The depth after each token that changes it, and the line of the token."""
    depth, line, rest = 0, 1, b""
    while True:
        piece = stream.read(max(_PIECE, len(rest)))
        text = rest + piece
        stop, position = len(text), 0
        for match in pattern.finditer(text):
            is_cut = match["open"] or match["lone"] or match.end() == len(text)
            if piece and is_cut:
                stop = match.start()
                break
            if match["down"] or match["up"]:
                depth = _next_depth(depth, match)
                line += text.count(b"\n", position, match.start())
                position = match.start()
                yield line, depth
        line += text.count(b"\n", position, stop)
        rest = text[stop:]
        if not piece or len(rest) > LARGEST_LITERAL:
            return  # the engine reads no larger token


def _next_depth(depth: int, match: re.Match[bytes]) -> int:
    return depth + 1 if match["down"] else max(0, depth - 1) if match["up"] else depth
