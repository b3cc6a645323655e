"""Terms of rdflib and of the engine: there and back, and what RDF 1.1 does not have."""

from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import XSD, BNode, Literal, URIRef
from rdflib.term import Node

from eakg.problems import ProblemsError
from eakg.rdf.codes.carriers import carrier, is_carrier
from eakg.rdf.codes.triple_terms import mapped_term
from eakg.rdf.engine_terms import (
    carrying_triples,
    engine_triple,
    is_rdf11,
    node,
    pattern,
    quad,
    triples,
)
from eakg.rdf.notation import read_term, write_term
from eakg.rdf.parsing import parse_rdf
from eakg.rdf.terms import NotRdf11Error, literal
from eakg.reason.engine.terms import LITERAL
from eakg.reason.files.reading import read

S, P, G = URIRef("urn:s"), URIRef("urn:p"), pyoxigraph.NamedNode("urn:g")
TRIPLE_TERM = "<urn:s> <urn:p> <<( <urn:a> <urn:b> <urn:c> )>> ."
DIRECTION = '<urn:s> <urn:p> "x"@ar--rtl .'
TERMS = st.sampled_from([S, BNode("b"), URIRef("http://e/東")]) | st.builds(
    lambda text, kind: literal(text, *kind),
    st.text(),
    st.sampled_from([(None, None), ("en", None), (None, str(XSD.integer)), (None, "urn:t")]),
)


@settings(deadline=None)
@given(TERMS)
def test_there_and_back(term: Node) -> None:
    there = quad((S, P, term), G)
    assert list(triples([there])) == [(S, P, term)]
    assert tuple(there.triple) == pattern((S, P, term))
    assert is_rdf11(there)


def test_a_string_has_one_form() -> None:
    typed = Literal("x", datatype=XSD.string)
    assert node(engine_triple((S, P, typed)).object) == Literal("x")


@pytest.mark.parametrize(
    "triple", [(Literal("x"), P, S), (S, BNode("b"), S), (S, Literal("p"), S), (S, P, None)]
)
def test_what_is_no_triple(triple: tuple[Node, Node, Node]) -> None:
    with pytest.raises(TypeError):
        quad(triple, G)


@pytest.mark.parametrize(
    ("line", "name"), [(TRIPLE_TERM, "a triple term"), (DIRECTION, "a base direction")]
)
def test_what_rdf_1_1_has_not_is_named_or_carried(line: str, name: str, tmp_path: Path) -> None:
    quads = list(pyoxigraph.parse(line, format=pyoxigraph.RdfFormat.N_TRIPLES))
    with pytest.raises(NotRdf11Error, match=name):
        list(triples(quads))
    (triple,) = carrying_triples(quads)
    assert is_carrier(triple[2])
    assert engine_triple(triple) == quads[0].triple
    assert f"{' '.join(map(write_term, triple))} ." == line
    assert read_term(write_term(triple[2])) == triple[2]
    for file in (tmp_path / "x.nt", tmp_path / "x.ttl"):
        file.write_text(line)
        with pytest.raises(ProblemsError, match=name):
            parse_rdf(file)
        assert list(parse_rdf(file, rdf12=True)) == [triple]
        terms, collections = read([file])
        ((_, facts),) = collections.items()
        assert terms.node(int(facts[0]) & 0xFFFFFFFF) == triple[2]
        assert terms.kinds[int(facts[0]) & 0xFFFFFFFF] == LITERAL


def test_no_data_can_hold_a_carrier_of_their_own() -> None:
    with pytest.raises(ValueError, match="IRI"):
        pyoxigraph.NamedNode(str(carrier(pyoxigraph.Literal("x", language="ar")).datatype))


def test_labels_within_triple_terms_are_of_their_file(tmp_path: Path) -> None:
    files = [tmp_path / "a.nt", tmp_path / "b.nt"]
    for file in files:
        file.write_text('_:x <u:p> <<(_:x  <u:p> <<( _:x <u:q> "_:x" )>> )>> .\n')
    terms, _ = read(files)
    spellings = [*terms.spellings]
    objects = [text for text in spellings if text.startswith("<<(")]
    assert objects == [
        '<<( _:x <u:p> <<( _:x <u:q> "_:x" )>> )>>',
        '<<( _:f1_x <u:p> <<( _:f1_x <u:q> "_:x" )>> )>>',
    ]
    assert spellings.count("_:f1_x") == 1


@pytest.mark.slow
@pytest.mark.parametrize("depth", [0, 1, 900])
def test_a_function_reaches_every_term_at_any_depth(depth: int) -> None:
    node, other = pyoxigraph.BlankNode("x"), pyoxigraph.BlankNode("y")
    predicate = pyoxigraph.NamedNode("u:p")

    def nested(node: pyoxigraph.BlankNode) -> pyoxigraph.BlankNode | pyoxigraph.Triple:
        term: pyoxigraph.BlankNode | pyoxigraph.Triple = node
        for _ in range(depth):
            term = pyoxigraph.Triple(node, predicate, term)
        return term

    renamed = mapped_term(nested(node), lambda term: other if term == node else term)
    assert renamed == nested(other)
