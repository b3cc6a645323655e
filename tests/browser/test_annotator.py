"""The annotator in a browser, by the keyboard alone, and looked at by axe."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from eakg.dataset.suggestions import NOTE
from helpers.house import ROOT
from helpers.patience import BROWSER_MILLISECONDS
from helpers.small_dataset import write_small_dataset

Look = Callable[[Page], None]
FIRST = "Japan gave masks to Laos on 5 March 2020."


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """The folder of a document without annotations."""
    write_small_dataset(tmp_path, ROOT)
    sources = tmp_path / "graph/sources"
    (sources / "note/note.ann").write_text("", "utf-8")
    return sources


@pytest.fixture
def address(documents: Path) -> Iterator[str]:
    """The address that the command prints."""
    command = [sys.executable, "-m", "eakg", "annotate", str(documents / "note"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        line = process.stdout.readline()
        match = re.fullmatch(
            r"Annotate at (http://127\.0\.0\.1:\d+/documents/note\?token=\S+)\n", line
        )
        assert match, line
        yield match[1]
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == os.EX_OK


@pytest.fixture
def annotator(chromium: Browser, address: str) -> Iterator[Page]:
    """The page of the document. It says nothing on the console and asks nobody else."""
    page = chromium.new_page(viewport={"width": 1400, "height": 900}, locale="en")
    page.set_default_timeout(BROWSER_MILLISECONDS)
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    site = address.partition("/documents")[0]
    page.on("request", lambda one: None if one.url.startswith(site) else said.append(one.url))
    page.goto(address)
    yield page
    page.close()
    # The console says so itself where an edit was refused on purpose.
    assert [one for one in said if "status of 409" not in one] == []


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_sentence_by_the_keyboard(annotator: Page, documents: Path, look: Look) -> None:
    page, file = annotator, documents / "note/note.ann"
    expect(page).to_have_url(re.compile(r"/documents/note$"))  # without the token
    text = page.locator("#text")

    # A thing, found by its name.
    text.focus()
    expect(page.locator("#words")).to_have_value("Japan")
    press(page, "Enter")
    expect(page.locator("#mark-thing option")).to_have_text(["Japan (State), japan"])
    press(page, "ArrowDown", "Enter")
    expect(page.locator("#annotation h2")).to_have_text("T1 State Japan")
    expect(text).to_be_focused()
    expect(page.locator("#words")).to_have_value("Japan")  # and one goes on from there

    # Another, some words on.
    press(page, *["ArrowRight"] * 4)
    expect(page.locator("#words")).to_have_value("Laos")
    press(page, "Enter")
    expect(page.locator("#mark-thing option").first).to_have_text("Laos (State), laos")
    press(page, "ArrowDown", "Enter")
    expect(page.locator("#annotation h2")).to_have_text("T2 State Laos")

    # A day, of several words, by its type.
    press(page, *["ArrowRight"] * 2, *["Shift+ArrowRight"] * 2)
    expect(page.locator("#spans")).to_have_value("28 40")
    page.locator("#type").select_option("Date")
    page.get_by_role("button", name="Mark", exact=True).press("Enter")
    expect(page.locator("#annotation")).to_contain_text("DATE:2020-03-05")

    # An event, with a role that is picked in the text.
    text.focus()
    press(page, "Home", "ArrowRight")
    expect(page.locator("#words")).to_have_value("gave")
    page.locator("#type").select_option("MaterialAid")
    page.get_by_role("button", name="Mark", exact=True).press("Enter")
    expect(page.locator("#annotation h2")).to_have_text("E1 MaterialAid gave")
    expect(page.locator("#findings")).to_contain_text("role Agent")
    look(page)
    page.get_by_role("button", name="Pick Agent in the text").press("Enter")
    expect(text).to_be_focused()
    press(page, "Home", " ")
    expect(page.locator(".entries")).to_contain_text("Agent T1 Japan")
    page.locator("#role-Recipient").select_option("T2")
    page.get_by_role("button", name="Add to Recipient").press("Enter")
    expect(page.locator(".entries")).to_contain_text("Recipient T2 Laos")
    assert file.read_text("utf-8").splitlines() == [
        "T1\tState 0 5\tJapan",
        "T2\tState 20 24\tLaos",
        "T3\tDate 28 40\t5 March 2020",
        "T4\tMaterialAid 6 10\tgave",
        *file.read_text("utf-8").splitlines()[4:7],
        "E1\tMaterialAid:T4 Agent:T1 Recipient:T2",
    ]
    expect(page.locator("#findings")).not_to_contain_text("role Agent")

    # Taken back.
    text.focus()
    press(page, "Control+z")
    expect(page.locator(".entries")).not_to_contain_text("Recipient T2 Laos")
    assert "\tMaterialAid:T4 Agent:T1\n" in file.read_text("utf-8")


def test_what_other_words_found_cannot_be_chosen(annotator: Page) -> None:
    page = annotator
    page.locator("#text").focus()
    expect(page.locator("#words")).to_have_value("Japan")
    press(page, "Enter")
    things = page.locator("#mark-thing option")
    expect(things).to_have_text(["Japan (State), japan"])
    held: list[Route] = []
    page.route(
        re.compile(r"/things\?"), lambda route: held.append(route)
    )  # the answers are long in coming
    with page.expect_request(
        re.compile(r"find=Laos\b")
    ):  # what is typed slowly is asked for before
        page.locator("#mark-find").press_sequentially("Laos")
    expect(things).to_have_count(0)
    with page.expect_response(re.compile(r"find=Laos\b")):
        while not any("find=Laos" in route.request.url for route in held):
            page.wait_for_timeout(20)
        for route in held:
            route.continue_()
    expect(things.first).to_have_text("Laos (State), laos")


TYPE_INTO_EACH_LIST = """() => {
  const others = [];
  for (const list of document.querySelectorAll("select")) {
    for (const option of list.options) {
      for (const whole of new Set([option.value, option.text])) {
        if (!whole) continue;
        list.value = list.options[list.options.length - 1].value;
        list.blur();
        list.focus();
        for (const key of whole) {
          const init = { key, bubbles: true, cancelable: true };
          list.dispatchEvent(new KeyboardEvent("keydown", init));
        }
        if (list.value !== option.value) others.push([list.id, whole, list.value]);
      }
    }
  }
  return others;
}"""
"""Types each whole name of each list; gives those that chose something else."""


def test_a_whole_name_is_chosen_before_one_that_begins_with_it(
    annotator: Page, documents: Path
) -> None:
    page, file = annotator, documents / "note/note.ann"
    file.write_text(
        "T1\tMaterialAid 6 10\tgave\n"
        "E1\tMaterialAid:T1\n"
        "T3\tState 0 5\tJapan\n"
        "T20\tState 20 24\tLaos\n"
        "T2\tState 75 79\tLaos\n",
        "utf-8",
    )
    page.goto(page.url.partition("?")[0] + "?at=E1")
    agent = page.locator("#role-Agent")
    assert agent.input_value() == "T3"  # and T20 stands before T2
    agent.press_sequentially("T2")
    expect(agent).to_have_value("T2")
    agent.press("0")
    expect(agent).to_have_value("T20")
    page.get_by_text("Type, other references, relations, removal").click()
    page.locator("#mark-find").fill("a")
    expect(page.locator("#mark-thing option")).not_to_have_count(0)
    assert page.evaluate(TYPE_INTO_EACH_LIST) == []
    # The beginning of a name will do where nothing has it whole.
    kinds = page.locator("#type")
    kinds.blur()
    kinds.press_sequentially("meetingr")
    expect(kinds).to_have_value("MeetingRound")


def test_suggestions_are_gone_through_by_the_keyboard(
    annotator: Page, documents: Path, look: Look
) -> None:
    page, file = annotator, documents / "note/note.ann"
    file.write_text(
        "T1\tState 0 5\tJapan\n"
        f"#1\tAnnotatorNotes T1\t{NOTE}\n"
        "T2\tTopic 11 16\tmasks\n"
        f"#2\tAnnotatorNotes T2\t{NOTE}\n"
        "T3\tState 20 24\tLaos\n"
        f"#3\tAnnotatorNotes T3\t{NOTE}\n",
        "utf-8",
    )
    page.reload()
    look(page)
    page.get_by_role("button", name="It is right T1").press("Enter")
    expect(page.get_by_role("button", name="It is right T2")).to_be_focused()
    press(page, "Tab")
    expect(page.get_by_role("button", name="It is wrong T2")).to_be_focused()
    press(page, "Enter")
    expect(page.get_by_role("button", name="It is right T3")).to_be_focused()
    lines = file.read_text("utf-8").splitlines()
    assert [line.partition("\t")[0] for line in lines] == ["T1", "T3", "#3"]


def test_two_edits_of_one_version_in_a_narrow_window(
    annotator: Page, documents: Path, look: Look
) -> None:
    page, file = annotator, documents / "note/note.ann"
    page.set_viewport_size({"width": 360, "height": 900})
    # As the mouse does it.
    page.locator(".sentence").first.evaluate(
        """(sentence) => {
          const node = sentence.firstChild;
          document.getSelection().setBaseAndExtent(node, 11, node, 24);
        }"""
    )
    expect(page.locator("#spans")).to_have_value("11 24")
    expect(page.locator("#words")).to_have_value(FIRST[11:24])
    page.locator("#type").select_option("Topic")
    file.write_text("T1\tState 0 5\tJapan\n", "utf-8")
    page.get_by_role("button", name="Mark", exact=True).click()
    expect(page.locator("h1")).to_have_text("The file was changed in the meantime")
    look(page)
    page.get_by_role("button", name="Write mine, too").click()
    expect(page.locator("#annotation h2")).to_have_text(f"T2 Topic {FIRST[11:24]}")
    look(page)
    assert file.read_text("utf-8").splitlines()[1] == f"T2\tTopic 11 24\t{FIRST[11:24]}"
    page.get_by_role("link", name="Documents").click()
    expect(page.locator("h1")).to_have_text("Documents")
