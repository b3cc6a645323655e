"""Canonical writing: the same triples always give the same bytes, one object to a line."""

import io
from collections.abc import Iterable

from rdflib import Graph, Node
from rdflib.plugins.serializers.longturtle import LongTurtleSerializer

from eakg.names import PREFIXES
from eakg.rdf.notation import write_term
from eakg.rdf.terms import Triple


class _InOrderOfNames(LongTurtleSerializer):
    """Writes subjects by name; rdflib would put those that are referred to more often last, so
    that a new reference to a thing moved its description."""

    def orderSubjects(self) -> list[Node]:
        return sorted(self._subjects, key=str)


def write_turtle(triples: Iterable[Triple]) -> bytes:
    """Triples without blank nodes as Turtle, sorted, in UTF-8.

    Every triple stands on lines of its own, so that a changed triple changes only its lines.
    """
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    # The serializer makes up prefixes in the order in which it meets namespaces.
    for triple in sorted(triples, key=lambda triple: [write_term(term) for term in triple]):
        graph.add(triple)
    out = io.BytesIO()
    _InOrderOfNames(graph).serialize(out, encoding="utf-8")  # type: ignore[no-untyped-call]  # rdflib's
    return out.getvalue()
