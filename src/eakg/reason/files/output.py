"""Writing a closure, in N-Triples or Turtle."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from rdflib import Graph

from eakg.files import is_stream, writing
from eakg.problems import Problem, ProblemsError
from eakg.reason.closure import Closure
from eakg.reason.files.file_terms import FileTerms
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


def write_closure(
    closure: Closure,
    path: Path | None,
    *,
    only_inferred: bool,
    release: Callable[[], None] = lambda: None,
    is_whole: bool = False,
) -> int:
    """Write the closure of files to a file, in the syntax of its extension, or as N-Triples to
    standard output, sorted if they are not too many.

    Arguments: the closure; the file; whether what was asserted is left out; what is called before
    anything comes to where it can be seen; whether it must be whole by then.
    Result: how many inferred triples were written. Raises: ProblemsError when the file cannot be
    written; then it is as it was before.
    """
    asserted = sum(map(len, closure.state.facts.asserted.values()))
    if path is None and asserted > LARGE:
        return _stream(closure, release, only_inferred=only_inferred, is_whole=is_whole)
    if path is None:
        buffer = BytesIO()
        inferred = _write_ntriples(closure, buffer, only_inferred=only_inferred)
        lines = sorted(buffer.getvalue().splitlines(keepends=True))
        release()
        with _standard_output() as file:
            file.writelines(lines)
        return inferred
    with writing(path) as file:
        if path.suffix == ".ttl" and asserted <= LARGE and len(closure.inferred) <= LARGE:
            file.write(_turtle(closure.inferred if only_inferred else _whole(closure)))
            inferred = len(closure.inferred)
        else:
            inferred = _write_ntriples(closure, file, only_inferred=only_inferred)
        release()
    return inferred


def _stream(
    closure: Closure, release: Callable[[], None], *, only_inferred: bool, is_whole: bool
) -> int:
    """Write many triples to standard output, by way of a file without a name where nothing may be
    seen before all is there."""
    if not is_whole:
        release()
        with _standard_output() as file:
            return _write_ntriples(closure, file, only_inferred=only_inferred)
    with tempfile.TemporaryFile() as copy:
        inferred = _write_ntriples(closure, copy, only_inferred=only_inferred)
        copy.seek(0)
        release()
        with _standard_output() as file:
            shutil.copyfileobj(copy, file)
    return inferred


@contextmanager
def _standard_output() -> Iterator[BinaryIO]:
    """Raises: ProblemsError where it cannot be written; BrokenPipeError where nobody reads it."""
    if sys.stdout is None:
        raise ProblemsError([Problem("standard output", 0, "is closed; name a file with -o")])
    try:
        yield sys.stdout.buffer
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        words = f"cannot be written: {error.strerror or error}"
        raise ProblemsError([Problem("standard output", 0, words)]) from error


def _turtle(graph: Graph) -> bytes:
    # N-Triples, the most frequent output, do without the writers of graphs.
    from eakg.rdf import TURTLE, is_carrier, serialize, turtle_of

    if any(map(is_carrier, graph.objects())):
        prefixes = {prefix: str(namespace) for prefix, namespace in graph.namespaces()}
        return serialize(graph, TURTLE, prefixes)
    return turtle_of(graph)


def _write_ntriples(closure: Closure, file: BinaryIO, *, only_inferred: bool) -> int:
    terms = cast(FileTerms, closure.state.facts.terms)
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
