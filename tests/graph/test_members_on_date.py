"""The saved query for members on a date, asked for other dates and bodies than its own."""

import pytest

from eakg.dataset.layout import Layout
from eakg.names import ID
from eakg.queries.ask.endpoint import StoreEndpoint
from eakg.queries.contract.saved import read_query
from eakg.store.embedded import EmbeddedStore
from helpers.answers import APT, ARF, ASEAN, EAS, NEGOTIATORS
from helpers.saved_query_files import values_in

FOUNDERS = {"indonesia", "malaysia", "philippines", "singapore", "thailand"}
FIRST_SUMMIT = EAS - {"russia", "united-states"}
Members = dict[str, set[str]]


class Asked:
    """The query with another date, and the body and role that count changed in its text."""

    def __init__(self, layout: Layout, store: EmbeddedStore) -> None:
        self.endpoint = StoreEndpoint(store)
        self.query = read_query(layout.queries / "members-on-date.rq")
        self.text = self.query.text

    def on(self, day: str, also: str = "") -> Members:
        text = self.query.bound({"date": day}).replace(
            "(id:asean id:role-member)", f"(id:asean id:role-member) {also}"
        )
        members: Members = {}
        for row in values_in(self.endpoint.select(text, "full")).rows:
            body, _, actor, _ = (cell.removeprefix(str(ID)) for cell in row)
            members.setdefault(body, set()).add(actor)
        return members


@pytest.fixture(scope="module")
def asked(layout: Layout, shipped_store: EmbeddedStore) -> Asked:
    return Asked(layout, shipped_store)


def test_on_the_day_of_the_article(asked: Asked) -> None:
    assert asked.on("2020-07-23") == {
        "asean": ASEAN,
        "asean-china-10plus1": ASEAN | {"china"},
        "asean-plus-three": APT,
        "eas": EAS,
        "arf": ARF,
        "rcep": NEGOTIATORS,
    }


@pytest.mark.parametrize(
    ("day", "members"),
    [
        ("1967-08-07", set()),
        ("1967-08-08", FOUNDERS),
        ("1984-01-06", FOUNDERS),
        ("1984-01-07", FOUNDERS | {"brunei"}),
        ("1990-01-01", FOUNDERS | {"brunei"}),
        ("1995-07-28", FOUNDERS | {"brunei", "vietnam"}),
        ("1998-01-01", ASEAN - {"cambodia"}),
        ("1999-04-30", ASEAN),
        ("2025-01-01", ASEAN),
    ],
)
def test_members_of_asean_over_time(asked: Asked, day: str, members: set[str]) -> None:
    assert asked.on(day).get("asean", set()) == members


@pytest.mark.parametrize("day", ["1967-08-08", "2005-07-29", "2011-03-04", "2020-07-23"])
def test_timor_leste_is_no_member_of_asean(asked: Asked, day: str) -> None:
    members = asked.on(day)
    assert "timor-leste" not in members["asean"]
    assert ("timor-leste" in members.get("arf", set())) == (day >= "2005-07-29")


def test_india_negotiated_until_it_left(asked: Asked) -> None:
    assert asked.on("2019-01-01")["rcep"] == NEGOTIATORS | {"india"}
    assert "india" in asked.on("2019-11-04")["rcep"]
    assert asked.on("2019-11-05")["rcep"] == NEGOTIATORS
    assert "rcep" not in asked.on("2013-05-08")
    assert "india" in asked.on("2020-07-23")["eas"]


def test_the_pact_has_signatories_from_its_signing_on(asked: Asked) -> None:
    signatories = "(id:rcep id:role-signatory)"
    after = asked.on("2020-11-16", signatories)
    assert after["rcep"] == NEGOTIATORS
    assert "rcep" not in asked.on("2020-11-16")
    text = asked.text.replace("(id:rcep id:role-negotiating-participant)", signatories)
    assert text != asked.text
    rows = values_in(asked.endpoint.select(text, "full")).rows
    assert not [row for row in rows if row[0] == str(ID.rcep)]


@pytest.mark.parametrize(
    ("day", "number"),
    [("2005-12-13", 0), ("2005-12-14", 16), ("2010-01-01", 16), ("2011-11-19", 18)],
)
def test_the_east_asia_summit_grew(asked: Asked, day: str, number: int) -> None:
    members = asked.on(day).get("eas", set())
    assert len(members) == number
    if number == 16:
        assert members == FIRST_SUMMIT


@pytest.mark.parametrize(
    ("day", "number"), [("1994-07-25", 18), ("2004-07-01", 23), ("2006-07-28", 26)]
)
def test_the_regional_forum_grew(asked: Asked, day: str, number: int) -> None:
    assert len(asked.on(day)["arf"]) == number


@pytest.mark.parametrize(
    ("day", "chair"),
    [("2019-12-31", set()), ("2020-01-01", {"vietnam"}), ("2020-12-31", {"vietnam"})],
)
def test_the_chair_of_2020(asked: Asked, day: str, chair: set[str]) -> None:
    chairs = asked.on(day, "(id:asean-chairmanship-2020 id:role-chair)")
    assert chairs.get("asean-chairmanship-2020", set()) == chair


def test_a_role_that_does_not_count_adds_nobody(asked: Asked) -> None:
    partners = asked.on("2020-07-23", "(id:asean id:role-dialogue-partner)")["asean"]
    assert {"united-states", "china", "canada", "european-union"} <= partners
    assert not (partners - ASEAN) & asked.on("2020-07-23")["asean"]
