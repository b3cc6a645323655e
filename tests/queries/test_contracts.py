"""Contracts that say how grave a fault is, hold for many values, or compare two places; which
queries are asked; and reports of what came."""

import json
from pathlib import Path

import pytest
from junitparser import JUnitXml

from helpers.endpoints import Reply, ScriptedEndpoint, scripted_endpoint
from helpers.saved_query_files import Files, files_in, run

pytestmark = pytest.mark.slow
SIZES = """SELECT ?thing ?size { VALUES ?least { 0 }
  ?thing :size ?size FILTER (?size >= ?least && ?size < 9) }"""
HEADER = "parameters: {least: integer}\n"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return files_in(tmp_path)


@pytest.mark.parametrize(
    ("severity", "fail_on", "status"),
    [
        ("error", "error", 1),
        ("warning", "error", 0),
        ("warning", "warning", 1),
        ("info", "warning", 0),
        ("info", "info", 1),
    ],
)
def test_a_fault_fails_where_it_is_grave_enough(
    files: Files, severity: str, fail_on: str, status: int
) -> None:
    files.query("q", f"severity: {severity}\nexpect: {{count: 9}}", SIZES)
    report = files.folder / "j.xml"
    result = files.test("--fail-on", fail_on, "--junit", str(report), "--github")
    assert result.exit_code == status, result.stdout
    assert ("q.rq: failed" in result.stdout) and "3 rows came" not in result.stderr
    (suite,) = JUnitXml.fromfile(str(report))
    assert suite.failures == status
    level = {"error": "error", "warning": "warning", "info": "notice"}[severity]
    assert f"::{level} file=" in result.stdout


def test_a_query_without_an_answer_is_an_error_whatever_it_says(files: Files) -> None:
    files.query("q", "severity: info\nexpect: {count: 9}", "SELECT ?x { ?x :p }")
    assert files.test().exit_code == 6


CASES = """\
parameters: {least: integer}
cases:
- {name: all, values: {least: 1}, expect: {count: 3}}
- {values: {least: 2}, expect: {count: 2}}
- {values: {least: 3}, expect: {empty: true}}
"""


def test_a_query_is_asked_in_each_of_its_cases(files: Files) -> None:
    path = files.query("q", CASES, SIZES)
    result = files.test("-v")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "3 of 3 queries passed.")
    text = path.read_text().replace("{count: 2}", "{count: 7}")
    path.write_text(text)
    result = files.test()
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:2] == [
        f"{path} [2]: failed",
        "  2 rows came; by the contract 7",
    ]


def test_cases_stand_in_a_table_and_have_rows_of_their_own(files: Files) -> None:
    files.write("cases.csv", 'name,least\n"all, of it",1\nsome,2\n')
    header = "parameters: {least: integer}\ncases: cases.csv\nexpect: {rows: 'rows-{case}.csv'}"
    files.query("q", header, SIZES)
    missing = files.test()
    assert missing.exit_code == 2
    assert missing.stderr.count("which is expected; `eakg test --update` writes it") == 2
    assert files.test("--update").exit_code == 0
    assert len((files.folder / "rows-some.csv").read_text().splitlines()) == 3
    assert len((files.folder / "rows-all, of it.csv").read_text().splitlines()) == 4
    assert files.test().exit_code == 0
    files.write("rows-some.csv", "thing,size\n")
    assert "[some]: failed" in files.test().stdout


