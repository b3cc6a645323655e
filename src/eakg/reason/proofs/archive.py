"""Facts of a complete state as they were when they were found.

Every fact has the rank of the round in which it was found, and follows from facts of lower ranks.
Facts that were rewritten to speak of representatives are here as they were before, too.
"""

import numpy as np

from eakg.reason.engine import ClosureState
from eakg.reason.plan import Coded
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

    def asserted(self, triple: Coded) -> bool:
        """Whether a triple was asserted."""
        key, fact = placed(triple)
        facts = self.facts.asserted.get(key, EMPTY)
        return bool(within(np.array([fact], np.int64), facts)[0])

    def lookup(self, key: int) -> SortedRelation:
        """A relation with its facts as they were before terms became the same."""
        known = self.relations.get(key)
        if known is None:
            known = self.relations[key] = self._collected(key)
        return known

    def _collected(self, key: int) -> SortedRelation:
        now = self.facts.lookup(key)
        if key == self.facts.constant(TYPE):
            keys = {k for k in (*self.facts.relations, *self.facts.history) if k >= CLASS}
            parts = [
                pack(facts, np.full(len(facts), k - CLASS, np.int64))
                for k in keys
                for facts in (self.lookup(k).facts,)
            ]
            facts = distinct(np.concatenate([EMPTY, *parts]))
            return SortedRelation(facts, np.zeros(len(facts), np.uint32))
        earlier = self.facts.history.get(key)
        if not earlier:
            return now
        facts = np.concatenate([now.facts, *(relation.facts for relation in earlier)])
        ranks = np.concatenate([now.ranks, *(relation.ranks for relation in earlier)])
        order = np.lexsort((ranks, facts))
        facts, ranks = facts[order], ranks[order]
        keep = np.ones(len(facts), np.bool_)
        keep[1:] = facts[1:] != facts[:-1]
        return SortedRelation(facts[keep], ranks[keep])

    def rank(self, triple: Coded) -> int:
        """The rank of a fact; NEVER where it is none."""
        key, fact = placed(triple)
        return int(self.lookup(key).rank_of(np.array([fact], np.int64))[0])

    def ranks(self, atom: Atom, block: Bindings) -> Ids:
        """The ranks of the facts that an atom states for the rows of a table."""
        facts = facts_of(atom, block)
        if atom.key != self.facts.constant(TYPE):
            return self.lookup(atom.key).rank_of(facts)
        pairs = map(ends, facts.tolist())
        found = [self.rank((subject, TYPE, class_)) for subject, class_ in pairs]
        return np.array(found, np.int64)

    def asserted_mention(self, number: int) -> Coded | None:
        """An asserted triple that speaks of a term."""
        for key, facts in self.facts.asserted.items():
            found = _mentions(key, facts, number)
            if len(found):
                return _at(key, int(found[0]))
        return None

    def mention(self, number: int) -> Coded | None:
        """The fact of lowest rank that speaks of a term, but for equalities."""
        best: tuple[int, Coded] | None = None
        for key in self.facts.relations:
            if key == self.facts.constant(SAME_AS):
                continue
            relation = self.lookup(key)
            found = _mentions(key, relation.facts, number)
            ranks = relation.rank_of(found)
            if len(found) and (best is None or ranks.min() < best[0]):
                place = int(np.argmin(ranks))
                best = int(ranks[place]), _at(key, int(found[place]))
        return best[1] if best else None


def placed(triple: Coded) -> tuple[int, int]:
    """The key of the relation of a triple, and its fact there."""
    subject, predicate, object_ = triple
    if predicate == TYPE:
        return CLASS + object_, subject
    return predicate, (subject << SHIFT) | object_


def triple_of(atom: Atom, block: Bindings, row: int) -> Coded:
    """The triple that an atom states for a row of a table."""

    def number(slot: int | str) -> int:
        return slot if isinstance(slot, int) else int(block.columns[slot][row])

    if atom.object is None:
        return number(atom.subject), TYPE, atom.key - CLASS
    return number(atom.subject), atom.key, number(atom.object)


def _at(key: int, fact: int) -> Coded:
    if key >= CLASS:
        return fact, TYPE, key - CLASS
    subject, object_ = ends(fact)
    return subject, key, object_


def _mentions(key: int, facts: Ids, number: int) -> Ids:
    """The facts of a relation that speak of a term."""
    if number in (key, key - CLASS) or (key >= CLASS and number == TYPE):
        return facts
    speaking: Mask = facts == number
    if key < CLASS:
        speaking = (first(facts) == number) | (second(facts) == number)
    return facts[speaking]
