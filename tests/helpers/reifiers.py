"""The evidence as RDF 1.2 has it, put together from the three triples of each statement."""

from collections.abc import Iterable

import pyoxigraph as ox
from rdflib.namespace import RDF

from eakg.names import EVIDENCE

REIFIES = ox.NamedNode(f"{RDF}reifies")
REIFIERS = ox.NamedNode("https://w3id.org/eakg/graph/reifiers")
_PARTS = tuple(ox.NamedNode(str(part)) for part in (RDF.subject, RDF.predicate, RDF.object))
Part = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def statements(quads: Iterable[ox.Quad]) -> dict[str, tuple[Part, Part, Part]]:
    """What each statement of the evidence states, by its IRI. Each has one of each part."""
    parts: dict[str, dict[ox.NamedNode, Part]] = {}
    for quad in quads:
        graph = quad.graph_name
        if isinstance(graph, ox.NamedNode) and EVIDENCE in graph.value and quad.predicate in _PARTS:
            assert isinstance(quad.subject, ox.NamedNode)
            values = parts.setdefault(quad.subject.value, {})
            assert quad.predicate not in values, "a statement has one of each part"
            values[quad.predicate] = quad.object
    return {
        node: (values[_PARTS[0]], values[_PARTS[1]], values[_PARTS[2]])
        for node, values in parts.items()
    }


def reifier_lines(quads: Iterable[ox.Quad]) -> list[str]:
    """N-Quads of RDF 1.2, spelled by hand."""
    return [
        f"<{node}> {REIFIES} <<( {subject} {predicate} {object_} )>> {REIFIERS} .\n"
        for node, (subject, predicate, object_) in sorted(statements(quads).items())
    ]
