"""Finding proofs in a complete state.

Every fact has the rank of the round in which it was found, and follows from facts of lower ranks:
going back by ranks finds a proof and never goes in circles. Facts that were rewritten to speak of
representatives are looked up as they were, and the equalities that rewrote them become steps by
eq-rep-s, eq-rep-p and eq-rep-o.
"""

import sys
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from rdflib import Literal
from rdflib.graph import _TripleType as Triple
from rdflib.namespace import OWL, RDFS

from eakg.reason.datatypes import are_different, in_value_space, value_of
from eakg.reason.engine.compile import Coded, Instance
from eakg.reason.engine.facts import DIFFERENT_FROM
from eakg.reason.engine.joins import Atom, Table, facts_of, solve
from eakg.reason.engine.relation import (
    CLASS,
    EMPTY,
    LOW,
    NEVER,
    SHIFT,
    Ids,
    Relation,
    distinct,
    ends,
    first,
    pack,
    second,
    within,
)
from eakg.reason.engine.state import State
from eakg.reason.engine.values import DATATYPE_NUMBERS
from eakg.reason.proof import ASSERTED, Proof
from eakg.reason.vocabulary import ANNOTATION_PROPERTIES, NUMBER, SAME_AS, TYPE, VOCABULARY

ALTERNATIVES = 3
"""Rule instances for one triple that are tried for the smallest proof."""
DEPTH = 12_000
"""Calls that may be nested while a proof is looked for."""
_AXIOMATIC = {
    CLASS + NUMBER[OWL.AnnotationProperty]: ("prp-ap", {NUMBER[p] for p in ANNOTATION_PROPERTIES}),
    CLASS + NUMBER[RDFS.Datatype]: ("dt-type1", set(DATATYPE_NUMBERS)),
}
_ZERO, _ONE = (number for number, term in enumerate(VOCABULARY) if isinstance(term, Literal))


class NotInClosureError(LookupError):
    """A triple does not follow, so there is no proof of it."""


@dataclass(frozen=True)
class Step:
    """A rule with premises that were all there before their conclusion.

    `rank` is the highest of the premises; `path` are facts that a rule of transitivity joins one by
    one, for which `premises` then has its axioms.
    """

    rank: int
    rule: str
    premises: tuple[Coded, ...]
    path: tuple[Coded, ...] = ()


