"""Contracts about the answer of the last time, and about time."""

import re
from pathlib import Path

import pytest

from helpers.saved_query_files import Files, files_in, run

SIZES = "SELECT ?x ?n { ?x :size ?n FILTER(isIRI(?x)) }"
GRAPH = "CONSTRUCT WHERE { :c :near ?x . ?x :size ?n }"
PREFIX = "PREFIX : <http://example.org/>\n"
ALL = ("a,1", "b,2", "c,2")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return files_in(tmp_path)


def rows(lines: tuple[str, ...]) -> str:
    return "x,n\n" + "".join(f"http://example.org/{line}\n" for line in lines)


CHANGES = (
    ("rows: grow", ALL, None),
    ("rows: grow", ALL[:1], None),
    ("rows: grow", (), None),
    ("rows: grow", (*ALL, "d,2"), "- http://example.org/d, 2"),
    ("rows: grow", ("a,1", "a,1"), "- http://example.org/a, 1"),
    ("rows: grow", ("a,7",), "- http://example.org/a, 7"),
    ("number: 50%", ("a,7", "b,7"), None),
    (
        "number: 49%",
        ("a,7", "b,7"),
        "3 came, 2 the last time; by the contract they differ by 49 %",
    ),
    ("number: 5%", (), "3 came, 0 the last time"),
    ("number: 1", ALL[:2], None),
    ("number: 1", ALL[:1], "3 came, 1 the last time; by the contract they differ by 1 at most"),
    ("number: 25%", (*ALL, "d,2"), None),
    ("number: 0", ALL, None),
    ("rows: grow, number: 10%", ALL[:2], "3 came, 2 the last time"),
    ("rows: grow, number: 50%", (*ALL, "d,2"), "- http://example.org/d, 2"),
    ("rows: grow, number: 50%", ALL[:2], None),
)
"""What may have changed, the rows of the last time, and what is wrong with that."""


@pytest.mark.slow
def test_how_an_answer_may_have_changed(files: Files) -> None:
    for number, (drift, lines, _) in enumerate(CHANGES):
        files.write(f"{number}.csv", rows(lines))
        files.query(f"q{number}", f"expect: {{rows: {number}.csv, drift: {{{drift}}}}}", SIZES)
    parts = re.split(r"^.*/q([0-9]+)\.rq: failed$", files.test().stdout, flags=re.MULTILINE)
    found = dict(zip(map(int, parts[1::2]), parts[2::2], strict=True))
    faults = {number: fault for number, (*_, fault) in enumerate(CHANGES) if fault}
    assert found.keys() == faults.keys()
    assert {number for number, fault in faults.items() if fault not in found[number]} == set()
    files.test("--update")
    for number in range(len(CHANGES)):
        lines = (files.folder / f"{number}.csv").read_text("utf-8").splitlines()
        assert sorted(lines) == sorted(rows(ALL).splitlines())
    assert files.test().exit_code == 0


@pytest.mark.slow
def test_triples_may_become_more(files: Files) -> None:
    for name, triples in {
        "fine-none": "",
        "fine-blank": ":c :near [ :size 9 ] .",
        "wrong-name": ":c :near :u .",
        "wrong-size": ":c :near [ :size 8 ] .",
    }.items():
        files.write(f"{name}.ttl", PREFIX + triples)
        files.query(name, f"expect: {{graph: {name}.ttl, drift: {{rows: grow}}}}", GRAPH)
    done = files.test()
    assert re.findall(r"([a-z-]+)\.rq: failed", done.stdout) == ["wrong-name", "wrong-size"]


