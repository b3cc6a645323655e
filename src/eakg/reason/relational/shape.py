"""Shapes: the instances of one rule that differ in their constants alone, as a table of them."""

from dataclasses import dataclass, replace

import numpy as np

from eakg.reason.relations import Ids, Mask


@dataclass(frozen=True)
class ShapeColumn:
    """A value that differs from row to row: the place of its column. `side` is 1 for that of the
    second of two members of a list."""

    place: int
    side: int = 0


Part = ShapeColumn | int | str
"""A value of a column, the number of a term, or the name of a variable."""


@dataclass(frozen=True)
class Pattern:
    """An atom of a rule. `object` is None where it is about the instances of a class, which then is
    the `key`; else that is a property."""

    key: ShapeColumn | int
    subject: Part
    object: Part | None

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its subject, and its object where it has one."""
        return (self.subject,) if self.object is None else (self.subject, self.object)

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of its variables."""
        return tuple(part for part in self.parts if isinstance(part, str))


@dataclass(frozen=True)
class Shape:
    """Instances of a rule as rows of a table.

    `body` are the premises and `heads` the conclusions, none where the premises contradict each
    other. `columns` have a row for each instance. Where the rule concludes that `linked` is the
    same as what stands in its place elsewhere, the body is that of one side. Of a rule about two
    members of a list, `lists` has the number of the list that each row is a member of, and rows are
    paired within it.
    """

    rule: str
    body: tuple[Pattern, ...]
    heads: tuple[Pattern, ...]
    columns: tuple[Ids, ...]
    size: int = 1
    linked: str | None = None
    lists: Ids | None = None

    @property
    def signature(self) -> str:
        """What shapes have in common whose rows differ."""
        return f"{self.rule} {self.body} {self.heads} {self.linked}"

    @property
    def is_projection(self) -> bool:
        """Whether it makes each fact of a relation a fact of another."""
        return len(self.body) == 1 and len(self.heads) == 1 and not self.linked

    def rows(self, mask: Mask) -> "Shape":
        """Some of the rows."""
        columns = tuple(column[mask] for column in self.columns)
        return replace(self, columns=columns, size=int(np.count_nonzero(mask)))

    def values(self, part: ShapeColumn | int) -> Ids:
        """A value by row."""
        if isinstance(part, ShapeColumn):
            return self.columns[part.place]
        return np.full(self.size, part, np.int64)


@dataclass(frozen=True)
class RelationalProgram:
    """What runs over facts: the shapes that derive, and those that find contradictions."""

    definite: tuple[Shape, ...]
    constraints: tuple[Shape, ...]
