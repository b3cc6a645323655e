"""Graphs of rdflib in Turtle, read by the engine as the same."""

import os

import pyoxigraph
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from eakg.rdf.engine_terms import triples as rdflib_triples
from eakg.rdf.turtle import turtle_of, write_turtle
from helpers import readers
from helpers.random_terms import IRIS, LABELS, LITERALS, PLAIN_TERMS, SUBJECTS

SOAK = int(os.environ.get("EAKG_SOAK", "1"))
LABEL = pyoxigraph.NamedNode("urn:label")
NAMED = [
    pyoxigraph.Triple(pyoxigraph.BlankNode(label), LABEL, pyoxigraph.Literal(label))
    for label in LABELS
]
read = readers.engine_graph(pyoxigraph.RdfFormat.TURTLE)


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rdflib.term.logger.disabled", True)


def graph_of(triples: list[pyoxigraph.Triple]) -> rdflib.Graph:
    graph = rdflib.Graph()
    graph.bind("", "http://example.org/")
    graph.bind("a", "http://example.org/a#")
    for triple in rdflib_triples(triples):  # type: ignore[arg-type]  # of their three terms
        graph.add(triple)
    return graph


@given(st.lists(st.builds(pyoxigraph.Triple, SUBJECTS, IRIS, PLAIN_TERMS), max_size=8))
@settings(max_examples=100 * SOAK)
def test_a_graph_is_read_as_it_is(triples: list[pyoxigraph.Triple]) -> None:
    triples += NAMED
    expected = {readers.engine_term(triple) for triple in triples}
    assert readers.renamed(read(turtle_of(graph_of(triples))), LABEL.value) == expected


@given(st.lists(st.builds(pyoxigraph.Triple, IRIS, IRIS, IRIS | LITERALS), max_size=8))
@settings(max_examples=100 * SOAK)
def test_canonical_turtle_is_read_as_it_is(triples: list[pyoxigraph.Triple]) -> None:
    data = write_turtle(rdflib_triples(triples))  # type: ignore[arg-type]  # as above
    assert read(data) == {readers.engine_term(triple) for triple in triples}
