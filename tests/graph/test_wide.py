"""The wide graph, counted: parties, members and chairs as they are known elsewhere."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from rdflib import Graph, Node

from eakg.dataset.layout import Layout
from eakg.names import EAKG, ID

PARTIES = {
    "tac": 58,  # with the European Union, after the accession of Finland
    "rcep": 15,
    "cptpp": 12,
    "seanwfz": 10,
    "asean-charter": 11,
    "aiib-articles": 57,  # the founders
    "bimstec-charter": 7,
    "amro-agreement": 13,
    "mekong-agreement-1995": 4,
    "tcs-agreement": 3,
    "aanzfta": 12,
    "acfta-framework-2002": 11,
    "aifta-goods-2009": 11,
    "ajcep": 11,
    "akfta-goods-2006": 11,
    "atiga": 10,
    "doc-2002": 11,
}
MEMBERS = {
    ("apec", "member"): 21,
    ("asem", "participant"): 53,
    ("ipef", "participant"): 14,
    ("cmim", "party"): 14,
    ("admm", "member"): 10,
    ("admm-plus", "member"): 18,
    ("bimstec", "member"): 7,
    ("lmc", "member"): 6,
    ("mgc", "member"): 6,
    ("acmecs", "member"): 5,
    ("mrc", "member"): 4,
    ("bimp-eaga", "member"): 4,
    ("imt-gt", "member"): 3,
    ("sco", "member"): 10,
    ("tcs", "member"): 3,
    ("quad", "participant"): 4,
    ("amro", "member"): 13,
    ("asean-japan-centre", "member"): 11,
}
IN_FORCE_FIRST = {
    "brunei", "cambodia", "laos", "singapore", "thailand", "vietnam",
    "australia", "china", "japan", "new-zealand",
}  # fmt: skip


def parties(graph: Graph, agreement: str) -> set[Node | None]:
    adherences = graph.subjects(EAKG.adherenceTo, ID[agreement])
    return {graph.value(adherence, EAKG.adherent) for adherence in adherences}


@pytest.mark.parametrize("agreement", PARTIES)
def test_parties_of_agreements(said: Graph, agreement: str) -> None:
    assert len(parties(said, agreement)) == PARTIES[agreement]


@pytest.mark.parametrize(("body", "role"), MEMBERS)
def test_members_of_bodies(said: Graph, body: str, role: str) -> None:
    memberships = set(said.subjects(EAKG.memberOfBody, ID[body]))
    memberships &= set(said.subjects(EAKG.role, ID[f"role-{role}"]))
    assert len({said.value(one, EAKG.member) for one in memberships}) == MEMBERS[body, role]


def test_rcep_entered_into_force_for_ten_first(said: Graph) -> None:
    there = {
        str(said.value(adherence, EAKG.adherent)).removeprefix(str(ID))
        for adherence in said.subjects(EAKG.adherenceTo, ID["rcep"])
        if str(said.value(adherence, EAKG.inForceForPartyOn)) == "2022-01-01"
    }
    assert there == IN_FORCE_FIRST


def test_parties_to_the_treaty_of_amity_by_year(said: Graph) -> None:
    years: Counter[str] = Counter()
    for adherence in said.subjects(EAKG.adherenceTo, ID["tac"]):
        for property_ in (EAKG.signedByPartyOn, EAKG.accededOn):
            years.update({str(day)[:4] for day in said.objects(adherence, property_)})
    assert years["1976"] == 5
    assert years["2022"] == 7


def test_sources_disagree_on_three_accessions(said: Graph) -> None:
    several = {
        str(adherence).rpartition("/")[2]: sorted(map(str, days))
        for adherence in said.subjects(EAKG.adherenceTo, ID["tac"])
        if len(days := list(said.objects(adherence, EAKG.accededOn))) > 1
    }
    assert several == {
        "papua-new-guinea": ["1989-07-05", "1989-07-06"],
        "new-zealand": ["2005-07-25", "2005-07-28"],
        "france": ["2006-07-20", "2007-01-13"],
    }


def test_the_chair_of_2017_was_the_philippines(said: Graph) -> None:
    (membership,) = said.subjects(EAKG.memberOfBody, ID["asean-chairmanship-2017"])
    assert said.value(membership, EAKG.member) == ID["philippines"]


def test_economies_are_no_states(full: Graph) -> None:
    for economy in full.subjects(predicate=None, object=EAKG.Economy):
        if economy in ID:
            assert (economy, None, EAKG.State) not in full


def test_the_coverage_page_counts_the_tables(layout: Layout, repository: Path) -> None:
    page = (repository / "docs/coverage.md").read_text("utf-8")
    told = {
        name: int(rows)
        for name, rows in re.findall(r"\| `((?:wide|data)-[\w-]+)` \| (\d+) \|", page)
    }
    counted = {}
    for path in layout.tables():
        if path.stem.startswith(("wide-", "data-")):
            with path.open(encoding="utf-8", newline="") as file:
                counted[path.stem] = len(list(csv.DictReader(file)))
    assert told == counted
