"""Writing triples that did not come from one query, in the formats of query results."""

from collections.abc import Iterable, Mapping

import pyoxigraph
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from eakg.rdf.formats import GRAPH_SYNTAX, ResultFormat
from eakg.rdf.terms import Triple


def serialize(
    statements: Iterable[Triple], result_format: ResultFormat, prefixes: Mapping[str, str]
) -> bytes:
    """The triples in a graph format, each once, in the order of their N-Triples text, with those
    of the prefixes that they use.

    Raises: KeyError when the format is not one of graphs; TypeError for what is no RDF triple.
    """
    ordered = sorted(set(statements), key=lambda one: tuple(term.n3() for term in one))
    iris = {str(term) for one in ordered for term in one if isinstance(term, URIRef)}
    iris |= {str(one[2].datatype) for one in ordered if isinstance(one[2], Literal)}
    data = pyoxigraph.serialize(
        (_triple(*one) for one in ordered),
        format=GRAPH_SYNTAX[result_format.name],
        prefixes={
            prefix: namespace
            for prefix, namespace in prefixes.items()
            if any(iri.startswith(namespace) for iri in iris)
        },
    )
    return data or b""


def is_iri(text: str) -> bool:
    """Whether the text is an absolute IRI, RFC 3987 section 2.2."""
    try:
        pyoxigraph.NamedNode(text)
    except ValueError:
        return False
    return True


def _triple(subject: Node, predicate: Node, object_: Node) -> pyoxigraph.Triple:
    if not isinstance(subject, (URIRef, BNode)) or not isinstance(predicate, URIRef):
        raise TypeError(f"{subject!r} {predicate!r} begin no RDF triple")
    return pyoxigraph.Triple(
        _resource(subject), pyoxigraph.NamedNode(str(predicate)), _term(object_)
    )


def _resource(term: URIRef | BNode) -> pyoxigraph.NamedNode | pyoxigraph.BlankNode:
    if isinstance(term, URIRef):
        return pyoxigraph.NamedNode(str(term))
    return pyoxigraph.BlankNode(str(term))


def _term(term: Node) -> pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal:
    if isinstance(term, (URIRef, BNode)):
        return _resource(term)
    if not isinstance(term, Literal):
        raise TypeError(f"{term!r} is no RDF term")
    if term.language:
        return pyoxigraph.Literal(str(term), language=term.language)
    if term.datatype:
        return pyoxigraph.Literal(str(term), datatype=pyoxigraph.NamedNode(str(term.datatype)))
    return pyoxigraph.Literal(str(term))
