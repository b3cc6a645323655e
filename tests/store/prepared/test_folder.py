"""A prepared store is what its manifest says, or an error; making one leaves nothing half-made."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from eakg.problems import Problem, ProblemsError
from eakg.reason.contradictions.policy import Findings
from eakg.store.graph_files import Contents
from eakg.store.graphs import ingest
from eakg.store.prepared import PreparedStore, prepare, read_prepared
from eakg.store.prepared.manifest import STORE_FILE

TEXT = "<urn:a> <urn:p> <urn:b> .\n<urn:b> <urn:p> <urn:c> .\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.nt"
    path.write_text(TEXT)
    return path


def made(folder: Path, *sources: Path) -> PreparedStore:
    def read(target: Path) -> tuple[Contents, Findings, Sequence[Problem]]:
        return ingest(sources, target).contents, Findings("stop"), ()

    return prepare(folder, sources, "owl-rl", read)


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "lock")


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in files_of(folder)}


def test_what_was_made_is_read_again(tmp_path: Path, source: Path) -> None:
    folder = tmp_path / "store"
    assert read_prepared(folder) is None
    store = made(folder, source)
    for is_thorough in (False, True):
        again = read_prepared(folder, is_thorough=is_thorough)
        assert again is not None
        assert again.manifest == store.manifest
    assert store.manifest.triples == 2
    assert not store.changes()
    assert store.contents.version == store.manifest.version


def flipped(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def faults() -> dict[str, Callable[[Path], None]]:
    return {
        "missing": Path.unlink,
        "empty": lambda path: os.truncate(path, 0),
        "cut": lambda path: os.truncate(path, max(0, path.stat().st_size - 1)),
        "longer": lambda path: path.write_bytes(path.read_bytes() + b"\n"),
        "first bit": lambda path: flipped(path, 0),
        "middle bit": lambda path: flipped(path, path.stat().st_size // 2),
        "last bit": lambda path: flipped(path, path.stat().st_size - 1),
    }


@pytest.mark.parametrize("fault", faults())
def test_every_fault_of_every_file_is_named(tmp_path: Path, source: Path, fault: str) -> None:
    folder = tmp_path / "store"
    made(folder, source)
    kept = tmp_path / "kept"
    shutil.copytree(folder, kept)
    number = 0
    for path in files_of(folder):
        if not path.stat().st_size and fault not in {"missing", "longer"}:
            continue
        faults()[fault](path)
        if path.name == STORE_FILE and fault == "missing":
            assert read_prepared(folder) is None
        else:
            with pytest.raises(ProblemsError) as caught:
                read_prepared(folder, is_thorough=True)
            assert {problem.file for problem in caught.value.problems} == {str(path)}
            assert all("--rebuild" in problem.message for problem in caught.value.problems)
            number += 1
        shutil.rmtree(folder)
        shutil.copytree(kept, folder)
    assert number > 8


@pytest.mark.parametrize(
    ("field", "value"), [("format", 2), ("engine", "pyoxigraph 9.9"), ("nonsense", 1)]
)
def test_a_store_of_another_version_is_named(
    tmp_path: Path, source: Path, field: str, value: object
) -> None:
    folder = tmp_path / "store"
    made(folder, source)
    fields = json.loads((folder / STORE_FILE).read_bytes().partition(b"\n")[2])
    body = json.dumps({**fields, field: value}).encode()
    digest = hashlib.sha256(body).hexdigest().encode()
    (folder / STORE_FILE).write_bytes(digest + b"\n" + body)
    with pytest.raises(ProblemsError, match="--rebuild") as caught:
        read_prepared(folder)
    assert str(folder / STORE_FILE) in str(caught.value)


def test_sources_that_changed_are_told(tmp_path: Path, source: Path) -> None:
    store = made(tmp_path / "store", source)
    source.touch()
    assert not store.changes()
    status = source.stat()
    source.write_text(TEXT.replace("urn:c", "urn:d"))
    os.utime(source, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert [change.file for change in store.changes()] == [str(source)]
    source.unlink()
    assert "cannot be read any more" in str(store.changes()[0])


def test_what_stands_in_the_folder_of_another_is_left(tmp_path: Path, source: Path) -> None:
    for name, words in (("manifest", "--writable"), ("mine.txt", "of no prepared store")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / name).write_text("mine")
        before = snapshot(folder)
        with pytest.raises(ProblemsError, match=words):
            made(folder, source)
        with pytest.raises(ProblemsError, match=words):
            read_prepared(folder)
        assert snapshot(folder) == before


@pytest.mark.parametrize("failure", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_a_failure_leaves_what_was_there(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    folder = tmp_path / "store"
    made(folder, source)
    before = snapshot(folder)
    source.write_text(TEXT.replace("urn:c", "urn:d"))

    def fail(*_: object) -> None:
        raise failure

    for place in ("write_layout", "parts_of", "writing"):
        with monkeypatch.context() as patch:
            patch.setattr(f"eakg.store.prepared.folder.{place}", fail)
            with pytest.raises((KeyboardInterrupt, ProblemsError)):
                made(folder, source)
        assert snapshot(folder) == before, place
        assert len(list(folder.glob("generation-*"))) == 1
    store = made(folder, source)
    assert store.manifest.version not in str(before[STORE_FILE])


def test_a_source_that_changes_while_it_is_read(tmp_path: Path, source: Path) -> None:
    def read(target: Path) -> tuple[Contents, Findings, Sequence[Problem]]:
        contents = ingest([source], target).contents
        source.write_text("<urn:x> <urn:p> <urn:b> .\n")
        return contents, Findings("stop"), ()

    def remove(target: Path) -> tuple[Contents, Findings, Sequence[Problem]]:
        contents = ingest([source], target).contents
        source.unlink()
        return contents, Findings("stop"), ()

    for meddle in (read, remove):
        with pytest.raises(ProblemsError, match="changed while it was read"):
            prepare(tmp_path / "store", [source], "owl-rl", meddle)
    assert read_prepared(tmp_path / "store") is None


def test_a_generation_that_somebody_holds_stays(tmp_path: Path, source: Path) -> None:
    folder = tmp_path / "store"
    first = made(folder, source)
    descriptor = first.hold()
    made(folder, source)
    assert first.generation.is_dir()
    os.close(descriptor)
    third = made(folder, source)
    assert list(folder.glob("generation-*")) == [third.generation]


def test_one_process_makes_a_store_at_a_time(tmp_path: Path, source: Path) -> None:
    folder = tmp_path / "store"
    made(folder, source)
    code = f"""if True:
        import fcntl, os, sys
        lock = os.open({str(folder / "lock")!r}, os.O_RDWR)
        fcntl.flock(lock, fcntl.LOCK_EX)
        print("held", flush=True)
        sys.stdin.read()
    """
    arguments = [sys.executable, "-c", code]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(ProblemsError, match="another process is making a store here"):
            made(folder, source)
        process.communicate()
    made(folder, source)


def test_a_disk_without_room_is_told_before(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(ProblemsError, match="MiB are free; nothing was done"):
        made(tmp_path / "store", source)
    assert not (tmp_path / "store").exists()
