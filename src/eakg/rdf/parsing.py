"""RDF files, read into graphs term by term as they are written."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

import pyoxigraph
from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from eakg.problems import Problem, ProblemsError
from eakg.rdf.codes import WrittenTags, has_capitals, is_triple_term, written_tags
from eakg.rdf.documents import (
    DocumentError,
    QuadReader,
    is_nested_deeply,
    open_file,
    plain_bytes,
    read_bytes,
    read_quads,
    syntax_of,
)
from eakg.rdf.engine_terms import carrying_triples, coded_quads, triples
from eakg.rdf.notation import write_term
from eakg.rdf.syntaxes import JSON_LD_SYNTAX, N_TRIPLES_SYNTAX, RDF_XML_SYNTAX, SYNTAXES, Syntax
from eakg.rdf.terms import NotRdf11Error, Triple

_WITH_TAGS = {
    RDF_XML_SYNTAX: b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description rdf:about="a:s"><p xmlns="a:" xml:lang="en-GB">x</p></rdf:Description>
        </rdf:RDF>""",
    JSON_LD_SYNTAX: b'{"@id": "a:s", "a:p": {"@value": "x", "@language": "en-GB"}}',
}
_WITH_TAG = b'<a:s> <a:p> "x"@en-GB .'


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
    prefixes, contents = _read(path, rdf12)
    graph = Graph()
    for prefix, namespace in prefixes.items():
        graph.bind(prefix, namespace, override=True, replace=True)
    for triple in contents:
        graph.add(triple)
    return graph


def file_triples(path: Path) -> Iterator[Triple]:
    """The triples of an RDF file as `parse_rdf` reads them, in no graph, which takes most of its
    time; one that is written twice may come twice.

    Raises: ProblemsError, with file and line.
    """
    _, contents = _read(path, rdf12=False)
    return contents


def _read(path: Path, rdf12: bool) -> tuple[Mapping[str, str], Iterator[Triple]]:
    """The prefixes and the triples of a file. Raises: ProblemsError, also while triples come."""
    syntax = syntax_of(path)
    data = read_bytes(path)
    base = path.absolute().as_uri()
    reader = read_quads(data, syntax, base, rename_blank_nodes=True)
    try:
        quads = list(reader)
        tags = _tags_of(data, syntax, base)
    except DocumentError as error:
        raise problems_of(path, error) from error
    return reader.prefixes, _as_written(path, (carrying_triples if rdf12 else triples)(quads), tags)


def _as_written(path: Path, contents: Iterable[Triple], tags: WrittenTags) -> Iterator[Triple]:
    try:
        for subject, predicate, object_ in contents:
            yield subject, predicate, _restore_tag(object_, tags)
    except NotRdf11Error as error:
        raise ProblemsError([Problem(str(path), 0, f"has {error}")]) from error


def file_quads(path: Path, base_iri: str) -> Iterator[pyoxigraph.Quad]:
    """The quads of an RDF file as they come, with coded language tags (`eakg.rdf.codes`).

    Arguments: a file as `parse_rdf` reads them; what relative IRIs are resolved against.
    Raises: ProblemsError, with file and line.
    """
    try:
        quads = QuadReader(lambda: open_file(path), syntax_of(path), base_iri)
        yield from coded_quads(quads, _file_tags(path, base_iri))
    except DocumentError as error:
        raise problems_of(path, error) from error


def file_objects(path: Path, predicate: URIRef) -> frozenset[Node]:
    """The IRIs that are values of a property in an RDF file, which is not kept.

    Raises: ProblemsError, with file and line.
    """
    property_ = pyoxigraph.NamedNode(predicate)
    objects = {
        quad.object
        for quad in file_quads(path, path.absolute().as_uri())
        if quad.predicate == property_
    }
    return frozenset(URIRef(one.value) for one in objects if isinstance(one, pyoxigraph.NamedNode))


