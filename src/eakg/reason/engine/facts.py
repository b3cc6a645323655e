"""Facts in the making: relations, what is still to be looked at, and equality."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

import numpy as np
from rdflib.namespace import OWL

from eakg.reason.engine.copies import own_copy
from eakg.reason.engine.equality import NONE
from eakg.reason.engine.terms import LITERAL, Facts, Terms, facts_by_key
from eakg.reason.engine.values import DATATYPE_NUMBERS, ValueIndex, Values
from eakg.reason.relations import (
    CLASS,
    EMPTY,
    NOTHING,
    SHIFT,
    Cells,
    Ids,
    Mask,
    SortedRelation,
    distinct,
    first,
    pack,
    second,
    without,
)
from eakg.reason.rules import CELL, NUMBER, SAME_AS, TYPE, VOCABULARY, RuleSet, vocabulary_of

_BOUNDS = {NUMBER[OWL.maxCardinality], NUMBER[OWL.maxQualifiedCardinality]}
DIFFERENT_FROM = NUMBER[OWL.differentFrom]


class FactBase:
    """Facts in terms of representatives.

    Arguments: the terms; the asserted facts; the rules, which say whether owl:sameAs makes terms
    the same.

    `relations` holds the facts by key, `history` what they were before terms became the same,
    `pending` those that no rule has looked at, `arrivals` the keys of relations that had none
    before; `clock` is the rank of what is found now.
    `on_renaming` is called when terms became the same, with whether those of the vocabulary are
    among them.
    """

    def __init__(self, terms: Terms, asserted: Facts, rules: RuleSet) -> None:
        self.terms = terms
        self.asserted = asserted
        self.rules = rules
        self._user_terms = range(len(VOCABULARY), len(vocabulary_of(rules)))
        self.values = Values(ValueIndex(terms, self._user_terms.stop), self._hidden)
        self.relations: dict[int, SortedRelation] = {}
        self.history: dict[int, tuple[SortedRelation, ...]] = {}
        self.pending: dict[int, Ids] = {}
        self.arrivals: set[int] = set()
        self.equal = NONE
        self.clock = 0
        self.counts: Counter[str] = Counter()
        self.reflexive = False
        self.things = EMPTY
        self.on_renaming: Callable[[bool], None] = lambda _: None
        self._all_types: SortedRelation | None = None
        self._present: Ids | None = None

    def copy(self, asserted: Facts, uses: Ids) -> "FactBase":
        """These with other asserted facts and their uses of terms, to be changed on their own."""
        twin = own_copy(self)
        vars(twin).pop("has_bounds", None)
        twin.asserted, twin.uses = asserted, uses
        twin.values = Values(self.values.index, twin._hidden)
        return twin

    @cached_property
    def uses(self) -> Ids:
        """How many asserted triples have each term as their object, but for classes."""
        objects = [second(facts) for key, facts in self.asserted.items() if key < CLASS]
        counts: Ids = np.bincount(np.concatenate([EMPTY, *objects]), minlength=len(self.terms))
        return counts

    def unused_literals(self, literals: Ids) -> Ids:
        """Those of some literals that are in no asserted triple, nor stated by rules of one's
        own."""
        is_known = literals < len(self.uses)
        is_unused: Mask = ~is_known | (self.uses[np.where(is_known, literals, 0)] == 0)
        is_unused &= (literals < self._user_terms.start) | (literals >= self._user_terms.stop)
        return literals[is_unused]

    def _hidden(self) -> frozenset[int]:
        """The literals that are in no asserted triple: some of those that the rules speak of, and
        of those that were removed."""
        return frozenset(self.unused_literals(np.flatnonzero(self.terms.kinds == LITERAL)).tolist())

    def constant(self, number: int) -> int:
        """What stands for a term that the rules speak of."""
        return self.equal.representative(number)

    def lookup(self, key: int) -> SortedRelation:
        """The facts of a relation; those of rdf:type are put together from the classes."""
        if key == self.constant(TYPE) != self.constant(SAME_AS):
            if self._all_types is None:
                self._all_types = self.types({k: r.facts for k, r in self.relations.items()})
            return self._all_types
        return self.relations.get(key, NOTHING)

    @staticmethod
    def types(members: Mapping[int, Ids]) -> SortedRelation:
        """The facts of classes as facts of rdf:type, without ranks."""
        parts = [
            pack(facts, np.full(len(facts), key - CLASS, np.int64))
            for key, facts in members.items()
            if key >= CLASS
        ]
        facts = np.sort(np.concatenate(parts)) if parts else EMPTY
        return SortedRelation(facts, np.zeros(len(facts), np.uint32))

    def invalidate_types(self) -> None:
        """Forget what was put together of the relations."""
        self._all_types = None
        self._present = None

    @property
    def present(self) -> Ids:
        """The keys of the relations that have facts, sorted, and those of rdf:type and owl:sameAs,
        whose facts are put together where they are wanted."""
        if self._present is None:
            constants = {self.constant(TYPE), self.constant(SAME_AS)}
            self._present = np.array(sorted(self.relations.keys() | constants), np.int64)
        return self._present

    def cells(self) -> Cells:
        """The collections as they are now."""
        firsts, rests, nil = (self.constant(number) for number in CELL)
        return Cells(self.lookup(firsts), self.lookup(rests), nil)

    def join_literals(self, subset: Ids | None = None) -> None:
        """Make literals of one value the same, all or some (dt-eq), with those of the rules where a
        cardinality may be written in another way."""
        self.join(self.equal_literals(subset))

    def equal_literals(self, subset: Ids | None = None) -> Ids:
        """Packed pairs that do so."""
        if "dt-eq" not in self.rules:
            return EMPTY
        return self.values.equalities(subset, with_hidden=self.has_bounds)

    @cached_property
    def has_bounds(self) -> bool:
        """Whether what is asserted speaks of cardinalities."""
        bounds = np.array(sorted(_BOUNDS), np.int64)
        return bool(self.uses[bounds].any()) or any(
            _BOUNDS & {key, key - CLASS}
            or (key < CLASS and (np.diff(np.searchsorted(facts, subjects)) > 0).any())
            for subjects in [pack(bounds, bounds * 0)[:, None] + [0, 1 << SHIFT]]
            for key, facts in self.asserted.items()
        )

    @property
    def size(self) -> int:
        """How many there are."""
        return sum(map(len, self.relations.values()))

    def load(self, facts: Facts) -> None:
        """Take in asserted facts, as of the present round."""
        self.conclude(("", key, values) for key, values in facts.items())

    def conclude(self, conclusions: Iterable[tuple[str, int, Ids]]) -> None:
        """Take in conclusions: the names of their rules, the keys of their relations, and facts."""
        by_key: dict[int, list[tuple[str, Ids]]] = defaultdict(list)
        pairs: list[Ids] = []
        for name, key, facts in conclusions:
            if not len(facts):
                continue
            for target, values in self.normalize(key, facts):
                if self.rules.equality and target == self.constant(SAME_AS):
                    # What is asserted is linked as it was asserted.
                    equalities = facts if key == target else values
                    left, right = map(
                        self.equal.representatives, (first(equalities), second(equalities))
                    )
                    equalities = equalities[left != right]
                    self.counts[name] += len(equalities)
                    pairs.append(equalities)
                else:
                    by_key[target].append((name, values))
        for target, parts in by_key.items():
            self._merge(target, parts)
        if pairs:
            self.join(np.concatenate(pairs))

    def normalize(self, key: int, facts: Ids) -> Iterator[tuple[int, Ids]]:
        """Facts in terms of representatives, by the relation where they belong."""
        same, type_ = self.constant(SAME_AS), self.constant(TYPE)
        if key >= CLASS:
            class_ = self.equal.representative(key - CLASS)
            if self.equal.mapping is not None:
                facts = distinct(self.equal.representatives(facts))
            if same == type_:
                yield same, pack(facts, np.full(len(facts), class_, np.int64))
            else:
                yield CLASS + class_, facts
            return
        key = self.equal.representative(key)
        if self.equal.mapping is not None:
            representatives = self.equal.representatives
            facts = distinct(pack(representatives(first(facts)), representatives(second(facts))))
        if key == type_ != same:
            types = np.full(len(facts), TYPE, np.int64)
            yield from facts_by_key(first(facts), types, second(facts)).items()
        else:
            yield key, facts

    def home(self, key: int) -> int:
        """The relation where facts belong, as long as rdf:type and owl:sameAs are the same as
        nothing else."""
        representative = self.equal.representative
        return CLASS + representative(key - CLASS) if key >= CLASS else representative(key)

    def aligned(self, key: int, facts: Ids) -> Ids:
        """Facts in terms of representatives, one for each."""
        representatives = self.equal.representatives
        if key >= CLASS:
            return representatives(facts)
        return pack(representatives(first(facts)), representatives(second(facts)))

    def _merge(self, key: int, parts: list[tuple[str, Ids]]) -> None:
        relation = self.relations.get(key, NOTHING)
        fresh = EMPTY
        for name, facts in parts:
            facts = without(without(facts, relation.facts), fresh)
            self.counts[name] += len(facts)
            fresh = np.sort(np.concatenate([fresh, facts])) if len(fresh) else facts
        if not len(fresh):
            return
        if not len(relation):
            self.arrivals.add(key)
            self._present = None
        self.relations[key] = relation.merge(fresh, self.clock)
        self._await(key, fresh)
        self._all_types = None
        if self.reflexive:
            self._reflect(_terms_of(key, fresh))

    def _await(self, key: int, fresh: Ids) -> None:
        backlog = self.pending.get(key, EMPTY)
        self.pending[key] = distinct(np.concatenate([backlog, fresh])) if len(backlog) else fresh

    def reflect_all(self) -> None:
        """From now on note that each term is the same as itself (eq-ref)."""
        self.reflexive = True
        self._reflect(self._terms_in_use())

    def _terms_in_use(self) -> Ids:
        parts = [_terms_of(key, r.facts) for key, r in self.relations.items()]
        parts.append(self.equal.representatives(self.equal.synonyms))
        return distinct(np.concatenate(parts))

    def _reflect(self, numbers: Ids) -> None:
        """Note `x owl:sameAs x` (eq-ref), which stands for all that are the same as x; owl:sameAs
        itself is in these triples, and owl:differentFrom in those of numbers (dt-diff)."""
        key = self.constant(SAME_AS)
        relation = self.relations.get(key, NOTHING)
        words = [key, self.constant(DIFFERENT_FROM)] if "dt-diff" in self.rules else [key]
        numbers = np.concatenate([numbers, words])
        fresh = without(distinct(pack(numbers, numbers)), relation.facts)
        if len(fresh):
            self.relations[key] = relation.merge(fresh, self.clock)
            self._await(key, fresh)

    @property
    def words(self) -> Ids:
        """The terms that the rules name."""
        return np.arange(self._user_terms.stop)

    def join(self, pairs: Ids) -> None:
        """Make terms the same, and put representatives in place of what they stand for."""
        equal = self.equal.join(pairs, self.clock, len(self.terms))
        if equal is self.equal:
            return
        words = self.words
        has_renamed_words = (
            self.equal.representatives(words) != equal.representatives(words)
        ).any()
        self.equal = equal
        self.clock += 1
        self._rewrite()
        self._value_of_things()
        self.on_renaming(bool(has_renamed_words))

    def part(self, is_parted: Mask, pairs: Ids) -> None:
        """Have representatives, of which nothing is said and none is of the vocabulary, stand for
        themselves only, but for what is the same all the same.

        Arguments: which; packed pairs of equal terms.
        """
        parts = self.equal.split(is_parted)
        self.equal = parts.join(pairs, self.clock, len(self.terms))
        self.clock += 1
        if self.equal is not parts:
            self._value_of_things()
            self.on_renaming(False)

    def _value_of_things(self) -> None:
        """Note what follows for what is the same as a literal: its datatypes, and the literals
        that it differs from."""
        is_literal = self.terms.kinds == LITERAL
        is_thing = np.zeros(len(is_literal), np.bool_)
        is_thing[self.equal.representatives(np.flatnonzero(~is_literal))] = True
        literals = np.flatnonzero(is_literal)
        values = literals[is_thing[self.equal.representatives(literals)]]
        values = without(values, self.things)
        if not len(values):
            return
        self.things = distinct(np.concatenate([self.things, values]))
        self.clock += 1
        if "dt-type2" in self.rules:
            for number in DATATYPE_NUMBERS:
                self.conclude([("dt-type2", CLASS + number, self.values.of_type(number, values))])
        if "dt-diff" in self.rules:
            self.conclude([("dt-diff", DIFFERENT_FROM, self.values.differences(values))])

    def _rewrite(self) -> None:
        self.invalidate_types()
        rewrites: list[tuple[str, int, Ids]] = []
        same = self.constant(SAME_AS)
        is_renamed = self.equal.is_renamed(len(self.terms))
        for key, relation in list(self.relations.items()):
            if is_renamed[key - CLASS if key >= CLASS else key]:
                is_affected = np.ones(len(relation), np.bool_)
            else:
                is_affected = mentions(key, relation.facts, is_renamed)
            if self.constant(TYPE) == same and key >= CLASS:
                is_affected = np.ones(len(relation), np.bool_)
            if not is_affected.any():
                continue
            old_relation = SortedRelation(relation.facts[is_affected], relation.ranks[is_affected])
            self.history[key] = (*self.history.get(key, ()), old_relation)
            rewrites.append(("", key, old_relation.facts))
            rest = SortedRelation(relation.facts[~is_affected], relation.ranks[~is_affected])
            if len(rest):
                self.relations[key] = rest
            else:
                del self.relations[key]
            backlog = without(self.pending.pop(key, EMPTY), old_relation.facts)
            if len(backlog):
                self.pending[key] = backlog
        if self.reflexive:
            self._reflect(self._terms_in_use())
            rewrites = [(name, key, facts) for name, key, facts in rewrites if key != same]
        self.conclude(rewrites)


def mentions(key: int, facts: Ids, is_meant: Mask) -> Mask:
    """Which facts of a relation are about terms that a mask over all terms picks."""
    if key >= CLASS:
        return is_meant[facts]
    return is_meant[first(facts)] | is_meant[second(facts)]


def _terms_of(key: int, facts: Ids) -> Ids:
    if key >= CLASS:
        vocabulary = np.array([key - CLASS, TYPE], np.int64)
        return distinct(np.concatenate([facts, vocabulary]))
    return distinct(np.concatenate([first(facts), second(facts), np.array([key], np.int64)]))
