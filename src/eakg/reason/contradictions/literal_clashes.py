"""Literals that contradict a graph: those that follow to be the same and have different values, and
those that are no values of their datatype, or of one that is asked for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from rdflib.namespace import OWL, RDFS

from eakg.reason.contradictions.value_uses import ValueUse, ValueUses
from eakg.reason.contradictions.wording import NumberInconsistency, Wording
from eakg.reason.engine import DATATYPE_NUMBERS, LITERAL, ClosureState, Expansion
from eakg.reason.literals import comparable_value
from eakg.reason.plan import NumberTriple
from eakg.reason.relations import CLASS, NEVER, ends, first, second, within
from eakg.reason.rules import NUMBER, SAME_AS, TYPE

_FUNCTIONAL = NUMBER[OWL.FunctionalProperty]
_RANGE = NUMBER[RDFS.range]


class LiteralClashes:
    """The contradictions of literals in a complete state.

    Arguments: the state, the facts as they come out of it, and how to name terms.
    """

    def __init__(self, state: ClosureState, expansion: Expansion, wording: Wording) -> None:
        self.facts = state.facts
        self.expansion = expansion
        self.wording = wording
        self.uses = ValueUses(state, expansion, wording)

    # dt-diff

    def unequal(self) -> Iterator[NumberInconsistency]:
        """Values that follow to be the same and differ: one contradiction for all that one thing
        has of one functional property, and one for what else is the same."""
        for values in self._unequal_values:
            yield from self._causes(values)

    @property
    def are_unequal(self) -> bool:
        """Whether there are any."""
        return bool(self._unequal_values)

    @cached_property
    def _unequal_values(self) -> list[list[list[int]]]:
        """The literals of each value, where several follow to be the same."""
        members = self.expansion.members
        literals = members[self.facts.terms.kinds[members] == LITERAL]
        _, starts, counts = np.unique(
            self.facts.equal.representatives(literals), return_index=True, return_counts=True
        )
        result = []
        for start, count in zip(starts[counts > 1], counts[counts > 1], strict=True):
            values: dict[object, list[int]] = defaultdict(list)
            for number in self.wording.sorted(literals[start : start + count].tolist()):
                value = comparable_value(self.wording.literal(number))
                if value is not None:
                    values[value].append(number)
            if len(values) > 1:
                result.append(list(values.values()))
        return result

    def _causes(self, values: Sequence[list[int]]) -> Iterator[NumberInconsistency]:
        """The contradictions of values, each of which is given by the literals that have it."""
        places = {number: place for place, numbers in enumerate(values) for number in numbers}
        representative = self.facts.equal.representative(values[0][0])
        rank = self._ranks_of_clashes.get(representative, NEVER)
        components = [{place} for place in range(len(values))]
        for property_ in self.facts.lookup(CLASS + _FUNCTIONAL).facts.tolist():
            holders: dict[int, dict[int, ValueUse]] = defaultdict(dict)
            for use in self.uses.of(property_, places, rank):
                place = places[use.fact[2]]
                rival = holders[use.holder].get(place)
                if rival is None or self._order(use) < self._order(rival):
                    holders[use.holder][place] = use
            for holder, uses in holders.items():
                if len(uses) > 1:
                    yield self._functional_clash(property_, holder, uses)
                    _unite(components, list(uses))
        heads = {id(component): values[min(component)] for component in components}
        if len(heads) > 1:
            low, *synonyms = (self._spelled(numbers) for numbers in heads.values())
            words = self.wording.words([low, *synonyms])
            message = f"{words} follow to be the same, but differ in value"
            yield "eq-diff1", message, tuple((low, SAME_AS, other) for other in synonyms), ()

    def _functional_clash(
        self, property_: int, holder: int, uses: Mapping[int, ValueUse]
    ) -> NumberInconsistency:
        facts = tuple(uses[place].fact for place in sorted(uses))
        values = self.wording.words(fact[2] for fact in facts)
        count = "both" if len(facts) == 2 else f"{len(facts):,} values,"
        comma = "" if len(facts) == 2 else ","
        message = (
            f"{self.wording.word(self.wording.number(holder))} has {count} {values}{comma} as "
            f"{self.wording.word(self.wording.number(property_))}, which is functional"
        )
        return "eq-diff1", message, facts, ((property_, TYPE, _FUNCTIONAL),)

    @cached_property
    def _ranks_of_clashes(self) -> dict[int, int]:
        """For representatives, the rank at which values that differ first became the same: what was
        found later may have had another of them."""
        ranks: dict[int, int] = {}
        kinds = self.facts.terms.kinds
        for left, right, rank in self.facts.equal.links.tolist():
            if kinds[left] == LITERAL == kinds[right]:
                values = (comparable_value(self.wording.literal(n)) for n in (left, right))
                if len({*values} - {None}) > 1:
                    representative = self.facts.equal.representative(left)
                    ranks[representative] = min(rank, ranks.get(representative, rank))
        return ranks

    # dt-not-type

    def ill_formed(self) -> Iterator[NumberInconsistency]:
        """Literals that are no values of their datatype."""
        literals = self.facts.values.ill_formed
        if not len(literals):
            return
        for key, facts in self.facts.asserted.items():
            if key >= CLASS:
                continue
            for fact in facts[within(second(facts), literals)].tolist():
                subject, value = ends(fact)
                word = self.wording.word
                message = f"{word(subject)} has {word(value)} as {word(key)}: no such value"
                yield "dt-not-type", message, ((subject, key, value),), ()

    def out_of_value_space(self) -> Iterator[NumberInconsistency]:
        """Values that are none of a datatype that they are used as: each once, as it is written."""
        kinds = self.facts.terms.kinds
        for datatype in DATATYPE_NUMBERS:
            instances = self.facts.lookup(CLASS + self.facts.equal.representative(datatype)).facts
            if not len(instances):
                continue
            _, members = self.expansion.rows(instances)
            literals = members[kinds[members] == LITERAL].tolist()
            values: dict[object, list[int]] = defaultdict(list)
            for number in self.facts.values.out_of_value_space(literals, datatype):
                value = comparable_value(self.wording.literal(number))
                values[self.facts.equal.representative(number), value].append(number)
            for numbers in values.values():
                yield self._misuse(numbers, datatype)

    def _misuse(self, numbers: list[int], datatype: int) -> NumberInconsistency:
        """Of a value, given by the literals that have it, and a datatype."""
        value = self._spelled(numbers)
        word = self.wording.word
        message = f"{word(value)} is used as a value of {word(datatype)}, and is none"
        facts: list[NumberTriple] = []
        representative_of = self.facts.equal.representative
        ranges = self.facts.lookup(representative_of(_RANGE)).facts
        for property_ in first(ranges[second(ranges) == representative_of(datatype)]).tolist():
            range_ = self.wording.number(property_), _RANGE, datatype
            uses = list(self.uses.of(property_, dict.fromkeys(numbers, 0), NEVER))
            assertions = [use for use in uses if use.is_asserted]
            holders = {use.holder for use in assertions}
            for use in assertions:
                facts += [use.fact, range_]
            for holder in dict.fromkeys(use.holder for use in uses):
                if holder not in holders:
                    name = self.wording.number(holder)
                    facts += [(name, self.wording.number(property_), value), range_]
        return "dt-not-type", message, tuple(facts) or ((value, TYPE, datatype),), ()

    def _spelled(self, numbers: Sequence[int]) -> int:
        """Of literals with one value, the first that is written somewhere."""
        terms = self.wording.mentioned_terms(np.array(numbers, np.int64))
        return self.wording.sorted(terms.tolist())[0]

    def _order(self, use: ValueUse) -> tuple[bool, list[tuple[str, ...]]]:
        """What is asserted goes before what is not."""
        return not use.is_asserted, self.wording.spellings(use.fact)


def _unite(components: list[set[int]], places: Sequence[int]) -> None:
    """Make one component of those of some places."""
    if len({id(components[place]) for place in places}) > 1:
        union = set().union(*(components[place] for place in places))
        for place in union:
            components[place] = union
