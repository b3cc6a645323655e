"""The schema: the facts that axioms are made of, which one process holds, closed and fitted."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from eakg.reason.engine import Block, ClosureState, Facts, Terms
from eakg.reason.plan import templates_of
from eakg.reason.relational.compilation import relational_program
from eakg.reason.relational.shape import RelationalProgram
from eakg.reason.relations import CLASS, EMPTY, UNLIMITED, Allowance, Ids, Mask, first, pack, second
from eakg.reason.rules import CELL, SAME_AS, RuleSet, vocabulary_of


@dataclass(frozen=True)
class SchemaKeys:
    """The keys of the relations that axioms are facts of; those of which the objects are lists; and
    those of the cells of lists."""

    axioms: frozenset[int]
    lists: frozenset[int]
    cells: tuple[int, int] = (CELL[0], CELL[1])


@cache
def schema_keys(rules: RuleSet) -> SchemaKeys:
    """The keys of what rules take for axioms."""
    axioms: set[int] = set()
    lists: set[int] = set()
    for template in templates_of(rules).all:
        for atom, slots in zip(
            template.axioms, template.axiom_atoms(lambda number: number), strict=True
        ):
            axioms.add(slots.key)
            if template.rule.list is not None and atom.object == template.rule.list.head:
                lists.add(slots.key)
    return SchemaKeys(frozenset(axioms), frozenset(lists))


class FittedSchema:
    """The closure of the facts of a schema under all rules, and the program fitted to it.

    Arguments: the terms; the facts; the rules; how much there may be. Raises: ProblemsError where
    an axiom is of a kind that no program has; ReasoningLimitError.
    """

    def __init__(
        self, terms: Terms, facts: Facts, rules: RuleSet, allowance: Allowance = UNLIMITED
    ) -> None:
        # What holds of everything is wanted, as facts elsewhere may read it.
        self._state = ClosureState.of(terms, facts, rules, trivial=True)
        self._state.allow(allowance)
        self._state.run()
        self.program: RelationalProgram = relational_program(self._state.facts)
        self.vocabulary = len(vocabulary_of(rules))

    @property
    def facts(self) -> Iterator[Block]:
        """All facts, those that it was given among them, of representatives; and what is the same
        as another, as facts of owl:sameAs."""
        facts = self._state.facts
        for key, relation in facts.relations.items():
            yield key, relation.facts
        mapping = facts.equal.mapping
        if mapping is not None and facts.rules.equality:
            numbers = np.arange(len(mapping))
            synonyms = numbers[mapping != numbers]
            yield SAME_AS, pack(mapping[synonyms], synonyms)

    def columns(self) -> tuple[Mask, Ids, Ids, Ids]:
        """The same in columns: whether the key is that of a class, its term, subjects and objects;
        for a class the objects are 0."""
        masks, keys, subjects, objects = [np.empty(0, np.bool_)], [EMPTY], [EMPTY], [EMPTY]
        for key, facts in self.facts:
            is_class = key >= CLASS
            masks.append(np.full(len(facts), is_class))
            keys.append(np.full(len(facts), key - CLASS if is_class else key, np.int64))
            subjects.append(facts if is_class else first(facts))
            objects.append(np.zeros(len(facts), np.int64) if is_class else second(facts))
        return (
            np.concatenate(masks),
            np.concatenate(keys),
            np.concatenate(subjects),
            np.concatenate(objects),
        )
