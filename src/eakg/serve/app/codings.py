"""The codings that a body is sent in, and which of them a client gets.

What is coded is text; dumps are compressed already. There are no secrets in bodies, so that nobody
can learn any from their compressed length (BREACH).

Specification: RFC 9110 sections 8.4 and 12.5.3; RFC 7932 (br); RFC 8878 and RFC 9659 (zstd).
"""

import contextlib
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from importlib import import_module
from importlib.util import find_spec
from typing import Any, BinaryIO, NamedTuple, Protocol

from werkzeug.http import parse_accept_header

from eakg.rdf import FORMATS
from eakg.serve.app.errors import NotAcceptableError
from eakg.serve.app.etags import MutableHeaders, coded_tag
from eakg.sparql import SpoolError
from eakg.store import INLINE, spool_file

IDENTITY = "identity"
_LEAST = 1024  # bytes of a body that is worth it
_GZIP_LEVEL, _BROTLI_LEVEL, _ZSTD_LEVEL = 6, 4, 3
_GZIP_WINDOW = 31  # bits, with the header of gzip
_SYNONYMS = {"gzip": ("x-gzip",)}  # RFC 9110 section 8.4.1.3
_TEXTS = frozenset(
    {
        *(result_format.media_type for result_format in FORMATS),
        *("application/javascript", "application/json", "application/sparql-query"),
        *("application/xml", "application/n-quads", "application/trig"),
    }
)
_UNCODED = frozenset({HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED})
_TEXT = re.compile(r"text/.+|.+\+(?:json|xml)")


class Encoder(Protocol):
    """What codes one body, piece by piece."""

    def compress(self, data: bytes, /) -> bytes:
        """What there is of the coded body after a further piece."""
        ...

    def flush(self) -> bytes:
        """The rest of the coded body."""
        ...


@dataclass(frozen=True)
class Coding:
    """A coding: its name in headers, and what makes an encoder."""

    name: str
    encoder: Callable[[], Encoder]

    def pieces(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """A body in this coding. The same bytes give the same bytes."""
        encoder = self.encoder()
        for piece in pieces:
            yield encoder.compress(piece)
        yield encoder.flush()


class _BrotliEncoder:
    """The encoder of the library of Brotli, with the names that the others have."""

    def __init__(self, library: Any) -> None:
        encoder = library.Compressor(quality=_BROTLI_LEVEL)
        self.compress: Callable[[bytes], bytes] = encoder.process
        self.flush: Callable[[], bytes] = encoder.finish


def _zstd() -> Coding | None:
    if find_spec("zstandard") is None:
        return None
    library = import_module("zstandard")
    return Coding("zstd", lambda: library.ZstdCompressor(_ZSTD_LEVEL).compressobj())


def _brotli() -> Coding | None:
    if find_spec("brotli") is None:
        return None
    library = import_module("brotli")
    return Coding("br", lambda: _BrotliEncoder(library))


_GZIP = Coding("gzip", lambda: zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW))
CODINGS = tuple(coding for coding in (_zstd(), _brotli(), _GZIP) if coding is not None)
"""The codings whose libraries are there, the preferred one first."""


class CodingChoice(NamedTuple):
    """The coding that a client gets, None for the body as it is; whether it takes no such body."""

    coding: Coding | None
    required: bool

    def __str__(self) -> str:
        name = IDENTITY if self.coding is None else self.coding.name
        return f"{name}!" if self.required else name

    def check(self) -> None:
        """Raises: NotAcceptableError where the client takes neither a coding that is here nor the
        body as it is."""
        if self.required and self.coding is None:
            names = (*(coding.name for coding in CODINGS), IDENTITY)
            raise NotAcceptableError("nothing that Accept-Encoding allows is here", names)

    def applies(self, status: int, size: int, headers: Mapping[str, str] | Any) -> bool:
        """Whether a body of this size is sent in the coding: one of text that is worth it, or any
        where the client takes no other; no part of one, and none that has a coding."""
        if self.coding is None or not size or status in _UNCODED:
            return False
        if "Content-Encoding" in headers or "Content-Range" in headers:
            return False
        return self.required or (size > _LEAST and _is_text(headers.get("Content-Type", "")))


@lru_cache(1024)
def choose_coding(header: str) -> CodingChoice:
    """What a client gets by its Accept-Encoding: the coding of the highest quality, and among
    equals the first of ours; the body as it is where it puts that before them all, or names none.
    """
    qualities = {name.lower(): quality for name, quality in parse_accept_header(header)}
    rest = qualities.get("*", 0.0)
    identity = qualities.get(IDENTITY, rest if "*" in qualities else None)
    best: Coding | None = None
    highest = qualities.get(IDENTITY, 0.0)
    for coding in CODINGS:
        names = (coding.name, *_SYNONYMS.get(coding.name, ()))
        quality = max((qualities[name] for name in names if name in qualities), default=rest)
        if quality > 0 and (quality > highest or (best is None and quality == highest)):
            best, highest = coding, quality
    return CodingChoice(best, identity == 0)


def mark_coded(headers: MutableHeaders, coding: Coding, size: int) -> None:
    """Say that a body is in a coding, and how many bytes that has. Its representation is another
    than the one without (RFC 9110 section 8.8.3), and parts of it are not to be had."""
    headers["Content-Encoding"] = coding.name
    headers["Content-Length"] = str(size)
    if tag := headers.get("ETag"):
        headers["ETag"] = coded_tag(tag, coding.name)
    headers.pop("Accept-Ranges", None)


def encode(coding: Coding, pieces: Iterable[bytes], size: int) -> tuple[bytes | BinaryIO, int]:
    """A body of this size in a coding, as a file where that is large, standing at its beginning;
    and the bytes of it.

    Raises: SpoolError where there is no room for the file.
    """
    if size <= INLINE:
        body = b"".join(coding.pieces(pieces))
        return body, len(body)
    file = os.fdopen(_spool_file(), "w+b")
    try:
        file.writelines(coding.pieces(pieces))
        length = file.tell()
        file.seek(0)
    except OSError as error:
        with contextlib.suppress(OSError):  # what is left to write has no room either
            file.close()
        raise SpoolError.of(error) from error
    if length > INLINE:
        return file, length
    with file:
        return file.read(), length


def _spool_file() -> int:
    try:
        return spool_file()
    except OSError as error:
        raise SpoolError.of(error) from error


def _is_text(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type in _TEXTS or _TEXT.fullmatch(media_type) is not None