def file_subjects(path: Path) -> frozenset[URIRef]:
    """The IRIs of which an RDF file says something, which is not kept.

    Raises: ProblemsError, with file and line.
    """
    subjects = {quad.subject for quad in file_quads(path, path.absolute().as_uri())}
    return frozenset(URIRef(one.value) for one in subjects if isinstance(one, pyoxigraph.NamedNode))


def document_quads(data: bytes, syntax: Syntax, base_iri: str | None) -> Iterator[pyoxigraph.Quad]:
    """The quads of a document as they come, with new blank nodes and coded language tags.

    Raises: DocumentError.
    """
    quads = read_quads(data, syntax, base_iri, rename_blank_nodes=True)
    yield from coded_quads(quads, _tags_of(data, syntax, base_iri))


def import_readers() -> None:
    """Import all that `document_quads` needs, for a process that may open no file later."""
    for syntax in SYNTAXES:
        document = _WITH_TAGS.get(syntax, _WITH_TAG)
        for data in (document, document[:-1]):  # what is cut off is no document
            with suppress(DocumentError):
                deque(document_quads(data, syntax, None), 0)


def problems_of(path: Path, error: DocumentError) -> ProblemsError:
    """What is wrong with a document as a problem of its file."""
    return ProblemsError([Problem(str(path), error.line, str(error))])


def _restore_tag(term: Node, tags: WrittenTags) -> Node:
    if tags and isinstance(term, Literal) and term.language:
        return Literal(str(term), lang=tags.get((str(term), term.language), term.language))
    return term


def parse_document(data: bytes | str, syntax: Syntax) -> Iterator[Triple]:
    """The triples of a document, as they come. Raises: DocumentError; NotRdf11Error."""
    return triples(read_quads(data.encode() if isinstance(data, str) else data, syntax))


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
    if is_nested_deeply(line.encode()):
        raise SyntaxError("nested too deeply")
    return pyoxigraph.parse(line, format=N_TRIPLES_SYNTAX.engine)


def ntriples_fault(line: str) -> str:
    """What is wrong with a line that is no statement of N-Triples, and what to do."""
    try:
        deque(parse_document(line, N_TRIPLES_SYNTAX), 0)
    except DocumentError as error:
        return str(error)
    except NotRdf11Error as error:
        return f"has {error}"
    return "is not valid N-Triples: it has what the grammar does not know; correct the syntax there"


def parse_all(paths: Iterable[Path], *, rdf12: bool = False) -> list[Graph]:
    """Read several RDF files, as `parse_rdf` does each.

    Raises: ProblemsError with the problems of all of them.
    """
    graphs: list[Graph] = []
    _with_each(paths, lambda path: graphs.append(parse_rdf(path, rdf12=rdf12)))
    return graphs


def parse_union(paths: Iterable[Path]) -> Graph:
    """Read several RDF files into one graph, which has none of their prefixes.

    Raises: ProblemsError with the problems of all of them.
    """
    union = Graph()

    def add(path: Path) -> None:
        for triple in file_triples(path):
            union.add(triple)

    _with_each(paths, add)
    return union


def _with_each(paths: Iterable[Path], read: Callable[[Path], None]) -> None:
    problems: list[Problem] = []
    for path in paths:
        try:
            read(path)
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise ProblemsError(problems)


def _tags_of(data: bytes, syntax: Syntax, base_iri: str | None) -> WrittenTags:
    """The language tags with capitals in a document. Raises: DocumentError."""
    plain = plain_bytes(data, syntax)
    if syntax is JSON_LD_SYNTAX and has_capitals([plain], syntax):
        # With contexts that are elsewhere it is refused before rdflib would fetch them.
        deque(read_quads(data, syntax, base_iri), 0)
    return written_tags(plain, syntax, base_iri)


def _file_tags(path: Path, base_iri: str) -> WrittenTags:
    """The language tags with capitals in a file. Raises: ProblemsError, DocumentError."""
    syntax = syntax_of(path)
    with open_file(path) as file:
        if not has_capitals(iter(partial(file.read, 1 << 20), b""), syntax):
            return {}
    return _tags_of(read_bytes(path), syntax, base_iri)
