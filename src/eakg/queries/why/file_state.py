"""A state of a graph that lies in files: closed where that is so, and explained."""

from collections.abc import Callable
from functools import cached_property
from itertools import islice

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV
from rdflib.term import Node

from eakg.dataset import without_evidence
from eakg.evidence import Attestation, Evidence, NamedGraphs, Support, TableRow, support_of
from eakg.names import EAKG
from eakg.queries.ask import QueryEndpoint
from eakg.queries.contract import EvidenceGrade
from eakg.queries.verdict import is_skolem
from eakg.queries.why.state_files import StateFiles
from eakg.rdf import PrefixedNames, Triple
from eakg.reason import Closure, materialize
from eakg.reason.proofs import ASSERTED, UNPROVED, NotInClosureError, Proof, ProofNotFoundError

_VERIFIED = "verified"
"""What a table says of a row, or a statement of itself, that was checked as a whole."""
_SOURCES = (PROV.wasDerivedFrom, PROV.hadPrimarySource, PROV.wasQuotedFrom, DCTERMS.source)
"""By which a statement names what it comes from."""


class FileState:
    """The graph of files: asked, closed and explained. Each part is made when it is needed.

    Arguments: what gives the files; where or when it is so; what answers queries over it, where
    that is there already.
    """

    def __init__(
        self,
        files: Callable[[], StateFiles],
        label: str = "",
        endpoint: QueryEndpoint | None = None,
    ) -> None:
        self._make_files = files
        self.label = label
        self._endpoint = endpoint

    @cached_property
    def endpoint(self) -> QueryEndpoint:
        """Answers queries over the graph."""
        return self._endpoint or self._files.open()

    @cached_property
    def _files(self) -> StateFiles:
        return self._make_files()

    @cached_property
    def _graphs(self) -> tuple[Graph, NamedGraphs, PrefixedNames]:
        graphs, evidence_files = self._files.graphs()
        graph = without_evidence(graphs)
        return graph, NamedGraphs(graphs, evidence_files), PrefixedNames(graph)

    @cached_property
    def _closure(self) -> Closure | None:
        return materialize(self._graphs[0]) if self._files.is_closed else None

    def prepare(self) -> None:
        """Make what proofs are found in."""
        _ = self._graphs, self._closure

    def name(self, triple: Triple) -> str:
        """A triple in prefixed names."""
        return " ".join(map(self._graphs[2], triple))

    def term(self, term: Node) -> str:
        """A term in prefixed form."""
        return self._graphs[2](term)

    def proof(self, triple: Triple) -> Proof | None:
        """A proof of a triple, or None where it does not hold."""
        triple = self._counterpart(triple)
        if self._closure is None:
            return Proof(triple, ASSERTED) if triple in self._graphs[0] else None
        try:
            return self._closure.explain(triple)
        except NotInClosureError:
            return None
        except ProofNotFoundError:
            return Proof(triple, UNPROVED)

    def places(self, triple: Triple) -> list[str]:
        """Where an asserted triple comes from: file and line, with the words of the sentence."""
        support = self._support(triple)
        return [] if support is None else self._files.places(support)

    def is_attested(self, triple: Triple, grade: EvidenceGrade) -> bool:
        """Whether an asserted triple rests on a source."""
        support = self._support(triple)
        if support is None:
            return False
        return any(_has_grade(evidence, grade) for evidence in support.evidence) or any(
            _names_source(attestation, grade) for attestation in support.attestations
        )

    def is_axiom(self, triple: Triple) -> bool:
        """Whether a triple is of an ontology alone."""
        support = self._support(triple)
        return support is not None and support.axiom

    def _support(self, triple: Triple) -> Support | None:
        triple = self._counterpart(triple)
        return support_of(self._graphs[1], [triple]).get(triple)

    def _counterpart(self, triple: Triple) -> Triple:
        """The triple as the files have it: nodes without a name have other labels there. Where
        several triples have its names, it is as it is given."""
        subject, predicate, object_ = (None if _is_nameless(term) else term for term in triple)
        pattern = subject, predicate, object_
        if None not in pattern:
            return triple
        graphs = [self._graphs[0], *([self._closure.inferred] if self._closure else [])]
        matches = [match for graph in graphs for match in islice(graph.triples(pattern), 2)]
        return matches[0] if len(matches) == 1 else triple


def _is_nameless(term: Node) -> bool:
    return isinstance(term, BNode) or (isinstance(term, URIRef) and is_skolem(term))


def _has_grade(evidence: Evidence, grade: EvidenceGrade) -> bool:
    if isinstance(evidence, TableRow) and grade == "verified":
        return str(evidence.verification) == _VERIFIED
    return True


def _names_source(attestation: Attestation, grade: EvidenceGrade) -> bool:
    """Whether a statement of a graph that EAKG did not make names what it comes from."""
    properties = {predicate for _, predicate, _ in attestation.triples}
    if attestation.evidence or properties.isdisjoint(_SOURCES):
        return False
    words = (attestation.statement, EAKG.verification, Literal(_VERIFIED))
    return grade == "sourced" or words in attestation.triples
