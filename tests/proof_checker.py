"""An independent check of proofs: each step is replayed with the text of its rule alone."""

from rdflib import Graph, Literal

from eakg.reason.proof import ASSERTED, Proof
from eakg.reason.rules import owl2rl
from slow_reading import CONSTANTS, Triples, conclude, matches


def check(proof: Proof, graph: Graph) -> None:
    """Fails unless each leaf is a triple of the graph, and each other step a conclusion of the rule
    that it names from the premises that it gives."""
    pending = [proof]
    seen: set[int] = set()
    while pending:
        step = pending.pop()
        if id(step) in seen:
            continue
        seen.add(id(step))
        pending += step.premises
        if step.by == ASSERTED:
            assert step.triple in graph, f"{step.triple} is not asserted"
            assert not step.premises
        else:
            assert follows(step), f"{step.triple} does not follow by {step.by}"


def follows(step: Proof) -> bool:
    """Whether a step is an instance of its rule."""
    premises = Triples()
    for premise in step.premises:
        premises.add(premise.triple)
    literals = {term for term in step.triple if isinstance(term, Literal)} | CONSTANTS
    return any(
        step.triple in conclude(rule, binding)
        for rule in owl2rl()
        if rule.name == step.by
        for binding in matches(rule, premises, literals)
    )
