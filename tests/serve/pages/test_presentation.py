"""Pages by data: `ontology/pages.ttl` says which section tells a property, and how it reads."""

from pathlib import Path

import pytest
from rdflib import RDF, SH, Graph, URIRef

from eakg.dataset.layout import Layout
from eakg.names import EAKG, GRAPH, ONTOLOGY_GRAPH
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.presentation import (
    PAGE,
    Presentation,
    read_presentation,
    shipped_presentation,
)
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from helpers.patience import PATIENT

NOTHING: frozenset[URIRef] = frozenset()
HAPPENING = frozenset({EAKG.Meeting, EAKG.Happening})
PEOPLE_OF_SHIPS = """
@prefix : <http://ex.org/> . @prefix page: <https://w3id.org/eakg/pages#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
:Voyage a rdfs:Class .
:crew a sh:PropertyGroup ; rdfs:label "Crew"@en ; sh:order 0.5 .
[] sh:path :captain ; sh:group :crew ; sh:order 1 ; sh:name "under Captain"@en .
[] sh:path [ sh:inversePath :captain ] ; sh:name "commanded"@en .
:cook rdfs:subPropertyOf :sailsOn . :sailsOn rdfs:subPropertyOf :captain .
"""


@pytest.fixture(scope="module")
def shipped() -> Presentation:
    return shipped_presentation()


def test_every_term_of_ours_in_it_is_defined(layout: Layout, ontology: Graph) -> None:
    pages = Graph().parse(layout.pages)
    terms = {term for triple in pages for term in triple if str(term).startswith(str(EAKG))}
    assert terms
    assert [term for term in terms if (term, RDF.type, None) not in ontology] == []
    groups = set(pages.subjects(RDF.type, SH.PropertyGroup)) | {PAGE.summary}
    assert set(pages.objects(None, SH.group)) <= groups
    assert set(pages.objects(None, PAGE.section)) <= groups


@pytest.mark.parametrize(
    ("property_", "outgoing", "own", "other", "section"),
    [
        (EAKG.agent, True, HAPPENING, NOTHING, "people"),
        (EAKG.attended, False, HAPPENING, NOTHING, "present"),
        (EAKG.entitledToAttend, False, HAPPENING, NOTHING, "entitled"),
        (EAKG.agent, True, NOTHING, NOTHING, "about"),
        (EAKG.agent, False, NOTHING, HAPPENING, "meetings"),
        (EAKG.hasBeenMemberOf, False, NOTHING, NOTHING, "memberships"),
        (EAKG.notBefore, True, HAPPENING, NOTHING, "about"),
        (RDF.type, True, NOTHING, NOTHING, "kinds"),
        (RDF.type, False, NOTHING, NOTHING, "others"),
        (EAKG.topic, False, NOTHING, frozenset({EAKG.Claim}), "claims"),
        (EAKG.evidence, False, NOTHING, frozenset({RDF.Statement}), "text"),
        (EAKG["format"], True, HAPPENING, NOTHING, "about"),
    ],
)
def test_a_property_is_told_in_its_section(
    shipped: Presentation,
    property_: URIRef,
    outgoing: bool,
    own: frozenset[URIRef],
    other: frozenset[URIRef],
    section: str,
) -> None:
    assert shipped.place(property_, outgoing, own, other) == section


@pytest.mark.parametrize(
    ("joints", "on_the_meeting", "on_the_actor"),
    [
        (frozenset({EAKG.entitledToAttend}), "entitled", "meetings-entitled"),
        (frozenset({EAKG.entitledToAttend, EAKG.attended}), "present", "meetings-present"),
        (frozenset({EAKG.entitledToAttend, EAKG.ledMeeting}), "present", "meetings-present"),
    ],
)
def test_who_is_on_record_is_apart_from_who_was_entitled(
    shipped: Presentation,
    joints: frozenset[URIRef],
    on_the_meeting: str,
    on_the_actor: str,
) -> None:
    entitled = EAKG.entitledToAttend
    meeting, actor = frozenset({EAKG.Meeting, EAKG.Happening}), frozenset({EAKG.State})
    assert shipped.place(entitled, False, meeting, actor, joints) == on_the_meeting
    assert shipped.place(entitled, True, actor, meeting, joints) == on_the_actor


def test_a_new_role_lands_in_its_section_by_being_declared() -> None:
    bystander = EAKG.bystander
    pages = shipped_presentation()
    told = Presentation(
        pages.sections, pages.properties, pages.names, {bystander: (EAKG.involves,)}
    )
    assert told.place(bystander, True, HAPPENING, NOTHING) == "people"
    assert not told.plan(bystander).secondary
    assert pages.place(bystander, True, HAPPENING, NOTHING) == "about"


def test_the_nearest_property_above_tells_the_section() -> None:
    graph = Graph().parse(data=PEOPLE_OF_SHIPS, format="turtle")
    cook, sails, captain = (URIRef(f"http://ex.org/{n}") for n in ("cook", "sailsOn", "captain"))
    told = read_presentation(graph, superproperties={cook: {sails, captain}, sails: {captain}})
    assert told.superproperties[cook] == (sails, captain)
    assert told.place(cook, True, NOTHING, NOTHING) == "crew"


@pytest.mark.slow
def test_data_bring_sections_of_their_own(tmp_path: Path) -> None:
    data = tmp_path / "ships.ttl"
    data.write_text(
        PEOPLE_OF_SHIPS
        + '<https://w3id.org/eakg/id/beagle> a :Voyage ; rdfs:label "Beagle"@en ;'
        + " :captain <https://w3id.org/eakg/id/fitzroy> ;"
        + " :cook <https://w3id.org/eakg/id/phillips> .",
        "utf-8",
    )
    store = EmbeddedStore(
        read_contents([GraphFile(ONTOLOGY_GRAPH, data), GraphFile(GRAPH["file/ships"], data)])
    )
    client = create_app(Settings("none", PATIENT), store).test_client()
    page = client.get("/doc/beagle.html")
    assert page.status_code == 200, page.text
    ship = client.get("/doc/beagle.html").text
    crew = ship.partition('id="crew"')[2].partition("<section")[0]
    assert "under Captain" in crew
    assert "fitzroy" in crew
    assert "phillips" in crew
    assert "commanded" in client.get("/doc/fitzroy.html").text
