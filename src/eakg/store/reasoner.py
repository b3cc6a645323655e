"""What follows from the asserted graphs, version by version."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyoxigraph
from rdflib import BNode, Graph, URIRef
from rdflib.namespace import OWL, RDF
from rdflib.term import Node

from eakg.names import INFERRED_GRAPH
from eakg.rdf import NotRdf11Error, Triple, is_rdf11, node, pattern, quad, triples
from eakg.reason import Closure, closure_of
from eakg.reason.contradictions import Inconsistency
from eakg.reason.proofs import ASSERTED, NotInClosureError, Proof, Support, to_json
from eakg.sparql import ContradictionError, UpdateRefusedError
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
    """A proof, the quads of the asserted triples in it and of their evidence, and the version of
    the data."""

    proof: Proof
    quads: Quads
    version: str = ""

    @cached_property
    def support(self) -> Support:
        """What supports the asserted triples: the graphs they are in, and their evidence.

        Whoever asks a store is not told the paths of files.
        """
        graphs: dict[str, Graph] = {}
        for one in self.quads:
            graph = graphs.setdefault(graph_name(one) or OWN_NAME, Graph(bind_namespaces="none"))
            graph += triples([one])
        return Support((URIRef(name), None, graph) for name, graph in sorted(graphs.items()))


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

    def _explained(self, closure: Closure, triple: Triple) -> Explained:
        proof = closure.explain(triple)
        return Explained(proof, self.supporting(leaf.triple for leaf in proof.leaves()))

    def supporting(self, asserted: Iterable[Triple]) -> Quads:
        """The quads of some triples, and of their evidence."""
        quads: set[pyoxigraph.Quad] = set()
        for triple in asserted:
            homes = self.store.quads_for_pattern(*pattern(triple), None)
            quads.update(one for one in homes if not _is_evidence(one))
            quads.update(self._evidence(triple))
        return frozenset(quads)

    def _evidence(self, triple: Triple) -> Iterator[pyoxigraph.Quad]:
        subject, predicate, object_ = pattern(triple)
        frontier: set[Any] = {
            one.subject
            for one in self._said(None, RDF.object, object_)
            if any(self._said(one.subject, RDF.subject, subject))
            and any(self._said(one.subject, RDF.predicate, predicate))
        }
        seen: set[Any] = set()
        for _ in range(_REACH):
            seen |= frontier
            after: set[Any] = set()
            for start in frontier:
                found = self.store.quads_for_pattern(start, None, None, None)
                for one in found:
                    if _is_evidence(one) and is_rdf11(one):
                        yield one
                        if not isinstance(one.object, pyoxigraph.Literal):
                            after.add(one.object)
            frontier = after - seen

    def _said(self, subject: Any, predicate: URIRef, object_: Any) -> Iterable[pyoxigraph.Quad]:
        name = pyoxigraph.NamedNode(str(predicate))
        return filter(_is_evidence, self.store.quads_for_pattern(subject, name, object_, None))

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
        proofs = []
        for triple in one.triples:
            try:
                told = self._explained(closure, triple)
            except NotInClosureError:
                told = Explained(Proof(triple, ASSERTED), self.supporting([triple]))
            proofs.append(to_json(told.proof, told.support.of))
        return {"rule": one.rule, "message": one.message, "triples": proofs}


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


def _is_reasoned_over(one: pyoxigraph.Quad) -> bool:
    return not _is_evidence(one) and is_rdf11(one)


def _is_evidence(one: pyoxigraph.Quad) -> bool:
    return graph_name(one).startswith(EVIDENCE)
