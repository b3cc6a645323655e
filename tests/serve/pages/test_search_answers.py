"""What visitors ask, and the question with the values that must be first."""

from html import unescape
from re import findall

import pytest
from flask.testing import FlaskClient

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
        ("Vietnam chair 2020", f"queries/meetings-chaired-for?{YEAR}&actor=id:vietnam"),
        ("Vietnam chaired 2020", f"queries/meetings-chaired-for?{YEAR}&actor=id:vietnam"),
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
        ("is RCEP in force for Indonesia and since when", "in-force-on-day?agreement=id:rcep"),
        ("is RCEP in force for Indonesia", "in-force-on-day?agreement=id:rcep"),
        ("RCEP in force Indonesia", "agreement?agreement=id:rcep"),
        ("RCEP Indonesia", "queries/membership-in-body?body=id:rcep&actor=id:indonesia"),
        ("who gave vaccines to Cambodia", "queries/gifts-to-recipient?recipient=id:cambodia"),
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
