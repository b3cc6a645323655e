"""The traps of the facts dossier (its section 4), by their number there, against the graph."""

import csv
import re
from collections.abc import Callable

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from eakg.dataset import shipped_layout
from eakg.names import EAKG, ID, OA
from helpers.answers import APT, ARF, ASEAN, EAS
from helpers.record import JULY, RECORD, Rows, cell, ids, quotes_of, slug

# On 23 July 2020


def members(graph: Graph, body: str, *roles: str, day: str = "2020-07-23") -> set[str]:
    values = " ".join(f"id:role-{role}" for role in roles)
    rows = graph.query(
        f"""
        PREFIX eakg: <{EAKG}>
        PREFIX id: <{ID}>
        PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
        SELECT DISTINCT ?member WHERE {{
          VALUES ?role {{ {values} }}
          ?membership eakg:memberOfBody <{ID[body]}> ; eakg:member ?member ; eakg:role ?role .
          OPTIONAL {{ ?membership eakg:notBefore ?start }}
          OPTIONAL {{ ?membership eakg:notAfter ?end }}
          FILTER (!BOUND(?start) || ?start <= "{day}"^^xsd:date)
          FILTER (!BOUND(?end) || ?end >= "{day}"^^xsd:date)
        }}"""
    )
    return {slug(row[0]) for row in rows}  # type: ignore[index]  # of SELECT


def states(graph: Graph, actors: set[str]) -> set[str]:
    return {actor for actor in actors if (ID[actor], RDF.type, EAKG.State) in graph}


def test_who_belonged_to_what(full: Graph) -> None:
    assert members(full, "asean", "member") == ASEAN
    track = members(full, "asean-china-10plus1", "participant", "dialogue-partner")
    assert states(full, track) == ASEAN | {"china"}
    assert members(full, "asean-china-10plus1", "participant-bloc") == {"asean"}
    assert states(full, members(full, "asean-plus-three", "participant")) == APT
    assert members(full, "eas", "participant") == EAS
    forum = members(full, "arf", "participant")
    assert forum == ARF
    assert forum - states(full, forum) == {"european-union"}
    assert [len(group) for group in (ASEAN, APT, EAS, ARF)] == [10, 13, 18, 27]


# The traps of the dossier, by their number there


def test_trap_1_the_european_union_is_no_state(full: Graph) -> None:
    union = ID["european-union"]
    assert (union, RDF.type, EAKG.State) not in full
    assert (union, RDF.type, EAKG.InternationalOrganization) in full
    assert (union, EAKG.participatesIn, ID.arf) in full
    for code in (EAKG.iso3166Alpha2, EAKG.iso3166Alpha3):
        assert (union, code, None) not in full


def test_trap_2_mechanism_series_and_meeting_are_three(full: Graph) -> None:
    for mechanism, series, meeting in (
        ("asean-plus-three", "apt-som-series", "apt-som-2020-07-20"),
        ("eas", "eas-som-series", "eas-som-2020-07-20"),
        ("arf", "arf-som-series", "arf-som-2020-07-21"),
    ):
        assert (ID[mechanism], RDF.type, EAKG.Forum) in full
        assert (ID[series], RDF.type, EAKG.MeetingSeries) in full
        assert (ID[series], EAKG.partOf, ID[mechanism]) in full
        assert (ID[meeting], EAKG.heldUnder, ID[series]) in full
        assert (ID[meeting], EAKG.heldUnder, ID[mechanism]) not in full
        for thing in (mechanism, series):
            assert (ID[thing], RDF.type, EAKG.Meeting) not in full


def test_trap_3_no_meeting_of_ten_plus_one_in_the_july_round(full: Graph) -> None:
    parts = set(full.subjects(EAKG.partOf, ID["som-series-2020-07"]))
    assert {slug(part) for part in parts} == set(JULY)
    for meeting in full.subjects(EAKG.heldWithin, ID["asean-china-10plus1"]):
        days = {str(day) for day in full.objects(meeting, EAKG.notBefore)}
        assert not days & {"2020-07-20", "2020-07-21"}, meeting
    assert (ID["acsoc-26-2020-07-01"], EAKG.notBefore, None) in full


