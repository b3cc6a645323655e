"""RDF files, read into graphs term by term as they are written."""

import contextlib
import re
import warnings
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyoxigraph
from rdflib import Dataset, Graph, Literal
from rdflib.term import Node

from eakg.problems import Problem, ProblemsError
from eakg.rdf.documents import (
    DocumentError,
    QuadReader,
    open_file,
    plain_bytes,
    read_bytes,
    read_quads,
    syntax_of,
)
from eakg.rdf.engine_terms import triples
from eakg.rdf.syntaxes import N_TRIPLES_SYNTAX, Syntax
from eakg.rdf.terms import NotRdf11Error, Triple


def parse_rdf(path: Path) -> Graph:
    """Read an RDF file into a graph.

    Argument: a file in a syntax of `EXTENSIONS`, told by its extension, plain or compressed with
    gzip. Named graphs are united with the default graph: their names are dropped.
    Relative IRIs are resolved against the file's own; no other document is ever fetched.

    Literals keep the lexical form and the language tag they are written with; a datatype of
    xsd:string is left out, for it makes no other term (RDF 1.1 Concepts, section 3.3). Blank nodes
    get new labels, so that the graphs of several files can be united.

    Raises: ProblemsError, with file and, as far as it is known, line, when the extension is
    unknown, the file cannot be read, its syntax is wrong, or it uses what RDF 1.1 does not have.
    """
    syntax = syntax_of(path)
    data = read_bytes(path)
    base = path.absolute().as_uri()
    reader = read_quads(data, syntax, base, rename_blank_nodes=True)
    try:
        quads = list(reader)
        data = plain_bytes(data, syntax)
    except DocumentError as error:
        raise problems_of(path, error) from error
    tags = _language_tags(quads, data, syntax, base)
    graph = Graph()
    for prefix, namespace in reader.prefixes.items():
        graph.bind(prefix, namespace, override=True, replace=True)
    try:
        for subject, predicate, object_ in triples(quads):
            graph.add((subject, predicate, _restore_tag(object_, tags)))
    except NotRdf11Error as error:
        raise ProblemsError([Problem(str(path), 0, f"has {error}")]) from error
    return graph


def file_quads(path: Path, base_iri: str) -> Iterator[pyoxigraph.Quad]:
    """The quads of an RDF file as they come.

    Arguments: a file as `parse_rdf` reads them; what relative IRIs are resolved against.
    Raises: ProblemsError, with file and line.
    """
    try:
        yield from QuadReader(lambda: open_file(path), syntax_of(path), base_iri)
    except DocumentError as error:
        raise problems_of(path, error) from error


def problems_of(path: Path, error: DocumentError) -> ProblemsError:
    """What is wrong with a document as a problem of its file."""
    return ProblemsError([Problem(str(path), error.line, str(error))])


def _restore_tag(term: Node, tags: Mapping[tuple[str, str], str]) -> Node:
    if tags and isinstance(term, Literal) and term.language:
        return Literal(str(term), lang=tags.get((str(term), term.language), term.language))
    return term


def parse_document(data: bytes | str, syntax: Syntax) -> Iterator[Triple]:
    """The triples of a document, as they come. Raises: DocumentError; NotRdf11Error."""
    return triples(read_quads(data.encode() if isinstance(data, str) else data, syntax))


def ntriples_fault(line: str) -> str:
    """What is wrong with a line that is no statement of N-Triples, and what to do."""
    try:
        deque(parse_document(line, N_TRIPLES_SYNTAX), 0)
    except DocumentError as error:
        return str(error)
    except NotRdf11Error as error:
        return f"has {error}"
    return "is not valid N-Triples: it has what the grammar does not know; correct the syntax there"


def parse_all(paths: Iterable[Path]) -> list[Graph]:
    """Read several RDF files. Raises: ProblemsError with the problems of all of them."""
    graphs: list[Graph] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            graphs.append(parse_rdf(path))
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise ProblemsError(problems)
    return graphs


def _language_tags(
    quads: list[pyoxigraph.Quad], data: bytes, syntax: Syntax, base: str
) -> dict[tuple[str, str], str]:
    """Language tags as written, by text and tag in lower case, which is all that pyoxigraph keeps.

    rdflib keeps them, but writes numbers anew: so each gives what the other loses.
    """
    tags = {
        quad.object.language
        for quad in quads
        if isinstance(quad.object, pyoxigraph.Literal) and quad.object.language
    }
    if not tags:
        return {}
    any_tag = "|".join(map(re.escape, sorted(tags)))
    pattern = re.compile(rf"(?<![\w-])(?:{any_tag})(?![\w-])".encode(), re.I)
    if all(tag == tag.lower() for tag in set(pattern.findall(data))):
        return {}
    graph = Dataset() if syntax.quads else Graph()
    with contextlib.suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        graph.parse(data=data, format=syntax.rdflib_name, publicID=base)
    triples = graph.quads() if isinstance(graph, Dataset) else graph.triples((None, None, None))
    return {
        (str(term), term.language.lower()): term.language
        for term in (triple[2] for triple in triples)
        if isinstance(term, Literal) and term.language
    }
