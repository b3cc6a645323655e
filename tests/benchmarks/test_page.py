"""What is said of a run follows from its file alone."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from comparison.charts import bar, chart, charts
from comparison.page.markdown import table
from comparison.page.whole import page
from comparison.ratios import Turns, geometric_mean
from comparison.results import Measurement, ResultFormatError, Run, read_run, write_run
from helpers.house import ROOT

OURS, REFERENCE, OTHER = "eakg, in memory", "oxigraph serve", "Virtuoso"
GRAPH = "LUBM-1"
SVG = "{http://www.w3.org/2000/svg}"


def measured(
    system: str, part: str, case: str = "", *turns: dict[str, float], **more: object
) -> list[Measurement]:
    return [
        Measurement(GRAPH, system, part, case, turn, figures, **more)  # type: ignore[arg-type]
        for turn, figures in enumerate(turns)
    ]


def rate(second: float) -> dict[str, float]:
    return {"rate": second, "median": 0.001, "late": 0.01, "work of server": 0.0001}


MEASUREMENTS = (
    *measured(REFERENCE, "preparation", "", {"seconds": 2.0, "disk": 3e6}),
    *measured(OURS, "preparation", "", {"seconds": 3.0, "disk": 6e6}),
    *measured(REFERENCE, "start", "", {"seconds": 0.5, "memory": 1e7}),
    *measured(OURS, "start", "", {"seconds": 1.0, "memory": 2e7}),
    *measured(REFERENCE, "look-ups", "all different", rate(100.0), rate(1000.0), rate(300.0)),
    *measured(OURS, "look-ups", "all different", rate(50.0), rate(100.0), rate(90.0)),
    *measured(REFERENCE, "load", "8", {"rate": 90.0, "late": 0.3, "light late": 0.02}),
    *measured(OURS, "load", "8", {"rate": 120.0, "late": 0.2}, failures={"503 busy": 2}),
    *measured(REFERENCE, "mix", "a: 1", {"seconds": 0.1}, answer="1 aaaa"),
    *measured(OURS, "mix", "a: 1", {"seconds": 0.4}, answer="1 aaaa"),
    *measured(REFERENCE, "mix", "a: 2", {"seconds": 0.1}, answer="7 bbbb"),
    *measured(OURS, "mix", "a: 2", {"seconds": 0.1}, answer="7 bbbb"),
    *measured(OTHER, "mix", "a: 2", {"seconds": 0.9}, answer="6 cccc"),
    *measured(OTHER, "mix", "a: 1", {}, failures={"500, no Retry-After": 1}),
)
RUN = Run(
    began="2026-11-28T20:00:00+00:00",
    ended="2026-11-28T21:00:00+00:00",
    revision="abcdef012345",
    command="python benchmarks/all.py --sizes 1",
    reference=REFERENCE,
    machine={"processors": 2, "model": "a model", "memory": 16e9, "system": "Linux 6"},
    load_before=(0.1, 0.2, 0.3),
    load_after=(1.5, 1.0, 0.5),
    versions={"eakg": "1.0", REFERENCE: "oxigraph 0.5.13"},
    settings={"rounds": 3, "seconds": 10, "busy": 0, "seed": 1},
    missing=("rdflib-endpoint is not there; pip install rdflib-endpoint",),
    graphs={GRAPH: {"asserted": 100_000, "triples": 150_000, "bytes": 25e6}},
    queries={GRAPH: (("a: 1", "a", "ASK {}"), ("a: 2", "a", "ASK {}"))},
    measurements=MEASUREMENTS,
)
DRAWINGS = {name: f"serving-benchmark-{name}.svg" for name in charts(RUN)}


def rows_of(text: str, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading."""
    lines = iter(text.splitlines())
    for line in lines:
        if line == heading:
            break
    found = []
    for line in lines:
        if line.startswith("| "):
            found.append([cell.strip() for cell in line.strip("|").split(" | ")])
        elif found:
            break
    return found


def test_a_run_is_read_as_it_was_written() -> None:
    assert read_run(write_run(RUN)) == RUN


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 0}', '{"format": 1}', write_run(RUN).replace("began", "x")]
)
def test_another_file_is_refused(text: str) -> None:
    with pytest.raises(ResultFormatError):
        read_run(text)


def test_ratios_are_taken_within_a_turn() -> None:
    """Medians are 90 and 300, but the turns had 0.5, 0.1 and 0.3 of the reference."""
    turns = Turns(RUN, GRAPH, "look-ups")
    assert turns.median(OURS, "all different", "rate") == 90.0
    assert turns.ratio(OURS, "all different", "rate") == pytest.approx(0.3)
    assert turns.ratio(REFERENCE, "all different", "rate") == 1.0
    assert turns.ratio(OTHER, "all different", "rate") is None


def test_a_turn_without_the_reference_has_no_ratio() -> None:
    alone = tuple(one for one in MEASUREMENTS if one.system != REFERENCE or one.turn != 1)
    turns = Turns(replace(RUN, measurements=alone), GRAPH, "look-ups")
    assert turns.ratio(OURS, "all different", "rate") == pytest.approx(0.4)


