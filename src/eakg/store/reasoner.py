"""What follows from the asserted graphs, version by version."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyoxigraph
from rdflib import BNode, Graph
from rdflib.term import Node

from eakg.evidence import Supports, is_axiom, support_of
from eakg.names import INFERRED_GRAPH, is_evidence
from eakg.rdf import Triple, carrying_triples, quad
from eakg.reason import Closure, closure_of
from eakg.reason.contradictions import Inconsistency
from eakg.reason.proofs import UNPROVED, NotInClosureError, Proof, to_json
from eakg.sparql import ContradictionError
from eakg.store.changes import Change, Quads, graph_name
from eakg.store.quad_evidence import QuadEvidence

_INFERRED = pyoxigraph.NamedNode(str(INFERRED_GRAPH))
_MOST = 5  # contradictions that are explained


@dataclass(frozen=True)
class SupportedProof:
    """A proof, what supports each asserted triple in it, and the version of the data."""

    proof: Proof
    supports: Supports
    version: str = ""


@dataclass(frozen=True)
class ProvedInconsistency:
    """A contradiction with a proof of each of the facts that clash."""

    inconsistency: Inconsistency
    proofs: tuple[Proof, ...]


@dataclass(frozen=True)
class ConsistencyReport:
    """The contradictions of the data of a version: how many there are, and the first of them with
    their proofs."""

    total: int
    inconsistencies: tuple[ProvedInconsistency, ...]
    version: str = ""


class Reasoner:
    """Keeps the closure of asserted graphs; those of evidence are there to support proofs.

    Terms that RDF 1.1 does not have are terms like others for the rules, which never look into
    them.

    Argument: the quads of the asserted graphs.
    """

    def __init__(self, quads: Iterable[pyoxigraph.Quad]) -> None:
        self.store = pyoxigraph.Store()
        self.store.extend(quads)
        self.closure = closure_of(carrying_triples(filter(_is_reasoned_over, self.store)))
        self._candidate: tuple[Closure, Change] | None = None

    def inferred(self) -> Quads:
        """What follows, in its graph."""
        return _in_graph(self.closure.inferred, axiom_nodes(self.closure))

    def change(self, change: Change, *, allow_inconsistent: bool = False) -> Change:
        """What follows otherwise with a change of the asserted graphs, as a change of the graph of
        what was inferred. The change counts once `keep` is called; until then `drop` takes it back.

        Raises: ContradictionError when there are contradictions that were not there before.
        """
        added, removed = self._union_difference(change)
        self._apply(change)
        try:
            closure = self.closure
            if added or removed:
                closure = closure.update(carrying_triples(added), carrying_triples(removed))
                if not allow_inconsistent:
                    self._check(closure)
        except BaseException:
            self._apply(change.inverse())
            raise
        self._candidate = closure, change
        return _difference(self.closure, closure)

    def keep(self) -> None:
        """The last change counts."""
        if self._candidate is not None:
            self.closure = self._candidate[0]
            self._candidate = None

    def drop(self) -> None:
        """The last change does not count."""
        if self._candidate is not None:
            self._apply(self._candidate[1].inverse())
            self._candidate = None

    def explain(self, triple: Triple) -> SupportedProof:
        """Why a triple holds. Raises: NotInClosureError when it does not follow."""
        proof = self.closure.explain(triple)
        return SupportedProof(proof, self.support(leaf.triple for leaf in proof.leaves()))

    def contradictions(self, limit: int) -> ConsistencyReport:
        """The contradictions of what is asserted, in the order of the rules, of which the first
        `limit` are proved."""
        closure = self.closure
        return ConsistencyReport(
            len(closure.inconsistencies),
            tuple(
                ProvedInconsistency(
                    inconsistency, tuple(_proof(closure, fact) for fact in inconsistency.facts)
                )
                for inconsistency in closure.inconsistencies[:limit]
            ),
        )

    def support(self, asserted: Iterable[Triple]) -> Supports:
        """What supports some triples: the graphs they are in, and their evidence."""
        return support_of(QuadEvidence(self.store), asserted)

    def _union_difference(self, change: Change) -> tuple[Quads, Quads]:
        """The quads whose triples the graphs that are reasoned over get, or have no more, as a
        whole; asked before the change is made."""
        removed = frozenset(filter(_is_reasoned_over, change.removed))
        added = frozenset(filter(_is_reasoned_over, change.added))
        new = {quad.triple for quad in added}
        return (
            frozenset(quad for quad in added if not any(self._copies(quad, frozenset()))),
            frozenset(
                quad
                for quad in removed
                if quad.triple not in new and not any(self._copies(quad, removed))
            ),
        )

    def _copies(self, quad: pyoxigraph.Quad, exclusions: Quads) -> Iterable[pyoxigraph.Quad]:
        quads = self.store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        return (copy for copy in quads if not _is_evidence(copy) and copy not in exclusions)

    def _apply(self, change: Change) -> None:
        for removal in change.removed:
            self.store.remove(removal)
        self.store.extend(change.added)

    def _check(self, closure: Closure) -> None:
        former = set(self.closure.inconsistencies)
        clashes = [one for one in closure.inconsistencies if one not in former]
        if clashes:
            contradictions = [self._contradiction_json(closure, one) for one in clashes[:_MOST]]
            rest = f" (and {len(clashes) - 1} more)" if len(clashes) > 1 else ""
            raise ContradictionError(
                f"the graph would contradict itself: {clashes[0].message}{rest}", contradictions
            )

    def _contradiction_json(self, closure: Closure, inconsistency: Inconsistency) -> dict[str, Any]:
        proofs = [_proof(closure, triple) for triple in inconsistency.triples]
        supports = self.support(leaf.triple for proof in proofs for leaf in proof.leaves())
        triples = [to_json(proof, supports) for proof in proofs]
        return {"rule": inconsistency.rule, "message": inconsistency.message, "triples": triples}


def _proof(closure: Closure, triple: Triple) -> Proof:
    """The proof of a premise of a contradiction, without steps where none was found."""
    try:
        return closure.explain(triple)
    except NotInClosureError:
        return Proof(triple, UNPROVED)


def axiom_nodes(closure: Closure) -> frozenset[Node]:
    """The blank nodes that are parts of axioms, such as restrictions and lists. What follows about
    them only repeats the axioms, and is left out of the graph of what was inferred."""
    return frozenset(
        part
        for triple in closure.axioms
        if is_axiom(triple)
        for part in (triple[0], triple[2])
        if isinstance(part, BNode)
    )


def _difference(old: Closure, new: Closure) -> Change:
    if old is new:
        return Change()
    exclusions, old_exclusions = axiom_nodes(new), axiom_nodes(old)
    if exclusions != old_exclusions:
        new_quads = _in_graph(new.inferred, exclusions)
        old_quads = _in_graph(old.inferred, old_exclusions)
        return Change(old_quads - new_quads, new_quads - old_quads)
    added, removed = new.difference(old)
    return Change(_in_graph(removed, exclusions), _in_graph(added, exclusions))


def _in_graph(graph: Graph, exclusions: frozenset[Node]) -> Quads:
    return frozenset(quad(triple, _INFERRED) for triple in graph if exclusions.isdisjoint(triple))


def _is_reasoned_over(quad: pyoxigraph.Quad) -> bool:
    return not _is_evidence(quad)


def _is_evidence(quad: pyoxigraph.Quad) -> bool:
    return is_evidence(graph_name(quad))
