"""Meetings from 1967 on: who may attend, who chaired, and how many there were."""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

import pytest
from rdflib import Graph, Node, URIRef

from eakg.dataset.layout import Layout
from eakg.names import EAKG, ID

Rows = list[dict[str, str]]
LEFT_OUT = {"amm-33-2000-07-24", "apt-fmm-1-2000-07-26", "arf-7-2000-07-27"}
"""Chaired by one who later spoke for another; see docs/coverage.md."""
NUMBERED = {
    "asean-summit-series": 47,
    "asean-informal-summit-series": 4,
    "apt-summit-series": 28,
    "eas-summit-series": 20,
    "asean-china-summit-series": 28,
    "asean-japan-summit-series": 28,
    "asean-rok-summit-series": 26,
    "cjk-summit-series": 9,
    "amm-series": 58,
    "arf-ministerial-series": 32,
    "admm-plus-series": 12,
}
"""How many numbered meetings there were by October 2025, from 1 on without a gap."""


@pytest.fixture(scope="module")
def rows(layout: Layout) -> Rows:
    with (layout.background / "wide-meetings.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def slug(node: Node | None) -> str:
    return str(node).removeprefix(str(ID))


def latest(graph: Graph, thing: Node) -> str:
    return max((str(day) for day in graph.objects(thing, EAKG.notBefore)), default="")


def earliest(graph: Graph, thing: Node) -> str:
    return min((str(day) for day in graph.objects(thing, EAKG.notAfter)), default="9999")


def seats(graph: Graph, actor: Node, meeting: Node) -> Iterator[Node]:
    """The memberships of an actor in mechanisms within which a meeting was held."""
    for mechanism in graph.objects(meeting, EAKG.heldWithin):
        for membership in graph.subjects(EAKG.seatIn, mechanism):
            if (membership, EAKG.member, actor) in graph:
                yield membership


def test_nobody_is_entitled_to_a_meeting_before_it_belonged_or_after(full: Graph) -> None:
    entitled = list(full.subject_objects(EAKG.entitledToAttend))
    assert len(entitled) > 2000
    for actor, meeting in entitled:
        first, last = latest(full, meeting), earliest(full, meeting)
        assert any(
            latest(full, membership) <= first and last <= earliest(full, membership)
            for membership in seats(full, actor, meeting)
        ), (slug(actor), slug(meeting))


def test_everybody_with_a_seat_is_entitled_where_seats_are_open(full: Graph) -> None:
    for meeting, mechanism in full.subject_objects(EAKG.openToSeatsIn):
        members = {
            full.value(membership, EAKG.member)
            for membership in full.subjects(EAKG.seatIn, mechanism)
        }
        assert set(full.subjects(EAKG.entitledToAttend, meeting)) >= members, slug(meeting)


@pytest.mark.parametrize(
    ("actor", "meeting", "entitled"),
    [
        ("cambodia", "asean-summit-1-1976-02-23", False),
        ("indonesia", "asean-summit-1-1976-02-23", False),  # true, and not known by inference
        ("cambodia", "asean-summit-7-2001-11-05", True),
        ("timor-leste", "asean-summit-46-2025-05-26", False),
        ("russia", "eas-summit-5-2010-10-30", False),
        ("russia", "eas-summit-6-2011-11-19", True),
        ("sri-lanka", "arf-13-2006-07-28", False),
        ("sri-lanka", "arf-15-2008-07-24", True),
        ("united-states", "apt-summit-20-2017-11-14", False),
        ("mongolia", "arf-som-2020-07-21", True),
    ],
)
def test_who_was_entitled(full: Graph, actor: str, meeting: str, entitled: bool) -> None:
    assert (ID[meeting], EAKG.heldUnder, None) in full
    assert ((ID[actor], EAKG.entitledToAttend, ID[meeting]) in full) is entitled


def test_whom_meetings_were_chaired_for_is_what_their_rows_say(full: Graph, rows: Rows) -> None:
    for row in rows:
        told = {ID[state] for state in row["chaired_for"].split("|") if state}
        assert set(full.objects(ID[row["id"]], EAKG.chairedFor)) == told, row["id"]


@pytest.mark.parametrize("series", NUMBERED)
def test_numbers_of_a_series_have_no_gap(said: Graph, series: str) -> None:
    numbers = sorted(
        int(str(number))
        for meeting in said.subjects(EAKG.heldUnder, ID[series])
        for number in said.objects(meeting, EAKG.numberInSeries)
    )
    assert numbers == list(range(1, NUMBERED[series] + 1))


def test_every_meeting_of_the_dossier_is_there(said: Graph, facts: Callable[[str], Rows]) -> None:
    for row in facts("wide/meetings/meetings"):
        meeting = ID[row["id"]]
        assert said.value(meeting, EAKG.heldUnder) == ID[row["series"]]
        assert {slug(state) for state in said.objects(meeting, EAKG.chairedFor)} == set(
            filter(None, row["chair_state"].split("|"))
        )
        assert {slug(host) for host in said.objects(meeting, EAKG.host)} == set(
            filter(None, row["host"].split("|"))
        )
        assert {slug(place) for place in said.objects(meeting, EAKG.place)} == set(
            filter(None, row["place"].split("|"))
        )
        chairs = {slug(person) for person in said.objects(meeting, EAKG.hasChair)}
        assert chairs == (
            set() if row["id"] in LEFT_OUT else set(filter(None, row["chair_person"].split("|")))
        )
        first, last = latest(said, meeting), earliest(said, meeting)
        assert row["not_before"] in {first, ""} or row["note"], row["id"]
        assert first <= last


def decades(meetings: Iterable[tuple[str, str]]) -> Counter[tuple[str, str]]:
    return Counter((series, f"{day[:3]}0s") for series, day in meetings)


def test_meetings_by_series_and_decade(said: Graph, facts: Callable[[str], Rows]) -> None:
    rows = facts("wide/meetings/meetings")
    told = decades((row["series"], row["not_before"]) for row in rows)
    found = decades(
        (
            slug(said.value(meeting, EAKG.heldUnder)),
            latest(said, meeting) or earliest(said, meeting),
        )
        for meeting in (ID[row["id"]] for row in rows)
    )
    assert len(told) > 40
    assert found == told


def test_unconfirmed_days_stand_beside_what_a_page_says(said: Graph) -> None:
    """A page gives the round of 6 to 11 October 2024; the day is general knowledge."""
    meeting = ID["eas-summit-19-2024-10-11"]
    assert {str(day) for day in said.objects(meeting, EAKG.notBefore)} == {
        "2024-10-06",
        "2024-10-11",
    }


def test_host_and_chair_are_two_things(said: Graph) -> None:
    sars = ID["asean-special-summit-sars-2003-04-29"]
    assert said.value(sars, EAKG.host) == ID["thailand"]
    assert said.value(sars, EAKG.chairedFor) == ID["cambodia"]
    commemorative: URIRef = ID["asean-japan-commemorative-summit-2023-12-17"]
    assert {slug(state) for state in said.objects(commemorative, EAKG.chairedFor)} == {
        "japan",
        "indonesia",
    }


def test_meetings_held_back_to_back(full: Graph) -> None:
    pairs: dict[str, set[str]] = defaultdict(set)
    for one, other in full.subject_objects(EAKG.backToBackWith):
        pairs[str(full.value(one, EAKG.numberInSeries))].add(
            str(full.value(other, EAKG.numberInSeries))
        )
    assert pairs == {
        one: {other}
        for pair in (("28", "29"), ("38", "39"), ("40", "41"), ("44", "45"))
        for one, other in (pair, pair[::-1])
    }