class Explainer:
    """Finds proofs in a complete state.

    Arguments: the state; for how many seconds smaller proofs are looked for.
    """

    def __init__(self, state: State, seconds: float = 0.02) -> None:
        self.state = state
        self.seconds = seconds
        self.deadline = 0.0
        self.proofs: dict[Coded, Proof] = {}
        self.archive: dict[int, Relation] = {}

    def explain(self, triple: Triple) -> Proof:
        """A proof of a triple. Raises NotInClosureError when it does not follow."""
        numbers = [self.state.terms.number(term) for term in triple]
        self.deadline = time.monotonic() + self.seconds
        subject, predicate, object_ = numbers
        if subject is None or predicate is None or object_ is None:
            raise NotInClosureError("it has a term that is not in the closure")
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, DEPTH))
        try:
            return self._proof((subject, predicate, object_))
        except RecursionError:
            raise NotInClosureError("no proof of it was found") from None
        finally:
            sys.setrecursionlimit(limit)

    def _proof(self, triple: Coded) -> Proof:
        known = self.proofs.get(triple)
        if known is None:
            known = self.proofs[triple] = self._prove(triple)
        return known

    def _prove(self, triple: Coded) -> Proof:
        if self._asserted(triple):
            return self._made(triple, ASSERTED)
        if triple[1] == SAME_AS:
            return self._same(triple[0], triple[2])
        rank = self._rank(triple)
        if rank < NEVER:
            return self._derived(triple, rank)
        return self._renamed(triple, NEVER)

    def _made(self, triple: Coded, rule: str, *premises: Proof) -> Proof:
        node = self.state.terms.node
        subject, predicate, object_ = triple
        return Proof((node(subject), node(predicate), node(object_)), rule, premises)

    # Facts

    def _asserted(self, triple: Coded) -> bool:
        key, fact = _placed(triple)
        facts = self.state.asserted.get(key, EMPTY)
        return bool(within(np.array([fact], np.int64), facts)[0])

    def lookup(self, key: int) -> Relation:
        """A relation with its facts as they were before terms became the same."""
        known = self.archive.get(key)
        if known is None:
            known = self.archive[key] = self._collected(key)
        return known

    def _collected(self, key: int) -> Relation:
        now = self.state.lookup(key)
        if key == self.state.constant(TYPE):
            keys = {k for k in (*self.state.relations, *self.state.history) if k >= CLASS}
            parts = [
                pack(facts, np.full(len(facts), k - CLASS, np.int64))
                for k in keys
                for facts in (self.lookup(k).facts,)
            ]
            facts = distinct(np.concatenate([EMPTY, *parts]))
            return Relation(facts, np.zeros(len(facts), np.uint32))
        earlier = self.state.history.get(key)
        if not earlier:
            return now
        facts = np.concatenate([now.facts, *(relation.facts for relation in earlier)])
        ranks = np.concatenate([now.ranks, *(relation.ranks for relation in earlier)])
        order = np.lexsort((ranks, facts))
        facts, ranks = facts[order], ranks[order]
        keep = np.ones(len(facts), np.bool_)
        keep[1:] = facts[1:] != facts[:-1]
        return Relation(facts[keep], ranks[keep])

    def _rank(self, triple: Coded) -> int:
        key, fact = _placed(triple)
        return int(self.lookup(key).rank_of(np.array([fact], np.int64))[0])

    # Rules

    @cached_property
    def _makers(self) -> dict[int, list[tuple[Instance, Atom]]]:
        """Instances by the relation of their heads."""
        makers: dict[int, list[tuple[Instance, Atom]]] = defaultdict(list)
        for instance in (*self.state.instances, *self.state.retired):
            for head in instance.heads:
                makers[head.key].append((instance, head))
        return makers

    def _derived(self, triple: Coded, rank: int) -> Proof:
        """The proof of a fact, by facts of lower rank."""
        found: Proof | None = None
        steps = sorted(self._steps(triple, rank), key=_cost)
        for step in steps[:ALTERNATIVES]:
            if found is not None and time.monotonic() > self.deadline:
                break
            proof = self._by(triple, step)
            if found is None or proof.size < found.size:
                found = proof
        return found or self._renamed(triple, rank)

    def _by(self, triple: Coded, step: Step) -> Proof:
        if step.path:
            return self._along(step)
        premises = [self._proof(premise) for premise in step.premises]
        return self._made(triple, step.rule, *premises)

    def _steps(self, triple: Coded, rank: int) -> Iterator[Step]:
        key, fact = _placed(triple)
        if key in _AXIOMATIC and fact in _AXIOMATIC[key][1]:
            yield Step(0, _AXIOMATIC[key][0], ())
        yield from self._by_value(triple)
        keys = [key] if key < CLASS else [key, self.state.constant(TYPE)]
        for maker in keys:
            for instance, head in self._makers.get(maker, ()):
                yield from self._instances(instance, head, triple, rank)

    def _by_value(self, triple: Coded) -> Iterator[Step]:
        subject, predicate, object_ = triple
        literal = self.state.values.literal(subject)
        if literal is None:
            return
        if predicate == TYPE and object_ in DATATYPE_NUMBERS:
            if in_value_space(literal, DATATYPE_NUMBERS[object_]):
                yield Step(0, "dt-type2", ())
        elif predicate == DIFFERENT_FROM:
            other = self.state.values.literal(object_)
            if other is not None and are_different(literal, other):
                yield Step(0, "dt-diff", ())

    def _instances(
        self, instance: Instance, head: Atom, triple: Coded, rank: int
    ) -> Iterator[Step]:
        start = _bound(head, triple)
        if start is None:
            return
        fixed = instance.given
        highest = max((self._rank(axiom) for axiom in fixed), default=0)
        if highest >= rank:
            return
        if instance.closes:
            path = self._path(head.key, triple[0], triple[2], rank)
            if path:
                edges = tuple((left, head.key, right) for left, right in pairwise(path))
                worst = max(highest, *(self._rank(edge) for edge in edges))
                yield Step(worst, instance.name, fixed, edges)
            return
        variables = set().union(*(atom.variables for atom in instance.body))
        for block in solve(instance.body, self.lookup, start, variables | instance.wanted):
            ranks = np.full(block.length, highest, np.int64)
            for atom in instance.body:
                ranks = np.maximum(ranks, self._ranks(atom, block))
            best = int(np.argmin(ranks))
            if ranks[best] < rank:
                body = tuple(_triple(atom, block, best) for atom in instance.body)
                yield Step(int(ranks[best]), instance.name, (*fixed, *body))
                return

    def _ranks(self, atom: Atom, block: Table) -> Ids:
        facts = facts_of(atom, block)
        if atom.key != self.state.constant(TYPE):
            return self.lookup(atom.key).rank_of(facts)
        pairs = map(ends, facts.tolist())
        found = [self._rank((subject, TYPE, class_)) for subject, class_ in pairs]
        return np.array(found, np.int64)

    # Paths

    def _path(self, key: int, start: int, goal: int, rank: int) -> list[int]:
        """The shortest path of at least two facts of lower rank; empty where there is none."""
        relation = self.lookup(key)
        before: dict[int, int] = {}
        queue = deque([start])
        while queue:
            node = queue.popleft()
            low, high = np.searchsorted(relation.facts, [node << SHIFT, (node + 1) << SHIFT])
            for place in range(int(low), int(high)):
                if relation.ranks[place] >= rank:
                    continue
                target = int(relation.facts[place]) & LOW
                if target in before:
                    continue
                before[target] = node
                if target == goal:
                    path = [goal]
                    while len(path) < 2 or path[-1] != start:
                        path.append(before[path[-1]])
                    return path[::-1]
                queue.append(target)
        return []

    def _along(self, step: Step) -> Proof:
        """A path put together from its middle, so that the proof is as flat as may be."""
        edges = step.path
        axioms = [self._proof(premise) for premise in step.premises]

        def joined(low: int, high: int) -> Proof:
            if high - low == 1:
                return self._proof(edges[low])
            middle = (low + high) // 2
            triple = (edges[low][0], edges[low][1], edges[high - 1][2])
            parts = joined(low, middle), joined(middle, high)
            return self._made(triple, step.rule, *axioms, *parts)

        return joined(0, len(edges))

    # Equality

    @cached_property
    def _links(self) -> dict[int, list[tuple[int, Coded]]]:
        links: dict[int, list[tuple[int, Coded]]] = defaultdict(list)
        for left, right, rank in self.state.equal.links:
            links[left].append((right, (left, right, rank)))
            links[right].append((left, (left, right, rank)))
        return links

    def _same(self, left: int, right: int) -> Proof:
        """The proof of an equality: a path of equalities that were found."""
        one = self.state.equal.one
        if one(left) != one(right):
            raise NotInClosureError("they are not the same")
        if left == right:
            return self._reflexive(left)
        before: dict[int, tuple[int, Coded]] = {left: (left, (0, 0, 0))}
        queue = deque([left])
        while queue and right not in before:
            node = queue.popleft()
            for target, link in self._links[node]:
                if target not in before:
                    before[target] = (node, link)
                    queue.append(target)
        steps: list[Proof] = []
        node = right
        while node != left:
            previous, link = before[node]
            steps.append(self._linked(previous, node, link))
            node = previous
        steps.reverse()

        def joined(low: int, high: int) -> Proof:
            if high - low == 1:
                return steps[low]
            middle = (low + high) // 2
            parts = joined(low, middle), joined(middle, high)
            node = self.state.terms.node
            triple = (parts[0].triple[0], node(SAME_AS), parts[1].triple[2])
            return Proof(triple, "eq-trans", parts)

        return joined(0, len(steps))

    def _linked(self, left: int, right: int, link: Coded) -> Proof:
        proof = self._link(link)
        if (left, right) == link[:2]:
            return proof
        if self._asserted((left, SAME_AS, right)):
            return self._made((left, SAME_AS, right), ASSERTED)
        return self._made((left, SAME_AS, right), "eq-sym", proof)

    def _link(self, link: Coded) -> Proof:
        """The proof of an equality that joined two terms, the way round it was found."""
        left, right, rank = link
        triple = (left, SAME_AS, right)
        known = self.proofs.get(triple)
        if known is not None:
            return known
        if self._asserted(triple):
            return self._made(triple, ASSERTED)
        literals = self.state.values.literal(left), self.state.values.literal(right)
        if literals[0] is not None and literals[1] is not None:
            values = value_of(literals[0]), value_of(literals[1])
            if values[0] is not None and values[0] == values[1]:
                return self._made(triple, "dt-eq")
        steps = [
            step
            for instance, head in self._makers.get(self.state.constant(SAME_AS), ())
            for step in self._instances(instance, head, triple, rank)
        ]
        if steps:
            step = min(steps, key=_cost)
            proof = self._by(triple, step)
        else:
            proof = self._renamed(triple, rank)
        self.proofs[triple] = proof
        return proof

    def _reflexive(self, number: int) -> Proof:
        triple = (number, SAME_AS, number)
        for key, relation in self.state.asserted.items():
            found = _mention(key, relation, number)
            if found is not None:
                return self._made(triple, "eq-ref", self._proof(found))
        for key in self.state.relations:
            found = _mention(key, self.state.lookup(key).facts, number)
            if found is not None and found[1] != SAME_AS:
                return self._made(triple, "eq-ref", self._proof(found))
        if number == SAME_AS:
            return self._made(triple, "eq-ref", self._reflexive(NUMBER[OWL.Thing]))
        if number == DIFFERENT_FROM:
            premise = self._made((_ZERO, DIFFERENT_FROM, _ONE), "dt-diff")
            return self._made(triple, "eq-ref", premise)
        raise NotInClosureError("it is in no triple of the closure")

    def _renamed(self, triple: Coded, rank: int) -> Proof:
        """The proof of a fact that says of a thing by one name what is known by another."""
        source = self._source(triple, rank)
        proof = self._proof(source) if source[1] != SAME_AS else self._same(source[0], source[2])
        subject, predicate, object_ = source
        if subject != triple[0]:
            subject = triple[0]
            same = self._same(source[0], subject)
            proof = self._made((subject, predicate, object_), "eq-rep-s", same, proof)
        if predicate != triple[1]:
            same = self._same(predicate, triple[1])
            predicate = triple[1]
            proof = self._made((subject, predicate, object_), "eq-rep-p", same, proof)
        if object_ != triple[2]:
            same = self._same(object_, triple[2])
            proof = self._made(triple, "eq-rep-o", same, proof)
        return proof

    def _source(self, triple: Coded, rank: int) -> Coded:
        """The fact of lowest rank that says the same by other names."""
        same = tuple(self._names(number, rank) for number in triple)
        best: tuple[int, Coded] | None = None
        if SAME_AS in same[1] and triple[1] != SAME_AS and triple[2] in same[0]:
            return triple[0], SAME_AS, triple[2]
        for predicate in same[1].tolist():
            for object_ in same[2].tolist():
                if predicate == TYPE:
                    key, facts = CLASS + object_, same[0]
                else:
                    key = predicate
                    facts = pack(same[0], np.full(len(same[0]), object_, np.int64))
                ranks = self.lookup(key).rank_of(facts)
                ranks[within(facts, self.state.asserted.get(key, EMPTY))] = 0
                place = int(np.argmin(ranks))
                found = (int(same[0][place]), predicate, object_)
                lowest = rank if best is None else best[0]
                if ranks[place] < lowest and found != triple:
                    best = int(ranks[place]), found
                literal = self._valued(same[0], predicate, object_)
                if literal is not None and literal != triple:
                    return literal
        if best is None:
            raise NotInClosureError("it does not follow")
        return best[1]

    def _valued(self, subjects: Ids, predicate: int, object_: int) -> Coded | None:
        for subject in subjects.tolist() if predicate in (TYPE, DIFFERENT_FROM) else ():
            triple = subject, predicate, object_
            for step in self._by_value(triple):
                self.proofs[triple] = self._made(triple, step.rule)
                return triple
        return None

    def _names(self, number: int, rank: int) -> Ids:
        """What a term was the same as before a rank, itself included, sorted."""
        found = {number}
        queue = [number]
        while queue:
            for target, link in self._links.get(queue.pop(), ()):
                if link[2] < rank and target not in found:
                    found.add(target)
                    queue.append(target)
        return np.array(sorted(found), np.int64)


