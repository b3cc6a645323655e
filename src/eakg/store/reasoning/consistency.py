"""Where what is asserted contradicts itself, and what can have no instance, each with proofs."""

from dataclasses import replace
from typing import Any

from eakg.rdf import Triple
from eakg.reason import Closure
from eakg.reason.coherence import CoherenceCheck, Incoherence
from eakg.reason.contradictions import Inconsistency, OnContradiction
from eakg.reason.proofs import (
    UNPROVED,
    NotInClosureError,
    Proof,
    ProofNotFoundError,
    part_of,
    proof_json,
)
from eakg.reason.relations import Allowance, TooManyFactsError
from eakg.sparql import ContradictionError
from eakg.store.answers import (
    CoherenceReport,
    ConsistencyReport,
    ProvedIncoherence,
    ProvedInconsistency,
)
from eakg.store.reasoning.asserted_quads import AssertedQuads

_MOST = 5  # contradictions that are explained
_MOST_FACTS = 100  # of one contradiction that are proved
_CLASH_TRIPLES, _CLASH_STEPS = 20_000, 1_000  # that are looked at, and told, for each of them
_MOST_AXIOMS = 50_000  # of an ontology whose coherence is looked at
_MOST_EXPLAINED, _LEAST_EXPLAINED = 20, 3  # classes and properties of which nothing can be
_AXIOMS_LOOKED_AT = 200_000  # for the explanations of them


def consistency(quads: AssertedQuads, closure: Closure, limit: int) -> ConsistencyReport:
    """The contradictions of what is asserted, in the order of the rules, of which the first
    `limit` are proved."""
    return ConsistencyReport(
        len(closure.inconsistencies),
        tuple(
            ProvedInconsistency(
                inconsistency,
                tuple(
                    quads.source_proof(_proof(closure, fact))
                    for fact in inconsistency.facts[:_MOST_FACTS]
                ),
            )
            for inconsistency in closure.inconsistencies[:limit]
        ),
        coherence=_coherence(quads, closure),
    )


def _coherence(quads: AssertedQuads, closure: Closure) -> CoherenceReport:
    """The classes and properties of which nothing can be, and why for the first of them."""
    size = closure.axiom_count
    if size > _MOST_AXIOMS:
        words = f"the ontology has more than {_MOST_AXIOMS:,} axioms"
        return CoherenceReport(reason=f"{words}; eakg reason looks for them")
    check = CoherenceCheck(closure)
    if not check.has_rules:
        return CoherenceReport(reason="the rules that run do not tell")
    rest = max(_LEAST_EXPLAINED, min(_MOST_EXPLAINED, _AXIOMS_LOOKED_AT // max(size, 1)))
    incoherences = []
    for empty in check.terms:
        item = ProvedIncoherence(empty.term, empty.is_property, empty.above)
        if empty.above is None and rest:
            rest -= 1
            item = _with_proofs(quads, item, check.explain(empty))
        incoherences.append(item)
    return CoherenceReport(tuple(incoherences))


def _with_proofs(
    quads: AssertedQuads, item: ProvedIncoherence, incoherence: Incoherence | None
) -> ProvedIncoherence:
    if incoherence is None:
        return item
    proofs = (part_of(proof, _CLASH_STEPS) for proof in incoherence.public_proofs)
    return replace(
        item,
        rule=incoherence.inconsistency.rule,
        message=incoherence.message,
        proofs=tuple(map(quads.source_proof, proofs)),
        things=tuple(incoherence.situation.words.items()),
    )


def check_consistency(
    quads: AssertedQuads, closure: Closure, former: Closure, on_contradiction: OnContradiction
) -> None:
    """Look for contradictions that a change brings.

    Arguments: what is asserted; its closure, and that before the change; which contradictions
    matter. Raises: ContradictionError, with the proofs of the first of them.
    """
    former_clashes = set(former.inconsistencies)
    clashes = [one for one in closure.inconsistencies if one not in former_clashes]
    if on_contradiction == "ignore-literals":
        clashes = [clash for clash in clashes if not clash.is_ill_formed_literal]
    if clashes:
        contradictions = [_contradiction_json(quads, closure, one) for one in clashes[:_MOST]]
        rest = f" (and {len(clashes) - 1} more)" if len(clashes) > 1 else ""
        raise ContradictionError(
            f"the graph would contradict itself: {clashes[0].message}{rest}", contradictions
        )


def _contradiction_json(
    quads: AssertedQuads, closure: Closure, inconsistency: Inconsistency
) -> dict[str, Any]:
    premises = inconsistency.facts[:_MOST_FACTS] + inconsistency.axioms
    proofs = [quads.source_proof(_proof(closure, premise)) for premise in premises]
    supports = quads.support(leaf.triple for proof in proofs for leaf in proof.leaves())
    documents = [proof_json(proof, supports) for proof in proofs]
    return {"rule": inconsistency.rule, "message": inconsistency.message, "triples": documents}


def _proof(closure: Closure, triple: Triple) -> Proof:
    """The proof of a premise of a contradiction, as far as it is shown; without steps where none
    was found with little effort."""
    try:
        return part_of(closure.explain(triple, Allowance(_CLASH_TRIPLES)), _CLASH_STEPS)
    except (NotInClosureError, ProofNotFoundError, TooManyFactsError):
        return Proof(triple, UNPROVED)
