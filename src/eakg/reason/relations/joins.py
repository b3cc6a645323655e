"""Joins of relations: all ways to satisfy a conjunction of atoms, as columns of numbers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

import numpy as np

from eakg.reason.relations.relation import (
    LOW,
    SHIFT,
    Ids,
    SortedRelation,
    distinct,
    first,
    pack,
    second,
    within,
)

Slot = int | str
"""A term's number, or the name of a variable."""

BLOCK = 1 << 22
"""Rows of an intermediate result that are worked on at once."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A fact with variables: `object` is None for the relation of a class."""

    key: int
    subject: Slot
    object: Slot | None

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Its subject, and its object where it has one."""
        return (self.subject,) if self.object is None else (self.subject, self.object)

    @property
    def variables(self) -> set[str]:
        """The names of its variables."""
        return {slot for slot in self.slots if isinstance(slot, str)}


@dataclass(frozen=True)
class Bindings:
    """Rows of values for variables: columns of one length."""

    length: int
    columns: dict[str, Ids] = field(default_factory=dict)

    def rows(self, index: Ids | slice) -> "Bindings":
        """Some of the rows."""
        columns = {name: column[index] for name, column in self.columns.items()}
        length = (
            len(next(iter(columns.values()))) if columns else len(np.arange(self.length)[index])
        )
        return Bindings(length, columns)

    def value(self, slot: Slot) -> Ids | int | None:
        """The column of a variable, or a number itself; None for a variable without values."""
        return slot if isinstance(slot, int) else self.columns.get(slot)


UNIT = Bindings(1)
Lookup = Callable[[int], SortedRelation]


def solve(
    atoms: Sequence[Atom], lookup: Lookup, table: Bindings, projection: set[str]
) -> Iterator[Bindings]:
    """All rows that satisfy atoms and extend the rows of a table, in blocks.

    Arguments: the atoms; a function from the key of an atom to its relation; the rows to start
    from; the variables whose columns are wanted. Rows that agree in all that is still needed are
    given once.
    """
    if not all(len(lookup(atom.key)) for atom in atoms):
        return
    plan = _plan(atoms, lookup, table.columns)
    last_places = {name: place for place, atom in enumerate(plan) for name in atom.variables}
    # A body may have thousands of atoms, such as a long chain of properties.
    blocks = [iter((table,))]
    while blocks:
        block = next(blocks[-1], None)
        if block is None:
            blocks.pop()
            continue
        place = len(blocks) - 1
        if not block.length:
            continue
        columns = {name for name in block.columns if last_places.get(name, -1) >= place}
        block = _project(block, columns | (projection & block.columns.keys()))
        if place == len(plan):
            yield block
        else:
            blocks.append(_extend(block, plan[place], lookup(plan[place].key)))


def _plan(atoms: Sequence[Atom], lookup: Lookup, names: Iterable[str]) -> list[Atom]:
    """Atoms in the order in which they are joined: the cheapest next, by what has a value then.

    Argument: the names of the variables that have values from the start.
    """
    bound = set(names)
    readers: dict[str, list[int]] = defaultdict(list)
    for place, atom in enumerate(atoms):
        for name in atom.variables:
            readers[name].append(place)
    costs = [_cost(atom, lookup, bound) for atom in atoms]
    queue = [(cost, place) for place, cost in enumerate(costs)]
    heapify(queue)
    plan: list[Atom] = []
    is_taken = [False] * len(atoms)
    while queue:
        cost, place = heappop(queue)
        if is_taken[place] or cost != costs[place]:
            continue  # it became cheaper, and is there with that cost too
        is_taken[place] = True
        plan.append(atoms[place])
        for name in atoms[place].variables - bound:
            bound.add(name)
            for reader in readers[name]:
                if not is_taken[reader]:
                    costs[reader] = _cost(atoms[reader], lookup, bound)
                    heappush(queue, (costs[reader], reader))
    return plan


def _cost(atom: Atom, lookup: Lookup, bound: set[str]) -> tuple[int, float]:
    relation = lookup(atom.key)
    unknowns = [isinstance(slot, str) and slot not in bound for slot in atom.slots]
    if all(unknowns) and atom.subject != atom.object:
        return 2, len(relation)
    if atom.object is None or sum(unknowns) != 1:
        return min(sum(unknowns), 1), len(relation)
    return 1, relation.fan_out(from_object=unknowns[0])


def from_relation(atom: Atom, facts: Ids) -> Bindings:
    """The rows of one atom over an array of facts."""
    blocks = list(_extend(UNIT, atom, SortedRelation(facts, np.empty(0, np.uint32)), block=1 << 62))
    return blocks[0] if blocks else Bindings(0)


def facts_of(atom: Atom, table: Bindings) -> Ids:
    """The facts that an atom states for the rows of a table."""
    subjects = _column(atom.subject, table)
    if atom.object is None:
        return subjects
    return pack(subjects, _column(atom.object, table))


def _column(slot: Slot, table: Bindings) -> Ids:
    if isinstance(slot, int):
        return np.full(table.length, slot, np.int64)
    return table.columns[slot]


def _project(table: Bindings, projection: set[str]) -> Bindings:
    extra = table.columns.keys() - projection
    if not extra:
        return table
    columns = {name: column for name, column in table.columns.items() if name in projection}
    if not columns:
        return Bindings(min(table.length, 1))
    if len(columns) == 1:
        ((name, column),) = columns.items()
        values = distinct(column)
        return Bindings(len(values), {name: values})
    if len(columns) == 2:
        left, right = columns
        pairs = distinct(pack(columns[left], columns[right]))
        return Bindings(len(pairs), {left: first(pairs), right: second(pairs)})
    return Bindings(table.length, columns)


def _extend(
    table: Bindings, atom: Atom, relation: SortedRelation, block: int = BLOCK
) -> Iterator[Bindings]:
    subject = table.value(atom.subject)
    if atom.object is None:
        if subject is None:
            yield from _product(table, {str(atom.subject): relation.facts}, block)
        else:
            yield _filter(table, subject, relation.facts)
        return
    object_ = table.value(atom.object)
    if subject is not None and object_ is not None:
        yield _filter(table, (subject << SHIFT) | object_, relation.facts)
    elif subject is not None:
        yield from _follow(table, subject, relation.facts, str(atom.object), block)
    elif object_ is not None:
        yield from _follow(table, object_, relation.inverse, str(atom.subject), block)
    else:
        pairs = relation.facts
        left, right = str(atom.subject), str(atom.object)
        if left == right:
            loops = first(pairs[first(pairs) == second(pairs)])
            yield from _product(table, {left: loops}, block)
        else:
            yield from _product(table, {left: first(pairs), right: second(pairs)}, block)


def _filter(table: Bindings, facts: Ids | int, ordered: Ids) -> Bindings:
    if isinstance(facts, int):
        mask = within(np.array([facts], np.int64), ordered)
        return table if mask[0] else Bindings(0)
    mask = within(facts, ordered)
    return table if mask.all() else table.rows(np.flatnonzero(mask))


def _product(table: Bindings, columns: dict[str, Ids], block: int) -> Iterator[Bindings]:
    size = len(next(iter(columns.values())))
    if not size:
        return
    if not table.columns and table.length == 1:
        yield Bindings(size, columns)
        return
    step = max(1, block // size)
    for start in range(0, table.length, step):
        part = table.rows(slice(start, start + step))
        rows = np.repeat(np.arange(part.length), size)
        left_columns = {name: column[rows] for name, column in part.columns.items()}
        right_columns = {name: np.tile(column, part.length) for name, column in columns.items()}
        yield Bindings(len(rows), left_columns | right_columns)


def _follow(
    table: Bindings, values: Ids | int, ordered: Ids, name: str, block: int
) -> Iterator[Bindings]:
    if isinstance(values, int):
        low, high = np.searchsorted(ordered, [values << SHIFT, (values + 1) << SHIFT])
        yield from _product(table, {name: ordered[low:high] & LOW}, block)
        return
    starts = np.searchsorted(ordered, values << SHIFT)
    counts = np.searchsorted(ordered, (values + 1) << SHIFT) - starts
    totals = np.cumsum(counts)
    start = 0
    while start < table.length:
        before = totals[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(totals, before + block, side="right")))
        part = counts[start:stop]
        rows = np.repeat(np.arange(start, stop), part)
        if len(rows):
            offsets = np.arange(len(rows)) - np.repeat(np.cumsum(part) - part, part)
            columns = {key: column[rows] for key, column in table.columns.items()}
            columns[name] = ordered[starts[rows] + offsets] & LOW
            yield Bindings(len(rows), columns)
        start = stop
