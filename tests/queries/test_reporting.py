"""A page about a run, its history, and a badge: files that fetch nothing."""

import json
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from eakg.queries.contract import parse_query
from eakg.queries.reporting import RunRecord, badge_of, record_of, run_page, write_history
from eakg.queries.verdict import Outcome, Verdict
from helpers.saved_query_files import Files, files_in

SVG = "{http://www.w3.org/2000/svg}"
NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> & \"'"


class Tags(HTMLParser):
    """The tags of a page and their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    files = files_in(tmp_path)
    files.query("good", "question: How large?\nexpect: {count: 6}", "SELECT ?n { ?x :size ?n }")
    files.query("bad", "expect: {count: 1}", "SELECT ?n { ?x :size ?n }")
    return files


def outcomes(*verdicts: Verdict, header: str = "") -> list[Outcome]:
    text = f"#+ severity: {header or 'error'}\nASK {{}}"
    return [
        Outcome(parse_query(Path(f"q{number}.rq"), text), verdict, 1, seconds=0.5)
        for number, verdict in enumerate(verdicts)
    ]


def run_of(*verdicts: Verdict, days: int = 0, header: str = "") -> RunRecord:
    return record_of(outcomes(*verdicts, header=header), NOON + timedelta(days=days))


@pytest.mark.slow
def test_the_three_files_of_a_run(files: Files) -> None:
    names = ("page.html", "badge.svg", "history.jsonl")
    html, svg, history = (files.folder / name for name in names)
    options = ("--html", str(html), "--badge", str(svg), "--history", str(history))
    assert files.test(*options).exit_code == 1
    files.query("bad", "expect: {count: 6}", "SELECT ?n { ?x :size ?n }")
    assert "How large?" in html.read_text("utf-8")
    assert "6 rows came; by the contract 1" in html.read_text("utf-8")
    assert "1 of 2 passed" in svg.read_text("utf-8")
    assert files.test(*options).exit_code == 0
    tags = Tags(html.read_text("utf-8"))
    marks = [attributes["title"] for tag, attributes in tags.tags if tag == "span"]
    assert [str(mark).partition(": ")[2].partition(",")[0] for mark in marks] == [
        "failed",
        "passed",
    ]
    assert "2 of 2 passed" in svg.read_text("utf-8")
    first, second = map(json.loads, history.read_text("utf-8").splitlines())
    assert [query["verdict"] for query in first["queries"]] == ["failed", "passed"]
    assert [query["verdict"] for query in second["queries"]] == ["passed", "passed"]


def test_nothing_is_fetched_and_nothing_runs() -> None:
    query = parse_query(Path(f"{HOSTILE.replace('/', '')}.rq"), "ASK {}")
    outcome = Outcome(query, Verdict.FAILED, messages=(HOSTILE, "\ud800"))
    runs = [record_of([outcome], NOON), record_of([outcome], NOON)]
    text = run_page([outcome], runs).decode()
    tags = Tags(text)
    names = {tag for tag, _ in tags.tags}
    assert not names & {"script", "link", "img", "iframe", "object", "a", "form", "image", "use"}
    assert {"src", "href", "xlink:href", "onclick"}.isdisjoint(
        name for _, attributes in tags.tags for name in attributes
    )
    assert "url(" not in text
    assert HOSTILE in "".join(tags.words)
    policies = [a["content"] for t, a in tags.tags if a.get("http-equiv")]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


@pytest.mark.parametrize(
    ("run", "words", "colour"),
    [
        (run_of(Verdict.PASSED, Verdict.PASSED), "2 of 2 passed", "#1a6b2f"),
        (run_of(Verdict.PASSED, Verdict.UNCHECKED), "1 of 2 passed", "#8a5a00"),
        (run_of(Verdict.PASSED, Verdict.NOT_ASKED), "1 of 2 passed", "#8a5a00"),
        (run_of(Verdict.PASSED, Verdict.FAILED), "1 of 2 passed", "#b3261e"),
        (run_of(Verdict.FAILED, header="warning"), "0 of 1 passed", "#8a5a00"),
        (run_of(Verdict.UNREACHABLE, header="info"), "0 of 1 passed", "#b3261e"),
        (run_of(Verdict.SLOW), "0 of 1 passed", "#8a5a00"),
        (run_of(), "none asked", "#8a5a00"),
    ],
)
def test_the_badge_says_how_many_are_well(run: RunRecord, words: str, colour: str) -> None:
    picture = ElementTree.fromstring(badge_of(run))  # noqa: S314 - the badge is our own
    assert picture.get("role") == "img"
    assert picture.findtext(f"{SVG}title") == f"queries: {words}"
    path = picture.find(f"{SVG}path")
    assert path is not None
    assert path.get("fill") == colour
    assert [text.text for text in picture.iter(f"{SVG}text")] == ["queries", words]
    texts = [int(text.get("textLength", 0)) for text in picture.iter(f"{SVG}text")]
    assert sum(texts) < int(picture.get("width", 0))


def test_the_bars_of_the_runs_add_up() -> None:
    runs = [
        run_of(Verdict.PASSED, Verdict.FAILED, Verdict.FAILED, Verdict.PASSED),
        run_of(Verdict.PASSED, Verdict.SLOW, days=1),
    ]
    tags = Tags(run_page(outcomes(Verdict.PASSED, Verdict.SLOW), runs).decode())
    bars = [attributes for tag, attributes in tags.tags if tag == "rect"]
    heights = [(bar["class"], float(str(bar["height"]))) for bar in bars]
    assert heights == [
        *(("error", 30.0), ("warning", 0.0), ("well", 30.0)),
        *(("error", 0.0), ("warning", 15.0), ("well", 15.0)),
    ]
    assert "2026-03-06T12:00:00+00:00: 1 passed, 1 warnings, 0 errors" in tags.words


@pytest.mark.slow
def test_the_last_hundred_runs_are_kept(files: Files) -> None:
    history = files.folder / "history.jsonl"
    history.write_bytes(write_history([run_of(Verdict.PASSED, days=day) for day in range(120)]))
    lines = history.read_text("utf-8").splitlines()
    assert len(lines) == 100
    assert json.loads(lines[0])["time"].startswith("2026-03-25")
    assert files.test("--history", str(history)).exit_code == 1
    later_lines = history.read_text("utf-8").splitlines()
    assert later_lines[:-1] == lines[1:]


@pytest.mark.parametrize(
    "line",
    [
        *(
            "{",
            "[]",
            "{}",
            "3",
            '{"time": "soon", "queries": []}',
            '{"time": 3, "queries": []}',
            "",
        ),
        '{"time": "2026-03-05", "queries": [{}]}',
        write_history([run_of(Verdict.PASSED)]).decode().replace('"passed"', '"fine"').strip(),
        write_history([run_of(Verdict.PASSED)]).decode().replace(": 500", ': "500"').strip(),
    ],
)
def test_a_line_that_is_no_run_is_told_and_kept(files: Files, line: str) -> None:
    history = files.folder / "history.jsonl"
    text = write_history([run_of(Verdict.PASSED)]).decode() + line + "\n"
    history.write_text(text, "utf-8")
    done = files.test("--history", str(history))
    assert done.exit_code == 2
    assert f"{history}:2: is no run of `eakg test --history`" in done.stderr
    assert history.read_text("utf-8") == text
