"""Texts of the data by their words: sentences of annotated documents, what is said of things, and
notes of rows of tables.

Words are kept without case, accents and the difference of traditional and simplified characters, as
names are. Ideographs are words by themselves, so that a name of two characters is found.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import DCTERMS, RDF, RDFS, SKOS

from eakg.names import CSVW, EAKG
from eakg.serve.content import cells_of, iri_in, text_in
from eakg.store import QueryService
from eakg.text import fold, is_ideographic

SENTENCE, DESCRIPTION, ROW = "sentence", "description", "row"
_QUERIES = {
    SENTENCE: f"""SELECT ?place ?text {{{{ GRAPH ?g {{{{
      ?place a <{EAKG.Sentence}> ; <{RDF.value}> ?text }}}} }}}}""",
    ROW: f"""SELECT ?place ?text {{{{ GRAPH ?g {{{{ ?row a <{EAKG.TableRow}> ;
      <{RDFS.comment}> ?text ; <{CSVW.url}> ?place }}}} }}}}""",
    DESCRIPTION: f"""SELECT (?thing AS ?place) ?text {{{{
      VALUES ?said {{{{ <{DCTERMS.description}> <{SKOS.definition}> <{RDFS.comment}> }}}}
      ?thing ?said ?text {{is_named}} }}}}""",
}
_BEGIN = """
CREATE TABLE passage (id INTEGER PRIMARY KEY, kind TEXT, place TEXT, text TEXT, language TEXT);
CREATE VIRTUAL TABLE passage_words USING fts5(words, content='');
"""
_FIND = """SELECT kind, place, text, language, rank
  FROM passage_words JOIN passage ON id = passage_words.rowid
  WHERE passage_words MATCH ? ORDER BY rank, id LIMIT ?"""


@dataclass(frozen=True)
class FoundPassage:
    """A text that has the words that were looked for: what it is, the IRI of where it stands, its
    language, the words in it that they are, and how well it fits beside the best, which has 1."""

    kind: str
    place: str
    text: str
    language: str | None
    words: tuple[str, ...]
    score: float


def write_passages(store: QueryService, database: sqlite3.Connection, is_named: str) -> None:
    """Write the texts of a store. Arguments: the store; the file; what holds of things that are
    told of. Raises: StoreError and its kinds."""
    database.executescript(_BEGIN)
    for kind, query in _QUERIES.items():
        rows = cells_of(store, query.format(is_named=is_named))
        for place, text, language in _texts(rows):
            cursor = database.execute(
                "INSERT INTO passage (kind, place, text, language) VALUES (?, ?, ?, ?)",
                (kind, place, text, language),
            )
            database.execute(
                "INSERT INTO passage_words (rowid, words) VALUES (?, ?)",
                (cursor.lastrowid, _spaced(fold(text))),
            )


def passages_with(
    database: sqlite3.Connection, words: Iterable[str], most: int
) -> list[FoundPassage]:
    """The texts that have all of some folded words, or where none has, any of them; the best first.

    Arguments: the register; the words; how many texts.
    """
    terms = tuple(words)
    phrases = [f'"{_spaced(term)}"*' for term in terms]
    for joint in (" AND ", " OR "):
        rows = database.execute(_FIND, (joint.join(phrases), most)).fetchall() if terms else []
        if rows:
            best = rows[0][-1]  # ranks are below zero, the best the lowest
            return [
                FoundPassage(kind, place, text, language, _words_in(text, terms), rank / best)
                for kind, place, text, language, rank in rows
            ]
    return []


def _texts(rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, str, str | None]]:
    places = set()
    for cells in rows:
        place, text = iri_in(cells[0]), text_in(cells[1])
        if place is not None and text is not None and (place, text[0]) not in places:
            places.add((place, text[0]))
            yield place, *text


def _spaced(folded: str) -> str:
    parts = (f" {letter} " if is_ideographic(letter) else letter for letter in folded)
    return " ".join("".join(parts).split())


def _words_in(text: str, terms: tuple[str, ...]) -> tuple[str, ...]:
    words = dict.fromkeys(re.findall(r"\w+", text))
    return tuple(word for word in words if fold(word).startswith(terms))
