"""What the tests of the graph share: what is said, with what follows from it."""

from collections.abc import Callable

import pytest
from rdflib import Graph

from eakg.dataset.layout import Layout
from eakg.rdf.parsing import parse_rdf

Rows = list[dict[str, str]]


@pytest.fixture(scope="session")
def record(asserted: dict[str, Graph]) -> Graph:
    """What the record of July 2020 says."""
    return asserted["record-2020-07-23"]


@pytest.fixture(scope="session")
def said(asserted: dict[str, Graph]) -> Graph:
    """Everything asserted, in one graph."""
    union = Graph()
    for graph in asserted.values():
        union += graph
    return union


@pytest.fixture(scope="session")
def full(layout: Layout, said: Graph, ontology: Graph) -> Graph:
    """Ontology, everything asserted, and what follows from them."""
    return said + ontology + parse_rdf(layout.inferred)


@pytest.fixture(scope="session")
def acts(facts: Callable[[str], Rows]) -> Rows:
    """The 70 rows of the dossier that come from the source article."""
    return [row for row in facts("acts") if row["origin"] == "source"]
