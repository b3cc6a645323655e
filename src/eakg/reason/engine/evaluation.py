"""Evaluation of instances of rules over the facts that are there."""

from collections.abc import Iterator

import numpy as np

from eakg.reason.engine.facts import FactBase
from eakg.reason.engine.terms import Facts
from eakg.reason.plan import Instance
from eakg.reason.relations import (
    EMPTY,
    FEW,
    NOTHING,
    UNIT,
    UNLIMITED,
    Allowance,
    Atom,
    Bindings,
    Ids,
    additions,
    distinct,
    facts_of,
    from_relation,
    insert,
    pack,
    solve,
    transitive_closure,
    without,
)

Conclusions = Iterator[tuple[str, int, Ids]]
"""Names of rules, keys of relations, and facts."""


class Evaluation:
    """What instances of rules conclude from facts.

    Argument: the facts. `closures` holds those of transitive relations that were closed already;
    `allowance` says how much there may be, and what is more raises ReasoningLimitError.
    """

    def __init__(self, facts: FactBase) -> None:
        self.facts = facts
        self.closures: Facts = {}
        self.allowance: Allowance = UNLIMITED

    def from_delta(self, instance: Instance, key: int, delta: Ids) -> Conclusions:
        """What follows from facts of one relation, of which some are fresh."""
        if self.is_special(instance):
            yield from self._special(instance, key, delta)
            return
        for place, atom in enumerate(instance.body):
            if atom.key == key:
                rest = instance.body[:place] + instance.body[place + 1 :]
                yield from self.solutions(instance, rest, from_relation(atom, delta))

    def is_special(self, instance: Instance) -> bool:
        """Whether an instance is not run as it is written: it makes one relation transitive, has
        what is in all of many classes, or joins what an equality makes the same."""
        if instance.closes or instance.meets:
            return True
        return bool(self.facts.rules.equality and instance.half)

    def from_all(self, instance: Instance) -> Conclusions:
        """What follows from all facts, unless they are all still to be looked at."""
        for key in instance.keys:
            if len(self.facts.pending.get(key, EMPTY)) == len(self.facts.lookup(key)):
                return
        if self.is_special(instance):
            yield from self._special(instance, 0, None)
        else:
            yield from self.solutions(instance, instance.body, UNIT)

    def solutions(
        self, instance: Instance, atoms: tuple[Atom, ...], table: Bindings
    ) -> Conclusions:
        """What an instance concludes from a table of bindings and the atoms that are left."""
        for block in solve(atoms, self.facts.lookup, table, instance.head_variables):
            self.allowance.check()
            for head in instance.heads:
                conclusions = distinct(facts_of(head, block))
                if self.facts.equal.mapping is None:
                    facts = self.facts.relations.get(head.key, NOTHING).facts
                    conclusions = without(conclusions, facts)
                if len(conclusions):
                    yield instance.name, head.key, conclusions

    def _special(self, instance: Instance, key: int, delta: Ids | None) -> Conclusions:
        head = instance.heads[0]
        if instance.meets:
            yield from self.solutions(instance, instance.body, UNIT)
        elif instance.closes:
            yield instance.name, head.key, self._transitive(head.key, delta)
        else:
            yield instance.name, head.key, self._neighbours(instance, key, delta)

    def _transitive(self, key: int, delta: Ids | None) -> Ids:
        """What makes a relation transitive again; its own conclusions need no second look."""
        relation = self.facts.lookup(key)
        if delta is None:
            pairs = without(transitive_closure(relation.facts, self.allowance), relation.facts)
        else:
            delta = without(delta, self.closures.get(key, EMPTY))
            pairs = additions(relation, delta, self.allowance) if len(delta) else EMPTY
        if len(pairs):
            self.closures[key] = insert(relation.facts, pairs)
        return pairs

    def _neighbours(self, instance: Instance, key: int, delta: Ids | None) -> Ids:
        """Pairs that join all that an equality rule makes the same, without stating each pair.

        Arguments: the instance; the key of a relation with fresh facts, and these; None where all
        are.
        """
        name = str(instance.heads[0].subject)
        variables = sorted(set().union(*(atom.variables for atom in instance.half)) - {name})
        if delta is not None and variables and len(delta) * FEW < len(self.facts.lookup(key)):
            starts = list(self._touched(instance, key, delta, variables))
        else:
            starts = [UNIT]
        pairs = [EMPTY]
        blocks = [
            block
            for start in starts
            for block in solve(instance.half, self.facts.lookup, start, {name, *variables})
        ]
        if blocks:
            columns = [
                np.concatenate([block.columns[column] for block in blocks])
                for column in (*variables, name)
            ]
            order = np.lexsort(columns[::-1])
            columns = [column[order] for column in columns]
            same = np.ones(len(order) - 1, np.bool_)
            for column in columns[:-1]:
                same &= column[1:] == column[:-1]
            values = columns[-1]
            same &= values[1:] != values[:-1]
            pairs.append(pack(values[:-1][same], values[1:][same]))
        return distinct(np.concatenate(pairs))

    def _touched(
        self, instance: Instance, key: int, delta: Ids, variables: list[str]
    ) -> Iterator[Bindings]:
        """What decides what is the same, where fresh facts have a part in it."""
        for place, atom in enumerate(instance.half):
            if atom.key == key:
                rest = instance.half[:place] + instance.half[place + 1 :]
                yield from solve(
                    rest, self.facts.lookup, from_relation(atom, delta), set(variables)
                )
