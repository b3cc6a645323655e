"""Writing a closure, in N-Triples or Turtle."""

import sys
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from rdflib import Graph

from eakg.files import is_stream, publish, writing
from eakg.problems import Problem, ProblemsError
from eakg.reason.closure import Closure
from eakg.reason.files.text_terms import TextTerms
from eakg.reason.files.writing import write_facts
from eakg.reason.relations import CLASS, ends
from eakg.reason.rules import TYPE

EXTENSIONS = (".nt", ".ttl")
LARGE = 100_000
"""Triples above which nothing is sorted, and Turtle is written without prefixes or grouping."""


def check_output(path: Path | None) -> None:
    """Raises: ProblemsError when a file has no extension that can be written, or no folder. A
    device needs none."""
    if path is None or is_stream(path):
        return
    if path.suffix not in EXTENSIONS:
        message = f"unknown extension {path.suffix!r}; name the output .nt or .ttl"
        raise ProblemsError([Problem(str(path), 0, message)])
    if not path.parent.is_dir():
        message = f"cannot be written: {path.parent} is no folder; make it first"
        raise ProblemsError([Problem(str(path), 0, message)])


def write_closure(closure: Closure, path: Path | None, *, only_inferred: bool) -> int:
    """Write the closure of files to a file, in the syntax of its extension, or as N-Triples to
    standard output, sorted if they are not too many.

    Result: how many inferred triples were written. Raises: ProblemsError when the file cannot be
    written; then it is as it was before.
    """
    asserted = sum(map(len, closure.state.facts.asserted.values()))
    if path is None and asserted > LARGE:
        return _write_ntriples(closure, sys.stdout.buffer, only_inferred=only_inferred)
    if path is None:
        lines = BytesIO()
        inferred = _write_ntriples(closure, lines, only_inferred=only_inferred)
        sys.stdout.buffer.writelines(sorted(lines.getvalue().splitlines(keepends=True)))
        return inferred
    if path.suffix == ".ttl" and asserted <= LARGE and len(closure.inferred) <= LARGE:
        graph = closure.inferred if only_inferred else _whole(closure)
        publish({path: _turtle(graph)})
        return len(closure.inferred)
    with writing(path) as file:
        return _write_ntriples(closure, file, only_inferred=only_inferred)


def _turtle(graph: Graph) -> bytes:
    # N-Triples, the most frequent output, do without the writers of graphs.
    from eakg.rdf import TURTLE, is_carrier, serialize, turtle_of

    if any(map(is_carrier, graph.objects())):
        prefixes = {prefix: str(namespace) for prefix, namespace in graph.namespaces()}
        return serialize(graph, TURTLE, prefixes)
    return turtle_of(graph)


def _write_ntriples(closure: Closure, file: BinaryIO, *, only_inferred: bool) -> int:
    terms = cast(TextTerms, closure.state.facts.terms)
    if not only_inferred:
        write_facts(closure.state.facts.asserted.items(), terms, file)
    return write_facts(closure.inferred_facts(), terms, file)


def _whole(closure: Closure) -> Graph:
    graph = Graph() + closure.inferred
    node = closure.state.facts.terms.node
    for key, facts in closure.state.facts.asserted.items():
        for fact in facts.tolist():
            if key >= CLASS:
                graph.add((node(fact), node(TYPE), node(key - CLASS)))
            else:
                subject, object_ = ends(fact)
                graph.add((node(subject), node(key), node(object_)))
    return graph
