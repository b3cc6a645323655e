"""The layouts of a store give the same answers: files read by the engine itself or quad by quad;
the usual default graph in an engine of its own or as a merge among the graphs; graphs made ready by
name at the start or when somebody asks for them."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import URIRef

from eakg.names import GRAPH
from eakg.problems import ProblemsError
from eakg.sparql import NotPreparedError
from eakg.store.graph_files import Contents, GraphFile, read_contents
from eakg.store.graphs import LoadedStore, load
from eakg.store.graphs.deferral import Deferral
from eakg.store.graphs.graph_load import Preparation
from eakg.store.request import QueryRequest
from eakg.store.workers import KeeperProcess
from helpers.holdings import small_contents
from helpers.layouts import ENDS, LITERALS, NODES, XSD, answers, requests
from helpers.tries import tries

FIRST = '<urn:a> <urn:p> <urn:b> .\n<urn:b> <urn:p> "x" .\n<urn:c> <urn:p> "01"^^<urn:t> .\n'
SECOND = f'<urn:d> <urn:q> <urn:a> .\n_:n <urn:q> "007"^^<{XSD}integer> .\n'


def contents_of(folder: Path, **files: str) -> Contents:
    graph_files = []
    for name, text in files.items():
        path = folder / f"{name}.nt"
        path.write_text(text)
        graph_files.append(GraphFile(GRAPH[f"file/{name}"], path))
    return read_contents(graph_files)


def prepared(loaded_store: LoadedStore) -> LoadedStore:
    """A store whose graphs somebody has asked for."""
    preparation = Preparation(loaded_store)
    with pytest.raises(NotPreparedError):
        answers(loaded_store, QueryRequest("ASK { GRAPH ?g { ?s ?p ?o } }"))
    preparation.advance()
    while preparation.is_under_way:
        preparation.advance()
    return loaded_store


@given(
    st.lists(
        st.tuples(
            st.sampled_from(NODES),
            st.sampled_from(("<urn:p>", "<urn:q>")),
            st.sampled_from(LITERALS + NODES),
            st.sampled_from(ENDS),
        ),
        max_size=8,
    )
)
@settings(deadline=None, max_examples=tries(300))
def test_lines_are_read_as_quads_are(rows: list[tuple[str, str, str, str]]) -> None:
    # N-Triples are Turtle, which is read quad by quad.
    text = "".join(f"{s} {p} {o}{end}" for s, p, o, end in rows)
    first, second = (_loaded(text, extension) for extension in ("nt", "ttl"))
    assert set(first.store) == set(second.store)
    assert first.spellings.has_codes == second.spellings.has_codes
    names = (*first.graphs, "")
    assert [set(first.source_quads(name)) for name in names] == [
        set(second.source_quads(name)) for name in names
    ]
    assert [one.message for one in first.notices] == [one.message for one in second.notices]


def _loaded(text: str, extension: str) -> LoadedStore:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"x.{extension}"
        path.write_text(text)
        return load(read_contents([GraphFile(URIRef("urn:g"), path)]))


def test_the_engine_of_the_default_graph_says_what_the_merge_says() -> None:
    loaded_store = load(small_contents())
    assert loaded_store.engine is not None
    merged = replace(loaded_store, engine=None)
    for request in requests(loaded_store.graphs):
        assert answers(loaded_store, request) == answers(merged, request), request.text


@pytest.mark.parametrize("second", [SECOND, SECOND + FIRST], ids=["disjoint", "overlapping"])
def test_graphs_that_are_asked_for_later_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second: str
) -> None:
    monkeypatch.setattr("eakg.store.graphs.deferral.LARGE", 0)
    contents = contents_of(tmp_path, a=FIRST, b=second)
    at_once = load(contents)
    later = load(contents, defers=True)
    assert isinstance(later.quads, Deferral)
    default = QueryRequest("SELECT * { ?s ?p ?o }")
    assert answers(later, default) == answers(at_once, default)
    later = prepared(later)
    assert later.is_disjoint == (second == SECOND)
    for request in requests(at_once.graphs):
        assert answers(later, request) == answers(at_once, request), request.text


def test_evidence_may_say_what_another_graph_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eakg.store.graphs.deferral.LARGE", 0)
    contents = contents_of(tmp_path, a=FIRST, b=SECOND)
    evidence = GraphFile(GRAPH["evidence/a"], tmp_path / "a.nt")
    contents = read_contents([*contents.files, evidence])
    later = prepared(load(contents, defers=True))
    assert later.is_disjoint
    names = GRAPH["file/a"], evidence.name
    query = QueryRequest("SELECT * { ?s ?p ?o }", default_graphs=tuple(map(str, names)))
    rows = answers(later, query)
    assert isinstance(rows, list)
    assert len(rows) == 3
    assert rows == answers(load(contents), query)


@pytest.mark.parametrize(
    "line",
    ['<urn:a> <urn:b> "x"@EN .\n', "<urn:a> <urn:b> .\n", '<urn:a> <urn:b> "\\x" .\n'],
    ids=["a tag with capitals", "no triple", "no escape"],
)
def test_what_somebody_has_to_look_at_is_not_put_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr("eakg.store.graphs.deferral.LARGE", 0)
    contents = contents_of(tmp_path, a=FIRST + line)
    if "@" in line:
        assert isinstance(load(contents, defers=True).quads, ox.Store)
    else:
        with pytest.raises(ProblemsError, match=r"a\.nt:4"):
            load(contents, defers=True)


def test_files_that_are_gone_when_their_graphs_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eakg.store.graphs.deferral.LARGE", 0)
    loaded_store = load(contents_of(tmp_path, a=FIRST), defers=True)
    text = (tmp_path / "a.nt").read_text()
    (tmp_path / "a.nt").unlink()
    with pytest.raises(ProblemsError):
        prepared(loaded_store)
    (tmp_path / "a.nt").write_text(text)
    assert isinstance(prepared(loaded_store).quads, ox.Store)


@pytest.mark.processes
def test_a_service_makes_large_graphs_ready_when_they_are_asked_for(tmp_path: Path) -> None:
    rows = (f'<urn:s{n}> <urn:p> "{"x" * (1 << 16)}" .\n' for n in range(1100))
    contents = contents_of(tmp_path, large="".join(rows), small=SECOND)
    named = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    with KeeperProcess(contents) as keeper:
        client = keeper.client()
        count = client.query(QueryRequest("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "csv")).read()
        assert count == b"n\r\n1102\r\n"
        running = client.begin_at_once(QueryRequest(named, "csv"))
        if running is not None:
            with pytest.raises(NotPreparedError):
                running.finish()
        result = client.query(QueryRequest(named, "csv"))
        counts = {line.rpartition(b",")[2] for line in result.read().split(b"\r\n")[1:-1]}
        assert counts == {b"1100", b"2"}
    triple = URIRef("urn:d"), URIRef("urn:q"), URIRef("urn:a")
    with KeeperProcess(contents) as keeper:
        (leaf,) = keeper.client().explain(triple).proof.leaves()
        assert leaf.triple == triple
