"""Maps: that places stand where they are, in whatever way a point is written."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Literal, URIRef

from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.project import Project
from eakg.serve.drawings.map_chart import Flow, Pin, Position, geographic_map
from eakg.serve.overviews.places import position_of
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from helpers.patience import PATIENT

HTML = {"Accept": "text/html"}
CAIRO, DELHI, TOKYO, SUVA, HONOLULU, LIMA = (
    Position(31.2, 30.0),
    Position(77.2, 28.6),
    Position(139.7, 35.7),
    Position(178.4, -18.1),
    Position(-157.9, 21.3),
    Position(-77.0, -12.0),
)
DATA = """@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix : <http://ships.example/> .
:lima rdfs:label "Lima" ; geo:hasGeometry [ geo:asWKT "POINT(-77.0 -12.0)"^^geo:wktLiteral ] .
:suva rdfs:label "Suva" ; geo:hasGeometry [ geo:asWKT "POINT(178.4 -18.1)"^^geo:wktLiteral ] .
:utopia rdfs:label "Utopia" .
:beagle :calledAt :lima , :suva , :utopia .
"""
QUERY = """#+ summary: Where she called
#+ drawing: {kind: map, needs: "http://ships.example/calledAt", columns: {thing: port}}
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?port ?portLabel ?point {
  ?ship <http://ships.example/calledAt> ?port . ?port rdfs:label ?portLabel
  OPTIONAL { ?port geo:hasGeometry/geo:asWKT ?point }
} ORDER BY ?port
"""


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("POINT(-77 -12)", Position(-77, -12)),
        ("  point ( 1e1   -.5 ) ", Position(10, -0.5)),
        ("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(2 48)", Position(2, 48)),
        # Latitude comes first in EPSG:4326 (GeoSPARQL 1.1, section 8.5.1).
        ("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(48 2)", Position(2, 48)),
        ("<http://www.opengis.net/def/crs/EPSG/0/27700> POINT(530000 180000)", None),
        ("POINT(2 480)", None),
        ("POINT EMPTY", None),
        ("POINT Z(2 48 3)", None),
        ("LINESTRING(2 48, 3 49)", None),
    ],
)
def test_points_as_they_are_written(text: str, position: Position | None) -> None:
    assert position_of(Literal(text)) == position


PLACES = st.builds(Position, st.floats(-180, 180), st.floats(-55, 80))


@pytest.mark.slow
@settings(max_examples=25)
@given(st.lists(PLACES, min_size=1, max_size=8))
def test_places_are_in_view(places: list[Position]) -> None:
    flows = [Flow("w", None, places[0], one) for one in places]
    drawn = geographic_map([Pin("p", None, one) for one in places], flows)
    (panel,) = drawn.panels
    assert len(panel.marks) == len(panel.lines) == len(places)
    for mark in panel.marks:
        assert -1e-6 <= mark.x <= drawn.width + 1e-6
        assert -1e-6 <= mark.y <= drawn.height + 1e-6
    steps = re.findall(r"M(\d+) (\d+)", drawn.land)
    assert all(int(x) <= drawn.width + 1 and int(y) <= drawn.height + 1 for x, y in steps)


@pytest.mark.slow
@settings(max_examples=10)
@given(st.permutations([CAIRO, DELHI, TOKYO, SUVA, HONOLULU, LIMA]))
def test_east_is_right_and_north_is_up_across_the_date_line(places: list[Position]) -> None:
    drawn = geographic_map(Pin(str(one.latitude), None, one) for one in places)
    at = {mark.pin.position: mark for mark in drawn.panels[0].marks}
    row = [at[one].x for one in (CAIRO, DELHI, TOKYO, SUVA, HONOLULU, LIMA)]
    assert row == sorted(row)
    column = [at[one].y for one in (TOKYO, CAIRO, DELHI, HONOLULU, LIMA, SUVA)]
    assert column == sorted(column)


def test_areas_are_as_the_numbers() -> None:
    drawn = geographic_map([Pin("a", None, LIMA, 100), Pin("b", None, SUVA, 25)])
    large, small = (mark.radius for mark in drawn.panels[0].marks)
    assert large == pytest.approx(2 * small)


def test_a_few_far_from_all_others_are_named_beside_the_map() -> None:
    near = [Pin(str(n), None, Position(100 + n, n), 10) for n in range(10)]
    far = Pin("far", None, Position(-77, 39), 1)
    drawn = geographic_map([*near, far])
    assert [one.label for one in drawn.absent] == ["far"]
    assert len(drawn.panels[0].marks) == len(near)
    heavy = geographic_map([*near, Pin("far", None, Position(-77, 39), 10)])
    assert heavy.absent == ()


def test_names_do_not_lie_on_each_other() -> None:
    near = [Pin(f"A long name {n}", None, Position(100 + n / 10, 10)) for n in range(30)]
    drawn = geographic_map(near)
    lines = sorted(mark.text_y for mark in drawn.panels[0].marks if mark.anchor)
    assert 0 < len(lines) < len(near)


@pytest.mark.slow
def test_a_map_of_data_that_are_not_ours(tmp_path: Path) -> None:
    (tmp_path / "ports.rq").write_text(QUERY)
    file = tmp_path / "o.ttl"
    file.write_text(DATA)
    store = EmbeddedStore(read_contents([GraphFile(URIRef("urn:g"), file)]))
    client = create_app(Settings("", PATIENT, project=Project(overviews=tmp_path)), store)
    text = client.test_client().get("/overviews/ports", headers=HTML).text
    assert text.count("<circle") == 2
    assert re.search(r"Without a point, or far beyond the map: 1\b.*Utopia", text, re.DOTALL)
    assert "<table" in text
    answer = client.test_client().get(
        "/sparql", query_string={"query": QUERY, "view": "map"}, headers=HTML
    )
    assert answer.status_code == 200
    assert answer.text.count("<circle") == 2
    assert 'aria-current="true">map' in answer.text
