"""An independent check of proofs: each step is replayed with the text of its rule alone."""

from rdflib import Graph, Literal

from eakg.reason.proofs.proof import Proof
from eakg.reason.proofs.step import ASSERTED
from eakg.reason.rules.sets import RuleSet, rule_set
from helpers.slow_reading import CONSTANTS, Reading


def check(proof: Proof, graph: Graph, rules: RuleSet | None = None) -> None:
    """Fails unless each leaf is a triple of the graph, and each other step a conclusion of the rule
    that it names from the premises that it gives."""
    pending = [proof]
    visited: set[int] = set()
    while pending:
        step = pending.pop()
        if id(step) in visited:
            continue
        visited.add(id(step))
        pending += step.premises
        if step.by == ASSERTED:
            assert step.triple in graph, f"{step.triple} is not asserted"
            assert not step.premises
        else:
            assert follows(step, rules or rule_set()), f"{step.triple} does not follow by {step.by}"


def follows(step: Proof, rules: RuleSet) -> bool:
    """Whether a step is an instance of its rule."""
    literals = {term for term in step.triple if isinstance(term, Literal)} | CONSTANTS
    reading = Reading((premise.triple for premise in step.premises), literals)
    return any(
        reading.encode(step.triple) in conclusions
        for rule in rules.rules
        if rule.name == step.by
        for conclusions in reading.instances(rule)
    )
