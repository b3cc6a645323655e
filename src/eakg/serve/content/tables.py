"""Files of SQLite that are written once, and then read by any number of processes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_CACHE_KIBIBYTES = 32 << 10
_BEGIN = f"""PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;
PRAGMA cache_size = -{_CACHE_KIBIBYTES};"""


@contextmanager
def writing_table(path: Path) -> Iterator[sqlite3.Connection]:
    """A new file, to be written in bounded memory. Raises: OSError when it cannot be."""
    path.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(path)) as database, database:
            database.executescript(_BEGIN)
            yield database
    except sqlite3.OperationalError as error:
        raise OSError(f"{path.name} cannot be written: {error}") from error


@contextmanager
def reading_table(path: Path) -> Iterator[sqlite3.Connection]:
    """A file that nobody writes any more, to be read."""
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as database:
        yield database
