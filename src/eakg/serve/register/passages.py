"""Texts of the data by their words: sentences of annotated documents, what is said of things, and
notes of rows of tables.

Words are kept without case, accents and the difference of traditional and simplified characters, as
names are. Ideographs are words by themselves, so that a name of two characters is found.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

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
_ALIKE = 20  # places that are looked at for each text
_BEGIN = """
CREATE TABLE passage (id INTEGER PRIMARY KEY, kind TEXT, place TEXT, text TEXT, language TEXT);
CREATE VIRTUAL TABLE passage_words USING fts5(words, content='');
"""
_FIND = """SELECT kind, place, text, language, rank
  FROM passage_words JOIN passage ON id = passage_words.rowid
  WHERE passage_words MATCH ? ORDER BY rank, id LIMIT ?"""


@dataclass(frozen=True)
class FoundPassage:
    """A text that has words that were looked for: what it is, the IRI of where it stands, its
    language, the words that were looked for, how well it fits beside the best, which has 1, and in
    how many places it stands, where texts that are the same are joined."""

    kind: str
    place: str
    text: str
    language: str | None
    terms: tuple[str, ...]
    score: float
    places: int = 1

    @property
    def words(self) -> tuple[str, ...]:
        """The words in it that are looked for, as it has them."""
        words = dict.fromkeys(re.findall(r"\w+", self.text))
        return tuple(word for word in words if fold(word).startswith(self.terms))

    @property
    def hits(self) -> int:
        """How many of the words that were looked for it has."""
        text = fold(self.text)
        return sum(_has_word(text, term) for term in self.terms)


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
                FoundPassage(kind, place, text, language, terms, rank / best)
                for kind, place, text, language, rank in rows
            ]
    return []


def distinct_passages(
    database: sqlite3.Connection, words: Iterable[str], most: int
) -> list[FoundPassage]:
    """The best texts that have all of some folded words, or any, each text once with the number of
    its places among those that were looked at. One that has a single word of several is left out
    where another has more.

    Arguments: the register; the words; how many texts.
    """
    passages = passages_with(database, words, most * _ALIKE)
    least = min(2, max((passage.hits for passage in passages), default=0))
    groups: dict[tuple[str, str], list[FoundPassage]] = {}
    for passage in passages:
        if passage.hits >= least:
            groups.setdefault((passage.kind, passage.text), []).append(passage)
    return [replace(group[0], places=len(group)) for group in islice(groups.values(), most)]


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


def _has_word(folded: str, term: str) -> bool:
    """Whether a folded text has a word that begins so; an ideograph is a word by itself."""
    return f" {_spaced(term)}" in f" {_spaced(folded)}"
