"""The bytes of files, plain or compressed, and what is wrong where they cannot be read.

The file `-` is standard input, which is read once and kept; its syntax is told by what it says.
That of a named file is told by its extension, unless it begins as no document of that syntax does
(`eakg.rdf.documents.detection`).
"""

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import IO, TextIO, cast

from eakg.problems import Problem, ProblemsError
from eakg.rdf.documents.detection import (
    FOREIGN_EXTENSIONS,
    HEAD,
    ForeignSyntax,
    chosen_syntax,
    detected_syntax,
)
from eakg.rdf.syntaxes import (
    ABSENT,
    EXTENSIONS,
    N_QUADS_SYNTAX,
    N_TRIPLES_SYNTAX,
    TRIG_SYNTAX,
    Syntax,
    is_compressed,
    plain_name,
)

STANDARD_INPUT = Path("-")
_COMPRESSION, _ABBREVIATION = 12, 2
_GZIP = b"\x1f\x8b"


@contextmanager
def open_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to read, decompressed if its name ends in `.gz`.

    Raises: ProblemsError when it cannot be read, also from within the context.
    """
    try:
        with open_raw(path) as stream:
            yield cast(IO[bytes], gzip.GzipFile(fileobj=stream)) if is_compressed(path) else stream
    except FileNotFoundError:
        raise _problem(path, ABSENT) from None
    except IsADirectoryError:
        raise _problem(path, "is a folder; name the files in it") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _problem(path, f"is not a whole gzip file ({error}); compress it anew") from error
    except OSError as error:
        message = f"cannot be read ({error.strerror or error}); check its permissions"
        raise _problem(path, message) from error


def open_raw(path: Path) -> IO[bytes]:
    """A file to read as it is. Raises: OSError."""
    return BytesIO(_standard_input(sys.stdin)) if path == STANDARD_INPUT else path.open("rb")


def size_of(path: Path) -> int:
    """The bytes of a file as it is. Raises: OSError."""
    if path == STANDARD_INPUT:
        return len(_standard_input(sys.stdin))
    return path.stat().st_size


def plain_size(path: Path) -> int:
    """The bytes of a file without its compression, about: of LUBM, twelve for one. Raises:
    OSError."""
    return size_of(path) * (_COMPRESSION if is_compressed(path) else 1)


def triples_size(path: Path) -> int:
    """The bytes that the triples of a file take in N-Triples, about: of our own graph, twice those
    of Turtle. Raises: OSError; ProblemsError where it is none of RDF."""
    is_written_out = syntax_of(path) in {N_TRIPLES_SYNTAX, N_QUADS_SYNTAX}
    return plain_size(path) * (1 if is_written_out else _ABBREVIATION)


@lru_cache(maxsize=1)
def _standard_input(stream: TextIO) -> bytes:
    data = stream.buffer.read()
    return gzip.decompress(data) if data.startswith(_GZIP) else data


def syntax_of(path: Path) -> Syntax:
    """The syntax of a file, by its name and how it begins; of standard input, by what it says.

    Raises: ProblemsError when the extension is unknown, there is no file with such a name, or what
    is in it is no RDF.
    """
    if path == STANDARD_INPUT:
        return _readable(path, detected_syntax(_head(path)) or TRIG_SYNTAX)
    extension = Path(plain_name(path)).suffix.lower()
    if extension in EXTENSIONS:
        return _readable(path, chosen_syntax(EXTENSIONS[extension], _head(path)))
    if extension in FOREIGN_EXTENSIONS and path.exists():
        return _readable(path, detected_syntax(_head(path)) or FOREIGN_EXTENSIONS[extension])
    message = (
        f"unknown extension {extension or '(none)'}; name the file with one of"
        f" {', '.join(EXTENSIONS)} (each also with .gz)"
    )
    raise _problem(path, message if path.exists() else ABSENT)


def _head(path: Path) -> bytes:
    """How a file begins; nothing of one that cannot be read, of which the reader tells, or that can
    be read once alone."""
    if path != STANDARD_INPUT and not path.is_file():
        return b""
    try:
        with open_file(path) as stream:
            return stream.read(HEAD)
    except ProblemsError:
        return b""


def _readable(path: Path, syntax: Syntax | ForeignSyntax) -> Syntax:
    if isinstance(syntax, ForeignSyntax):
        raise _problem(path, syntax.message(path))
    return syntax


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, decompressed if its name ends in `.gz`. Raises: ProblemsError."""
    with open_file(path) as file:
        return file.read()


def _problem(path: Path, message: str) -> ProblemsError:
    return ProblemsError([Problem(str(path), 0, message)])
