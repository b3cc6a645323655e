"""The filters by which pages look into graphs."""

import pytest

from eakg.names import REIFIERS_GRAPH
from eakg.serve.content.scope import graph_filter
from eakg.sparql.query import names_graph
from eakg.store.request import Closure


@pytest.mark.parametrize("closure", ["full", "asserted"])
def test_no_page_has_the_graph_of_reifiers_made(closure: Closure) -> None:
    text = f"SELECT * {{ GRAPH ?g {{ ?s ?p ?o }} FILTER({graph_filter(closure)}) }}"
    assert not names_graph(text, str(REIFIERS_GRAPH))
    assert str(REIFIERS_GRAPH) in text
