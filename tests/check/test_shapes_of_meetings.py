"""What the shapes say of meetings, their seats and chairs: each fault in a graph of its own."""

import pytest
from rdflib import Graph

from eakg.check.shapes import check_shapes
from eakg.dataset.layout import Layout
from eakg.names import PREFIXES
from eakg.rdf.parsing import parse_rdf

HEAD = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
MEETING = """
id:forum a eakg:Forum ; rdfs:label "Forum"@en .
id:series a eakg:MeetingSeries ; rdfs:label "Series"@en ; eakg:partOf id:forum .
id:meeting a eakg:Meeting ; rdfs:label "Meeting"@en ; eakg:heldUnder id:series ;
    eakg:numberInSeries "7" ;
    eakg:notBefore "2010-05-01"^^xsd:date ; eakg:notAfter "2010-05-02"^^xsd:date .
"""
SEAT = """
id:seat a eakg:Membership ; rdfs:label "seat"@en ; eakg:memberOfBody id:forum ;
    eakg:seatIn id:forum ; eakg:role id:role-participant ; eakg:member id:japan .
id:meeting eakg:openToSeatsIn id:forum .
"""
CHAIR = """
id:ann a eakg:Person ; rdfs:label "Ann"@en .
id:minister a eakg:Office ; rdfs:label "Minister"@en ; eakg:officeOf id:japan .
id:term a eakg:OfficeHolding ; rdfs:label "term"@en ; eakg:holder id:ann ; eakg:office id:minister .
id:meeting eakg:hasChair id:ann ; eakg:chairedFor id:japan .
"""
SECRETARY = """
id:secretary a eakg:Office ; rdfs:label "Secretary"@en ; eakg:officeOf id:asean .
id:later a eakg:OfficeHolding ; rdfs:label "later"@en ; eakg:holder id:ann ;
    eakg:office id:secretary .
"""


@pytest.fixture(scope="module")
def shapes(layout: Layout) -> Graph:
    return parse_rdf(layout.shapes)


def messages(shapes: Graph, turtle: str) -> list[str]:
    data = Graph().parse(data=HEAD + turtle, format="turtle")
    return [violation.message for violation in check_shapes(data, shapes)]


def seat(property_: str, date: str) -> str:
    return f'id:seat eakg:{property_} "{date}"^^xsd:date .\n'


@pytest.mark.parametrize(
    "days",
    [
        "",
        seat("notBefore", "2010-05-01"),
        seat("notBefore", "1999-01-01") + seat("notAfter", "2010-05-02"),
        seat("notBefore", "1999-01-01") + seat("notAfter", "2011-01-01"),
    ],
)
def test_seats_that_were_held(shapes: Graph, days: str) -> None:
    assert messages(shapes, MEETING + SEAT + days) == []


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (seat("notBefore", "2010-05-02"), "has a seat in id:forum from 2010-05-02"),
        (seat("notAfter", "2010-05-01"), "had a seat in id:forum until 2010-05-01"),
    ],
)
def test_seats_that_were_not_held(shapes: Graph, days: str, words: str) -> None:
    (message,) = messages(shapes, MEETING + SEAT + days)
    assert words in message.replace("https://w3id.org/eakg/id/", "id:")


def test_seats_of_another_mechanism(shapes: Graph) -> None:
    other = MEETING.replace("eakg:partOf id:forum", "eakg:partOf id:elsewhere")
    (message,) = messages(shapes, other + SEAT)
    assert "so seats there do not admit to it" in message


def test_a_chair_who_only_represents_the_state_that_chaired(shapes: Graph) -> None:
    assert messages(shapes, MEETING + CHAIR) == []


def test_a_chair_who_also_represented_another(shapes: Graph) -> None:
    (message,) = messages(shapes, MEETING + CHAIR + SECRETARY)
    assert "for which this meeting was not chaired" in message


@pytest.mark.parametrize("number", ["0", "7th", "07", ""])
def test_a_number_that_is_none(shapes: Graph, number: str) -> None:
    (message,) = messages(shapes, MEETING.replace('"7"', f'"{number}"'))
    assert "bears one number in its series" in message


def test_a_meeting_of_a_day_to_come(shapes: Graph) -> None:
    later = MEETING.replace("2010-05-0", "2999-05-0")
    (message,) = messages(shapes, later)
    assert "2999-05-01 is a day to come" in message


def test_a_meeting_that_ended_before_it_began(shapes: Graph) -> None:
    (message,) = messages(shapes, MEETING.replace("2010-05-02", "2010-04-30"))
    assert "correct one of the two dates" in message


def test_a_meeting_before_its_series_began(shapes: Graph) -> None:
    late = 'id:series eakg:startedOn "2011-01-01"^^xsd:date .'
    (message,) = messages(shapes, MEETING + late)
    assert "so no meeting was held under it by 2010-05-02" in message
