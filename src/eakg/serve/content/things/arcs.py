"""The triples that a thing is in, in pages.

Those of most things are read and put in order here. Where they are many, they are put in order in a
file, once for each version of the data, and a page of them is read from it.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rdflib import RDF, URIRef

from eakg.evidence import is_axiom
from eakg.names import INFERRED_GRAPH, is_evidence
from eakg.rdf import Row, Triple, read_term, sparql_term, write_term
from eakg.serve.content.bounds import Bounds, TimeTerms
from eakg.serve.content.scope import graph_filter
from eakg.serve.content.shelf import Shelf
from eakg.serve.content.streams import cells_of, iri_in, term_in
from eakg.serve.content.tables import reading_table, writing_table
from eakg.store import Closure, QueryRequest, QueryService, select

MANY = 5_000
"""Triples of a thing, each counted in each of its graphs, beyond which a file is made."""
_Direction = Literal["outgoing", "incoming"]
_NOT_PARTS = f"FILTER(?p NOT IN (<{RDF.subject}>, <{RDF.predicate}>, <{RDF.object}>))"
_BEGIN = "CREATE TEMP TABLE row (key TEXT, graph TEXT)"
_ORDERED = """CREATE TABLE arc (place INTEGER PRIMARY KEY, key TEXT, graphs TEXT);
INSERT INTO arc (key, graphs) SELECT key, GROUP_CONCAT(graph, ' ') FROM row
  GROUP BY key ORDER BY key;"""


@dataclass(frozen=True)
class DescribedTriple:
    """A triple and the names of the graphs that it is in."""

    triple: Triple
    graphs: frozenset[str]

    @property
    def inferred(self) -> bool:
        """Whether it is in the graph only because it follows from others."""
        return self.graphs == {str(INFERRED_GRAPH)}

    @property
    def axiom(self) -> bool:
        """Whether it is of an ontology."""
        return is_axiom(self.triple, self.graphs)

    @property
    def of_evidence(self) -> bool:
        """Whether it is evidence itself."""
        return all(map(is_evidence, self.graphs))

    @property
    def is_attestable(self) -> bool:
        """Whether evidence may state it."""
        return not self.inferred and not self.of_evidence


class Arcs:
    """The triples of a thing.

    Arguments: the store; where files are kept; the thing; whether what follows is among them. All
    methods raise StoreError and its kinds.
    """

    def __init__(self, store: QueryService, shelf: Shelf, iri: URIRef, closure: Closure) -> None:
        self._store = store
        self._shelf = shelf
        self._iri = iri
        self._closure: Closure = closure

    def outgoing(self, window: slice) -> tuple[tuple[DescribedTriple, ...], int]:
        """A window on the triples that start from the thing, in order, and how many they are."""
        return self._window("outgoing", window)

    def incoming(self, window: slice) -> tuple[tuple[DescribedTriple, ...], int]:
        """The same of those that point to it; statements about it are given as evidence."""
        return self._window("incoming", window)

    def bounds(self, time: TimeTerms) -> Bounds:
        """When the thing was, by properties that tell that."""
        properties = ", ".join(map(sparql_term, sorted(time.bounds)))
        thing = sparql_term(self._iri)
        condition = f"?p IN ({properties}) && {graph_filter(self._closure)}"
        text = f"SELECT ?g ?p ?o {{ GRAPH ?g {{ {thing} ?p ?o }} FILTER({condition}) }}"
        rows = select(self._store, self._request(text, "outgoing"))
        return time.bounds_of((row["p"], row["o"]) for row in rows)

    def _window(
        self, direction: _Direction, window: slice
    ) -> tuple[tuple[DescribedTriple, ...], int]:
        text = f"{self._text(direction)} LIMIT {MANY}"
        rows = select(self._store, self._request(text, direction))
        if len(rows) < MANY:
            entries = entries_of(rows, self._iri)
            if direction == "incoming":
                entries = tuple(sorted(entries, key=lambda entry: order(entry.triple)[1]))
            return entries[window], len(entries)
        with self._file(direction) as database:
            number = int(database.execute("SELECT COUNT(*) FROM arc").fetchone()[0])
            lines = database.execute(
                "SELECT key, graphs FROM arc WHERE place > ? AND place <= ? ORDER BY place",
                (window.start, window.stop),
            )
            return tuple(self._entry(direction, *line) for line in lines), number

    def _entry(self, direction: _Direction, key: str, graphs: str) -> DescribedTriple:
        predicate, end = map(read_term, key.split("\t", 1))
        is_outgoing = direction == "outgoing"
        triple = (self._iri, predicate, end) if is_outgoing else (end, predicate, self._iri)
        return DescribedTriple(triple, frozenset(graphs.split(" ")))

    @contextmanager
    def _file(self, direction: _Direction) -> Iterator[sqlite3.Connection]:
        def write(path: Path) -> None:
            request = self._request(self._text(direction), direction, "tsv")
            rows = (
                ("\t".join(write_term(term_in(cell)) for cell in cells), iri_in(graph))
                for *cells, graph in cells_of(self._store, request)
            )
            with writing_table(path) as database:
                database.executescript(_BEGIN)
                database.executemany("INSERT INTO row VALUES (?, ?)", rows)
                database.executescript(_ORDERED)

        digest = hashlib.sha256(self._iri.encode()).hexdigest()
        path = self._shelf.get(f"{direction} {self._closure} {digest}", write)
        with reading_table(path) as database:
            yield database

    def _text(self, direction: _Direction) -> str:
        thing = sparql_term(self._iri)
        graphs = f"FILTER({graph_filter(self._closure)})"
        if direction == "outgoing":
            return f"SELECT ?p ?o ?g {{ GRAPH ?g {{ {thing} ?p ?o }} {graphs} }}"
        return f"SELECT ?p ?s ?g {{ GRAPH ?g {{ ?s ?p {thing} }} {_NOT_PARTS} {graphs} }}"

    def _request(self, text: str, direction: _Direction, name: str = "json") -> QueryRequest:
        forms = (f"<{self._iri}>", "p", "o", "g") if direction == "outgoing" else ()
        return QueryRequest(text, name, self._closure, row_triple=forms, any_graph=True)


def entries_of(rows: Iterable[Row], iri: URIRef) -> tuple[DescribedTriple, ...]:
    """The triples of rows with the graphs that each is in, in order.

    Arguments: the rows; the subject or object where a row has none.
    """
    graphs: dict[Triple, set[str]] = {}
    for row in rows:
        triple = (row.get("s", iri), row["p"], row.get("o", iri))
        graphs.setdefault(triple, set()).add(str(row["g"]))
    return tuple(
        DescribedTriple(triple, frozenset(names))
        for triple, names in sorted(graphs.items(), key=lambda entry: order(entry[0]))
    )


def order(triple: Triple) -> tuple[str, ...]:
    """What triples are put in order by."""
    return tuple(map(write_term, triple))
