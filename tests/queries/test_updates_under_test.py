"""Updates with a contract: data before, data after, on a copy."""

from pathlib import Path

import pytest

from helpers.endpoints import Reply, scripted_endpoint
from helpers.saved_query_files import Files, files_in, run

pytestmark = pytest.mark.slow

PREFIX = "PREFIX : <http://example.org/>\n"
BEFORE = PREFIX + ":a :size 1 ; :near [ :size 9 ] . :b :size 2 ."
DOUBLE = "DELETE { ?x :size ?n } INSERT { ?x :size ?m } WHERE { ?x :size ?n BIND(2 * ?n AS ?m) }"
AFTER = PREFIX + ":a :size 2 ; :near [ :size 18 ] . :b :size 4 ."


@pytest.fixture
def files(tmp_path: Path) -> Files:
    files = files_in(tmp_path)
    files.write("before.ttl", BEFORE)
    return files


def update(files: Files, name: str, text: str, header: str = "") -> None:
    header = header or f"data: before.ttl\nexpect: {{graph: {name}.ttl}}"
    lines = "".join(f"#+ {line}\n" for line in header.splitlines())
    files.write(f"{name}.ru", f"{lines}{PREFIX}{text}\n")


def told(files: Files, *more: str) -> tuple[int, str]:
    done = run("test", str(files.folder), *more)
    return done.exit_code, done.output.replace(f"{files.folder}/", "")


def test_what_is_there_afterwards(files: Files) -> None:
    for name, after in {
        "right": AFTER,
        "lacks-one": AFTER.replace(":b :size 4 .", ""),
        "keeps-one": AFTER + ":b :size 2 .",
        "no-blank": AFTER.replace("[ :size 18 ]", ":x"),
        "two-blanks": AFTER.replace("[ :size 18 ]", "[ :size 18 ] , [ :size 18 ]"),
        "nothing": "",
    }.items():
        update(files, name, DOUBLE)
        files.write(f"{name}.ttl", after)
    status, output = told(files)
    assert status == 1
    failures = [line.partition(".ru")[0] for line in output.splitlines() if ": failed" in line]
    assert failures == ["keeps-one", "lacks-one", "no-blank", "nothing", "two-blanks"]
    assert "1 of 6 queries passed." in output
    assert '- <http://example.org/b>, <http://example.org/size>, "2"' in output
    assert (files.folder / "before.ttl").read_text("utf-8") == BEFORE


def test_named_graphs_and_several_operations(files: Files) -> None:
    files.write("g.nq", "<urn:a> <urn:p> <urn:b> <urn:g> .\n")
    update(
        files,
        "named",
        "COPY <urn:g> TO <urn:h> ; INSERT DATA { :x :y 1 } ; DROP GRAPH <urn:g>",
        "data: [g.nq]\nexpect: {graph: named.nq}",
    )
    quads = [
        "<http://example.org/x> <http://example.org/y>"
        ' "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n',
        "<urn:a> <urn:p> <urn:b> <urn:h> .\n",
    ]
    files.write("named.nq", "".join(quads))
    assert told(files)[0] == 0
    files.write("named.nq", quads[0] + quads[1].replace("<urn:h>", "<urn:g>"))
    assert told(files)[0] == 1
    assert told(files, "--update")[0] == 0
    assert (files.folder / "named.nq").read_text("utf-8") == "".join(quads)
    # A syntax without named graphs cannot hold what came.
    update(
        files, "named", "INSERT DATA { GRAPH <urn:h> { :x :y 1 } }", "expect: {graph: named.ttl}"
    )
    files.write("named.ttl", "")
    assert told(files, "--update")[0] == 1
    assert (files.folder / "named.ttl").read_text("utf-8") == ""


def test_variables_are_no_parameters(files: Files) -> None:
    text = "INSERT { ?_x d:name ?_n_en } WHERE { ?_x d:size 1 BIND('n' AS ?_n_en) }"
    header = "prefixes: {d: 'http://example.org/'}\nexpect: {graph: after.ttl}\ndata: before.ttl"
    update(files, "named", text, header)
    files.write("after.ttl", f'{BEFORE} :a :name "n" .')
    assert told(files)[0] == 0


def test_no_endpoint_is_asked(files: Files) -> None:
    update(files, "double", DOUBLE)
    files.write("double.ttl", AFTER)
    with scripted_endpoint(Reply()) as server:
        assert told(files, "--endpoint", server.address)[0] == 0
        assert server.requests == []


def test_what_goes_wrong_fails_alone(files: Files) -> None:
    update(files, "slip", "INSERT DATA { :a :b }")
    update(files, "loads", "LOAD <http://127.0.0.1:9/x>")
    update(
        files, "serves", "INSERT { ?a :p 1 } WHERE { SERVICE <http://127.0.0.1:9/> { ?a ?b 1 } }"
    )
    update(files, "absent", DOUBLE, "data: none.ttl\nexpect: {graph: slip.ttl}")
    update(files, "unread", DOUBLE, "data: broken.ttl\nexpect: {graph: slip.ttl}")
    update(files, "ask", DOUBLE, "expect: {ask: true}")
    update(files, "param", DOUBLE, "parameters: {n: integer}\nexpect: {graph: slip.ttl}")
    update(files, "noted", DOUBLE, "summary: it expects nothing")
    files.write("broken.ttl", ":a")
    for name in ("slip", "loads", "serves"):
        files.write(f"{name}.ttl", "")
    update(files, "good", DOUBLE)
    files.write("good.ttl", AFTER)
    status, output = told(files)
    assert status == 2
    for words in (
        "slip.ru: rejected",
        "loads.ru: rejected",
        "serves.ru: rejected",
        "none.ttl: ",
        "broken.ttl:1: ",
        "ask.ru:1: an update is tested by the graph that is there after it, not by ask",
        "param.ru:1: parameters is of queries",
        "noted.ru: left out: it is an update",
        "1 of 8 queries passed.",
    ):
        assert words in output
    assert "Traceback" not in output
    done = run("test", str(files.folder / "noted.ru"))
    assert done.exit_code == 2
    assert "an update is tested by what is there after it; add `#+ expect: {graph:" in done.stderr


def test_an_update_that_takes_too_long_is_ended(files: Files) -> None:
    numbers = " ".join(map(str, range(60)))
    blocks = " ".join(f"VALUES ?v{number} {{ {numbers} }}" for number in range(5))
    update(
        files,
        "long",
        f"INSERT {{ :a :b ?s }} WHERE {{ SELECT (SUM(?v0) AS ?s) {{ {blocks} }} }}",
        "timeout: 0.3\nexpect: {graph: long.ttl}",
    )
    files.write("long.ttl", "")
    status, output = told(files)
    assert status == 5
    assert "long.ru: time limit" in output
