"""The bytes of files, plain or compressed, and what is wrong where they cannot be read."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from eakg.problems import Problem, ProblemsError
from eakg.rdf.syntaxes import ABSENT, is_compressed


@contextmanager
def open_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to read, decompressed if its name ends in `.gz`.

    Raises: ProblemsError when it cannot be read, also from within the context.
    """
    try:
        with path.open("rb") as stream:
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


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, decompressed if its name ends in `.gz`. Raises: ProblemsError."""
    with open_file(path) as file:
        return file.read()


def _problem(path: Path, message: str) -> ProblemsError:
    return ProblemsError([Problem(str(path), 0, message)])
