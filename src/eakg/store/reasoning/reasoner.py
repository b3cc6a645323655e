"""What follows from the asserted graphs, version by version."""

import math
import time
from collections.abc import Iterable
from contextlib import nullcontext

import pyoxigraph
from rdflib import BNode
from rdflib.term import Node

from eakg.evidence import is_axiom
from eakg.names import INFERRED_GRAPH
from eakg.rdf import Triple, quad
from eakg.reason import Closure, closure_of
from eakg.reason.contradictions import OnContradiction
from eakg.reason.relations import Allowance, ReasoningTimeError, TooManyFactsError
from eakg.reason.rulebooks import Regime
from eakg.sparql import ClosureTooLargeError, TimeLimitExceededError
from eakg.store.answers import ConsistencyReport, SupportedJustifications, SupportedProof
from eakg.store.changes import Change, Quads
from eakg.store.options import Reasoning, StoreOptions
from eakg.store.processes import memory_bound
from eakg.store.reasoning.asserted_quads import AssertedQuads, valued_triples
from eakg.store.reasoning.consistency import check_consistency, consistency
from eakg.store.reasoning.explanation import explain, justify

_INFERRED = pyoxigraph.NamedNode(str(INFERRED_GRAPH))
_SLACK = 100_000  # facts


class Reasoner:
    """Keeps the closure of asserted graphs; those of evidence are there to support proofs.

    Terms that RDF 1.1 does not have are terms like others for the rules, which never look into
    them.

    Arguments: the quads of the asserted graphs, as their sources write them; how many triples a
    change may have follow, and the bytes of memory that this may take; the rules, which are those
    of OWL 2 RL where a store has none, and proofs are asked for. It reasons over literals as they
    are written, but for the case of language tags; proofs have that too.
    """

    def __init__(
        self,
        quads: Iterable[pyoxigraph.Quad],
        most_inferred: int | None = None,
        memory: int | None = None,
        reasoning: Reasoning = StoreOptions.reasoning,
    ) -> None:
        self._most_inferred = most_inferred
        self._memory = memory
        regime = Regime.of(reasoning)
        self._regime = regime if regime.derives else Regime()
        self._begin(quads)

    def _begin(self, quads: Iterable[pyoxigraph.Quad]) -> None:
        self.quads = AssertedQuads(quads)
        self.closure = closure_of(
            self.quads.facts(),
            rules=self._regime.rules,
            trivial=self._regime.trivial,
            restated=False,
        )
        self._candidate: tuple[Closure, Change] | None = None

    def inferred(self) -> Quads:
        """What follows, in its graph."""
        return _in_graph(self.closure.inferred, _axiom_nodes(self.closure))

    def change(
        self,
        change: Change,
        *,
        on_contradiction: OnContradiction = "stop",
        seconds: float = math.inf,
    ) -> Change:
        """What follows otherwise with a change of the asserted graphs, as a change of the graph of
        what was inferred. The change counts once `keep` is called; until then `drop` takes it back.

        Arguments: the change; what becomes of it where it brings contradictions that were not there
        before; the seconds that it may take. Raises: ContradictionError; ClosureTooLargeError or
        TimeLimitExceededError where that is not found out within its limits; MemoryError. Then all
        is as before.
        """
        ends = time.monotonic() + seconds
        touched = self.quads.touched(change)
        before = set(filter(self.quads.holds, touched))
        self.quads.change(change)
        after = set(filter(self.quads.holds, touched))
        added = [touched[triple] for triple in after - before]
        removed = [touched[triple] for triple in before - after]
        bound = nullcontext() if self._memory is None else memory_bound(self._memory)
        try:
            with bound:
                closure = self.closure
                if added or removed:
                    closure = self._update(added, removed, on_contradiction, ends)
                difference = self._difference(closure, ends)
        except BaseException as error:
            self.quads.change(change.inverse())
            if isinstance(error, TooManyFactsError):
                raise ClosureTooLargeError(
                    f"more than {self._most_inferred:,} triples would follow from the change, which"
                    " is as many as may (--change-inferred); nothing was changed: leave out the"
                    " axioms by which so many follow, or send it in parts"
                ) from None
            if isinstance(error, ReasoningTimeError):
                words = (
                    f"what follows was not found out within {seconds:.3g} s (--change-timeout);"
                    " nothing was changed: send it in parts"
                )
                raise TimeLimitExceededError(words, round(seconds, 3)) from None
            raise
        self._candidate = closure, change
        return difference

    def _update(
        self,
        added: list[pyoxigraph.Quad],
        removed: list[pyoxigraph.Quad],
        on_contradiction: OnContradiction,
        ends: float,
    ) -> Closure:
        """The closure of the changed graph. Raises: as `change`, and ReasoningLimitError."""
        most = math.inf
        if self._most_inferred is not None:
            # Not every fact is a triple that is given out: that is counted at the end.
            most = self.closure.state.facts.size + len(added) + 2 * self._most_inferred + _SLACK
        allowance = Allowance(most, ends)
        closure = self.closure.update(valued_triples(added), valued_triples(removed), allowance)
        allowance.check()
        if on_contradiction != "report":
            check_consistency(self.quads, closure, self.closure, on_contradiction)
            allowance.check()
        return closure

    def _difference(self, closure: Closure, ends: float) -> Change:
        """How what follows by another closure is different. Raises: ReasoningLimitError."""
        if self.closure is closure:
            return Change()
        most = math.inf if self._most_inferred is None else self._most_inferred
        allowance = Allowance(most, ends)
        exclusions, old_exclusions = _axiom_nodes(closure), _axiom_nodes(self.closure)
        if exclusions != old_exclusions:
            new_quads = _in_graph(allowance.watch(closure.inferred), exclusions)
            old_quads = _in_graph(allowance.watch(self.closure.inferred), old_exclusions)
            change = Change(old_quads - new_quads, new_quads - old_quads)
            allowance.check(len(change.added))
            return change
        added, removed = closure.difference(self.closure, allowance)
        return Change(
            _in_graph(allowance.watch(removed), exclusions),
            _in_graph(allowance.watch(added), exclusions),
        )

    def keep(self) -> None:
        """The last change counts."""
        if self._candidate is not None:
            self.closure, change = self._candidate
            self._candidate = None
            if self.quads.is_worn(change):
                self._begin(self.quads.sources())

    def drop(self) -> None:
        """The last change does not count."""
        if self._candidate is not None:
            self.quads.change(self._candidate[1].inverse())
            self._candidate = None

    def explain(self, triple: Triple, seconds: float = math.inf) -> SupportedProof:
        """Why a triple holds: `explanation.explain` of what is kept."""
        return explain(self.quads, self.closure, triple, seconds)

    def justifications(
        self, triple: Triple, most: int, seconds: float = math.inf
    ) -> SupportedJustifications:
        """Why a triple holds, each way: `explanation.justify` of what is kept."""
        return justify(self.quads, self.closure, triple, most, seconds)

    def contradictions(self, limit: int) -> ConsistencyReport:
        """Where what is kept contradicts itself: `consistency.consistency` of it."""
        return consistency(self.quads, self.closure, limit)


def _axiom_nodes(closure: Closure) -> frozenset[Node]:
    """The blank nodes that are parts of axioms, such as restrictions and lists. What follows about
    them only repeats the axioms, and is left out of the graph of what was inferred."""
    return frozenset(
        part
        for triple in closure.axioms
        if is_axiom(triple)
        for part in (triple[0], triple[2])
        if isinstance(part, BNode)
    )


def _in_graph(graph: Iterable[Triple], exclusions: frozenset[Node]) -> Quads:
    return frozenset(quad(triple, _INFERRED) for triple in graph if exclusions.isdisjoint(triple))
