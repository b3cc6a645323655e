"""Contradictions in a closure, by its rules that conclude *false*, and what to say of each.

In `owl2rl.rules` these are in tables 4 to 8 of https://www.w3.org/TR/owl2-profiles/ section 4.3;
in `rdfs.rules` there are none.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import cast

import numpy as np
from rdflib import Graph, Literal
from rdflib.namespace import OWL, RDFS

from eakg.rdf import PrefixedNames, Triple, spelling
from eakg.reason.contradictions.inconsistency import Inconsistency, message_of
from eakg.reason.engine import DATATYPE_NUMBERS, DIFFERENT_FROM, LITERAL, ClosureState, Expansion
from eakg.reason.literals import are_different
from eakg.reason.plan import Coded, Instance
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
CodedInconsistency = tuple[str, str, tuple[Coded, ...], tuple[Coded, ...]]
"""A rule, a message, the facts and the axioms."""


class ContradictionFinder:
    """The contradictions of a complete state.

    Arguments: the state, the facts as they come out of it, and a graph with the prefixes and the
    class expressions that messages name.
    """

    def __init__(self, state: ClosureState, expansion: Expansion, graph: Graph) -> None:
        self.program = state.program
        self.facts = state.facts
        self.expansion = expansion
        self.short = PrefixedNames(graph)

    def all(self) -> list[Inconsistency]:
        """All contradictions, each once, in the order of the rule tables, then of their messages.

        A pair that clashes both ways round is given once.
        """
        inconsistencies: dict[tuple[str, frozenset[Coded]], Inconsistency] = {}
        for rule, message, facts, axioms in self._candidates():
            facts = tuple(dict.fromkeys(facts))
            premises = (tuple(map(self._triple, triples)) for triples in (facts, axioms))
            inconsistency = Inconsistency(rule, message, *premises)
            clash = rule, frozenset(facts or axioms)
            known = inconsistencies.get(clash)
            if known is None or self._order(inconsistency) < self._order(known):
                inconsistencies[clash] = inconsistency
        return sorted(inconsistencies.values(), key=self._order)

    def _order(self, inconsistency: Inconsistency) -> tuple[int, str, list[list[tuple[str, ...]]]]:
        triples = [[spelling(term) for term in triple] for triple in inconsistency.triples]
        return self.facts.rules.order[inconsistency.rule], inconsistency.message, triples

    def _candidates(self) -> Iterator[CodedInconsistency]:
        for instance in self.program.contradicting_instances():
            if instance.name == "eq-diff1":
                yield from self._different()
            elif instance.name in ("eq-diff2", "eq-diff3"):
                yield from self._listed_as_different(instance)
            elif instance.name != "cls-maxqc1" or _THING not in instance.keys:
                yield from self._matches(instance)
        rules = self.facts.rules
        if "dt-diff" in rules and "eq-diff1" in rules:
            yield from self._unequal_literals()
        if "dt-not-type" in rules:
            yield from self._ill_formed()
            yield from self._outside()

    def _matches(self, instance: Instance) -> Iterator[CodedInconsistency]:
        variables = set().union(*(atom.variables for atom in instance.body))
        for block in solve(instance.body, self.facts.lookup, UNIT, variables):
            for row in range(block.length):
                values = instance.named
                values |= {name: int(column[row]) for name, column in block.columns.items()}
                facts = tuple(
                    self._by_chosen_names(triple_of(atom, block, row)) for atom in instance.body
                )
                axioms = tuple(self._by_chosen_names(axiom) for axiom in instance.axioms)
                words = {name: self._word(self._chosen(n)) for name, n in values.items()}
                yield instance.name, message_of(instance.name, words), facts, axioms

    def _different(self) -> Iterator[CodedInconsistency]:
        key = self.facts.constant(DIFFERENT_FROM)
        now = self.facts.lookup(key).facts
        loops = set(first(now[first(now) == second(now)]).tolist())
        if not loops:
            return
        earlier = [
            self.facts.asserted.get(DIFFERENT_FROM, EMPTY),
            *(relation.facts for relation in self.facts.history.get(DIFFERENT_FROM, ())),
        ]
        reported: set[int] = set()
        for facts in earlier:
            for left, right in zip(first(facts).tolist(), second(facts).tolist(), strict=True):
                one = self.facts.equal.one(left)
                if one in loops and one == self.facts.equal.one(right):
                    reported.add(one)
                    yield self._declared_different(left, right)
        for one in loops - reported:
            yield self._declared_different(one, one)

    def _declared_different(self, left: int, right: int) -> CodedInconsistency:
        if left == right:
            message = f"{self._word(left)} is said to differ from itself"
            return "eq-diff1", message, ((left, DIFFERENT_FROM, left),), ()
        low, high = sorted((left, right), key=lambda n: spelling(self.facts.terms.node(n)))
        message = (
            f"{self._word(left)} and {self._word(right)} are the same, but are said to be different"
        )
        fact = (left, DIFFERENT_FROM, right)
        return "eq-diff1", message, ((low, SAME_AS, high),), (fact,)

    def _listed_as_different(self, instance: Instance) -> Iterator[CodedInconsistency]:
        head = instance.named["y"]
        firsts, rests = (self._asserted(number) for number in CELL[:2])
        cells = Cells(firsts, rests, CELL[2])
        one = self.facts.equal.one
        reported = False
        for start in {n for n in first(firsts.facts).tolist() if one(n) == head}:
            for collection in cells.collections(start):
                for left, right in combinations(collection.members, 2):
                    if one(left) == one(right):
                        reported = True
                        yield self._listed(instance, left, right)
        if not reported:
            values = instance.named
            yield self._listed(instance, values["z[i]"], values["z[j]"])

    def _listed(self, instance: Instance, left: int, right: int) -> CodedInconsistency:
        message = (
            f"{self._word(left)} and {self._word(right)} are the same, but are listed as different"
        )
        low, high = sorted((left, right), key=lambda n: spelling(self.facts.terms.node(n)))
        facts = () if left == right else ((low, SAME_AS, high),)
        return instance.name, message, facts, tuple(map(self._by_chosen_names, instance.axioms))

    def _unequal_literals(self) -> Iterator[CodedInconsistency]:
        kinds = self.facts.terms.kinds
        for group in self.expansion.groups:
            literals = group[kinds[group] == LITERAL].tolist()
            for left, right in combinations(literals, 2):
                terms = [self._literal(left), self._literal(right)]
                if are_different(terms[0], terms[1]):
                    pair = sorted((left, right), key=lambda n: spelling(self.facts.terms.node(n)))
                    yield from self._causes(pair[0], pair[1])

    def _causes(self, left: int, right: int) -> Iterator[CodedInconsistency]:
        functional = NUMBER[OWL.FunctionalProperty]
        words = self._word(left), self._word(right)
        reported = False
        for property_ in self.facts.lookup(CLASS + functional).facts.tolist():
            holders = {self.facts.equal.one(n): n for n in self._holders(property_, left)}
            others = {self.facts.equal.one(n) for n in self._holders(property_, right)}
            for one in holders.keys() & others:
                reported = True
                holder = holders[one]
                message = (
                    f"{self._word(holder)} has both {words[0]} and {words[1]} as "
                    f"{self._word(property_)}, which is functional"
                )
                facts = ((holder, property_, left), (holder, property_, right))
                yield "eq-diff1", message, facts, ((property_, TYPE, functional),)
        if not reported:
            message = f"{words[0]} and {words[1]} follow to be the same, but differ in value"
            yield "eq-diff1", message, ((left, SAME_AS, right),), ()

    def _holders(self, property_: int, value: int) -> list[int]:
        found: list[int] = []
        facts = [self.facts.lookup(property_).facts]
        facts += [relation.facts for relation in self.facts.history.get(property_, ())]
        for array in facts:
            found += first(array[second(array) == value]).tolist()
        return found

    def _ill_formed(self) -> Iterator[CodedInconsistency]:
        wrong = self.facts.values.ill_formed
        if not len(wrong):
            return
        for key, facts in self.facts.asserted.items():
            if key >= CLASS:
                continue
            for fact in facts[within(second(facts), wrong)].tolist():
                subject, value = ends(fact)
                message = (
                    f"{self._word(subject)} has {self._word(value)} as {self._word(key)}: "
                    "no such value"
                )
                yield "dt-not-type", message, ((subject, key, value),), ()

    def _outside(self) -> Iterator[CodedInconsistency]:
        for datatype in DATATYPE_NUMBERS:
            instances = self.facts.lookup(CLASS + self.facts.equal.one(datatype)).facts
            if not len(instances):
                continue
            kinds = self.facts.terms.kinds
            _, members = self.expansion.rows(instances)
            literals = members[kinds[members] == LITERAL]
            for value in self.facts.values.outside(literals.tolist(), datatype):
                message = (
                    f"{self._word(value)} is used as a value of {self._word(datatype)}, and is none"
                )
                uses = tuple(self._uses(value, datatype))
                facts = uses or ((value, TYPE, datatype),)
                yield "dt-not-type", message, facts, ()

    def _uses(self, value: int, datatype: int) -> Iterator[Coded]:
        """Facts with a value of a property whose range is a datatype, each with that axiom."""
        range_ = NUMBER[RDFS.range]
        one = self.facts.equal.one
        ranges = self.facts.lookup(one(range_)).facts
        for property_ in first(ranges[second(ranges) == one(datatype)]).tolist():
            relation = self.facts.lookup(property_)
            low, high = np.searchsorted(
                relation.inverse, [one(value) << 32, (one(value) + 1) << 32]
            )
            for fact in swap(relation.inverse[low:high]).tolist():
                yield self._chosen(ends(fact)[0]), self._chosen(property_), value
                yield self._chosen(property_), range_, datatype

    def _asserted(self, number: int) -> SortedRelation:
        facts = self.facts.asserted.get(number, EMPTY)
        return SortedRelation(facts, NOTHING.ranks)

    def _by_chosen_names(self, triple: Coded) -> Coded:
        subject, predicate, object_ = triple
        return self._chosen(subject), self._chosen(predicate), self._chosen(object_)

    def _chosen(self, number: int) -> int:
        """Of what is the same, the one to show in place of a representative."""
        if self.facts.equal.one(number) == number:
            return int(self.expansion.chosen[number])
        return number

    def _triple(self, triple: Coded) -> Triple:
        node = self.facts.terms.node
        return node(triple[0]), node(triple[1]), node(triple[2])

    def _literal(self, number: int) -> Literal:
        return cast(Literal, self.facts.terms.node(number))

    def _word(self, number: int) -> str:
        return self.short(self.facts.terms.node(number))
