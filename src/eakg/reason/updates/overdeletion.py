"""Overdeletion: what may not follow any more when facts are removed.

What follows in a step from what is lost is lost, too. An equality is lost only where a look back
finds nothing else that it follows from; with it goes all that is said of what it made the same.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

import numpy as np

from eakg.reason.engine import LITERAL, ClosureState, Conclusions, Facts, mentions, union_of
from eakg.reason.plan import Instance, NumberTriple, Template
from eakg.reason.relations import (
    CLASS,
    EMPTY,
    UNIT,
    Allowance,
    Ids,
    Mask,
    distinct,
    ends,
    facts_of,
    first,
    from_relation,
    solve,
    within,
    without,
)
from eakg.reason.rules import SAME_AS, TYPE
from eakg.reason.updates.backing import Backing

SHARE = 4
"""The part of all facts, one in so many, of which more are not followed one by one."""

MANY = 16
"""Facts for each lost one from which on those about other things are put aside first."""


class FarReachingChangeError(Exception):
    """What a change means is found out faster, or only, by doing everything anew."""


class Overdeletion:
    """What may not follow any more.

    Arguments: a complete state; the facts that are still asserted; how much there may be of it.

    `losses` holds the facts, in terms of representatives; `is_split` which of these may stand for
    themselves only; `stale` the instances of rules and `stale_rows` the groundings that were fitted
    to lost axioms.
    """

    def __init__(self, state: ClosureState, asserted: Facts, allowance: Allowance) -> None:
        self.state = state
        self.facts = state.facts
        self.allowance = allowance
        self.losses: Facts = {}
        size = len(self.facts.terms)
        self.is_split: Mask = np.zeros(size, np.bool_)
        self.stale: set[Instance] = set()
        self.stale_rows: dict[Template, Mask] = {}
        self._backing = Backing(state, asserted.get(SAME_AS, EMPTY), self)
        self._names = self.facts.equal.representatives(np.arange(size))
        self._is_group: Mask = np.bincount(self._names, minlength=size) > 1

    def is_lost(self, key: int, facts: Ids) -> Mask:
        """Which facts, in whatever terms they were found, are lost."""
        relation_losses = self.losses.get(self.facts.home(key), EMPTY)
        result = np.zeros(len(facts), np.bool_)
        if not len(relation_losses):
            return result
        if len(relation_losses) * MANY > len(facts):
            return within(self.facts.aligned(key, facts), relation_losses)
        is_subject = np.zeros(len(self.is_split), np.bool_)
        is_subject[relation_losses if key >= CLASS else first(relation_losses)] = True
        is_subject = is_subject[self._names]
        places = np.flatnonzero(is_subject[facts if key >= CLASS else first(facts)])
        result[places] = within(self.facts.aligned(key, facts[places]), relation_losses)
        return result

    def spread(self, removed: Facts, literals: Ids) -> None:
        """Find all that is lost.

        Arguments: facts that are removed; literals that are in no asserted fact any more. Raises:
        FarReachingChangeError.
        """
        words = self.facts.words
        names = self.facts.equal.representatives(words)
        if (self._is_group[names] & (self.facts.terms.kinds[words] != LITERAL)).any():
            raise FarReachingChangeError
        equalities = removed.get(SAME_AS, EMPTY) if self.facts.rules.equality else EMPTY
        representatives = self.facts.equal.representatives(first(equalities))
        split = self._split(self._unbacked(distinct(representatives)))
        forms = distinct(self.facts.equal.representatives(literals))
        split = union_of(split, self._split(forms[self._is_group[forms]]))
        frontier = union_of(split, self._fresh({key: [facts] for key, facts in removed.items()}))
        total = self.facts.size
        while frontier:
            self.allowance.check()
            self.losses = union_of(self.losses, frontier)
            if SHARE * sum(map(len, self.losses.values())) > total:
                raise FarReachingChangeError
            frontier = self._next(frontier)

    def _next(self, frontier: Facts) -> Facts:
        """What follows in one step from facts on their way out, and is not on it yet."""
        facts = self.facts
        consequences: dict[int, list[Ids]] = defaultdict(list)
        work = dict(frontier)
        if facts.constant(TYPE) in self.state.program.inputs:
            work[TYPE] = facts.types(frontier).facts
        projections = self.state.program.projections
        for _, key, values in chain(
            self._consequences(work),
            projections.conclusions(work, ()),
            self._dependent_conclusions(frontier),
        ):
            self.allowance.check()
            consequences[key].append(values)
        split: Facts = {}
        if facts.rules.equality:
            pairs = np.concatenate([EMPTY, *consequences.pop(SAME_AS, [])])
            split = self._split(self._unbacked(distinct(facts.equal.representatives(first(pairs)))))
        return union_of(split, self._fresh(consequences))

    def _consequences(self, work: Facts) -> Conclusions:
        """What instances conclude from facts on their way out, and what those conclude that were
        fitted to axioms on it."""
        lookup = self.facts.lookup
        for key, delta in work.items():
            for instance in self.state.instances.readers(key):
                for place, atom in enumerate(instance.body):
                    if atom.key == key:
                        rest = instance.body[:place] + instance.body[place + 1 :]
                        start = from_relation(atom, delta)
                        for block in solve(rest, lookup, start, instance.head_variables):
                            for head in instance.heads:
                                yield instance.name, head.key, facts_of(head, block)
        for instance in self._dependent_instances(work):
            for block in solve(instance.body, lookup, UNIT, instance.head_variables):
                for head in instance.heads:
                    yield instance.name, head.key, facts_of(head, block)

    def _dependent_instances(self, frontier: Facts) -> Iterator[Instance]:
        """The instances that axioms on their way out were filled in, each once."""
        axioms = {
            triple
            for key in frontier.keys() & self.state.program.schema
            for triple in _triples(key, frontier[key])
        }
        if not axioms:
            return
        for instance in (*self.state.instances.all, *self.state.program.dormant):
            if instance not in self.stale and not axioms.isdisjoint(instance.schema_triples):
                self.stale.add(instance)
                yield instance

    def _dependent_conclusions(self, frontier: Facts) -> Conclusions:
        """What followed by the groundings that axioms on their way out are among, each once."""
        program = self.state.program
        for template, table in program.projections.tables.items():
            former_rows = self.stale_rows.get(template, np.zeros(len(table), np.bool_))
            fresh = table.groundings.made_from(frontier) & ~former_rows
            if fresh.any():
                self.stale_rows[template] = former_rows | fresh
                yield from program.conclusions_of(table.rows(fresh))

    def _fresh(self, parts: dict[int, list[Ids]]) -> Facts:
        """Those of some facts that are there and not lost yet, in terms of representatives."""
        frontier: Facts = {}
        for key, values in parts.items():
            if key == SAME_AS and self.facts.rules.equality:
                continue
            for target, facts in self.facts.normalize(key, distinct(np.concatenate(values))):
                relation = self.facts.relations.get(target)
                if relation is None:
                    continue
                facts = facts[within(facts, relation.facts)]
                facts = without(facts, self.losses.get(target, EMPTY))
                if len(facts):
                    frontier = union_of(frontier, {target: facts})
        return frontier

    # Equality

    def _unbacked(self, representatives: Ids) -> Ids:
        """Those of some representatives whose terms may be the same no more."""
        is_open = self._is_group[representatives] & ~self.is_split[representatives]
        return self._backing.unbacked(representatives[is_open])

    def _split(self, representatives: Ids) -> Facts:
        """Have representatives stand for themselves only. Result: what is said of them and was not
        lost yet."""
        representatives = representatives[~self.is_split[representatives]]
        if not len(representatives):
            return {}
        self.is_split[representatives] = True
        is_fresh: Mask = np.zeros(len(self.is_split), np.bool_)
        is_fresh[representatives] = True
        words = self.facts.words
        names = self.facts.equal.representatives(words)
        if (is_fresh[names] & (names != words)).any():
            raise FarReachingChangeError
        result: Facts = {}
        for key, relation in self.facts.relations.items():
            values = relation.facts
            if not is_fresh[key - CLASS if key >= CLASS else key]:
                values = values[mentions(key, values, is_fresh)]
            values = without(values, self.losses.get(key, EMPTY))
            if len(values):
                result[key] = values
        return result


def _triples(key: int, facts: Ids) -> Iterator[NumberTriple]:
    if key >= CLASS:
        return ((number, TYPE, key - CLASS) for number in facts.tolist())
    return ((subject, key, object_) for subject, object_ in map(ends, facts.tolist()))
