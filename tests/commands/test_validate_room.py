"""Validation holds its data in memory: where there is no room for them, that is said before."""

from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from eakg.cli import main

VALIDATE = import_module("eakg.commands.validate")
LINE = '<https://example.org/a> <http://www.w3.org/2000/01/rdf-schema#label> "a" .\n'


@pytest.mark.parametrize(("free", "refused"), [(1 << 20, True), (1 << 40, False), (None, False)])
def test_files_too_large_for_the_memory_that_is_free_are_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int | None, refused: bool
) -> None:
    small, large = tmp_path / "small.nt", tmp_path / "large.nt"
    small.write_text(LINE, "utf-8")
    large.write_text(LINE * 2000, "utf-8")
    monkeypatch.setattr(VALIDATE, "available_memory", lambda: free)
    result = CliRunner().invoke(main, ["validate", str(small), str(large)])
    assert (f"{large}: is too large to be validated here" in result.output) == refused
    assert (result.exit_code == 2) == refused


def test_a_file_that_is_not_there_is_named_as_before(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["validate", str(tmp_path / "none.nt")])
    assert "none.nt" in result.output and "too large" not in result.output
