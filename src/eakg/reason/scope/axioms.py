"""The asserted axioms of a closure, as pairs of numbers of the terms as they are written."""

from functools import cached_property

import numpy as np
from rdflib import Literal, URIRef
from rdflib.namespace import OWL, RDF

from eakg.profile import RESTRICTIONS
from eakg.reason.engine import BLANK, FactBase, Kinds
from eakg.reason.relations import (
    CLASS,
    EMPTY,
    SHIFT,
    Ids,
    Mask,
    distinct,
    first,
    pack,
    ranges,
    second,
    within,
    without,
)


class Axioms:
    """What is asserted.

    Argument: the facts of a closure.
    """

    def __init__(self, facts: FactBase) -> None:
        self.facts = facts
        self.terms = facts.terms

    @property
    def kinds(self) -> Kinds:
        """What each term is."""
        return self.terms.kinds

    def number(self, term: URIRef) -> int:
        """The number of a term; -1 where nothing speaks of it."""
        number = self.terms.number(term)
        return -1 if number is None else number

    def pairs(self, property_: URIRef) -> Ids:
        """The facts of a property."""
        return self.facts.asserted.get(self.number(property_), EMPTY)

    def instances(self, class_: URIRef) -> Ids:
        """The instances of a class."""
        return self.facts.asserted.get(CLASS + self.number(class_), EMPTY)

    def parts(self, class_: URIRef, property_: URIRef) -> Ids:
        """The values that instances of a class have of a property, each with the instance."""
        pairs = self.pairs(property_)
        pairs = pairs[within(first(pairs), self.instances(class_))]
        return pack(second(pairs), first(pairs))

    def values(self, property_: URIRef, subjects: Ids) -> tuple[Ids, Ids]:
        """The values of a property: which of some subjects has each, and the value."""
        pairs = self.pairs(property_)
        low = np.searchsorted(pairs, subjects << SHIFT)
        counts = np.searchsorted(pairs, (subjects + 1) << SHIFT) - low
        return np.repeat(np.arange(len(subjects)), counts), second(pairs[ranges(low, counts)])

    def members(self, heads: Ids) -> Ids:
        """The members of lists that other terms are paired with, in place of the lists."""
        parts, visited, cells = [EMPTY], EMPTY, distinct(heads)
        while len(cells):
            visited = distinct(np.concatenate([visited, cells]))
            rows, values = self.values(RDF.first, first(cells))
            parts.append(pack(values, second(cells)[rows]))
            rows, rests = self.values(RDF.rest, first(cells))
            cells = without(distinct(pack(rests, second(cells)[rows])), visited)
        return np.concatenate(parts)

    def anonymous_types(self) -> Ids:
        """The anonymous classes that things are in, each with one of them."""
        keys = [key for key in self.facts.asserted if key >= CLASS]
        classes = np.array(keys, np.int64) - CLASS
        classes = classes[self.kinds[classes] == BLANK]
        things = [int(self.facts.asserted[CLASS + n][0]) for n in classes.tolist()]
        return pack(classes, np.array(things, np.int64))

    def are_data_properties(self, numbers: Ids) -> Mask:
        """Which terms are datatype properties."""
        return within(numbers, self.instances(OWL.DatatypeProperty))

    def are_annotations(self, numbers: Ids) -> Mask:
        """Which terms are annotation properties."""
        return within(numbers, self.instances(OWL.AnnotationProperty))

    def are_on_data(self, restrictions: Ids) -> Mask:
        """Which restrictions are on datatype properties."""
        rows, properties = self.values(OWL.onProperty, restrictions)
        mask = np.zeros(len(restrictions), np.bool_)
        mask[rows[self.are_data_properties(properties)]] = True
        return mask

    def are_above_one(self, literals: Ids) -> Mask:
        """Which terms are no numbers, or none of 0 and 1."""
        values = distinct(literals)
        nodes = map(self.terms.node, values.tolist())
        is_above = [not (isinstance(node, Literal) and node.value in (0, 1)) for node in nodes]
        return within(literals, values[np.array(is_above, np.bool_)])

    @cached_property
    def incomplete_restrictions(self) -> Ids:
        """Restrictions without owl:onProperty."""
        subjects = [first(self.pairs(constructor)) for constructor in RESTRICTIONS]
        return without(distinct(np.concatenate(subjects)), first(self.pairs(OWL.onProperty)))
