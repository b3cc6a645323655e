"""What visitors ask, and the question with the values that must be first."""

from csv import reader
from html import unescape
from re import DOTALL, findall, search, sub

import pytest
from flask.testing import FlaskClient

from eakg.serve.pages.search import view
from eakg.sparql import TimeLimitExceededError

HTML = {"Accept": "text/html"}
YEAR, JULY = "from=2020-01-01&to=2020-12-31", "from=2020-07-01&to=2020-07-31"


def questions(client: FlaskClient, words: str) -> list[str]:
    """The questions that a search offers, the first first."""
    page = client.get("/search", query_string={"q": words}, headers=HTML).text
    links = findall(r'href="(/(?:queries|overviews)/[^"]+)"', page.split("<main", 1)[1])
    return [unescape(link).replace("%3A", ":") for link in links]


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("who chaired what in July 2020", f"queries/chaired-in-period?{JULY}"),
        ("who chaired which meetings in July 2020", f"queries/chaired-in-period?{JULY}"),
        ("who chaired which meetings in 2020", f"queries/chaired-in-period?{YEAR}"),
        (
            "who chaired a meeting on 20 July 2020",
            "queries/chaired-in-period?from=2020-07-20&to=2020-07-20",
        ),
        ("who chaired the meetings of the record", "queries/cq24-chairs"),
        ("which meetings did Viet Nam chair in 2020", "meetings-chaired-for"),
        ("Vietnam chair 2020", f"queries/meetings-chaired-for?actor=id:vietnam&{YEAR}"),
        ("Vietnam chaired 2020", f"queries/meetings-chaired-for?actor=id:vietnam&{YEAR}"),
        *(
            (words, "queries/membership-in-body?actor=id:timor-leste&body=id:asean")
            for words in (
                "since when is Timor-Leste a member of ASEAN and how do we know",
                "since when is Timor-Leste a member of ASEAN",
                "when did Timor-Leste become a member of ASEAN",
                "when did East Timor join ASEAN",
                "Timor-Leste joined ASEAN",
            )
        ),
        *(
            (words, "queries/parties-of-agreement?agreement=id:rcep")
            for words in (
                "is RCEP in force for Indonesia and since when",
                "is RCEP in force for Indonesia",
                "RCEP in force Indonesia",
            )
        ),
        ("RCEP Indonesia", "queries/membership-in-body?actor=id:indonesia&body=id:rcep"),
        ("who gave vaccines to Cambodia", "queries/gifts-to-recipient?recipient=id:cambodia"),
        ("what did Russia give to Laos", "queries/gifts-to-recipient?recipient=id:laos"),
        ("which meetings took place in Hanoi in 2020", "queries/meetings-in-place?within=id:hanoi"),
        ("what did Japan give", "queries/gifts-of-giver?giver=id:japan"),
        ("which statements were not confirmed", "overviews/findings"),
        (
            "which statements of the July 2020 commentary were not confirmed",
            "overviews/findings",
        ),
        ("which members of ASEAN got Chinese medical teams", "queries/cq08-medical-teams"),
        ("which members of ASEAN got no Chinese medical team", "queries/cq09-no-medical-team"),
        ("which agreements did Indonesia sign", "agreements-of-party?party=id:indonesia"),
        ("who praised China", "queries/cq13-who-praised-china"),
        ("meetings in Hanoi", "queries/meetings-in-place?within=id:hanoi"),
        ("which states negotiated RCEP in July 2020", "queries/cq21-rcep-negotiators"),
        ("who chaired ASEAN", "queries/chairs-of-body?body=id:asean"),
    ],
)
def test_the_question_that_is_meant_is_first(
    shipped_client: FlaskClient, words: str, path: str
) -> None:
    links = questions(shipped_client, words)
    assert links and path in links[0], links


@pytest.mark.parametrize(
    "words",
    ["Indonesia", "July 2020", "what did China and Singapore set up", "what has ASEAN forgotten"],
)
def test_what_shares_no_word_with_a_question_asks_none(
    shipped_client: FlaskClient, words: str
) -> None:
    assert not questions(shipped_client, words)


def answer(client: FlaskClient, words: str) -> list[str]:
    """The lines with which the answer to the first question begins."""
    page = client.get("/search", query_string={"q": words}, headers=HTML).text
    rows = search(r'<ul class="answer">(.*?)</ul>', page, DOTALL)
    lines = findall(r"<li>(.*?)</li>", rows[1], DOTALL) if rows else []
    return [unescape(sub(r"<[^>]+>", "", line)) for line in lines]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        # Facts: who chaired, on which days, and since when.
        (
            "who chaired what in July 2020",
            "ASEAN Plus Three SOM, 20 July 2020, Viet Nam, Nguyen Quoc Dung, 20 July 2020",
        ),
        (
            "since when is Timor-Leste a member of ASEAN",
            "Timor-Leste: member, Association of Southeast Asian Nations, member, 26 October 2025",
        ),
    ],
)
def test_the_answer_stands_on_the_page(shipped_client: FlaskClient, words: str, line: str) -> None:
    assert line in answer(shipped_client, words)


def test_rows_of_the_things_that_are_named_go_first(shipped_client: FlaskClient) -> None:
    first, *_, last = answer(shipped_client, "is RCEP in force for Indonesia and since when")
    assert first.startswith("Indonesia, ")
    assert "2 January 2023" in first
    page = shipped_client.get("/queries/parties-of-agreement?agreement=id:rcep&format=csv").text
    number = len(list(reader(page.splitlines()))) - 1
    assert last == f"and {number - 5} more"


@pytest.mark.parametrize("words", ["who chaired", "members", "meetings chaired in 1066"])
def test_what_words_do_not_fill_in_or_nothing_answers_is_not_answered(
    shipped_client: FlaskClient, words: str
) -> None:
    assert questions(shipped_client, words)
    assert not answer(shipped_client, words)


def test_a_value_that_no_word_gave_is_told(shipped_client: FlaskClient) -> None:
    page = shipped_client.get("/search?q=members+of+ASEAN", headers=HTML).text
    assert "With date: 2020-07-23, where you choose no other:" in page
    page = shipped_client.get("/search?q=is+RCEP+in+force+for+Indonesia", headers=HTML).text
    assert "With date: 2022-01-01, where you choose no other." in page


def test_a_page_without_its_answer_is_not_kept(
    shipped_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "/search?q=who+chaired+what+in+July+2020"
    whole = shipped_client.get(address, headers=HTML)
    assert whole.headers["ETag"]

    def run_long(question: object) -> None:
        raise TimeLimitExceededError(f"{question} runs long", 1)

    monkeypatch.setattr(view, "answer_start", run_long)
    response = shipped_client.get(address, headers=HTML)
    assert response.status_code == 200
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"
    assert questions(shipped_client, "who chaired what in July 2020")
