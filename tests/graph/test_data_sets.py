"""Slices of data sets: their licences, what they say, and where they disagree with our rows."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

import pytest
from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import DCTERMS, OWL, PROV, RDFS, SKOS

from eakg.check.disagreements import disagreements
from eakg.dataset.layout import Layout
from eakg.dataset.places import Places
from eakg.names import EAKG, GEO, ID, WGS84, background_graph, evidence_graph

Rows = list[dict[str, str]]
LICENCES = {
    "data-ggo-agreements": "https://creativecommons.org/licenses/by/4.0/",
    "data-ggo-parties": "https://creativecommons.org/licenses/by/4.0/",
    "data-ggo-claims": "https://creativecommons.org/licenses/by/4.0/",
    "data-cldr-names": "https://www.unicode.org/license.txt",
    "data-country-codes": "https://opendatacommons.org/licenses/pddl/1-0/",
    "data-natural-earth-points": "https://creativecommons.org/publicdomain/zero/1.0/",
    "data-geonames-points": "https://creativecommons.org/licenses/by/4.0/",
}
KILOMETRES = 6371


@pytest.fixture
def slices(dossier: Path) -> Callable[[str], Rows]:
    """Reads a table of the data beside the dossier by its name."""

    def read(name: str) -> Rows:
        with (dossier.parent / f"data/{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return read


def slug(node: Node | None) -> str:
    return str(node).removeprefix(str(ID))


@pytest.mark.parametrize("table", LICENCES)
def test_a_data_set_names_itself(evidence: dict[str, Graph], said: Graph, table: str) -> None:
    about = evidence[table]
    for graph in (background_graph(table), evidence_graph(table)):
        assert about.value(graph, DCTERMS.license) == URIRef(LICENCES[table])
        source = about.value(graph, PROV.hadPrimarySource)
        assert said.value(source, DCTERMS.license) == URIRef(LICENCES[table])
        for property_ in (DCTERMS.bibliographicCitation, DCTERMS.hasVersion, DCTERMS.issued):
            assert str(about.value(graph, property_)) == str(said.value(source, property_))


def test_two_sources_date_the_ratification_of_myanmar(asserted: dict[str, Graph]) -> None:
    adherence = ID["adherence/seanwfz/myanmar"]
    ours, theirs = asserted["wide-adherences"], asserted["data-ggo-parties"]
    assert str(ours.value(adherence, EAKG.ratifiedOn)) == "1996-07-11"
    assert str(theirs.value(adherence, EAKG.ratifiedOn)) == "1996-07-17"


def test_the_report_has_what_stands_beside_and_what_is_claimed(
    asserted: dict[str, Graph], ontology: Graph
) -> None:
    listed = {
        (one.thing, one.property): {(view.value, view.graph) for view in one.views}
        for one in disagreements(asserted, ontology, lambda: Places({}, {}))
    }
    assert listed["adherence/seanwfz/myanmar", "ratifiedOn"] == {
        ("1996-07-11", "wide-adherences"),
        ("1996-07-17", "data-ggo-parties"),
    }
    assert listed["ajcep", "signedOn (claimed)"] == {
        ("2008-03-26", "data-ggo-claims"),
        ("2008-04-14", "wide-agreements"),
    }


def test_what_a_slice_flags_is_no_assertion(asserted: dict[str, Graph], said: Graph) -> None:
    """GGO has the Republic of Korea where China must stand."""
    assert (ID["adherence/acfta-goods-2004/rok"], None, None) not in said
    about_goods = asserted["data-ggo-claims"].subjects(EAKG.about, ID["acfta-goods-2004"])
    (claim,) = (one for one in about_goods if said.value(one, EAKG.party) == ID["rok"])
    assert said.value(claim, EAKG.claimant) == ID["ggo-treaties"]
    assert (ID["adherence/aifta-goods-2009/myanmar"], EAKG.ratifiedOn, None) not in said


OUT_OF_ORDER = {
    "in force before signature": "in_force_on",
    "ended before in force": "ended_on",
    "ratified before the agreement was signed": "ratified_on",
}


def test_days_out_of_order_are_claims(
    asserted: dict[str, Graph], said: Graph, slices: Callable[[str], Rows]
) -> None:
    """Of each row that the slice flags for them, the day is a claim."""
    ours = {
        row["id"]: row["our_agreement"] or row["id"] for row in slices("ggo-treaties/agreements")
    }
    told = {}
    for row in slices("ggo-treaties/parties"):
        column = next((column for flag, column in OUT_OF_ORDER.items() if flag in row["flags"]), "")
        if column:
            told[ours[row["agreement"]], row["party"], column] = row[column]
    assert len(told) == 45 + 113 + 4 - 3, "three rows have two of the flags"
    claims = asserted["data-ggo-claims"]
    columns = {
        EAKG.inForceForPartyOn: "in_force_on",
        EAKG.endedForPartyOn: "ended_on",
        EAKG.ratifiedOn: "ratified_on",
    }
    found = {}
    for claim, property_ in claims.subject_objects(EAKG.claimedProperty):
        thing = claims.value(claim, EAKG.about)
        agreement, party = said.value(thing, EAKG.adherenceTo), said.value(thing, EAKG.adherent)
        if agreement is None:
            agreement, party = thing, claims.value(claim, EAKG.party)
        key = (slug(agreement), slug(party), columns.get(property_, ""))
        found[key] = str(claims.value(claim, EAKG.claimedDay))
    assert told.items() <= found.items()


def test_what_is_blank_in_our_rows_comes_from_the_data_set(said: Graph) -> None:
    for agreement, day in {
        "cept-afta": "1992-10-30",
        "atiga": "2010-05-17",
        "akfta-goods-2006": "2007-06-01",
        "acfta-framework-2002": "2003-01-07",
        "acfta-goods-2004": "2005-01-01",
        "acfta-services-2007": "2007-07-01",
        "mekong-agreement-1995": "1995-04-05",
    }.items():
        assert str(said.value(ID[agreement], EAKG.inForceOn)) == day


def test_names_of_one_language_are_one_label_and_others(said: Graph) -> None:
    myanmar = ID["myanmar"]
    assert [str(one) for one in said.objects(myanmar, RDFS.label) if english(one)] == ["Myanmar"]
    assert "Myanmar (Burma)" in {str(one) for one in said.objects(myanmar, SKOS.altLabel)}
    assert (ID["japan"], RDFS.label, Literal("जापान", lang="hi")) in said
    assert "Taiwan" not in {str(one) for one in said.objects(ID["chinese-taipei"])}


def english(node: Node) -> bool:
    return isinstance(node, Literal) and node.language == "en"


def test_every_state_has_names_and_codes(said: Graph) -> None:
    for state in said.subjects(predicate=None, object=EAKG.State):
        labels = said.objects(state, RDFS.label)
        languages = {one.language for one in labels if isinstance(one, Literal)}
        assert len(languages) >= 20, slug(state)
        assert len(str(said.value(state, EAKG.m49))) == 3


def points(said: Graph, thing: Node) -> Iterator[tuple[Decimal, Decimal]]:
    for node in said.objects(thing, GEO.hasGeometry):
        latitude, longitude = said.value(node, WGS84.lat), said.value(node, WGS84.long)
        text = f"POINT({longitude} {latitude})"
        numbers = str(said.value(node, GEO.asWKT))[6:-1].split()
        assert [Decimal(one) for one in numbers] == [
            Decimal(str(longitude)),
            Decimal(str(latitude)),
        ], text
        yield Decimal(str(latitude)), Decimal(str(longitude))


def test_two_sources_put_a_place_within_six_kilometres(said: Graph) -> None:
    """Of places that are towns; areas and nearest towns are marked in their rows."""
    compared = 0
    for place in ("tokyo", "hanoi", "jakarta", "bangkok", "vientiane", "manila"):
        (one, two) = points(said, ID[place])
        latitudes = [radians(float(point[0])) for point in (one, two)]
        breadth = latitudes[0] - latitudes[1]
        length = radians(float(one[1] - two[1]))
        half = sin(breadth / 2) ** 2 + cos(latitudes[0]) * cos(latitudes[1]) * sin(length / 2) ** 2
        assert 2 * KILOMETRES * asin(sqrt(half)) < 6, place
        compared += 1
    assert compared == 6


def test_nothing_of_a_slice_is_the_same_as_anything(asserted: dict[str, Graph]) -> None:
    for table in LICENCES:
        assert (None, OWL.sameAs, None) not in asserted[table]


def test_parties_by_treaty_as_in_the_slice(
    asserted: dict[str, Graph], slices: Callable[[str], Rows]
) -> None:
    rows = slices("ggo-treaties/parties")
    ours = {
        row["id"]: row["our_agreement"] or row["id"]
        for row in slices("ggo-treaties/agreements")
        if row["domain"] == "Trade" or row["our_agreement"]
    }
    told = {
        (ours[row["agreement"]], row["party"])
        for row in rows
        if row["agreement"] in ours and "China is the party" not in row["flags"]
    }
    parties = asserted["data-ggo-parties"]
    assert {
        (slug(agreement), slug(parties.value(adherence, EAKG.adherent)))
        for adherence, agreement in parties.subject_objects(EAKG.adherenceTo)
    } == told
    assert len(told) == 390


def test_trade_agreements_by_year_as_in_the_slice(
    layout: Layout, said: Graph, slices: Callable[[str], Rows]
) -> None:
    """The answer of the saved query beside a count over the slice, with RCEP."""
    states = {
        slug(said.value(membership, EAKG.member))
        for membership in said.subjects(EAKG.memberOfBody, ID["eas"])
        if said.value(membership, EAKG.role) == ID["role-participant"]
    }
    assert len(states) == 18
    parties: dict[str, set[str]] = {}
    for row in slices("ggo-treaties/parties"):
        if row["party"] in states and "China is the party" not in row["flags"]:
            parties.setdefault(row["agreement"], set()).add(row["party"])
    told = Counter(
        row["signed_on"][:4]
        for row in slices("ggo-treaties/agreements")
        if row["domain"] == "Trade"
        and len(row["signed_on"]) == len("2020-11-15")
        and len(parties.get(row["id"], ())) > 1
    )
    told["2020"] += 1
    with (layout.queries / "expected/trade-agreements-by-year.csv").open(encoding="utf-8") as file:
        assert Counter(row["year"] for row in csv.DictReader(file)) == told


def test_members_in_2017_are_those_of_iigo(said: Graph, slices: Callable[[str], Rows]) -> None:
    """The bodies for which its readme finds the same sets; see there for its errors."""
    theirs: dict[str, set[str]] = {}
    for row in slices("iigo/memberships"):
        theirs.setdefault(row["our_mechanism"], set()).add(row["state"])
    everybody = set().union(*theirs.values())
    for body, role in {
        "eas": "participant",
        "asean-plus-three": "participant",
        "admm-plus": "member",
        "mgc": "member",
        "bimstec": "member",
    }.items():
        members = {
            slug(said.value(membership, EAKG.member))
            for membership in said.subjects(EAKG.memberOfBody, ID[body])
            if said.value(membership, EAKG.role) == ID[f"role-{role}"]
            and max(map(str, said.objects(membership, EAKG.notBefore)), default="") < "2018"
        }
        assert members & everybody == theirs[body], body


def test_every_table_of_a_data_set_is_listed(layout: Layout) -> None:
    tables = {path.stem for path in layout.tables() if path.stem.startswith("data-")}
    assert tables == {*LICENCES, "data-sets"}
