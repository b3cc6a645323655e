"""What follows from the asserted graphs, version by version."""

import math
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any

import pyoxigraph
from rdflib import RDF, BNode, Literal
from rdflib.term import Node

from eakg.evidence import Supports, is_axiom, support_of
from eakg.names import INFERRED_GRAPH, is_evidence
from eakg.rdf import (
    Triple,
    carrying_node,
    carrying_triples,
    pattern,
    quad,
    triples,
)
from eakg.reason import Closure, closure_of
from eakg.reason.coherence import CoherenceCheck, Incoherence
from eakg.reason.contradictions import Inconsistency, OnContradiction
from eakg.reason.proofs import (
    PREDICATES,
    UNPROVED,
    NotInClosureError,
    Proof,
    ProofNotFoundError,
    is_anonymous,
    part_of,
    proof_json,
)
from eakg.reason.relations import Allowance, ReasoningTimeError, TooManyFactsError
from eakg.reason.rulebooks import Regime
from eakg.sparql import (
    ClosureTooLargeError,
    ContradictionError,
    NotProvedError,
    TimeLimitExceededError,
)
from eakg.store.answers import (
    CoherenceReport,
    ConsistencyReport,
    ProvedIncoherence,
    ProvedInconsistency,
    SupportedJustifications,
    SupportedProof,
)
from eakg.store.changes import Change, Quads, graph_name
from eakg.store.graphs import (
    Spellings,
    Wear,
    source_term,
    stored_node,
    stored_quad,
    stored_term,
    valued_quad,
)
from eakg.store.options import Reasoning, StoreOptions
from eakg.store.processes import memory_bound
from eakg.store.quad_evidence import QuadEvidence

