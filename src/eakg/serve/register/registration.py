"""The register of the things of a store, as it is written: a file of SQLite.

What is read of the store is held a row at a time, and put in order by SQLite, in bounded memory. A
question that takes longer over all triples than a query may is asked of one property after the
other.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from rdflib import PROV, RDFS, SDO, SKOS, Literal, URIRef

from eakg.names import OA
from eakg.serve.content import (
    SKOLEM,
    Project,
    cells_of,
    class_filter,
    iri_in,
    labels_of,
    named_filter,
    term_filter,
    term_name,
    text_in,
    thing_filter,
    writing_table,
)
from eakg.serve.register.passages import write_passages
from eakg.sparql import TimeLimitExceededError
from eakg.store import QueryService
from eakg.text import fold

_OTHER_NAMES = (SKOS.altLabel, SDO.alternateName)
_PARENTS = f"""SELECT DISTINCT ?class ?parent {{ ?class <{RDFS.subClassOf}> ?parent
  FILTER(isIRI(?class) && isIRI(?parent) && ?class != ?parent) }}"""
_AT_ONCE = 10_000  # rows
_CLASSES_AT_ONCE = 200
_BEGIN = """
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, uses INTEGER DEFAULT 0,
  is_term INTEGER DEFAULT 0, is_blank INTEGER DEFAULT 0,
  has_page INTEGER DEFAULT 0, start INTEGER DEFAULT 0, place INTEGER, label TEXT, kind TEXT);
