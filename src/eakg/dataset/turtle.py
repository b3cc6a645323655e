"""Canonical writing: the same triples always give the same bytes, one object to a line."""

from collections.abc import Iterable

from rdflib import Graph
from rdflib.graph import _TripleType

from eakg.names import PREFIXES


def write_turtle(triples: Iterable[_TripleType]) -> bytes:
    """Triples without blank nodes as Turtle, sorted, in UTF-8.

    Every triple stands on lines of its own, so that a changed triple changes only its lines.
    """
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    for triple in triples:
        graph.add(triple)
    return graph.serialize(format="longturtle", encoding="utf-8")
