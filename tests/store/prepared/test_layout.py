"""Graphs on disk say what the same graphs in memory say."""

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eakg.names import GRAPH
from eakg.store.graph_files import Contents, GraphFile, read_contents
from eakg.store.graphs import LoadedStore, load, split_by_graph
from eakg.store.options import DefaultGraph
from eakg.store.prepared.layout import read_layout, write_layout
from eakg.store.request import QueryRequest
from helpers.holdings import small_contents
from helpers.layouts import ENDS, LITERALS, NODES, answers, requests
from helpers.tries import tries

ROWS = st.lists(
    st.tuples(
        st.sampled_from(NODES),
        st.sampled_from(
            ("<urn:p>", "<urn:q>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>")
        ),
        st.sampled_from(LITERALS + NODES),
        st.sampled_from(ENDS),
    ),
    max_size=6,
)


def on_disk(contents: Contents, folder: Path, default_graph: DefaultGraph) -> LoadedStore:
    folder.mkdir()
    write_layout(contents, folder, lambda _: None)
    loaded_store = read_layout(folder, contents.version)
    loaded_store.default_graph = default_graph
    loaded_store.open()
    return loaded_store


def assert_alike(contents: Contents, folder: Path) -> None:
    for default_graph in ("union", "strict"):
        memory = load(contents, default_graph)
        disk = on_disk(contents, folder / default_graph, default_graph)
        assert disk.graphs == memory.graphs
        assert disk.holdings == memory.holdings
        assert disk.notices == memory.notices
        assert bool(disk.spellings) == bool(memory.spellings)
        for name in memory.graphs:
            assert set(disk.source_quads(name)) == set(memory.source_quads(name))
        for request in requests(memory.graphs):
            assert answers(disk, request) == answers(memory, request), request.text


@pytest.mark.slow
@given(st.lists(ROWS, min_size=2, max_size=3))
@settings(deadline=None, max_examples=tries(25))
def test_answers_are_those_of_memory(graphs: Sequence[Sequence[tuple[str, str, str, str]]]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        files = []
        names = (GRAPH["file/a"], GRAPH["inferred"], GRAPH["evidence/a"])
        for number, rows in enumerate(graphs):
            path = folder / f"source{number}.nt"
            path.write_text("".join(f"{s} {p} {o}{end}" for s, p, o, end in rows))
            files.append(GraphFile(names[number], path))
        (folder / "graphs").mkdir()
        contents = read_contents(split_by_graph(files, folder / "graphs"))
        assert_alike(contents, folder)


@pytest.mark.slow
@pytest.mark.parametrize("number", [2, 12], ids=["few graphs", "many graphs"])
def test_merges_of_graphs_that_say_the_same(tmp_path: Path, number: int) -> None:
    files = []
    for graph in range(number):
        path = tmp_path / f"{graph}.nt"
        path.write_text(f'<urn:a> <urn:p> <urn:b> .\n<urn:a> <urn:q> "{graph}" .\n')
        files.append(GraphFile(GRAPH[f"file/{graph}"], path))
    contents = read_contents(files)
    assert_alike(contents, tmp_path)
    disk = read_layout(tmp_path / "union", contents.version)
    disk.open()
    for count in range(2, number + 1):
        text = "SELECT * { ?s ?p ?o . ?s ?q ?o }"
        some = QueryRequest(text, default_graphs=tuple(str(file.name) for file in files[:count]))
        assert answers(disk, some) == answers(load(contents), some)


@pytest.mark.slow
def test_the_shipped_graph(tmp_path: Path) -> None:
    (tmp_path / "graphs").mkdir()
    contents = small_contents()
    assert_alike(read_contents(split_by_graph(contents.files, tmp_path / "graphs")), tmp_path)


@pytest.mark.slow
def test_joins_are_put_in_order_on_disk_too(tmp_path: Path) -> None:
    """A LIMIT that says how many triples there are of a predicate is of the graph that is asked."""
    many, few = tmp_path / "many.nt", tmp_path / "few.nt"
    type_iri = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    lines = [f"<urn:n{number}> {type_iri} <urn:C> .\n" for number in range(2500)]
    many.write_text("".join(lines) + "<urn:n1> <urn:p> <urn:n2> .\n")
    few.write_text("".join(lines) + "".join(f"<urn:n{n}> <urn:p> <urn:n> .\n" for n in (3, 4)))
    files = (GraphFile(GRAPH["file/a"], many), GraphFile(GRAPH["evidence/a"], few))
    contents = read_contents(files)
    memory, disk = load(contents), on_disk(contents, tmp_path / "disk", "union")
    assert disk.frequencies == memory.frequencies
    assert disk.frequencies.predicates["urn:p"] == 1
    text = "SELECT ?x ?y { ?x a <urn:C> . ?x <urn:p> ?y }"
    assert answers(disk, QueryRequest(text)) == answers(memory, QueryRequest(text))
    in_evidence = QueryRequest(text, default_graphs=(str(GRAPH["evidence/a"]),))
    assert answers(disk, in_evidence) == answers(memory, in_evidence)


def test_a_layout_without_counts_is_asked_as_queries_are_written(tmp_path: Path) -> None:
    source = tmp_path / "source.nt"
    source.write_text("<urn:a> <urn:p> <urn:b> .\n")
    contents = read_contents([GraphFile(GRAPH["file/a"], source)])
    folder = tmp_path / "disk"
    folder.mkdir()
    write_layout(contents, folder, lambda _: None)
    layout = folder / "layout.json"
    description = json.loads(layout.read_text("utf-8"))
    del description["frequencies"]
    layout.write_text(json.dumps(description), "utf-8")
    disk = read_layout(folder, contents.version)
    disk.open()
    request = QueryRequest("SELECT * { ?x <urn:p> ?y }")
    assert answers(disk, request) == answers(load(contents), request)
