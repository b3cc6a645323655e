"""Change: the state of a changed input, from that of the input before.

What was removed takes with it all that may have followed from it; what can still be derived from
the rest is put back, and what was added is closed forward (Gupta, Mumick and Subrahmanian, 1993:
delete and rederive). An axiom takes the instances of rules with it that were fitted to it, and an
equality what is said of the things that it made the same, which then is said of each anew.
"""

from collections.abc import Iterator

import numpy as np

from eakg.reason.engine import (
    DATATYPE_NUMBERS,
    DIFFERENT_FROM,
    LITERAL,
    ClosureState,
    Conclusions,
    Facts,
    SynonymGroups,
    axiomatic_facts,
    union_of,
)
from eakg.reason.plan import Instance
from eakg.reason.relations import (
    CLASS,
    EMPTY,
    UNLIMITED,
    Allowance,
    Ids,
    SortedRelation,
    delete,
    distinct,
    facts_of,
    first,
    from_relation,
    insert,
    second,
    solve,
    within,
    without,
)
from eakg.reason.rules import CELL, SAME_AS, TYPE
from eakg.reason.updates.overdeletion import FarReachingChangeError, Overdeletion


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
    except FarReachingChangeError:
        return state.anew(asserted, allowance)
    change.allow(UNLIMITED)
    change.is_changed = True
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

    def apply(self) -> ClosureState:
        facts = self.facts
        if facts.constant(DIFFERENT_FROM) in self.old_state.program.inputs:
            raise FarReachingChangeError
        if facts.reflexive or len(facts.things):
            raise FarReachingChangeError
        if self.removed:
            self._remove()
        self._add()
        self.new_state.complete()
        return self.new_state

    # Removal

    def _remove(self) -> None:
        """Take away what was removed and all that may follow from it, and put back what still
        does."""
        facts = self.new_state.facts
        objects = distinct(_objects(self.removed))
        unused_literals = facts.unused_literals(objects[self.facts.terms.kinds[objects] == LITERAL])
        overdeletion = Overdeletion(self.old_state, facts.asserted, self.allowance)
        types = dict.fromkeys(self._keys_of_datatypes(), unused_literals)
        overdeletion.spread(union_of(self.removed, types), unused_literals)
        self._delete(overdeletion)
        members = self._split(overdeletion)
        candidates = self._candidates(overdeletion, members)
        facts.clock += 1
        facts.conclude(("", key, values) for key, values in self._assertions(overdeletion))
        facts.clock += 1
        facts.conclude(list(self._rederivations(candidates)))

    def _keys_of_datatypes(self) -> Iterator[int]:
        """The keys of the datatypes that literals were given (dt-type2)."""
        inputs, constant = self.old_state.program.inputs, self.facts.constant
        for number in DATATYPE_NUMBERS if "dt-type2" in self.facts.rules else ():
            key = CLASS + constant(number)
            if {key, constant(TYPE)} & inputs:
                yield key

    def _delete(self, overdeletion: Overdeletion) -> None:
        """Do without what is lost, and what it was before terms became the same."""
        facts = self.new_state.facts
        self.new_state.program.withdraw(
            overdeletion.stale, lambda groundings: groundings.made_from(overdeletion.losses)
        )
        for key, values in overdeletion.losses.items():
            facts.relations[key] = facts.relations[key].delete(values)
            if not len(facts.relations[key]):
                del facts.relations[key]
        facts.invalidate_types()
        for key, relations in list(facts.history.items()):
            if self.facts.home(key) in overdeletion.losses:
                rest = tuple(_remainder(relation, key, overdeletion) for relation in relations)
                facts.history[key] = tuple(relation for relation in rest if len(relation))
        has_stale_lists = any(
            rows.any() for template, rows in overdeletion.stale_rows.items() if template.rule.list
        )
        if has_stale_lists or any(instance.cells for instance in overdeletion.stale):
            cells = {key: facts.lookup(key).facts for key in CELL[:2]}
            facts.pending |= {key: values for key, values in cells.items() if len(values)}

    def _split(self, overdeletion: Overdeletion) -> Ids:
        """Have what may be the same no more stand for itself, but for literals of one value and
        what is asserted to be the same. Result: these terms."""
        facts = self.new_state.facts
        mapping = self.facts.equal.mapping
        if mapping is None or not overdeletion.is_split.any():
            return EMPTY
        members = np.flatnonzero(overdeletion.is_split[mapping])
        self.new_state.program.forget_names(members)
        facts.clock += 1
        same = facts.asserted.get(SAME_AS, EMPTY)
        ends = self.facts.aligned(SAME_AS, same)
        same = same[overdeletion.is_split[first(ends)] & (first(ends) == second(ends))]
        values = facts.equal_literals(members[facts.terms.kinds[members] == LITERAL])
        facts.part(overdeletion.is_split, np.concatenate([values, same]))
        return members

    def _assertions(self, overdeletion: Overdeletion) -> Iterator[tuple[int, Ids]]:
        """What is lost and still asserted, as it is asserted."""
        for key, values in self.new_state.facts.asserted.items():
            yield key, values[overdeletion.is_lost(key, values)]

    def _candidates(self, overdeletion: Overdeletion, members: Ids) -> Facts:
        """What is lost, by all names under which it may still follow."""
        if not len(members):
            return overdeletion.losses
        representatives = self.facts.equal.representatives(members)
        order = np.argsort(representatives, kind="stable")
        groups = SynonymGroups(members[order], representatives[order], len(self.facts.terms))
        candidates: Facts = {}
        limit = self.facts.size
        for key, values in overdeletion.losses.items():
            offset = CLASS if key >= CLASS else 0
            names = distinct(groups.rows(values)[1]) if offset else groups.facts(values)
            for base in groups.of(key - offset).tolist():
                for target, facts in self.new_state.facts.normalize(offset + base, names):
                    candidates = union_of(candidates, {target: facts})
            if sum(map(len, candidates.values())) > limit:
                raise FarReachingChangeError
        return candidates

    def _rederivations(self, candidates: Facts) -> Conclusions:
        """Lost facts that follow from what is left."""
        state = self.new_state
        for name, key, values in axiomatic_facts():
            if name in state.facts.rules:
                yield name, key, values[within(values, candidates.get(key, EMPTY))]
        for key in self._keys_of_datatypes():
            if key in candidates:
                yield from self._types_of_literals(key, candidates[key])
        for instance in state.instances.all:
            yield from self._rederived(instance, candidates)
        yield from state.program.projections.derivable(candidates, state.facts.lookup)

    def _types_of_literals(self, key: int, candidates: Ids) -> Conclusions:
        """Of some terms the literals that have a datatype, under every form."""
        facts = self.new_state.facts
        literals = np.flatnonzero(facts.terms.kinds == LITERAL)
        literals = literals[within(facts.equal.representatives(literals), candidates)]
        literals = without(literals, facts.unused_literals(literals))
        yield "dt-type2", key, facts.values.of_type(key - CLASS, literals)

    def _rederived(self, instance: Instance, candidates: Facts) -> Conclusions:
        """Lost facts that an instance derives from what is left."""
        lookup = self.new_state.facts.lookup
        if not all(len(lookup(key)) for key in instance.keys):
            return
        for head in instance.heads:
            values = candidates.get(head.key)
            if head.key == TYPE:
                values = self.facts.types(candidates).facts
            if values is None or not len(values):
                continue
            start = from_relation(head, values)
            for block in solve(instance.body, lookup, start, head.variables):
                self.allowance.check()
                yield instance.name, head.key, distinct(facts_of(head, block))

    # Addition

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


def _remainder(relation: SortedRelation, key: int, overdeletion: Overdeletion) -> SortedRelation:
    is_kept = ~overdeletion.is_lost(key, relation.facts)
    if is_kept.all():
        return relation
    return SortedRelation(relation.facts[is_kept], relation.ranks[is_kept])


def _objects(facts: Facts) -> Ids:
    objects = [second(values) for key, values in facts.items() if key < CLASS]
    return np.concatenate([EMPTY, *objects])
