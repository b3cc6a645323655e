"""The named graphs of a dataset, read from their files."""

from collections.abc import Iterable
from pathlib import Path

from rdflib import BNode, Graph, URIRef
from rdflib.compare import to_canonical_graph

from eakg.dataset.layout import ASSERTED, EVIDENCE_FOLDER, Layout
from eakg.evidence import NamedGraph
from eakg.names import evidence_graph, is_evidence
from eakg.rdf import parse_all, parse_rdf


def evidence_beside(paths: Iterable[Path]) -> list[NamedGraph]:
    """The evidence for files of a built graph, which lies in a folder beside theirs."""
    beside = (
        path.parent.parent / EVIDENCE_FOLDER / path.name
        for path in paths
        if path.absolute().parent.name == ASSERTED
    )
    return named_graphs((evidence_graph(path.stem), path) for path in beside if path.is_file())


def named_graphs(files: Iterable[tuple[URIRef, Path]]) -> list[NamedGraph]:
    """Graphs read from their files. Blank nodes have the labels of their places in the graph, so
    that they are the same whenever it is read."""
    return [(name, path, _labelled(parse_rdf(path))) for name, path in files]


def _labelled(graph: Graph) -> Graph:
    if not any(isinstance(term, BNode) for triple in graph for term in triple):
        return graph
    canonical = Graph()
    for prefix, namespace in graph.namespaces():
        canonical.bind(prefix, namespace)
    for triple in to_canonical_graph(graph):
        canonical.add(triple)
    return canonical


def layout_graphs(layout: Layout) -> tuple[list[NamedGraph], list[Path]]:
    """The named graphs of a layout, and its files of evidence, which are not read yet; what was
    inferred is left out."""
    files = [(name, path) for name, path in layout.named_graphs() if path != layout.inferred]
    evidence_files = [path for name, path in files if is_evidence(name)]
    return named_graphs(one for one in files if not is_evidence(one[0])), evidence_files


def file_graphs(paths: Iterable[Path]) -> list[NamedGraph]:
    """RDF files, each as a graph under the name of its file."""
    files = list(paths)
    return [
        (URIRef(path.absolute().as_uri()), path, graph)
        for path, graph in zip(files, parse_all(files, rdf12=True), strict=True)
    ]


def without_evidence(graphs: Iterable[NamedGraph]) -> Graph:
    """The triples that are reasoned over."""
    union = Graph()
    for name, _, graph in graphs:
        if not is_evidence(name):
            union += graph
            for prefix, namespace in graph.namespaces():
                union.bind(prefix, namespace)
    return union