def test_trap_4_entitled_is_not_attended(full: Graph, said: Graph) -> None:
    for meeting, actors in JULY.items():
        entitled = {slug(actor) for actor in full.subjects(EAKG.entitledToAttend, ID[meeting])}
        assert entitled - {"asean"} == actors, meeting
        attended = {slug(actor) for actor in full.subjects(EAKG.attended, ID[meeting])}
        reported = {slug(actor) for actor in said.objects(ID[meeting], EAKG.participant)}
        reported |= {slug(actor) for actor in said.subjects(EAKG.attended, ID[meeting])}
        assert attended == reported, meeting
    assert attended == ARF
    assert (ID.russia, EAKG.entitledToAttend, ID["eas-som-2020-07-20"]) in full
    assert (ID.russia, EAKG.attended, ID["eas-som-2020-07-20"]) not in full


def test_trap_5_a_membership_holds_for_its_time(full: Graph) -> None:
    negotiating = members(full, "rcep", "negotiating-participant")
    assert negotiating == APT | {"australia", "new-zealand"}
    assert members(full, "rcep", "signatory") == set()
    assert members(full, "rcep", "signatory", day="2020-11-14") == set()
    assert members(full, "rcep", "signatory", day="2020-11-15") == negotiating
    assert "india" in members(full, "rcep", "negotiating-participant", day="2019-11-03")
    assert "india" not in negotiating
    for day in ("1967-08-08", "2020-07-23", "2024-12-31"):
        assert not members(full, "asean", "member", day=day) & {"timor-leste", "australia"}
    # A match in another dataset brings none of its memberships along.
    assert not list(full.objects(None, URIRef("http://www.wikidata.org/prop/direct/P463")))


def test_trap_6_each_name_is_kept_with_who_uses_it(full: Graph, record: Graph) -> None:
    lane = ID["china-singapore-fast-lane"]
    assert (lane, RDFS.label, Literal("China-Singapore Fast Lane", lang="en")) in full
    others = {str(name) for name in full.objects(lane, SKOS.altLabel)}
    assert any("green channel" in name for name in others)
    said = [str(name) for name in record.objects(ID.a044, RDFS.label)]
    assert said == ["China and Singapore opened a green channel for travellers"]
    names = {str(name) for name in full.objects(ID["special-atm-2020-07-16"], RDFS.label)}
    assert names == {"ASEAN-China Transport Ministers' Special Meeting on COVID-19"}
    parties = {
        slug(actor) for actor in record.objects(ID["special-atm-2020-07-16"], EAKG.participant)
    }
    assert parties == {"asean", "china"}


def test_trap_7_the_rank_is_the_bloc_s(full: Graph) -> None:
    assert list(full.objects(ID.a052, EAKG.relationSubject)) == [ID.asean]
    assert {slug(thing) for thing in full.subjects(EAKG.rank, None)} == {"a052"}


def test_trap_8_collectives_carry_no_numbers(full: Graph, acts: Rows) -> None:
    for thing in ids(acts, type="MaterialAid|Donation"):
        assert not list(full.objects(thing, EAKG.quantity)), thing


def test_trap_9_aid_to_a_group_is_not_aid_to_each(
    full: Graph, said: Graph, facts: Callable[[str], Rows]
) -> None:
    given = {
        (act, recipient)
        for act in full.subjects(RDF.type, EAKG.AssistanceAct)
        for recipient in full.objects(act, EAKG.recipient)
    }
    assert given == {
        (act, recipient)
        for act, recipient in said.subject_objects(EAKG.recipient)
        if (act, RDF.type, EAKG.AssistanceAct) in full
    }
    for name in ("a028", "a029", "a030"):
        assert list(full.objects(ID[name], EAKG.recipient)) == [ID["asean-countries"]]
        assert {slug(actor) for actor in full.objects(ID[name], EAKG.involves)} & ASEAN == set()
    aid = ("Donation", "MaterialAid", "MedicalTeamDispatch")
    slugs = {row["slug"] for row in facts("acts")}
    pairs = {(slug(act), slug(recipient)) for act, recipient in given}
    # The others are rows of the wide graph.
    assert {(act, recipient) for act, recipient in pairs if act in slugs} == {
        (row["slug"], recipient)
        for row in facts("acts")
        if row["type"] in aid
        for recipient in cell(row, "recipients")
    }


def test_trap_10_the_record_gives_no_portfolio(record: Graph, full: Graph) -> None:
    kung_phoak = ID["kung-phoak"]
    assert list(record.objects(kung_phoak, EAKG.holdsOffice)) == [ID["dsg-asean"]]
    assert (None, None, ID["dsg-asean-ascc"]) not in record
    assert (kung_phoak, EAKG.holdsOffice, ID["dsg-asean-ascc"]) in full


