"""One contradiction, and what to say of it, by rule."""

from dataclasses import dataclass

from rdflib import Literal

from eakg.rdf import Triple
from eakg.reason.literals import is_well_formed
from eakg.reason.rules import WORDS

MOST_PREMISES = 100
"""Premises that are named; of more the number is given."""


@dataclass(frozen=True, repr=False)
class Inconsistency:
    """One contradiction.

    `rule` is the name of a rule such as "cax-dw" of OWL 2 RL/RDF; `message` one line for people;
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

    def __repr__(self) -> str:
        return f"<Inconsistency by {self.rule}: {self.message}>"

    def _repr_html_(self) -> str:
        """The contradiction in sentences, for notebooks, with the triples that clash."""
        from eakg.reason.markup import ShortNames, beginning, frame, items, paragraph

        premises = map(ShortNames().words, self.triples[:MOST_PREMISES])
        sentence = f"{WORDS.get(self.rule, 'The triples cannot all be so.')} ({self.rule})"
        return frame(
            paragraph(f"Contradiction: {beginning(self.message)}."),
            paragraph(sentence),
            items(premises, len(self.triples)),
        )


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
    message = MESSAGES.get(rule)
    if message is None:
        values = ", ".join(f"{name} is {word}" for name, word in sorted(words.items()))
        return f"the rule {rule} is broken: {values}" if values else f"the rule {rule} is broken"
    for name, word in words.items():
        message = message.replace("{" + name + "}", word)
    return message
