"""Projections in the making of a closure: columns of axioms, and facts that run through them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from eakg.reason.engine.copies import own_copy
from eakg.reason.engine.terms import Facts
from eakg.reason.plan import Groundings, Instance, Projection, Template
from eakg.reason.relations import (
    CLASS,
    EMPTY,
    SHIFT,
    Atom,
    Ids,
    Lookup,
    Mask,
    SortedRelation,
    distinct,
    pack,
    ranges,
    within,
)

MANY = 4096
"""Facts of a relation from which on each axiom about it is looked at alone, without copies."""
ROWS = 1 << 20
"""Conclusions that are made at once, more or less."""
Parts = Iterator[tuple[int, Ids]]
"""Keys of relations, and facts."""


@dataclass(frozen=True)
class ProjectionTable:
    """A projection, and the groundings over which it runs."""

    projection: Projection
    groundings: Groundings

    def __len__(self) -> int:
        return len(self.groundings)

    @property
    def name(self) -> str:
        """The name of the rule."""
        return self.groundings.template.rule.name

    @cached_property
    def body_keys(self) -> Ids:
        """The key of the relation that each row reads; none where it needs none."""
        body = self.projection.body
        return EMPTY if body is None else self.groundings.keys(body)

    @cached_property
    def head_keys(self) -> Ids:
        """The key of the relation of which each row concludes facts."""
        return self.groundings.keys(self.projection.head)

    def rows(self, places: Ids | Mask) -> "ProjectionTable":
        """Some of the rows."""
        return ProjectionTable(self.projection, self.groundings.rows(places))

    @cached_property
    def says_anything(self) -> Mask:
        """Which rows conclude something else than what they read."""
        body, head = self.projection.body, self.projection.head
        if body is None or body.subject != head.subject:
            return np.ones(len(self), np.bool_)
        if not self.projection.concludes_class(self.groundings) and body.object != head.object:
            return np.ones(len(self), np.bool_)
        differs: Mask = self.body_keys != self.head_keys
        return differs

    @cached_property
    def _by_body(self) -> tuple[Ids, Ids]:
        order = np.argsort(self.body_keys, kind="stable")
        return order, self.body_keys[order]

    @cached_property
    def _by_head(self) -> tuple[Ids, Ids]:
        order = np.argsort(self.head_keys, kind="stable")
        return order, self.head_keys[order]

    def conclusions(self, facts: Facts, keys: Ids, left_out: Ids) -> Parts:
        """What follows from facts.

        Arguments: they, and their keys, sorted; the keys of relations whose facts are not wanted.
        """
        if self.projection.body is None:
            return
        sources, rows = _matches(self._by_body, keys)
        if len(left_out) and len(rows):
            mask = ~np.isin(self.head_keys[rows], left_out)
            sources, rows = sources[mask], rows[mask]
        if not len(rows):
            return
        key_places, sources = np.unique(sources, return_inverse=True)
        arrays = [facts[key] for key in keys[key_places].tolist()]
        sizes = np.fromiter(map(len, arrays), np.int64, len(arrays))
        is_large = sizes[sources] >= MANY
        for source, row in zip(sources[is_large].tolist(), rows[is_large].tolist(), strict=True):
            yield from self._stated(np.full(len(arrays[source]), row), arrays[source])
        starts = np.cumsum(sizes) - sizes
        values = np.concatenate(arrays)
        order = np.argsort(self.head_keys[rows], kind="stable")
        order = order[~is_large[order]]
        sources, rows = sources[order], rows[order]
        for start, stop in _blocks(sizes[sources]):
            counts = sizes[sources[start:stop]]
            places = ranges(starts[sources[start:stop]], counts)
            yield from self._stated(np.repeat(rows[start:stop], counts), values[places])

    def axiomatic(self) -> Parts:
        """What follows from the axioms alone."""
        if self.projection.body is None:
            order, _ = self._by_head
            yield from self._stated(order, order)

    def _stated(self, rows: Ids, facts: Ids) -> Parts:
        """What follows from facts by rows, one for each, which are ordered by conclusions."""
        rows, conclusions = self.projection.facts(self.groundings, rows, facts)
        for key, start, stop in _runs(self.head_keys[rows]):
            yield key, distinct(conclusions[start:stop])

    def derivable(self, facts: Facts, keys: Ids, lookup: Lookup) -> Parts:
        """Those of some facts that follow from what there is.

        Arguments: they, and their keys, sorted; a function from a key to what there is.
        """
        sources, rows = _matches(self._by_head, keys)
        if not len(rows):
            return
        arrays = [facts[key] for key in keys.tolist()]
        sizes = np.fromiter(map(len, arrays), np.int64, len(arrays))
        starts = np.cumsum(sizes) - sizes
        values = np.concatenate(arrays)
        if self.projection.body is not None:
            order = np.argsort(self.body_keys[rows], kind="stable")
            sources, rows = sources[order], rows[order]
        for start, stop in _blocks(sizes[sources]):
            counts = sizes[sources[start:stop]]
            places = ranges(starts[sources[start:stop]], counts)
            fact_rows = np.repeat(rows[start:stop], counts)
            fits = self._follows(fact_rows, values[places], lookup)
            fact_rows, matches = fact_rows[fits], values[places][fits]
            order = np.argsort(self.head_keys[fact_rows], kind="stable")
            for key, low, high in _runs(self.head_keys[fact_rows][order]):
                yield key, distinct(matches[order][low:high])

    def _follows(self, rows: Ids, facts: Ids, lookup: Lookup) -> Mask:
        """Which facts follow by rows, one for each, which are ordered by what they read."""
        places, subjects, objects = self.projection.premises(self.groundings, rows, facts)
        fits = np.zeros(len(rows), np.bool_)
        if self.projection.body is None:
            fits[places] = True
            return fits
        for key, start, stop in _runs(self.body_keys[rows[places]]):
            fits[places[start:stop]] = _holds(
                lookup(key), key, subjects[start:stop], objects[start:stop]
            )
        return fits

    def makers(self, key: int, fact: int, lookup: Lookup) -> Iterator[Instance]:
        """The instances by which a fact may follow from what a function from keys gives."""
        _, rows = _matches(self._by_head, np.array([key], np.int64))
        if len(rows) and self.projection.body is not None:
            rows = rows[np.argsort(self.body_keys[rows], kind="stable")]
        rows = rows[self._follows(rows, np.full(len(rows), fact), lookup)]
        return map(self.groundings.instance, np.sort(rows).tolist())


class ProjectionTables:
    """The projections that run, by rule, and those that ran before terms became
    the same."""

    def __init__(self) -> None:
        self.tables: dict[Template, ProjectionTable] = {}
        self.former: list[ProjectionTable] = []

    def copy(self) -> "ProjectionTables":
        """The same, to be changed on their own."""
        return own_copy(self)

    def add(self, table: ProjectionTable) -> ProjectionTable:
        """Take in a table. Result: its rows that are new."""
        table = table.rows(table.says_anything)
        template = table.groundings.template
        predecessor = self.tables.get(template)
        if predecessor is None or not len(table):
            if len(table):
                self.tables[template] = table
            return table
        groundings = predecessor.groundings.union(table.groundings)
        if template.rule.list is not None or len(template.axioms) > 1:
            places = groundings.firsts
            table = ProjectionTable(
                table.projection, groundings.rows(places[places >= len(predecessor)])
            )
            groundings = groundings.distinct
        self.tables[template] = ProjectionTable(table.projection, groundings)
        return table

    def conclusions(self, facts: Facts, left_out: Iterable[int]) -> Iterator[tuple[str, int, Ids]]:
        """What follows from facts, but for those of some relations."""
        keys = np.array(sorted(facts), np.int64)
        hidden = np.array(sorted(left_out), np.int64)
        for table in list(self.tables.values()):
            for key, conclusions in table.conclusions(facts, keys, hidden):
                yield table.name, key, conclusions

    def derivable(self, facts: Facts, lookup: Lookup) -> Iterator[tuple[str, int, Ids]]:
        """Those of some facts that follow from what there is."""
        keys = np.array(sorted(facts), np.int64)
        for table in self.tables.values():
            for key, conclusions in table.derivable(facts, keys, lookup):
                yield table.name, key, conclusions

    def makers(self, key: int, fact: int, lookup: Lookup) -> Iterator[tuple[Instance, Atom]]:
        """The instances by which a fact may follow, each with its conclusion."""
        for table in (*self.tables.values(), *self.former):
            for instance in table.makers(key, fact, lookup):
                yield instance, instance.heads[0]

    def remove(self, is_gone: Callable[[Groundings], Mask]) -> list[ProjectionTable]:
        """Do without the rows that a test picks. Result: they."""
        removals: list[ProjectionTable] = []
        for template, table in list(self.tables.items()):
            mask = is_gone(table.groundings)
            if mask.any():
                removals.append(table.rows(mask))
                self.tables[template] = table.rows(~mask)
        return removals

    def forget(self, is_gone: Callable[[Groundings], Mask]) -> None:
        """Do without the former rows that a test picks."""
        rest = (table.rows(~is_gone(table.groundings)) for table in self.former)
        self.former = [table for table in rest if len(table)]

    def retire(self, is_gone: Callable[[Groundings], Mask]) -> None:
        """Put away the rows that a test picks."""
        self.former += self.remove(is_gone)


def _matches(index: tuple[Ids, Ids], keys: Ids) -> tuple[Ids, Ids]:
    """The rows of each key: places of keys, and rows, by keys in their order."""
    order, ordered = index
    low = np.searchsorted(ordered, keys)
    counts = np.searchsorted(ordered, keys, side="right") - low
    return np.repeat(np.arange(len(keys)), counts), order[ranges(low, counts)]


def _blocks(sizes: Ids) -> Iterator[tuple[int, int]]:
    """Parts of a sequence whose sizes are together not much above ROWS."""
    totals = np.cumsum(sizes)
    start = 0
    while start < len(sizes):
        before = totals[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(totals, before + ROWS, side="right")))
        yield start, stop
        start = stop


def _runs(keys: Ids) -> Iterator[tuple[int, int, int]]:
    """The different values of an ordered array, and from where to where each stands."""
    if not len(keys):
        return
    stops = np.append(np.flatnonzero(keys[1:] != keys[:-1]) + 1, len(keys)).tolist()
    start = 0
    for stop in stops:
        yield int(keys[start]), start, stop
        start = stop


def _holds(relation: SortedRelation, key: int, subjects: Ids, objects: Ids) -> Mask:
    """Which facts there are in a relation; -1 is any subject, or any object."""
    if not len(relation):
        return np.zeros(len(subjects), np.bool_)
    if key >= CLASS:
        return within(subjects, relation.facts)
    if subjects[0] >= 0 and objects[0] >= 0:
        return within(pack(subjects, objects), relation.facts)
    if subjects[0] < 0 and objects[0] < 0:
        return np.ones(len(subjects), np.bool_)
    is_forward = subjects[0] >= 0
    ends, ordered = (subjects, relation.facts) if is_forward else (objects, relation.inverse)
    low = np.searchsorted(ordered, ends << SHIFT)
    return np.searchsorted(ordered, (ends + 1) << SHIFT) > low
