"""Change: the state of a changed input, from that of the input before.

What was removed takes with it all that may have followed from it; what can still be derived from
the rest is put back, and what was added is closed forward (Gupta, Mumick and Subrahmanian, 1993:
delete and rederive). An axiom takes the instances of rules with it that were fitted to it. Where a
change may undo an equality, everything is done anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from eakg.reason.engine.facts import DIFFERENT_FROM
from eakg.reason.engine.state import ClosureState
from eakg.reason.engine.terms import LITERAL, Facts
from eakg.reason.engine.values import DATATYPE_NUMBERS
from eakg.reason.plan import Coded, Instance
from eakg.reason.relations import (
    CLASS,
    EMPTY,
    UNIT,
    Ids,
    distinct,
    ends,
    facts_of,
    from_relation,
    inserted,
    reduced,
    second,
    solve,
    within,
    without,
)
from eakg.reason.rules import CELL, SAME_AS, TYPE


class _AnewError(Exception):
    """A change is too far-reaching to be followed."""


def changed(state: ClosureState, added: Facts, removed: Facts) -> ClosureState:
    """The complete state of a changed input.

    Arguments: a complete state, which is left as it is; the facts that are added and those that are
    removed, of which those in both stay.
    """
    asserted = dict(state.facts.asserted)
    gone: Facts = {}
    for key, facts in removed.items():
        present = without(facts, added.get(key, EMPTY))
        present = present[within(present, asserted.get(key, EMPTY))]
        if len(present):
            gone[key] = present
            asserted[key] = reduced(asserted[key], present)
    new: Facts = {}
    for key, facts in added.items():
        fresh = without(facts, asserted.get(key, EMPTY))
        if len(fresh):
            new[key] = fresh
            asserted[key] = inserted(asserted.get(key, EMPTY), fresh)
    asserted = {key: facts for key, facts in asserted.items() if len(facts)}
    try:
        return _Change(state, asserted, new, gone).apply()
    except _AnewError:
        known = state.facts
        anew = ClosureState.of(known.terms, asserted, known.rules, trivial=state.program.trivial)
        anew.run()
        return anew


class _Change:
    def __init__(self, state: ClosureState, asserted: Facts, added: Facts, removed: Facts) -> None:
        self.before = state
        self.facts = state.facts
        self.added = added
        self.removed = removed
        uses = np.zeros(len(self.facts.terms), np.int64)
        uses[: len(self.facts.uses)] = self.facts.uses
        np.add.at(uses, _objects(added), 1)
        np.subtract.at(uses, _objects(removed), 1)
        self.after = state.copy(asserted, uses)
        self.unfit: set[Instance] = set()

    def apply(self) -> ClosureState:
        facts = self.facts
        if facts.constant(DIFFERENT_FROM) in self.before.program.consumed:
            raise _AnewError
        merged = facts.rules.equality and SAME_AS in self.removed
        if facts.reflexive or len(facts.things) or merged:
            raise _AnewError
        if self.removed:
            self._remove(self.removed)
        self._add()
        self.after.complete()
        return self.after

    def _remove(self, removed: Facts) -> None:
        """Take away what was removed and all that may follow from it, and put back what still
        does."""
        facts = self.facts
        if facts.history or facts.equal.of is not None or self._reads_datatypes():
            raise _AnewError
        lost = self._lost(removed)
        facts = self.after.facts
        self.after.program.withdraw(self.unfit)
        for key, values in lost.items():
            facts.relations[key] = facts.relations[key].reduced(values)
            if not len(facts.relations[key]):
                del facts.relations[key]
        facts.changed_types()
        if any(instance.cells for instance in self.unfit):
            cells = {key: facts.lookup(key).facts for key in CELL[:2]}
            facts.pending |= {key: values for key, values in cells.items() if len(values)}
        facts.clock += 1
        facts.conclude(
            ("", key, values[within(values, facts.asserted.get(key, EMPTY))])
            for key, values in lost.items()
        )
        facts.clock += 1
        facts.conclude(
            conclusion
            for instance in self.after.instances.all
            for conclusion in self._rederived(instance, lost)
        )

    def _reads_datatypes(self) -> bool:
        """Whether a rule reads the datatypes of literals (dt-type2)."""
        constant = self.facts.constant
        typed = {CLASS + constant(n) for n in DATATYPE_NUMBERS} | {constant(TYPE)}
        return "dt-type2" in self.facts.rules and bool(typed & self.before.program.consumed)

    def _lost(self, removed: Facts) -> Facts:
        lost: Facts = {}
        frontier = removed
        total = sum(map(len, self.facts.relations.values()))
        while frontier:
            for key, facts in frontier.items():
                lost[key] = distinct(np.concatenate([lost.get(key, EMPTY), facts]))
            if 4 * sum(map(len, lost.values())) > total:
                raise _AnewError
            frontier = self._next(frontier, lost)
        return lost

    def _next(self, frontier: Facts, lost: Facts) -> Facts:
        """What follows in one step from facts on their way out, and is not on it yet."""
        facts = self.facts
        found: dict[int, list[Ids]] = defaultdict(list)
        work = dict(frontier)
        if facts.constant(TYPE) in self.before.program.consumed:
            work[TYPE] = facts.types(frontier).facts
        for key, delta in work.items():
            for instance in self.before.instances.reading(key):
                for place, atom in enumerate(instance.body):
                    if atom.key != key:
                        continue
                    rest = instance.body[:place] + instance.body[place + 1 :]
                    start = from_relation(atom, delta)
                    for block in solve(rest, facts.lookup, start, instance.wanted):
                        for head in instance.heads:
                            found[head.key].append(facts_of(head, block))
        for instance in self._fitted(frontier):
            for block in solve(instance.body, facts.lookup, UNIT, instance.wanted):
                for head in instance.heads:
                    found[head.key].append(facts_of(head, block))
        return self._present(found, lost)

    def _fitted(self, frontier: Facts) -> Iterator[Instance]:
        """The instances that axioms on their way out were filled in, each once."""
        axioms = {
            triple
            for key in frontier.keys() & self.before.program.schema
            for triple in _triples(key, frontier[key])
        }
        if not axioms:
            return
        for instance in (*self.before.instances.all, *self.before.program.deferred):
            if instance not in self.unfit and not axioms.isdisjoint(instance.given):
                self.unfit.add(instance)
                yield instance

    def _present(self, found: dict[int, list[Ids]], lost: Facts) -> Facts:
        frontier: Facts = {}
        for key, parts in found.items():
            if key == SAME_AS and self.facts.rules.equality:
                continue
            for target, facts in self.facts.placed(key, distinct(np.concatenate(parts))):
                relation = self.facts.relations.get(target)
                if relation is None:
                    continue
                fresh = without(facts[within(facts, relation.facts)], lost.get(target, EMPTY))
                if len(fresh):
                    fresh = np.concatenate([frontier.get(target, EMPTY), fresh])
                    frontier[target] = distinct(fresh)
        return frontier

    def _rederived(self, instance: Instance, lost: Facts) -> Iterable[tuple[str, int, Ids]]:
        """Lost facts that an instance derives from what is left."""
        if not all(len(self.after.facts.lookup(key)) for key in instance.keys):
            return
        for head in instance.heads:
            facts = lost.get(head.key)
            if head.key == TYPE:
                facts = self.facts.types(lost).facts
            if facts is None or not len(facts):
                continue
            start = from_relation(head, facts)
            for block in solve(instance.body, self.after.facts.lookup, start, head.variables):
                yield instance.name, head.key, distinct(facts_of(head, block))

    def _add(self) -> None:
        facts = self.after.facts
        facts.clock += 1
        facts.load(self.added)
        literals = self._new_literals()
        if facts.bounded != self.facts.bounded:
            facts.join_literals()
        elif len(literals):
            facts.join_literals(literals)
        if len(literals) and "dt-type2" in facts.rules:
            for number in DATATYPE_NUMBERS:
                typed = {CLASS + facts.constant(number), facts.constant(TYPE)}
                if typed & self.after.program.consumed:
                    values = facts.values.of_type(number, literals)
                    facts.conclude([("dt-type2", CLASS + number, values)])

    def _new_literals(self) -> Ids:
        """The literals that were in no triple before."""
        objects = distinct(_objects(self.added))
        return self.facts.unused(objects[self.facts.terms.kinds[objects] == LITERAL])


def _triples(key: int, facts: Ids) -> Iterator[Coded]:
    if key >= CLASS:
        return ((number, TYPE, key - CLASS) for number in facts.tolist())
    return ((subject, key, object_) for subject, object_ in map(ends, facts.tolist()))


def _objects(facts: Facts) -> Ids:
    objects = [second(values) for key, values in facts.items() if key < CLASS]
    return np.concatenate([EMPTY, *objects])
