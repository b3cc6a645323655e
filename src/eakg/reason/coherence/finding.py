"""The classes that nothing can be in, and the properties that nothing can have.

An instance is imagined of each class, with a value for each restriction that asks for one, and two
things for each property. Of most classes it is known what the instance would be in without it, from
the closure of their superclasses; where the rules find values for it, they run.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from rdflib import BNode, URIRef
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from eakg.rdf import Triple
from eakg.reason.closure import Closure, closure_of
from eakg.reason.coherence.hierarchy import highest, names_of
from eakg.reason.coherence.imagination import Imagination
from eakg.reason.coherence.properties import ImaginedProperties, PropertyEnds
from eakg.reason.coherence.schema import Schema
from eakg.reason.coherence.situation import Situation
from eakg.reason.coherence.types import clashing, composed, pairing, saturated
from eakg.reason.engine import IRI
from eakg.reason.relations import (
    EMPTY,
    Ids,
    distinct,
    first,
    pack,
    second,
    within,
    without,
)

if TYPE_CHECKING:
    from eakg.reason.coherence.incoherence import Incoherence

_RULES = frozenset(
    {"cax-sco", "cls-int1", "cls-nothing2", "scm-sco", "scm-eqc1", "scm-int", "scm-uni"}
)
"""Without these, what an instance of a class is in cannot be read off its superclasses."""


@dataclass(frozen=True)
class EmptyTerm:
    """A class that nothing can be in, or a property that nothing can have.

    `above` is a class that it is below and of which the same is said, where there is one.
    """

    term: URIRef
    is_property: bool
    above: URIRef | None = None


class CoherenceCheck:
    """Looks for what nothing can be in, or have.

    Argument: a closure.
    """

    def __init__(self, closure: Closure) -> None:
        if not closure.state.program.is_started:
            # Another engine made it, and what the rules were fitted to is not known.
            closure = closure_of(closure.asserted)
        self.closure = closure
        self.schema = Schema(closure.state)
        self._facts = closure.state.facts
        self._orders: dict[int, int] = {}
        self._property_orders: dict[int, int] = {}
        self._subclasses = self.schema.pairs(RDFS.subClassOf)
        self._types = pairing(EMPTY)
        self._ends = PropertyEnds(EMPTY, EMPTY)

    @property
    def has_rules(self) -> bool:
        """Whether the rules that ran tell what an instance of a class is in."""
        return self._facts.rules.order.keys() >= _RULES

    @cached_property
    def terms(self) -> list[EmptyTerm]:
        """They, each once, classes first, in the order of their names."""
        if self.has_rules:
            self._search()
        classes = names_of(self.closure, self._orders)
        numbers = distinct(np.array([*classes], np.int64))
        below = self._types.facts
        # What is below owl:Nothing is below everything.
        below = below[~within(first(below), first(below[second(below) == self.schema.nothing]))]
        above = highest(below, numbers, self._facts.terms.node)
        terms = [
            EmptyTerm(term, False, classes[above[number]][0] if number in above else None)
            for number, names in classes.items()
            for term in names
        ]
        properties = names_of(self.closure, self._property_orders)
        terms += [EmptyTerm(term, True) for names in properties.values() for term in names]
        return sorted(terms, key=lambda term: (term.is_property, term.term))

    @property
    def count(self) -> int:
        """How many classes, class expressions and properties were looked at."""
        return len(self.schema.classes) + len(self.schema.properties)

    def explain(self, empty: EmptyTerm) -> "Incoherence | None":
        """What would be a contradiction if something were in a class, or had a property; None where
        the rules do not say so."""
        # Most ontologies need no explanation, and proofs are a slow import.
        from eakg.reason.coherence.incoherence import Incoherence

        terms = self._facts.terms
        number = self._facts.equal.representative(terms.number(empty.term) or 0)
        if empty.is_property:
            situation: Situation | None = self._having(empty.term, number)
        elif number in first(self._subclasses[second(self._subclasses) == self.schema.nothing]):
            return Incoherence.below_nothing(empty.term, self.closure)
        else:
            situation = next(self._situations(empty.term, number), None)
        if situation is None or not self._imagine(situation).inconsistencies:
            return None
        return Incoherence.of(empty.term, empty.is_property, self._imagine(situation), situation)

    def _situations(self, class_: URIRef, number: int) -> Iterator[Situation]:
        """An instance of a class, with as little else as makes a contradiction."""
        thing = BNode()
        words: dict[Node, str] = {thing: "what is one"}
        situation = Situation(words, [(thing, RDF.type, class_)])
        if self._imagine(situation).inconsistencies:
            yield situation
        classes, properties = self._add_values(situation, thing, number)
        kinds = self._facts.terms.kinds[classes]
        for names in (classes[kinds == IRI], classes):
            situation.lemmas[:] = self._lemmas(names, properties, self._orders[number])
            if self._imagine(situation).inconsistencies:
                yield situation

    def _imagine(self, situation: Situation) -> Imagination:
        triples = (*situation.assumptions, *situation.lemmas)
        imagination = Imagination(self.closure, triples, frozenset(situation.words))
        if situation.lemmas:
            # They are axioms, but name nothing.
            vars(imagination.closure)["axioms"] = self.closure.axioms
        return imagination

    def _having(self, property_: URIRef, number: int) -> Situation:
        """Something that has a property, and what is known of its classes already."""
        subject, object_ = BNode(), BNode()
        words: dict[Node, str] = {subject: "what has it", object_: "a value of it"}
        ends = np.concatenate([self._ends.subjects, self._ends.objects])
        classes = second(ends[first(ends) == number])
        lemmas = self._lemmas(classes, EMPTY, self._property_orders[number])
        return Situation(words, [(subject, property_, object_)], lemmas)

    def _add_values(self, situation: Situation, thing: BNode, number: int) -> tuple[Ids, Ids]:
        """Add the values that a class asks for. Result: all classes that are there then, and the
        properties."""
        node, schema = self._facts.terms.node, self.schema
        types = second(self._types.facts[first(self._types.facts) == number])
        required, fillers = schema.required_values, schema.fillers
        required = required[within(first(required), types)]
        inverses = schema.pairs(OWL.inverseOf)
        classes = [types]
        for restriction, property_ in _rows(required):
            value, predicate = BNode(), node(property_)
            situation.words[value] = "a value that it must have"
            if isinstance(predicate, URIRef):
                situation.assumptions.append((thing, predicate, value))
            for inverse in second(inverses[first(inverses) == property_]).tolist():
                situation.assumptions.append((value, node(inverse), thing))
            members = second(fillers[first(fillers) == restriction])
            situation.assumptions.extend((value, RDF.type, node(n)) for n in members.tolist())
            classes.append(members)
        return distinct(np.concatenate(classes)), second(required)

    def _lemmas(self, classes: Ids, properties: Ids, order: int) -> list[Triple]:
        """What was found before of classes and properties."""
        node = self._facts.terms.node
        lemmas: list[Triple] = [
            (node(number), OWL.disjointWith, node(number))
            for number in distinct(classes).tolist()
            if self._orders.get(number, order) < order
        ]
        lemmas += [
            (node(number), OWL.propertyDisjointWith, node(number))
            for number in distinct(properties).tolist()
            if self._property_orders.get(number, order) < order
        ]
        return lemmas

    # The search

    def _search(self) -> None:
        schema = self.schema
        classes = schema.classes
        types = distinct(np.concatenate([self._subclasses, pack(classes, classes)]))
        self._types = saturated(types, EMPTY, schema.intersections)
        self._note(self._orders, clashing(self._types, schema).tolist(), 0)
        # What has one of these is known to be impossible, and may be in everything.
        stated = PropertyEnds(schema.pairs(RDFS.domain), schema.pairs(RDFS.range))
        impossible = stated.within(self._empty)
        self._note(self._property_orders, impossible.tolist(), 1)
        if schema.has_constraints:
            properties = ImaginedProperties(
                self.closure, without(schema.properties, impossible), stated
            )
            self._ends = properties.ends
            self._note(self._property_orders, filter(self._is_impossible, properties.suspects()), 0)
        required = schema.required_values
        edges = composed(pairing(required), pairing(self._ends.subjects))
        self._types = saturated(
            np.concatenate([self._types.facts, self._value_types()]), edges, schema.intersections
        )
        self._note(self._orders, clashing(self._types, schema).tolist(), 0)
        self._note(self._orders, self._odd_classes(), 0)
        order = 2
        while self._follow(order):
            order += 1

    def _follow(self, order: int) -> bool:
        """Note what is empty because something else is. Result: whether there is more of it."""
        empty = self._empty
        properties = self._ends.within(empty).tolist()
        classes = [*self._in(empty).tolist(), *self._asking_for_nothing(empty).tolist()]
        # Both, and not the second only where there is none of the first.
        notes = [
            self._note(self._orders, classes, order),
            self._note(self._property_orders, properties, order),
        ]
        return any(notes)

    def _in(self, classes: Ids) -> Ids:
        """What is in some classes and not among them. Each may be in thousands."""
        types = self._types.facts
        is_class = np.zeros(len(self._facts.terms) + len(self._values), np.bool_)
        is_class[classes] = True
        is_in = np.zeros_like(is_class)
        is_in[first(types)[is_class[second(types)]]] = True
        is_in[classes] = False
        return np.flatnonzero(is_in)

    @property
    def _empty(self) -> Ids:
        """What is known to be empty, owl:Nothing among it, sorted."""
        return distinct(np.array([self.schema.nothing, *self._orders], np.int64))

    @staticmethod
    def _note(orders: dict[int, int], numbers: Iterable[int], order: int) -> bool:
        size = len(orders)
        for number in numbers:
            orders.setdefault(number, order)
        return len(orders) > size

    @cached_property
    def _values(self) -> Ids:
        """The restrictions that ask for a value of a property of whose values something is known,
        each with the node that stands for the value."""
        required = self.schema.required_values
        properties = distinct(first(self._ends.objects))
        restrictions = distinct(first(required[within(second(required), properties)]))
        return pack(restrictions, np.arange(len(restrictions)) + len(self._facts.terms))

    def _value_types(self) -> Ids:
        """What the values are in that restrictions ask for."""
        values = self._values
        if not len(values):
            return EMPTY
        owners = pairing(pack(second(values), first(values)))
        required = pairing(self.schema.required_values)
        properties = pairing(composed(owners, required))
        types = np.concatenate(
            [
                composed(owners, pairing(self.schema.fillers)),
                composed(properties, pairing(self._ends.objects)),
            ]
        )
        return np.concatenate([types, composed(pairing(types), self._types)])

    def _asking_for_nothing(self, empty: Ids) -> Ids:
        """The restrictions that ask for a value which cannot be."""
        fillers, required, values = self.schema.fillers, self.schema.required_values, self._values
        properties = np.sort(np.array([*self._property_orders], np.int64))
        return distinct(
            np.concatenate(
                [
                    first(fillers[within(second(fillers), empty)]),
                    first(required[within(second(required), properties)]),
                    first(values[within(second(values), empty)]),
                ]
            )
        )

    def _odd_classes(self) -> list[int]:
        """The classes to be in which is a contradiction, of those whose instances have values."""
        schema, facts = self.schema, self._types.facts
        numbers = without(schema.classes, self._empty)
        if not schema.says_things_of_types:
            special = distinct(
                np.concatenate([first(schema.pairs(OWL.hasValue)), schema.metaclasses])
            )
            numbers = numbers[
                within(numbers, distinct(first(facts[within(second(facts), special)])))
            ]
        numbers = numbers[self._facts.terms.kinds[numbers] == IRI]
        things = {BNode(): number for number in numbers.tolist()}
        node = self._facts.terms.node
        triples = tuple((thing, RDF.type, node(number)) for thing, number in things.items())
        if not triples:
            return []
        suspects = Imagination(self.closure, triples, frozenset(things)).suspects()
        return [
            things[thing] for thing in things if thing in suspects and self._is_empty(things[thing])
        ]

    def _is_empty(self, class_: int) -> bool:
        thing = BNode()
        triple = thing, RDF.type, self._facts.terms.node(class_)
        return bool(Imagination(self.closure, (triple,), frozenset({thing})).inconsistencies)

    def _is_impossible(self, property_: int) -> bool:
        subject, object_ = BNode(), BNode()
        triple = subject, self._facts.terms.node(property_), object_
        things = frozenset({subject, object_})
        return bool(Imagination(self.closure, (triple,), things).inconsistencies)


def _rows(pairs: Ids) -> Iterator[tuple[int, int]]:
    return zip(first(pairs).tolist(), second(pairs).tolist(), strict=True)
