"""Writing results as the engine does, where every reader reads them as the same.

The engine writes XML without a look at what XML can hold: XML 1.0 has no control characters
(section 2.2) and takes a carriage return that is not coded for a line feed (section 2.11). In CSV
it does not quote what stands within a triple term, and writes a row of one empty cell as an empty
line, which readers skip. JSON-LD has no triple terms, and its processors drop a base direction
(JSON-LD 1.1 API, section 8.2.2).
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO, cast

import pyoxigraph

from eakg.rdf.syntaxes import JSON_LD_SYNTAX, Syntax
from eakg.rdf.terms import DIRECTION, TRIPLE_TERM
from eakg.rdf.writers.lacks import Lack, UnwritableError

_RESULTS = pyoxigraph.QueryResultsFormat
_CONTROLS = bytes({*range(0x20)} - set(b"\t\n\r"))
_NONCHARACTER = b"\xef\xbf"  # how U+FFFE and U+FFFF begin, and few others
_XML_HAS_NOT = re.compile(b"[%s]|%s[\xbe\xbf]" % (re.escape(_CONTROLS), _NONCHARACTER))


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
    answer.serialize(cast(BinaryIO, _Xml(output)), _RESULTS.XML)


def write_csv(solutions: pyoxigraph.QuerySolutions, output: BinaryIO) -> None:
    """Write rows in CSV. Raises: UnwritableError.

    Specification: SPARQL 1.1 Query Results CSV and TSV Formats, section 3; RFC 4180.
    """
    writer = csv.writer(_Utf8(output))
    writer.writerow([variable.value for variable in solutions.variables])
    writer.writerows([_cell(term) for term in solution] for solution in solutions)


def _cell(term: object) -> str:
    match term:
        case None:
            return ""
        case pyoxigraph.NamedNode() | pyoxigraph.Literal():
            return term.value
        case pyoxigraph.BlankNode():
            return f"_:{term.value}"
    raise UnwritableError(TRIPLE_TERM, Lack.TRIPLE_TERM)


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
    write_graph(JSON_LD_SYNTAX, _plain(triples), output, prefixes)


def _plain(triples: Iterable[pyoxigraph.Triple]) -> Iterator[pyoxigraph.Triple]:
    for triple in triples:
        match triple.object:
            case pyoxigraph.Triple():
                raise UnwritableError(TRIPLE_TERM, Lack.TRIPLE_TERM)
            case pyoxigraph.Literal(direction=direction) if direction is not None:
                raise UnwritableError(DIRECTION, Lack.DIRECTION)
        yield triple


def character_words(character: str) -> str:
    """A character in words."""
    return f"the character U+{ord(character):04X}"


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
            raise UnwritableError(character_words(character[0].decode()), Lack.CHARACTER)
        self._end = text[-2:]
        self._output.write(piece.replace(b"\r", b"&#xD;"))
        return len(piece)

    def flush(self) -> None:
        self._output.flush()


class _Utf8:
    """Passes text on as bytes."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output

    def write(self, text: str) -> int:
        return self._output.write(text.encode())
