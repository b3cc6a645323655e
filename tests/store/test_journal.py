"""The folder of a store: what is kept, what a torn or damaged file does, and who may open it."""

import itertools
import os
import resource
import shutil
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import URIRef

from eakg.problems import ProblemsError
from eakg.sparql.failures import StoreFailedError, StoreFullError
from eakg.store.changes import directory
from eakg.store.changes.change import Change
from eakg.store.changes.folder import FILES
from eakg.store.changes.history import Pause
from eakg.store.changes.journal import JournalRecord
from eakg.store.changes.manifest import UNSYNCHRONISED, read_manifest
from eakg.store.changes.repair import repair_folder
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import Contents, GraphFile, read_contents
from eakg.store.options import StoreOptions
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.writing import EMPTY, PLAIN, WRITABLE, assert_closed, dump, ontology, update, values

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


@pytest.fixture
def interrupted(folder: Path, options: StoreOptions, tmp_path: Path) -> tuple[str, set[object]]:
    """A store that ended between a record of its journal and the mark: what it was before."""
    with opened(options, ontology(tmp_path)) as store:
        update(store, UPDATES[0])
        before = store.version, dump(store)
        manifest = (folder / "manifest").read_bytes()
        update(store, UPDATES[1])
    (folder / "manifest").write_bytes(manifest)
    return before


