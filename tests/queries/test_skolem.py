"""The same contract of data with blank nodes and of data with skolem IRIs for them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Graph, URIRef

from eakg.queries.verdict.comparison import compare_graphs, compare_rows
from eakg.rdf.cells import Blank, CellTable
from helpers.endpoints import Reply, scripted_endpoint
from helpers.saved_query_files import run
from helpers.tries import tries

GENID = "https://example.org/some/place/.well-known/genid/"
P, A = URIRef("http://e/p"), URIRef("http://e/a")


def table(*rows: tuple[str, ...]) -> CellTable:
    return CellTable(("x", "y"), rows)


@pytest.mark.parametrize("left", ["<", ""])
def test_a_label_matches_a_skolem_iri(left: str) -> None:
    right = ">" if left else ""
    first, second = (f"{left}{GENID}{number}{right}" for number in (1, 2))
    expected = table(("_:a", "1"), ("_:b", "2"))
    for compare in ("bag", "set", "ordered", "contains"):
        assert compare_rows(expected, table((first, "1"), (second, "2")), compare) is None
    assert compare_rows(expected, table((first, "1"), (first, "2")), "bag") is not None
    assert compare_rows(expected, table((f"{left}http://e/1{right}", "1")), "bag") is not None


def test_a_skolem_iri_matches_a_blank_node() -> None:
    expected = table((f"{GENID}1", f"{GENID}1"))
    assert compare_rows(expected, table((Blank("_:x"), Blank("_:x"))), "bag") is None
    assert compare_rows(expected, table((Blank("_:x"), Blank("_:y"))), "bag") is not None


def test_a_skolem_iri_that_both_have_is_itself() -> None:
    expected = table((f"{GENID}1", "_:a"), (f"{GENID}2", "_:a"))
    assert compare_rows(expected, table(*reversed(expected.rows)), "bag") is None
    other = table((f"{GENID}1", f"{GENID}7"), (f"{GENID}2", f"{GENID}7"))
    assert compare_rows(expected, other, "bag") is None
    assert compare_rows(other, table((f"{GENID}1", f"{GENID}7")), "bag") is not None


@settings(deadline=None, max_examples=tries(60))
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=6))
def test_triples_are_isomorphic_whatever_their_nodes_are_called(
    edges: list[tuple[int, int]],
) -> None:
    blank, skolem = Graph(), Graph()
    nodes = [BNode() for _ in range(4)]
    for first, second in edges:
        blank.add((nodes[first], P, nodes[second]))
        skolem.add((URIRef(f"{GENID}{first}"), P, URIRef(f"{GENID}{second}")))
    assert compare_graphs(blank, skolem) is None
    assert compare_graphs(skolem, blank) is None
    skolem.add((A, P, A))
    assert compare_graphs(blank, skolem) is not None


def test_a_blank_column_may_have_skolem_iris(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text(
        "#+ expect: {columns: {n: {kind: blank}}}\nSELECT ?n { ?s ?p ?n }\n", encoding="utf-8"
    )
    body = '{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"uri","value":"%s"}}]}}'
    for value, status in ((f"{GENID}1", 0), ("http://e/1", 1)):
        with scripted_endpoint(Reply(body=(body % value).encode())) as server:
            assert run("test", str(path), "--endpoint", server.address).exit_code == status
