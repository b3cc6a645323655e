"""Overviews: that they show what the dossier says, that drawings hold together, and their data."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from rdflib import URIRef

from eakg.dataset.layout import shipped_layout
from eakg.names import EAKG
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.project import Project
from eakg.serve.drawings.bar_chart import Bar, bars
from eakg.serve.drawings.matrix_chart import Cell, Head, matrix
from eakg.serve.drawings.network_chart import Edge, Node, network
from eakg.serve.drawings.text import clipped, lines, width
from eakg.serve.drawings.timeline_chart import Span, period, timeline
from eakg.serve.drawings.tree_chart import Branch, tree
from eakg.serve.overviews.figures import amount
from eakg.serve.overviews.overview import overviews_in
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from helpers.patience import PATIENT
from helpers.tries import sample

HTML = {"Accept": "text/html"}
OVERVIEWS = overviews_in(shipped_layout().overviews)
SVG = re.compile(r"<svg viewBox.*?</svg>", re.DOTALL)
Facts = Callable[[str], list[dict[str, str]]]


@pytest.fixture
def client(shipped_client: FlaskClient) -> FlaskClient:
    return shipped_client


def page(client: FlaskClient, path: str) -> str:
    response = client.get(path, headers=HTML)
    assert (response.status_code, response.mimetype) == (200, "text/html")
    return response.text


def drawings(text: str) -> list[ElementTree.Element]:
    """Drawings in a page, as XML: whatever is not well formed there fails here."""
    return [ElementTree.fromstring(one) for one in SVG.findall(text)]  # noqa: S314 our own page


def texts(drawing: ElementTree.Element, tag: str) -> list[str]:
    return ["".join(one.itertext()).strip() for one in drawing.iter(tag)]


@pytest.mark.parametrize("name", OVERVIEWS)
def test_overview_is_drawn_and_told(client: FlaskClient, name: str) -> None:
    """Two links of each drawing are followed, and all with EAKG_SOAK."""
    text = page(client, f"/overviews/{name}")
    found = drawings(text)
    assert found
    for drawing in found:
        assert drawing.get("role") == "group"
        labels = drawing.get("aria-labelledby", "").split()
        assert labels == [one.get("id") for one in drawing if one.tag in ("title", "desc")]
        assert all(one.get("style") is None for one in drawing.iter())
        links = [one.get("href") for one in drawing.iter("a")]
        assert links
        assert all(links)
        for link in sample(sorted({link for link in links if link}), 2):
            assert client.get(link, headers=HTML).status_code == 200
    assert "<table" in text
    assert "SELECT" in text


@pytest.mark.parametrize("name", OVERVIEWS)
def test_data_are_those_of_the_query(client: FlaskClient, name: str) -> None:
    text = page(client, f"/overviews/{name}")
    run = re.search(r'href="(/sparql\?query=[^"]+)"', text)
    assert run
    by_extension = client.get(f"/overviews/{name}.csv")
    by_accept = client.get(f"/overviews/{name}", headers={"Accept": "text/csv"})
    asked = client.get(run[1], headers={"Accept": "text/csv"})
    assert by_extension.mimetype == "text/csv"
    assert by_extension.data == by_accept.data == asked.data
    assert by_extension.data.count(b"\n") > 1


def test_index_names_every_overview(client: FlaskClient) -> None:
    text = page(client, "/overviews")
    assert all(f'href="/overviews/{name}"' in text for name in OVERVIEWS)


@pytest.mark.parametrize("path", ["/overviews/none", "/overviews/timeline.pdf", "/overviews/.csv"])
def test_unknown_overview(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_overview_has_no_other_format(client: FlaskClient) -> None:
    answer = client.get("/overviews/timeline", headers={"Accept": "text/turtle"})
    assert answer.status_code == 406


def seats(client: FlaskClient, day: str) -> list[str]:
    (drawing,) = drawings(page(client, f"/overviews/mechanisms?date={day}"))
    return [one.text or "" for one in drawing.iter("text") if one.get("class") == "days"]


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        ("2020-07-23", ["10", "11", "13", "18", "27", "15"]),
        ("2019-11-03", ["10", "11", "13", "18", "27", "16"]),  # India left RCEP a day later
        ("1967-08-08", ["5"]),
        ("1998-12-31", ["9"]),
    ],
)
def test_seats_on_a_day(client: FlaskClient, day: str, counts: list[str]) -> None:
    assert seats(client, day)[: len(counts)] == counts


def test_columns_stand_in_their_usual_order(client: FlaskClient) -> None:
    data = client.get("/overviews/mechanisms.csv").text.splitlines()[1:]
    bodies = dict.fromkeys(line.split(",")[0].rpartition("/")[2] for line in data)
    assert list(bodies) == [
        "asean",
        "asean-china-10plus1",
        "asean-plus-three",
        "eas",
        "arf",
        "rcep",
    ]


def test_seats_are_those_of_the_dossier(client: FlaskClient, facts: Facts) -> None:
    (drawing,) = drawings(page(client, "/overviews/mechanisms?date=2020-07-23"))
    marks = {
        one.get("href", "").removeprefix("/doc/membership/")
        for one in drawing.iter("a")
        if "/membership/" in one.get("href", "")
    }
    for row in facts("memberships"):
        held = row["from"][:10] <= "2020-07-23" and (not row["to"] or row["to"] >= "2020-07-23")
        if row["mechanism"] in ("asean", "eas", "arf") and row["role"] in ("member", "participant"):
            assert (f"{row['mechanism']}/{row['member']}/{row['role']}" in marks) is held


@pytest.mark.parametrize("day", ["yesterday", "2020-13-01", "", "2020"])
def test_day_that_is_none(client: FlaskClient, day: str) -> None:
    assert client.get(f"/overviews/mechanisms?date={day}").status_code == 400


def test_nothing_to_draw(tmp_path: Path) -> None:
    file = tmp_path / "o.ttl"
    file.write_text(f"<urn:a> <{EAKG.memberOfBody}> <urn:b> .")
    store = EmbeddedStore(read_contents([GraphFile(URIRef("urn:g"), file)]))
    project = Project(overviews=shipped_layout().overviews)
    client = create_app(Settings("", PATIENT, project=project), store).test_client()
    assert "nothing to draw" in page(client, "/overviews/mechanisms")
    assert 'href="/overviews/timeline"' not in page(client, "/overviews")


def test_whatever_has_a_beginning_is_on_a_timeline(tmp_path: Path) -> None:
    file = tmp_path / "o.ttl"
    file.write_text(
        "@prefix schema: <https://schema.org/> ."
        '<urn:a> schema:name "A fair" ; schema:startDate "2020-02-05" ; schema:endDate "2020-02-07"'
        ' . <urn:b> schema:name "A feast" ; schema:startDate "2021-03-01" .'
        ' <urn:c> schema:name "A fast" ; schema:endDate "2021-04-01" .'
    )
    store = EmbeddedStore(read_contents([GraphFile(URIRef("urn:g"), file)]))
    client = create_app(Settings("", PATIENT), store).test_client()
    text = page(client, "/overviews/timeline")
    (drawing,) = drawings(text)
    titles = texts(drawing, "title")
    assert "A fair, 5–7 Feb 2020" in titles
    assert "A feast, from 1 Mar 2021" in titles
    assert "A fast, by 1 Apr 2021" in titles
    assert "Without a day" not in text


def test_data_without_what_a_drawing_shows_have_none(small_client: FlaskClient) -> None:
    assert "/overviews/mechanisms" not in page(small_client, "/overviews")
    assert small_client.get("/overviews/mechanisms", headers=HTML).status_code == 404


def test_timeline_has_the_medical_teams(client: FlaskClient) -> None:
    (drawing,) = drawings(page(client, "/overviews/timeline"))
    found = " ".join(texts(drawing, "title"))
    for words in (
        "team to Cambodia (dispatch of a medical team), 23 Mar 2020",
        "team to the Philippines (dispatch of a medical team), 5 Apr 2020",
        "team to Malaysia (dispatch of a medical team), 18 Apr 2020",
    ):
        assert words in found


def test_network_keeps_the_bloc_apart_from_its_members(client: FlaskClient) -> None:
    answer = client.get("/overviews/network.csv").text
    given = [line for line in answer.splitlines() if "/a028," in line and "#recipient" in line]
    assert len(given) == 1
    assert "/asean-countries," in given[0]


def test_figures_of_trade(client: FlaskClient) -> None:
    found = " ".join(
        words
        for one in drawings(page(client, "/overviews/figures"))
        for words in texts(one, "text")
    )
    for words in ("5.6 %", "14.7 %", "2.09 trillion yuan renminbi", "12 persons"):
        assert words in found


def test_amounts() -> None:
    assert amount(Decimal("12.50"), "percent") == "12.5 %"
    assert amount(Decimal("-100"), "persons") == "-100 persons"
    assert amount(Decimal("1000000000"), "yuan") == "1 billion yuan"
    assert amount(Decimal("0"), "pieces") == "0 pieces"


def test_periods() -> None:
    first, second, later = date(2020, 2, 5), date(2020, 2, 7), date(2021, 1, 1)
    assert period(first, first) == "5 Feb 2020"
    assert period(first, second) == "5–7 Feb 2020"
    assert period(first, later) == "2020–2021"
    assert (period(first, None), period(None, first)) == ("from 5 Feb 2020", "by 5 Feb 2020")
    assert period(None, None) == ""


DAYS = st.none() | st.dates(date(100, 1, 1), date(9000, 1, 1))


@given(st.lists(st.tuples(DAYS, DAYS, st.text(max_size=80)), max_size=30))
def test_timeline_stays_within_its_view(spans: list[tuple[date | None, date | None, str]]) -> None:
    ordered = [
        Span(label, None, *((start, end) if not (start and end) or start <= end else (end, start)))
        for start, end, label in spans
    ]
    drawn = timeline(ordered)
    assert len(drawn.rows) + len(drawn.undated) == len(spans)
    assert len(drawn.ticks) <= 14
    for row in drawn.rows:
        assert -10 <= row.x <= row.x + row.width <= drawn.width + 10
        assert row.bar_y < drawn.height
    starts = [row.y for row in drawn.rows]
    assert starts == sorted(set(starts))


def test_timeline_ticks_are_round() -> None:
    start = date(2020, 1, 15)
    for length in (1, 10, 40, 200, 900, 5000, 60000):
        drawn = timeline([Span("a", None, start, start + timedelta(days=length))])
        assert 1 <= len(drawn.ticks) <= 13


KEYS = st.integers(0, 12).map(str)


@given(st.lists(st.tuples(KEYS, KEYS), max_size=40))
def test_network_places_every_box_once(pairs: list[tuple[str, str]]) -> None:
    keys = sorted({key for pair in pairs for key in pair})
    nodes = [Node(key, f"box {key}", None) for key in keys]
    edges = [Edge(*pair) for pair in pairs]
    drawn = network(nodes, edges)
    assert drawn == network(nodes, edges)
    assert sorted(box.node.key for box in drawn.boxes) == keys
    assert len(drawn.lines) == len(set(pairs))
    for one in drawn.boxes:
        for other in drawn.boxes:
            if one is not other and one.x == other.x:
                assert abs(one.y - other.y) >= one.height


def test_network_reads_from_left_to_right() -> None:
    nodes = [Node(key, key, None) for key in "dcba"]
    drawn = network(nodes, [Edge("a", "b"), Edge("b", "c"), Edge("a", "c"), Edge("c", "d")])
    x = {box.node.key: box.x for box in drawn.boxes}
    assert x["a"] < x["b"] < x["c"] < x["d"]


@given(st.lists(st.floats(-1e15, 1e15), max_size=20))
def test_bars_stay_within_their_view(values: list[float]) -> None:
    drawn = bars(Bar("a", None, value, f"{value:.0f}") for value in values)
    for row in drawn.rows:
        assert -1 <= row.x <= row.x + row.width <= drawn.width + 1
        assert row.bar.value < 0 or row.x >= drawn.zero - 1e-6


def test_matrix_puts_like_rows_together() -> None:
    rows = [Head(key, key, None) for key in "abcd"]
    columns = [Head("x", "X", None), Head("y", "Y", None)]
    cells = [
        *(Cell(row, "y", True, None, "") for row in "abc"),
        *(Cell(row, "x", True, None, "") for row in "bc"),
        Cell("d", "x", False, None, ""),
    ]
    drawn = matrix(rows, columns, cells)
    assert [row.head.key for row in drawn.rows] == ["b", "c", "a", "d"]
    assert [column.count for column in drawn.columns] == [2, 3]


def test_tree_has_a_line_for_each_branch() -> None:
    drawn = tree([Branch("a", None, "", (Branch("b", "#b"), Branch("c", "#c")))])
    assert [(leaf.branch.label, bool(leaf.path)) for leaf in drawn.leaves] == [
        ("a", False),
        ("b", True),
        ("c", True),
    ]


@given(st.text(max_size=60), st.floats(20, 300))
def test_clipped_text_has_room(text: str, room: float) -> None:
    assert width(clipped(text, room)) <= max(room, width("…"))
    assert len(lines(text, room, 3)) <= 3
