"""Contradictions in a closure, by its rules that conclude *false*, and what to say of each.

In `owl2rl.rules` these are in tables 4 to 8 of https://www.w3.org/TR/owl2-profiles/ section 4.3;
in `rdfs.rules` there are none.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import combinations
from typing import cast

import numpy as np
from rdflib import Graph, Literal
from rdflib.namespace import OWL, RDFS

from eakg.rdf import PrefixedNames, Triple, spelling
from eakg.reason.contradictions.inconsistency import Inconsistency, message_of
from eakg.reason.engine import DATATYPE_NUMBERS, DIFFERENT_FROM, LITERAL, ClosureState, Expansion
from eakg.reason.literals import are_different
from eakg.reason.plan import Instance, NumberTriple
from eakg.reason.proofs import triple_of
from eakg.reason.relations import (
    CLASS,
    EMPTY,
    NOTHING,
    UNIT,
    Cells,
    SortedRelation,
    ends,
    first,
    second,
    solve,
    swap,
    within,
)
from eakg.reason.rules import CELL, NUMBER, SAME_AS, TYPE

_THING = CLASS + NUMBER[OWL.Thing]
NumberInconsistency = tuple[str, str, tuple[NumberTriple, ...], tuple[NumberTriple, ...]]
"""A rule, a message, the facts and the axioms."""


class ContradictionFinder:
    """The contradictions of a complete state.

    Arguments: the state, the facts as they come out of it, and what gives a graph with the prefixes
    and the class expressions that messages name.
    """

    def __init__(
        self, state: ClosureState, expansion: Expansion, graph: Callable[[], Graph]
    ) -> None:
        self.program = state.program
        self.facts = state.facts
        self.expansion = expansion
        self.graph = graph

    @cached_property
    def short(self) -> PrefixedNames:
        """The names of terms in messages. Most closures have none, and axioms may be many."""
        return PrefixedNames(self.graph())

    def all(self) -> list[Inconsistency]:
        """All contradictions, each once, in the order of the rule tables, then of their messages.

        A pair that clashes both ways round is given once.
        """
        inconsistencies: dict[tuple[str, frozenset[NumberTriple]], Inconsistency] = {}
        for rule, message, facts, axioms in self._candidates():
            facts = tuple(dict.fromkeys(facts))
            premises = (tuple(map(self._triple, triples)) for triples in (facts, axioms))
            inconsistency = Inconsistency(rule, message, *premises)
            clash = rule, frozenset(facts or axioms)
            rival = inconsistencies.get(clash)
            if rival is None or self._order(inconsistency) < self._order(rival):
                inconsistencies[clash] = inconsistency
        return sorted(inconsistencies.values(), key=self._order)

    def _order(self, inconsistency: Inconsistency) -> tuple[int, str, list[list[tuple[str, ...]]]]:
        triples = [[spelling(term) for term in triple] for triple in inconsistency.triples]
        return self.facts.rules.order[inconsistency.rule], inconsistency.message, triples

    def _candidates(self) -> Iterator[NumberInconsistency]:
        for instance in self.program.constraint_instances():
            if instance.name == "eq-diff1":
                yield from self._differences()
            elif instance.name in ("eq-diff2", "eq-diff3"):
                yield from self._list_differences(instance)
            elif instance.name != "cls-maxqc1" or _THING not in instance.keys:
                yield from self._matches(instance)
        rules = self.facts.rules
        if "dt-diff" in rules and "eq-diff1" in rules:
            yield from self._unequal_literals()
        if "dt-not-type" in rules:
            yield from self._ill_formed()
            yield from self._out_of_value_space()

    def _matches(self, instance: Instance) -> Iterator[NumberInconsistency]:
        variables = set().union(*(atom.variables for atom in instance.body))
        for block in solve(instance.body, self.facts.lookup, UNIT, variables):
            for row in range(block.length):
                values = instance.bindings
                values |= {name: int(column[row]) for name, column in block.columns.items()}
                facts = tuple(
                    self._display_triple(triple_of(atom, block, row)) for atom in instance.body
                )
                axioms = tuple(self._display_triple(axiom) for axiom in instance.axioms)
                words = {name: self._word(self._display_number(n)) for name, n in values.items()}
                yield instance.name, message_of(instance.name, words), facts, axioms

    def _differences(self) -> Iterator[NumberInconsistency]:
        key = self.facts.constant(DIFFERENT_FROM)
        facts = self.facts.lookup(key).facts
        loops = set(first(facts[first(facts) == second(facts)]).tolist())
        if not loops:
            return
        history = [
            self.facts.asserted.get(DIFFERENT_FROM, EMPTY),
            *(relation.facts for relation in self.facts.history.get(DIFFERENT_FROM, ())),
        ]
        representative_of = self.facts.equal.representative
        matches: set[int] = set()
        for facts in history:
            for left, right in zip(first(facts).tolist(), second(facts).tolist(), strict=True):
                representative = representative_of(left)
                if representative in loops and representative == representative_of(right):
                    matches.add(representative)
                    yield self._difference(left, right)
        for representative in loops - matches:
            yield self._difference(representative, representative)

    def _difference(self, left: int, right: int) -> NumberInconsistency:
        if left == right:
            message = f"{self._word(left)} is said to differ from itself"
            return "eq-diff1", message, ((left, DIFFERENT_FROM, left),), ()
        low, high = sorted((left, right), key=lambda n: spelling(self.facts.terms.node(n)))
        message = (
            f"{self._word(left)} and {self._word(right)} are the same, but are said to be different"
        )
        fact = (left, DIFFERENT_FROM, right)
        return "eq-diff1", message, ((low, SAME_AS, high),), (fact,)

    def _list_differences(self, instance: Instance) -> Iterator[NumberInconsistency]:
        head = instance.bindings["y"]
        firsts, rests = (self._assertions(number) for number in CELL[:2])
        cells = Cells(firsts, rests, CELL[2])
        representative_of = self.facts.equal.representative
        has_match = False
        for start in {n for n in first(firsts.facts).tolist() if representative_of(n) == head}:
            for collection in cells.collections(start):
                for left, right in combinations(collection.members, 2):
                    if representative_of(left) == representative_of(right):
                        has_match = True
                        yield self._list_difference(instance, left, right)
        if not has_match:
            values = instance.bindings
            yield self._list_difference(instance, values["z[i]"], values["z[j]"])

    def _list_difference(self, instance: Instance, left: int, right: int) -> NumberInconsistency:
        message = (
            f"{self._word(left)} and {self._word(right)} are the same, but are listed as different"
        )
        low, high = sorted((left, right), key=lambda n: spelling(self.facts.terms.node(n)))
        facts = () if left == right else ((low, SAME_AS, high),)
        return instance.name, message, facts, tuple(map(self._display_triple, instance.axioms))

    def _unequal_literals(self) -> Iterator[NumberInconsistency]:
        kinds = self.facts.terms.kinds
        for group in self.expansion.groups:
            literals = group[kinds[group] == LITERAL].tolist()
            for left, right in combinations(literals, 2):
                terms = [self._literal(left), self._literal(right)]
                if are_different(terms[0], terms[1]):
                    pair = sorted((left, right), key=lambda n: spelling(self.facts.terms.node(n)))
                    yield from self._causes(pair[0], pair[1])

    def _causes(self, left: int, right: int) -> Iterator[NumberInconsistency]:
        functional = NUMBER[OWL.FunctionalProperty]
        words = self._word(left), self._word(right)
        representative_of = self.facts.equal.representative
        has_match = False
        for property_ in self.facts.lookup(CLASS + functional).facts.tolist():
            left_holders = {representative_of(n): n for n in self._holders(property_, left)}
            right_holders = {representative_of(n) for n in self._holders(property_, right)}
            for representative in left_holders.keys() & right_holders:
                has_match = True
                holder = left_holders[representative]
                message = (
                    f"{self._word(holder)} has both {words[0]} and {words[1]} as "
                    f"{self._word(property_)}, which is functional"
                )
                facts = ((holder, property_, left), (holder, property_, right))
                yield "eq-diff1", message, facts, ((property_, TYPE, functional),)
        if not has_match:
            message = f"{words[0]} and {words[1]} follow to be the same, but differ in value"
            yield "eq-diff1", message, ((left, SAME_AS, right),), ()

    def _holders(self, property_: int, value: int) -> list[int]:
        holders: list[int] = []
        relations = (self.facts.lookup(property_), *self.facts.history.get(property_, ()))
        for facts in (relation.facts for relation in relations):
            holders += first(facts[second(facts) == value]).tolist()
        return holders

    def _ill_formed(self) -> Iterator[NumberInconsistency]:
        literals = self.facts.values.ill_formed
        if not len(literals):
            return
        for key, facts in self.facts.asserted.items():
            if key >= CLASS:
                continue
            for fact in facts[within(second(facts), literals)].tolist():
                subject, value = ends(fact)
                message = (
                    f"{self._word(subject)} has {self._word(value)} as {self._word(key)}: "
                    "no such value"
                )
                yield "dt-not-type", message, ((subject, key, value),), ()

    def _out_of_value_space(self) -> Iterator[NumberInconsistency]:
        for datatype in DATATYPE_NUMBERS:
            instances = self.facts.lookup(CLASS + self.facts.equal.representative(datatype)).facts
            if not len(instances):
                continue
            kinds = self.facts.terms.kinds
            _, members = self.expansion.rows(instances)
            literals = members[kinds[members] == LITERAL]
            for value in self.facts.values.out_of_value_space(literals.tolist(), datatype):
                message = (
                    f"{self._word(value)} is used as a value of {self._word(datatype)}, and is none"
                )
                uses = tuple(self._uses(value, datatype))
                facts = uses or ((value, TYPE, datatype),)
                yield "dt-not-type", message, facts, ()

    def _uses(self, value: int, datatype: int) -> Iterator[NumberTriple]:
        """Facts with a value of a property whose range is a datatype, each with that axiom."""
        range_ = NUMBER[RDFS.range]
        representative_of = self.facts.equal.representative
        ranges = self.facts.lookup(representative_of(range_)).facts
        for property_ in first(ranges[second(ranges) == representative_of(datatype)]).tolist():
            relation = self.facts.lookup(property_)
            number = representative_of(value)
            low, high = np.searchsorted(relation.inverse, [number << 32, (number + 1) << 32])
            for fact in swap(relation.inverse[low:high]).tolist():
                yield self._display_number(ends(fact)[0]), self._display_number(property_), value
                yield self._display_number(property_), range_, datatype

    def _assertions(self, number: int) -> SortedRelation:
        facts = self.facts.asserted.get(number, EMPTY)
        return SortedRelation(facts, NOTHING.ranks)

    def _display_triple(self, triple: NumberTriple) -> NumberTriple:
        subject, predicate, object_ = triple
        return (
            self._display_number(subject),
            self._display_number(predicate),
            self._display_number(object_),
        )

    def _display_number(self, number: int) -> int:
        """Of what is the same, the one to show in place of a representative."""
        if self.facts.equal.representative(number) == number:
            return int(self.expansion.display_names[number])
        return number

    def _triple(self, triple: NumberTriple) -> Triple:
        node = self.facts.terms.node
        return node(triple[0]), node(triple[1]), node(triple[2])

    def _literal(self, number: int) -> Literal:
        return cast(Literal, self.facts.terms.node(number))

    def _word(self, number: int) -> str:
        return self.short(self.facts.terms.node(number))
