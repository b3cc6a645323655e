"""What the plugin of pytest is told by its options and by headers, in this process."""

from dataclasses import dataclass

import pytest

from helpers.endpoints import Reply, scripted_endpoint
from helpers.saved_query_files import Files, files_in

pytest_plugins = ("pytester",)
_PLAIN = ("-p", "no:cacheprovider", "-p", "eakg.queries.pytest_plugin")
SIZES = "SELECT ?n { ?x :size ?n }"


@dataclass(frozen=True)
class PluginResult:
    """The exit status of a run of pytest, and what it printed."""

    returncode: int
    stdout: str

    @property
    def failures(self) -> set[str]:
        """The tests that failed."""
        lines = self.stdout.splitlines()
        return {line.split()[1] for line in lines if line.startswith("FAILED ")}


@dataclass(frozen=True)
class PluginRun:
    """A folder with query files, in which pytest is run."""

    pytester: pytest.Pytester
    files: Files

    def pytest(self, *arguments: str) -> PluginResult:
        done = self.pytester.runpytest_inprocess(*_PLAIN, *arguments)
        return PluginResult(done.ret, "\n".join([*done.outlines, *done.errlines]))


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What a run imports: what is imported within one of pytester's is forgotten after it."""
    files = files_in(tmp_path_factory.mktemp("imports"))
    files.query("q", "expect: {same-as: data.ttl}", SIZES)
    assert files.test().exit_code == 0


@pytest.fixture
def project(
    pytester: pytest.Pytester, imported: None, monkeypatch: pytest.MonkeyPatch
) -> PluginRun:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    files = files_in(pytester.path)
    files.query("queries/good", "expect: {ask: true}", "ASK { ?x :size 1 }")
    files.query("queries/free", "summary: nothing expected", "ASK {}")
    return PluginRun(pytester, files)


@pytest.mark.slow
def test_a_query_that_expects_nothing_fails_where_that_is_asked(project: PluginRun) -> None:
    done = project.pytest("--eakg-data", "data.ttl", "--eakg-strict", "-q", "-k", "free")
    assert "add `#+ expect:`" in done.stdout
    assert done.returncode == pytest.ExitCode.TESTS_FAILED


@pytest.mark.slow
def test_query_files_are_tests_of_an_endpoint(project: PluginRun) -> None:
    with scripted_endpoint(Reply(200, b'{"head": {}, "boolean": true}')) as server:
        done = project.pytest("--eakg-endpoint", server.address, "-q", "-k", "good or free")
        assert done.returncode == 0, done.stdout
        assert len(server.requests) == 2
    done = project.pytest("--eakg-endpoint", server.address, "-q", "-k", "good")
    assert "nobody answers at" in done.stdout


@pytest.mark.slow
def test_a_header_that_cannot_be_used_is_an_error_of_collecting(project: PluginRun) -> None:
    project.files.query("queries/odd", "expect: {rowz: x.csv}", "ASK {}")
    done = project.pytest("--eakg-data", "data.ttl", "-q")
    assert done.returncode == pytest.ExitCode.INTERRUPTED
    assert "odd.rq:1: unknown key 'rowz' in expect; did you mean 'rows'?" in done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.slow
def test_options_that_exclude_each_other(project: PluginRun) -> None:
    done = project.pytest("--eakg-data", "data.ttl", "--eakg-endpoint", "http://127.0.0.1:9/")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "exclude each other" in done.stdout


@pytest.mark.slow
def test_a_query_that_is_to_have_the_same_answer_elsewhere(project: PluginRun) -> None:
    files = project.files
    files.write("less.ttl", "PREFIX : <http://example.org/>\n:a :size 1 .")
    files.query("other/same", "expect: {same-as: ../data.ttl}", SIZES)
    files.query("other/less", "expect: {same-as: ../less.ttl}", SIZES)
    files.query("other/subset", "expect: {same-as: ../less.ttl, compare: contains}", SIZES)
    files.query("other/none", "expect: {same-as: ../none.ttl}", SIZES)
    files.query("other/two", "expect: {same-as: [../less.ttl, ../data.ttl], count: 1}", SIZES)
    done = project.pytest("--eakg-data", "data.ttl", "-rA", "other")
    assert "PASSED other/same.rq::same" in done.stdout
    assert "PASSED other/subset.rq::subset" in done.stdout
    assert done.failures == {"other/less.rq::less", "other/none.rq::none", "other/two.rq::two"}
    assert '+ "9"^^<http://www.w3.org/2001/XMLSchema#integer>' in done.stdout
    assert "none.ttl: " in done.stdout
    assert "6 rows came; by the contract 1" in done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.slow
