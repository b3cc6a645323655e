"""Facts of a complete state as they were when they were found.

Every fact has the rank of the round in which it was found, and follows from facts of lower ranks.
Facts that were rewritten to speak of representatives are here as they were before, too.
"""

import numpy as np

from eakg.reason.engine import ClosureState
from eakg.reason.plan import NumberTriple
from eakg.reason.relations import (
    CLASS,
    EMPTY,
    SHIFT,
    Atom,
    Bindings,
    Ids,
    Mask,
    SortedRelation,
    distinct,
    ends,
    facts_of,
    first,
    pack,
    second,
    within,
)
from eakg.reason.rules import SAME_AS, TYPE


class Archive:
    """The facts of a complete state, by relation and by rank.

    Argument: the state.
    """

    def __init__(self, state: ClosureState) -> None:
        self.state = state
        self.facts = state.facts
        self.relations: dict[int, SortedRelation] = {}

    def is_asserted(self, triple: NumberTriple) -> bool:
        """Whether a triple was asserted."""
        key, fact = fact_of(triple)
        facts = self.facts.asserted.get(key, EMPTY)
        return bool(within(np.array([fact], np.int64), facts)[0])

    def lookup(self, key: int) -> SortedRelation:
        """A relation with its facts as they were before terms became the same."""
        relation = self.relations.get(key)
        if relation is None:
            relation = self.relations[key] = self._collect(key)
        return relation

    def _collect(self, key: int) -> SortedRelation:
        relation = self.facts.lookup(key)
        if key == self.facts.constant(TYPE):
            keys = {k for k in (*self.facts.relations, *self.facts.history) if k >= CLASS}
            parts = [
                pack(facts, np.full(len(facts), k - CLASS, np.int64))
                for k in keys
                for facts in (self.lookup(k).facts,)
            ]
            facts = distinct(np.concatenate([EMPTY, *parts]))
            return SortedRelation(facts, np.zeros(len(facts), np.uint32))
        history = self.facts.history.get(key)
        if not history:
            return relation
        facts = np.concatenate([relation.facts, *(snapshot.facts for snapshot in history)])
        ranks = np.concatenate([relation.ranks, *(snapshot.ranks for snapshot in history)])
        order = np.lexsort((ranks, facts))
        facts, ranks = facts[order], ranks[order]
        mask = np.ones(len(facts), np.bool_)
        mask[1:] = facts[1:] != facts[:-1]
        return SortedRelation(facts[mask], ranks[mask])

    def rank(self, triple: NumberTriple) -> int:
        """The rank of a fact; NEVER where it is none."""
        key, fact = fact_of(triple)
        return int(self.lookup(key).rank_of(np.array([fact], np.int64))[0])

    def ranks(self, atom: Atom, block: Bindings) -> Ids:
        """The ranks of the facts that an atom states for the rows of a table."""
        facts = facts_of(atom, block)
        if atom.key != self.facts.constant(TYPE):
            return self.lookup(atom.key).rank_of(facts)
        pairs = map(ends, facts.tolist())
        ranks = [self.rank((subject, TYPE, class_)) for subject, class_ in pairs]
        return np.array(ranks, np.int64)

    def assertion_about(self, number: int) -> NumberTriple | None:
        """An asserted triple that speaks of a term."""
        for key, facts in self.facts.asserted.items():
            mentions = _mentions(key, facts, number)
            if len(mentions):
                return _triple_at(key, int(mentions[0]))
        return None

    @property
    def asserted_subject(self) -> int | None:
        """What some asserted triple is about."""
        blocks = ((k, facts) for k, facts in self.facts.asserted.items() if len(facts))
        return next((_triple_at(key, int(facts[0]))[0] for key, facts in blocks), None)

    def mention(self, number: int) -> NumberTriple | None:
        """The fact of lowest rank that speaks of a term, but for equalities."""
        lowest: tuple[int, NumberTriple] | None = None
        for key in self.facts.relations:
            if key == self.facts.constant(SAME_AS):
                continue
            relation = self.lookup(key)
            mentions = _mentions(key, relation.facts, number)
            ranks = relation.rank_of(mentions)
            if len(mentions) and (lowest is None or ranks.min() < lowest[0]):
                place = int(np.argmin(ranks))
                lowest = int(ranks[place]), _triple_at(key, int(mentions[place]))
        return lowest[1] if lowest else None


def fact_of(triple: NumberTriple) -> tuple[int, int]:
    """The key of the relation of a triple, and its fact there."""
    subject, predicate, object_ = triple
    if predicate == TYPE:
        return CLASS + object_, subject
    return predicate, (subject << SHIFT) | object_


def triple_of(atom: Atom, block: Bindings, row: int) -> NumberTriple:
    """The triple that an atom states for a row of a table."""

    def number(slot: int | str) -> int:
        return slot if isinstance(slot, int) else int(block.columns[slot][row])

    if atom.object is None:
        return number(atom.subject), TYPE, atom.key - CLASS
    return number(atom.subject), atom.key, number(atom.object)


def _triple_at(key: int, fact: int) -> NumberTriple:
    if key >= CLASS:
        return fact, TYPE, key - CLASS
    subject, object_ = ends(fact)
    return subject, key, object_


def _mentions(key: int, facts: Ids, number: int) -> Ids:
    """The facts of a relation that speak of a term."""
    if number in (key, key - CLASS) or (key >= CLASS and number == TYPE):
        return facts
    mask: Mask = facts == number
    if key < CLASS:
        mask = (first(facts) == number) | (second(facts) == number)
    return facts[mask]
