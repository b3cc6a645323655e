"""What follows, written by columns: the same bytes as by nodes."""

import os
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.namespace import OWL, RDFS

from eakg.names import EAKG, ID, PREFIXES
from eakg.rdf.turtle import write_turtle
from eakg.reason.closure import closure_of_facts, without_blank_nodes
from eakg.reason.files.reading import read
from eakg.reason.files.turtle_columns import inferred_turtle
from helpers.random_terms import IRIS, PLAIN_TERMS, SUBJECTS
from helpers.tries import tries

SOAK = int(os.environ.get("EAKG_SOAK", "1"))
PROPERTY = pyoxigraph.NamedNode("urn:p")
SAME = pyoxigraph.NamedNode(OWL.sameAs)
SCHEMA = [
    pyoxigraph.Triple(PROPERTY, pyoxigraph.NamedNode(RDFS.subPropertyOf), pyoxigraph.NamedNode(iri))
    for iri in (EAKG.agent, "http://example.org/a#b", "http://example.org/9")
]
THINGS = st.sampled_from(
    [
        pyoxigraph.NamedNode(iri)
        for iri in (
            *(ID[slug] for slug in ("a", "a-b", "a/b", "9")),
            EAKG.Actor,
            "urn:a",
            "urn:a-b",
        )
    ]
)


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rdflib.term.logger.disabled", True)


@given(
    st.lists(
        st.builds(
            pyoxigraph.Triple,
            THINGS | SUBJECTS,
            st.sampled_from([PROPERTY, PROPERTY, SAME]) | IRIS,
            THINGS | PLAIN_TERMS,
        ),
        max_size=12,
    ),
    st.integers(1, 4),
    st.booleans(),
)
@settings(max_examples=tries(100) * SOAK, deadline=None)
def test_columns_are_written_as_nodes_are(
    tmp_path_factory: pytest.TempPathFactory,
    triples: list[pyoxigraph.Triple],
    rows: int,
    has_polars: bool,
) -> None:
    """Also where things are equal, and where terms are in lists for want of Polars."""
    path = tmp_path_factory.mktemp("columns") / "in.nt"
    pyoxigraph.serialize([*SCHEMA, *triples], str(path), pyoxigraph.RdfFormat.N_TRIPLES)
    with pytest.MonkeyPatch.context() as patch:
        if not has_polars:
            patch.setattr("eakg.reason.files.reading.find_spec", lambda name: None)
        closure = closure_of_facts(*read([path]))
        expected = without_blank_nodes(closure.inferred)
        patch.setattr("eakg.reason.files.turtle_columns.ROWS", rows)
        assert inferred_turtle(closure, PREFIXES) == (write_turtle(expected), len(expected))


def test_of_nothing_follows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "in.nt"
    path.write_bytes(b"")
    assert inferred_turtle(closure_of_facts(*read([path])), PREFIXES) == (write_turtle([]), 0)
