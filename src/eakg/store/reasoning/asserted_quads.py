"""The quads that a store asserts, and the forms in which their sources write them."""

from collections.abc import Iterable

import pyoxigraph
from rdflib import RDF, Literal

from eakg.evidence import Supports, support_of
from eakg.names import is_evidence
from eakg.rdf import Triple, carrying_node, carrying_triples, pattern, triples
from eakg.reason.proofs import PREDICATES, Proof, is_anonymous
from eakg.store.changes import Change, graph_name
from eakg.store.graphs import (
    Spellings,
    Wear,
    source_term,
    stored_node,
    stored_quad,
    stored_term,
    valued_quad,
)
from eakg.store.quad_evidence import QuadEvidence

_MOST_DEFINITIONS = 1_000


class AssertedQuads:
    """The asserted graphs of a store, those of evidence among them, which are there to support
    proofs and are not reasoned over.

    Arguments: the quads, as their sources write them. Triples that are reasoned over have literals
    by value; proofs, and what supports them, have them as they are written.
    """

    def __init__(self, quads: Iterable[pyoxigraph.Quad]) -> None:
        self.store = pyoxigraph.Store()
        self._spellings = Spellings()
        self._spellings.add(self.store, quads)
        self._wear = Wear()

    def facts(self) -> Iterable[Triple]:
        """What is reasoned over."""
        return valued_triples(filter(_is_reasoned_over, self.store))

    def change(self, change: Change) -> None:
        """Make a change of them."""
        self._spellings.remove(self.store, change.removed)
        self._spellings.add(self.store, change.added)

    def touched(self, change: Change) -> dict[pyoxigraph.Triple, pyoxigraph.Quad]:
        """The triples that a change speaks of and that are reasoned over, each with a quad."""
        return {
            quad.triple: quad
            for quad in map(stored_quad, change.added | change.removed)
            if _is_reasoned_over(quad)
        }

    def holds(self, triple: pyoxigraph.Triple) -> bool:
        """Whether a triple is in a graph that is reasoned over."""
        quads = self.store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        return not all(map(_is_evidence, quads))

    def is_worn(self, change: Change) -> bool:
        """Whether so much has been removed, with a change that counts, that the quads are better
        held anew: terms that are nowhere any more have a number all the same."""
        return self._wear.add(len(change.removed), self.store)

    def sources(self) -> list[pyoxigraph.Quad]:
        """The quads as their sources write them."""
        return [*self._spellings.sources(self.store)]

    def support(self, asserted: Iterable[Triple]) -> Supports:
        """What supports some triples: the graphs they are in, and their evidence."""
        return support_of(QuadEvidence(self.store, self._spellings), asserted)

    def source_proof(self, proof: Proof) -> Proof:
        """The proof with its triples in the forms of their sources."""
        if not self._spellings:
            return proof
        proofs: dict[Triple, Proof] = {}
        for step in proof.steps():
            premises = tuple(proofs[premise.triple] for premise in step.premises)
            proofs[step.triple] = Proof(self._source(step.triple), step.by, premises)
        return proofs[proof.triple]

    def _source(self, triple: Triple) -> Triple:
        """The triple in the form of its source, the first where there are several; one that follows
        in the form that its value has in all sources."""
        subject, predicate, object_ = triple
        if not isinstance(object_, Literal) or isinstance(subject, Literal):
            return triple  # the rules also conclude what is no triple of RDF
        subject_term, predicate_term, object_term = pattern(triple)
        twin = stored_term(object_term)
        quads = self.store.quads_for_pattern(subject_term, predicate_term, twin, None)
        forms = {quad.object for quad in self._spellings.sources(quads) if not _is_evidence(quad)}
        form = min(forms, key=str) if forms else self._spellings.unique(self.store, twin)
        return subject, predicate, carrying_node(form)

    def definitions(self, proofs: Iterable[Proof]) -> tuple[Triple, ...]:
        """What lists and classes without names are made of that proofs speak of."""
        steps = (step for proof in proofs for step in proof.steps())
        terms = [term for step in steps for term in step.triple if is_anonymous(term)]
        visited = set(terms)
        definitions: dict[Triple, None] = {}
        for term in terms:  # which grow in number meanwhile
            for predicate in PREDICATES if len(definitions) < _MOST_DEFINITIONS else ():
                subject, property_, _ = pattern((term, predicate, RDF.nil))
                quads = self.store.quads_for_pattern(subject, property_, None, None)
                for triple in triples(filter(_is_reasoned_over, quads)):
                    definitions[triple] = None
                    if is_anonymous(triple[2]) and triple[2] not in visited:
                        visited.add(triple[2])
                        terms.append(triple[2])
        return tuple(definitions)


def valued(triple: Triple) -> Triple:
    """A triple as it is reasoned over, with the value of its literal."""
    subject, predicate, object_ = triple
    if isinstance(object_, Literal):
        return subject, predicate, carrying_node(source_term(stored_node(object_)))
    return triple


def valued_triples(quads: Iterable[pyoxigraph.Quad]) -> Iterable[Triple]:
    """Triples of quads, as they are reasoned over."""
    return carrying_triples(map(valued_quad, quads))


def _is_reasoned_over(quad: pyoxigraph.Quad) -> bool:
    return not _is_evidence(quad)


def _is_evidence(quad: pyoxigraph.Quad) -> bool:
    return is_evidence(graph_name(quad))
