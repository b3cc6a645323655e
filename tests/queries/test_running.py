"""Running saved queries: retries, statuses, targets, reports, many files."""

import json
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import xmlschema
from junitparser import JUnitXml

from eakg.queries.ask.endpoint import QueryEndpoint
from eakg.queries.ask.targets import QueryTarget, open_target
from eakg.queries.verdict import runner
from helpers.endpoints import SINGLE_ROW, Reply, ScriptedEndpoint, scripted_endpoint
from helpers.saved_query_files import DATA, Files, files_in, run

pytestmark = pytest.mark.slow
BODY = "SELECT ?n { ?a ?b ?n }"
PROBLEM = "application/problem+json"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    found = files_in(tmp_path)
    found.query("q", "expect: {count: 1}", BODY)
    return found


def busy(status: int, seconds: str | None = "0") -> Reply:
    headers = {} if seconds is None else {"Retry-After": seconds}
    return Reply(status, b"busy", headers, "text/plain")


def asked_at(files: Files, server: ScriptedEndpoint, *more: str) -> tuple[int, str, int]:
    result = run("test", str(files.folder), "--endpoint", server.address, *more)
    return result.exit_code, result.stdout, len(server.requests)


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_endpoint_is_asked_again(files: Files, status: int) -> None:
    with scripted_endpoint(busy(status), busy(status), Reply()) as server:
        assert asked_at(files, server)[::2] == (0, 3)


def test_retry_after_is_waited_for(files: Files) -> None:
    with scripted_endpoint(busy(503, "2"), Reply()) as server:
        assert asked_at(files, server)[::2] == (0, 2)
        first, second = (at for *_, at in server.requests)
        assert second - first >= 2


def test_without_retry_after_the_pause_grows(files: Files) -> None:
    with scripted_endpoint(busy(429, None), busy(429, None), Reply()) as server:
        assert asked_at(files, server)[::2] == (0, 3)
        first, second, third = (at for *_, at in server.requests)
        assert 1 <= second - first < third - second


def test_it_is_asked_four_times_and_no_more(files: Files) -> None:
    with scripted_endpoint(busy(429)) as server:
        status, told, times = asked_at(files, server)
    assert (status, times) == (4, 4)
    assert "HTTP 429" in told
    assert "4 times" in told


