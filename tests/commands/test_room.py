"""Where there is no room in memory for what a command is to do, that is said before it begins."""

from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from eakg.cli import main
from eakg.problems import ProblemsError

ROOM = import_module("eakg.commands.room")
LINE = '<https://example.org/a> <http://www.w3.org/2000/01/rdf-schema#label> "a" .\n'


@pytest.mark.slow
@pytest.mark.parametrize(("free", "refused"), [(1 << 20, True), (1 << 40, False), (None, False)])
def test_files_too_large_for_the_memory_that_is_free_are_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int | None, refused: bool
) -> None:
    small, large = tmp_path / "small.nt", tmp_path / "large.nt"
    small.write_text(LINE, "utf-8")
    large.write_text(LINE * 2000, "utf-8")
    monkeypatch.setattr(ROOM, "available_memory", lambda: free)
    result = CliRunner().invoke(main, ["validate", str(small), str(large)])
    assert (f"{large}: is too large to be validated here" in result.output) == refused
    assert (result.exit_code == 2) == refused


def test_a_file_that_is_not_there_is_named_as_before(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["validate", str(tmp_path / "none.nt")])
    assert "none.nt" in result.output and "too large" not in result.output


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("load", "--store", "FOLDER"), "to be reasoned over here"),
        (("serve", "--store", "FOLDER"), "to be reasoned over here"),
        (("serve",), "to be served from memory here"),
        (("serve", "--reasoning", "none"), "to be served from memory here"),
    ],
)
def test_what_is_to_be_served_is_looked_at_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], words: str
) -> None:
    file, folder = tmp_path / "data.nt", tmp_path / "store"
    file.write_text(LINE * 2000, "utf-8")
    monkeypatch.setattr(ROOM, "available_memory", lambda: 1000)
    arguments = [str(folder) if part == "FOLDER" else part for part in command]
    result = CliRunner().invoke(main, [*arguments, str(file)])
    assert result.exit_code == 2
    assert f"{file}: is too large {words}" in result.output
    assert not list(folder.glob("generation-*"))


def test_files_that_are_shorter_than_n_triples_count_for_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ROOM, "available_memory", lambda: 5000)
    for name, is_refused in (("a.nt", False), ("a.ttl", True), ("a.nt.gz", True)):
        (tmp_path / name).write_bytes(b"x" * 4000)
        if is_refused:
            with pytest.raises(ProblemsError, match="is too large"):
                ROOM.require_memory([tmp_path / name], 1, "for this", "leave it")
        else:
            ROOM.require_memory([tmp_path / name], 1, "for this", "leave it")
