"""Files are written whole or not at all; what is no file of its own is written into."""

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from eakg.files import publish, writing
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
