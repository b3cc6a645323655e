"""Prefixes that a file of RDF declares: for itself, and in the vocabulary of SHACL for queries."""

from collections import deque
from pathlib import Path

import pyoxigraph
from rdflib import SH

from eakg.rdf.documents import plain_bytes, read_bytes, syntax_of
from eakg.rdf.parsing import parse_rdf


def read_prefixes(path: Path) -> dict[str, str]:
    """Namespaces by prefix: those that the syntax of the file declares, and those of `sh:declare`
    (SHACL section 5.2.1), by which collections of queries say what their endpoint knows.

    Raises: ProblemsError when the file cannot be read.
    """
    graph = parse_rdf(path)
    syntax = syntax_of(path)
    data = plain_bytes(read_bytes(path), syntax)
    parser = pyoxigraph.parse(data, syntax.engine, base_iri="urn:x")
    deque(parser, 0)
    prefixes = {name: str(namespace) for name, namespace in parser.prefixes.items()}
    for node in graph.objects(None, SH.declare):
        name, namespace = graph.value(node, SH.prefix), graph.value(node, SH.namespace)
        if name is not None and namespace is not None:
            prefixes[str(name)] = str(namespace)
    return prefixes
