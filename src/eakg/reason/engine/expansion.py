"""What comes out of a state: facts about every term in place of representatives, as RDF."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from rdflib.namespace import OWL, RDFS

from eakg.reason.engine.equality import SynonymGroups
from eakg.reason.engine.facts import DIFFERENT_FROM
from eakg.reason.engine.literal_forms import LiteralForms
from eakg.reason.engine.program import TOP
from eakg.reason.engine.state import ClosureState
from eakg.reason.engine.terms import IRI, LITERAL, Kinds, facts_by_key
from eakg.reason.relations import (
    BLOCK,
    CLASS,
    EMPTY,
    Ids,
    Mask,
    distinct,
    first,
    pack,
    second,
    without,
)
from eakg.reason.rules import NUMBER, SAME_AS, TYPE, RuleSet

Block = tuple[int, Ids]
"""The key of a relation and facts of it, sorted."""

_REFLEXIVE = {
    NUMBER[RDFS.subClassOf],
    NUMBER[RDFS.subPropertyOf],
    NUMBER[OWL.equivalentClass],
    NUMBER[OWL.equivalentProperty],
}
_ABOVE = {NUMBER[RDFS.subClassOf], NUMBER[RDFS.domain], NUMBER[RDFS.range]}
_TOP_NUMBERS = np.array(sorted(key - CLASS for key in TOP), np.int64)


def terms_of_any_closure(rules: RuleSet) -> list[int]:
    """The terms of triples that any graph closes to by rules of equality, though none of them is
    written: something is the same as itself, and where dt-diff runs, numbers differ."""
    return [SAME_AS, DIFFERENT_FROM] if "dt-diff" in rules else [SAME_AS]


class Expansion:
    """The facts of a state, about each term by its own name.

    Arguments: a complete state; whether facts are wanted about every name of a thing, or about one
    of them, to which owl:sameAs joins the others.
    """

    def __init__(self, state: ClosureState, *, compact: bool = False) -> None:
        self.facts = state.facts
        self.inputs = state.program.inputs
        self.compact = compact
        equal = self.facts.equal
        self.members = equal.synonyms
        if len(self.members):
            self.members = equal.synonyms[~np.isin(equal.synonyms, list(self.facts.values.hidden))]
        representatives = equal.representatives(self.members)
        self.names = SynonymGroups(self.members, representatives, len(self.facts.terms))
        starts = np.flatnonzero(np.diff(representatives)) + 1
        self.groups = np.split(self.members, starts) if len(self.members) else []

    @cached_property
    def _forms(self) -> LiteralForms:
        # Where one name speaks for all, a literal has one form.
        return LiteralForms(self.facts, EMPTY if self.compact else self.members)

    @cached_property
    def display_names(self) -> Ids:
        """For each representative the one of its members that speaks for them: an IRI before a
        blank node before a literal, then the first in alphabetical order."""
        kinds, terms = self.facts.terms.kinds, self.facts.terms
        display_names = np.arange(len(terms))
        for group in self.groups:
            best = min(group.tolist(), key=lambda n: (int(kinds[n]), terms.node(n).n3()))
            display_names[self.facts.equal.representative(int(group[0]))] = best
        return display_names

    def all(self) -> Iterator[Block]:
        """Every fact, block by block; a relation may come in several blocks, a fact once."""
        equality = self.facts.rules.equality
        for key, relation in self.facts.relations.items():
            if not (equality and key == self.facts.constant(SAME_AS)):
                yield from self._expand(key, relation.facts)
        if equality:
            yield from self._equalities()

    def inferred(self, *, trivial: bool, restated: bool = True) -> Iterator[Block]:
        """The facts that are RDF triples and were not asserted; trivial ones, and those that tell
        a value again in another form, only if wanted."""
        kinds = self.facts.terms.kinds
        for key, facts in self.all():
            for block in self._new(key, facts, kinds, trivial=trivial):
                yield block if restated else self._forms.without_restatements(*block)
        if trivial and "eq-ref" in self.facts.rules:
            numbers = self.terms_of_closure()
            yield from self._new(SAME_AS, pack(numbers, numbers), kinds, trivial=True)

    def _new(self, key: int, facts: Ids, kinds: Kinds, *, trivial: bool) -> Iterator[Block]:
        if key < CLASS and kinds[key] != IRI:
            return
        facts = without(facts, self.facts.asserted.get(key, EMPTY))
        subjects = facts if key >= CLASS else first(facts)
        facts = facts[kinds[subjects] != LITERAL]
        if DIFFERENT_FROM in self.inputs and key < CLASS:
            facts = facts[~np.isin(second(facts), list(self.facts.values.hidden))]
        if len(facts) and not trivial:
            facts = facts[~self.trivial(key, facts)]
        if len(facts):
            yield key, facts

    def trivial(self, key: int, facts: Ids) -> Mask:
        """Which facts are reflexive or axiomatic (`eakg.reason.trivial`)."""
        builtin = self.facts.terms.builtin
        if key in TOP:
            return np.ones(len(facts), np.bool_)
        if key >= CLASS:
            if builtin[key - CLASS]:
                return builtin[facts]
            return np.zeros(len(facts), np.bool_)
        left, right = first(facts), second(facts)
        mask = np.zeros(len(facts), np.bool_)
        if key in _REFLEXIVE or key == SAME_AS:
            mask |= left == right
        if key in _ABOVE:
            mask |= np.isin(right, _TOP_NUMBERS)
        if key == NUMBER[RDFS.subClassOf]:
            mask |= left == NUMBER[OWL.Nothing]
        if builtin[key]:
            mask |= builtin[left] & builtin[right]
        return mask

    def terms_of_closure(self) -> Ids:
        """Every term of every triple, a literal or not, sorted."""
        parts = [np.array(terms_of_any_closure(self.facts.rules), np.int64)]
        for key, facts in self.all():
            base = key - CLASS if key >= CLASS else key
            parts.append(np.array([base], np.int64))
            if key >= CLASS:
                parts += [facts, np.array([TYPE], np.int64)]
            else:
                parts += [first(facts), second(facts)]
        return distinct(np.concatenate(parts))

    def _expand(self, key: int, facts: Ids) -> Iterator[Block]:
        base = key - CLASS if key >= CLASS else key
        offset = key - base
        if not self.groups:
            yield key, facts
            return
        if self.compact:
            target = offset + int(self.display_names[base])
            yield target, np.sort(self._display_facts(facts, is_class=bool(offset)))
            return
        values = distinct(self.rows(facts)[1]) if offset else self.names.facts(facts)
        for member in self._members(base):
            if offset:
                yield from self._types(member, values)
            elif member == TYPE:
                yield from _type_blocks(values)
            else:
                yield member, values

    def _types(self, class_: int, instances: Ids) -> Iterator[Block]:
        yield CLASS + class_, instances
        for name in self._members(self.facts.constant(TYPE)):
            if name != TYPE:
                yield name, pack(instances, np.full(len(instances), class_, np.int64))

    def _display_facts(self, facts: Ids, *, is_class: bool) -> Ids:
        if is_class:
            return self.display_names[facts]
        return pack(self.display_names[first(facts)], self.display_names[second(facts)])

    def _members(self, number: int) -> list[int]:
        members: list[int] = self.names.of(number).tolist()
        return members

    def rows(self, numbers: Ids) -> tuple[Ids, Ids]:
        """All members of each number: which number of the array, and the member."""
        return self.names.rows(numbers)

    def _equalities(self) -> Iterator[Block]:
        representatives = self.facts.equal.representatives(self.members)
        if self.compact:
            names = self.display_names[representatives]
            is_alias = self.members != names
            yield SAME_AS, np.sort(pack(names[is_alias], self.members[is_alias]))
            return
        totals = np.cumsum(self.names.counts[representatives])
        start = 0
        while start < len(representatives):
            before = totals[start - 1] if start else 0
            stop = max(start + 1, int(np.searchsorted(totals, before + BLOCK, side="right")))
            rows, right = self.rows(representatives[start:stop])
            left = self.members[start:stop][rows]
            pairs = np.sort(pack(left, right)[left != right])
            yield SAME_AS, pairs
            yield from self._renamings(pairs)
            start = stop
        if self.names.is_group[self.facts.constant(SAME_AS)] and not self.compact:
            loops = first(self.facts.lookup(self.facts.constant(SAME_AS)).facts)
            loops = distinct(self.rows(loops)[1])
            yield from self._renamings(pack(loops, loops))

    def _renamings(self, pairs: Ids) -> Iterator[Block]:
        """Equalities under the other names of owl:sameAs."""
        for name in self._members(self.facts.constant(SAME_AS)):
            if name == TYPE:
                yield from _type_blocks(pairs)
            elif name != SAME_AS:
                yield name, pairs


def _type_blocks(pairs: Ids) -> Iterator[Block]:
    types = np.full(len(pairs), TYPE, np.int64)
    yield from facts_by_key(first(pairs), types, second(pairs)).items()
