"""A program as tables of keys: one map for all rules that make a fact of one, and a table for each
other shape."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eakg.reason.relational.shape import Part, Pattern, Shape, ShapeColumn
from eakg.reason.relations import Ids, Mask

Identify = Callable[[Ids], Ids]
"""From the numbers of terms to the keys that an engine has for them."""
Table = Mapping[str, Ids]
SUBJECT, OBJECT, CONSTANT = 0, 1, 2
"""Where a part of a conclusion is from."""
WILDCARD = -1
"""In place of an object: any."""


@dataclass(frozen=True)
class ShapeTable:
    """A shape, and its rows in the keys of an engine: columns `c0`, `c1`, ..., and where it pairs
    members of lists, the list and the row."""

    shape: Shape
    columns: Table

    @property
    def size(self) -> int:
        """How many rows there are."""
        return self.shape.size


@dataclass(frozen=True)
class ProgramTables:
    """The map, with the numbers of rules in `rules`, and the tables of the other shapes."""

    rules: Sequence[str]
    projections: Table
    joins: Sequence[ShapeTable]
    constraints: Sequence[ShapeTable]


def tables_of(
    definite: Sequence[Shape], constraints: Sequence[Shape], rules: Sequence[str], ids: Identify
) -> ProgramTables:
    """The tables of shapes.

    Arguments: those that derive, and those that find contradictions; the rules in their order; what
    gives the keys of terms. The key of a class is the bitwise complement of that of its term.
    """
    maps = [_projections(s, rules.index(s.rule), ids) for s in definite if _is_plain(s)]
    names = ("k", "only", "hk", "si", "sc", "oi", "oc", "rule")
    empty = np.empty(0, np.int64)
    projections = {
        name: np.concatenate([empty, *(one[place] for one in maps)])
        for place, name in enumerate(names)
    }
    is_new = ~_is_identity(projections)
    return ProgramTables(
        rules,
        {name: column[is_new] for name, column in projections.items()},
        [_shape_table(shape, ids) for shape in definite if not _is_plain(shape)],
        [_shape_table(shape, ids) for shape in constraints],
    )


def _is_identity(projections: Table) -> Mask:
    """Which rows of a map conclude the fact itself, as of what is a sub-class of itself."""
    is_same_object = (projections["oi"] == OBJECT) | (projections["k"] < 0)
    is_same = (projections["si"] == SUBJECT) & is_same_object
    mask: Mask = is_same & (projections["k"] == projections["hk"])
    return mask


def _is_plain(shape: Shape) -> bool:
    """Whether rows of the map can hold a shape."""
    if not shape.is_projection:
        return False
    (body,) = shape.body
    return isinstance(body.subject, str) and body.subject != body.object


def _projections(shape: Shape, rule: int, ids: Identify) -> list[Ids]:
    (body,), (head,) = shape.body, shape.heads
    size = shape.size

    def full(value: int) -> Ids:
        return np.full(size, value, np.int64)

    def source(part: Part | None) -> tuple[Ids, Ids]:
        if part is None:
            return full(CONSTANT), full(0)
        if isinstance(part, str):
            return full(SUBJECT if part == body.subject else OBJECT), full(0)
        return full(CONSTANT), ids(shape.values(part))

    only = full(WILDCARD)
    if body.object is not None and not isinstance(body.object, str):
        only = ids(shape.values(body.object))
    keys = [_keys(shape, pattern, ids) for pattern in (body, head)]
    return [keys[0], only, keys[1], *source(head.subject), *source(head.object), full(rule)]


def _keys(shape: Shape, pattern: Pattern, ids: Identify) -> Ids:
    keys = ids(shape.values(pattern.key))
    return ~keys if pattern.object is None else keys


def _shape_table(shape: Shape, ids: Identify) -> ShapeTable:
    columns = {f"c{place}": ids(column) for place, column in enumerate(shape.columns)}
    columns["row"] = np.arange(shape.size, dtype=np.int64)
    if shape.lists is not None:
        columns["list"] = shape.lists.astype(np.int64)
    return ShapeTable(shape, columns)


def keys_read(tables: ProgramTables, ids: Identify) -> set[int]:
    """The keys of the relations that a program reads."""
    keys = set(np.unique(tables.projections["k"]).tolist())
    for table in (*tables.joins, *tables.constraints):
        for pattern in table.shape.body:
            keys |= set(np.unique(pattern_keys(table, pattern, ids)).tolist())
    return keys


def pattern_keys(table: ShapeTable, pattern: Pattern, ids: Identify) -> Ids:
    """The keys of an atom, by row."""
    if isinstance(pattern.key, ShapeColumn):
        keys = table.columns[f"c{pattern.key.place}"]
    else:
        keys = ids(np.full(1, pattern.key, np.int64))
    return ~keys if pattern.object is None else keys
