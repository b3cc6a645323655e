"""Loading of files into a store."""

from itertools import groupby
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import URIRef

from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.graphs import bulk
from eakg.store.graphs.bulk import by_predicate, load_lines
from eakg.store.graphs.graph_load import load
from helpers.tries import tries

N_TRIPLES = pyoxigraph.RdfFormat.N_TRIPLES
GRAPH = URIRef("https://example.org/graph")


def test_files_of_one_graph_are_united(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<urn:a> <urn:p> [ <urn:q> <urn:b> ] .")
    (tmp_path / "b.ttl").write_text("<urn:c> <urn:p> [ <urn:q> <urn:d> ] .")
    loaded = load(read_contents(GraphFile(GRAPH, tmp_path / name) for name in ("a.ttl", "b.ttl")))
    assert len(loaded.store) == 4


def test_blank_nodes_have_the_same_labels_at_each_loading(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<urn:a> <urn:p> [ <urn:q> <urn:b> ] , [] .")
    files = read_contents([GraphFile(GRAPH, tmp_path / "a.ttl")])
    assert set(load(files).store) == set(load(files).store)


_LINES = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("pqr"), st.sampled_from(["<urn:x>", '"y z"']))
)


def _text(rows: list[tuple[str, str, str]]) -> bytes:
    return "".join(f"<urn:{s}> <urn:{p}> {o} .\n" for s, p, o in rows).encode()


@settings(deadline=None, max_examples=tries(100))
@given(_LINES, st.booleans())
def test_triples_of_a_predicate_lie_together(
    rows: list[tuple[str, str, str]], is_closed: bool
) -> None:
    text = _text(rows)
    groups = by_predicate(text if is_closed else text[:-1])
    lines = b"".join(line for group in groups.values() for line in group)
    triples = list(pyoxigraph.parse(lines, N_TRIPLES))
    predicates = [quad.predicate.value for quad in triples]
    assert len(list(groupby(predicates))) == len(set(predicates))
    in_order = sorted(rows, key=lambda row: predicates.index(f"urn:{row[1]}"))
    assert triples == list(pyoxigraph.parse(_text(in_order), N_TRIPLES))


def test_lines_that_are_no_triples_stay() -> None:
    text = b"# a\r\n\n<urn:a>\t<urn:p> <urn:b> .\n<urn:c>  <urn:p> <urn:d> .\r<urn:e> <urn:p> 1"
    lines = b"".join(line for group in by_predicate(text).values() for line in group)
    assert sorted(lines.splitlines()) == sorted(text.splitlines())


def test_lines_of_several_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "LARGE_CHUNK", 100)
    text = _text([("a", f"p{number % 7}", f"<urn:{number}>") for number in range(50)])
    store = pyoxigraph.Store()
    load_lines(store, text, pyoxigraph.DefaultGraph())
    assert set(store) == set(pyoxigraph.parse(text, N_TRIPLES))
