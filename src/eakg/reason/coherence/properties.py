"""What has a property, and what is a value of it, according to the rules: of all properties at
once, each with two imagined things."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from rdflib import BNode
from rdflib.namespace import OWL

from eakg.reason.closure import Closure
from eakg.reason.coherence.imagination import Imagination
from eakg.reason.relations import CLASS, EMPTY, Ids, distinct, first, pack, second, within


@dataclass(frozen=True)
class PropertyEnds:
    """Pairs of a property and a class that all is in that has it, and of a property and a class
    that all of its values are in."""

    subjects: Ids
    objects: Ids

    def within(self, classes: Ids) -> Ids:
        """The properties with one of some classes, sorted."""
        pairs = np.concatenate([self.subjects, self.objects])
        return distinct(first(pairs[np.isin(second(pairs), classes)]))


class ImaginedProperties:
    """Two things for each property, the one of which has the other as its value.

    Arguments: a closure; the properties; what is stated of their domains and ranges.
    """

    def __init__(self, closure: Closure, properties: Ids, stated: PropertyEnds) -> None:
        self.basis = closure
        self.stated = stated
        node = closure.state.facts.terms.node
        self.pairs = {number: (BNode(), BNode()) for number in properties.tolist()}
        triples = [(subject, node(p), object_) for p, (subject, object_) in self.pairs.items()]
        self.imagination = Imagination(
            closure, tuple(triples), frozenset(t for pair in self.pairs.values() for t in pair)
        )

    def suspects(self) -> list[int]:
        """The properties to have which may be a contradiction."""
        things = self.imagination.suspects()
        return [number for number, pair in self.pairs.items() if things.intersection(pair)]

    @cached_property
    def ends(self) -> PropertyEnds:
        """What has each, and what its values are."""
        if not self.imagination.makes_no_equal:
            return self.stated
        subjects, objects = (self._numbers(place) for place in (0, 1))
        imagined = distinct(first(np.concatenate([subjects, objects])))
        former = self.basis.state.facts.relations
        types: list[Ids] = [EMPTY]
        for key, relation in self.imagination.closure.state.facts.relations.items():
            if relation is former.get(key):
                continue
            if key >= CLASS:
                members = relation.facts[within(relation.facts, imagined)]
                types.append(pack(members, np.full(len(members), key - CLASS)))
            elif (
                within(first(relation.facts), imagined) != within(second(relation.facts), imagined)
            ).any():
                # What is said of one may reach others by what both have to do with.
                return self.stated
        pairs = np.sort(np.concatenate(types))
        return PropertyEnds(*(_with_names(pairs, numbers) for numbers in (subjects, objects)))

    def _numbers(self, place: int) -> Ids:
        """The pairs of an imagined thing and its property."""
        terms = self.basis.state.facts.terms
        triples = [
            (pair[place], OWL.onProperty, terms.node(number)) for number, pair in self.pairs.items()
        ]
        facts = terms.encode(triples)
        (pairs,) = facts.values() if facts else (EMPTY,)
        return pack(first(pairs), self.basis.state.facts.equal.representatives(second(pairs)))


def _with_names(pairs: Ids, names: Ids) -> Ids:
    """Pairs with another name in place of their first term, where it has one."""
    places = np.searchsorted(first(names), first(pairs))
    places[places == len(names)] = 0
    mask = first(names)[places] == first(pairs) if len(names) else np.zeros(len(pairs), np.bool_)
    return distinct(pack(second(names[places[mask]]), second(pairs[mask])))
