"""Writing graphs of rdflib in Turtle.

rdflib writes some terms as others, or as none: doubles with six places, decimals with a fraction,
truth values in one spelling or as numbers, long texts that end in a backslash and a quote, and
names that Turtle does not have. Such are written here in full, as in N-Triples.
"""

import io
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import cast

import pyoxigraph
from rdflib import RDF, XSD, Graph, Literal, Node
from rdflib.plugins.serializers.longturtle import LongTurtleSerializer
from rdflib.plugins.serializers.turtle import VERB, TurtleSerializer

from eakg.names import PREFIXES
from eakg.rdf.notation import write_term
from eakg.rdf.terms import Triple

_SHORT = {
    XSD.integer: re.compile("[+-]?[0-9]+"),
    XSD.decimal: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD.boolean: re.compile("true|false"),
}
"""The literals that rdflib writes without quotes as they are."""
_ROUNDED = frozenset({XSD.double, XSD.float})
_PLAIN_NAME = re.compile("(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?)?")


class _ExactTerms:
    """For a serializer of rdflib: writes every term so that it is read as the same."""

    _prefixes: frozenset[str] | None = None
    """Those that stand at the head of the document, once it is written."""

    def startDocument(self) -> None:
        self._prefixes = frozenset(self.namespaces)  # type: ignore[attr-defined]  # of the serializer
        super().startDocument()  # type: ignore[misc]  # as above

    def get_pname(self, uri: Node, gen_prefix: bool = True) -> str | None:
        # Before a percent sign rdflib would end a namespace, which is no IRI then.
        generates = gen_prefix and "%" not in str(uri)
        name = super().get_pname(uri, generates)  # type: ignore[misc]  # as above
        prefix, _, local_name = (name or "").partition(":")
        is_bound = self._prefixes is None or prefix in self._prefixes
        return name if name and is_bound and _is_name_of(local_name, str(uri)) else None

    def label(self, node: Node, position: int) -> str:
        if isinstance(node, Literal) and not _is_exact(node):
            return write_term(node)
        if node == RDF.nil and position == VERB:
            return write_term(node)
        return cast(str, super().label(node, position))  # type: ignore[misc]  # as above


class _Turtle(_ExactTerms, TurtleSerializer):
    pass


class _CanonicalTurtle(_ExactTerms, LongTurtleSerializer):
    """Writes subjects by name; rdflib would put those that are referred to more often last, so
    that a new reference to a thing moved its description."""

    def orderSubjects(self) -> list[Node]:
        return sorted(self._subjects, key=str)


def write_turtle(triples: Iterable[Triple]) -> bytes:
    """Triples without blank nodes as Turtle, sorted, in UTF-8; the same triples always give the
    same bytes.

    Every triple stands on lines of its own, so that a changed triple changes only its lines.
    """
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    # The serializer makes up prefixes in the order in which it meets namespaces.
    for triple in sorted(triples, key=lambda triple: [write_term(term) for term in triple]):
        graph.add(triple)
    out = io.BytesIO()
    _CanonicalTurtle(graph).serialize(out, encoding="utf-8")  # type: ignore[no-untyped-call]  # rdflib's
    return out.getvalue()


def turtle_of(graph: Graph) -> bytes:
    """A graph as Turtle with its own prefixes, in UTF-8."""
    out = io.BytesIO()
    _Turtle(graph).serialize(out, encoding="utf-8")
    return out.getvalue()


def _is_exact(literal: Literal) -> bool:
    """Whether rdflib writes a literal as it is."""
    if literal.datatype in _ROUNDED:
        return False
    if literal.datatype in _SHORT:
        return _SHORT[literal.datatype].fullmatch(literal) is not None
    return not ("\n" in literal and "\\" in literal)


@lru_cache(1 << 14)
def _is_name_of(name: str, iri: str) -> bool:
    """Whether Turtle has a local name, for the end of an IRI."""
    if _PLAIN_NAME.fullmatch(name):
        return iri.endswith(name)
    document = f"@prefix a: <a:> . a:{name} a:{name} a:{name} ."
    try:
        (quad,) = pyoxigraph.parse(document, format=pyoxigraph.RdfFormat.TURTLE)
    except (SyntaxError, ValueError):
        return False
    read = {quad.subject, quad.predicate, quad.object}
    return len(read) == 1 and iri.endswith(quad.predicate.value.removeprefix("a:"))
