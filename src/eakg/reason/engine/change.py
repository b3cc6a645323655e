"""Change: the state of a changed input, from that of the input before.

What was removed takes with it all that may have followed from it; what can still be derived from
the rest is put back, and what was added is closed forward (Gupta, Mumick and Subrahmanian, 1993:
delete and rederive). An axiom takes the instances of rules with it that were fitted to it. Where a
change may undo an equality, everything is done anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

import numpy as np

from eakg.reason.engine.evaluation import Conclusions
from eakg.reason.engine.facts import DIFFERENT_FROM
from eakg.reason.engine.state import ClosureState
from eakg.reason.engine.terms import LITERAL, Facts
from eakg.reason.engine.values import DATATYPE_NUMBERS
from eakg.reason.plan import Instance, NumberTriple, Template
from eakg.reason.relations import (
    CLASS,
    EMPTY,
    UNIT,
    UNLIMITED,
    Allowance,
    Ids,
    Mask,
    delete,
    distinct,
    ends,
    facts_of,
    from_relation,
    insert,
    second,
    solve,
    within,
    without,
)
from eakg.reason.rules import CELL, SAME_AS, TYPE


class _RebuildError(Exception):
    """A change is too far-reaching to be followed."""


def apply_change(
    state: ClosureState, added: Facts, removed: Facts, allowance: Allowance = UNLIMITED
) -> ClosureState:
    """The complete state of a changed input.

    Arguments: a complete state, which is left as it is; the facts that are added and those that are
    removed, of which those in both stay; how much there may be of it. Raises: ReasoningLimitError.
    """
    asserted = dict(state.facts.asserted)
    removals: Facts = {}
    for key, facts in removed.items():
        removal = without(facts, added.get(key, EMPTY))
        removal = removal[within(removal, asserted.get(key, EMPTY))]
        if len(removal):
            removals[key] = removal
            asserted[key] = delete(asserted[key], removal)
    additions: Facts = {}
    for key, facts in added.items():
        addition = without(facts, asserted.get(key, EMPTY))
        if len(addition):
            additions[key] = addition
            asserted[key] = insert(asserted.get(key, EMPTY), addition)
    asserted = {key: facts for key, facts in asserted.items() if len(facts)}
    try:
        change = _Change(state, asserted, additions, removals, allowance).apply()
    except _RebuildError:
        base = state.facts
        rebuild = ClosureState.of(base.terms, asserted, base.rules, trivial=state.program.trivial)
        rebuild.allow(allowance)
        rebuild.run()
        change = rebuild
    change.allow(UNLIMITED)
    return change


class _Change:
    def __init__(
        self,
        state: ClosureState,
        asserted: Facts,
        added: Facts,
        removed: Facts,
        allowance: Allowance,
    ) -> None:
        self.old_state = state
        self.facts = state.facts
        self.added = added
        self.removed = removed
        uses = np.zeros(len(self.facts.terms), np.int64)
        uses[: len(self.facts.uses)] = self.facts.uses
        np.add.at(uses, _objects(added), 1)
        np.subtract.at(uses, _objects(removed), 1)
        self.new_state = state.copy(asserted, uses)
        self.new_state.allow(allowance)
        self.allowance = allowance
        self.stale: set[Instance] = set()
        self.stale_rows: dict[Template, Mask] = {}

    def apply(self) -> ClosureState:
        facts = self.facts
        if facts.constant(DIFFERENT_FROM) in self.old_state.program.inputs:
            raise _RebuildError
        loses_equality = facts.rules.equality and SAME_AS in self.removed
        if facts.reflexive or len(facts.things) or loses_equality:
            raise _RebuildError
        if self.removed:
            self._remove(self.removed)
        self._add()
        self.new_state.complete()
        return self.new_state

    def _remove(self, removed: Facts) -> None:
        """Take away what was removed and all that may follow from it, and put back what still
        does."""
        facts = self.facts
        if facts.history or facts.equal.mapping is not None or self._reads_datatypes():
            raise _RebuildError
        overdeletion = self._overdeletion(removed)
        facts = self.new_state.facts
        self.new_state.program.withdraw(
            self.stale, lambda groundings: groundings.made_from(overdeletion)
        )
        for key, values in overdeletion.items():
            facts.relations[key] = facts.relations[key].delete(values)
            if not len(facts.relations[key]):
                del facts.relations[key]
        facts.invalidate_types()
        has_stale_lists = any(
            rows.any() for template, rows in self.stale_rows.items() if template.rule.list
        )
        if has_stale_lists or any(instance.cells for instance in self.stale):
            cells = {key: facts.lookup(key).facts for key in CELL[:2]}
            facts.pending |= {key: values for key, values in cells.items() if len(values)}
        facts.clock += 1
        facts.conclude(
            ("", key, values[within(values, facts.asserted.get(key, EMPTY))])
            for key, values in overdeletion.items()
        )
        facts.clock += 1
        facts.conclude(
            conclusion
            for instance in self.new_state.instances.all
            for conclusion in self._rederivations(instance, overdeletion)
        )
        facts.conclude(
            list(self.new_state.program.projections.derivable(overdeletion, facts.lookup))
        )

    def _reads_datatypes(self) -> bool:
        """Whether a rule reads the datatypes of literals (dt-type2)."""
        constant = self.facts.constant
        keys = {CLASS + constant(n) for n in DATATYPE_NUMBERS} | {constant(TYPE)}
        return "dt-type2" in self.facts.rules and bool(keys & self.old_state.program.inputs)

    def _overdeletion(self, removed: Facts) -> Facts:
        overdeletion: Facts = {}
        frontier = removed
        total = sum(map(len, self.facts.relations.values()))
        while frontier:
            self.allowance.check()
            for key, facts in frontier.items():
                overdeletion[key] = distinct(np.concatenate([overdeletion.get(key, EMPTY), facts]))
            if 4 * sum(map(len, overdeletion.values())) > total:
                raise _RebuildError
            frontier = self._next(frontier, overdeletion)
        return overdeletion

    def _next(self, frontier: Facts, overdeletion: Facts) -> Facts:
        """What follows in one step from facts on their way out, and is not on it yet."""
        facts = self.facts
        consequences: dict[int, list[Ids]] = defaultdict(list)
        work = dict(frontier)
        if facts.constant(TYPE) in self.old_state.program.inputs:
            work[TYPE] = facts.types(frontier).facts
        for key, delta in work.items():
            for instance in self.old_state.instances.readers(key):
                for place, atom in enumerate(instance.body):
                    if atom.key != key:
                        continue
                    rest = instance.body[:place] + instance.body[place + 1 :]
                    start = from_relation(atom, delta)
                    for block in solve(rest, facts.lookup, start, instance.head_variables):
                        self.allowance.check()
                        for head in instance.heads:
                            consequences[head.key].append(facts_of(head, block))
        projections = self.old_state.program.projections
        for _, key, values in chain(
            projections.conclusions(work, ()), self._dependent_conclusions(frontier)
        ):
            self.allowance.check()
            consequences[key].append(values)
        for instance in self._dependent_instances(frontier):
            for block in solve(instance.body, facts.lookup, UNIT, instance.head_variables):
                for head in instance.heads:
                    consequences[head.key].append(facts_of(head, block))
        return self._new_overdeletions(consequences, overdeletion)

    def _dependent_instances(self, frontier: Facts) -> Iterator[Instance]:
        """The instances that axioms on their way out were filled in, each once."""
        axioms = {
            triple
            for key in frontier.keys() & self.old_state.program.schema
            for triple in _triples(key, frontier[key])
        }
        if not axioms:
            return
        for instance in (*self.old_state.instances.all, *self.old_state.program.dormant):
            if instance not in self.stale and not axioms.isdisjoint(instance.schema_triples):
                self.stale.add(instance)
                yield instance

    def _dependent_conclusions(self, frontier: Facts) -> Conclusions:
        """What followed by the groundings that axioms on their way out are among, each once."""
        program = self.old_state.program
        for template, table in program.projections.tables.items():
            former_rows = self.stale_rows.get(template, np.zeros(len(table), np.bool_))
            fresh = table.groundings.made_from(frontier) & ~former_rows
            if fresh.any():
                self.stale_rows[template] = former_rows | fresh
                yield from program.conclusions_of(table.rows(fresh))

    def _new_overdeletions(self, consequences: dict[int, list[Ids]], overdeletion: Facts) -> Facts:
        frontier: Facts = {}
        for key, parts in consequences.items():
            if key == SAME_AS and self.facts.rules.equality:
                continue
            for target, facts in self.facts.normalize(key, distinct(np.concatenate(parts))):
                relation = self.facts.relations.get(target)
                if relation is None:
                    continue
                additions = without(
                    facts[within(facts, relation.facts)], overdeletion.get(target, EMPTY)
                )
                if len(additions):
                    additions = np.concatenate([frontier.get(target, EMPTY), additions])
                    frontier[target] = distinct(additions)
        return frontier

    def _rederivations(
        self, instance: Instance, overdeletion: Facts
    ) -> Iterable[tuple[str, int, Ids]]:
        """Lost facts that an instance derives from what is left."""
        if not all(len(self.new_state.facts.lookup(key)) for key in instance.keys):
            return
        for head in instance.heads:
            facts = overdeletion.get(head.key)
            if head.key == TYPE:
                facts = self.facts.types(overdeletion).facts
            if facts is None or not len(facts):
                continue
            start = from_relation(head, facts)
            for block in solve(instance.body, self.new_state.facts.lookup, start, head.variables):
                self.allowance.check()
                yield instance.name, head.key, distinct(facts_of(head, block))

    def _add(self) -> None:
        facts = self.new_state.facts
        facts.clock += 1
        facts.load(self.added)
        literals = self._new_literals()
        if facts.has_bounds != self.facts.has_bounds:
            facts.join_literals()
        elif len(literals):
            facts.join_literals(literals)
        if len(literals) and "dt-type2" in facts.rules:
            for number in DATATYPE_NUMBERS:
                keys = {CLASS + facts.constant(number), facts.constant(TYPE)}
                if keys & self.new_state.program.inputs:
                    values = facts.values.of_type(number, literals)
                    facts.conclude([("dt-type2", CLASS + number, values)])

    def _new_literals(self) -> Ids:
        """The literals that were in no triple before."""
        objects = distinct(_objects(self.added))
        return self.facts.unused_literals(objects[self.facts.terms.kinds[objects] == LITERAL])


def _triples(key: int, facts: Ids) -> Iterator[NumberTriple]:
    if key >= CLASS:
        return ((number, TYPE, key - CLASS) for number in facts.tolist())
    return ((subject, key, object_) for subject, object_ in map(ends, facts.tolist()))


def _objects(facts: Facts) -> Ids:
    objects = [second(values) for key, values in facts.items() if key < CLASS]
    return np.concatenate([EMPTY, *objects])