def test_a_torn_journal_is_a_shorter_one(
    folder: Path,
    options: StoreOptions,
    interrupted: tuple[str, set[object]],
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Whatever the place where the last record breaks off, with or without room for the rest."""
    whole, manifest = (folder / "journal").read_bytes(), (folder / "manifest").read_bytes()
    end = read_manifest(folder / "manifest").mark.end
    for size in (*range(end + 1, len(whole), 97), len(whole) - 1):
        for rest in (b"", bytes(max(4, len(whole) - size))):
            (folder / "manifest").write_bytes(manifest)
            (folder / "journal").write_bytes(whole[:size] + rest)
            with opened(options) as store:
                assert (store.version, dump(store)) == interrupted
            assert "never acknowledged, was cut off" in capfd.readouterr().err
            assert (folder / "journal").read_bytes() == whole[:end]
            (copy,) = folder.glob("journal.cut-*")
            assert copy.read_bytes() == whole[end:size] + rest
            copy.unlink()
    with opened(options) as store:
        assert update(store, UPDATES[1])


def test_a_whole_record_counts_though_it_has_no_mark(
    folder: Path,
    options: StoreOptions,
    interrupted: tuple[str, set[object]],
    capfd: pytest.CaptureFixture[str],
) -> None:
    for _ in range(2):
        with opened(options) as store:
            assert values(store, "SELECT ?s { ?s a :Dog }") == ["tim"]
    assert capfd.readouterr().err.count("1 changes are whole that") == 1


@pytest.mark.parametrize("count", [UNSYNCHRONISED, UNSYNCHRONISED + 1])
def test_a_manifest_of_an_earlier_moment(folder: Path, tmp_path: Path, count: int) -> None:
    """A loss of power may leave the mark so many changes behind, and no more."""
    options = replace(PLAIN, directory=folder)
    with opened(options) as store:
        manifest = (folder / "manifest").read_bytes()
        for number in range(count):
            update(store, f"INSERT DATA {{ :a :n {number} }}")
    (folder / "manifest").write_bytes(manifest)
    if count > UNSYNCHRONISED:
        with pytest.raises(ProblemsError, match="manifest: byte 512: is of an earlier moment"):
            EmbeddedStore(EMPTY, options)
        assert (folder / "manifest").read_bytes() == manifest
        assert repair_folder(folder)
    with opened(options) as store:
        assert len(values(store, "SELECT ?n { :a :n ?n }")) == count


def test_a_sector_that_was_never_written(
    folder: Path, options: StoreOptions, tmp_path: Path
) -> None:
    """It is what is left of a write, in the last record; before others it is damage."""
    with opened(options, ontology(tmp_path)) as store:
        manifest = (folder / "manifest").read_bytes()
        ends = []
        for number in range(2):
            update(store, f"INSERT DATA {{ :tom :note '{number}{'x' * 3000}' }}")
            ends.append((folder / "journal").stat().st_size)
    whole = (folder / "journal").read_bytes()
    for start, is_damage in ((1024, True), (ends[0] // 512 * 512 + 1024, False)):
        (folder / "manifest").write_bytes(manifest)
        (folder / "journal").write_bytes(whole[:start] + bytes(512) + whole[start + 512 :])
        if is_damage:
            with pytest.raises(ProblemsError, match=r"journal: byte \d+: a record is damaged"):
                EmbeddedStore(EMPTY, options)
        else:
            with opened(options):
                assert (folder / "journal").stat().st_size == ends[0]


def test_a_store_that_took_another_way(
    folder: Path, options: StoreOptions, tmp_path: Path, written: list[tuple[str, object]]
) -> None:
    """Two services went on from one backup; their journals have one snapshot and as many
    changes."""
    shutil.copytree(folder, tmp_path / "other")
    with opened(options) as store:
        update(store, "INSERT DATA { :ann a :Cat }")
    with opened(replace(options, directory=tmp_path / "other")) as store:
        update(store, "INSERT DATA { :bob a :Cat }")
    shutil.copy(tmp_path / "other/journal", folder / "journal")
    with pytest.raises(ProblemsError, match=r"journal: byte \d+: is another history"):
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


@pytest.mark.parametrize("renamed", [0, 1, 2])
def test_a_crash_between_the_files_of_a_snapshot(
    folder: Path, options: StoreOptions, written: list[tuple[str, object]], renamed: int
) -> None:
    """The new manifest is there, and not all of the files that it names have their names."""
    names = ("snapshot.nq", "journal")
    old = {name: (folder / name).read_bytes() for name in names}
    with opened(options) as store:
        store._history._snapshot(store._history._directory)
    for name in names[renamed:]:
        (folder / name).rename(folder / f"{name}.new")
        (folder / name).write_bytes(old[name])
    with opened(options) as store:
        assert (store.version, dump(store)) == written[-1]
        update(store, "INSERT DATA { :ann a :Cat }")
    assert list(folder.glob("*.new")) == []
    with opened(options) as store:
        assert "ann" in values(store, "SELECT ?s { ?s a :Cat }")


def test_what_a_snapshot_left_that_does_not_count(
    folder: Path, options: StoreOptions, written: list[tuple[str, object]]
) -> None:
    for name in ("snapshot.nq.new", "journal.new", "manifest.new"):
        (folder / name).write_bytes(b"# left behind")
    with opened(options) as store:
        assert (store.version, dump(store)) == written[-1]
    assert list(folder.glob("*.new")) == []


def test_only_an_empty_folder_is_new(folder: Path, options: StoreOptions) -> None:
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(ProblemsError, match=r"holds notes\.txt and no store"):
        EmbeddedStore(EMPTY, options)
    (folder / "notes.txt").unlink()
    (folder / "snapshot.nq.new").write_text("of a start that broke off")
    with opened(options):
        assert {path.name for path in folder.iterdir()} == {*FILES, "lock"}


def test_nobody_else_may_look(folder: Path, options: StoreOptions) -> None:
    mask = os.umask(0)
    try:
        with opened(options) as store:
            update(store, UPDATES[0])
            store._history._snapshot(store._history._directory)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (folder / "snapshot.nq").chmod(0o644)
    with opened(options):
        assert stat.S_IMODE((folder / "snapshot.nq").stat().st_mode) == 0o600


def test_no_room_for_a_snapshot(
    folder: Path, options: StoreOptions, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """None is begun; changes are made; the next try comes after a pause, and then it is written."""
    moment = 0.0
    calls = []

    def room(path: Path) -> int:
        calls.append(moment)
        return 1 << 20 if moment < 5 else 1 << 40

    with opened(options, ontology(tmp_path)) as store:
        monkeypatch.setattr(directory, "free_room", room)
        monkeypatch.setattr(directory, "_SMALL", 100)
        store._history._pause = Pause(lambda: moment)
        for number in range(80):
            update(store, f"INSERT DATA {{ :a :note '{number}{'x' * 100}' }}")
            assert list(folder.glob("*.new")) == []
            expected = "it needs" if calls and moment < 7 else ""
            assert store._history.snapshot_problem.startswith(expected)
            moment += 0.25
        left = store.version, dump(store)
    tries = list(dict.fromkeys(calls))
    assert len([one for one in tries if one < 5]) == 3  # at once, a second and three later
    assert [later - one for one, later in itertools.pairwise(tries[:4])] == [1, 2, 4]
    with opened(options) as store:
        assert (store.version, dump(store)) == left


def test_a_file_that_is_taken_away_meanwhile(
    folder: Path, options: StoreOptions, written: list[tuple[str, object]]
) -> None:
    """What would be lost is not acknowledged; reading goes on."""
    for name in FILES:
        content = (folder / name).read_bytes()
        with opened(options) as store:
            (folder / name).unlink()
            with pytest.raises(StoreFailedError, match=f"not made: .*{name}"):
                update(store, "INSERT DATA { :ann a :Cat }")
            assert values(store, "SELECT ?s { ?s a :Dog }") == ["rex", "tim"]
        with pytest.raises(ProblemsError, match=f"{name}: byte 0: is missing"):
            EmbeddedStore(EMPTY, options)
        (folder / name).write_bytes(content)


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


def test_a_keeper_that_can_write_no_snapshot(folder: Path, tmp_path: Path) -> None:
    """Changes are made and readers are answered; whoever asks is told."""
    path = tmp_path / "long.ttl"
    path.write_text(f'<urn:a> <urn:b> "{"y" * 300_000}" .', "utf-8")
    contents = read_contents([GraphFile(URIRef("urn:g"), path)])
    with _files_no_larger_than(4_280_000):
        keeper = KeeperProcess(contents, options=replace(PLAIN, directory=folder))
    with keeper:
        client = keeper.client()
        assert client.load().snapshot_problem == ""
        for number in range(4):
            update(client, f"INSERT DATA {{ :a :note '{number}{'x' * 1_050_000}' }}")
        assert client.load().snapshot_problem == "File too large"
        assert list(folder.glob("*.new")) == []
        with pytest.raises(StoreFullError, match="not made"):
            update(client, f"INSERT DATA {{ :a :note '{'z' * 300_000}' }}")
        update(client, "INSERT DATA { :a :note 'short' }")
        assert len(values(client, "SELECT ?n { :a :note ?n }")) == 5
        client.close()


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