@pytest.mark.parametrize("seconds", ["3600", "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_an_endpoint_that_asks_for_too_much_patience_is_left(files: Files, seconds: str) -> None:
    with scripted_endpoint(busy(503, seconds), Reply()) as server:
        assert asked_at(files, server)[::2] == (4, 1)


def test_a_date_long_past_means_now(files: Files) -> None:
    with scripted_endpoint(busy(503, "Fri, 31 Dec 1999 23:59:59 GMT"), Reply()) as server:
        assert asked_at(files, server)[::2] == (0, 2)


def test_a_query_that_ran_out_of_time_is_not_asked_again(files: Files) -> None:
    said = json.dumps({"status": 503, "code": "time-limit", "detail": "10 s"}).encode()
    with scripted_endpoint(Reply(503, said, {"Retry-After": "0"}, PROBLEM), Reply()) as server:
        assert asked_at(files, server)[::2] == (5, 1)


def test_a_query_that_an_endpoint_refuses_says_why(files: Files) -> None:
    said = json.dumps({"code": "query-refused", "detail": "SERVICE is not offered"}).encode()
    with scripted_endpoint(Reply(403, said, {}, PROBLEM)) as server:
        exit_status, output, asked = asked_at(files, server)
    assert (exit_status, asked) == (6, 1)
    assert "SERVICE is not offered" in output


@pytest.mark.parametrize(
    ("status", "exit_status"),
    [(400, 6), (401, 4), (403, 4), (404, 4), (500, 4), (502, 4), (504, 5)],
)
def test_other_failures_are_not_tried_again(files: Files, status: int, exit_status: int) -> None:
    with scripted_endpoint(
        Reply(status, b"no", {"Retry-After": "0"}, "text/plain"), Reply()
    ) as server:
        assert asked_at(files, server)[::2] == (exit_status, 1)


@pytest.mark.parametrize(
    ("status", "exit_status"), [(400, 6), (401, 4), (404, 4), (500, 4), (503, 4), (504, 5)]
)
def test_the_commands_end_alike(files: Files, status: int, exit_status: int) -> None:
    with scripted_endpoint(Reply(status, b"no", {"Retry-After": "3600"}, "text/plain")) as server:
        assert asked_at(files, server)[0] == exit_status
        path = str(files.folder / "q.rq")
        assert run("query", path, "--endpoint", server.address).exit_code == exit_status


NO_RESULTS = (
    b"",
    b"<html>",
    b"[]",
    b"{}",
    b'{"head": {}}',
    b'{"head": {}, "results": {}}',
    b'{"head": {"vars": ["n"]}, "results": {"bindings": [1]}}',
    b'{"head": [], "results": {"bindings": []}}',
    b'{"head": {"vars": ["n"]}, "results": {"bindings": [{"n": {}}]}}',
)


@pytest.mark.parametrize("body", NO_RESULTS)
def test_an_answer_that_is_no_result_is_no_success(files: Files, body: bytes) -> None:
    with scripted_endpoint(Reply(200, body)) as server:
        assert asked_at(files, server)[0] == 4


def test_an_answer_that_is_cut_is_no_success(files: Files) -> None:
    with scripted_endpoint(
        Reply(200, SINGLE_ROW, {"Content-Length": str(len(SINGLE_ROW) + 9)})
    ) as server:
        status, told, _ = asked_at(files, server)
    assert status == 4
    assert "no whole answer" in told or "nobody answers" in told


@pytest.mark.parametrize(
    "address", ["nowhere", "file:///etc/hostname", "ftp://x/", "http://[", "http://"]
)
def test_an_address_that_is_none(files: Files, address: str) -> None:
    result = run("test", str(files.folder), "--endpoint", address)
    assert result.exit_code == 4
    assert "q.rq: unreachable" in result.stdout


def test_the_dataset_and_the_closure_are_sent(files: Files) -> None:
    with scripted_endpoint(Reply()) as server:
        more = (
            "--default-graph",
            "http://x/d",
            "--named-graph",
            "http://x/n",
            "--closure",
            "asserted",
        )
        assert asked_at(files, server, *more)[0] == 0
        method, sent, *_ = server.requests[0]
    fields = parse_qs(sent.split("\n", 1)[1])
    assert method == "POST"
    assert fields["default-graph-uri"] == ["http://x/d"]
    assert fields["named-graph-uri"] == ["http://x/n"]
    assert fields["closure"] == ["asserted"]


def test_a_query_names_its_own_endpoint_and_method(files: Files) -> None:
    with scripted_endpoint(Reply()) as server:
        header = f"endpoint: {server.address}\nmethod: GET\nexpect: {{count: 1}}"
        path = files.query("own", header, BODY)
        assert run("test", str(path)).exit_code == 0
        assert server.requests[0][0] == "GET"
        result = run("query", str(path), "--format", "json")
        assert (result.exit_code, json.loads(result.stdout)) == (0, json.loads(SINGLE_ROW))


def test_a_query_names_its_own_data(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.write("facts/data.ttl", DATA)
    path = files.query(
        "own", "data: facts/data.ttl\nexpect: {count: 3}", "SELECT ?x { ?x :since|:code ?y }"
    )
    assert run("test", str(path)).exit_code == 0
    assert run("query", str(path), "--format", "csv").stdout.count("\n") == 4


def test_what_is_given_goes_before_what_a_query_names(files: Files) -> None:
    files.query(
        "own",
        "endpoint: http://127.0.0.1:9/\nexpect: {count: 3}",
        "SELECT ?x { ?x :since|:code ?y }",
    )
    assert files.test().exit_code == 1  # q.rq has more rows than one
    assert (
        run(
            "test", str(files.folder / "own.rq"), "--data", str(files.folder / "data.ttl")
        ).exit_code
        == 0
    )


def test_data_that_cannot_be_loaded(files: Files) -> None:
    files.write("bad.ttl", "<a> <b> .")
    result = run("test", str(files.folder), "--data", str(files.folder / "bad.ttl"))
    assert result.exit_code == 2
    assert "bad.ttl:1" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--endpoint", "http://x/", "--data", "y.ttl"), "exclude each other"),
        (("--default-graph", "http://x/"), "are of an --endpoint"),
        (("--param", "size"), "not NAME=VALUE"),
        (("--param", "size=3"), "no query has a parameter size"),
    ],
)
def test_wrong_usage(files: Files, arguments: tuple[str, ...], words: str) -> None:
    result = run("test", str(files.folder), *arguments)
    assert result.exit_code == 2
    assert words in result.stderr


def test_values_of_parameters(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    header = "parameters: {size: {type: integer, default: 1}}\nexpect: {count: 1}"
    path = files.query("sized", header, "SELECT ?x { ?x :size ?size . FILTER (ISIRI(?x)) }")
    files.query("other", "expect: {count: 3}", "SELECT ?x { ?x :size ?n . FILTER (ISIRI(?x)) }")
    assert files.test().exit_code == 0
    assert files.test("--param", "size=2").exit_code == 1
    wrong = files.test("--param", "size=two")
    assert wrong.exit_code == 6
    assert "'two' is no integer; write a whole number" in wrong.stdout
    data = str(files.folder / "data.ttl")
    asked = run("query", str(path), "--data", data, "--param", "size=2", "--format", "csv")
    assert sorted(asked.stdout.split()) == [
        *("http://example.org/b", "http://example.org/c", "x"),
    ]
    refused = run("query", str(path), "--data", data, "--param", "size=two")
    assert refused.exit_code == 2
    assert "'two' is no integer" in refused.stderr


def mixed(folder: Path) -> Files:
    files = files_in(folder)
    files.query("good", "question: Is it so?\nexpect: {ask: true}", "ASK { :a ?p ?o }")
    files.query("bad", "tags: [x]\nexpect: {ask: false}", "ASK { :a ?p ?o }")
    files.query("odd, %: \u0001", "expect: {count: 3}", "SELECT ?x { :a :name ?x }")
    files.query("broken", "expect: {count: 1}", "SELECT ?x {")
    files.query("free", "summary: nothing | expected", "ASK {}")
    return files


def test_the_junit_report_is_of_the_common_form(tmp_path: Path) -> None:
    files = mixed(tmp_path)
    report = tmp_path / "out" / "report.xml"
    assert files.test("--junit", str(report)).exit_code == 6
    xmlschema.XMLSchema(Path(__file__).with_name("data_junit") / "junit.xsd").validate(str(report))
    read = JUnitXml.fromfile(str(report))
    assert (read.tests, read.failures, read.errors) == (5, 2, 1)
    (suite,) = read
    results = {case.name: [type(one).__name__ for one in case.result] for case in suite}
    assert results["good"] == results["free"] == []
    assert results["bad"] == ["Failure"]
    assert results["broken"] == ["Error"]


def test_annotations_of_github(tmp_path: Path) -> None:
    files = mixed(tmp_path)
    lines = [line for line in files.test("--github").stdout.splitlines() if line.startswith("::")]
    assert len(lines) == 3
    (odd,) = (line for line in lines if "odd" in line)
    file = str(tmp_path / "odd, %: \u0001.rq").replace("%", "%25").replace(":", "%3A")
    assert odd.startswith(f"::error file={file.replace(',', '%2C')},line=1,title=odd%2C %25%3A")
    assert "::2 rows came; by the contract 3" in odd
    (bad,) = (line for line in lines if "bad" in line)
    assert ",line=2," in bad


def test_a_report_in_markdown(tmp_path: Path) -> None:
    files = mixed(tmp_path)
    page = tmp_path / "report.md"
    files.test("--markdown", str(page))
    text = page.read_text("utf-8")
    assert "| good | Is it so? | 1 | passed |" in text
    assert "nothing \\| expected" in text
    assert "## bad: failed" in text
    assert "1 of 5 queries passed" in text


def test_all_is_said_in_one_line_where_all_is_well(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    files.query("good", "expect: {ask: true}", "ASK { :a ?p ?o }")
    assert files.test().stdout == "1 of 1 queries passed.\n"
    assert "good" in files.test("-v").stdout


@pytest.mark.parametrize(("worse", "status"), [("broken", 6), ("slow", 5), ("nowhere", 4)])
def test_the_gravest_outcome_gives_the_status(tmp_path: Path, worse: str, status: int) -> None:
    files = files_in(tmp_path)
    files.query("wrong", "data: data.ttl\nexpect: {ask: false}", "ASK {}")
    if worse in ("broken", "slow", "nowhere"):
        files.query("broken", "data: data.ttl", "ASK {")
    if worse in ("slow", "nowhere"):
        cross = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(8))
        files.query(
            "slow", "data: data.ttl\ntimeout: 0.3", f"SELECT (COUNT(*) AS ?n) {{ {cross} }}"
        )
    if worse == "nowhere":
        files.query("nowhere", "endpoint: http://127.0.0.1:9/", "ASK {}")
    result = run("test", str(tmp_path))
    assert result.exit_code == status
    assert "wrong.rq: failed" in result.stdout


def test_a_hundred_files_are_asked_of_data_that_is_loaded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = files_in(tmp_path)
    files.write("names.csv", "l\none\n")
    for number in range(100):
        files.query(
            f"q{number:03}",
            f"question: Which names? ({number})\ntags: [a, b]\n"
            "parameters: {thing: {type: iri, default: 'http://example.org/a'}}\n"
            "expect: {rows: names.csv, compare: contains}"
            if number % 2
            else "expect: {count: {min: 1}, columns: {l: {kind: literal, bound: true}}}",
            f"SELECT ?l {{ ?thing :name ?l FILTER (LANG(?l) = 'en') }} LIMIT {1000 + number}",
        )
    targets: list[QueryTarget] = []

    def counted(target: QueryTarget, timeout: float) -> AbstractContextManager[QueryEndpoint]:
        targets.append(target)
        return open_target(target, timeout)

    monkeypatch.setattr(runner, "open_target", counted)
    result = files.test()
    assert result.stdout == "100 of 100 queries passed.\n"
    assert len(targets) == 1
