"""Loading of files into a store."""

from pathlib import Path

from rdflib import URIRef

from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.graphs.graph_load import load

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
