"""Derivations: the rule instances by which a fact follows from facts of lower ranks."""

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from rdflib.namespace import OWL, RDFS

from eakg.profile import ANNOTATION_PROPERTIES
from eakg.reason.engine import DATATYPE_NUMBERS, DIFFERENT_FROM
from eakg.reason.literals import are_different, in_value_space
from eakg.reason.plan import Instance, NumberTriple
from eakg.reason.proofs.archive import Archive, fact_of, triple_of
from eakg.reason.relations import CLASS, LOW, SHIFT, Atom, Bindings, solve
from eakg.reason.rules import NUMBER, TYPE

_AXIOMATIC = {
    CLASS + NUMBER[OWL.AnnotationProperty]: ("prp-ap", {NUMBER[p] for p in ANNOTATION_PROPERTIES}),
    CLASS + NUMBER[RDFS.Datatype]: ("dt-type1", set(DATATYPE_NUMBERS)),
}


@dataclass(frozen=True)
class FactWording:
    """A fact, and the same in the words of a rule, which may name things otherwise."""

    fact: NumberTriple
    wording: NumberTriple


@dataclass(frozen=True)
class DerivationStep:
    """A rule with premises that were all there before their conclusion.

    `rank` is the highest of the premises; `path` are facts that a rule of transitivity joins one by
    one, for which `premises` then has its axioms.
    """

    rank: int
    rule: str
    conclusion: FactWording
    premises: tuple[FactWording, ...] = ()
    path: tuple[FactWording, ...] = ()

    @property
    def renamings(self) -> set[tuple[int, int]]:
        """The terms that it says otherwise than they are known, in pairs."""
        wordings = (self.conclusion, *self.premises, *self.path)
        pairs = (pair for w in wordings for pair in zip(w.fact, w.wording, strict=True))
        return {(number, other) for number, other in pairs if number != other}

    @property
    def cost(self) -> tuple[int, int]:
        """What is tried first: low ranks, then few premises."""
        return self.rank, len(self.premises) + len(self.path)


