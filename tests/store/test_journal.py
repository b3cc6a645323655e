"""The folder of a store: what is kept, what a torn or damaged file does, and who may open it."""

import resource
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eakg.problems import ProblemsError
from eakg.sparql.failures import StoreFullError
from eakg.store.changes.change import Change
from eakg.store.changes.journal import JournalRecord, create, replay
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import Contents
from eakg.store.options import StoreOptions
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.writing import EMPTY, WRITABLE, assert_closed, dump, ontology, update, values

UPDATES = (
    "INSERT DATA { GRAPH g:a { :tom a :Cat . _:b :within :tom } }",
    "INSERT DATA { :tim a :Dog ; :note 'two\\nlines', 'zwei'@de, 1.50 } ; CREATE GRAPH g:empty",
    "DELETE WHERE { GRAPH g:a { ?s a :Cat } } ; DROP GRAPH g:empty",
    "INSERT DATA { GRAPH g:b { :rex a :Dog } }",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def options(folder: Path) -> StoreOptions:
    return replace(WRITABLE, directory=folder)


@contextmanager
def opened(options: StoreOptions, contents: Contents = EMPTY) -> Iterator[EmbeddedStore]:
    store = EmbeddedStore(contents, options)
    try:
        yield store
    finally:
        store.close()


@pytest.fixture
def written(tmp_path: Path, options: StoreOptions) -> list[tuple[str, set[pyoxigraph.Quad]]]:
    """A closed store, and its versions with what they held."""
    with opened(options, ontology(tmp_path)) as store:
        history = [(store.version, dump(store))]
        for text in UPDATES:
            history.append((update(store, text).version, dump(store)))
    return history


def test_a_store_is_as_it_was_left(
    options: StoreOptions, written: list[tuple[str, set[pyoxigraph.Quad]]]
) -> None:
    for _ in range(2):
        with opened(options) as store:
            assert (store.version, dump(store)) == written[-1]
    with opened(options) as store:
        update(store, "INSERT DATA { :ann a :Cat }")
        left = store.version, dump(store)
    with opened(options) as store:
        assert (store.version, dump(store)) == left


def test_it_starts_with_its_contents_once(tmp_path: Path, options: StoreOptions) -> None:
    assert not (tmp_path / "store").exists()
    with opened(options, ontology(tmp_path)) as store:
        update(store, "DROP GRAPH g:ontology")
    assert (tmp_path / "store/snapshot.nq").is_file()
    with opened(options, ontology(tmp_path)) as store:
        assert values(store, "SELECT ?s { GRAPH ?g { ?s ?p ?o } }") == []


def test_it_may_be_opened_with_other_options(
    options: StoreOptions, written: list[tuple[str, set[pyoxigraph.Quad]]]
) -> None:
    with opened(replace(options, reasoning="none")) as store:
        assert values(store, "SELECT ?c { :tim a ?c }") == ["Dog"]
        assert store.version != written[-1][0]
    with opened(replace(options, writable=False)) as store:
        assert (store.version, dump(store)) == written[-1]


def test_a_torn_journal_is_a_shorter_one(
    folder: Path,
    options: StoreOptions,
    written: list[tuple[str, set[pyoxigraph.Quad]]],
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Whatever the place where the last record breaks off, with or without room for the rest."""
    whole = (folder / "journal").read_bytes()
    _, end = replay(folder / "journal")
    assert end == len(whole)
    last = len(_bytes_of_last(folder / "journal"))
    for cut in (*range(1, last, 37), last - 1):
        for rest in (b"", bytes(cut)):
            (folder / "journal").write_bytes(whole[:-cut] + rest)
            with opened(options) as store:
                assert (store.version, dump(store)) == written[-2]
            assert "cut off" in capfd.readouterr().err
            assert (folder / "journal").stat().st_size == len(whole) - last
    with opened(options) as store:
        assert update(store, UPDATES[-1]).version == written[-1][0]


def _bytes_of_last(path: Path) -> bytes:
    records, end = replay(path)
    return path.read_bytes()[end - len(records[-1].to_bytes()) - 20 :]


def test_anything_else_wrong_is_an_error(
    folder: Path, options: StoreOptions, written: list[tuple[str, set[pyoxigraph.Quad]]]
) -> None:
    journal = folder / "journal"
    whole = journal.read_bytes()
    last = len(_bytes_of_last(journal))
    for place in range(0, len(whole) - last, 61):
        damaged = bytearray(whole)
        damaged[place] ^= 0x40
        journal.write_bytes(damaged)
        if place >= len(b"eakg-journal 1 "):  # the version in the first line is not needed
            with pytest.raises(ProblemsError, match=r"journal: byte \d+: ") as caught:
                EmbeddedStore(EMPTY, options)
            assert caught.value.status == 2
        assert journal.read_bytes() == damaged
    journal.write_bytes(whole)
    with opened(options) as store:
        assert store.version == written[-1][0]


def test_a_journal_of_another_snapshot(
    folder: Path, options: StoreOptions, written: list[tuple[str, set[pyoxigraph.Quad]]]
) -> None:
    records, _ = replay(folder / "journal")
    create(folder / "journal", "0" * 16).append(records[2])
    with pytest.raises(ProblemsError, match="was expected"):
        EmbeddedStore(EMPTY, options)


def test_a_damaged_snapshot(
    folder: Path, options: StoreOptions, written: list[tuple[str, set[pyoxigraph.Quad]]]
) -> None:
    snapshot = folder / "snapshot.nq"
    text = snapshot.read_text("utf-8")
    for damaged in (text.replace("Cat", "Dog"), text[:-9], "", "# nothing\n"):
        snapshot.write_text(damaged, "utf-8")
        with pytest.raises(ProblemsError, match=r"snapshot\.nq: is damaged"):
            EmbeddedStore(EMPTY, options)


def test_a_snapshot_is_n_quads(
    folder: Path, options: StoreOptions, written: list[tuple[str, set[pyoxigraph.Quad]]]
) -> None:
    quads = set(pyoxigraph.parse(path=str(folder / "snapshot.nq")))
    asserted = {quad for quad in written[0][1] if not quad.graph_name.value.endswith("/inferred")}
    assert quads == asserted


def test_a_long_journal_gives_way_to_a_snapshot(
    tmp_path: Path, folder: Path, options: StoreOptions
) -> None:
    note = "x" * 1_500_000
    sizes = []
    with opened(options, ontology(tmp_path)) as store:
        for number in range(6):
            update(store, f"INSERT DATA {{ :a :note '{number}{note}' }} ; CREATE GRAPH g:e{number}")
            sizes.append((folder / "journal").stat().st_size)
        left = store.version, dump(store)
    assert sizes != sorted(sizes)
    with opened(options) as store:
        assert (store.version, dump(store)) == left


def test_a_crash_between_snapshot_and_journal(
    folder: Path, options: StoreOptions, written: list[tuple[str, set[pyoxigraph.Quad]]]
) -> None:
    """The new snapshot is there, the old journal still: what is in both counts once."""
    old = (folder / "journal").read_bytes()
    with opened(options) as store:
        store._history._snapshot(store._history._directory)
    (folder / "journal").write_bytes(old)
    (folder / "snapshot.nq.new").write_bytes(b"# left behind")
    with opened(options) as store:
        assert (store.version, dump(store)) == written[-1]
        update(store, "INSERT DATA { :ann a :Cat }")
    with opened(options) as store:
        assert "ann" in values(store, "SELECT ?s { ?s a :Cat }")


def test_a_full_disk(folder: Path, options: StoreOptions, tmp_path: Path) -> None:
    """A change that finds no room is not made, and the next one that does is."""
    with opened(options, ontology(tmp_path)) as store:
        update(store, "INSERT DATA { GRAPH g:a { :tom a :Cat } }")
        before = store.version, dump(store)
        with _files_no_larger_than((folder / "journal").stat().st_size + 4096):
            with pytest.raises(StoreFullError, match="not made"):
                update(store, f"INSERT DATA {{ :tom :note '{'x' * 10_000}' }}")
            assert (store.version, dump(store)) == before
            update(store, "INSERT DATA { GRAPH g:a { :tim a :Cat } }")
        left = store.version, dump(store)
    with opened(options) as store:
        assert (store.version, dump(store)) == left


@contextmanager
def _files_no_larger_than(size: int) -> Iterator[None]:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "none" / "store", Path("/proc/eakg")):
        with pytest.raises(ProblemsError, match="cannot be written to"):
            EmbeddedStore(EMPTY, replace(WRITABLE, directory=place))


def test_one_service_at_a_time(tmp_path: Path, options: StoreOptions) -> None:
    contents = ontology(tmp_path)
    with KeeperProcess(contents, options=options) as keeper:
        with pytest.raises(ProblemsError, match=f"in use by process {keeper.pid}"):
            EmbeddedStore(EMPTY, options)
        with pytest.raises(ProblemsError, match=f"in use by process {keeper.pid}"):
            KeeperProcess(contents, options=options)
        client = keeper.client()
        update(client, "INSERT DATA { GRAPH g:a { :tom a :Cat } }")
        with pytest.raises(ProblemsError, match="changes by updates"):
            keeper.reload(contents)
        client.close()
    with opened(options) as store:
        assert_closed(dump(store))
        assert values(store, "SELECT ?c { :tom a ?c }") == ["Animal", "Cat"]


def test_a_copy_of_the_folder_is_a_store(
    tmp_path: Path, folder: Path, options: StoreOptions, written: list[tuple[str, object]]
) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    with opened(replace(options, directory=tmp_path / "copy")) as store:
        assert (store.version, dump(store)) == written[-1]


NODES = st.builds(pyoxigraph.NamedNode, st.sampled_from(["urn:a", "urn:b", "urn:ü"]))
OBJECTS = st.one_of(
    NODES,
    st.builds(pyoxigraph.BlankNode, st.sampled_from(["x", "y1"])),
    st.builds(pyoxigraph.Literal, st.text(st.characters(exclude_categories=["Cs"]), max_size=9)),
    st.builds(lambda n: pyoxigraph.Literal(n), st.integers(-9, 9)),
)
QUADS = st.frozensets(st.builds(pyoxigraph.Quad, NODES, NODES, OBJECTS, NODES), max_size=5)
GRAPHS = st.frozensets(st.sampled_from(["urn:a", "urn:b"]), max_size=2)


@given(st.builds(Change, QUADS, QUADS, GRAPHS, GRAPHS))
def test_a_record_is_read_as_it_was_written(change: Change) -> None:
    record = JournalRecord("a", "b", change)
    assert JournalRecord.from_bytes(record.to_bytes()) == record