def test_an_endpoint_and_another_that_is_to_say_the_same(project: PluginRun) -> None:
    row = Reply()
    with scripted_endpoint(row) as server, scripted_endpoint(row) as model:
        project.files.query("other/same", f"expect: {{same-as: '{model.address}'}}", SIZES)
        done = project.pytest(
            *("--eakg-endpoint", server.address, "-q", "other"),
            *("--eakg-default-graph", "http://e/g", "--eakg-named-graph", "http://e/h"),
        )
        assert done.returncode == 0, done.stdout
        (_, request, *_), (_, model_request, *_) = server.requests[0], model.requests[0]
    assert "default-graph-uri=http%3A//e/g" in request
    assert "named-graph-uri=http%3A//e/h" in request
    assert "graph-uri" not in model_request, "graphs are of the endpoint they are given for"


@pytest.mark.slow
def test_how_grave_a_failure_has_to_be(project: PluginRun) -> None:
    for severity in ("error", "warning", "info"):
        header = f"severity: {severity}\nexpect: {{empty: true}}"
        project.files.query(f"grave/{severity}", header, SIZES)
    for options, failures in (
        ((), {"error"}),
        (("--eakg-fail-on", "warning"), {"error", "warning"}),
        (("--eakg-fail-on", "info"), {"error", "warning", "info"}),
    ):
        done = project.pytest("--eakg-data", "data.ttl", "-rA", "grave", *options)
        assert done.failures == {f"grave/{name}.rq::{name}" for name in failures}
        assert done.stdout.count("6 rows came; by the contract 0") >= 3, "it is told in any case"


@pytest.mark.slow
def test_what_has_no_answer_fails_however_grave_it_is(project: PluginRun) -> None:
    project.files.query("grave/q", "severity: info", "SELECT ?x { ?x :size }")
    done = project.pytest("--eakg-data", "data.ttl", "-q", "grave")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED


@pytest.mark.slow
def test_what_is_expected_is_rewritten(project: PluginRun) -> None:
    files = project.files
    files.write("rows/sizes.csv", "n\n1\n")
    files.query("rows/old", "expect: {rows: sizes.csv}", "SELECT ?n { :b :size ?n }")
    files.query("rows/new", "expect: {rows: new/rows.tsv}", "SELECT ?n { :b :size ?n }")
    files.query("rows/graph", "expect: {graph: graph.ttl}", "CONSTRUCT WHERE { :b :size ?n }")
    files.query("rows/part", "expect: {rows: part.csv, compare: contains}", SIZES)
    part = files.write("rows/part.csv", "n\n5\n")
    files.query("rows/count", "expect: {count: 3}", SIZES)
    done = project.pytest("--eakg-data", "data.ttl", "-rA", "rows", "--eakg-update")
    assert "- 1\n+ 2\n" in done.stdout
    assert "sizes.csv is written" in done.stdout
    assert done.failures == {"rows/part.rq::part", "rows/count.rq::count"}, "these cannot be known"
    assert part.read_text("utf-8") == "n\n5\n"
    assert (files.folder / "rows/sizes.csv").read_text("utf-8") == "n\n2\n"
    done = project.pytest("--eakg-data", "data.ttl", "-q", "rows", "-k", "old or new or graph")
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_a_file_that_two_expect_otherwise_is_left_alone(project: PluginRun) -> None:
    files = project.files
    files.write("two/rows.csv", "n\n1\n")
    header = """
parameters: {x: iri}
cases: [{name: first, values: {x: ':a'}}, {name: second, values: {x: ':b'}}]
expect: {rows: rows.csv}""".strip()
    files.query("two/q", header, "SELECT ?n { ?x :size ?n }")
    done = project.pytest("--eakg-data", "data.ttl", "-rA", "two", "--eakg-update")
    assert "PASSED two/q.rq::q[first]" in done.stdout
    assert "FAILED two/q.rq::q[second]" in done.stdout
    assert "expect, whose answers differ; give each its own file" in done.stdout
    assert (files.folder / "two/rows.csv").read_text("utf-8") == "n\n1\n"


@pytest.mark.slow
def test_values_of_parameters(project: PluginRun) -> None:
    header = "parameters: {x: iri}\nexpect: {ask: true}"
    project.files.query("values/q", header, "ASK { ?x :size 2 }")
    for value, status in (("x=:b", 0), ("x=:a", 1)):
        done = project.pytest("--eakg-data", "data.ttl", "-q", "values", "--eakg-param", value)
        assert done.returncode == status, done.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--eakg", "--eakg-default-graph", "http://e/g"), "is of an --eakg-endpoint"),
        (("--eakg-endpoint", ""), "--eakg-endpoint is empty"),
        (("--eakg", "--eakg-param", "x"), "'x' is not NAME=VALUE"),
        (("--eakg", "--eakg-param", "nobody=1"), "no query has a parameter nobody"),
    ],
)
def test_options_that_say_nothing(project: PluginRun, options: tuple[str, ...], words: str) -> None:
    project.files.query("q", "", "ASK {}")
    done = project.pytest(*options)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR, done.stdout
    assert words in done.stdout
