"""Overviews, search, workbench and ontology in a browser: walked, and looked at by axe."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from helpers.house import ROOT
from helpers.patience import BROWSER_MILLISECONDS
from helpers.tries import SOAK
from helpers.windows import looks

EDITOR = ROOT / "src/eakg/serve/static/yasgui/VERSION"
TEAMS = (ROOT / "queries/cq08-medical-teams.rq").read_text(encoding="utf-8")
ROW = urlencode(
    [
        ("term", "<https://w3id.org/eakg/id/medteam-cambodia-2020-03>"),
        ("term", "<https://w3id.org/eakg/id/cambodia>"),
    ]
)
VIEWS = tuple(
    f"/sparql?{urlencode({'query': TEAMS, 'view': view})}"
    for view in ("chart", "graph", "table", "timeline")
)
PAGES = (
    *("/overviews", "/overviews/timeline", "/overviews/network", "/overviews/places"),
    *("/search?q=ROK", "/sparql"),
    *(VIEWS[0], f"/sparql/row?{ROW}", "/ontology", "/sparql?query=SELECT"),
)
MORE = (
    *("/overviews/figures", "/overviews/flows"),
    *("/search?q=nobodyatall", *VIEWS[1:], "/ontology/Membership?page=2"),
)
Look = Callable[[Page], None]

needs_editor = pytest.mark.skipif(
    not EDITOR.is_file(), reason="no editor; run python hatch_build.py"
)


@looks(PAGES + MORE if SOAK else PAGES)
def test_pages_are_accessible(page: Page, look: Look, path: str) -> None:
    page.goto(path)
    if path == "/sparql" and EDITOR.is_file():
        page.wait_for_selector(".yasgui .CodeMirror")
    look(page)


def test_tables_of_overviews_are_accessible(page: Page, look: Look) -> None:
    page.goto("/overviews/mechanisms")
    for summary in page.locator("details > summary").all():
        summary.click()
    look(page)


@pytest.mark.parametrize("name", ["ROK", "韩国", "대한민국"])
def test_search_finds_the_state_in_three_languages(page: Page, name: str) -> None:
    page.goto("/search")
    page.get_by_label("A name or an acronym").fill(name)
    page.keyboard.press("Enter")
    page.locator("ol.found a").first.click()
    page.wait_for_load_state()
    assert page.url.endswith("/doc/rok")
    expect(page.locator("h1")).to_contain_text("Republic of Korea")


def test_what_supports_a_row_stays_in_sight(page: Page, look: Look) -> None:
    """However far the table is scrolled, and the edge behind which there is more can be seen."""
    page.goto("/queries/cq08-medical-teams")
    look(page)
    table = page.locator(".scroll")
    sentence = page.locator(".how-we-know .passage").first
    for place in (0, 10_000):
        table.evaluate("(element, place) => { element.scrollLeft = place; }", place)
        box = sentence.bounding_box()
        width = page.evaluate("window.innerWidth")
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    for path in ("/queries/vaccine-lots", "/queries/vaccine-lots?view=chart"):
        page.goto(path)
        for element in page.locator(".scroll, .drawing").all():
            covers = element.evaluate("one => getComputedStyle(one).backgroundAttachment")
            assert covers == "local, local, scroll, scroll"


@needs_editor
def test_from_the_workbench_to_the_evidence_of_a_row(page: Page, look: Look) -> None:
    page.goto("/sparql")
    page.locator("details.examples summary").click()
    page.get_by_role("link", name="Chinese medical teams sent to ASEAN states").click()
    answer = page.locator("#workbench #result")
    expect(answer.locator("tbody tr")).to_have_count(6)
    answer.get_by_role("link", name="chart").click()
    expect(answer.locator("svg text.value")).to_have_text(["7", "12", "12", "8"])
    look(page)
    answer.get_by_role("link", name="Evidence of row 1").click()
    expect(page.locator("blockquote").first).to_contain_text("sent teams of doctors")
    page.locator("blockquote a").first.click()
    expect(page.locator(":target")).to_be_visible()


@needs_editor
def test_typed_query_with_a_mistake_is_kept(page: Page) -> None:
    page.goto("/sparql")
    editor = page.locator(".yasgui .CodeMirror")
    editor.wait_for()
    text = "SELECT * WHERE { ?a ?b }"
    page.evaluate("text => { yasgui.getTab().setQuery(text); }", text)
    with page.expect_response(lambda answer: answer.request.method == "POST") as asked:
        page.evaluate("() => { yasgui.getTab().query().catch(() => {}); }")
    assert asked.value.status == 400
    expect(page.locator(".yasr")).to_contain_text("line 1, column 24")
    assert page.evaluate("yasgui.getTab().getQuery()") == text


@needs_editor
def test_no_button_lies_over_the_query(page: Page, look: Look) -> None:
    page.goto("/sparql")
    page.locator(".yasgui .CodeMirror").wait_for()
    line = "SELECT ?meeting ?meetingLabel ?start ?end WHERE { ?meeting a ?class } # and so on\n"
    page.evaluate("text => { yasgui.getTab().setQuery(text); }", line * 40)
    for place in (0, 300):
        page.evaluate("top => { yasgui.getTab().getYasqe().scrollTo(0, top); }", place)
        box = page.locator(".yasqe_buttons").bounding_box()
        text = page.locator(".CodeMirror-scroll").bounding_box()
        assert box and text
        assert box["height"] > 20
        assert box["y"] + box["height"] <= text["y"]
    look(page)


@needs_editor
def test_completion_knows_our_terms(page: Page) -> None:
    page.goto("/sparql")
    page.locator(".yasgui .CodeMirror").wait_for()
    page.evaluate(
        """() => {
          const yasqe = yasgui.getTab().getYasqe();
          yasqe.setValue("PREFIX eakg: <https://w3id.org/eakg/ontology#>\\n"
            + "SELECT * WHERE { ?a eakg:entitled }");
          yasqe.focus(); yasqe.setCursor({ line: 1, ch: 33 }); yasqe.autocomplete();
        }"""
    )
    expect(page.locator(".CodeMirror-hints")).to_contain_text("entitledToAttend")


def test_without_script(chromium: Browser, site: str) -> None:
    context = chromium.new_context(base_url=site, java_script_enabled=False)
    context.set_default_timeout(BROWSER_MILLISECONDS)
    page = context.new_page()
    page.goto("/sparql")
    page.locator("#view").select_option("chart")
    page.locator("#query").fill("SELECT ?n { VALUES ?n { 3 5 } }")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("svg text.value")).to_have_text(["3", "5"])
    context.close()


def test_keyboard_reaches_what_is_drawn(page: Page) -> None:
    page.goto("/overviews/timeline")
    first = page.locator(".drawing svg a").first
    for _ in range(40):
        page.keyboard.press("Tab")
        if first.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/*")