@pytest.mark.slow
def test_a_number_within_a_share_of_the_last_time(files: Files) -> None:
    files.write("sum.csv", "n\n33.6\n")  # the sum is 32, 4.76 % less
    for name, tolerance in {
        "fine": "5%",
        "fine-space": "5 %",
        "fine-amount": "1.6",
        "wrong": "4%",
        "wrong-amount": "1.5",
        "wrong-none": "0",
        "wrong-zero": "0%",
    }.items():
        header = f"expect: {{rows: sum.csv, tolerance: {tolerance}}}"
        files.query(name, header, "SELECT (SUM(?s) AS ?n) { ?x :size ?s }")
    done = files.test()
    names = ["wrong", "wrong-amount", "wrong-none", "wrong-zero"]
    assert sorted(re.findall(r"([a-z-]+)\.rq: failed", done.stdout)) == names


FAULTS = (
    ("{drift: {rows: grow}}", "drift is told from the rows or graph of the last time"),
    ("{count: 1, drift: {number: 1}}", "drift is told from the rows or graph"),
    ("{rows: r.csv, drift: {}}", "expect.drift"),
    ("{rows: r.csv, drift: {rows: shrink}}", "expect.drift.rows is grow, not 'shrink'"),
    ("{rows: r.csv, drift: {row: grow}}", "did you mean 'rows'?"),
    ("{rows: r.csv, drift: {number: -1}}", "expect.drift.number"),
    ("{rows: r.csv, drift: {number: x%}}", "expect.drift.number cannot be 'x%'"),
    ("{rows: r.csv, drift: {number: true}}", "expect.drift.number"),
    ("{rows: r.csv, drift: grow}", "expect.drift is a mapping, not 'grow'"),
    (
        "{rows: r.csv, compare: set, drift: {rows: grow}}",
        "drift stands in the place of compare",
    ),
    ("{rows: r.csv, tolerance: 1, drift: {number: 1}}", "tolerance is about rows"),
    ("{rows: r.csv, tolerance: '%'}", "expect.tolerance cannot be '%'"),
    ("{same-as: data.ttl, drift: {rows: grow}}", "drift is told from the rows or graph"),
)
"""What drift cannot be, and what is said of it."""


def test_what_drift_cannot_be(files: Files) -> None:
    files.write("r.csv", rows(()))
    for number, (expect, _) in enumerate(FAULTS):
        files.query(f"q{number}", f"expect: {expect}", SIZES)
    done = files.test()
    assert done.exit_code == 2
    messages = done.stderr.splitlines()
    for number, (_, words) in enumerate(FAULTS):
        assert any(f"q{number}.rq:1: " in line and words in line for line in messages), words


@pytest.mark.slow
def test_a_slow_answer_is_a_warning(files: Files) -> None:
    report = files.folder / "report.xml"
    for budget, header in ((1e-9, "slow"), (10_000, "quick")):
        files.query(header, f"budget: {budget:.9f}\nexpect: {{count: 3}}", SIZES)
    done = files.test("--junit", str(report))
    assert done.exit_code == 0
    assert "slow.rq: slow (warning)" in done.stdout
    assert "s; its budget is 1e-09 s" in done.stdout
    assert "1 of 2 queries passed; 1 failed as warnings." in done.stdout
    assert files.test("--fail-on", "warning", "--junit", str(report)).exit_code == 1
    assert 'failures="1" errors="0"' in report.read_text("utf-8")
    files.query("slow", "budget: 0.000000001\nseverity: info\nexpect: {count: 3}", SIZES)
    assert files.test("--fail-on", "warning").exit_code == 0
    files.query("slow", "budget: 0.000000001\nexpect: {count: 4}", SIZES)
    done = files.test()
    assert done.exit_code == 1
    assert "slow.rq: failed\n" in done.stdout
    files.query("slow", "budget: 0.000000001", SIZES)
    assert "slow.rq: slow (warning)" in files.test().stdout


@pytest.mark.slow
def test_what_a_budget_cannot_be(files: Files) -> None:
    for number, budget in enumerate(("0", "-1", "soon", "true", "[]")):
        files.query(f"q{number}", f"budget: {budget}", SIZES)
    done = run("lint-queries", str(files.folder))
    assert done.exit_code == 1
    assert done.stdout.count(": error: budget") == 5
