"""What is wrong with a document, in plain words, and where."""

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from eakg.rdf.syntaxes import TURTLE_SYNTAX, Syntax

LARGEST_LITERAL = 1 << 24
"""Bytes above which the engine reads no literal."""
LARGEST_LINE = LARGEST_LITERAL - (1 << 16)
"""Bytes of a line of N-Triples that the engine reads in any case."""
_PLACE = re.compile(
    r"(?:Parser )?error (?:at|between) line (\d+) (?:column (\d+) and line \d+ column \d+"
    r"|between columns (\d+) and (\d+)|column (\d+)): ",
    re.I,
)
_LINE_AFTER = re.compile(r" \(line \d+\)$")
_UNDECLARED_PREFIX = re.compile(r"The prefix (\S*:) has not been declared")
_UNKNOWN_PREFIX = re.compile(r"Unknown prefix (\S*):")
_IRI = re.compile(r"(?:error while parsing IRI '(.*)': )?Invalid IRI code point '(.)'", re.DOTALL)
_TAG = re.compile(r"error while parsing language tag '(.*?)': .*", re.DOTALL)
_N3 = re.compile(
    r"(?:\{|\}|=>?|<=|!|\^|@(?:forAll|forSome|keywords)|is|has|of)(?: |$)|@(?:for|key)"
)
_TEXT = re.compile(r"Unexpected text event: (.*)", re.DOTALL)
_LONGEST = 300
_CONTEXT = "LoadDocumentCallback"
REMOTE_CONTEXT = "remote contexts are not fetched; write the context into the file"


class DocumentError(ValueError):
    """A document cannot be read.

    Arguments: what it is not ("is not valid Turtle"); what is wrong; what to do; line and column
    in the document, from 1, or 0 where they are not known; the columns in words.
    """

    def __init__(
        self,
        head: str,
        detail: str,
        remedy: str,
        line: int = 0,
        column: int = 0,
        columns: str = "",
    ) -> None:
        self.message = f"{head}: {detail}; {remedy}" if detail else f"{head}; {remedy}"
        """All but the place."""
        self.line = line
        self.column = column
        columns = columns or (f"column {column}" if column else "")
        super().__init__(
            f"{head}: {columns}: {detail}; {remedy}" if columns and detail else self.message
        )


class OversizeError(DocumentError):
    """A document has a literal that is larger than one may be."""

    def __init__(self, line: int = 0) -> None:
        super().__init__(
            f"has a literal (or another token) of more than {LARGEST_LITERAL >> 20} MiB",
            "",
            "keep such a text in a file of its own and give its address",
            line,
        )


def syntax_fault(syntax: Syntax, error: SyntaxError, data: bytes = b"") -> DocumentError:
    """The engine's error about a document.

    Arguments: the syntax; the error; the document, where more can be said with it.
    """
    message = _LINE_AFTER.sub("", str(error.msg)).rstrip(".")
    line, column = error.lineno or 0, error.offset or 0
    columns = ""
    place = _PLACE.match(message)
    if place:
        message = message[place.end() :]
        columns = f"between columns {place[3]} and {place[4]}" if place[3] else ""
    head = f"is not valid {syntax.name}"
    if _CONTEXT in message:
        name, line = _remote_context(data)
        return DocumentError(f"refers to a remote @context{name}", "", REMOTE_CONTEXT, line)
    if "Invalid UTF-8" in message or "cannot decode input using UTF-8" in message:
        return DocumentError("is not UTF-8", "", "save it in that encoding", line, column)
    remedy = "correct the syntax there"
    if text := _TEXT.match(message):
        message = f"text stands where only elements may: {text[1]}"
    prefix = _UNDECLARED_PREFIX.search(message)
    if prefix:
        remedy = f"declare it: @prefix {prefix[1]} <...> ."
    elif prefix := _UNKNOWN_PREFIX.fullmatch(message):
        message = f"the prefix {prefix[1]}: is not declared"
        remedy = f'declare it: xmlns:{prefix[1]}="..."'
    elif iri := _IRI.search(message):
        message, remedy = _iri_fault(iri[1], iri[2])
    elif tag := _TAG.fullmatch(message):
        message = f"{tag[1]!r} is no language tag"
        remedy = "write one as BCP 47 has it, such as en-GB"
    elif syntax is TURTLE_SYNTAX and _N3.match(message):
        remedy = "formulas, rules and paths of N3 are not read: write plain Turtle"
    message = " ".join(message.split())
    if len(message) > _LONGEST:
        message = f"{message[:_LONGEST]} ..."
    return DocumentError(head, message, remedy, line, column, columns)


def _iri_fault(iri: str | None, character: str) -> tuple[str, str]:
    name = unicodedata.name(character, "a control character").lower()
    name = "a blank" if character == " " else name
    words = f"{name} (U+{ord(character):04X}), which no IRI may have"
    message = f"<{iri}> has {words}" if iri is not None else f"an IRI has {words}"
    message = message.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    code = "".join(f"%{byte:02X}" for byte in character.encode())
    return message, f"write {code} for it, or take it away"


def _remote_context(data: bytes) -> tuple[str, int]:
    """The first context of a JSON-LD document that is not within it, and the line of its name."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return "", 0
    name = next(_context_names(document), None)
    if name is None:
        return "", 0
    text = data.decode("utf-8", "replace")
    offset = max(text.find(json.dumps(name, ensure_ascii=False)), text.find(json.dumps(name)))
    return f" ({name})", text.count("\n", 0, offset) + 1 if offset >= 0 else 0


def _context_names(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _context_names(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "@context":
                contexts = item if isinstance(item, list) else [item]
                yield from (one for one in contexts if isinstance(one, str))
            elif key == "@import" and isinstance(item, str):
                yield item
            yield from _context_names(item)


def xml_error(line: int, detail: str, remedy: str, column: int = 0) -> DocumentError:
    """The error of an RDF/XML document."""
    return DocumentError("is not valid RDF/XML", detail, remedy, line, column)
