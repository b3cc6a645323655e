"""What of an ontology the rules cannot see: said in warnings, so that nobody relies on it."""

from collections.abc import Iterator

from eakg.profile import Ontology, expression_violations
from eakg.rdf import PrefixedNames
from eakg.reason.closure import Closure
from eakg.reason.relations import UNIT, solve
from eakg.reason.rules import CELL, rule_set

PROFILE = rule_set("owl-rl").specification
LARGEST = 100_000
"""Axioms above which an ontology is not searched for what is outside of OWL 2 RL."""


def warnings(closure: Closure) -> list[str]:
    """One line for each axiom that is left out or only partly used, sorted.

    These are lists that are cyclic or do not end in rdf:nil, and expressions outside of OWL 2 RL
    (https://www.w3.org/TR/owl2-profiles/ section 4.2), of which the rules draw some conclusions
    only; none of the latter for rules that are not those of OWL 2 RL.
    """
    lines = set(_broken_lists(closure))
    if closure.rules.specification == PROFILE and closure.axiom_count <= LARGEST:
        for violation in expression_violations(Ontology.of(closure.axioms)):
            lines.add(f"{violation.message} ({violation.rule}): the rules see it in part")
    return sorted(lines)


def _broken_lists(closure: Closure) -> Iterator[str]:
    facts = closure.state.facts
    cells = facts.cells()
    nil = facts.constant(CELL[2])
    for template in closure.state.program.templates.all:
        if template.rule.list is None:
            continue
        atoms = template.axiom_atoms(facts.constant)
        head = template.rule.list.head.name
        (axiom,) = [atom for atom in atoms if atom.object == head]
        for table in solve(atoms, facts.lookup, UNIT, {head, str(axiom.subject)}):
            rows = zip(table.columns[head], table.columns[str(axiom.subject)], strict=True)
            for start, subject in rows:
                if start != nil and next(cells.collections(int(start)), None) is None:
                    terms = facts.terms
                    name = PrefixedNames(closure.axioms)
                    yield (
                        f"the list of {name(terms.node(axiom.key))} of "
                        f"{name(terms.node(int(subject)))} is cyclic or does not end in rdf:nil: "
                        "the axiom is left out"
                    )
