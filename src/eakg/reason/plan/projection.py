"""Projections: rules that make each fact of one relation a fact of another.

With its axioms filled in, `T(?p rdfs:domain ?c), T(?x ?p ?y) -> T(?x rdf:type ?c)` takes the
subjects of a property into a class. Most rules are of this kind, and have an instance for each
axiom or even for each pair of a closure; they run over columns of axioms and of facts.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from rdflib.namespace import RDF

from eakg.reason.plan.compile import Template
from eakg.reason.plan.groundings import Groundings
from eakg.reason.relations import Ids, Mask, first, pack, second
from eakg.reason.rules import TYPE, RuleTerm, TripleAtom, Variable


@dataclass(frozen=True)
class Projection:
    """A rule with at most one premise beside its axioms, and with one conclusion.

    `body` is None where its axioms are all that it needs.
    """

    body: TripleAtom | None
    head: TripleAtom

    @property
    def reads_class(self) -> bool:
        """Whether it reads the instances of a class, else a property."""
        return self.body is not None and not isinstance(self.body.predicate, Variable)

    def facts(self, groundings: Groundings, rows: Ids, facts: Ids) -> tuple[Ids, Ids]:
        """What follows from facts by rows, one for each of them: which rows make a conclusion,
        and the conclusions."""
        body = self.body
        slots: dict[RuleTerm, Ids] = {}
        if body is not None and self.reads_class:
            slots[body.subject] = facts
        elif body is not None:
            objects = second(facts)
            if groundings.is_open(body.object):
                slots[body.object] = objects
            else:
                fits = groundings.values(body.object)[rows] == objects
                rows, facts = rows[fits], facts[fits]
            slots[body.subject] = first(facts)
        return rows, self._stated(groundings, rows, slots)

    def _stated(self, groundings: Groundings, rows: Ids, slots: dict[RuleTerm, Ids]) -> Ids:
        def values(term: RuleTerm) -> Ids:
            return slots[term] if term in slots else groundings.values(term)[rows]

        subjects = values(self.head.subject)
        if self.concludes_class(groundings):
            return subjects
        return pack(subjects, values(self.head.object))

    def concludes_class(self, groundings: Groundings) -> bool:
        """Whether its conclusions are instances of a class."""
        predicate = self.head.predicate
        return not (
            isinstance(predicate, Variable) or groundings.is_open(self.head.object)
        ) and groundings.number(predicate) == groundings.constant(TYPE)

    def premises(self, groundings: Groundings, rows: Ids, facts: Ids) -> tuple[Ids, Ids, Ids]:
        """From what facts follow by rows, one for each: the places of those that may conclude them,
        and the subjects and the objects of the facts that they need, -1 for any."""
        head = self.head
        is_class = self.concludes_class(groundings)
        stated = {head.subject: facts if is_class else first(facts)}
        fits = np.ones(len(rows), np.bool_)
        if not is_class:
            if head.object in stated:
                fits &= stated[head.object] == second(facts)
            stated[head.object] = second(facts)
        elif head.object in stated:
            fits &= stated[head.object] == groundings.values(head.object)[rows]
        for term, values in stated.items():
            if not groundings.is_open(term):
                fits &= groundings.values(term)[rows] == values
        places = np.flatnonzero(fits)
        rows = rows[places]
        stated = {term: values[fits] for term, values in stated.items()}
        wildcards = np.full(len(rows), -1, np.int64)
        if self.body is None:
            return places, wildcards, wildcards
        subjects = stated.get(self.body.subject, wildcards)
        if self.reads_class:
            return places, subjects, wildcards
        if not groundings.is_open(self.body.object):
            return places, subjects, groundings.values(self.body.object)[rows]
        return places, subjects, stated.get(self.body.object, wildcards)


@cache
def projection_of(template: Template) -> Projection | None:
    """A rule as a projection; None where it is of another kind."""
    rule = template.rule
    if not template.axioms or template.open is not None or "j" in template.indices:
        return None
    if len(rule.conclusions) != 1 or len(template.data) > 1:
        return None
    bound = {*template.variables}
    if "i" in template.indices and rule.list is not None:
        bound.add(Variable(rule.list.members, "i"))
    (head,) = rule.conclusions
    if not _is_keyed(head, bound):
        return None
    if not template.data:
        return Projection(None, head)
    (body,) = template.data
    if body.each or not _is_keyed(body, bound):
        return None
    if not isinstance(body.predicate, Variable) and body.predicate != RDF.type:
        return None
    if body.subject in bound or not isinstance(body.subject, Variable):
        return None
    if body.subject == body.object or not isinstance(body.object, Variable):
        return None
    return Projection(body, head)


def _is_keyed(atom: TripleAtom, bound: set[Variable]) -> bool:
    """Whether the axioms say which relation an atom is of."""
    if isinstance(atom.predicate, Variable):
        return atom.predicate in bound
    if atom.predicate != RDF.type:
        return True
    return not isinstance(atom.object, Variable) or atom.object in bound


def is_about_types(projection: Projection, groundings: Groundings) -> Mask:
    """Which rows have rdf:type where their rule has a variable property."""
    type_ = groundings.constant(TYPE)
    mask = np.zeros(len(groundings), np.bool_)
    for atom in (projection.body, projection.head):
        if atom is not None and isinstance(atom.predicate, Variable):
            mask |= groundings.columns[atom.predicate] == type_
    return mask
