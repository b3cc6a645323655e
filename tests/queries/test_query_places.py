"""Queries that come from standard input, and from addresses of the web."""

import json
from pathlib import Path

import pytest

from helpers.endpoints import Reply, scripted_endpoint
from helpers.saved_query_files import Files, files_in, run

QUERY = "#+ expect: {count: 6}\nSELECT ?n { ?x <http://example.org/size> ?n }\n"
SLIP = "PREFIX x: <http://x/>\nASK { ?a <http://e/p> ?a }\n"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.chdir(tmp_path)
    return files_in(tmp_path)


def query(text: str = QUERY) -> Reply:
    return Reply(200, text.encode(), content_type="text/plain")


@pytest.mark.slow
def test_standard_input_is_tested_and_looked_at(files: Files) -> None:
    done = run("test", "-", "--data", "data.ttl", input_="\ufeff" + QUERY)
    assert (done.exit_code, done.stdout) == (0, "1 of 1 queries passed.\n")
    files.write("rows.csv", "n\n1\n")
    text = "#+ expect: {rows: rows.csv}\nSELECT ?n { <http://example.org/b> ?p ?n FILTER(?n = 2) }"
    assert run("test", "-", "--data", "data.ttl", input_=text).exit_code == 1
    assert run("test", "-", "--data", "data.ttl", "--update", input_=text).exit_code == 0
    assert (files.folder / "rows.csv").read_text("utf-8") == "n\n2\n"
    done = run("lint-queries", "-", "--strict", input_=SLIP)
    assert done.exit_code == 1
    assert "-:1: warning: the prefix x: is not used [unused-prefix]" in done.stdout


@pytest.mark.parametrize("arguments", [("-", "-"), ("-", "--data", "-")])
def test_standard_input_is_read_once(files: Files, arguments: tuple[str, ...]) -> None:
    done = run("test", *arguments, input_=QUERY)
    assert done.exit_code == 2
    assert "can be read for one thing alone" in " ".join(done.stderr.split())


def test_what_is_no_text_in_standard_input(files: Files) -> None:
    from click.testing import CliRunner

    from eakg.cli import main

    done = CliRunner().invoke(main, ["test", "-", "--data", "data.ttl"], input=b"\xff\xfe")
    assert done.exit_code == 2
    assert "-: not UTF-8" in done.stderr


@pytest.mark.slow
def test_a_query_from_an_address(files: Files) -> None:
    with scripted_endpoint(query()) as server:
        address = server.address.replace("/sparql", "/rules/all%20sizes.rq?raw=1")
        done = run("test", address, "--data", "data.ttl", "--sarif", "log.json", "-v")
        method, sent, headers, _ = server.requests[0]
    assert done.exit_code == 0
    assert "all sizes" in done.stdout
    assert (method, sent) == ("GET", "/rules/all%20sizes.rq?raw=1\n")
    assert headers["Accept"].startswith("application/sparql-query")
    with scripted_endpoint(query(QUERY.replace("6", "7"))) as server:
        done = run("test", server.address, "--data", "data.ttl", "--sarif", "log.json")
    assert done.exit_code == 1
    assert f"{server.address}: failed" in done.stdout
    log = json.loads((files.folder / "log.json").read_text("utf-8"))
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == server.address
    with scripted_endpoint(query(SLIP)) as server:
        done = run("lint-queries", server.address)
    assert f"{server.address}:1: warning: the prefix x: is not used" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(404, b"no", {}, "text/plain"), "cannot be fetched: HTTP 404"),
        (Reply(200, b"<html>", {}, "text/html"), "is a page for people; name the address"),
        (Reply(200, b"\xff", {}, "text/plain"), "is not UTF-8"),
        (Reply(200, b" " * ((1 << 20) + 1), {}, "text/plain"), "larger than"),
        (Reply(302, b"", {"Location": "http://other.example/"}), "redirects to another host"),
        (query("#+ expect: {rowz: x}\nASK {}"), ":1: unknown key 'rowz' in expect"),
        (query("#+ data: /etc/passwd\nASK {}"), ":1: data names a file"),
        (query("#+ cases: x.csv\nASK {}"), ":1: cases names a file"),
        (query("#+ expect: {rows: x.csv}\nASK {}"), ":1: rows names a file"),
        (query("#+ expect: {same-as: [x.ttl]}\nASK {}"), ":1: same-as names a file"),
        (
            query(
                "#+ parameters: {x: iri}\n#+ cases:\n#+ - {values: {x: 'a:b'},"
                " expect: {graph: x.ttl}}\nASK { ?x ?p 1 }"
            ),
            ":3: graph names a file",
        ),
    ],
)
def test_what_does_not_come_from_an_address_fails_alone(
    files: Files, reply: Reply, words: str
) -> None:
    files.query("good", "expect: {count: 6}", "SELECT ?n { ?x :size ?n }")
    with scripted_endpoint(reply) as server:
        address = server.address.replace("//", "//me:secret@")
        done = run("test", "good.rq", address, "--data", "data.ttl", "--junit", "x.xml")
    assert done.exit_code == 2
    assert f"{server.address}:" in done.stderr
    assert words in done.stderr
    assert "1 of 2 queries passed" in done.stdout
    report = (files.folder / "x.xml").read_text("utf-8")
    assert words.partition(" names")[0] in report
    assert "secret" not in done.stdout + done.stderr + report


@pytest.mark.slow
def test_nobody_at_an_address(files: Files) -> None:
    with scripted_endpoint(query()) as server:
        pass
    done = run("lint-queries", server.address)
    assert done.exit_code == 1
    assert "cannot be fetched: nobody answers at" in done.stdout


@pytest.mark.parametrize("address", ["http://", "http://[::1", "https:///path"])
def test_what_is_no_address(address: str) -> None:
    for command in ("test", "lint-queries"):
        done = run(command, address)
        assert done.exit_code == 2
        assert "it is no address; write http(s)://host/path" in " ".join(done.stderr.split())


def test_words_that_are_no_name_of_a_host(files: Files) -> None:
    done = run("test", "https://exa mple/x.rq", "http://127.0.0.1:99999/x.rq")
    assert done.exit_code == 2
    assert "https://exa mple/x.rq: cannot be fetched: " in done.stderr
    assert "http://127.0.0.1:99999/x.rq: cannot be fetched: " in done.stderr
    assert done.stdout == "0 of 2 queries passed.\n"
