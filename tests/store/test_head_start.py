"""Large files are loaded while it is found out what follows from them: that changes nothing but
when it is done."""

import io
from pathlib import Path

import polars as pl
import pyoxigraph
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from eakg.commands.serve import Sources
from eakg.names import GRAPH, INFERRED_GRAPH
from eakg.problems import ExitStatus, ProblemsError
from eakg.serve import ServeOptions
from eakg.sparql import StoreUnreachableError
from eakg.store import Contents, GraphFile, read_contents
from eakg.store.graphs import EngineLoad, LoadedStore, evaluate, load
from eakg.store.graphs.bulk import has_valid_terms
from eakg.store.graphs.deferral import Deferral
from eakg.store.graphs.ingestion import ingest
from eakg.store.request import QueryRequest
from eakg.store.workers import KeeperProcess, StoreProcess
from helpers.tries import tries

ALL = QueryRequest("SELECT * { ?s ?p ?o }")
ASSERTED = "".join(f"<urn:z{n}> <urn:p> <urn:b{n}> .\n" for n in range(50))
INFERRED = '<urn:a> <urn:p> <urn:b> .\n<urn:c> <urn:p> "01"^^<urn:t> .\n'


def files_of(folder: Path) -> list[GraphFile]:
    """What is asserted, and what follows, which is not there yet."""
    (folder / "asserted.nt").write_text(ASSERTED)
    return sorted(
        [
            GraphFile(GRAPH["z"], folder / "asserted.nt"),
            GraphFile(INFERRED_GRAPH, folder / "inferred.nt"),
        ]
    )


def finished(files: list[GraphFile]) -> Contents:
    """The files, once it is known what follows."""
    next(file for file in files if file.name == INFERRED_GRAPH).path.write_text(INFERRED)
    return read_contents(files)


def rows(loaded_store: LoadedStore) -> bytes:
    output = io.BytesIO()
    evaluate(loaded_store, ALL, output)
    return output.getvalue()


def test_what_was_begun_is_what_is_loaded_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eakg.store.graphs.deferral.LARGE", 0)
    files = files_of(tmp_path)
    begun = EngineLoad(files)
    begun.begin()
    contents = finished(files)
    early, late = load(contents, defers=True, begun=begun), load(contents, defers=True)
    assert isinstance(early.quads, Deferral)
    assert early.engine is not None
    assert len(early.engine) == 52
    assert rows(early) == rows(late)  # in their order
    assert (early.graphs, early.version) == (late.graphs, late.version)


def test_what_was_begun_with_other_files_is_of_no_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eakg.store.graphs.deferral.LARGE", 0)
    files = files_of(tmp_path)
    (tmp_path / "other.nt").write_text("<urn:x> <urn:y> <urn:z> .\n")
    begun = EngineLoad([*files, GraphFile(GRAPH["other"], tmp_path / "other.nt")])
    begun.begin()
    contents = finished(files)
    assert rows(load(contents, defers=True, begun=begun)) == rows(load(contents, defers=True))


@pytest.mark.processes
def test_a_process_that_has_begun_answers(tmp_path: Path) -> None:
    (tmp_path / "large.nt").write_text(f'<urn:s> <urn:p> "{"x" * (1 << 16)}" .\n' * 1100)
    files = sorted([*files_of(tmp_path), GraphFile(GRAPH["large"], tmp_path / "large.nt")])
    process = StoreProcess.spawn()
    process.begin(files, 60)
    with KeeperProcess(finished(files), process=process) as keeper:
        assert keeper.pid == process.process.pid
        counted = keeper.client().query(QueryRequest("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
        assert b'"53"' in counted.read()
    assert process.process.poll() is not None


@pytest.mark.processes
def test_a_process_that_has_begun_and_ended(tmp_path: Path) -> None:
    files = files_of(tmp_path)
    process = StoreProcess.spawn()
    process.begin(files, 60)
    process.process.kill()
    with pytest.raises(StoreUnreachableError):
        KeeperProcess(finished(files), process=process)


@pytest.mark.processes
def test_nothing_is_left_of_it_where_the_data_are_not_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eakg.store.graphs.deferral.LARGE", 0)
    data = tmp_path / "data.ttl"
    data.write_text("@prefix : <urn:> . :a :p :b .")
    with Sources([data], ServeOptions()) as sources:
        sources.read()
        process = sources.process
        assert process is not None
        assert process.process.poll() is None
        sources.read()
        assert sources.process is process
    assert process.process.poll() is not None

    owl = "<http://www.w3.org/2002/07/owl#"
    data.write_text(f"<urn:a> {owl}sameAs> <urn:b> ; {owl}differentFrom> <urn:b> .")
    with Sources([data], ServeOptions()) as sources:
        with pytest.raises(ProblemsError):
            sources.read()
        process = sources.process
        assert process is not None
    assert process.process.poll() is not None


@pytest.mark.parametrize(
    "options", [ServeOptions(writable=True), ServeOptions(default_graph="strict")]
)
def test_it_is_for_stores_that_are_only_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: ServeOptions
) -> None:
    monkeypatch.setattr("eakg.store.graphs.deferral.LARGE", 0)
    data = tmp_path / "data.ttl"
    data.write_text("@prefix : <urn:> . :a :p :b .")
    with Sources([data], options) as sources:
        sources.read()
        assert sources.process is None


IRIS = st.from_regex(r"<(?:https?://|urn:|)[a-z%0-9\[\]:@?#/. é{|\\u]{0,12}>", fullmatch=True)
TAILS = st.from_regex(r"(?:@[a-z0-9-]{0,12}|\^\^<[a-z:%\[]{0,6}>|)", fullmatch=True)
LITERALS = TAILS.map('"x"{}'.format)


def is_read(line: str, *, is_checked: bool) -> bool:
    """Whether the engine reads a line, with its terms looked at or taken to be valid."""
    try:
        pyoxigraph.Store().load(line, pyoxigraph.RdfFormat.N_TRIPLES, lenient=is_checked)
    except SyntaxError:
        return False
    return True


@given(st.lists(st.tuples(IRIS, IRIS, IRIS | LITERALS), min_size=1, max_size=3))
@example([("<http://a.b:80/c?d=e#f>", "<http://[::1]/>", '"x"@en-GB')])
@example([("<http://a/#b#c>", "<urn:p>", "<http://a/%41>")])
@settings(deadline=None, max_examples=tries(500))
def test_lines_of_valid_terms_need_no_look_at_them(rows: list[tuple[str, str, str]]) -> None:
    text = "".join(f"{' '.join(row)} .\n" for row in rows)
    terms = pl.Series(sorted({term for row in rows for term in row}))
    if is_read(text, is_checked=True):
        assert has_valid_terms(terms) == is_read(text, is_checked=False)
    else:
        assert not is_read(text, is_checked=False)


def test_terms_that_no_engine_takes_are_told_where_they_stand(tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text("<urn:s> <urn:p> <urn:o> .\n<urn:s> <urn:p> <http://a/%zz> .\n")
    (tmp_path / "out").mkdir()
    with pytest.raises(ProblemsError, match=r"a\.nt:2: .*percent") as caught:
        ingest([tmp_path / "a.nt"], tmp_path / "out")
    assert caught.value.status is ExitStatus.BAD_INPUT
