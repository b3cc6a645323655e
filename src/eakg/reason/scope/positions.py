"""Class expressions by the position in which they stand, as columns of numbers.

The grammar is that of https://www.w3.org/TR/owl2-profiles/ sections 4.2.3 to 4.2.5. An ontology may
have millions of expressions; none is an object.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from rdflib import URIRef
from rdflib.namespace import OWL, RDFS

from eakg.profile import BOOLEAN, CONSTRUCTORS, POSITIONS, Position
from eakg.reason.engine import BLANK, IRI
from eakg.reason.relations import (
    EMPTY,
    Ids,
    distinct,
    first,
    pack,
    second,
    within,
)
from eakg.reason.scope.axioms import Axioms

_LISTS = (OWL.intersectionOf, OWL.unionOf)
_FILLERS = (OWL.someValuesFrom, OWL.allValuesFrom)
_DATA_RANGES = (OWL.unionOf, OWL.oneOf)
_ORDER: tuple[Position, ...] = ("subclass", "superclass", "equivalent class")


@dataclass(frozen=True)
class Misplacement:
    """Class expressions that OWL 2 RL does not have where they stand.

    Arguments: what makes them, or None for anonymous classes that nothing makes; the position;
    they, and what axioms they are in, by the subjects, one for each.
    """

    constructor: URIRef | None
    position: str
    expressions: Ids
    owners: Ids


class Positions:
    """The class expressions of axioms.

    Argument: the axioms.
    """

    def __init__(self, axioms: Axioms) -> None:
        self.axioms = axioms
        self._visited: dict[str, Ids] = dict.fromkeys((*_ORDER, "data range"), EMPTY)

    def misplacements(self) -> Iterator[Misplacement]:
        """Those that are out of place, level by level: what is within is in a position, too."""
        level = self._beginning()
        while any(len(pairs) for pairs in level.values()):
            further: dict[str, list[Ids]] = {position: [EMPTY] for position in level}
            for position in _ORDER:
                pairs = self._fresh(position, level[position])
                yield from self._of_level(position, pairs, further)
            yield from self._data_ranges(self._fresh("data range", level["data range"]), further)
            level = {
                position: self._expressions(np.concatenate(parts))
                for position, parts in further.items()
            }

    def things(self) -> Iterator[Misplacement]:
        """Uses of owl:Thing as a class of which something is said."""
        for position, pairs in self._seeds().items():
            if position in ("subclass", "equivalent class"):
                owners = second(pairs[first(pairs) == self.axioms.number(OWL.Thing)])
                yield Misplacement(OWL.Thing, position, owners, owners)

    def _seeds(self) -> dict[str, Ids]:
        """Classes by position, each with the subject of an axiom."""
        axioms = self.axioms
        subclasses, disjoint = axioms.pairs(RDFS.subClassOf), axioms.pairs(OWL.disjointWith)
        keys = axioms.pairs(OWL.hasKey)
        subclass = [_loops(subclasses), _loops(disjoint), _swapped(disjoint), _loops(keys)]
        lists = axioms.members(axioms.parts(OWL.AllDisjointClasses, OWL.members))
        subclass.append(_swapped(lists))
        datatypes = axioms.instances(RDFS.Datatype)
        equivalents = axioms.pairs(OWL.equivalentClass)
        is_datatype = within(first(equivalents), datatypes)
        definitions, equivalents = equivalents[is_datatype], equivalents[~is_datatype]
        ends = [axioms.pairs(predicate) for predicate in (RDFS.domain, RDFS.range)]
        ends = [pairs[~axioms.are_annotations(first(pairs))] for pairs in ends]
        is_data = axioms.are_data_properties(first(ends[1]))
        superclass = [_swapped(subclasses), _swapped(ends[0]), _swapped(ends[1][~is_data])]
        superclass.append(axioms.anonymous_types())
        return {
            "subclass": np.concatenate(subclass),
            "superclass": np.concatenate(superclass),
            "equivalent class": np.concatenate([_loops(equivalents), _swapped(equivalents)]),
            "data range": np.concatenate([_swapped(ends[1][is_data]), _swapped(definitions)]),
        }

    def _beginning(self) -> dict[str, Ids]:
        level = {position: self._expressions(pairs) for position, pairs in self._seeds().items()}
        names = [first(self.axioms.pairs(constructor)) for constructor in BOOLEAN]
        classes = distinct(np.concatenate(names))
        classes = classes[self.axioms.kinds[classes] == IRI]
        position = "equivalent class"
        level[position] = np.concatenate([level[position], pack(classes, classes)])
        return level

    def _expressions(self, pairs: Ids) -> Ids:
        expressions: Ids = pairs[self.axioms.kinds[first(pairs)] == BLANK]
        return expressions

    def _fresh(self, position: str, pairs: Ids) -> Ids:
        """Expressions that were not looked at in a position, each with one subject."""
        pairs = distinct(pairs)
        nodes, places = np.unique(first(pairs), return_index=True)
        is_fresh = ~within(nodes, self._visited[position])
        self._visited[position] = distinct(np.concatenate([self._visited[position], nodes]))
        return pairs[places[is_fresh]]

    def _of_level(
        self, position: Position, pairs: Ids, further: dict[str, list[Ids]]
    ) -> Iterator[Misplacement]:
        nodes, owners = first(pairs), second(pairs)
        expressions = [EMPTY]
        for constructor in CONSTRUCTORS:
            rows, values = self.axioms.values(constructor, nodes)
            expressions.append(nodes[rows])
            if position not in POSITIONS.get(constructor, ()):
                if len(rows):
                    yield Misplacement(constructor, position, nodes[rows], owners[rows])
                continue
            parts = pack(values, owners[rows])
            if constructor in _LISTS:
                further[position].append(self.axioms.members(parts))
            elif constructor == OWL.complementOf:
                further["subclass"].append(parts)
            elif constructor in _FILLERS:
                is_data = self.axioms.are_on_data(nodes[rows])
                further[position].append(parts[~is_data])
                further["data range"].append(parts[is_data])
            elif constructor in (OWL.maxCardinality, OWL.maxQualifiedCardinality):
                is_larger = self.axioms.are_above_one(values)
                if is_larger.any():
                    larger = rows[is_larger]
                    name = f"{position}, of 2 or more"
                    yield Misplacement(constructor, name, nodes[larger], owners[larger])
                class_rows, classes = self.axioms.values(OWL.onClass, nodes[rows])
                further["subclass"].append(pack(classes, owners[rows][class_rows]))
        is_bare = ~within(nodes, distinct(np.concatenate(expressions)))
        if is_bare.any():
            yield Misplacement(None, position, nodes[is_bare], owners[is_bare])

    def _data_ranges(self, pairs: Ids, further: dict[str, list[Ids]]) -> Iterator[Misplacement]:
        nodes, owners = first(pairs), second(pairs)
        rows, values = self.axioms.values(OWL.intersectionOf, nodes)
        further["data range"].append(self.axioms.members(pack(values, owners[rows])))
        for constructor in _DATA_RANGES:
            rows, _ = self.axioms.values(constructor, nodes)
            if len(rows):
                yield Misplacement(constructor, "data range", nodes[rows], owners[rows])


def _loops(pairs: Ids) -> Ids:
    return pack(first(pairs), first(pairs))


def _swapped(pairs: Ids) -> Ids:
    return pack(second(pairs), first(pairs))
