"""How the graph uses the terms of the ontology: how often, for example where, and all of it."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from rdflib import RDF, RDFS, URIRef
from rdflib.term import Node

from eakg.names import EAKG
from eakg.rdf import Triple, sparql_term
from eakg.serve.content import (
    Catalogue,
    Shelf,
    cells_of,
    iri_in,
    reading_table,
    short,
    writing_table,
)
from eakg.serve.words import DisplayTerm, Naming, naming_of, proof_path
from eakg.store import QueryRequest, QueryService, select

PAGE = 100
_EXAMPLES = 3
_PREFIXES = f"PREFIX eakg: <{EAKG}>\nPREFIX rdfs: <{RDFS}>\n"
_CLASSES = f"""SELECT ?term (COUNT(DISTINCT ?s) AS ?n) {{ GRAPH ?g {{ ?s a ?term }}
  FILTER(STRSTARTS(STR(?term), "{EAKG}")) }} GROUP BY ?term"""
_PROPERTIES = f"""SELECT ?term (COUNT(*) AS ?n) {{
  {{ SELECT DISTINCT ?s ?term ?o {{ GRAPH ?g {{ ?s ?term ?o }}
    FILTER(STRSTARTS(STR(?term), "{EAKG}")) }} }} }} GROUP BY ?term"""
_RUNS = "CREATE TEMP TABLE subject (iri TEXT, size INTEGER)"
_ORDERED_RUNS = """CREATE TABLE run (first INTEGER PRIMARY KEY, subject TEXT, size INTEGER);
INSERT INTO run SELECT SUM(size) OVER (ORDER BY iri) - size, iri, size FROM subject ORDER BY iri;"""


@dataclass(frozen=True)
class Example:
    """A triple of a term's use: its subject, its value for a property, and where it is proved, None
    for what is only in the evidence."""

    subject: DisplayTerm
    value: DisplayTerm | None
    proof: str | None


@dataclass(frozen=True)
class Use:
    """How often a term is used, and the first triples of its use."""

    count: int
    examples: tuple[Example, ...]


class Usage:
    """How the triples of a store use our terms.

    What grows with their number is put in order once for each version of the data. Arguments:
    whatever answers queries; what it holds; where files are kept. All methods raise StoreError and
    its kinds.
    """

    def __init__(self, store: QueryService, catalogue: Catalogue, shelf: Shelf) -> None:
        self._store = store
        self._catalogue = catalogue
        self._shelf = shelf

    def of_all(self) -> dict[str, Use]:
        """The use of each of our terms that is used at all."""
        counts = {
            str(row["term"]): int(str(row["n"]))
            for text in (_CLASSES, _PROPERTIES)
            for row in self._catalogue.rows(text)
            if "term" in row
        }
        subjects = self._first_subjects(sorted(counts))
        parts = " UNION ".join(
            f"{{ SELECT DISTINCT (<{term}> AS ?term) ?s ?o {{ VALUES ?s {{ {' '.join(cells)} }}"
            f" {_pattern(term)} }} ORDER BY ?s ?o LIMIT {_EXAMPLES} }}"
            for term, cells in subjects.items()
        )
        query = f"SELECT ?term ?s ?o {{ {parts} }}"
        rows = select(self._store, QueryRequest(query)) if parts else []
        triples: dict[str, list[Triple]] = {}
        for row in rows:
            term = str(row["term"])
            triples.setdefault(term, []).append(_triple(term, row))
        examples = iter(self._examples([triple for group in triples.values() for triple in group]))
        by_term = {term: tuple(islice(examples, len(group))) for term, group in triples.items()}
        return {term: Use(count, by_term.get(term, ())) for term, count in counts.items()}

    def count(self, term: str) -> int:
        """In how many triples a term is used."""
        with self._runs(term) as database:
            return int(database.execute("SELECT COALESCE(SUM(size), 0) FROM run").fetchone()[0])

    def page(self, term: str, page: int) -> tuple[Example, ...]:
        """A page of a term's use; pages count from 1."""
        first = PAGE * (page - 1)
        with self._runs(term) as database:
            runs = database.execute(
                "SELECT first, subject FROM run WHERE first >= COALESCE("
                "(SELECT MAX(first) FROM run WHERE first <= ?1), 0) ORDER BY first LIMIT ?2",
                (first, PAGE),
            ).fetchall()
        if not runs:
            return ()
        subjects = " ".join(f"<{subject}>" for _, subject in runs)
        text = (
            f"SELECT DISTINCT ?s ?o {{ VALUES ?s {{ {subjects} }} {_pattern(term)} }}"
            f" ORDER BY ?s ?o LIMIT {PAGE} OFFSET {first - runs[0][0]}"
        )
        triples = [_triple(term, row) for row in select(self._store, QueryRequest(text))]
        return tuple(self._examples(triples))

    def _examples(self, triples: Sequence[Triple]) -> Iterator[Example]:
        nodes = (node for subject, _predicate, value in triples for node in (subject, value))
        naming = naming_of(self._store, nodes, self._catalogue.presentation())
        provable = self._provable(triples)
        for triple in triples:
            yield _example(triple, naming, is_provable=triple in provable)

    def _provable(self, triples: Sequence[Triple]) -> frozenset[Triple]:
        """Those that hold, where others are only in the evidence of what holds."""
        cells = "".join(f"({' '.join(map(sparql_term, triple))})" for triple in triples)
        query = f"SELECT ?s ?p ?o {{ VALUES (?s ?p ?o) {{ {cells} }} ?s ?p ?o }}"
        rows = select(self._store, QueryRequest(query)) if triples else []
        return frozenset((row["s"], row["p"], row["o"]) for row in rows)

    def _first_subjects(self, terms: Sequence[str]) -> dict[str, list[str]]:
        """The first subjects of the triples of each term, as SPARQL writes them."""

        def write(path: Path) -> None:
            first = {
                term: nsmallest(
                    _EXAMPLES,
                    (f"<{iri}>" for (iri,) in _iris(self._store, _subjects(term))),
                    key=lambda cell: cell[1:-1],
                )
                for term in terms
            }
            path.write_text(json.dumps(first), "utf-8")

        first = json.loads(self._shelf.get("first-subjects.json", write).read_text("utf-8"))
        return {term: cells for term, cells in first.items() if cells}

    @contextmanager
    def _runs(self, term: str) -> Iterator[sqlite3.Connection]:
        """The subjects of the triples of a term in their order, each with how many come before its
        own, and how many these are."""

        def write(path: Path) -> None:
            with writing_table(path) as database:
                database.executescript(_RUNS)
                database.executemany(
                    "INSERT INTO subject VALUES (?, ?)",
                    ((iri, int(number)) for iri, number in _iris(self._store, _sizes(term))),
                )
                database.executescript(_ORDERED_RUNS)

        name = quote(f"use of {term.removeprefix(EAKG)}", safe=" ")
        with reading_table(self._shelf.get(name, write)) as database:
            yield database


