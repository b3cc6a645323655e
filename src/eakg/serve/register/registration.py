"""The register of the things of a store, as it is written: a file of SQLite.

What is read of the store is held a row at a time, and put in order by SQLite, in bounded memory. A
question that takes longer over all triples than a query may is asked of one property after the
other.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from rdflib import PROV, RDFS, SKOS, URIRef

from eakg.names import EAKG, ID, OA
from eakg.serve.content import START, cells_of, iri_in, text_in, writing_table
from eakg.serve.register.folding import fold
from eakg.serve.words import short
from eakg.sparql import TimeLimitExceededError
from eakg.store import QueryService

_NAMES = (RDFS.label, SKOS.prefLabel, SKOS.altLabel)
_IS_OURS = f'FILTER(STRSTARTS(STR(?thing), "{ID}"))'
_IS_NAMED = f'FILTER(STRSTARTS(STR(?thing), "{ID}") || STRSTARTS(STR(?thing), "{EAKG}"))'
_THINGS = f"SELECT DISTINCT ?thing {{{{ ?thing {{0}} ?o {_IS_OURS} }}}}"
_USE = f"SELECT ?thing (COUNT(*) AS ?n) {{{{ ?any {{0}} ?thing {_IS_OURS} }}}} GROUP BY ?thing"
_DOCUMENTS = f"SELECT DISTINCT ?thing {{ GRAPH ?g {{ ?span <{OA.hasSource}> ?thing }} {_IS_OURS} }}"
_WITHDRAWN = f"SELECT DISTINCT ?thing {{ ?thing <{PROV.invalidatedAtTime}> ?when {_IS_OURS} }}"
_STARTS = (
    f"SELECT ?thing (MAX(?bound) AS ?start) {{ ?thing <{START}> ?bound {_IS_OURS} }}"
    " GROUP BY ?thing ORDER BY ?start"
)
_CLASSES = f'SELECT DISTINCT ?class {{ ?thing a ?class FILTER(STRSTARTS(STR(?class), "{EAKG}")) }}'
_LABELS = f"""SELECT DISTINCT ?class ?label {{ ?class <{RDFS.label}> ?label
  FILTER(STRSTARTS(STR(?class), "{EAKG}") && LANG(?label) IN ("en", "")) }}"""
_PARENTS = f"""SELECT DISTINCT ?class ?parent {{ ?class <{RDFS.subClassOf}> ?parent
  FILTER(STRSTARTS(STR(?class), "{EAKG}") && STRSTARTS(STR(?parent), "{EAKG}")
    && ?class != ?parent) }}"""
_AT_ONCE = 10_000  # rows
_BEGIN = """
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, uses INTEGER DEFAULT 0,
  is_term INTEGER DEFAULT 0,
  has_page INTEGER DEFAULT 0, start INTEGER DEFAULT 0, place INTEGER, label TEXT, kind TEXT);