@pytest.mark.parametrize(
    ("cases", "words"),
    [
        ("- {values: {least: soon}}", r"case 'soon': least: 'soon' is no integer"),
        ("- {values: {most: 1}}", r"case '1': there is no parameter most"),
        ("- {values: {least: 1}}\n- {values: {least: 1}}", "two cases have the name '1'"),
        ("- {value: {least: 1}}", "unknown key 'value' in cases.0; did you mean 'values'"),
        (" none.csv", "no such file of cases"),
        (" short.csv", "short.csv:3: has 2 cells; the first line names 1 columns"),
        (" empty.csv", "is empty"),
    ],
)
def test_cases_that_cannot_be_used_are_told(files: Files, cases: str, words: str) -> None:
    files.write("short.csv", "least\n1\n2,3\n")
    files.write("empty.csv", "")
    separator = "" if cases.startswith(" ") else "\n"
    files.query("q", f"{HEADER}cases:{separator}{cases}\nexpect: {{count: 1}}", SIZES)
    result = files.test()
    assert result.exit_code == 2
    assert words.replace("\\", "") in result.stderr


@pytest.mark.parametrize("name", ["a/b", "../up", "a\\b"])
def test_the_name_of_a_case_leads_to_no_other_folder(files: Files, name: str) -> None:
    cases = (
        f"cases:\n- {{name: '{name}', values: {{least: 1}}}}\nexpect: {{rows: 'r-{{case}}.csv'}}"
    )
    files.query("q", HEADER + cases, SIZES)
    before = sorted(files.folder.parent.rglob("*"))
    result = files.test("--update")
    assert result.exit_code == 2
    assert "cannot stand in the name of a file" in result.stderr
    assert sorted(files.folder.parent.rglob("*")) == before


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (("--select", "tag:daily"), {"a", "b"}),
        (("--select", "tag:daily", "--exclude", "b"), {"a"}),
        (("--select", "[bc]"), {"b", "c"}),
        (("--exclude", "tag:daily"), {"c"}),
    ],
)
def test_queries_are_selected_by_tag_and_name(
    files: Files, options: tuple[str, ...], names: set[str]
) -> None:
    for name, tags in (("a", "daily"), ("b", "[daily, slow]"), ("c", "[]")):
        files.query(name, f"tags: {tags}\nexpect: {{count: 3}}", SIZES)
    report = files.folder / "j.xml"
    result = files.test("--junit", str(report), *options)
    assert result.exit_code == 0, result.output
    (suite,) = JUnitXml.fromfile(str(report))
    assert {case.name for case in suite} == names


def test_a_selection_of_nothing_is_wrong_usage(files: Files) -> None:
    files.query("a", "tags: daily\nexpect: {count: 3}", SIZES)
    result = files.test("--select", "tag:dialy")
    assert result.exit_code == 2
    assert "no query is of 'tag:dialy'; there is daily" in result.stderr


def test_what_should_not_have_come_is_written(files: Files) -> None:
    files.query("none", "expect: {empty: true}", SIZES)
    files.query("some", "expect: {rows: some.csv}", SIZES)
    files.write("some.csv", "thing,size\nhttp://example.org/a,1\n")
    files.query(
        "graph",
        "expect: {graph: g.ttl}",
        "CONSTRUCT { ?s :size ?o } { ?s :size ?o FILTER (?o < 9) }",
    )
    files.write("g.ttl", "<http://example.org/a> <http://example.org/size> 1 .")
    files.query("well", "expect: {count: 3}", SIZES)
    out = files.folder / "new" / "out"
    result = files.test("--violations", str(out))
    assert result.exit_code == 1
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    size = "<http://example.org/size>"
    written = {path.name: sorted(path.read_text().splitlines()) for path in out.iterdir()}
    assert written == {
        "none.tsv": [
            f'<http://example.org/a>\t"1"{integer}',
            f'<http://example.org/b>\t"2"{integer}',
            f'<http://example.org/c>\t"2"{integer}',
            "?thing\t?size",
        ],
        "some.csv": ["http://example.org/b,2", "http://example.org/c,2", "thing,size"],
        "graph.nt": [f'<http://example.org/{name}> {size} "2"{integer} .' for name in ("b", "c")],
    }