CREATE TABLE class (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
CREATE TABLE type (thing INTEGER, class INTEGER, PRIMARY KEY (thing, class)) WITHOUT ROWID;
CREATE TABLE name (id INTEGER PRIMARY KEY, thing INTEGER, text TEXT, language TEXT, folded TEXT,
  squeezed TEXT, preferred INTEGER, property INTEGER, tongue INTEGER);
"""
_ORDER = """
CREATE INDEX name_of ON name (thing);
CREATE TEMP TABLE ordered AS SELECT thing.id AS id FROM thing
  LEFT JOIN (SELECT thing, MIN(text) AS least FROM name
    WHERE property = 0 AND tongue < {foreign} GROUP BY thing) names
  ON names.thing = thing.id
  WHERE NOT is_term AND NOT is_blank ORDER BY start, least, iri;
UPDATE thing SET place = ordered.rowid FROM ordered WHERE ordered.id = thing.id;
CREATE TABLE member (class INTEGER, place INTEGER, thing INTEGER, PRIMARY KEY (class, place))
  WITHOUT ROWID;
INSERT INTO member SELECT class, place, thing FROM type JOIN thing ON thing.id = thing
  WHERE place IS NOT NULL ORDER BY class, place;
CREATE INDEX page ON thing (iri) WHERE has_page;
UPDATE thing SET label = (SELECT text FROM name WHERE thing = thing.id
  AND folded <> '' ORDER BY preferred DESC, property, tongue, COALESCE(language, ''), text
  LIMIT 1);
CREATE INDEX name_folded ON name (folded);
CREATE INDEX name_squeezed ON name (squeezed);
CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE name_word (word INTEGER, name INTEGER, PRIMARY KEY (word, name)) WITHOUT ROWID;
"""


def write_register(
    store: QueryService,
    properties: Iterable[str],
    project: Project,
    starts: Iterable[str],
    path: Path,
) -> None:
    """Write the register of a store into a file.

    Arguments: the store; the properties of its default graph; which of its things are listed,
    and what names them; the properties that bound the beginning of a thing; the file, which is not
    there yet.
    Raises: StoreError and its kinds; OSError.
    """
    with writing_table(path) as database:
        database.executescript(_BEGIN)
        _Writer(store, tuple(sorted(properties)), project, tuple(starts), database).write()


class _Writer:
    def __init__(
        self,
        store: QueryService,
        properties: tuple[str, ...],
        project: Project,
        starts: tuple[str, ...],
        database: sqlite3.Connection,
    ) -> None:
        self._store = store
        self._properties = properties
        self._project = project
        self._starting = sorted(set(starts) & set(properties))
        self._is_thing = f"FILTER({thing_filter(project)})"
        self._is_named = f"FILTER({named_filter(project)})"
        self._database = database

    def write(self) -> None:
        self._write_names()
        add_page = "INSERT INTO thing (iri, has_page) VALUES (?, 1) ON CONFLICT DO UPDATE SET"
        add_page += " has_page = 1"
        self._insert(add_page, self._over_all(self._distinct("?thing {0} ?o"), _iris))
        self._insert(add_page, self._iris_of(f"GRAPH ?g {{ ?span <{OA.hasSource}> ?thing }}"))
        withdrawn = self._iris_of(f"?thing <{PROV.invalidatedAtTime}> ?when")
        self._insert("UPDATE thing SET has_page = 0 WHERE iri = ?", withdrawn)
        self._insert("UPDATE thing SET start = ? WHERE iri = ?", self._starts())
        use = "UPDATE thing SET uses = uses + ? WHERE iri = ?"
        uses = f"SELECT ?thing (COUNT(*) AS ?n) {{{{ ?any {{0}} ?thing {self._is_thing} }}}}"
        self._insert(use, self._over_all(f"{uses} GROUP BY ?thing", _uses))
        self._write_types()
        terms = ((len(one), one) for one in self._project.kind)
        self._insert("UPDATE thing SET is_term = 1 WHERE substr(iri, 1, ?) = ?", terms)
        blank = "UPDATE thing SET is_blank = 1 WHERE instr(iri, ?) > 0"
        self._database.execute(blank, (SKOLEM,))
        foreign = self._project.foreign_rank
        self._database.executescript(_ORDER.replace("{foreign}", str(foreign)))
        self._write_kinds()
        self._write_words()
        write_passages(self._store, self._database, f"FILTER({term_filter(self._project)})")
        self._database.execute("DROP TABLE type")
        self._database.execute("ANALYZE")

    def _distinct(self, pattern: str) -> str:
        """A question for the things that a pattern fits, which `str.format` gives a property."""
        return f"SELECT DISTINCT ?thing {{{{ {pattern} {self._is_thing} }}}}"

    def _iris_of(self, pattern: str) -> Iterator[tuple[object, ...]]:
        query = f"SELECT DISTINCT ?thing {{ {pattern} {self._is_thing} }}"
        return _iris(cells_of(self._store, query))

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
        preferred = self._project.label_property
        for place, property_ in enumerate((*preferred, *_OTHER_NAMES)):
            query = f"SELECT ?thing ?name {{ ?thing <{property_}> ?name {self._is_named} }}"
            rows = cells_of(self._store, query)
            is_preferred = place < len(preferred)
            for batch in _batches(self._names(place, is_preferred, rows)):
                things = ((row[0],) for row in batch)
                self._insert("INSERT OR IGNORE INTO thing (iri) VALUES (?)", things)
                self._insert(
                    "INSERT INTO name (thing, text, language, folded, squeezed, preferred,"
                    " property, tongue) SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM thing"
                    " WHERE iri = ?1",
                    batch,
                )
        # The same name by two properties is one.
        self._database.execute(
            "DELETE FROM name WHERE id NOT IN (SELECT MIN(id) FROM name"
            " GROUP BY thing, text, language, preferred)"
        )

    def _names(
        self, place: int, is_preferred: bool, rows: Iterable[tuple[str, ...]]
    ) -> Iterator[tuple[object, ...]]:
        for thing, cell in rows:
            iri, text = iri_in(thing), text_in(cell)
            if iri is None or text is None:
                continue
            folded = fold(text[0])
            tongue = self._project.language_rank(Literal(text[0], lang=text[1] or None))
            yield iri, *text, folded, folded.replace(" ", ""), is_preferred, place, tongue

    def _starts(self) -> Iterator[tuple[object, ...]]:
        rank, last = 0, ""
        if not self._starting:
            return
        patterns = " UNION ".join(f"{{ ?thing <{one}> ?bound }}" for one in self._starting)
        query = f"SELECT ?thing (MAX(?bound) AS ?start) {{ {patterns}"
        query += f" {self._is_thing} }} GROUP BY ?thing ORDER BY ?start"
        for thing, start in cells_of(self._store, query):
            if start != last:
                rank, last = rank + 1, start
            yield rank, iri_in(thing)

    def _write_types(self) -> None:
        query = (
            f"SELECT DISTINCT ?class {{ ?thing a ?class FILTER({class_filter(self._project)}) }}"
        )
        classes = sorted(str(iri) for (iri,) in _iris(cells_of(self._store, query)))
        for batch in _batches(enumerate(classes), _CLASSES_AT_ONCE):
            self._insert("INSERT INTO class VALUES (?, ?)", batch)
            self._insert(
                "INSERT OR IGNORE INTO type SELECT id, ? FROM thing WHERE iri = ?",
                self._members({str(iri): number for number, iri in batch}),
            )

    def _members(self, classes: Mapping[str, object]) -> Iterator[tuple[object, object]]:
        """The things of some classes, each with the number of its class; asked for a class at a
        time where it takes too long for all."""
        values = " ".join(f"<{iri}>" for iri in classes)
        query = f"SELECT ?class ?thing {{ VALUES ?class {{ {values} }} ?thing a ?class"
        try:
            cells = cells_of(self._store, f"{query} {self._is_named} }}")
            first = next(cells, None)
        except TimeLimitExceededError:
            if len(classes) == 1:
                raise
            for iri, number in classes.items():
                yield from self._members({iri: number})
            return
        for class_, thing in chain([first] if first else [], cells):
            member = iri_in(thing)
            if member is not None:
                yield classes[str(iri_in(class_))], member

    def _write_kinds(self) -> None:
        """The label of each thing's most specific class, the first by label where there are
        several."""
        parents: dict[str, set[str]] = {}
        for class_, parent in cells_of(self._store, _PARENTS):
            parents.setdefault(str(iri_in(class_)), set()).add(str(iri_in(parent)))
        classes = dict(self._database.execute("SELECT id, iri FROM class"))
        labels = self._labels(classes.values())
        self._database.create_function(
            "kind", 1, _KindNames(classes, labels, parents).of, deterministic=True
        )
        self._database.execute(
            "UPDATE thing SET kind = COALESCE((SELECT kind(GROUP_CONCAT(class)) FROM type"
            " WHERE thing = thing.id), IIF(is_term, 'term of the ontology', 'thing'))"
        )

    def _labels(self, classes: Iterable[str]) -> dict[str, str]:
        labels: dict[str, tuple[int, str]] = {}
        terms = map(URIRef, classes)
        properties = self._project.label_property
        for term, _, label in labels_of(self._store, terms, properties=properties):
            candidate = self._project.language_rank(label), str(label)
            labels[str(term)] = min(candidate, labels.get(str(term), candidate))
        return {iri: text for iri, (_, text) in labels.items()}

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
            names = (self._labels.get(one, term_name(one)) for one in classes - wider or classes)
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


def _batches(
    rows: Iterable[tuple[object, ...]], size: int = _AT_ONCE
) -> Iterator[list[tuple[object, ...]]]:
    batch: list[tuple[object, ...]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    yield batch
