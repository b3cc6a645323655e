"""A service as a store of rdflib, to be read."""

from collections.abc import Generator, Iterable, Iterator
from typing import Any

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.store import Store
from rdflib.term import Node

from eakg.rdf import Triple, results_of, sparql_term
from eakg.serve.agents import Service

_PLACES = ("s", "p", "o")
Pattern = tuple[Node | None, Node | None, Node | None]


class ServiceStore(Store):
    """The default graph of a service, asked a pattern at a time.

    A blank node is one of the answer that it came with; it is in no pattern, and what has one is
    found by others. Argument: the service.
    """

    context_aware = False
    graph_aware = False
    formula_aware = False
    transaction_aware = False

    def __init__(self, service: Service) -> None:
        super().__init__()
        self._service = service

    def triples(
        self, triple_pattern: Any, context: Graph | None = None
    ) -> Iterator[tuple[Triple, Iterator[None]]]:
        """The triples that match a pattern, in which None is anything."""
        if any(isinstance(term, BNode) for term in triple_pattern):
            return
        text = f"SELECT * {{ {_pattern_text(triple_pattern)} }}"
        for row in self._rows(text):
            subject, predicate, object_ = (
                row.get(name, term) for name, term in zip(_PLACES, triple_pattern, strict=True)
            )
            yield (subject, predicate, object_), iter(())

    def __len__(self, context: Graph | None = None) -> int:
        (row,) = self._rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        return int(row["n"])

    def add(self, triple: Any, context: Any, *_: Any, **__: Any) -> None:
        """Nothing is added. Raises: TypeError."""
        raise TypeError("this graph is read-only; eakg serve --writable takes updates")

    def remove(self, triple: Any, context: Any = None) -> None:
        """Nothing is removed. Raises: TypeError."""
        raise TypeError("this graph is read-only; eakg serve --writable takes updates")

    def contexts(self, triple: Any = None) -> Generator[Graph, None, None]:
        """There are none that rdflib should know of."""
        yield from ()

    def _rows(self, text: str) -> Iterable[Any]:
        parameters = [("query", text), ("format", "json")]
        results = results_of(self._service.get("/sparql", parameters, "*/*").document)
        return () if isinstance(results, bool) else results.rows


def _pattern_text(pattern: Pattern) -> str:
    terms = zip(_PLACES, pattern, strict=True)
    return " ".join(f"?{name}" if term is None else _term(term) for name, term in terms)


def _term(term: Node) -> str:
    if not isinstance(term, URIRef | Literal):
        raise TypeError(f"{term!r} is no term of a pattern")
    return sparql_term(term)
