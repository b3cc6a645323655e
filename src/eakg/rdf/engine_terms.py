"""Terms of the store's engine as terms of rdflib, and back."""

from collections.abc import Iterable, Iterator

import pyoxigraph
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from eakg.rdf.terms import Triple

_STRING = str(XSD.string)


def node(term: object) -> Node | None:
    """The rdflib term of an engine's; None for what RDF 1.1 does not have."""
    match term:
        case pyoxigraph.NamedNode():
            return URIRef(term.value)
        case pyoxigraph.BlankNode():
            return BNode(term.value)
        case pyoxigraph.Literal() if term.direction is None:
            if term.language:
                return Literal(term.value, lang=term.language)
            if term.datatype.value == _STRING:
                return Literal(term.value)
            return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    return None


def triples(quads: Iterable[pyoxigraph.Quad]) -> Iterator[Triple]:
    """The triples of quads; those with terms that RDF 1.1 does not have are left out."""
    known: dict[object, Node | None] = {}

    def known_node(term: object) -> Node | None:
        found = known.get(term)
        if found is None:
            found = known[term] = node(term)
        return found

    for quad in quads:
        subject, predicate, object_ = map(known_node, (quad.subject, quad.predicate, quad.object))
        if subject is not None and predicate is not None and object_ is not None:
            yield subject, predicate, object_


def quad(triple: Triple, graph: pyoxigraph.NamedNode) -> pyoxigraph.Quad:
    """The triple in a graph."""
    subject, predicate, object_ = map(_term, triple)
    return pyoxigraph.Quad(subject, predicate, object_, graph)  # type: ignore[arg-type]  # a triple is one of RDF


def pattern(triple: Triple) -> tuple[object, object, object]:
    """The triple as terms of the engine."""
    subject, predicate, object_ = map(_term, triple)
    return subject, predicate, object_


def _term(given: Node) -> pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal:
    if isinstance(given, Literal):
        if given.language:
            return pyoxigraph.Literal(str(given), language=given.language)
        if given.datatype is None:
            return pyoxigraph.Literal(str(given))
        return pyoxigraph.Literal(str(given), datatype=pyoxigraph.NamedNode(str(given.datatype)))
    if isinstance(given, BNode):
        return pyoxigraph.BlankNode(str(given))
    return pyoxigraph.NamedNode(str(given))
