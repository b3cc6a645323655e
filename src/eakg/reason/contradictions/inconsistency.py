"""One contradiction, and what to say of it, by rule."""

from dataclasses import dataclass

from rdflib import Literal

from eakg.rdf import Triple
from eakg.reason.literals import is_well_formed


@dataclass(frozen=True)
class Inconsistency:
    """One contradiction.

    `rule` is the name of an OWL 2 RL/RDF rule such as "cax-dw"; `message` one line for people;
    `facts` the premises that clash and `axioms` those that say so, each either a triple of the
    graph or one that follows from it. The cells of an axiom's list are not repeated there.
    """

    rule: str
    message: str
    facts: tuple[Triple, ...]
    axioms: tuple[Triple, ...] = ()

    @property
    def triples(self) -> tuple[Triple, ...]:
        """All premises, facts first."""
        return self.facts + self.axioms

    @property
    def is_ill_formed_literal(self) -> bool:
        """Whether it is an ill-formed literal and nothing else: one triple whose object is no value
        of its own datatype. It would be none if that datatype were not recognized (RDF 1.1
        Semantics, section 7)."""
        if self.rule != "dt-not-type" or len(self.triples) != 1:
            return False
        value = self.facts[0][2]
        return isinstance(value, Literal) and not is_well_formed(value)


MESSAGES = {
    "prp-irp": "{x} has {p} to itself, which is irreflexive",
    "prp-asyp": "{x} and {y} have {p} to each other, which is asymmetric",
    "prp-pdw": "{x} has both {p1} and {p2} to {y}, which are disjoint",
    "prp-adp": "{u} has both {p[i]} and {p[j]} to {v}, which are disjoint",
    "prp-npa1": "{i1} has {p} to {i2}, which a negative assertion denies",
    "prp-npa2": "{i} has {p} to {lt}, which a negative assertion denies",
    "cls-nothing2": "{x} is an instance of owl:Nothing",
    "cls-com": "{x} is an instance of both {c1} and {c2}, which are disjoint",
    "cls-maxc1": "{u} has {p} to {y}, but as an instance of {x} it may have none",
    "cls-maxqc1": "{u} has {p} to {y}, but as an instance of {x} it may have none of type {c}",
    "cls-maxqc2": "{u} has {p} to {y}, but as an instance of {x} it may have none",
    "cax-dw": "{x} is an instance of both {c1} and {c2}, which are disjoint",
    "cax-adc": "{z} is an instance of both {c[i]} and {c[j]}, which are disjoint",
}
"""What to say, by rule, with the rule's variables."""


def message_of(rule: str, words: dict[str, str]) -> str:
    """What to say of a rule that is contradicted, with words for its variables."""
    message = MESSAGES[rule]
    for name, word in words.items():
        message = message.replace("{" + name + "}", word)
    return message