CREATE TABLE class (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
CREATE TABLE type (thing INTEGER, class INTEGER, PRIMARY KEY (thing, class)) WITHOUT ROWID;
CREATE TABLE name (id INTEGER PRIMARY KEY, thing INTEGER, text TEXT, language TEXT, folded TEXT,
  squeezed TEXT, preferred INTEGER, orders INTEGER);
"""
_ORDER = """
CREATE INDEX name_of ON name (thing);
CREATE TEMP TABLE ordered AS SELECT thing.id AS id FROM thing
  LEFT JOIN (SELECT thing, MIN(text) AS least FROM name WHERE orders GROUP BY thing) names
  ON names.thing = thing.id
  WHERE NOT is_term ORDER BY start, least, iri;
UPDATE thing SET place = ordered.rowid FROM ordered WHERE ordered.id = thing.id;
CREATE TABLE member (class INTEGER, place INTEGER, thing INTEGER, PRIMARY KEY (class, place))
  WITHOUT ROWID;
INSERT INTO member SELECT class, place, thing FROM type JOIN thing ON thing.id = thing
  WHERE place IS NOT NULL ORDER BY class, place;
CREATE INDEX page ON thing (iri) WHERE has_page;
UPDATE thing SET label = (SELECT text FROM name WHERE thing = thing.id
  AND folded <> '' ORDER BY preferred DESC, language IS NOT 'en', COALESCE(language, ''), text
  LIMIT 1);
CREATE INDEX name_folded ON name (folded);
CREATE INDEX name_squeezed ON name (squeezed);
CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE name_word (word INTEGER, name INTEGER, PRIMARY KEY (word, name)) WITHOUT ROWID;
"""


def write_register(store: QueryService, properties: Iterable[str], path: Path) -> None:
    """Write the register of a store into a file.

    Arguments: the store; the properties of its default graph; the file, which is not there yet.
    Raises: StoreError and its kinds; OSError.
    """
    with writing_table(path) as database:
        database.executescript(_BEGIN)
        _Writer(store, tuple(sorted(properties)), database).write()


class _Writer:
    def __init__(
        self, store: QueryService, properties: tuple[str, ...], database: sqlite3.Connection
    ) -> None:
        self._store = store
        self._properties = properties
        self._database = database

    def write(self) -> None:
        self._write_names()
        add_page = "INSERT INTO thing (iri, has_page) VALUES (?, 1) ON CONFLICT DO UPDATE SET"
        add_page += " has_page = 1"
        self._insert(add_page, self._over_all(_THINGS, _iris))
        self._insert(add_page, _iris(cells_of(self._store, _DOCUMENTS)))
        withdrawn = _iris(cells_of(self._store, _WITHDRAWN))
        self._insert("UPDATE thing SET has_page = 0 WHERE iri = ?", withdrawn)
        self._insert("UPDATE thing SET start = ? WHERE iri = ?", self._starts())
        use = "UPDATE thing SET uses = uses + ? WHERE iri = ?"
        self._insert(use, self._over_all(_USE, _uses))
        self._write_types()
        terms = len(EAKG), str(EAKG)
        self._insert("UPDATE thing SET is_term = substr(iri, 1, ?) = ?", [terms])
        self._database.executescript(_ORDER)
        self._write_kinds()
        self._write_words()
        self._database.execute("DROP TABLE type")
        self._database.execute("ANALYZE")

    def _insert(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        self._database.executemany(statement, rows)

    def _over_all(
        self, query: str, read: Callable[[Iterable[tuple[str, ...]]], Iterator[tuple[object, ...]]]
    ) -> Iterator[tuple[object, ...]]:
        """The rows of a question over all triples, or where that takes too long, those over the
        triples of each property."""
        try:
            cells = cells_of(self._store, query.format("?p"))
            first = next(cells, None)
        except TimeLimitExceededError:
            for property_ in self._properties:
                yield from read(cells_of(self._store, query.format(f"<{property_}>")))
            return
        if first is not None:
            yield from read([first])
            yield from read(cells)

    def _write_names(self) -> None:
        for property_ in _NAMES:
            rows = cells_of(
                self._store, f"SELECT ?thing ?name {{ ?thing <{property_}> ?name {_IS_NAMED} }}"
            )
            for batch in _batches(_names(property_, rows)):
                things = ((row[0],) for row in batch)
                self._insert("INSERT OR IGNORE INTO thing (iri) VALUES (?)", things)
                self._insert(
                    "INSERT INTO name (thing, text, language, folded, squeezed, preferred, orders)"
                    " SELECT id, ?2, ?3, ?4, ?5, ?6, ?7 FROM thing WHERE iri = ?1",
                    batch,
                )
        # The same name by two properties is one.
        self._database.execute(
            "DELETE FROM name WHERE id NOT IN (SELECT MIN(id) FROM name"
            " GROUP BY thing, text, language, preferred)"
        )

    def _starts(self) -> Iterator[tuple[object, ...]]:
        rank, last = 0, ""
        for thing, start in cells_of(self._store, _STARTS):
            if start != last:
                rank, last = rank + 1, start
            yield rank, iri_in(thing)

    def _write_types(self) -> None:
        classes = [iri for (iri,) in _iris(cells_of(self._store, _CLASSES))]
        for number, iri in enumerate(sorted(map(str, classes))):
            self._insert("INSERT INTO class VALUES (?, ?)", [(number, iri)])
            members = f"SELECT ?thing {{ ?thing a <{iri}> {_IS_NAMED} }}"
            self._insert(
                "INSERT OR IGNORE INTO type SELECT id, ? FROM thing WHERE iri = ?",
                ((number, *row) for row in _iris(cells_of(self._store, members))),
            )

    def _write_kinds(self) -> None:
        """The label of each thing's most specific class, the first by label where there are
        several."""
        labels: dict[str, str] = {}
        for class_, label in cells_of(self._store, _LABELS):
            iri, text = iri_in(class_), text_in(label)
            if iri is not None and text is not None:
                labels[iri] = min(text[0], labels.get(iri, text[0]))
        parents: dict[str, set[str]] = {}
        for class_, parent in cells_of(self._store, _PARENTS):
            parents.setdefault(str(iri_in(class_)), set()).add(str(iri_in(parent)))
        classes = dict(self._database.execute("SELECT id, iri FROM class"))
        self._database.create_function(
            "kind", 1, _KindNames(classes, labels, parents).of, deterministic=True
        )
        self._database.execute(
            "UPDATE thing SET kind = COALESCE((SELECT kind(GROUP_CONCAT(class)) FROM type"
            " WHERE thing = thing.id), IIF(is_term, 'term of the ontology', 'thing'))"
            " WHERE label IS NOT NULL"
        )

    def _write_words(self) -> None:
        cursor = self._database.execute("SELECT id, folded FROM name")
        pairs = ((word, name) for name, text in cursor for word in {*text.split()})
        for batch in _batches(pairs):
            words = ((word,) for word, _ in batch)
            self._insert("INSERT OR IGNORE INTO word (text) VALUES (?)", words)
            self._insert("INSERT INTO name_word SELECT id, ?2 FROM word WHERE text = ?1", batch)


class _KindNames:
    """What kind a thing is, by the numbers of its classes."""

    def __init__(
        self, classes: dict[int, str], labels: dict[str, str], parents: dict[str, set[str]]
    ) -> None:
        self._classes = classes
        self._labels = labels
        self._parents = parents
        self._cache: dict[str, str] = {}

    def of(self, numbers: str | None) -> str | None:
        if not numbers:
            return None
        if numbers not in self._cache:
            classes = {self._classes[int(one)] for one in numbers.split(",")}
            wider = set().union(*(self._parents.get(one, ()) for one in classes))
            names = (self._labels.get(one, short(one)) for one in classes - wider or classes)
            self._cache[numbers] = min(names)
        return self._cache[numbers]


def _iris(rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[object, ...]]:
    for cell, *_ in rows:
        if (iri := iri_in(cell)) is not None:
            yield (iri,)


def _uses(rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[object, ...]]:
    for cell, number in rows:
        text = text_in(number)
        if (iri := iri_in(cell)) is not None and text is not None:
            yield int(text[0]), iri


def _names(property_: URIRef, rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[object, ...]]:
    for thing, cell in rows:
        iri, text = iri_in(thing), text_in(cell)
        if iri is None or text is None:
            continue
        folded = fold(text[0])
        orders = property_ == RDFS.label and (text[1] or "en").lower() == "en"
        is_preferred = property_ != SKOS.altLabel
        yield iri, *text, folded, folded.replace(" ", ""), is_preferred, orders


def _batches(rows: Iterable[tuple[object, ...]]) -> Iterator[list[tuple[object, ...]]]:
    batch: list[tuple[object, ...]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    yield batch
