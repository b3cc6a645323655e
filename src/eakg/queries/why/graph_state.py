"""A state of a graph that says what its triples rest on."""

from typing import Protocol

from rdflib.term import Node

from eakg.queries.ask import QueryEndpoint
from eakg.queries.contract import EvidenceGrade
from eakg.rdf import Triple
from eakg.reason.proofs import Proof


class NoSuchStateError(Exception):
    """There is no such state of the graph, or nobody here can look at it."""


class GraphState(Protocol):
    """A graph as it is somewhere, or was. What it tells may raise NoSuchStateError, StoreError and
    ProblemsError, as it is looked at when it is first asked."""

    @property
    def label(self) -> str:
        """Where or when it is so, such as `at HEAD`; empty for what queries are asked of."""
        ...

    @property
    def endpoint(self) -> QueryEndpoint:
        """Answers queries over the graph."""
        ...

    def prepare(self) -> None:
        """Make what proofs are found in, which may take long and is done once."""
        ...

    def name(self, triple: Triple) -> str:
        """A triple in prefixed names."""
        ...

    def term(self, term: Node) -> str:
        """A term in prefixed form."""
        ...

    def proof(self, triple: Triple) -> Proof | None:
        """A proof of a triple, or None where it does not hold."""
        ...

    def places(self, triple: Triple) -> list[str]:
        """Where an asserted triple comes from, as far as that is known."""
        ...

    def is_attested(self, triple: Triple, grade: EvidenceGrade) -> bool:
        """Whether an asserted triple is known to rest on a source: an axiom, a passage, a row of a
        table, or what a statement about it names, which somebody verified where that is asked
        for."""
        ...

    def is_axiom(self, triple: Triple) -> bool:
        """Whether a triple is of an ontology alone."""
        ...
