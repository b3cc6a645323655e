"""The command that lays queries out."""

from pathlib import Path

import pytest

from helpers.saved_query_files import run

PLAIN = "#+ summary: x\nselect*{?s ?p ?o}\n"
LAID_OUT = "#+ summary: x\nSELECT * { ?s ?p ?o }\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.rq").write_text(PLAIN)
    (tmp_path / "b.sparql").write_text(LAID_OUT)
    return tmp_path


def test_files_are_written_once(folder: Path) -> None:
    result = run("format", str(folder))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"{folder / 'a.rq'} is written",
        "2 queries: 1 laid out.",
    ]
    assert (folder / "a.rq").read_text() == LAID_OUT
    assert run("format", "--check", str(folder)).exit_code == 0


def test_check_writes_nothing(folder: Path) -> None:
    result = run("format", "--check", str(folder))
    assert (result.exit_code, (folder / "a.rq").read_text()) == (1, PLAIN)
    assert f"{folder / 'a.rq'} would be another" in result.stdout


def test_what_is_no_query_is_told_and_the_rest_is_written(folder: Path) -> None:
    (folder / "c.rq").write_text("SELECT ?x {\n ?x ?y }}\n")
    result = run("format", str(folder))
    assert result.exit_code == 6
    assert f"{folder / 'c.rq'}:2: is not laid out: line 2, column 8" in result.stderr
    assert (folder / "a.rq").read_text() == LAID_OUT


def test_what_is_no_text_is_told_and_the_rest_is_written(folder: Path) -> None:
    (folder / "c.rq").write_bytes(b"SELECT * { ?s ?p '\xff' }")
    result = run("format", str(folder))
    assert result.exit_code == 6
    assert f"{folder / 'c.rq'}:1: not UTF-8" in result.stderr
    assert (folder / "a.rq").read_text() == LAID_OUT


def test_a_template_is_left_as_it_is(folder: Path) -> None:
    (folder / "c.rq").write_text("SELECT ?x { ?x ?y {{ value }} }\n")
    (folder / "d.ru").write_text("CLEAR ALL")
    result = run("format", str(folder))
    assert result.exit_code == 0
    assert "c.rq:1: left as it is: a template" in result.stderr
    assert "d.ru: left out: it is an update" in result.stdout


def test_standard_input_is_laid_out_on_standard_output() -> None:
    assert run("format", "-", input_=PLAIN).stdout == LAID_OUT
    assert run("format", "--check", "-", input_=PLAIN).exit_code == 1
    result = run("format", "-", input_="SELECT")
    assert (result.exit_code, result.stdout) == (6, "")
    assert "is not laid out" in result.stderr