def test_trap_11_the_minister_is_known_by_office(full: Graph) -> None:
    minister = ID["li-xiaopeng-minister"]
    assert (minister, EAKG.holdsOffice, None) in full
    assert (minister, EAKG.chairOf, ID["special-atm-2020-07-16"]) in full


def test_trap_12_order_of_mention_is_not_order_of_time(
    full: Graph, evidence: dict[str, Graph]
) -> None:
    meetings = ("special-acfmm-2020-02-20", "special-apt-summit-2020-04-14")
    meetings += ("special-aem3-2020-06-04",)
    days = [max(str(day) for day in full.objects(ID[name], EAKG.notBefore)) for name in meetings]
    assert days == ["2020-02-20", "2020-04-14", "2020-06-04"]
    assert {slug(thing) for thing in full.objects(ID.a018, EAKG.relationSubject)} == set(meetings)
    starts = []
    for name in meetings[:2]:
        (annotation,) = evidence[RECORD].objects(ID[name], EAKG.denotedBy)
        (span,) = evidence[RECORD].objects(annotation, OA.hasTarget)
        starts.append(quotes_of(evidence[RECORD], span)[0][0])
    assert starts[1] < starts[0]


def test_trap_13_affiliated_is_not_part_of(full: Graph) -> None:
    for actor, other in (
        ("government-of-china", "china"),
        ("enterprises-of-china", "china"),
        ("ngos-of-china", "china"),
        ("people-of-asean-countries", "asean"),
    ):
        assert (ID[actor], EAKG.affiliatedWith, ID[other]) in full
        assert (ID[actor], EAKG.partOf, ID[other]) not in full
    for part in full.subjects(EAKG.partOf, ID.china):
        assert (part, RDF.type, EAKG.Actor) not in full


def test_trap_14_a_role_is_no_other_role(full: Graph, facts: Callable[[str], Rows]) -> None:
    roles = {
        (row["mechanism"], row["member"], re.sub(r"[^a-z]+", "-", row["role"].lower()).strip("-"))
        for row in facts("memberships")
    }
    found = set()
    for membership in full.subjects(RDF.type, EAKG.Membership):
        parts = (EAKG.memberOfBody, EAKG.member, EAKG.role)
        body, member, role = (slug(full.value(membership, part) or ID["?"]) for part in parts)
        found.add((body, member, role.removeprefix("role-")))
    path = shipped_layout().background / "wide-memberships.csv"
    with path.open(encoding="utf-8", newline="") as file:
        wide = {(row["body"], row["member"], row["role"]) for row in csv.DictReader(file)}
    assert roles <= found
    assert found <= roles | wide
    members_of_asean = {
        member for body, member, role in found if (body, role) == ("asean", "member")
    }
    # Timor-Leste joined in October 2025, and has no seat in what is told of 2020.
    assert members_of_asean == ASEAN | {"timor-leste"}
    for outsider in ("united-states", "timor-leste", "australia", "china", "papua-new-guinea"):
        assert (ID[outsider], EAKG.participatesIn, ID.asean) not in full


def test_trap_15_identifiers_of_others_match_and_are_checked(
    full: Graph, facts: Callable[[str], Rows]
) -> None:
    assert not list(full.subject_objects(OWL.sameAs))
    verified = {
        (row["id"], row["wikidata_qid"])
        for row in facts("entities")
        if row["qid_status"] == "verified"
    }
    matched = {
        (slug(thing), str(match).removeprefix("http://www.wikidata.org/entity/"))
        for thing, match in full.subject_objects(SKOS.exactMatch)
        if "wikidata.org" in str(match)
    }
    assert len(matched) > 30
    # Those of other states are of the list of country codes.
    entities = {row["id"] for row in facts("entities")}
    assert {pair for pair in matched if pair[0] in entities} <= verified


@pytest.mark.parametrize("number", ["A019", "A020", "A056"])
def test_trap_16_a_row_of_several_claims_has_one_identifier(
    number: str, full: Graph, acts: Rows
) -> None:
    (row,) = (row for row in acts if row["id"] == number)
    things = set(full.subjects(DCTERMS.identifier, Literal(number)))
    assert ID[row["slug"]] in things
    for thing in things:
        assert thing == ID[row["slug"]] or (thing, EAKG.partOf, ID[row["slug"]]) in full
        assert (thing, RDF.type, EAKG.Claim) in full
