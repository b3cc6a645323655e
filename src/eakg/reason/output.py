"""Writing a graph, in N-Triples or Turtle."""

import sys
from pathlib import Path

from rdflib import Graph

from eakg.dataset.output import publish
from eakg.problems import Problem, ProblemsError

FORMATS = {".nt": "nt", ".ttl": "turtle"}


def write_graph(graph: Graph, path: Path | None) -> None:
    """Write a graph to a file, in the syntax of its extension, or as sorted N-Triples to standard
    output. Raises ProblemsError when the extension is unknown or the file cannot be written."""
    if path is None:
        sys.stdout.write(_sorted_lines(graph))
        return
    if path.suffix not in FORMATS:
        message = f"unknown extension {path.suffix!r}; name the output .nt or .ttl"
        raise ProblemsError([Problem(str(path), 0, message)])
    if path.suffix == ".nt":
        content = _sorted_lines(graph).encode()
    else:
        content = graph.serialize(format="turtle", encoding="utf-8")
    publish({path: content})


def _sorted_lines(graph: Graph) -> str:
    lines = graph.serialize(format="nt").splitlines(keepends=True)
    return "".join(sorted(line for line in lines if line.strip()))
