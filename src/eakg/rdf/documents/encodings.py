"""The encodings of documents: told by their first bytes, and in XML by its declaration.

Specification: Unicode, byte order marks; XML 1.0 section 4.3.3 and appendix F.
"""

import codecs
import io
import re
from dataclasses import dataclass
from typing import IO, Any

from eakg.rdf.documents.faults import DocumentError, xml_error

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# No document begins with NUL, so these tell where the other bytes of its first characters are.
_UNMARKED = (
    (re.compile(rb"\0\0\0[^\0]"), "utf-32-be"),
    (re.compile(rb"[^\0]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0[^\0]"), "utf-16-be"),
    (re.compile(rb"[^\0]\0"), "utf-16-le"),
)
_HEAD = 4
_DECLARATION = 1024
_ENCODING = re.compile(
    r"""\s*<\?xml\s+version\s*=\s*["'][^"']*["']\s+encoding\s*=\s*["']([A-Za-z][\w.-]*)["']"""
)
# Codecs of Python that are no encodings of documents.
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"})
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Encoding:
    """The name of a codec, and how many bytes the byte order mark takes."""

    name: str
    mark: int = 0

    @property
    def is_utf8(self) -> bool:
        return self.name == "utf-8"


UTF_8 = Encoding("utf-8")


def encoding_of(head: bytes) -> Encoding:
    """The encoding that the first four bytes of a document tell; UTF-8 where they tell nothing."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name, len(mark))
    for pattern, name in _UNMARKED:
        if pattern.match(head):
            return Encoding(name)
    return UTF_8


def xml_encoding(head: bytes) -> Encoding:
    """The encoding of an XML document, by its beginning.

    Raises: DocumentError where it declares one that is unknown, or that it is not in.
    """
    encoding = encoding_of(head[:_HEAD])
    text = head[encoding.mark : _DECLARATION].decode(
        "latin-1" if encoding.is_utf8 else encoding.name, "ignore"
    )
    match = _ENCODING.match(text)
    if match is None:
        return encoding
    label = match[1]
    line = text.count("\n", 0, match.end()) + 1
    try:
        name = codecs.lookup(label).name.replace("_", "-").removesuffix("-sig")
        reads_itself = head[encoding.mark :][: match.end()].decode(name) == match[0]
    except LookupError:
        name, reads_itself = "", False
    except UnicodeDecodeError:
        reads_itself = False
    if not name or name in _NO_CHARSETS:
        raise xml_error(
            line, f"the encoding {label!r} is unknown", "save it in UTF-8 and declare that"
        )
    if not encoding.is_utf8 and name.startswith(encoding.name[:6]):  # in either order of bytes
        return encoding
    if encoding.is_utf8 and reads_itself and (name == "utf-8" or not encoding.mark):
        return Encoding(name, encoding.mark)
    raise xml_error(
        line,
        f"it declares the encoding {label!r}, but is in {encoding.name.upper()}",
        "declare the one that it is in",
    )


def utf8_stream(stream: IO[bytes]) -> IO[bytes]:
    """A document without byte order mark, in UTF-8.

    Argument: a document that can be sought in, at its beginning. It is given back itself where it
    is in UTF-8. Reading raises DocumentError at what its encoding does not have.
    """
    encoding = encoding_of(stream.read(_HEAD))
    stream.seek(encoding.mark)
    if encoding.is_utf8:
        return stream
    return io.BufferedReader(_Recoded(DecodedText(stream, encoding)))


def decoded_text(stream: IO[bytes], encoding: Encoding | None = None) -> "DecodedText":
    """The text of a document, at whose beginning the stream is; in the encoding that its first
    bytes tell, where none is given."""
    encoding = encoding or encoding_of(stream.read(_HEAD))
    stream.seek(encoding.mark)
    return DecodedText(stream, encoding)


def utf8_bytes(data: bytes) -> bytes:
    """The bytes of a document without byte order mark, in UTF-8. Raises: DocumentError."""
    return utf8_stream(io.BytesIO(data)).read()


def utf8_xml(data: bytes) -> bytes:
    """An XML document in UTF-8, its lines where they were. Raises: DocumentError."""
    encoding = xml_encoding(data[:_DECLARATION])
    if encoding.is_utf8:
        return data
    text = decoded_text(io.BytesIO(data), encoding)
    head = text.read()
    match = _ENCODING.match(head)
    if match is not None:
        head = f"{head[: match.start(1)]}UTF-8{head[match.end(1) :]}"
    return "".join([head, *iter(text.read, "")]).encode()


def text_of(data: bytes) -> str:
    """The text of a document for people to look at, whatever is wrong with it."""
    try:
        encoding = xml_encoding(data[:_DECLARATION])
    except DocumentError:
        encoding = encoding_of(data[:_HEAD])
    return data[encoding.mark :].decode(encoding.name, "replace")


class DecodedText:
    """The text of a document in pieces; `line` is that of the next piece, from 1."""

    def __init__(self, stream: IO[bytes], encoding: Encoding) -> None:
        self.line = 1
        self._stream = stream
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding.name)()

    def read(self) -> str:
        """The next piece; empty at the end. Raises: DocumentError."""
        while True:
            data = self._stream.read(_CHUNK)
            try:
                text = self._decoder.decode(data, final=not data)
            except UnicodeDecodeError as error:
                before = error.object[: error.start].decode(self._encoding.name, "ignore")
                name = self._encoding.name.upper()
                raise DocumentError(
                    f"is not {name}",
                    f"byte 0x{error.object[error.start]:02X} cannot stand there",
                    "save it in that encoding",
                    self.line + before.count("\n"),
                ) from error
            self.line += text.count("\n")
            if text or not data:
                return text


class _Recoded(io.RawIOBase):
    def __init__(self, text: DecodedText) -> None:
        self._text = text
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # what can be written into
        if not self._rest:
            self._rest = self._text.read().encode()
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
