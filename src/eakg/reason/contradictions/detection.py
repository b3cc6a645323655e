"""Contradictions in a closure, by its rules that conclude *false*, and what to say of each.

In `owl2rl.rules` these are in tables 4 to 8 of https://www.w3.org/TR/owl2-profiles/ section 4.3;
in `rdfs.rules` there are none.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator

import numpy as np
from rdflib import Graph
from rdflib.namespace import OWL

from eakg.rdf import spelling
from eakg.reason.contradictions.inconsistency import Inconsistency, message_of
from eakg.reason.contradictions.literal_clashes import LiteralClashes
from eakg.reason.contradictions.wording import NumberInconsistency, Wording
from eakg.reason.engine import DIFFERENT_FROM, ClosureState, Expansion
from eakg.reason.plan import Instance, NumberTriple
from eakg.reason.proofs import EqualityPaths, triple_of
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
)
from eakg.reason.rules import CELL, NUMBER, SAME_AS

_THING = CLASS + NUMBER[OWL.Thing]


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
        self.wording = Wording(state, expansion, graph)
        self.literals = LiteralClashes(state, expansion, self.wording)

    def all(self) -> list[Inconsistency]:
        """All contradictions, each once, in the order of the rule tables, then of their messages.

        A pair that clashes both ways round is given once.
        """
        inconsistencies: dict[tuple[str, frozenset[NumberTriple]], Inconsistency] = {}
        for rule, message, facts, axioms in self._candidates():
            facts = tuple(dict.fromkeys(facts))
            premises = (tuple(map(self.wording.nodes, triples)) for triples in (facts, axioms))
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
            yield from self.literals.unequal()
        if "dt-not-type" in rules:
            yield from self.literals.ill_formed()
            yield from self.literals.out_of_value_space()

    def _matches(self, instance: Instance) -> Iterator[NumberInconsistency]:
        variables = set().union(*(atom.variables for atom in instance.body))
        for block in solve(instance.body, self.facts.lookup, UNIT, variables):
            for row in range(block.length):
                values = instance.bindings
                values |= {name: int(column[row]) for name, column in block.columns.items()}
                facts = tuple(
                    self.wording.triple(triple_of(atom, block, row)) for atom in instance.body
                )
                axioms = tuple(self.wording.triple(axiom) for axiom in instance.axioms)
                words = {
                    name: self.wording.word(self.wording.number(n)) for name, n in values.items()
                }
                yield instance.name, message_of(instance.name, words), facts, axioms

    @property
    def depends_on_order(self) -> bool:
        """Whether what there is to say may depend on the order in which facts were found: where
        values that differ, or what is said to be different, are the same."""
        return self.literals.are_unequal or bool(self._loops)

    @property
    def _loops(self) -> set[int]:
        """What is different from itself, by representatives."""
        facts = self.facts.lookup(self.facts.constant(DIFFERENT_FROM)).facts
        return set(first(facts[first(facts) == second(facts)]).tolist())

    def _differences(self) -> Iterator[NumberInconsistency]:
        loops = self._loops
        if not loops:
            return
        matches: set[int] = set()
        for left, right in self._named_differences(loops):
            matches.add(self.facts.equal.representative(left))
            yield self._difference(left, right)
        for representative in loops - matches:
            name = self.wording.number(representative)
            yield self._difference(name, name)

    def _named_differences(self, loops: set[int]) -> Iterator[tuple[int, int]]:
        """Differences of what is the same, as they were asserted or found, but for those that were
        found by other names before."""
        history = self.facts.history.get(DIFFERENT_FROM, ())
        parts = [self.facts.asserted.get(DIFFERENT_FROM, EMPTY), *(r.facts for r in history)]
        ranks = [np.full(len(parts[0]), -1), *(relation.ranks for relation in history)]
        facts, fact_ranks = np.concatenate(parts), np.concatenate(ranks)
        places = self.facts.equal.representatives(first(facts))
        is_loop = np.isin(places, list(loops))
        is_loop &= places == self.facts.equal.representatives(second(facts))
        paths = EqualityPaths(self.facts.equal)
        differences: list[tuple[int, int]] = []
        order = np.lexsort((facts[is_loop], fact_ranks[is_loop]))
        for fact, rank in zip(
            facts[is_loop][order].tolist(), fact_ranks[is_loop][order].tolist(), strict=True
        ):
            left, right = ends(fact)
            names = [set(paths.names(number, rank).tolist()) for number in (left, right)]
            if not any(one in names[0] and other in names[1] for one, other in differences):
                differences.append((left, right))
                yield left, right

    def _difference(self, left: int, right: int) -> NumberInconsistency:
        if left == right:
            message = f"{self.wording.word(left)} is said to differ from itself"
            return "eq-diff1", message, ((left, DIFFERENT_FROM, left),), ()
        low, high = self.wording.sorted([left, right])
        words = self.wording.words([left, right])
        message = f"{words} are the same, but are said to be different"
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
                groups: dict[int, list[int]] = defaultdict(list)
                for member in collection.members:
                    groups[representative_of(member)].append(member)
                for members in groups.values():
                    if len(members) > 1:
                        has_match = True
                        yield self._list_difference(instance, members)
        if not has_match:
            values = instance.bindings
            names = (self.wording.number(values[name]) for name in ("z[i]", "z[j]"))
            yield self._list_difference(instance, list(names))

    def _list_difference(self, instance: Instance, members: list[int]) -> NumberInconsistency:
        """Of members of a list that are all the same."""
        message = f"{self.wording.words(members)} are the same, but are listed as different"
        low, *synonyms = self.wording.sorted(set(members))
        facts = tuple((low, SAME_AS, other) for other in synonyms)
        return instance.name, message, facts, tuple(map(self.wording.triple, instance.axioms))

    def _assertions(self, number: int) -> SortedRelation:
        facts = self.facts.asserted.get(number, EMPTY)
        return SortedRelation(facts, NOTHING.ranks)
