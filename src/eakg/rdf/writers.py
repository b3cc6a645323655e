"""Writing results as the engine does, but nothing that its reader would not read as the same.

The engine writes XML without a look at what XML can hold: XML 1.0 has no control characters
(section 2.2) and takes a carriage return that is not coded for a line feed (section 2.11); RDF/XML
can name a property only by a namespace and an XML name (section 5.1), and not by those that mean
something else there (section 7.2.4).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO, cast

import pyoxigraph

from eakg.rdf.engine_terms import node
from eakg.rdf.syntaxes import JSON_LD_SYNTAX, RDF_XML_SYNTAX, Syntax
from eakg.rdf.terms import NotRdf11Error

_START = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_QNAME = re.compile(f"[{_START}][-.0-9\xb7\u0300-\u036f\u203f\u2040{_START}]*\\Z")
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_NOT_PROPERTIES = frozenset(
    _RDF + name
    for name in (
        *("Description", "RDF", "ID", "about", "bagID", "parseType", "resource", "nodeID", "li"),
        *("datatype", "aboutEach", "aboutEachPrefix"),
    )
)
_CONTROLS = bytes({*range(0x20)} - set(b"\t\n\r"))
_NONCHARACTER = b"\xef\xbf"  # how U+FFFE and U+FFFF begin, and few others
_XML_HAS_NOT = re.compile(b"[%s]|%s[\xbe\xbf]" % (re.escape(_CONTROLS), _NONCHARACTER))


class UnwritableError(ValueError):
    """A format cannot hold what is in a result; the message says what."""


def write_answer(
    syntax: pyoxigraph.QueryResultsFormat,
    answer: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean,
    output: BinaryIO,
) -> None:
    """Write rows or a truth value in a format."""
    answer.serialize(output, syntax)


def write_xml_answer(
    answer: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean, output: BinaryIO
) -> None:
    """Write rows or a truth value in XML. Raises: UnwritableError."""
    xml = _Xml(output)
    answer.serialize(cast(BinaryIO, xml), pyoxigraph.QueryResultsFormat.XML)


def write_graph(
    syntax: Syntax,
    triples: Iterable[pyoxigraph.Triple],
    output: BinaryIO,
    prefixes: Mapping[str, str],
) -> None:
    """Write triples in a syntax."""
    pyoxigraph.serialize(triples, output, syntax.engine, prefixes=dict(prefixes))


def write_json_ld(
    triples: Iterable[pyoxigraph.Triple], output: BinaryIO, prefixes: Mapping[str, str]
) -> None:
    """Write triples in JSON-LD. Raises: UnwritableError."""
    write_graph(JSON_LD_SYNTAX, map(_rdf11, triples), output, prefixes)


def write_rdf_xml(
    triples: Iterable[pyoxigraph.Triple], output: BinaryIO, prefixes: Mapping[str, str]
) -> None:
    """Write triples in RDF/XML. Raises: UnwritableError."""
    # Names that begin with "xml" are XML's own (Namespaces in XML 1.0, section 3).
    names = {
        prefix: iri for prefix, iri in prefixes.items() if not prefix.lower().startswith("xml")
    }
    xml = cast(BinaryIO, _Xml(output))
    write_graph(RDF_XML_SYNTAX, _with_named_properties(triples), xml, names)


def _rdf11(triple: pyoxigraph.Triple) -> pyoxigraph.Triple:
    try:
        node(triple.object)
    except NotRdf11Error as error:
        raise UnwritableError(str(error)) from None
    return triple


def _with_named_properties(triples: Iterable[pyoxigraph.Triple]) -> Iterator[pyoxigraph.Triple]:
    checked_iris: set[str] = set()
    for triple in triples:
        for iri in _properties(triple):
            if iri not in checked_iris:
                if not _QNAME.search(iri) or iri in _NOT_PROPERTIES:
                    raise UnwritableError(f"the property <{iri}>, which has no name there")
                checked_iris.add(iri)
        yield triple


def _properties(triple: pyoxigraph.Triple) -> Iterator[str]:
    yield triple.predicate.value
    if isinstance(triple.object, pyoxigraph.Triple):
        yield from _properties(triple.object)


class _Xml:
    """Passes XML on, with its carriage returns coded. Raises: UnwritableError for a character that
    XML has not."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self._end = b""  # a character may be cut in two

    def write(self, piece: bytes) -> int:
        text = self._end + piece
        # The regular expression alone would take as long as the engine does to write.
        suspect = _NONCHARACTER in text or len(text.translate(None, _CONTROLS)) != len(text)
        if suspect and (character := _XML_HAS_NOT.search(text)):
            raise UnwritableError(f"the character U+{ord(character[0].decode()):04X}")
        self._end = text[-2:]
        self._output.write(piece.replace(b"\r", b"&#13;"))
        return len(piece)

    def flush(self) -> None:
        self._output.flush()
