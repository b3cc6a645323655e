"""RDF files, read into graphs term by term as they are written."""

import contextlib
import gzip
import logging
import re
import warnings
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

import pyoxigraph
from pyoxigraph import RdfFormat
from rdflib import BNode, Dataset, Graph, Literal, URIRef
from rdflib.namespace import XSD

from eakg.problems import Problem, ProblemsError


@dataclass(frozen=True)
class _Syntax:
    name: str
    format: RdfFormat
    rdflib_name: str


_XML = _Syntax("RDF/XML", RdfFormat.RDF_XML, "xml")
_SYNTAXES = {
    ".ttl": _Syntax("Turtle", RdfFormat.TURTLE, "turtle"),
    ".nt": _Syntax("N-Triples", RdfFormat.N_TRIPLES, "nt"),
    ".rdf": _XML,
    ".xml": _XML,
    ".owl": _XML,
    ".jsonld": _Syntax("JSON-LD", RdfFormat.JSON_LD, "json-ld"),
    ".nq": _Syntax("N-Quads", RdfFormat.N_QUADS, "nquads"),
    ".trig": _Syntax("TriG", RdfFormat.TRIG, "trig"),
}
EXTENSIONS = tuple(_SYNTAXES)
"""Extensions of the files that can be read; each also with `.gz` behind it."""
_ABSENT = "no such file; check the path"

_PLACE = re.compile(
    r"(?:Parser )?error at line \d+ (between columns \d+ and \d+|column \d+): ", re.I
)
_UNDECLARED = re.compile(r"The prefix (\S*:) has not been declared")


def parse_rdf(path: Path) -> Graph:
    """Read an RDF file into a graph.

    Argument: a file in Turtle, N-Triples, RDF/XML, JSON-LD, N-Quads or TriG, told by its extension
    (`EXTENSIONS`), plain or compressed with gzip. Named graphs are united with the default graph.
    Relative IRIs are resolved against the file's own; no other document is ever fetched.

    Literals keep the lexical form and the language tag they are written with; a datatype of
    xsd:string is left out, for it makes no other term (RDF 1.1 Concepts, section 3.3). Blank nodes
    get new labels, so that the graphs of several files can be united.

    Raises: ProblemsError, with file and, as far as it is known, line, when the extension is
    unknown, the file cannot be read, its syntax is wrong, or it uses what RDF 1.1 does not have.
    """
    syntax = _syntax(path)
    data = read_bytes(path)
    base = path.absolute().as_uri()
    if syntax is not _XML:
        data = _utf8(path, data)
    try:
        parser = pyoxigraph.parse(
            data, format=syntax.format, base_iri=base, rename_blank_nodes=True
        )
        quads = list(parser)
    except SyntaxError as error:
        raise _syntax_error(path, syntax, data, error) from error
    with _quiet_rdflib():
        tags = _language_tags(quads, data, syntax, base)
        graph = Graph()
        for prefix, namespace in parser.prefixes.items():
            graph.bind(prefix, namespace, override=True, replace=True)
        for quad in quads:
            graph.add(
                (
                    _resource(path, quad.subject),
                    URIRef(quad.predicate.value),
                    _object(path, quad.object, tags),
                )
            )
    return graph


def ntriples_fault(line: str) -> str:
    """What is wrong with a line that is no statement of N-Triples."""
    try:
        list(pyoxigraph.parse(line, format=RdfFormat.N_TRIPLES))
    except SyntaxError as error:
        return _PLACE.sub("", error.msg).rstrip(".")
    return "it has what the grammar does not know"


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


def _syntax(path: Path) -> _Syntax:
    name = path.name.lower().removesuffix(".gz")
    extension = Path(name).suffix
    if extension not in _SYNTAXES and not path.exists():
        raise _problem(path, _ABSENT)
    if extension not in _SYNTAXES:
        known = ", ".join(EXTENSIONS)
        raise _problem(
            path,
            f"unknown extension {extension or '(none)'}; name the file with one of {known} "
            "(each also with .gz)",
        )
    return _SYNTAXES[extension]


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, decompressed if it ends in .gz. Raises: ProblemsError if it cannot be
    read."""
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix.lower() == ".gz" else data
    except FileNotFoundError:
        raise _problem(path, _ABSENT) from None
    except IsADirectoryError:
        raise _problem(path, "is a folder; name the files in it") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _problem(path, f"is not a whole gzip file ({error}); compress it anew") from error
    except OSError as error:
        message = f"cannot be read ({error.strerror}); check its permissions"
        raise _problem(path, message) from error


def _utf8(path: Path, data: bytes) -> bytes:
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _problem(path, "is not UTF-8; save it in that encoding", line) from error
    return data


def _syntax_error(path: Path, syntax: _Syntax, data: bytes, error: SyntaxError) -> ProblemsError:
    line = error.lineno or 0
    message = error.msg
    place = _PLACE.match(message)
    if place:
        message = f"{place.group(1)}: {message[place.end() :]}"
    undeclared = _UNDECLARED.search(message)
    if "LoadDocumentCallback" in message:
        return _problem(path, "refers to a remote @context; put the context into the file")
    if syntax is _XML and not line:
        malformed = _xml_error(data)
        if malformed is not None:
            line = malformed.lineno
            message = expat.ErrorString(malformed.code)
    remedy = "correct the syntax there"
    if undeclared:
        remedy = f"declare it: @prefix {undeclared.group(1)} <...> ."
    return _problem(path, f"is not valid {syntax.name}: {message.rstrip('.')}; {remedy}", line)


def _xml_error(data: bytes) -> expat.ExpatError | None:
    try:
        expat.ParserCreate().Parse(data, True)
    except expat.ExpatError as error:
        return error
    return None


def _problem(path: Path, message: str, line: int = 0) -> ProblemsError:
    return ProblemsError([Problem(str(path), line, message)])


def _resource(path: Path, term: object) -> URIRef | BNode:
    if isinstance(term, pyoxigraph.NamedNode):
        return URIRef(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return BNode(term.value)
    raise _problem(path, "has a triple term (RDF 1.2); write it as a reified statement")


def _object(path: Path, term: object, tags: dict[tuple[str, str], str]) -> URIRef | BNode | Literal:
    if not isinstance(term, pyoxigraph.Literal):
        return _resource(path, term)
    if term.direction is not None:
        raise _problem(path, "has a text with a base direction (RDF 1.2); leave the direction out")
    if term.language is not None:
        return Literal(term.value, lang=tags.get((term.value, term.language), term.language))
    if term.datatype.value == str(XSD.string):
        return Literal(term.value)
    return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def _language_tags(
    quads: list[pyoxigraph.Quad], data: bytes, syntax: _Syntax, base: str
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
    written = re.compile(rf"(?<![\w-])(?:{any_tag})(?![\w-])".encode(), re.I)
    if all(tag == tag.lower() for tag in set(written.findall(data))):
        return {}
    graph = Dataset() if syntax.rdflib_name in ("nquads", "trig") else Graph()
    with contextlib.suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        graph.parse(data=data, format=syntax.rdflib_name, publicID=base)
    statements = graph.quads() if isinstance(graph, Dataset) else graph.triples((None, None, None))
    return {
        (str(term), term.language.lower()): term.language
        for term in (statement[2] for statement in statements)
        if isinstance(term, Literal) and term.language
    }


@contextlib.contextmanager
def _quiet_rdflib() -> Iterator[None]:
    """Keep rdflib from logging a traceback for each ill-typed literal, which is no syntax error."""
    logger = logging.getLogger("rdflib.term")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before
