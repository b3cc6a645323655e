"""What is imagined, and in which words."""

from dataclasses import dataclass, field

from rdflib.term import Node

from eakg.rdf import Triple


@dataclass(frozen=True)
class Situation:
    """Something imagined: what to call each thing, the triples about them, and what was found of
    their classes and properties before: that they are disjoint with themselves."""

    words: dict[Node, str]
    assumptions: list[Triple]
    lemmas: list[Triple] = field(default_factory=list)
