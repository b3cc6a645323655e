"""Every format over terms of any kind: read by others as the same terms, or refused.

EAKG_SOAK multiplies the number of examples, which is small here.
"""

import io
import json
import os
import re
from functools import cache
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

import pyoxigraph
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from eakg.rdf.formats import CSV, FORMATS, ResultFormat, ResultKind
from eakg.rdf.writers.lacks import Lack, UnwritableError
from helpers import readers
from helpers.random_terms import IRIS, LABELS, RDF, SUBJECTS, TERMS
from helpers.tries import tries

SOAK = int(os.environ.get("EAKG_SOAK", "1"))
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's own
ROWS = {"json": readers.read_json, "xml": readers.read_xml, "tsv": readers.read_tsv}
GRAPHS: dict[str, tuple[pyoxigraph.RdfFormat, str]] = {
    "turtle": (pyoxigraph.RdfFormat.TURTLE, "turtle"),
    "ntriples": (pyoxigraph.RdfFormat.N_TRIPLES, "nt"),
    "jsonld": (pyoxigraph.RdfFormat.JSON_LD, "json-ld"),
    "rdfxml": (pyoxigraph.RdfFormat.RDF_XML, "xml"),
    "trig": (pyoxigraph.RdfFormat.TRIG, "trig"),
    "nquads": (pyoxigraph.RdfFormat.N_QUADS, "nquads"),
}
LABEL = "urn:label"
PREFIXES = {"": "http://example.org/", "ex": "http://example.org/a#", "ns": "urn:x:", "rdf": "u:"}
CONTROL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is no Char of XML 1.0, section 2.2."""
RDFLIB_READS_NOT = re.compile(
    rb"\\\. |<[^<>]*(?:\xc2\xa0|\xe1\x9a\x80|\xe2[\x80\x81]|\xe3\x80\x80)"
)
"""In rdflib 7.6, a name that ends in an escaped full stop is none, nor is an IRI with one of the
spaces of Unicode, some of which others write as they are."""


@pytest.fixture(autouse=True)
def _as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let rdflib read literals as they are."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    monkeypatch.setattr("rdflib.term.logger.disabled", True)


def atoms(term: object) -> list[object]:
    """The terms within a term, and itself where it is none of several."""
    if isinstance(term, pyoxigraph.Triple):
        return [one for part in (term.subject, term.predicate, term.object) for one in atoms(part)]
    return [term]


def lacks_of(term: object) -> set[Lack]:
    """What a term asks of a format that not every format has."""
    literals = [one for one in atoms(term) if isinstance(one, pyoxigraph.Literal)]
    lacks = {Lack.TRIPLE_TERM} if isinstance(term, pyoxigraph.Triple) else set()
    lacks |= {Lack.CHARACTER for one in literals if CONTROL.search(one.value)}
    return lacks | {Lack.DIRECTION for one in literals if one.direction is not None}


@cache
def has_element(iri: str) -> bool:
    """Whether a property has an element in RDF/XML, by trying every way to cut its IRI."""
    names = ("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description")
    old = ("li", "aboutEach", "aboutEachPrefix", "bagID")
    reserved = ("", "http://www.w3.org/2000/xmlns/", "http://www.w3.org/XML/1998/namespace")
    if iri in {RDF + name for name in (*names, *old)}:
        return False
    for place in range(len(iri)):
        namespace, name = iri[:place], iri[place:]
        if namespace.startswith(RDF) and namespace != RDF:
            continue  # RDF 1.1 XML Syntax, section 5.1
        if namespace in reserved or re.search(r"[:/\s]", name):
            continue
        try:
            element = ElementTree.fromstring(f"<p:{name} xmlns:p={quoteattr(namespace)}/>")  # noqa: S314 - our own
        except ElementTree.ParseError:
            continue
        if element.tag == f"{{{namespace}}}{name}":
            return True
    return False


def properties(triple: pyoxigraph.Triple) -> set[str]:
    inner = properties(triple.object) if isinstance(triple.object, pyoxigraph.Triple) else set()
    return {triple.predicate.value} | inner


def lacks_of_triples(triples: list[pyoxigraph.Triple]) -> set[Lack]:
    lacks = {lack for triple in triples for lack in lacks_of(triple.object)}
    iris = {iri for triple in triples for iri in properties(triple)}
    return lacks if all(map(has_element, iris)) else lacks | {Lack.PROPERTY}


def written(result_format: ResultFormat, answer: object) -> bytes | None:
    """What a format makes of an answer; nothing where it refuses it."""
    output = io.BytesIO()
    try:
        result_format.write(answer, output, PREFIXES)  # type: ignore[arg-type]  # of any kind
    except UnwritableError as error:
        assert error.lack in result_format.lacks
        return None
    return output.getvalue()


def solutions(rows: list[dict[str, object]]) -> pyoxigraph.QuerySolutions:
    """Solutions as a query has them, of the variables x and y."""
    bindings = [{name: in_json(term) for name, term in row.items()} for row in rows]
    document = {"head": {"vars": ["x", "y"]}, "results": {"bindings": bindings}}
    results = pyoxigraph.parse_query_results(
        json.dumps(document), pyoxigraph.QueryResultsFormat.JSON
    )
    assert isinstance(results, pyoxigraph.QuerySolutions)
    return results


def in_json(term: object) -> dict[str, object]:
    match term:
        case pyoxigraph.NamedNode():
            return {"type": "uri", "value": term.value}
        case pyoxigraph.BlankNode():
            return {"type": "bnode", "value": term.value}
        case pyoxigraph.Literal(direction=direction) if direction is not None:
            words = {"xml:lang": term.language, "its:dir": direction.value}
            return {"type": "literal", "value": term.value, **words}
        case pyoxigraph.Literal() if term.language:
            return {"type": "literal", "value": term.value, "xml:lang": term.language}
        case pyoxigraph.Literal():
            return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
    assert isinstance(term, pyoxigraph.Triple)
    parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
    return {"type": "triple", "value": {name: in_json(part) for name, part in parts.items()}}


def value(term: object) -> str:
    """A term in CSV."""
    if isinstance(term, pyoxigraph.BlankNode):
        return f"_:{term.value}"
    assert isinstance(term, pyoxigraph.NamedNode | pyoxigraph.Literal)
    return term.value


def named(triples: list[pyoxigraph.Triple]) -> list[pyoxigraph.Triple]:
    """The triples, and one more that says the label of each blank node."""
    property_ = pyoxigraph.NamedNode(LABEL)
    return triples + [
        pyoxigraph.Triple(pyoxigraph.BlankNode(label), property_, pyoxigraph.Literal(label))
        for label in LABELS
    ]


def same_for_rdflib(
    result_format: ResultFormat, read: set[readers.Term], expected: set[readers.Term]
) -> bool:
    """Whether rdflib read what was written; in Turtle it reads numbers by their values."""
    triples = readers.renamed(read, LABEL)
    if result_format.name not in {"turtle", "trig"}:
        return triples == expected
    return set(map(readers.by_value, triples)) == set(map(readers.by_value, expected))


def test_every_format_is_read_by_another() -> None:
    for kind, known in (
        (ResultKind.SOLUTIONS, {*ROWS, CSV.name}),
        (ResultKind.GRAPH, {*GRAPHS}),
    ):
        assert {one.name for one in FORMATS if kind in one.kinds} == known


@pytest.mark.slow
@given(st.lists(st.dictionaries(st.sampled_from("xy"), TERMS), max_size=8))
@settings(max_examples=tries(100) * SOAK)
def test_rows_are_read_as_they_were_or_refused(rows: list[dict[str, object]]) -> None:
    lacks = {lack for row in rows for term in row.values() for lack in lacks_of(term)}
    expected = [{name: readers.engine_term(term) for name, term in row.items()} for row in rows]
    for result_format in FORMATS:
        if result_format.solutions is None:
            continue
        data = written(result_format, solutions(rows))
        assert (data is None) == bool(lacks & result_format.lacks), result_format.name
        if data is None:
            continue
        if result_format is CSV:
            cells = [{one: value(row[one]) if one in row else "" for one in "xy"} for row in rows]
            assert readers.read_csv(data) == cells
        else:
            assert ROWS[result_format.name](data) == expected, result_format.name


@pytest.mark.slow
@given(
    st.lists(st.builds(pyoxigraph.Triple, SUBJECTS, IRIS, TERMS), max_size=8),
    st.sampled_from([one for one in FORMATS if one.graph]),
)
@settings(max_examples=tries(100) * SOAK)
def test_graphs_are_read_as_they_were_or_refused(
    triples: list[pyoxigraph.Triple], result_format: ResultFormat
) -> None:
    triples = named(triples)
    data = written(result_format, triples)
    lacks = lacks_of_triples(triples)
    assert (data is None) == bool(lacks & result_format.lacks)
    if data is None:
        return
    syntax, name = GRAPHS[result_format.name]
    expected = {readers.engine_term(triple) for triple in triples}
    assert readers.renamed(readers.engine_graph(syntax)(data), LABEL) == expected
    if not lacks & {Lack.TRIPLE_TERM, Lack.DIRECTION} and not RDFLIB_READS_NOT.search(data):
        assert same_for_rdflib(result_format, readers.rdflib_graph(name)(data), expected)
