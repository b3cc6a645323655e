"""A term that is written is read as the same term, by whoever reads N-Triples or SPARQL."""

import re

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from eakg.rdf.engine_terms import node
from eakg.rdf.notation import canonicalize_term, read_term, sparql_term, write_term
from eakg.rdf.terms import NotRdf11Error, literal

# What begins an escape, ends a literal, or is special to some reader, more often than by chance.
PIECES = st.sampled_from(
    ["\\", "u0041", "U00000041", '"', "'", "\n", "\r", "\t", "\0", "\x7f", "\u2028"]
)
TEXTS = st.lists(PIECES | st.text(max_size=3), max_size=6).map("".join)
IRIS = st.builds(
    lambda scheme, rest: f"{scheme}:{rest}",
    st.from_regex(r"[a-z][a-z0-9+.-]{0,4}", fullmatch=True),
    st.from_regex(r"//[a-z]{1,5}/([a-z0-9é東~!$&'()*+,;=:@/?-]|%[0-9A-F]{2}){0,8}", fullmatch=True),
).map(URIRef)
LANGUAGES = st.from_regex(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", fullmatch=True)
LITERALS = (
    st.builds(literal, TEXTS)
    | st.builds(lambda text, language: literal(text, language), TEXTS, LANGUAGES)
    | st.builds(lambda text, datatype: literal(text, None, datatype), TEXTS, IRIS)
    | st.builds(lambda text: literal(text, None, str(XSD.double)), TEXTS)
)
LABELS = st.from_regex(r"[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,5}[a-zA-Z0-9_-])?", fullmatch=True)
S, P = URIRef("urn:s"), URIRef("urn:p")


def same(term: Node, other: Node) -> bool:
    """Equal as RDF 1.1 Concepts, section 3.3, has it: language tags without their case."""
    return parts(term) == parts(other)


def parts(term: Node) -> tuple[str, ...]:
    if not isinstance(term, Literal):
        return (type(term).__name__, str(term))
    return (str(term), str(term.datatype or XSD.string), (term.language or "").lower())


@settings(deadline=None)
@given(LITERALS | IRIS)
def test_n_triples(term: Node) -> None:
    line = f"<urn:s> <urn:p> {write_term(term)} ."
    assert same(read_term(write_term(term)), term)
    assert canonicalize_term(write_term(term)) == write_term(term)
    (quad,) = pyoxigraph.parse(line, format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert same(node(quad.object), term)
    (triple,) = Graph().parse(data=line.encode(), format="turtle")
    assert same(triple[2], literal_of(term))


def literal_of(term: Node) -> Node:
    """The term as rdflib's parsers give it: numbers are spelled anew."""
    if isinstance(term, Literal) and term.datatype is not None:
        return Literal(str(term), datatype=term.datatype)
    return term


@settings(deadline=None)
@given(LABELS)
def test_blank_nodes_in_n_triples(label: str) -> None:
    line = f"{write_term(BNode(label))} <urn:p> {write_term(BNode(label))} ."
    for quad in pyoxigraph.parse(line, format=pyoxigraph.RdfFormat.N_TRIPLES):
        assert quad.subject == quad.object
    ((subject, _, object_),) = Graph().parse(data=line, format="nt")
    assert subject == object_


@pytest.mark.slow
@settings(deadline=None)
@given(LITERALS | IRIS)
def test_sparql(term: Node) -> None:
    query = f"SELECT ?y {{ VALUES ?y {{ {sparql_term(term)} }} }}"
    (row,) = pyoxigraph.Store().query(query)  # type: ignore[union-attr]  # of SELECT
    assert same(node(row["y"]), term)
    ((value,),) = Graph().query(query)  # type: ignore[misc]  # a row
    assert same(value, term) or same(value, literal_of(term))  # rdflib writes most numbers anew


@pytest.mark.slow
@settings(deadline=None)
@given(TEXTS)
def test_an_engine_that_replaces_escapes_first_reads_the_same(text: str) -> None:
    """SPARQL 1.1 Query, section 19.2, to the letter: before the grammar, whatever precedes them."""
    early = re.sub(
        r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})",
        lambda match: chr(int(match[1] or match[2], 16)),
        sparql_term(Literal(text)),
    )
    assert read_term(early) == Literal(text)


def test_the_only_differences_of_sparql() -> None:
    assert sparql_term(Literal("\\u0022")) == '"\\\\\\U000000750022"'
    assert sparql_term(Literal("a\tb")) == '"a\\tb"'
    for term in (Literal('a"\n', lang="en"), Literal("1", datatype=XSD.integer), S):
        assert sparql_term(term) == write_term(term)


@pytest.mark.parametrize(
    "term",
    [
        URIRef("urn:a> } DROP ALL #"),
        URIRef("urn:a b"),
        URIRef("urn:\\u0041"),
        Literal("x", datatype=URIRef("urn:a>")),
        Literal("\ud800"),
        BNode("b"),
    ],
)
def test_what_is_no_term_of_a_query(term: Node) -> None:
    with pytest.raises(ValueError, match="cannot stand in a query"):
        sparql_term(term)


def test_a_language_that_is_none() -> None:
    with pytest.raises(NotRdf11Error, match="no language tag"):
        literal("x", "en> .")
