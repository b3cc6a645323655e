"""What keeps a rule of one's own from being run."""

from collections.abc import Iterator

from rdflib import Literal

from eakg.reason.plan import Template, templates_of
from eakg.reason.rules import ListAtom, Rule, RuleSet, TripleAtom, Variable


def objection(rule: Rule) -> str | None:
    """Why a rule cannot be run; None where it can.

    A conclusion has no variable that no premise binds (safety) and states a triple of RDF. What
    else is refused the engine does not do: a condition on values, two collections, and two
    properties that are open.
    """
    return next(_objections(rule), None)


def _objections(rule: Rule) -> Iterator[str]:
    if rule.conditions:
        yield f"a condition on values ({rule.conditions[0].name}) is for the shipped rules alone"
        return
    bound = {term.name for atom in rule.atoms for term in atom.terms if isinstance(term, Variable)}
    if rule.list is not None:
        bound.add(rule.list.members)
    for atom in rule.conclusions:
        for term in atom.terms:
            if isinstance(term, Variable) and term.name not in bound:
                yield f"{term} is in the conclusion and in no premise that is a triple"
        if atom.each:
            yield "a conclusion has no EACH"
    for atom in (*rule.atoms, *rule.conclusions):
        yield from _objections_to_atom(atom, rule)
    lists = [premise for premise in rule.premises if isinstance(premise, ListAtom)]
    if len(lists) > 1:
        yield "a rule reads one collection at most"
        return
    templates = templates_of(RuleSet("", (rule,), "")).all
    yield from _objections_to_properties(templates[0])


def _objections_to_atom(atom: TripleAtom, rule: Rule) -> Iterator[str]:
    if isinstance(atom.subject, Literal):
        yield f"the literal {atom.subject.n3()} is the subject of a triple"
    if isinstance(atom.predicate, Literal):
        yield f"the literal {atom.predicate.n3()} is the property of a triple"
    if atom.each and rule.list is None:
        yield "EACH needs a LIST"


def _objections_to_properties(template: Template) -> Iterator[str]:
    rule = template.rule
    if rule.list is not None:
        starts = [atom for atom in template.axioms if atom.object == rule.list.head]
        if len(starts) != 1 or not isinstance(starts[0].subject, Variable):
            yield f"one premise with a named property leads to the collection {rule.list.head}"
    bound_variables = {*template.variables}
    body_properties = _properties(rule.atoms) - bound_variables
    if len(body_properties) > 1:
        words = " and ".join(sorted(map(str, body_properties)))
        yield f"{words} stand for any property; one may, or a premise says which they are"
    if body_properties and template.axioms:
        (variable,) = body_properties
        yield f"{variable} stands for any property beside premises that say which others are"
    if body_properties and not rule.conclusions:
        (variable,) = body_properties
        yield f"{variable} stands for any property in a rule that concludes false"
    if unknown := _properties(rule.conclusions) - bound_variables - body_properties:
        yield f"{min(map(str, unknown))} is the property of the conclusion, and any in the premises"


def _properties(atoms: tuple[TripleAtom, ...]) -> set[Variable]:
    return {
        atom.predicate
        for atom in atoms
        if isinstance(atom.predicate, Variable) and not atom.predicate.index
    }
