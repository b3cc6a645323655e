"""What follows from the asserted graphs, version by version."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyoxigraph
from rdflib import BNode, Graph
from rdflib.term import Node

from eakg.evidence import Supports, is_axiom, support_of
from eakg.names import INFERRED_GRAPH, is_evidence
from eakg.rdf import NotRdf11Error, Triple, is_rdf11, node, quad, triples
from eakg.reason import Closure, closure_of
from eakg.reason.contradictions import Inconsistency
from eakg.reason.proofs import UNPROVED, NotInClosureError, Proof, to_json
from eakg.sparql import ContradictionError, UpdateRefusedError
from eakg.store.changes import Change, Quads, graph_name
from eakg.store.quad_evidence import QuadEvidence

_INFERRED = pyoxigraph.NamedNode(str(INFERRED_GRAPH))
_SHOWN = 5  # contradictions that are explained


@dataclass(frozen=True)
class Explained:
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

    Terms that RDF 1.1 does not have are refused in changes. Where a store that did not reason took
    them, they stay, nothing follows from them, and standard error says so.

    Argument: the quads of the asserted graphs.
    """

    def __init__(self, quads: Iterable[pyoxigraph.Quad]) -> None:
        self.store = pyoxigraph.Store()
        self.store.extend(quads)
        foreign = sum(not is_rdf11(one) for one in self.store)
        if foreign:
            print(f"nothing follows from {foreign} triples with terms of RDF 1.2", file=sys.stderr)
        self.closure = closure_of(triples(filter(_is_reasoned_over, self.store)))
        self._candidate: tuple[Closure, Change] | None = None

    def inferred(self) -> Quads:
        """What follows, in its graph."""
        return _in_graph(self.closure.inferred, hidden(self.closure))

    def change(self, change: Change, *, allow_inconsistent: bool = False) -> Change:
        """What follows otherwise with a change of the asserted graphs, as a change of the graph of
        what was inferred. The change counts once `keep` is called; until then `drop` takes it back.

        Raises: ContradictionError when there are contradictions that were not there before;
        UpdateRefusedError for terms that RDF 1.1 does not have.
        """
        for one in change.added:
            try:
                node(one.object)
            except NotRdf11Error as error:
                message = f"a store that reasons cannot hold {error}"
                raise UpdateRefusedError(message) from error
        added, removed = self._of_the_union(change)
        self._make(change)
        try:
            closure = self.closure
            if added or removed:
                closure = closure.update(triples(added), triples(removed))
                if not allow_inconsistent:
                    self._check(closure)
        except BaseException:
            self._make(change.inverse())
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
            self._make(self._candidate[1].inverse())
            self._candidate = None

    def explain(self, triple: Triple) -> Explained:
        """Why a triple holds. Raises: NotInClosureError when it does not follow."""
        return self._explained(self.closure, triple)

    def contradictions(self, limit: int) -> ConsistencyReport:
        """The contradictions of what is asserted, in the order of the rules, of which the first
        `limit` are proved."""
        closure = self.closure
        return ConsistencyReport(
            len(closure.inconsistencies),
            tuple(
                ProvedInconsistency(one, tuple(_proof(closure, fact) for fact in one.facts))
                for one in closure.inconsistencies[:limit]
            ),
        )

    def _explained(self, closure: Closure, triple: Triple) -> Explained:
        proof = closure.explain(triple)
        return Explained(proof, self.support(leaf.triple for leaf in proof.leaves()))

    def support(self, asserted: Iterable[Triple]) -> Supports:
        """What supports some triples: the graphs they are in, and their evidence."""
        return support_of(QuadEvidence(self.store), asserted)

    def _of_the_union(self, change: Change) -> tuple[Quads, Quads]:
        """The quads whose triples the graphs that are reasoned over get, or have no more, as a
        whole; asked before the change is made."""
        removed = frozenset(filter(_is_reasoned_over, change.removed))
        added = frozenset(filter(_is_reasoned_over, change.added))
        new = {one.triple for one in added}
        return (
            frozenset(one for one in added if not any(self._elsewhere(one, frozenset()))),
            frozenset(
                one
                for one in removed
                if one.triple not in new and not any(self._elsewhere(one, removed))
            ),
        )

    def _elsewhere(self, one: pyoxigraph.Quad, but: Quads) -> Iterable[pyoxigraph.Quad]:
        found = self.store.quads_for_pattern(one.subject, one.predicate, one.object, None)
        return (other for other in found if not _is_evidence(other) and other not in but)

    def _make(self, change: Change) -> None:
        for one in change.removed:
            self.store.remove(one)
        self.store.extend(change.added)

    def _check(self, closure: Closure) -> None:
        known = set(self.closure.inconsistencies)
        new = [one for one in closure.inconsistencies if one not in known]
        if new:
            explanation = [self._shown(closure, one) for one in new[:_SHOWN]]
            more = f" (and {len(new) - 1} more)" if len(new) > 1 else ""
            raise ContradictionError(
                f"the graph would contradict itself: {new[0].message}{more}", explanation
            )

    def _shown(self, closure: Closure, one: Inconsistency) -> dict[str, Any]:
        proofs = [_proof(closure, triple) for triple in one.triples]
        supports = self.support(leaf.triple for proof in proofs for leaf in proof.leaves())
        triples = [to_json(proof, supports) for proof in proofs]
        return {"rule": one.rule, "message": one.message, "triples": triples}


def _proof(closure: Closure, triple: Triple) -> Proof:
    """The proof of a premise of a contradiction, without steps where none was found."""
    try:
        return closure.explain(triple)
    except NotInClosureError:
        return Proof(triple, UNPROVED)


def hidden(closure: Closure) -> frozenset[Node]:
    """The blank nodes that are parts of axioms, such as restrictions and lists. What follows about
    them only repeats the axioms, and is left out of the graph of what was inferred."""
    return frozenset(
        part
        for triple in closure.axioms
        if is_axiom(triple)
        for part in (triple[0], triple[2])
        if isinstance(part, BNode)
    )


def _difference(before: Closure, after: Closure) -> Change:
    if before is after:
        return Change()
    left_out, left_out_before = hidden(after), hidden(before)
    if left_out != left_out_before:
        now = _in_graph(after.inferred, left_out)
        then = _in_graph(before.inferred, left_out_before)
        return Change(then - now, now - then)
    added, removed = after.difference(before)
    return Change(_in_graph(removed, left_out), _in_graph(added, left_out))


def _in_graph(graph: Graph, left_out: frozenset[Node]) -> Quads:
    return frozenset(quad(triple, _INFERRED) for triple in graph if left_out.isdisjoint(triple))


def _is_reasoned_over(one: pyoxigraph.Quad) -> bool:
    return not _is_evidence(one) and is_rdf11(one)


def _is_evidence(one: pyoxigraph.Quad) -> bool:
    return is_evidence(graph_name(one))
