"""Graphs of rdflib in Turtle, read by the engine as the same."""

import io
import os

import pyoxigraph
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.namespace import DCTERMS, RDF, RDFS, XSD
from rdflib.plugins.serializers.longturtle import LongTurtleSerializer

from eakg.names import EAKG, ID, PREFIXES
from eakg.rdf.engine_terms import triples as rdflib_triples
from eakg.rdf.turtle import turtle_of, write_turtle
from helpers import readers
from helpers.random_terms import IRIS, LABELS, LITERALS, PLAIN_TERMS, SUBJECTS
from helpers.tries import tries

pytestmark = pytest.mark.slow

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
@settings(max_examples=tries(100) * SOAK)
def test_a_graph_is_read_as_it_is(triples: list[pyoxigraph.Triple]) -> None:
    triples += NAMED
    expected = {readers.engine_term(triple) for triple in triples}
    assert readers.renamed(read(turtle_of(graph_of(triples))), LABEL.value) == expected


@given(st.lists(st.builds(pyoxigraph.Triple, IRIS, IRIS, IRIS | LITERALS), max_size=8))
@settings(max_examples=tries(100) * SOAK)
def test_canonical_turtle_is_read_as_it_is(triples: list[pyoxigraph.Triple]) -> None:
    data = write_turtle(rdflib_triples(triples))  # type: ignore[arg-type]  # as above
    assert read(data) == {readers.engine_term(triple) for triple in triples}


class ByName(LongTurtleSerializer):
    """rdflib's own style, with subjects by name."""

    def orderSubjects(self) -> list[rdflib.term.Node]:
        return sorted(self._subjects, key=str)


THINGS = st.sampled_from(
    [
        *(ID[slug] for slug in ("asean", "a/b", "a/row/1", "2020", "x.", "Z-1", "_q", "")),
        *(EAKG[name] for name in ("Actor", "agent")),
        *map(rdflib.URIRef, ("http://x.org/a#b", "http://x.org/", "urn:a:b", "http://x.org/a=1")),
    ]
)
PROPERTIES = st.sampled_from(
    [RDF.type, RDFS.label, EAKG.agent, DCTERMS.source, rdflib.URIRef("http://y.org/p"), ID["9p"]]
)
VALUES = st.sampled_from(
    [
        rdflib.Literal("a"),
        rdflib.Literal('a "b" \\ c', lang="en"),
        rdflib.Literal("two\nlines", lang="en"),
        rdflib.Literal("a", lang="zh-Hant"),
        rdflib.Literal("2020-07-20", datatype=XSD.date),
        rdflib.Literal(7),
        rdflib.Literal("5.60", datatype=XSD.decimal),
    ]
)


@given(st.lists(st.tuples(THINGS, PROPERTIES, THINGS | VALUES), min_size=1, max_size=12))
@settings(deadline=None, max_examples=tries(100) * SOAK)
def test_canonical_turtle_has_the_style_of_rdflib(triples: list[rdflib.graph._TripleType]) -> None:
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    for triple in sorted(triples, key=lambda triple: [term.n3() for term in triple]):
        graph.add(triple)
    out = io.BytesIO()
    ByName(graph).serialize(out)  # type: ignore[no-untyped-call]  # rdflib's
    assert write_turtle(triples) == out.getvalue()