def test_geometric_means() -> None:
    assert geometric_mean([4.0, 1.0]) == pytest.approx(2.0)
    assert geometric_mean([]) is None


def test_a_table_has_as_many_cells_in_every_row() -> None:
    lines = table(("a", "b"), [("x | y", "1"), ("z", "2")]).splitlines()
    assert lines[0] == "| a | b |"
    assert lines[1] == "| --- | ---: |"
    assert lines[2] == "| x \\| y | 1 |"
    assert table(("a",), []) == ""


def test_the_page_says_what_was_measured() -> None:
    text = page(RUN, DRAWINGS)
    start = rows_of(text, "## From files to answers")
    assert [row[:6] for row in start[2:]] == [
        [GRAPH, REFERENCE, "2.00", "1.00", "0.50", "1.25"],
        [GRAPH, OURS, "3.00", "1.50", "1.00", "2.00"],
    ]
    assert start[3][6:] == ["20", "2.00", "133", "6", "40"]
    look_ups = rows_of(text, "## Look-ups")
    assert look_ups[3] == [GRAPH, "all different", OURS, "90", "0.30", "1.0", "10.0", "100", "-"]
    load = rows_of(text, "## The fourteen queries of LUBM")
    assert load[3][:5] == [GRAPH, "8", OURS, "120.0", "1.33"]
    assert load[3][-1] == "2 × 503 busy"
    assert rows_of(text, f"### {GRAPH}")[2:] == [
        ["a", "2", "2.00", "4.00", "9.00", "9.00"],
        ["all", "2", "2.00", "4.00", "9.00", "9.00"],
    ]
    assert "| a: 1 | eakg, in memory | 400 | 100 | 4.00 |" in text
    assert "| a: 1 | Virtuoso | 1 × 500, no Retry-After |" in text
    answers = rows_of(text, "## Answers")
    assert answers[2:] == [[GRAPH, "a: 2", f"{REFERENCE}, {OURS}: 7; {OTHER}: 6"]]
    assert "rdflib-endpoint is not there" in text
    assert "load averages 0.1 0.2 0.3 before and 1.5 1.0 0.5 after" in text
    assert all(f"]({file})" in text for file in DRAWINGS.values())
    for line in text.splitlines():
        assert "None" not in line


def test_the_page_says_when_the_machine_was_busy() -> None:
    assert "busy with other work**" not in page(RUN, {})
    noise = tuple(replace(one, others=0.6) for one in MEASUREMENTS)
    assert "busy with other work**" in page(replace(RUN, measurements=noise), {})


def test_what_was_not_measured_is_not_spoken_of() -> None:
    some = tuple(one for one in MEASUREMENTS if one.part == "load")
    run = replace(RUN, measurements=some)
    text = page(run, {})
    assert re.findall(r"^## .*", text, re.MULTILINE) == ["## The fourteen queries of LUBM"]
    assert set(charts(run)) == {"load"}


def test_without_the_reference_nothing_is_compared() -> None:
    alone = tuple(one for one in MEASUREMENTS if one.system == OURS)
    text = page(replace(RUN, measurements=alone), {})
    assert [row[3:5] for row in rows_of(text, "## Look-ups")[2:]] == [["90", "-"]]


def test_bars_are_as_long_as_their_numbers() -> None:
    entries = [bar("one & <two>", 10.0, "10", is_ours=True), bar("b", 20.0, "20", is_ours=False)]
    root = ElementTree.fromstring(chart("a title", entries))  # noqa: S314 - our own
    lengths = [float(one.get("width", 0)) for one in root.findall(f".//{SVG}g/{SVG}rect")]
    assert lengths[0] / lengths[1] == pytest.approx(0.5, abs=0.01)
    texts = [one.text for one in root.iter(f"{SVG}text")]
    assert texts == ["a title", "one & <two>", "10", "b", "20"]
    assert len({one.get("fill") for one in root.findall(f".//{SVG}g/{SVG}rect")}) == 2


def test_charts_are_of_what_was_measured() -> None:
    drawings = charts(RUN)
    assert set(drawings) == {"starts", "memory", "look-ups", "load", "mix"}
    for drawing in drawings.values():
        ElementTree.fromstring(drawing)  # noqa: S314 - our own
    assert "90 (0.30)" in drawings["look-ups"]


def test_the_committed_page_and_charts_are_those_of_the_committed_run() -> None:
    file = ROOT / "docs" / "serving-benchmark.json"
    if not file.is_file():
        pytest.skip(
            "no run is committed; python benchmarks/all.py writes docs/serving-benchmark.json"
        )
    run = read_run(file.read_text("utf-8"))
    drawings = {f"serving-benchmark-{name}.svg": text for name, text in charts(run).items()}
    names = {name.removeprefix("serving-benchmark-")[:-4]: name for name in drawings}
    assert file.with_suffix(".md").read_text("utf-8") == page(run, names)
    for name, text in drawings.items():
        assert file.with_name(name).read_text("utf-8") == text
