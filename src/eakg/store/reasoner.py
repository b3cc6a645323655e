"""What follows from the asserted graphs, version by version."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyoxigraph
from rdflib import BNode, Graph, URIRef
from rdflib.namespace import OWL, RDF
from rdflib.term import Node

from eakg.names import INFERRED_GRAPH
from eakg.rdf import Triple, pattern, quad, triples
from eakg.reason import Closure, closure_of
from eakg.reason.contradictions import Inconsistency
from eakg.reason.proofs import UNPROVED, NotInClosureError, Proof, Support, to_json
from eakg.sparql import ContradictionError
from eakg.store.changes import Change, Quads, graph_name
from eakg.store.graphs import EVIDENCE

_INFERRED = pyoxigraph.NamedNode(str(INFERRED_GRAPH))
OWN_NAME = "urn:x-eakg:default-graph"
"""Names in proofs the store's own default graph, which has no name."""
_REACH = 4  # steps from a statement of the evidence to all that tells where it comes from
_SHOWN = 5  # contradictions that are explained
_NAMES_THINGS = frozenset({OWL.sameAs, OWL.differentFrom})
_THINGS = frozenset({OWL.Thing, OWL.NamedIndividual})


@dataclass(frozen=True)
class Explained:
    """A proof, what supports the asserted triples in it, and the version of the data."""

    proof: Proof
    support: Support
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

    Argument: the quads of the asserted graphs.
    """

    def __init__(self, quads: Iterable[pyoxigraph.Quad]) -> None:
        self.store = pyoxigraph.Store()
        self.store.extend(quads)
        self.closure = closure_of(triples(one for one in self.store if not _is_evidence(one)))
        self._candidate: tuple[Closure, Change] | None = None

    def inferred(self) -> Quads:
        """What follows, in its graph."""
        return _in_graph(self.closure.inferred, hidden(self.closure))

    def change(self, change: Change, *, allow_inconsistent: bool = False) -> Change:
        """What follows otherwise with a change of the asserted graphs, as a change of the graph of
        what was inferred. The change counts once `keep` is called; until then `drop` takes it back.

        Raises: ContradictionError when there are contradictions that were not there before.
        """
        added, removed = self._of_the_union(change)
        self._make(change)
        try:
            closure = self.closure
            if added or removed:
                closure = closure.update(triples(added), triples(removed))
                if not allow_inconsistent:
                    self._check(closure)
        except BaseException:
            self._make(change.undone())
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
            self._make(self._candidate[1].undone())
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

    def support(self, asserted: Iterable[Triple]) -> Support:
        """What supports some triples: the graphs they are in, and their evidence.

        Whoever asks a store is not told the paths of files.
        """
        homes: dict[str, Graph] = {}
        for triple in asserted:
            for found in self.store.quads_for_pattern(*pattern(triple), None):  # type: ignore[arg-type]  # terms
                name = graph_name(found) or OWN_NAME
                if not name.startswith(EVIDENCE):
                    homes.setdefault(name, Graph(bind_namespaces="none")).add(triple)
            self._collect_evidence(triple, homes)
        return Support((URIRef(name), None, graph) for name, graph in sorted(homes.items()))

    def _collect_evidence(self, triple: Triple, homes: dict[str, Graph]) -> None:
        subject, predicate, object_ = pattern(triple)
        statements = {
            one.subject
            for one in self._said(None, RDF.object, object_)
            if any(self._said(one.subject, RDF.subject, subject))
            and any(self._said(one.subject, RDF.predicate, predicate))
        }
        frontier: set[Any] = statements
        seen: set[Any] = set()
        for _ in range(_REACH):
            seen |= frontier
            after: set[Any] = set()
            for start in frontier:
                for found in self.store.quads_for_pattern(start, None, None, None):
                    if _is_evidence(found):
                        graph = homes.setdefault(graph_name(found), Graph(bind_namespaces="none"))
                        for one in triples([found]):
                            graph.add(one)
                        if not isinstance(found.object, pyoxigraph.Literal):
                            after.add(found.object)
            frontier = after - seen

    def _said(self, subject: Any, predicate: URIRef, object_: Any) -> Iterable[pyoxigraph.Quad]:
        name = pyoxigraph.NamedNode(str(predicate))
        return filter(_is_evidence, self.store.quads_for_pattern(subject, name, object_, None))

    def _of_the_union(self, change: Change) -> tuple[Quads, Quads]:
        """The quads whose triples the graphs that are reasoned over get, or have no more, as a
        whole; asked before the change is made."""
        removed = frozenset(one for one in change.removed if not _is_evidence(one))
        added = frozenset(one for one in change.added if not _is_evidence(one))
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
        support = self.support(leaf.triple for proof in proofs for leaf in proof.leaves())
        triples = [to_json(proof, support.of) for proof in proofs]
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
        for subject, predicate, object_ in closure.axioms
        if predicate not in _NAMES_THINGS and not (predicate == RDF.type and object_ in _THINGS)
        for part in (subject, object_)
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


def _is_evidence(one: pyoxigraph.Quad) -> bool:
    return graph_name(one).startswith(EVIDENCE)
