"""The register of the things of a store, as it is read."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from eakg.serve.content import Catalogue, Shelf, reading_table
from eakg.serve.register.registration import write_register
from eakg.store import QueryService

_NAME = "register"


class Register:
    """The things of a store by class and by name, written when somebody first asks for them.

    Arguments: whatever answers queries; what it holds; where files are kept while the data stay the
    same. All methods raise StoreError and its kinds.
    """

    def __init__(self, store: QueryService, catalogue: Catalogue, shelf: Shelf) -> None:
        self._store = store
        self._catalogue = catalogue
        self._shelf = shelf

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """The file over the data as they are now, to be read."""
        path = self._shelf.get(
            _NAME,
            lambda path: write_register(
                self._store,
                self._catalogue.properties(),
                self._catalogue.project(),
                self._catalogue.presentation().time.starts,
                path,
            ),
        )
        with reading_table(path) as database:
            yield database

    def members(self, classes: Iterable[str], first: int, most: int) -> tuple[str, ...]:
        """So many things of any of some classes, from the first of these: by when they began, those
        of which nobody says that before, and then by their names and IRIs."""
        names = tuple(classes)
        query = (
            "SELECT DISTINCT thing.iri, member.place FROM member JOIN thing"  # noqa: S608 - only the number of parameters is put in
            " ON thing.id = member.thing WHERE class IN (SELECT id FROM class"
            f" WHERE iri IN ({', '.join('?' * len(names))}))"
            " ORDER BY member.place LIMIT ? OFFSET ?"
        )
        with self.open() as database:
            return tuple(iri for iri, _ in database.execute(query, (*names, most, first)))

    def pages(self) -> int:
        """How many things have a page: those of which something is said, and documents whose text
        is annotated, but for what was withdrawn."""
        with self.open() as database:
            return int(database.execute("SELECT COUNT(*) FROM thing WHERE has_page").fetchone()[0])

    def with_pages(self, first: int, most: int) -> tuple[str, ...]:
        """So many of the things that have a page, by their IRIs, from the first of these."""
        query = "SELECT iri FROM thing WHERE has_page ORDER BY iri LIMIT ? OFFSET ?"
        with self.open() as database:
            return tuple(iri for (iri,) in database.execute(query, (most, first)))
