"""Contradictions as lines for people."""

from rdflib import Graph

from eakg.dataset.places import Place, Places
from eakg.reason import Inconsistency
from eakg.reason.report import contradiction


def test_of_many_places_three_are_named() -> None:
    graph = Graph().parse(data="@prefix : <http://example.org/> . :a a :B .", format="turtle")
    (triple,) = graph
    places = Places()
    for line in range(1, 8):
        places.add(triple, Place("a.ann", line))
    clash = Inconsistency("cax-dw", "a clash", (triple,))
    assert "a.ann:1, a.ann:2, a.ann:3 and 4 more" in contradiction(clash, places, "x").message
