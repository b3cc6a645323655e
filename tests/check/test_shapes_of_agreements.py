"""What the shapes say of agreements, their parties and chairs: each fault in a graph of its own."""

import pytest
from rdflib import Graph

from eakg.check.shapes import check_shapes
from eakg.dataset.layout import Layout
from eakg.names import PREFIXES
from eakg.rdf.parsing import parse_rdf

HEAD = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
PACT = """
id:pact a eakg:Agreement ; rdfs:label "Pact"@en ; eakg:signedOn "2010-05-01"^^xsd:date .
id:adherence/x a eakg:Adherence ; rdfs:label "Japan: Pact"@en ; eakg:adherenceTo id:pact ;
    eakg:adherent id:japan .
""".replace("id:adherence/x", "<https://w3id.org/eakg/id/adherence/x>")
ADHERENCE = "<https://w3id.org/eakg/id/adherence/x>"
CHAIR = """
id:chair-1 a eakg:Chairmanship ; rdfs:label "Chair"@en .
id:one a eakg:Membership ; rdfs:label "one"@en ; eakg:memberOfBody id:chair-1 ;
    eakg:role id:role-chair ; eakg:member id:japan .
"""


@pytest.fixture(scope="module")
def shapes(layout: Layout) -> Graph:
    return parse_rdf(layout.shapes)


def messages(shapes: Graph, turtle: str) -> list[str]:
    data = Graph().parse(data=HEAD + turtle, format="turtle")
    return [violation.message for violation in check_shapes(data, shapes)]


def day(property_: str, date: str) -> str:
    return f'{ADHERENCE} eakg:{property_} "{date}"^^xsd:date .\n'


@pytest.mark.parametrize(
    "days",
    [
        {},
        {"signedByPartyOn": "2010-05-01", "ratifiedOn": "2011-01-01"},
        {"signedByPartyOn": "2010-05-01", "inForceForPartyOn": "2010-05-01"},
        {"accededOn": "2012-01-01", "inForceForPartyOn": "2012-02-01"},
    ],
)
def test_days_in_order(shapes: Graph, days: dict[str, str]) -> None:
    assert messages(shapes, PACT + "".join(day(*pair) for pair in days.items())) == []


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"ratifiedOn": "2010-04-30"}, "so nobody adhered to it on 2010-04-30"),
        ({"accededOn": "2009-01-01"}, "so nobody adhered to it on 2009-01-01"),
        ({"inForceForPartyOn": "2010-04-30"}, "so nobody adhered to it on 2010-04-30"),
        ({"signedByPartyOn": "2012-01-01", "ratifiedOn": "2011-01-01"}, "before it ratifies"),
        ({"accededOn": "2012-01-01", "inForceForPartyOn": "2011-01-01"}, "party accedes before"),
        ({"ratifiedOn": "2999-01-01"}, "2999-01-01 is a day to come"),
        ({"accededOn": "in May"}, "correct acceded_on or in_force_on"),
    ],
)
def test_days_out_of_order(shapes: Graph, days: dict[str, str], words: str) -> None:
    turtle = PACT + "".join(day(*pair) for pair in days.items())
    (message,) = messages(shapes, turtle.replace('"in May"^^xsd:date', '"in May"'))
    assert words in message


def test_an_agreement_in_force_before_it_was_signed(shapes: Graph) -> None:
    early = 'id:pact eakg:inForceOn "2009-01-01"^^xsd:date .'
    (message,) = messages(shapes, PACT + early)
    assert "signed before it enters into force" in message


def test_an_adherence_without_a_party(shapes: Graph) -> None:
    (message,) = messages(shapes, PACT.replace("eakg:adherent id:japan", "rdfs:comment 'x'"))
    assert message == "An adherence has exactly one party."


def test_one_chair(shapes: Graph) -> None:
    assert messages(shapes, CHAIR) == []


def test_two_chairs(shapes: Graph) -> None:
    two = CHAIR + CHAIR.replace("id:one", "id:two").replace("id:japan", "id:laos")
    (message,) = messages(shapes, two)
    assert "both hold this chair" in message
