"""Overviews, search, workbench and ontology in a browser: walked, and looked at by axe."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = shutil.which("chromium")
EDITOR = ROOT / "src/eakg/serve/static/yasgui/VERSION"
PROGRAM = "import sys; from eakg.cli import main; sys.exit(main())"
TEAMS = (ROOT / "queries/cq08-medical-teams.rq").read_text(encoding="utf-8")
ROW = urlencode(
    [
        ("term", "<https://w3id.org/eakg/id/medteam-cambodia-2020-03>"),
        ("term", "<https://w3id.org/eakg/id/cambodia>"),
    ]
)
PAGES = (
    *("/overviews", "/overviews/timeline", "/overviews/mechanisms", "/overviews/network"),
    *("/overviews/figures", "/search", "/search?q=ROK", "/search?q=nobodyatall", "/sparql"),
    *(f"/sparql?{urlencode({'query': TEAMS, 'view': view})}" for view in ("table", "chart")),
    *(f"/sparql?{urlencode({'query': TEAMS, 'view': view})}" for view in ("timeline", "graph")),
    *(f"/sparql/row?{ROW}", "/sparql?query=SELECT", "/ontology", "/ontology/Membership?page=2"),
)
# What the editor does itself is listed in docs/workbench.md.
NOT_OURS = (".yasgui .tabsList", ".yasgui .CodeMirror")

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the path"),
    pytest.mark.skipif(not EDITOR.is_file(), reason="no editor; run python hatch_build.py"),
]


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of a service of the shipped graph, without the slash at its end."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    ) as process:
        assert process.stdout
        found = re.search(r"http://\S+?(?=/\s)", process.stdout.readline())
        assert found
        yield found[0]
        process.terminate()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        yield browser
        browser.close()


@pytest.fixture(params=[("light", 1280), ("dark", 390)], ids=["light-wide", "dark-narrow"])
def page(request: pytest.FixtureRequest, chromium: Browser, site: str) -> Iterator[Page]:
    """A page that may say nothing on the console and ask nobody but the service."""
    scheme, width = request.param
    context = chromium.new_context(
        base_url=site,
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
        locale="en",
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((f"{site}/", "data:")) else said.append(asked.url)
        ),
    )
    yield page
    context.close()
    assert [one for one in said if "status of 400" not in one] == []


def look(page: Page) -> None:
    """No violation of axe outside the editor, and nothing wider than the window."""
    found = Axe().run(page, context={"exclude": [[one] for one in NOT_OURS]}).response["violations"]
    told = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found]
    assert told == []
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path[:40])
def test_pages_are_accessible(page: Page, path: str) -> None:
    page.goto(path)
    if path == "/sparql":
        page.wait_for_selector(".yasgui .CodeMirror")
    look(page)


def test_tables_of_overviews_are_accessible(page: Page) -> None:
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


def test_from_the_workbench_to_the_evidence_of_a_row(page: Page) -> None:
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
