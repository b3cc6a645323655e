"""Labels of blank nodes by order of appearance."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

import pyoxigraph

from eakg.rdf import mapped_term

_T = TypeVar("_T")
_WITHOUT_LABELS = (pyoxigraph.NamedNode, pyoxigraph.Literal)


def relabelled(
    quads: Iterable[pyoxigraph.Quad],
    name: str,
    number: int,
    names: Mapping[pyoxigraph.BlankNode, pyoxigraph.NamedNode],
) -> Iterator[pyoxigraph.Quad]:
    """The quads with blank node labels by order of appearance, the same at every start; the engine
    gives new ones at each loading. Blank nodes that name graphs get their IRIs. What is in no graph
    is in the one of the name, if there is any."""
    labels: dict[pyoxigraph.BlankNode, pyoxigraph.BlankNode | pyoxigraph.NamedNode] = {**names}
    file_graph = pyoxigraph.NamedNode(name) if name else pyoxigraph.DefaultGraph()

    def relabel(term: _T) -> _T | pyoxigraph.BlankNode | pyoxigraph.NamedNode:
        if isinstance(term, pyoxigraph.BlankNode):
            return labels.setdefault(term, pyoxigraph.BlankNode(f"b{number}x{len(labels)}"))
        return term

    for quad in quads:
        subject, object_, graph = quad.subject, quad.object, quad.graph_name
        # Most terms are none that could have a label, and are passed by without a call.
        if not isinstance(graph, pyoxigraph.NamedNode):
            graph = relabel(graph)
            graph = file_graph if isinstance(graph, pyoxigraph.DefaultGraph) else graph
        if not isinstance(object_, _WITHOUT_LABELS):
            object_ = mapped_term(object_, relabel)
        if isinstance(subject, pyoxigraph.BlankNode):
            subject = relabel(subject)
        yield pyoxigraph.Quad(subject, quad.predicate, object_, graph)