_INFERRED = pyoxigraph.NamedNode(str(INFERRED_GRAPH))
_SLACK = 100_000  # facts
MOST_STEPS = 20_000
"""Steps of a proof that are told; of a longer one, those that are nearest to the conclusion."""
_MOST = 5  # contradictions that are explained
_MOST_DEFINITIONS = 1_000
_MOST_FACTS = 100  # of one contradiction that are proved
_CLASH_TRIPLES, _CLASH_STEPS = 20_000, 1_000  # that are looked at, and told, for each of them
_JUSTIFIED_STEPS = 2_000  # that are told of the proof of each justification
_MOST_AXIOMS = 50_000  # of an ontology whose coherence is looked at
_MOST_EXPLAINED, _LEAST_EXPLAINED = 20, 3  # classes and properties of which nothing can be
_AXIOMS_LOOKED_AT = 200_000  # for the explanations of them
_MOST_TRIPLES = 250_000  # triples that are looked at for one proof


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
        self.store = pyoxigraph.Store()
        self.spellings = Spellings()
        self.spellings.add(self.store, quads)
        facts = _valued_triples(filter(_is_reasoned_over, self.store))
        self.closure = closure_of(
            facts, rules=self._regime.rules, trivial=self._regime.trivial, restated=False
        )
        self._candidate: tuple[Closure, Change] | None = None
        self._wear = Wear()

    def inferred(self) -> Quads:
        """What follows, in its graph."""
        return _in_graph(self.closure.inferred, axiom_nodes(self.closure))

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
        touched = {
            quad.triple: quad
            for quad in map(stored_quad, change.added | change.removed)
            if _is_reasoned_over(quad)
        }
        before = {triple for triple in touched if self._is_asserted(triple)}
        self._apply(change)
        after = {triple for triple in touched if self._is_asserted(triple)}
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
            self._apply(change.inverse())
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
        closure = self.closure.update(_valued_triples(added), _valued_triples(removed), allowance)
        allowance.check()
        if on_contradiction != "report":
            self._check(closure, on_contradiction)
            allowance.check()
        return closure

    def _difference(self, closure: Closure, ends: float) -> Change:
        """How what follows by another closure is different. Raises: ReasoningLimitError."""
        if self.closure is closure:
            return Change()
        most = math.inf if self._most_inferred is None else self._most_inferred
        allowance = Allowance(most, ends)
        exclusions, old_exclusions = axiom_nodes(closure), axiom_nodes(self.closure)
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
            if self._wear.add(len(change.removed), self.store):
                # Terms that are nowhere any more have a number all the same.
                self._begin([*self.spellings.sources(self.store)])

    def drop(self) -> None:
        """The last change does not count."""
        if self._candidate is not None:
            self._apply(self._candidate[1].inverse())
            self._candidate = None

    def explain(self, triple: Triple, seconds: float = math.inf) -> SupportedProof:
        """Why a triple holds.

        Arguments: the triple; the seconds in which its proof may be looked for. Raises:
        NotInClosureError when it does not follow; TimeLimitExceededError or NotProvedError when it
        follows and no proof was found.
        """
        with _proof_limits(seconds) as allowance:
            found_proof = self.closure.explain(_valued(triple), allowance)
        part = part_of(found_proof, MOST_STEPS)
        proof = self._source_proof(part)
        supports = self.support(leaf.triple for leaf in proof.leaves())
        size = None if part is found_proof else found_proof.size
        return SupportedProof(proof, supports, size=size, definitions=self._definitions([proof]))

    def justifications(
        self, triple: Triple, most: int, seconds: float = math.inf
    ) -> SupportedJustifications:
        """The smallest sets of asserted triples from which a triple follows, each with a proof.

        Arguments: the triple; how many are wanted; the seconds in which they may be looked for.
        Raises: as `explain`.
        """
        with _proof_limits(seconds) as allowance:
            search = self.closure.explain_all(_valued(triple), most, allowance)
        wholes = [item.proof for item in search.items]
        proofs = [self._source_proof(part_of(proof, _JUSTIFIED_STEPS)) for proof in wholes]
        return SupportedJustifications(
            triple,
            tuple(proofs),
            tuple(proof.size for proof in wholes),
            search.end.value,
            self.support({leaf.triple for proof in proofs for leaf in proof.leaves()}),
            definitions=self._definitions(proofs),
        )

    def _definitions(self, proofs: Iterable[Proof]) -> tuple[Triple, ...]:
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

    def _source_proof(self, proof: Proof) -> Proof:
        """The proof with its triples in the forms of their sources."""
        if not self.spellings:
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
        forms = {quad.object for quad in self.spellings.sources(quads) if not _is_evidence(quad)}
        form = min(forms, key=str) if forms else self.spellings.unique(self.store, twin)
        return subject, predicate, carrying_node(form)

    def contradictions(self, limit: int) -> ConsistencyReport:
        """The contradictions of what is asserted, in the order of the rules, of which the first
        `limit` are proved."""
        closure = self.closure
        return ConsistencyReport(
            len(closure.inconsistencies),
            tuple(
                ProvedInconsistency(
                    inconsistency,
                    tuple(
                        self._source_proof(_proof(closure, fact))
                        for fact in inconsistency.facts[:_MOST_FACTS]
                    ),
                )
                for inconsistency in closure.inconsistencies[:limit]
            ),
            coherence=self._coherence(),
        )

    def _coherence(self) -> CoherenceReport:
        """The classes and properties of which nothing can be, and why for the first of them."""
        size = self.closure.axiom_count
        if size > _MOST_AXIOMS:
            words = f"the ontology has more than {_MOST_AXIOMS:,} axioms"
            return CoherenceReport(reason=f"{words}; eakg reason looks for them")
        check = CoherenceCheck(self.closure)
        if not check.has_rules:
            return CoherenceReport(reason="the rules that run do not tell")
        rest = max(_LEAST_EXPLAINED, min(_MOST_EXPLAINED, _AXIOMS_LOOKED_AT // max(size, 1)))
        incoherences = []
        for empty in check.terms:
            item = ProvedIncoherence(empty.term, empty.is_property, empty.above)
            if empty.above is None and rest:
                rest -= 1
                item = self._with_proofs(item, check.explain(empty))
            incoherences.append(item)
        return CoherenceReport(tuple(incoherences))

    def _with_proofs(
        self, item: ProvedIncoherence, incoherence: Incoherence | None
    ) -> ProvedIncoherence:
        if incoherence is None:
            return item
        proofs = (part_of(proof, _CLASH_STEPS) for proof in incoherence.public_proofs)
        return replace(
            item,
            rule=incoherence.inconsistency.rule,
            message=incoherence.message,
            proofs=tuple(map(self._source_proof, proofs)),
            things=tuple(incoherence.situation.words.items()),
        )

    def support(self, asserted: Iterable[Triple]) -> Supports:
        """What supports some triples: the graphs they are in, and their evidence."""
        return support_of(QuadEvidence(self.store, self.spellings), asserted)

    def _is_asserted(self, triple: pyoxigraph.Triple) -> bool:
        quads = self.store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        return not all(map(_is_evidence, quads))

    def _apply(self, change: Change) -> None:
        self.spellings.remove(self.store, change.removed)
        self.spellings.add(self.store, change.added)

    def _check(self, closure: Closure, on_contradiction: OnContradiction) -> None:
        former = set(self.closure.inconsistencies)
        clashes = [one for one in closure.inconsistencies if one not in former]
        if on_contradiction == "ignore-literals":
            clashes = [clash for clash in clashes if not clash.is_ill_formed_literal]
        if clashes:
            contradictions = [self._contradiction_json(closure, one) for one in clashes[:_MOST]]
            rest = f" (and {len(clashes) - 1} more)" if len(clashes) > 1 else ""
            raise ContradictionError(
                f"the graph would contradict itself: {clashes[0].message}{rest}", contradictions
            )

    def _contradiction_json(self, closure: Closure, inconsistency: Inconsistency) -> dict[str, Any]:
        premises = inconsistency.facts[:_MOST_FACTS] + inconsistency.axioms
        proofs = [self._source_proof(_proof(closure, premise)) for premise in premises]
        supports = self.support(leaf.triple for proof in proofs for leaf in proof.leaves())
        documents = [proof_json(proof, supports) for proof in proofs]
        return {"rule": inconsistency.rule, "message": inconsistency.message, "triples": documents}


@contextmanager
def _proof_limits(seconds: float) -> Iterator[Allowance]:
    """What may be looked at for a proof, in so many seconds. Raises: NotProvedError or
    TimeLimitExceededError in place of the errors of who looks for it."""
    try:
        yield Allowance(_MOST_TRIPLES, time.monotonic() + seconds)
    except ProofNotFoundError as error:
        raise NotProvedError(str(error)) from error
    except TooManyFactsError:
        raise NotProvedError(
            f"it follows, but no proof of it was found among {_MOST_TRIPLES:,} triples, as many"
            " as are looked at for one; with the data, eakg explain has no such limit"
        ) from None
    except ReasoningTimeError:
        words = f"it follows, but no proof of it was found within {seconds:.3g} s"
        raise TimeLimitExceededError(words, round(seconds, 3)) from None


def _valued(triple: Triple) -> Triple:
    """A triple as it is reasoned over, with the value of its literal."""
    subject, predicate, object_ = triple
    if isinstance(object_, Literal):
        return subject, predicate, carrying_node(source_term(stored_node(object_)))
    return triple


def _proof(closure: Closure, triple: Triple) -> Proof:
    """The proof of a premise of a contradiction, as far as it is shown; without steps where none
    was found with little effort."""
    try:
        return part_of(closure.explain(triple, Allowance(_CLASH_TRIPLES)), _CLASH_STEPS)
    except (NotInClosureError, ProofNotFoundError, TooManyFactsError):
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


def _in_graph(graph: Iterable[Triple], exclusions: frozenset[Node]) -> Quads:
    return frozenset(quad(triple, _INFERRED) for triple in graph if exclusions.isdisjoint(triple))


def _valued_triples(quads: Iterable[pyoxigraph.Quad]) -> Iterable[Triple]:
    return carrying_triples(map(valued_quad, quads))


def _is_reasoned_over(quad: pyoxigraph.Quad) -> bool:
    return not _is_evidence(quad)


def _is_evidence(quad: pyoxigraph.Quad) -> bool:
    return is_evidence(graph_name(quad))
