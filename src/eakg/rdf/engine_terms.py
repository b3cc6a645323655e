"""Terms of the store's engine as terms of rdflib, and back.

The engine has what RDF 1.2 adds: triple terms, and texts with a base direction. Here these raise
`NotRdf11Error`, so that whoever cannot hold them says so, or are carried in literals
(`eakg.rdf.carriers`); nobody leaves them out in silence.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import BinaryIO, cast

import pyoxigraph
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from eakg.rdf.codes import (
    TagWriter,
    WrittenTags,
    carried_term,
    carrier,
    carrier_of,
    coded_tag,
    coded_term,
    is_carrier,
    map_objects,
    mapped_term,
    with_tag,
    written_tag,
)
from eakg.rdf.terms import DIRECTION, TRIPLE_TERM, NotRdf11Error, Triple, literal

EngineNode = pyoxigraph.NamedNode | pyoxigraph.BlankNode
EngineTerm = EngineNode | pyoxigraph.Literal | pyoxigraph.Triple


def node(term: object) -> URIRef | BNode | Literal:
    """The rdflib term of an engine's. Raises: NotRdf11Error."""
    match term:
        case pyoxigraph.NamedNode():
            return URIRef(term.value)
        case pyoxigraph.BlankNode():
            return BNode(term.value)
        case pyoxigraph.Literal():
            if term.direction is not None:
                raise NotRdf11Error(DIRECTION)
            tag = written_tag(term.language) if term.language else None
            return literal(term.value, tag, term.datatype.value)
    raise NotRdf11Error(TRIPLE_TERM)


def carrying_node(term: object) -> URIRef | BNode | Literal:
    """The rdflib term of an engine's; a carrier of what RDF 1.1 does not have."""
    if isinstance(term, pyoxigraph.Triple) or (
        isinstance(term, pyoxigraph.Literal) and term.direction is not None
    ):
        return carrier(term)
    return node(term)


def coded_quads(quads: Iterable[pyoxigraph.Quad], tags: WrittenTags) -> Iterable[pyoxigraph.Quad]:
    """Quads of a document with its language tags, coded. Arguments: the quads as the engine read
    them; the tags with capitals in the document."""
    if not tags:
        return quads
    coded = partial(coded_term, tags)
    return (
        pyoxigraph.Quad(
            quad.subject, quad.predicate, mapped_term(quad.object, coded), quad.graph_name
        )
        for quad in quads
    )


def write_triples(triples: Iterable[pyoxigraph.Triple], output: BinaryIO) -> None:
    """Write triples in N-Triples, with language tags as they were before they were coded."""
    writer = TagWriter(output)
    coded_triples = map_objects(triples, writer.term)
    pyoxigraph.serialize(coded_triples, cast(BinaryIO, writer), pyoxigraph.RdfFormat.N_TRIPLES)
    writer.close()


def prefixed_nodes(text: str, prefix: str) -> str:
    """The spelling of a triple term with other labels of the blank nodes in it: `prefix`, which
    begins with `_:`, and what they were."""

    def prefixed(term: object) -> object:
        if isinstance(term, pyoxigraph.BlankNode):
            return pyoxigraph.BlankNode(f"{prefix[2:]}{term.value}")
        return term

    term = mapped_term(carried_term(carrier_of(text)), prefixed)
    return str(carrier(term))


def triples(quads: Iterable[pyoxigraph.Quad]) -> Iterator[Triple]:
    """The triples of quads. Raises: NotRdf11Error."""
    return _triples(quads, node)


def carrying_triples(quads: Iterable[pyoxigraph.Quad]) -> Iterator[Triple]:
    """The triples of quads, with carriers of what RDF 1.1 does not have."""
    return _triples(quads, carrying_node)


def _triples(
    quads: Iterable[pyoxigraph.Quad], node_of: Callable[[object], Node]
) -> Iterator[Triple]:
    nodes: dict[object, Node] = {}

    def cached_node(term: object) -> Node:
        if term not in nodes:
            nodes[term] = node_of(term)
        return nodes[term]

    for quad in quads:
        yield cached_node(quad.subject), cached_node(quad.predicate), cached_node(quad.object)


def is_rdf11(quad: pyoxigraph.Quad) -> bool:
    """Whether a quad has no term that RDF 1.1 does not have, which only its object may be."""
    term = quad.object
    if isinstance(term, pyoxigraph.Literal):
        return term.direction is None
    return not isinstance(term, pyoxigraph.Triple)


def engine_triple(triple: Triple) -> pyoxigraph.Triple:
    """The triple as the engine has it.

    Raises: TypeError for what is no RDF triple; ValueError for an IRI or a language tag that is
    none.
    """
    subject, predicate, object_ = map(_term, triple)
    return pyoxigraph.Triple(subject, predicate, object_)  # type: ignore[arg-type]  # it raises


def quad(triple: Triple, graph: pyoxigraph.NamedNode) -> pyoxigraph.Quad:
    """The triple in a graph. Raises: as `engine_triple`."""
    return pyoxigraph.Quad(*engine_triple(triple), graph)  # type: ignore[call-arg]  # three terms


def pattern(triple: Triple) -> tuple[EngineNode, pyoxigraph.NamedNode, EngineTerm]:
    """The terms of the triple as the engine has them. Raises: as `engine_triple`."""
    subject, predicate, object_ = engine_triple(triple)
    return subject, predicate, object_


def engine_literal(term: Literal) -> pyoxigraph.Literal:
    """The literal as the engine has it, its language tag coded. Raises: as `engine_triple`."""
    return cast(pyoxigraph.Literal, _term(term))


def is_iri(text: str) -> bool:
    """Whether the text is an absolute IRI, RFC 3987 section 2.2."""
    try:
        pyoxigraph.NamedNode(text)
    except ValueError:
        return False
    return True


def _term(term: Node) -> EngineTerm:
    match term:
        case URIRef():
            return pyoxigraph.NamedNode(str(term))
        case BNode():
            return pyoxigraph.BlankNode(str(term))
        case Literal(language=str()):
            return with_tag(
                pyoxigraph.Literal(str(term), language=term.language),
                coded_tag(str(term.language)),
            )
        case Literal(datatype=None):
            return pyoxigraph.Literal(str(term))
        case Literal() if is_carrier(term):
            return cast(EngineTerm, carried_term(term))
        case Literal():
            return pyoxigraph.Literal(str(term), datatype=pyoxigraph.NamedNode(str(term.datatype)))
    raise TypeError(f"{term!r} is no RDF term")
