"""What a project says of its queries: endpoints by name, prefixes, and how findings are told."""

from pathlib import Path

import pytest

from eakg.problems import ProblemsError
from eakg.queries.settings import project_settings
from helpers.endpoints import Reply, scripted_endpoint
from helpers.saved_query_files import Files, files_in, run

BODY = "SELECT ?n { ?a :size ?n }"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.chdir(tmp_path)
    files = files_in(tmp_path)
    files.query("q", "expect: {count: 1}", BODY)
    return files


def test_an_endpoint_by_its_name(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORD", "open-sesame")
    with scripted_endpoint(Reply()) as server:
        files.write(
            "eakg.toml",
            f"""
[queries.endpoints]
plain = "{server.address}"
"of the house".address = "{server.address}"
"of the house".method = "GET"
"of the house".default-graph = ["http://e/g"]
"of the house".header = ["X-Word: $WORD", "X-Other: 1"]
""",
        )
        assert run("test", "q.rq", "--endpoint", "plain").exit_code == 0
        more = ("--header", "X-Word: another", "--default-graph", "http://e/h")
        assert run("test", "q.rq", "--endpoint", "of the house").exit_code == 0
        assert run("test", "q.rq", "--endpoint", "of the house", *more).exit_code == 0
        files.query("q", "endpoint: of the house\nexpect: {count: 1}", BODY)
        assert run("query", "q.rq").exit_code == 0
        plain, named, overridden, of_header = server.requests
    assert (plain[0], named[0], of_header[0]) == ("POST", "GET", "GET")
    assert "default-graph-uri=http%3A//e/g" in named[1]
    assert (named[2]["X-Word"], named[2]["X-Other"]) == ("open-sesame", "1")
    assert "graph-uri=http%3A//e/h" in overridden[1]
    assert "http%3A//e/g" not in overridden[1]
    assert (overridden[2]["X-Word"], overridden[2]["X-Other"]) == ("another", "1")
    assert of_header[2]["X-Word"] == "open-sesame"


@pytest.mark.slow
def test_the_usual_endpoint_is_for_queries_that_name_nothing(files: Files) -> None:
    with scripted_endpoint(Reply()) as server:
        files.write("pyproject.toml", f'[tool.eakg]\nendpoint = "{server.address}"\n')
        files.query("own", "data: data.ttl\nexpect: {count: 6}", BODY)
        assert run("test", "q.rq", "own.rq").exit_code == 0
        assert len(server.requests) == 1
        assert run("test", "own.rq", "--data", "data.ttl").exit_code == 0


@pytest.mark.slow
def test_prefixes_of_the_project(files: Files) -> None:
    files.write("more.ttl", "PREFIX ex: <http://example.org/>\nPREFIX other: <http://other/>")
    files.write(
        "eakg.toml",
        '[queries]\nprefix-files = ["more.ttl"]\nprefixes = {other = "http://example.org/"}',
    )
    files.write("p.rq", "#+ expect: {ask: true}\nASK { ex:a other:size 1 }")
    assert run("test", "p.rq", "--data", "data.ttl").exit_code == 0
    assert run("lint-queries", "p.rq").exit_code == 0
    assert run("query", "p.rq", "--data", "data.ttl").exit_code == 0
    # What the header says goes before.
    files.write("p.rq", "#+ prefixes: {other: 'http://x/'}\nASK { ex:a other:size 1 }")
    assert "false" in run("query", "p.rq", "--data", "data.ttl").stdout


@pytest.mark.slow
def test_how_findings_are_told(files: Files) -> None:
    path = files.write("slips.rq", "PREFIX x: <http://x/>\nASK { ?a <http://e/p> 1 }\n")
    assert "warning" in run("lint-queries", "slips.rq").stdout
    files.write("eakg.toml", "[queries.lint]\nunused-prefix = 'error'\nvariable = 'ignore'\n")
    done = run("lint-queries", "slips.rq")
    assert done.exit_code == 1
    assert "slips.rq:1: error: the prefix x: is not used [unused-prefix]" in done.stdout
    assert "[variable]" not in done.stdout
    path.write_text("#+ lint: ignore unused-prefix\n" + path.read_text("utf-8"), "utf-8")
    assert run("lint-queries", "slips.rq").exit_code == 0
    assert run("lint-queries", "slips.rq", "--strict").exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("lint: ignore unused-prefixes", "lint cannot ignore 'unused-prefixes'"),
        ("lint: ignore join, unused-prefixes", "lint cannot ignore 'unused-prefixes'"),
        ("lint: ignor join", "lint cannot be 'ignor join'"),
        ("lint: ignore", "lint cannot be 'ignore'"),
        ("lint: [join]", "lint cannot be ['join']"),
        ("lint: {ignor: join}", "did you mean 'ignore'?"),
    ],
)
def test_what_lint_of_a_header_cannot_be(files: Files, header: str, words: str) -> None:
    files.query("q", header, BODY)
    done = run("lint-queries", "q.rq")
    assert done.exit_code == 1
    assert words in done.stdout


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[query]", "1: unknown key 'query' in eakg.toml; there is build, prefixes, queries"),
        ("[querys]", "1: unknown key 'querys' in eakg.toml; did you mean 'queries'?"),
        ("queries = 'x'", "1: queries is a mapping, not 'x'"),
        ("[queries]\nendpoint = ''", "2: endpoint: '' should be non-empty"),
        ("[queries]\nendpoint = 3", "2: endpoint is text, not 3"),
        ("[queries]\nprefix = {}", "2: unknown key 'prefix' in queries; did you mean 'prefixes'?"),
        ("[queries]\nendpoint = 'x'", "2: unknown endpoint 'x' in endpoints"),
        ("[queries.endpoints]\nx = 'ftp://x/'", "2: the address of x is not of the form"),
        ("[queries.endpoints]\nx = []", "2: endpoints.x cannot be []"),
        ("[queries.endpoints.x]\nmethod = 'GET'", "'address' is a required property"),
        ("[queries.endpoints.x]\naddress = 'http://x/'\nheaders = []", "did you mean 'header'?"),
        ("[queries.endpoints]\n'' = 'http://x/'", "2: '' is no name of an endpoint"),
        ("[queries.endpoints]\n'http://y/' = 'http://x/'", "is no name of an endpoint"),
        ("[queries.prefixes]\n'a b' = 'http://x/'", "2: 'a b' is no prefix"),
        ("[queries.prefixes]\na = 'x y'", "2: what a: stands for is 'x y', which is no IRI"),
        ("[queries.prefixes]\na = 1", "2: prefixes.a is text, not 1"),
        ("[queries]\nprefix-files = ['none.ttl']", "none.ttl: "),
        ("[queries.lint]\njoins = 'error'", "2: unknown kind of finding 'joins' in lint; did you"),
        ("[queries.lint]\nsyntax = 'ignore'", "2: unknown kind of finding 'syntax' in lint"),
        ("[queries.lint]\njoin = 'info'", "2: lint.join is error or warning or ignore, not 'info'"),
        ("[queries", "1: not valid TOML"),
    ],
)
def test_what_is_wrong_with_the_file_is_told(files: Files, text: str, words: str) -> None:
    files.write("eakg.toml", text)
    with pytest.raises(ProblemsError) as caught:
        project_settings(files.folder)
    assert words in str(caught.value)
    for command in ("test", "query", "lint-queries"):
        done = run(command, "q.rq")
        assert done.exit_code == 2
        assert words in done.stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("hous", "--endpoint: 'hous' is no address, and no endpoint of the project; did you mean"),
        ("x", "there is house"),
        ("", "it is empty"),
        ("house", "takes $NOBODY_SETS_THIS, which is not set; set it"),
    ],
)
def test_an_endpoint_that_cannot_be_asked(files: Files, name: str, words: str) -> None:
    text = '[queries.endpoints.house]\naddress = "http://x/"\nheader = ["X: $NOBODY_SETS_THIS"]'
    files.write("eakg.toml", text)
    done = run("test", "q.rq", "--endpoint", name)
    assert done.exit_code == 2
    assert words in " ".join(done.stderr.split())