def test_an_answer_is_compared_with_that_of_other_files(files: Files) -> None:
    body = "SELECT ?s ?size { ?s :size ?size FILTER (!ISBLANK(?s)) }"
    files.query("q", "expect: {same-as: former.ttl}", body)
    former = "@prefix : <http://example.org/> . :a :size 1 . :b :size 2 . :c :size 2 ."
    files.write("former.ttl", former)
    assert files.test().exit_code == 0
    files.write("former.ttl", former.replace(":c :size 2", ":c :size 3"))
    result = files.test()
    assert result.exit_code == 1
    assert '- <http://example.org/c>, "3"' in result.stdout
    assert '+ <http://example.org/c>, "2"' in result.stdout


@pytest.mark.parametrize("form", ["ASK { :a :size 1 }", "CONSTRUCT WHERE { :b :near ?x }"])
def test_other_forms_are_compared_too(files: Files, form: str) -> None:
    files.query("q", "expect: {same-as: [former.ttl]}", form)
    files.write("former.ttl", (files.folder / "data.ttl").read_text())
    assert files.test().exit_code == 0
    files.write("former.ttl", "<urn:a> <urn:b> <urn:c> .")
    assert files.test().exit_code == 1


def test_an_answer_is_compared_with_that_of_another_endpoint(files: Files) -> None:
    def answers(server: ScriptedEndpoint) -> int:
        files.query("q", f"expect: {{same-as: '{server.address}'}}", "SELECT ?n { ?a ?b ?n }")
        return run(
            *("test", str(files.folder / "q.rq"), "--endpoint", first.address),
            *("--header", "X-Key: secret"),
        ).exit_code

    with scripted_endpoint(Reply()) as first, scripted_endpoint(Reply()) as second:
        assert answers(second) == 0
        assert len(second.requests) == 1
        assert "secret" not in str(second.requests)


def test_same_as_stands_alone(files: Files) -> None:
    files.query("q", "expect: {same-as: data.ttl, rows: x.csv}", SIZES)
    files.write("x.csv", "thing,size\n")
    result = files.test()
    assert result.exit_code == 2
    assert "same-as stands in the place of rows or a graph; leave out one" in result.stderr


def test_reports_for_other_tools(files: Files) -> None:
    files.query("grave", "expect: {count: 9}", SIZES)
    files.query("light # one", "severity: warning\nexpect: {count: 9}", SIZES)
    files.query("well", "expect: {count: 3}", SIZES)
    tap, log = files.folder / "r.tap", files.folder / "r.sarif"
    assert files.test("--tap", str(tap), "--sarif", str(log)).exit_code == 1
    lines = tap.read_text().splitlines()
    assert lines[:2] == ["TAP version 14", "1..3"]
    points = [line for line in lines if line.startswith(("ok", "not ok"))]
    assert points == [
        f"not ok 1 - {files.folder} grave",
        f"not ok 2 - {files.folder} light \\# one # TODO warning",
        f"ok 3 - {files.folder} well",
    ]
    results = json.loads(log.read_text())["runs"][0]["results"]
    assert [one["level"] for one in results] == ["error", "warning"]
    assert {one["ruleId"] for one in results} == {"failed"}
    places = [one["locations"][0]["physicalLocation"] for one in results]
    assert places[1]["artifactLocation"]["uri"].endswith("/light%20%23%20one.rq")
    assert places[1]["region"] == {"startLine": 2}


def test_findings_of_lint_are_told_to_code_scanning(files: Files) -> None:
    files.query("q", "expect: {count: 1}", "SELECT ?x ?y { ?x none:size ?z }")
    log = files.folder / "r.sarif"
    assert run("lint-queries", str(files.folder), "--sarif", str(log)).exit_code == 1
    (run_log,) = json.loads(log.read_text())["runs"]
    rules = [rule["id"] for rule in run_log["tool"]["driver"]["rules"]]
    assert all(rules[one["ruleIndex"]] == one["ruleId"] for one in run_log["results"])
    (error,) = (one for one in run_log["results"] if one["level"] == "error")
    assert error["locations"][0]["physicalLocation"]["region"]["startLine"] == 3
