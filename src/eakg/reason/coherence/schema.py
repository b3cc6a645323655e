"""What the axioms of a closure say of classes, as pairs of numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from rdflib import Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS

from eakg.reason.engine import BLANK, ClosureState
from eakg.reason.relations import (
    CLASS,
    EMPTY,
    Ids,
    Mask,
    distinct,
    first,
    second,
    within,
)
from eakg.reason.rules import SAME_AS, TYPE, Variable

_COUNTS = (
    OWL.minCardinality,
    OWL.cardinality,
    OWL.minQualifiedCardinality,
    OWL.qualifiedCardinality,
)
_LINKS = (
    RDFS.subPropertyOf,
    OWL.inverseOf,
    OWL.equivalentProperty,
    OWL.propertyDisjointWith,
)
_KINDS = (
    RDF.Property,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
    OWL.FunctionalProperty,
    OWL.InverseFunctionalProperty,
    OWL.SymmetricProperty,
    OWL.AsymmetricProperty,
    OWL.TransitiveProperty,
    OWL.IrreflexiveProperty,
)
_CONSTRAINTS = (
    OWL.propertyDisjointWith,
    OWL.maxCardinality,
    OWL.maxQualifiedCardinality,
    OWL.differentFrom,
    OWL.sourceIndividual,
    OWL.hasValue,
)
_CONSTRAINT_TYPES = (
    OWL.AllDisjointProperties,
    OWL.AllDifferent,
    OWL.IrreflexiveProperty,
    OWL.AsymmetricProperty,
)


@dataclass(frozen=True)
class MemberTable:
    """The members of the lists of intersections: for each member of a list its class, and the
    number of the list."""

    classes: Ids
    lists: Ids
    members: Ids


class Schema:
    """The axioms of a complete state; every term is its representative."""

    def __init__(self, state: ClosureState) -> None:
        self.facts = state.facts
        self._program = state.program

    def number(self, term: URIRef) -> int | None:
        """What stands for a term; None where nothing speaks of it."""
        number = self.facts.terms.number(term)
        return None if number is None else self.facts.equal.representative(number)

    def pairs(self, property_: URIRef) -> Ids:
        """The facts of a property."""
        number = self.number(property_)
        return EMPTY if number is None else self.facts.lookup(number).facts

    def instances(self, class_: URIRef) -> Ids:
        """The instances of a class."""
        number = self.number(class_)
        return EMPTY if number is None else self.facts.lookup(CLASS + number).facts

    @cached_property
    def nothing(self) -> int:
        """What stands for owl:Nothing."""
        return self.facts.equal.representative(self.facts.terms.number(OWL.Nothing) or 0)

    @cached_property
    def disjoint_pairs(self) -> Ids:
        """The pairs of classes that have nothing in common."""
        return np.concatenate([self.pairs(OWL.disjointWith), self.pairs(OWL.complementOf)])

    @cached_property
    def disjoint_lists(self) -> list[tuple[int, ...]]:
        """The lists of classes of which no two have something in common."""
        axioms = self.instances(OWL.AllDisjointClasses)
        members = self.pairs(OWL.members)
        heads = distinct(second(members[within(first(members), axioms)]))
        if not len(heads):
            return []
        cells = self.facts.cells()
        return [one.members for head in heads.tolist() for one in cells.collections(head)]

    @cached_property
    def intersections(self) -> MemberTable:
        """The intersections of classes."""
        template = self._program.templates.by_name.get("scm-int")
        table = self._program.projections.tables.get(template) if template else None
        if table is None or template is None or template.rule.list is None:
            return MemberTable(EMPTY, EMPTY, EMPTY)
        groundings = table.groundings
        return MemberTable(
            groundings.columns[Variable("c")],
            groundings.lists,
            groundings.columns[Variable(template.rule.list.members, "i")],
        )

    @cached_property
    def required_values(self) -> Ids:
        """Restrictions, each with a property of which all that is in it has some value."""
        parts = [first(self.pairs(OWL.someValuesFrom)), first(self.pairs(OWL.hasValue))]
        parts += [self._bounded(count) for count in _COUNTS]
        selves = self.pairs(OWL.hasSelf)
        parts.append(first(selves[self._are(second(selves), _is_true)]))
        properties = self.pairs(OWL.onProperty)
        restrictions = distinct(np.concatenate(parts))
        return properties[within(first(properties), restrictions)]

    @cached_property
    def fillers(self) -> Ids:
        """Restrictions, each with a class that some such value is in."""
        classes = self.pairs(OWL.onClass)
        qualified = distinct(np.concatenate([self._bounded(count) for count in _COUNTS]))
        existentials = self.pairs(OWL.someValuesFrom)
        pairs = np.concatenate([existentials, classes[within(first(classes), qualified)]])
        # Without a property there is no restriction.
        return distinct(pairs[within(first(pairs), first(self.required_values))])

    def _bounded(self, count: URIRef) -> Ids:
        """The restrictions that ask for at least one value."""
        pairs = self.pairs(count)
        return first(pairs[self._are(second(pairs), _is_positive)])

    def _are(self, numbers: Ids, test: Callable[[object], bool]) -> Mask:
        """Which terms are literals whose value a test picks."""
        values = distinct(numbers)
        nodes = map(self.facts.terms.node, values.tolist())
        picks = [isinstance(node, Literal) and test(node.value) for node in nodes]
        return within(numbers, values[np.array(picks, np.bool_)])

    @cached_property
    def properties(self) -> Ids:
        """The properties that axioms name."""
        parts = [self.instances(kind) for kind in _KINDS]
        for link in _LINKS:
            parts += [first(self.pairs(link)), second(self.pairs(link))]
        for predicate in (RDFS.domain, RDFS.range, OWL.propertyChainAxiom):
            parts.append(first(self.pairs(predicate)))
        parts.append(second(self.pairs(OWL.onProperty)))
        return self._user_terms(np.concatenate(parts))

    @cached_property
    def classes(self) -> Ids:
        """The classes that axioms name, and class expressions."""
        subclasses = self.pairs(RDFS.subClassOf)
        parts = [first(subclasses), second(subclasses), self.instances(OWL.Class)]
        parts += [self.instances(RDFS.Class), self.intersections.classes]
        parts += [first(self.disjoint_pairs), second(self.disjoint_pairs)]
        parts += [np.array(one, np.int64) for one in self.disjoint_lists]
        parts += [first(self.fillers), second(self.fillers), first(self.pairs(OWL.hasValue))]
        return self._user_terms(np.concatenate(parts))

    def _user_terms(self, numbers: Ids) -> Ids:
        """Those of some terms that are no literals, and not of the vocabulary."""
        numbers = distinct(numbers)
        terms = self.facts.terms
        return numbers[(terms.kinds[numbers] <= BLANK) & ~terms.builtin[numbers]]

    @cached_property
    def has_constraints(self) -> bool:
        """Whether anything is said that two types or two values may contradict."""
        subclasses = self.pairs(RDFS.subClassOf)
        below = first(subclasses[second(subclasses) == self.nothing])
        return bool(
            len(self.disjoint_pairs)
            or self.disjoint_lists
            or (below != self.nothing).any()
            or any(len(self.pairs(one)) for one in _CONSTRAINTS)
            or any(len(self.instances(one)) for one in _CONSTRAINT_TYPES)
        )

    @property
    def says_things_of_types(self) -> bool:
        """Whether axioms speak of rdf:type or owl:sameAs as of properties: then whatever is in a
        class has a value that they are about."""
        builtin = self.facts.terms.builtin
        keys = [key for key in self.facts.asserted if key < CLASS and builtin[key]]
        special = distinct(np.array([TYPE, SAME_AS], np.int64))
        return any(
            bool(within(column(self.facts.asserted[key]), special).any())
            for key in keys
            for column in (first, second)
        )

    @property
    def metaclasses(self) -> Ids:
        """The terms of the vocabulary to be in which is an axiom for the rules."""
        harmless = {self.number(term) for term in (OWL.Thing, OWL.Nothing, RDFS.Resource)}
        numbers = np.flatnonzero(self.facts.terms.builtin)
        numbers = distinct(self.facts.equal.representatives(numbers))
        return numbers[~np.isin(numbers, [n for n in harmless if n is not None])]


def _is_positive(value: object) -> bool:
    return isinstance(value, int) and value > 0


def _is_true(value: object) -> bool:
    return value is True
