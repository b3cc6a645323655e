"""Queries in RDF: SHACL's executables (`sh:select` and its like), one a file, as collections of
examples keep them.

Specification: SHACL Advanced Features, section 5 of its draft of executables; the layout is that of
https://github.com/sib-swiss/sparql-examples.
"""

import json
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

from rdflib import RDF, RDFS, SDO, SH, Graph, Literal, URIRef
from rdflib.term import Node

from eakg.files import read_utf8
from eakg.problems import Problem, ProblemsError
from eakg.rdf import parse_rdf

_DESCRIBE = URIRef("https://purl.expasy.org/sparql-examples/ontology#describe")
QUERY_TEXTS: Mapping[str, URIRef] = {
    "SELECT": SH.select,
    "ASK": SH.ask,
    "CONSTRUCT": SH.construct,
    "DESCRIBE": _DESCRIBE,
}
_EXECUTABLE = re.compile(rb"\bSPARQL\w*Executable\b")
_TEXT = re.compile(rb"[:#](?:select|ask|construct|describe)>?\s*[\"']")
_LARGEST = 1 << 20
_TAG = re.compile(r"<[^>]*>")


def is_executable_file(path: Path) -> bool:
    """Whether a file in Turtle, of at most 1 MiB, has a query of SHACL."""
    try:
        if path.suffix.lower() != ".ttl" or path.stat().st_size > _LARGEST:
            return False
        content = path.read_bytes()
        return _EXECUTABLE.search(content) is not None and _TEXT.search(content) is not None
    except OSError:
        return False


def unwrapped_text(path: Path) -> str:
    """The text of the query in a file of RDF, each part of it in the line and column where it
    stands there, with what else the file says of it in a header in the first line.

    A query with a header of its own keeps that one alone. Raises: ProblemsError where the file
    cannot be read, or has no query or several.
    """
    graph = parse_rdf(path)
    queries = [
        (node, text)
        for predicate in QUERY_TEXTS.values()
        for node, text in graph.subject_objects(predicate)
    ]
    if len(queries) != 1:
        message = f"has {len(queries)} queries of SHACL; a file that is asked has one"
        raise ProblemsError([Problem(str(path), 0, message)])
    (node, query) = queries[0]
    text = str(query)
    line, column = _place(read_utf8(path)[1], text)
    if text.lstrip().startswith("#+"):
        return "\n" * (line - 1) + text.lstrip(" \t")
    header = "" if line < 2 else f"#+ {json.dumps(_header(graph, node), ensure_ascii=False)}"
    return header + "\n" * (line - 1) + " " * column + text


def _place(content: str, text: str) -> tuple[int, int]:
    """The line of a text in a file, from 1, and its column, from 0; the second line where it is
    spelled otherwise there."""
    offset = content.find(text)
    if offset < 0:
        return 2, 0
    start = content.rfind("\n", 0, offset) + 1
    return content.count("\n", 0, offset) + 1, offset - start


def _header(graph: Graph, node: Node) -> dict[str, Any]:
    header: dict[str, Any] = {}
    comments = sorted(graph.objects(node, RDFS.comment), key=str)
    if comments:
        words = _TAG.sub("", str(comments[0])) if _is_markup(comments[0]) else str(comments[0])
        header["summary"] = " ".join(unescape(words).split())
    keywords = sorted(str(word) for word in graph.objects(node, SDO.keywords))
    if keywords:
        header["tags"] = keywords
    targets = sorted(str(target) for target in graph.objects(node, SDO.target))
    if targets:
        header["endpoint"] = targets[0]
    prefixes = {
        str(graph.value(declaration, SH.prefix)): str(graph.value(declaration, SH.namespace))
        for group in graph.objects(node, SH.prefixes)
        for declaration in graph.objects(group, SH.declare)
    }
    if prefixes:
        header["prefixes"] = prefixes
    return header


def _is_markup(comment: Node) -> bool:
    return isinstance(comment, Literal) and comment.datatype == RDF.HTML
