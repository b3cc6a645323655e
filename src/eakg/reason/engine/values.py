"""The rules about literals (table 8), decided by values: dt-type2, dt-eq, dt-diff, dt-not-type."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import cast

import numpy as np
from rdflib import Literal
from rdflib.term import Node

from eakg.reason.engine.terms import LITERAL, Terms
from eakg.reason.literals import (
    DATATYPES,
    Value,
    are_different,
    in_value_space,
    is_well_formed,
    out_of_value_space,
    value_of,
)
from eakg.reason.relations import EMPTY, Ids, distinct, pack
from eakg.reason.rules import NUMBER, VOCABULARY

DATATYPE_NUMBERS: dict[int, Node] = {NUMBER[datatype]: datatype for datatype in DATATYPES}


class ValueIndex:
    """The literals of a dictionary by value, as far as it has grown.

    Arguments: the terms; how many of them the rules speak of.
    """

    def __init__(self, terms: Terms, vocabulary: int) -> None:
        self.terms = terms
        self._vocabulary = vocabulary
        self.literals: dict[int, Literal] = {}
        self.groups: dict[Value, list[int]] = defaultdict(list)
        self._size = 0

    def refresh(self) -> "ValueIndex":
        """The same, with the literals that came since."""
        size = len(self.terms)
        if size > self._size:
            numbers = self.terms.comparable_literals(self._size)
            for number in numbers if self._size else (*range(self._vocabulary), *numbers):
                literal = self.terms.node(number)
                if isinstance(literal, Literal) and number not in self.literals:
                    self.literals[number] = literal
                    value = value_of(literal)
                    if value is not None:
                        self.groups[value].append(number)
            self._size = size
        return self


class Values:
    """The literals of a dictionary by value, and which of them are in triples.

    Arguments: the literals by value; what finds the numbers of those that are in no triple.
    """

    def __init__(self, index: ValueIndex, find_hidden: Callable[[], frozenset[int]]) -> None:
        self.terms = index.terms
        self.index = index
        self._find_hidden = find_hidden

    @cached_property
    def hidden(self) -> frozenset[int]:
        """The numbers of literals that are in no triple."""
        return self._find_hidden()

    def literal(self, number: int) -> Literal | None:
        """The literal of a number; None for another term."""
        node = self.terms.node(number)
        return node if isinstance(node, Literal) else None

    def are_identical(self, left: int, right: int) -> bool:
        """Whether two terms are literals of one value (dt-eq)."""
        literals = self.literal(left), self.literal(right)
        if literals[0] is None or literals[1] is None:
            return False
        value = value_of(literals[0])
        return value is not None and value == value_of(literals[1])

    def equalities(self, subset: Ids | None = None, *, with_hidden: bool = True) -> Ids:
        """Packed pairs that join the literals of each value, of all or of some (dt-eq); those that
        are in no triple are left out if nothing can come of them."""
        index = self.index.refresh()
        groups: Iterable[list[int]] = index.groups.values()
        if subset is not None:
            literals = (index.literals.get(number) for number in subset.tolist())
            values = {value_of(literal) for literal in literals if literal is not None}
            groups = [index.groups[value] for value in values if value is not None]
        pairs = [
            pair for group in groups if len(group) > 1 for pair in self._links(group, with_hidden)
        ]
        columns = np.array(pairs, np.int64).reshape(-1, 2)
        return pack(columns[:, 0], columns[:, 1])

    @cached_property
    def ill_formed(self) -> Ids:
        """The literals that have no value though their datatype is known, sorted."""
        literals = self.index.refresh().literals.items()
        numbers = [n for n, node in literals if not is_well_formed(node)]
        return distinct(np.array(numbers, np.int64))

    @cached_property
    def _literals(self) -> Ids:
        literals = np.flatnonzero(self.terms.kinds == LITERAL)
        return literals[~np.isin(literals, list(self.hidden))]

    def of_type(self, datatype: int, subset: Ids | None = None) -> Ids:
        """The literals, of all or among some, whose value is one of a datatype's (dt-type2),
        sorted."""
        node = DATATYPE_NUMBERS[datatype]
        numbers = self._literals if subset is None else subset
        members = [n for n in numbers.tolist() if in_value_space(self._node(n), node)]
        return np.array(members, np.int64)

    def differences(self, subset: Ids | None = None) -> Ids:
        """Packed pairs of literals that differ in value (dt-diff), both ways round; all of them,
        those of the rules too, or those with one of some."""
        literals = self._literals.tolist()
        if subset is None:
            literals += sorted(n for n in self.hidden if n < len(VOCABULARY))
        pairs = [
            pair
            for left in (literals if subset is None else subset.tolist())
            for right in literals
            if are_different(self._node(left), self._node(right))
            for pair in ((left, right), (right, left))
        ]
        columns = np.array(pairs, np.int64).reshape(-1, 2)
        return distinct(pack(columns[:, 0], columns[:, 1])) if pairs else EMPTY

    def out_of_value_space(self, numbers: Sequence[int], datatype: int) -> Iterator[int]:
        """Those terms of some that are well-formed literals known to be no value of a datatype."""
        node = DATATYPE_NUMBERS[datatype]
        for number in numbers:
            literal = self.literal(number)
            if (
                literal is not None
                and is_well_formed(literal)
                and out_of_value_space(literal, node)
            ):
                yield number

    def _links(self, group: list[int], with_hidden: bool) -> Iterable[tuple[int, int]]:
        limit = len(VOCABULARY) if with_hidden else 0
        return pairwise(n for n in group if n < limit or n not in self.hidden)

    def _node(self, number: int) -> Literal:
        return cast(Literal, self.terms.node(number))