def _cost(step: Step) -> tuple[int, int]:
    return step.rank, len(step.premises) + len(step.path)


def _placed(triple: Coded) -> tuple[int, int]:
    subject, predicate, object_ = triple
    if predicate == TYPE:
        return CLASS + object_, subject
    return predicate, (subject << SHIFT) | object_


def _bound(head: Atom, triple: Coded) -> Table | None:
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
    return Table(1, {name: np.array([number], np.int64) for name, number in values.items()})


def _triple(atom: Atom, block: Table, row: int) -> Coded:
    def number(slot: int | str) -> int:
        return slot if isinstance(slot, int) else int(block.columns[slot][row])

    if atom.object is None:
        return number(atom.subject), TYPE, atom.key - CLASS
    return number(atom.subject), atom.key, number(atom.object)


def _mention(key: int, facts: Ids, number: int) -> Coded | None:
    """A fact of a relation that speaks of a term."""
    if not len(facts):
        return None
    if key >= CLASS:
        if number in (TYPE, key - CLASS):
            return int(facts[0]), TYPE, key - CLASS
        found = facts[facts == number]
        return (number, TYPE, key - CLASS) if len(found) else None
    found = facts if number == key else facts[(first(facts) == number) | (second(facts) == number)]
    if not len(found):
        return None
    subject, object_ = ends(int(found[0]))
    return subject, key, object_
