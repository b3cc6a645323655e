"""Groundings: the solutions of a rule's axioms, as columns of numbers.

A row is what an instance is made of, and becomes one only where an instance is wanted: an ontology
has more axioms than data speak of.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from rdflib import Literal, URIRef

from eakg.reason.plan.compile import NO_LIST, Constant, Template, name_of
from eakg.reason.plan.instance import Instance
from eakg.reason.relations import (
    CLASS,
    EMPTY,
    Bindings,
    Cells,
    Collection,
    CollectionIndex,
    Ids,
    Mask,
    pack,
    ranges,
    within,
)
from eakg.reason.rules import CELL, TYPE, RuleTerm, TripleAtom, Variable


@dataclass(frozen=True)
class Groundings:
    """Rows of values for the variables of a rule's axioms.

    Arguments: the rule; the columns, and for a rule about each member of a list that of the member;
    for a rule about a list, the number of the collection that each row reads; the collections; what
    stands for a term of the vocabulary.
    """

    template: Template
    columns: Mapping[Variable, Ids]
    lists: Ids
    index: CollectionIndex
    constant: Constant

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def rows(self, places: Ids | Mask) -> "Groundings":
        """Some of the rows."""
        columns = {variable: column[places] for variable, column in self.columns.items()}
        lists = self.lists[places] if self.template.rule.list else EMPTY
        return Groundings(self.template, columns, lists, self.index, self.constant)

    def union(self, other: "Groundings") -> "Groundings":
        """These and some that came later."""
        columns = {
            variable: np.concatenate([column, other.columns[variable]])
            for variable, column in self.columns.items()
        }
        return replace(other, columns=columns, lists=np.concatenate([self.lists, other.lists]))

    @cached_property
    def distinct(self) -> "Groundings":
        """The different ones among them, each where it is first."""
        places = self.firsts
        return self if len(places) == len(self) else self.rows(places)

    @cached_property
    def firsts(self) -> Ids:
        """The places of rows that are not repetitions."""
        keys = [*self.columns.values(), *([self.lists] if self.template.rule.list else [])]
        if len(self) < 2:
            return np.arange(len(self))
        order = np.lexsort(keys)
        mask = np.zeros(len(order), np.bool_)
        mask[0] = True
        for column in keys:
            ordered = column[order]
            mask[1:] |= ordered[1:] != ordered[:-1]
        return np.sort(order[mask])

    def row(self, row: int) -> dict[Variable, int]:
        """The values of one row."""
        return {variable: int(column[row]) for variable, column in self.columns.items()}

    def instance(self, row: int) -> Instance:
        """The instance of one row."""
        return self.template.instance_of(self.row(row), self.constant, self.collection(row))

    def instances(self) -> Iterator[Instance]:
        """The instances of all rows."""
        return map(self.instance, range(len(self)))

    def collection(self, row: int) -> Collection:
        """The collection that a row reads."""
        return self.index.all[int(self.lists[row])] if self.template.rule.list else NO_LIST

    def keys(self, atom: TripleAtom) -> Ids:
        """The keys of the relations that an atom reads or states, by row."""
        constant = self.constant
        if isinstance(atom.predicate, Variable):
            return self.columns[atom.predicate]
        number = self.number(atom.predicate)
        if number == constant(TYPE) and not self.is_open(atom.object):
            return CLASS + self.values(atom.object)
        return np.full(len(self), number, np.int64)

    def number(self, term: URIRef | Literal) -> int:
        """What stands for a term that the rule speaks of."""
        return self.constant(self.template.number_of[term])

    def is_open(self, term: RuleTerm) -> bool:
        """Whether a term is a variable that the axioms leave open."""
        return isinstance(term, Variable) and term not in self.columns

    def values(self, term: RuleTerm) -> Ids:
        """The values of a term that is not open, by row."""
        if isinstance(term, Variable):
            return self.columns[term]
        return np.full(len(self), self.number(term), np.int64)

    def mentioning(self, test: Callable[[Ids], Mask]) -> Mask:
        """Which rows speak of terms that a test picks, in their lists too."""
        mask = np.zeros(len(self), np.bool_)
        for column in self.columns.values():
            mask |= test(column)
        if self.template.rule.list is not None and len(self):
            numbers, places = np.unique(self.lists, return_inverse=True)
            mask |= self.index.matches(numbers, test)[places]
        return mask

    def made_from(self, facts: Mapping[int, Ids]) -> Mask:
        """Which rows have some facts among their axioms or the cells of their lists."""
        mask = np.zeros(len(self), np.bool_)
        for atom in self.template.axioms:
            keys, subjects = self.keys(atom), self.values(atom.subject)
            for key in np.unique(keys).tolist():
                if key in facts:
                    values = subjects if key >= CLASS else pack(subjects, self.values(atom.object))
                    mask |= (keys == key) & within(values, facts[key])
        first, rest, nil = (self.constant(number) for number in CELL)
        if self.template.rule.list is not None and len(self) and {first, rest} & facts.keys():
            numbers, places = np.unique(self.lists, return_inverse=True)
            firsts, rests = facts.get(first, EMPTY), facts.get(rest, EMPTY)
            collections = (self.index.all[number] for number in numbers.tolist())
            touched = [_has_cell(collection, firsts, rests, nil) for collection in collections]
            mask |= np.array(touched, np.bool_)[places]
        return mask


def _has_cell(collection: Collection, firsts: Ids, rests: Ids, nil: int) -> bool:
    cells = np.array((*collection.cells, nil), np.int64)
    members = np.array(collection.members, np.int64)
    return bool(
        within(pack(cells[:-1], members), firsts).any()
        or within(pack(cells[:-1], cells[1:]), rests).any()
    )


def groundings_of(
    template: Template, table: Bindings, cells: Cells, index: CollectionIndex, constant: Constant
) -> Groundings:
    """The groundings for rows of values for the variables of a rule's axioms.

    Arguments: the rule; the rows; the collections, and those that were met; what stands for a term
    of the vocabulary.
    """
    columns = {variable: table.columns[name_of(variable)] for variable in template.variables}
    if template.rule.list is None:
        return Groundings(template, columns, EMPTY, index, constant).distinct
    heads = columns[template.rule.list.head]
    distinct_heads, places = np.unique(heads, return_inverse=True)
    numbers = [list(map(index.number, cells.collections(head))) for head in distinct_heads.tolist()]
    rows, lists = _spread(numbers, places)
    columns = {variable: column[rows] for variable, column in columns.items()}
    groundings = Groundings(template, columns, lists, index, constant).distinct
    if "i" not in template.indices or "j" in template.indices:
        return groundings
    distinct_lists, places = np.unique(groundings.lists, return_inverse=True)
    rows, members = _spread([index.all[number].members for number in distinct_lists], places)
    groundings = groundings.rows(rows)
    columns = {**groundings.columns, Variable(template.rule.list.members, "i"): members}
    return replace(groundings, columns=columns)


def _spread(values: Sequence[Sequence[int]], places: Ids) -> tuple[Ids, Ids]:
    """For places of a sequence of sequences: each value there, and the number of its place."""
    counts = np.fromiter(map(len, values), np.int64, len(values))
    flat = np.fromiter((n for sequence in values for n in sequence), np.int64, int(counts.sum()))
    starts = np.cumsum(counts) - counts
    rows = np.repeat(np.arange(len(places)), counts[places])
    return rows, flat[ranges(starts[places], counts[places])]
