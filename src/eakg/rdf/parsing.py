"""RDF files, read into graphs term by term as they are written."""

import contextlib
import logging
import re
from collections import deque
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from xml.parsers import expat

import pyoxigraph
from rdflib import Graph, Literal
from rdflib.term import Node

from eakg.problems import Problem, ProblemsError
from eakg.rdf.codes import WrittenTags, has_capitals, is_triple_term, written_tags
from eakg.rdf.engine_terms import carrying_triples, triples
from eakg.rdf.notation import write_term
from eakg.rdf.reading import open_file, read_bytes
from eakg.rdf.syntaxes import N_TRIPLES_SYNTAX, RDF_XML_SYNTAX, Syntax, syntax_of
from eakg.rdf.terms import NotRdf11Error, Triple

_PLACE = re.compile(
    r"(?:Parser )?error at line \d+ (between columns \d+ and \d+|column \d+): ", re.I
)
_UNDECLARED_PREFIX = re.compile(r"The prefix (\S*:) has not been declared")


def parse_rdf(path: Path, *, rdf12: bool = False) -> Graph:
    """Read an RDF file into a graph.

    Arguments: a file in a syntax of `EXTENSIONS`, told by its extension, plain or compressed with
    gzip; whether what RDF 1.2 adds is read too, into carriers (`eakg.rdf.carriers`).
    Named graphs are united with the default graph: their names are dropped.
    Relative IRIs are resolved against the file's own; no other document is ever fetched.

    Literals keep the lexical form and the language tag they are written with; a datatype of
    xsd:string is left out, for it makes no other term (RDF 1.1 Concepts, section 3.3). Blank nodes
    get new labels, so that the graphs of several files can be united.

    Raises: ProblemsError, with file and, as far as it is known, line, when the extension is
    unknown, the file cannot be read, its syntax is wrong, or it uses what RDF 1.1 does not have
    where that is not to be read.
    """
    syntax = syntax_of(path)
    data = read_bytes(path)
    base = path.absolute().as_uri()
    if syntax is not RDF_XML_SYNTAX:
        data = _utf8(path, data)
    try:
        parser = pyoxigraph.parse(
            data, format=syntax.engine, base_iri=base, rename_blank_nodes=True
        )
        quads = list(parser)
    except SyntaxError as error:
        raise _syntax_error(path, syntax, data, error) from error
    with _quiet_rdflib():
        tags = written_tags(data, syntax, base)
        graph = Graph()
        for prefix, namespace in parser.prefixes.items():
            graph.bind(prefix, namespace, override=True, replace=True)
        try:
            for subject, predicate, object_ in (carrying_triples if rdf12 else triples)(quads):
                graph.add((subject, predicate, _restore_tag(object_, tags)))
        except NotRdf11Error as error:
            raise _problem(path, f"has {error}") from error
    return graph


def _restore_tag(term: Node, tags: WrittenTags) -> Node:
    if tags and isinstance(term, Literal) and term.language:
        return Literal(str(term), lang=tags.get((str(term), term.language), term.language))
    return term


def parse_document(data: bytes | str, syntax: Syntax) -> Iterator[Triple]:
    """The triples of a document, as they come. Raises: SyntaxError; NotRdf11Error."""
    return triples(pyoxigraph.parse(data, format=syntax.engine))


def rdf12_line(line: str) -> tuple[str, str, str] | None:
    """The terms of a line of N-Triples that has a triple term, in their one spelling; None where
    it is no such line."""
    try:
        terms = [tuple(map(write_term, one)) for one in carrying_triples(_parse_line(line))]
    except SyntaxError:
        return None
    match terms:
        case [(subject, predicate, object_)] if is_triple_term(object_):
            return subject, predicate, object_
    return None


def _parse_line(line: str) -> Iterator[pyoxigraph.Quad]:
    return pyoxigraph.parse(line, format=N_TRIPLES_SYNTAX.engine)


def ntriples_fault(line: str) -> str:
    """What is wrong with a line that is no statement of N-Triples."""
    try:
        deque(parse_document(line, N_TRIPLES_SYNTAX), 0)
    except SyntaxError as error:
        return _PLACE.sub("", error.msg).rstrip(".")
    except NotRdf11Error as error:
        return f"it has {error}"
    return "it has what the grammar does not know"


def file_tags(path: Path, base_iri: str) -> WrittenTags:
    """The language tags with capitals in a file, by the texts that they stand at.

    Raises: ProblemsError when it cannot be read.
    """
    syntax = syntax_of(path)
    with open_file(path) as file:
        if not has_capitals(iter(partial(file.read, 1 << 20), b""), syntax):
            return {}
    return written_tags(read_bytes(path), syntax, base_iri)


def parse_all(paths: Iterable[Path], *, rdf12: bool = False) -> list[Graph]:
    """Read several RDF files, as `parse_rdf` does each.

    Raises: ProblemsError with the problems of all of them.
    """
    graphs: list[Graph] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            graphs.append(parse_rdf(path, rdf12=rdf12))
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise ProblemsError(problems)
    return graphs


def _utf8(path: Path, data: bytes) -> bytes:
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _problem(path, "is not UTF-8; save it in that encoding", line) from error
    return data


def _syntax_error(path: Path, syntax: Syntax, data: bytes, error: SyntaxError) -> ProblemsError:
    line = error.lineno or 0
    message = error.msg
    place = _PLACE.match(message)
    if place:
        message = f"{place.group(1)}: {message[place.end() :]}"
    prefix = _UNDECLARED_PREFIX.search(message)
    if "LoadDocumentCallback" in message:
        return _problem(path, "refers to a remote @context; put the context into the file")
    if syntax is RDF_XML_SYNTAX and not line:
        xml_error = _xml_error(data)
        if xml_error is not None:
            line = xml_error.lineno
            message = expat.ErrorString(xml_error.code)
    remedy = "correct the syntax there"
    if prefix:
        remedy = f"declare it: @prefix {prefix.group(1)} <...> ."
    return _problem(path, f"is not valid {syntax.name}: {message.rstrip('.')}; {remedy}", line)


def _xml_error(data: bytes) -> expat.ExpatError | None:
    try:
        expat.ParserCreate().Parse(data, True)
    except expat.ExpatError as error:
        return error
    return None


def _problem(path: Path, message: str, line: int = 0) -> ProblemsError:
    return ProblemsError([Problem(str(path), line, message)])


@contextlib.contextmanager
def _quiet_rdflib() -> Iterator[None]:
    """Keep rdflib from logging a traceback for each ill-typed literal, which is no syntax error."""
    logger = logging.getLogger("rdflib.term")
    was_disabled = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = was_disabled
