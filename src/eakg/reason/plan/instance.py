"""Instances of rules: rules with their axioms filled in."""

from dataclasses import dataclass, field
from functools import cached_property

from eakg.reason.relations import CLASS, Atom
from eakg.reason.rules import SAME_AS, Variable

MANY_CLASSES = 8
"""Classes of which the common instances are sought at once, and not from each that has new ones."""
NumberTriple = tuple[int, int, int]
"""A triple of numbers."""


@dataclass(frozen=True)
class Instance:
    """A rule with its axioms filled in.

    When all atoms of the body hold, so do the heads. `axioms` are the triples that were filled in
    and `cells` those of a list; `values` are those of the rule's variables that they fix; the
    `substitution` has terms that the rule names, each with its representative where that is
    another.
    """

    name: str
    body: tuple[Atom, ...]
    heads: tuple[Atom, ...]
    axioms: tuple[NumberTriple, ...]
    cells: tuple[NumberTriple, ...] = field(default=(), compare=False)
    values: tuple[tuple[Variable, int], ...] = field(default=(), compare=False)
    substitution: tuple[tuple[int, int], ...] = field(default=(), compare=False)

    @property
    def bindings(self) -> dict[str, int]:
        """The values of variables by their names."""
        return {str(variable)[1:]: number for variable, number in self.values}

    @property
    def schema_triples(self) -> tuple[NumberTriple, ...]:
        """The triples that it was fitted to: axioms, and the cells of a list."""
        return (*self.axioms, *self.cells)

    @cached_property
    def keys(self) -> frozenset[int]:
        """The keys of the relations that it reads."""
        return frozenset(atom.key for atom in self.body)

    @cached_property
    def head_variables(self) -> set[str]:
        """The variables of the heads."""
        return set().union(*(head.variables for head in self.heads))

    @cached_property
    def constants(self) -> frozenset[int]:
        """The numbers of the terms that it names."""
        numbers = {number for triple in (*self.axioms, *self.cells) for number in triple}
        for atom in (*self.body, *self.heads):
            numbers |= {slot for slot in (atom.subject, atom.object) if isinstance(slot, int)}
            numbers.add(atom.key - CLASS if atom.key >= CLASS else atom.key)
        return frozenset(numbers)

    @cached_property
    def closes(self) -> bool:
        """Whether it makes one relation transitive."""
        if len(self.body) != 2 or len(self.heads) != 1:
            return False
        left, right = self.body
        head = self.heads[0]
        return (
            left.key == right.key == head.key < CLASS
            and left.object == right.subject
            and (head.subject, head.object) == (left.subject, right.object)
            and len({left.subject, left.object, right.object}) == 3
            and all(isinstance(slot, str) for slot in (left.subject, left.object, right.object))
        )

    @cached_property
    def meets(self) -> bool:
        """Whether it has what is in all of many classes."""
        return len(self.body) > MANY_CLASSES and all(
            atom.object is None and atom.subject == self.body[0].subject for atom in self.body
        )

    @cached_property
    def half(self) -> tuple[Atom, ...]:
        """The part of the body about one side of an equality, where the other side says the same
        of the other; empty where the body is not of that form."""
        if len(self.heads) != 1 or self.heads[0].key != SAME_AS:
            return ()
        left, right = self.heads[0].subject, self.heads[0].object
        if not isinstance(left, str) or not isinstance(right, str):
            return ()
        if any({left, right} <= atom.variables for atom in self.body):
            return ()
        left_atoms = [atom for atom in self.body if right not in atom.variables]
        right_atoms = {
            _rename(atom, right, left) for atom in self.body if left not in atom.variables
        }
        left_only = {atom for atom in left_atoms if left in atom.variables}
        common = {atom for atom in left_atoms if left not in atom.variables}
        right_only = {atom for atom in right_atoms if left in atom.variables}
        is_symmetric = left_only == right_only and common <= right_atoms
        return tuple(dict.fromkeys(left_atoms)) if is_symmetric else ()


def _rename(atom: Atom, old: str, new: str) -> Atom:
    subject = new if atom.subject == old else atom.subject
    return Atom(atom.key, subject, new if atom.object == old else atom.object)
