"""Files are written whole or not at all; what is no file of its own is written into."""

import fcntl
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from eakg.files import (
    TemporaryFolder,
    folder_around,
    publish,
    remove_left_folders,
    stamp,
    with_name,
    writing,
)
from eakg.problems import ProblemsError


def streamed(path: Path, content: bytes) -> None:
    with writing(path) as file:
        file.write(content)


def published(path: Path, content: bytes) -> None:
    publish({path: content})


WRITERS = pytest.mark.parametrize("write", [streamed, published])
Write = Callable[[Path, bytes], None]


@WRITERS
def test_a_file_is_replaced(write: Write, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    before = path.stat().st_ino
    write(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_ino != before
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


@WRITERS
def test_a_link_still_leads_to_what_is_written(write: Write, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    target, link = tmp_path / "folder/file", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@WRITERS
@pytest.mark.parametrize("is_linked", [False, True])
def test_a_pipe_is_written_into(write: Write, tmp_path: Path, is_linked: bool) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write(link if is_linked else pipe, b"content")
    reader.join()
    assert read == [b"content"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@WRITERS
def test_a_device_is_written_into(write: Write) -> None:
    before = Path(os.devnull).stat()
    write(Path(os.devnull), b"content")
    after = Path(os.devnull).stat()
    assert stat.S_ISCHR(after.st_mode)
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)


@WRITERS
def test_what_is_open_is_written_into(write: Write, tmp_path: Path) -> None:
    """As standard output is where a shell sends it to a file: /dev/stdout leads to it."""
    with (tmp_path / "file").open("wb") as file:
        before = (tmp_path / "file").stat().st_ino
        write(Path(f"/dev/fd/{file.fileno()}"), b"content")
    assert (tmp_path / "file").read_bytes() == b"content"
    assert (tmp_path / "file").stat().st_ino == before


@WRITERS
def test_what_cannot_be_written_is_named(write: Write, tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match="/dev/full"):
        write(Path("/dev/full"), b"content")
    (tmp_path / "file").touch()
    with pytest.raises(ProblemsError, match="cannot be written"):
        write(tmp_path / "file" / "file", b"content")


# Temporary folders

KEPT = """
import sys, time
from eakg.files import TemporaryFolder
folder = TemporaryFolder(sys.argv[1])
(folder.path / "large").write_text("x")
print(folder.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_is_there_as_long_as_its_context(temporary: Path) -> None:
    with TemporaryFolder("data") as folder:
        assert folder.parent == temporary
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "file").write_text("x")
        remove_left_folders()
        assert (folder / "file").exists()
    assert list(temporary.iterdir()) == []


def test_what_the_killed_left_is_removed_and_what_the_living_have_is_not(temporary: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(temporary)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", KEPT, word],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for word in ("data", "state")
    ]
    killed, living = processes
    folders = [Path(process.stdout.readline().strip()) for process in processes if process.stdout]
    strangers = [temporary / "eakg-data-12345678", temporary / "other.d"]
    for stranger in strangers:
        stranger.mkdir()
    (temporary / "eakg-file.d").write_text("x")
    (temporary / "eakg-link.d").symlink_to(strangers[0])
    killed.kill()
    killed.wait()
    remove_left_folders()
    assert not folders[0].exists()
    assert (folders[1] / "large").exists()
    assert all(stranger.exists() for stranger in strangers)
    living.kill()
    living.wait()
    remove_left_folders()
    assert not folders[1].exists()
    for process in processes:
        for stream in (process.stdin, process.stdout):
            assert stream
            stream.close()


def test_a_folder_that_somebody_took_before_it_was_held_is_made_anew(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its making and its lock, another process may take it for one that is left."""
    flock, calls = fcntl.flock, []

    def late(descriptor: int, operation: int) -> None:
        calls.append(descriptor)
        if len(calls) == 1:
            shutil.rmtree(next(temporary.iterdir()))
        if len(calls) == 2:
            raise BlockingIOError
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with TemporaryFolder("data") as folder:
        assert folder.is_dir()
        assert len(calls) == 3


@pytest.mark.parametrize("path", [".", "..", "a", "a/b", "a/..", "./a", "../a", "/a", "/a/b"])
def test_the_folder_around_one(path: str) -> None:
    assert folder_around(Path(path)).resolve() == Path(path).resolve().parent
    assert with_name(Path(path)).name == Path(path).resolve().name


def test_what_is_taken_away_meanwhile_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor renames files; what was listed may be gone when it is looked at."""
    for name in ("kept", "taken"):
        (tmp_path / name).write_text(name, "utf-8")
    paths = sorted(tmp_path.iterdir())
    paths[1].unlink()
    monkeypatch.setattr(Path, "is_file", lambda path: True)
    states = stamp([*paths, tmp_path])
    assert [path.name for path, *_ in states] == ["kept"]