def _iris(store: QueryService, text: str) -> Iterator[tuple[str, ...]]:
    """The rows of a query whose first term is an IRI, with that for it."""
    for cell, *rest in cells_of(store, text):
        if (iri := iri_in(cell)) is not None:
            yield iri, *rest


def _subjects(term: str) -> str:
    return f"SELECT DISTINCT ?s {{ {_pattern(term)} }}"


def _sizes(term: str) -> str:
    distinct = f"SELECT DISTINCT ?s ?o {{ {_pattern(term)} }}"
    return f"SELECT ?s (COUNT(*) AS ?n) {{ {{ {distinct} }} }} GROUP BY ?s"


def query(term: str) -> str:
    """The query for all of a term's use, with the names of things."""
    name = short(term)
    if is_class(term):
        return (
            f"{_PREFIXES}SELECT DISTINCT ?thing ?thingLabel WHERE {{\n"
            f"  GRAPH ?graph {{ ?thing a {name} }}\n"
            '  OPTIONAL { ?thing rdfs:label ?thingLabel FILTER (LANG(?thingLabel) = "en") }\n'
            "}\nORDER BY ?thing"
        )
    return (
        f"{_PREFIXES}SELECT DISTINCT ?thing ?thingLabel ?value ?valueLabel WHERE {{\n"
        f"  GRAPH ?graph {{ ?thing {name} ?value }}\n"
        '  OPTIONAL { ?thing rdfs:label ?thingLabel FILTER (LANG(?thingLabel) = "en") }\n'
        '  OPTIONAL { ?value rdfs:label ?valueLabel FILTER (LANG(?valueLabel) = "en") }\n'
        "}\nORDER BY ?thing ?value"
    )


def is_class(term: str) -> bool:
    """Whether one of our terms is a class: these begin with a capital letter."""
    return term.removeprefix(EAKG)[:1].isupper()


def _pattern(term: str) -> str:
    if is_class(term):
        return f"GRAPH ?g {{ ?s a <{term}> }}"
    return f"GRAPH ?g {{ ?s <{term}> ?o }}"


def _triple(term: str, row: dict[str, Node]) -> Triple:
    if is_class(term):
        return (row["s"], RDF.type, URIRef(term))
    return (row["s"], URIRef(term), row["o"])


def _example(triple: Triple, naming: Naming, *, is_provable: bool) -> Example:
    subject, predicate, value = triple
    return Example(
        naming.of(subject),
        None if predicate == RDF.type else naming.of(value),
        proof_path(triple) if is_provable else None,
    )
