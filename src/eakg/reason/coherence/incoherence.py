"""Why nothing can be in a class, or have a property."""

from dataclasses import dataclass, field
from functools import cached_property

from rdflib import URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from eakg.rdf import Triple
from eakg.reason.coherence.imagination import Imagination
from eakg.reason.contradictions import Inconsistency
from eakg.reason.proofs import NotInClosureError, Proof, ProofNotFoundError


@dataclass(frozen=True)
class Situation:
    """Something imagined: what to call each thing, the triples about them, and what was found of
    their classes and properties before: that they are below owl:Nothing, or have it as their
    domain."""

    words: dict[Node, str]
    assumptions: list[Triple]
    lemmas: list[Triple] = field(default_factory=list)


@dataclass(frozen=True)
class Incoherence:
    """What would be a contradiction if something were in a class, or had a property.

    `inconsistency` is the contradiction, `message` the same in words, `situation` what is imagined,
    and `proofs` are those of the premises, down to triples of the graph and of the situation.
    """

    term: URIRef
    is_property: bool
    inconsistency: Inconsistency
    message: str
    situation: Situation
    proofs: tuple[Proof, ...]

    @classmethod
    def of(
        cls,
        term: URIRef,
        is_property: bool,
        imagination: Imagination,
        situation: Situation,
    ) -> "Incoherence":
        """From what is imagined."""
        inconsistency = imagination.inconsistencies[0]
        message = inconsistency.message
        for node, word in situation.words.items():
            message = message.replace(f"_:{node}", word)
        proofs = []
        for triple in inconsistency.triples:
            try:
                proofs.append(imagination.closure.explain(triple))
            except (NotInClosureError, ProofNotFoundError):
                continue
        return cls(term, is_property, inconsistency, message, situation, tuple(proofs))

    @cached_property
    def supports(self) -> tuple[Triple, ...]:
        """The triples of the graph that it rests on, without the cells of lists."""
        others = {*self.situation.assumptions, *self.situation.lemmas}
        leaves = dict.fromkeys(leaf.triple for proof in self.proofs for leaf in proof.leaves())
        return tuple(
            triple
            for triple in leaves
            if triple not in others and triple[1] not in (RDF.first, RDF.rest)
        )