class Derivations:
    """The derivations of a complete state.

    Argument: its facts by rank.
    """

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.facts = archive.facts
        self.program = archive.state.program

    @cached_property
    def _makers(self) -> dict[int, list[tuple[Instance, Atom]]]:
        """Instances by the relation of their heads."""
        makers: dict[int, list[tuple[Instance, Atom]]] = defaultdict(list)
        for instance in (*self.program.instances.all, *self.program.former_instances):
            for head in instance.heads:
                makers[head.key].append((instance, head))
        return makers

    def of(self, triple: NumberTriple, rank: int) -> Iterator[DerivationStep]:
        """Steps to a fact from facts below a rank."""
        key, fact = fact_of(triple)
        rule, subjects = _AXIOMATIC.get(key, ("", set()))
        if fact in subjects and rule in self.facts.rules:
            yield DerivationStep(0, rule, FactWording(triple, triple))
        yield from self.by_value(triple)
        keys = [key] if key < CLASS else [key, self.facts.constant(TYPE)]
        for maker in keys:
            for instance, head in self._makers.get(maker, ()):
                yield from self._instances(instance, head, triple, rank)
        projections = self.program.projections
        for instance, head in projections.makers(key, fact, self.archive.lookup):
            yield from self._instances(instance, head, triple, rank)

    def by_value(self, triple: NumberTriple) -> Iterator[DerivationStep]:
        """The step to a fact that holds of the values of literals."""
        subject, predicate, object_ = triple
        literal = self.facts.values.literal(subject)
        if literal is None:
            return
        rules = self.facts.rules
        if predicate == TYPE and object_ in DATATYPE_NUMBERS and "dt-type2" in rules:
            if in_value_space(literal, DATATYPE_NUMBERS[object_]):
                yield DerivationStep(0, "dt-type2", FactWording(triple, triple))
        elif predicate == DIFFERENT_FROM and "dt-diff" in rules:
            other = self.facts.values.literal(object_)
            if other is not None and are_different(literal, other):
                yield DerivationStep(0, "dt-diff", FactWording(triple, triple))

    def _instances(
        self, instance: Instance, head: Atom, triple: NumberTriple, rank: int
    ) -> Iterator[DerivationStep]:
        start = _binding(head, triple)
        if start is None:
            return
        highest = max((self.archive.rank(axiom) for axiom in instance.schema_triples), default=0)
        if highest >= rank:
            return
        if instance.closes:
            yield from self._transitive_steps(instance, triple, rank, highest)
            return
        variables = set().union(*(atom.variables for atom in instance.body))
        variables |= instance.head_variables
        for block in solve(instance.body, self.archive.lookup, start, variables):
            ranks = np.full(block.length, highest, np.int64)
            for atom in instance.body:
                ranks = np.maximum(ranks, self.archive.ranks(atom, block))
            best = int(np.argmin(ranks))
            if ranks[best] < rank:
                yield self._step(instance, head, triple, int(ranks[best]), block, best)
                return

    def _step(
        self,
        instance: Instance,
        head: Atom,
        triple: NumberTriple,
        rank: int,
        block: Bindings,
        row: int,
    ) -> DerivationStep:
        if not instance.substitution:
            body = (triple_of(atom, block, row) for atom in instance.body)
            premises = tuple(FactWording(fact, fact) for fact in (*instance.schema_triples, *body))
            return DerivationStep(rank, instance.name, FactWording(triple, triple), premises)
        facts, wordings = self.program.templates.by_name[instance.name].wording(instance)
        atoms = zip(facts.body, wordings.body, strict=True)
        premises = (
            *map(FactWording, facts.axioms + facts.cells, wordings.axioms + wordings.cells),
            *(FactWording(triple_of(a, block, row), triple_of(b, block, row)) for a, b in atoms),
        )
        conclusion = triple_of(wordings.heads[facts.heads.index(head)], block, row)
        return DerivationStep(rank, instance.name, FactWording(triple, conclusion), premises)

    def _transitive_steps(
        self, instance: Instance, triple: NumberTriple, rank: int, highest: int
    ) -> Iterator[DerivationStep]:
        key = instance.heads[0].key
        path = self._path(key, triple[0], triple[2], rank)
        if not path:
            return
        axioms = tuple(FactWording(fact, fact) for fact in instance.schema_triples)
        key_in_rule = key
        if instance.substitution:
            facts, wordings = self.program.templates.by_name[instance.name].wording(instance)
            axioms = tuple(map(FactWording, facts.axioms, wordings.axioms))
            key_in_rule = wordings.heads[0].key
        edges = tuple(
            FactWording((left, key, right), (left, key_in_rule, right))
            for left, right in pairwise(path)
        )
        rank_of_path = max(highest, *(self.archive.rank(edge.fact) for edge in edges))
        conclusion = FactWording(triple, (triple[0], key_in_rule, triple[2]))
        yield DerivationStep(rank_of_path, instance.name, conclusion, axioms, edges)

    def _path(self, key: int, start: int, goal: int, rank: int) -> list[int]:
        """The shortest path of at least two facts of lower rank; empty where there is none."""
        relation = self.archive.lookup(key)
        predecessors: dict[int, int] = {}
        queue = deque([start])
        while queue:
            node = queue.popleft()
            low, high = np.searchsorted(relation.facts, [node << SHIFT, (node + 1) << SHIFT])
            for place in range(int(low), int(high)):
                if relation.ranks[place] >= rank:
                    continue
                target = int(relation.facts[place]) & LOW
                if target in predecessors:
                    continue
                predecessors[target] = node
                if target == goal:
                    path = [goal]
                    while len(path) < 2 or path[-1] != start:
                        path.append(predecessors[path[-1]])
                    return path[::-1]
                queue.append(target)
        return []


def _binding(head: Atom, triple: NumberTriple) -> Bindings | None:
    """The one row in which a head is a triple; None where it cannot be."""
    values: dict[str, int] = {}
    slots = [(head.subject, triple[0])]
    if head.object is not None:
        slots.append((head.object, triple[2]))
    for slot, number in slots:
        if isinstance(slot, int):
            if slot != number:
                return None
        elif values.setdefault(slot, number) != number:
            return None
    return Bindings(1, {name: np.array([number], np.int64) for name, number in values.items()})
