"""A query that cannot be used is an outcome of its own; the others are asked."""

from pathlib import Path

import pytest

from helpers.endpoints import Reply, scripted_endpoint
from helpers.saved_query_files import Files, files_in, run

GOOD = "ASK { :a :size 1 }"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return files_in(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    "header",
    [
        "expect: {rowz: 1}",
        "summary: [",
        "expect: {rows: none.csv}",
        "data: none.ttl",
        "data: none/*.ttl",
        "expect: {rows: empty.csv}",
        "parameters: {x: integer}",
    ],
)
def test_one_file_that_is_wrong(files: Files, header: str) -> None:
    files.write("empty.csv", "")
    files.query("bad", header, "SELECT ?s { ?s ?p ?o }")
    files.query("good", "expect: {ask: true}\ndata: data.ttl", GOOD)
    report = files.folder / "junit.xml"
    result = run("test", str(files.folder), "--junit", str(report), "--github")
    assert "1 of 2 queries passed." in result.stdout
    assert result.stderr.startswith(str(files.folder))
    assert "::error file=" in result.stdout
    assert ",line=0," not in result.stdout
    assert result.exit_code == 2
    assert 'tests="2" failures="0" errors="1"' in report.read_text("utf-8")


def test_data_of_the_command_line_end_the_run(files: Files) -> None:
    files.query("good", "expect: {ask: true}", GOOD)
    result = run("test", str(files.folder), "--data", "none.ttl")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "none.ttl: cannot be read: No such file" in result.stderr


def test_nothing_is_asked_after_a_failure(files: Files) -> None:
    for name in ("a", "b", "c"):
        files.query(name, "expect: {ask: true}", GOOD)
    report = files.folder / "junit.xml"
    with scripted_endpoint(Reply(body=b"no", content_type="text/html")) as server:
        arguments = ("test", str(files.folder), "--endpoint", server.address, "-j", "1")
        result = run(*arguments, "-x", "--junit", str(report))
        assert len(server.requests) == 1
        assert run(*arguments).exit_code == 4
        assert len(server.requests) == 4
    assert result.exit_code == 4
    assert "0 of 3 queries passed; 2 were not asked." in result.stdout
    assert 'skipped="2"' in report.read_text("utf-8")


def test_an_endpoint_that_is_empty(files: Files) -> None:
    path = files.query("good", "expect: {ask: true}", GOOD)
    for command in ("test", "query"):
        result = run(command, str(path), "--endpoint", "")
        assert result.exit_code == 2
        assert "give an address, or leave the option out" in result.stderr
