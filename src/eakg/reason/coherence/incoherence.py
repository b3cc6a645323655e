"""Why nothing can be in a class, or have a property."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from rdflib import BNode, URIRef
from rdflib.namespace import OWL, RDF, RDFS

from eakg.rdf import PrefixedNames, Triple
from eakg.reason.closure import Closure
from eakg.reason.coherence.imagination import Imagination
from eakg.reason.coherence.situation import Situation
from eakg.reason.contradictions import Inconsistency
from eakg.reason.proofs import (
    EMPTY_TERM,
    IMAGINED,
    NotInClosureError,
    Proof,
    ProofNotFoundError,
)


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
        if situation.lemmas and set(inconsistency.axioms) & {*situation.lemmas}:
            name = PrefixedNames(imagination.basis.axioms)
            subject, predicate, object_ = inconsistency.facts[0]
            if predicate == RDF.type:
                message = f"{name(subject)} is an instance of {name(object_)}, and nothing can be"
            else:
                message = f"{name(subject)} has {name(predicate)}, and nothing can"
        for node, word in situation.words.items():
            message = message.replace(f"_:{node}", word)
        proofs = _proofs(imagination.closure, inconsistency.triples)
        return cls(term, is_property, inconsistency, message, situation, proofs)

    @classmethod
    def below_nothing(cls, term: URIRef, closure: Closure) -> "Incoherence":
        """Of a class that is below owl:Nothing: what is in that is in everything, too."""
        triple = term, RDFS.subClassOf, OWL.Nothing
        message = "what is one is an instance of owl:Nothing"
        inconsistency = Inconsistency("cls-nothing2", message, (triple,))
        situation = Situation({}, [(BNode(), RDF.type, term)])
        proofs = _proofs(closure, inconsistency.triples)
        return cls(term, False, inconsistency, message, situation, proofs)

    @cached_property
    def public_proofs(self) -> tuple[Proof, ...]:
        """The proofs, in which what is imagined, and what was found before, is not "asserted"."""
        marks = dict.fromkeys(self.situation.assumptions, IMAGINED)
        marks |= dict.fromkeys(self.situation.lemmas, EMPTY_TERM)
        return tuple(_proof_with_marks(proof, marks) for proof in self.proofs)

    @cached_property
    def supports(self) -> tuple[Triple, ...]:
        """The triples of the graph that it rests on, without the cells of lists."""
        assumptions = {*self.situation.assumptions, *self.situation.lemmas}
        leaves = dict.fromkeys(leaf.triple for proof in self.proofs for leaf in proof.leaves())
        return tuple(
            triple
            for triple in leaves
            if triple not in assumptions and triple[1] not in (RDF.first, RDF.rest)
        )


def _proof_with_marks(proof: Proof, marks: Mapping[Triple, str]) -> Proof:
    """A proof in which some triples are by something else, and rest on nothing."""
    steps: dict[Triple, Proof] = {}
    for step in proof.steps():
        mark = marks.get(step.triple)
        premises = () if mark else tuple(steps[premise.triple] for premise in step.premises)
        steps[step.triple] = Proof(step.triple, mark or step.by, premises)
    return steps[proof.triple]


def _proofs(closure: Closure, triples: Iterable[Triple]) -> tuple[Proof, ...]:
    """The proofs of those of some triples that have any."""
    proofs: list[Proof] = []
    for triple in triples:
        with suppress(NotInClosureError, ProofNotFoundError):
            proofs.append(closure.explain(triple))
    return tuple(proofs)
