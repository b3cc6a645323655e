"""Terms of rdflib and of the engine: there and back, and what RDF 1.1 does not have."""

from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import XSD, BNode, Literal, URIRef
from rdflib.term import Node

from eakg.problems import ProblemsError
from eakg.rdf.engine_terms import engine_triple, is_rdf11, node, pattern, quad, triples
from eakg.rdf.parsing import parse_rdf
from eakg.rdf.terms import NotRdf11Error, literal
from eakg.reason.files.ntriples import read_files
from eakg.reason.files.text_terms import TextTerms
from eakg.sparql.failures import FormatMismatchError, UpdateRefusedError
from eakg.store.changes.requests import UpdateRequest
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import read_contents
from eakg.store.options import StoreOptions
from eakg.store.request import QueryRequest, select

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
def test_what_rdf_1_1_has_not_is_named_by_all(line: str, name: str, tmp_path: Path) -> None:
    quads = list(pyoxigraph.parse(line, format=pyoxigraph.RdfFormat.N_TRIPLES))
    with pytest.raises(NotRdf11Error, match=name):
        list(triples(quads))
    for file in (tmp_path / "x.nt", tmp_path / "x.ttl"):
        file.write_text(line)
        with pytest.raises(ProblemsError, match=name):
            parse_rdf(file)
        with pytest.raises(ProblemsError, match=name):
            read_files([file], TextTerms())
    plain = EmbeddedStore(read_contents([]), StoreOptions("none", "union", writable=True))
    plain.update(UpdateRequest(f"INSERT DATA {{ {line} }}"))
    assert line.encode() in plain.query(QueryRequest("CONSTRUCT WHERE {?s ?p ?o}", "nt")).read()
    with pytest.raises(FormatMismatchError, match=name):
        select(plain, QueryRequest("SELECT * { ?s ?p ?o }"))
    reasoning = EmbeddedStore(read_contents([]), StoreOptions("owl-rl", "union", writable=True))
    before = reasoning.version
    with pytest.raises(UpdateRefusedError, match=name):
        reasoning.update(UpdateRequest(f"INSERT DATA {{ {line} }}"))
    assert reasoning.version == before


def test_a_store_that_took_them_says_that_nothing_follows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "store"
    plain = EmbeddedStore(read_contents([]), StoreOptions("none", "union", True, directory=folder))
    plain.update(UpdateRequest(f"INSERT DATA {{ {TRIPLE_TERM} <urn:s> a <urn:C> }}"))
    plain.close()
    options = StoreOptions("owl-rl", "union", True, directory=folder)
    reasoning = EmbeddedStore(read_contents([]), options)
    assert "nothing follows from 1 triples with terms of RDF 1.2" in capsys.readouterr().err
    reasoning.update(UpdateRequest(f"DELETE DATA {{ {TRIPLE_TERM} }}"))
    assert len(select(reasoning, QueryRequest("SELECT * { <urn:s> <urn:p> ?o }"))) == 0
    reasoning.close()