@pytest.mark.slow
def test_a_header_with_an_unknown_endpoint_fails_alone(files: Files) -> None:
    files.write("eakg.toml", '[queries.endpoints]\nhouse = "http://x/"\n')
    files.query("q", "summary: x\nendpoint: hous", BODY)
    files.query("good", "data: data.ttl\nexpect: {count: 6}", BODY)
    done = run("test", ".")
    assert done.exit_code == 2
    assert "q.rq:2: 'hous' is no address, and no endpoint of the project; did you" in done.stderr
    assert "1 of 2 queries passed" in done.stdout
    assert run("query", "q.rq").exit_code == 2


def test_the_nearest_folder_counts_up_to_the_repository(files: Files) -> None:
    files.write("eakg.toml", '[queries]\nendpoint = "http://outer/"\n')
    inner = files.folder / "inner"
    below = inner / "below"
    below.mkdir(parents=True)
    assert project_settings(below).book.usual == "http://outer/"
    (inner / "pyproject.toml").write_text("[project]\nname = 'eakg-like'\n", "utf-8")
    assert project_settings(below).book.usual == "http://outer/"
    (inner / ".git").mkdir()
    assert project_settings(below).book.usual is None
    (inner / "pyproject.toml").write_text("[tool.eakg]\nendpoint = 'http://inner/'\n", "utf-8")
    assert project_settings(below).book.usual == "http://inner/"
    (inner / "eakg.toml").write_text("[queries]\n", "utf-8")
    with pytest.raises(ProblemsError, match="both have settings for queries"):
        project_settings(below)


def test_a_pyproject_that_says_nothing_of_us_may_be_anything(files: Files) -> None:
    files.write("pyproject.toml", "[tool\n")
    assert project_settings(files.folder).prefixes == {}


def test_the_service_reads_the_same_file(files: Files) -> None:
    files.write("eakg.toml", "titel = 'x'\n[queries]\nendpoint = 'http://x/'\n")
    done = run("serve", str(files.folder))
    assert done.exit_code == 2
    assert [line.partition(":1: ")[2] for line in done.stderr.splitlines()] == [
        "there is no option titel; did you mean title?"
    ]
    files.write("eakg.toml", "data = ['data.ttl']\n[queries]\nendpoints = 3\n")
    done = run("serve", str(files.folder))
    assert done.exit_code == 2
    assert "eakg.toml:3: endpoints is a mapping, not 3" in done.stderr
