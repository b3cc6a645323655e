"""Pages of things, evidence and proofs in a browser: walked, and looked at by axe."""

import re
import urllib.request
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from helpers.tries import SOAK
from helpers.windows import looks

MALAYSIA = urlencode(
    {
        "s": "https://w3id.org/eakg/id/malaysia",
        "p": "https://w3id.org/eakg/ontology#entitledToAttend",
        "o": "https://w3id.org/eakg/id/apt-som-2020-07-20",
        "format": "html",
    }
)
_MANY = 200  # pages, evenly spread
PAGES = (
    "/",
    "/things",
    "/things?kind=Meeting",
    "/doc/apt-som-2020-07-20",
    "/doc/asean-plus-three",
    "/doc/rok",
    "/doc/china?section=acts&years=2020",
    "/doc/a030",
    "/doc/record-2020-04-14",
    "/doc/record-2020-07-23/E6",
    "/graph/background/medical-teams",
    "/graph/source/record-2020-07-23",
    f"/explain?{MALAYSIA}",
    "/rules",
)
Look = Callable[[Page], None]


def test_from_the_front_page_to_the_sentence(page: Page, look: Look) -> None:
    page.goto("/")
    page.get_by_role("link", name="ASEAN Plus Three", exact=True).click()
    expect(page.locator("h1")).to_have_text("ASEAN Plus Three")
    # The page has the latest of them, and leads to all.
    page.locator("p.rest a", has_text="Meetings").first.click()
    meetings = page.get_by_role("region", name="Meetings, by date")
    meetings.get_by_role("link", name="ASEAN Plus Three SOM, 20 July 2020").click()
    expect(page.locator("h1")).to_contain_text("20 July 2020")
    entitled = page.locator("dl.facts > div", has_text="entitled to attend it")
    malaysia = entitled.locator("li", has_text="Malaysia")
    malaysia.get_by_role("link", name="why").click()
    expect(page.locator("h1")).to_contain_text("Malaysia entitled to attend")
    look(page)
    page.locator("h1").get_by_role("link", name="ASEAN Plus Three SOM, 20 July 2020").click()
    attendance = page.locator("dl.facts > div", has_text="attended by")
    attendance.locator("li", has_text="Japan").get_by_role("link", name="sentence").click()
    marked = page.locator(":target")
    expect(marked).to_be_in_viewport()
    sentence = page.locator(".sentence:has(:target)")
    expect(sentence).to_contain_text("In those two days ASEAN met China, Japan")


def test_an_annotation_leads_back_to_its_thing(page: Page) -> None:
    page.goto("/doc/record-2020-07-23")
    page.locator(".text a", has_text="paid a visit").click()
    expect(page.locator("h1")).to_contain_text("visit")
    page.locator("section.part", has_text="In the texts").locator("a.why").first.click()
    expect(page.locator(":target")).to_be_in_viewport()


def test_which_members_of_asean_received_a_medical_team(page: Page) -> None:
    page.goto("/")
    answer = page.locator("section.story", has_text="Chinese medical team")
    for member in ("Cambodia", "Laos", "Malaysia", "Myanmar", "Philippines"):
        expect(answer).to_contain_text(member)
    answer.get_by_role("link", name="Cambodia", exact=True).first.click()
    expect(page.locator("section.part", has_text="Acts, by date")).to_contain_text("medical")


def test_the_keyboard_alone(page: Page) -> None:
    page.goto("/doc/apt-som-2020-07-20")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_print_leaves_out_the_menu(page: Page) -> None:
    page.goto("/doc/rok")
    page.emulate_media(media="print")
    expect(page.locator("header.site nav")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()


@looks(["/design"], in_turn=False)
def test_components_are_accessible(page: Page, look: Look, path: str) -> None:
    page.goto(path)
    look(page)


@looks(PAGES)
def test_pages_are_accessible(page: Page, look: Look, path: str) -> None:
    page.goto(path)
    look(page)


@pytest.mark.skipif(not SOAK, reason="200 pages take ten minutes; make soak looks at them")
def test_many_pages_are_accessible(page: Page, look: Look, site: str) -> None:
    with urllib.request.urlopen(f"{site}/sitemap.xml") as answer:
        paths = re.findall(r"<loc>https?://[^/]*([^<]*)</loc>", answer.read().decode())
    paths.remove("/sparql")  # its editor has a test of its own
    for path in paths[:: max(1, len(paths) // _MANY)]:
        page.goto(path)
        look(page)
