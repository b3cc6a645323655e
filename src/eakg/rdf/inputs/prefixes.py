"""Prefixes that a file of RDF declares: for itself, and in the vocabulary of SHACL for queries."""

from collections import deque
from pathlib import Path

import pyoxigraph
from rdflib import SH

from eakg.rdf.parsing import parse_rdf
from eakg.rdf.reading import read_bytes
from eakg.rdf.syntaxes import syntax_of


def read_prefixes(path: Path) -> dict[str, str]:
    """Namespaces by prefix: those that the syntax of the file declares, and those of `sh:declare`
    (SHACL section 5.2.1), by which collections of queries say what their endpoint knows.

    Raises: ProblemsError when the file cannot be read.
    """
    graph = parse_rdf(path)
    parser = pyoxigraph.parse(read_bytes(path), syntax_of(path).engine, base_iri="urn:x")
    deque(parser, 0)
    prefixes = {name: str(namespace) for name, namespace in parser.prefixes.items()}
    for node in graph.objects(None, SH.declare):
        name, namespace = graph.value(node, SH.prefix), graph.value(node, SH.namespace)
        if name is not None and namespace is not None:
            prefixes[str(name)] = str(namespace)
    return prefixes
