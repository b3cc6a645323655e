"""The state of a closure in the making: facts, instances of rules, and rounds that complete it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from copy import copy

import numpy as np
from rdflib.namespace import OWL, RDFS

from eakg.reason.engine.compile import Template
from eakg.reason.engine.facts import DIFFERENT_FROM, FactBase
from eakg.reason.engine.instance import Instance
from eakg.reason.engine.joins import UNIT, Atom, Table, facts_of, from_relation, solve
from eakg.reason.engine.lists import Cells
from eakg.reason.engine.relation import (
    CLASS,
    EMPTY,
    NOTHING,
    Ids,
    distinct,
    inserted,
    pack,
    without,
)
from eakg.reason.engine.terms import Facts, Terms
from eakg.reason.engine.transitive import additions, transitive_closure
from eakg.reason.engine.values import DATATYPE_NUMBERS, Values
from eakg.reason.rules import owl2rl
from eakg.reason.vocabulary import ANNOTATION_PROPERTIES, CELL, NUMBER, SAME_AS, TYPE

TEMPLATES = tuple(
    Template(rule)
    for rule in owl2rl()
    if not rule.conditions and not (rule.table == 4 and rule.conclusions)
)
"""The rules that run as they are written; those of equality and of values run otherwise."""
DERIVING = tuple(template for template in TEMPLATES if template.rule.conclusions)
CONTRADICTING = tuple(template for template in TEMPLATES if not template.rule.conclusions)
TOP = frozenset(CLASS + NUMBER[top] for top in (OWL.Thing, RDFS.Resource))


class State(FactBase):
    """Facts, and the instances of rules that run over them.

    Arguments: the terms; the asserted facts; whether triples that hold of everything are wanted
    even where nothing follows from them.
    """

    def __init__(self, terms: Terms, asserted: Facts, *, trivial: bool = False) -> None:
        super().__init__(terms, asserted)
        self.trivial = trivial
        self.retired: list[Instance] = []
        self.instances: list[Instance] = []
        self.closed: Facts = {}
        self._forget_rules()

    def _forget_rules(self) -> None:
        self.retired += self.instances
        self.instances = []
        self.readers: dict[int, list[Instance]] = defaultdict(list)
        self.seen: set[Instance] = set()
        self.deferred: list[Instance] = []
        self.consumed: set[int] = set()
        self.axiom_atoms = [template.axiom_atoms(self.constant) for template in DERIVING]
        self.schema = frozenset(atom.key for atoms in self.axiom_atoms for atom in atoms) | {
            self.constant(number) for number in CELL[:2]
        }
        self.started = False

    def copy(self, asserted: Facts, uses: Ids) -> "State":
        """This state with other asserted facts and their uses of terms, to be changed on its
        own."""
        state = copy(self)
        state.__dict__.pop("bounded", None)
        state.uses = uses
        state.asserted = asserted
        state.relations = dict(self.relations)
        state.history = defaultdict(list, {k: list(v) for k, v in self.history.items()})
        state.pending = dict(self.pending)
        state.counts = Counter(self.counts)
        state.retired = list(self.retired)
        state.instances = list(self.instances)
        state.readers = defaultdict(list, {k: list(v) for k, v in self.readers.items()})
        state.seen = set(self.seen)
        state.deferred = list(self.deferred)
        state.consumed = set(self.consumed)
        state.closed = {}
        state.values = Values(self.terms, state._hidden, self.values.by_value)
        return state

    def withdraw(self, unfit: set[Instance]) -> None:
        """Do without instances whose axioms may be gone."""
        if not unfit:
            return
        self.seen -= unfit
        self.instances = [i for i in self.instances if i not in unfit]
        self.deferred = [i for i in self.deferred if i not in unfit]
        for key in frozenset[int]().union(*(instance.keys for instance in unfit)):
            self.readers[key] = [i for i in self.readers[key] if i not in unfit]

    def run(self) -> None:
        """Load what is asserted and complete the closure."""
        self.load(self.asserted)
        self.join(self.equal_literals())
        for name, key, facts in _axiomatic():
            self.conclude([(name, key, facts)])
        self.complete()

    def complete(self) -> None:
        """Apply the rules until nothing is new."""
        while True:
            while due := self._due():
                self._round(due)
            if not self._register_contradictions():
                self.closed.clear()
                return

    def _due(self) -> set[int]:
        if not self.started:
            return set(self.pending) | {-1}
        return self.pending.keys() & self.schema or set(self.pending)

    def _round(self, due: set[int]) -> None:
        self.clock += 1
        fresh: list[Instance] = []
        if not self.started:
            self.started = True
            fresh += [t.instance(self.constant) for t in DERIVING if t.general]
            due &= self.schema
        deltas = {key: self.pending.pop(key) for key in due if key in self.pending}
        fresh += self._specialise(deltas)
        work = deltas
        if self.constant(TYPE) in self.consumed and any(key >= CLASS for key in deltas):
            work = {**deltas, self.constant(TYPE): self.types(deltas).facts}
        conclusions = list(self._conclusions(work))
        for instance in fresh:
            if self.register(instance):
                conclusions += self._whole(instance)
        self.clock += 1
        self.conclude(conclusions)

    def _conclusions(self, deltas: Facts) -> Iterator[tuple[str, int, Ids]]:
        done: set[int] = set()
        for key, delta in deltas.items():
            for instance in self.readers.get(key, ()):
                if instance.closes or instance.half:
                    if id(instance) not in done:
                        done.add(id(instance))
                        yield from self._special(instance, delta)
                    continue
                for place, atom in enumerate(instance.body):
                    if atom.key == key:
                        rest = instance.body[:place] + instance.body[place + 1 :]
                        yield from self._solved(instance, rest, from_relation(atom, delta))

    def _whole(self, instance: Instance) -> Iterator[tuple[str, int, Ids]]:
        """What follows from all facts, unless they are all still to be looked at."""
        for key in instance.keys:
            if len(self.pending.get(key, EMPTY)) == len(self.lookup(key)):
                return
        if instance.closes or instance.half:
            yield from self._special(instance, None)
        else:
            yield from self._solved(instance, instance.body, UNIT)

    def _solved(
        self, instance: Instance, atoms: tuple[Atom, ...], table: Table
    ) -> Iterator[tuple[str, int, Ids]]:
        for block in solve(atoms, self.lookup, table, instance.wanted):
            for head in instance.heads:
                facts = distinct(facts_of(head, block))
                if self.equal.of is None:
                    facts = without(facts, self.relations.get(head.key, NOTHING).facts)
                if len(facts):
                    yield instance.name, head.key, facts

    def _special(self, instance: Instance, delta: Ids | None) -> Iterator[tuple[str, int, Ids]]:
        head = instance.heads[0]
        if instance.closes:
            yield instance.name, head.key, self._transitive(head.key, delta)
        else:
            yield instance.name, head.key, self._neighbours(instance)

    def _transitive(self, key: int, delta: Ids | None) -> Ids:
        """What makes a relation transitive again; its own conclusions need no second look."""
        relation = self.lookup(key)
        if delta is None:
            found = without(transitive_closure(relation.facts), relation.facts)
        else:
            delta = without(delta, self.closed.get(key, EMPTY))
            found = additions(relation, delta) if len(delta) else EMPTY
        if len(found):
            self.closed[key] = inserted(relation.facts, found)
        return found

    def _neighbours(self, instance: Instance) -> Ids:
        """Pairs that join all that an equality rule makes the same, without stating each pair."""
        name = str(instance.heads[0].subject)
        shared = sorted(set().union(*(atom.variables for atom in instance.half)) - {name})
        found = [EMPTY]
        blocks = list(solve(instance.half, self.lookup, UNIT, {name, *shared}))
        if blocks:
            columns = [
                np.concatenate([block.columns[column] for block in blocks])
                for column in (*shared, name)
            ]
            order = np.lexsort(columns[::-1])
            columns = [column[order] for column in columns]
            same = np.ones(len(order) - 1, np.bool_)
            for column in columns[:-1]:
                same &= column[1:] == column[:-1]
            values = columns[-1]
            same &= values[1:] != values[:-1]
            found.append(pack(values[:-1][same], values[1:][same]))
        return distinct(np.concatenate(found))

    def _specialise(self, deltas: Facts) -> Iterator[Instance]:
        cells: Cells | None = None
        moved = {self.constant(number) for number in CELL[:2]} & deltas.keys()
        for template, atoms in zip(DERIVING, self.axiom_atoms, strict=True):
            if template.general or not (moved or any(atom.key in deltas for atom in atoms)):
                continue
            if template.rule.list is not None and cells is None:
                cells = self.cells()
            wanted = set().union(*(atom.variables for atom in atoms))
            if template.rule.list is not None and moved:
                starts: Iterable[tuple[list[Atom], Table]] = [(atoms, UNIT)]
            else:
                starts = [
                    (atoms[:place] + atoms[place + 1 :], from_relation(atom, deltas[atom.key]))
                    for place, atom in enumerate(atoms)
                    if atom.key in deltas
                ]
            for rest, table in starts:
                for block in solve(rest, self.lookup, table, wanted):
                    yield from template.instances(block, cells or _NO_CELLS, self.constant)

    def register(self, instance: Instance) -> bool:
        """Note an instance and the relations that it reads; whether it is to be run now."""
        if instance in self.seen or set(instance.heads) <= set(instance.body):
            return False
        self.seen.add(instance)
        if not self.trivial and all(
            head.key in TOP and head.key not in self.consumed for head in instance.heads
        ):
            self.deferred.append(instance)
            return False
        self.instances.append(instance)
        for key in instance.keys:
            self.readers[key].append(instance)
        self.consume(instance.keys)
        return True

    def consume(self, keys: Iterable[int]) -> None:
        """Give the facts that are left out as long as nothing reads them."""
        new = set(keys) - self.consumed
        self.consumed |= new
        types = self.constant(TYPE) in new
        if self.constant(SAME_AS) in new and not self.reflexive:
            self.reflexive = True
            self._reflect(self._mentioned())
        for number in DATATYPE_NUMBERS:
            key = CLASS + self.constant(number)
            if types or key in new:
                self.clock += 1
                self.conclude([("dt-type2", key, self.values.of_type(number))])
        if self.constant(DIFFERENT_FROM) in new:
            key = self.constant(DIFFERENT_FROM)
            self.clock += 1
            self.conclude([("dt-diff", key, self.values.different())])
        if types or new & TOP:
            self.consumed |= TOP
            waiting, self.deferred = self.deferred, []
            for instance in waiting:
                self.seen.discard(instance)
                if self.register(instance):
                    self.clock += 1
                    self.conclude(self._solved(instance, instance.body, UNIT))

    def _register_contradictions(self) -> bool:
        """Whether rules against contradictions read facts that had been left out."""
        for instance in self.contradicting_instances():
            if instance.name != "eq-diff1":
                self.consume(instance.keys - {self.constant(SAME_AS)})
        return bool(self.pending)

    def contradicting_instances(self) -> Iterator[Instance]:
        """The instances of the rules that conclude false."""
        cells = self.cells()
        for template in CONTRADICTING:
            if template.general:
                yield template.instance(self.constant)
                continue
            atoms = template.axiom_atoms(self.constant)
            wanted = set().union(*(atom.variables for atom in atoms))
            equality = template.rule.name.startswith("eq-diff")
            for block in solve(atoms, self.lookup, UNIT, wanted):
                yield from template.instances(
                    block, cells, self.constant, _repeated if equality else self._inhabited
                )

    def _inhabited(self, members: Iterable[int]) -> Iterator[tuple[int, int]]:
        places = [
            place
            for place, number in enumerate(members)
            if number in self.relations or CLASS + number in self.relations
        ]
        for index, left in enumerate(places):
            for right in places[index + 1 :]:
                yield left, right

    def renamed(self, *, vocabulary: bool) -> None:
        """Fit the rules to terms that became the same."""
        self._retire()
        self._consume_renamed()
        if vocabulary:
            self._forget_rules()
            self.pending = {key: relation.facts for key, relation in self.relations.items()}

    def _retire(self) -> None:
        """Put away the instances that speak of terms by other names than their representatives."""
        stale = [i for i in self.instances if any(self.equal.one(n) != n for n in i.constants)]
        if not stale:
            return
        gone = set(map(id, stale))
        self.retired += stale
        self.instances = [i for i in self.instances if id(i) not in gone]
        for key, readers in self.readers.items():
            self.readers[key] = [i for i in readers if id(i) not in gone]

    def _consume_renamed(self) -> None:
        """Under another name nothing is trivial."""
        shared = set(self.equal.all(self.equal.shared).tolist())
        if self.constant(SAME_AS) in shared:
            self.consume([self.constant(SAME_AS)])
        if self.constant(TYPE) in shared or any(self.constant(k - CLASS) in shared for k in TOP):
            self.consume(TOP)


_NO_CELLS = Cells(NOTHING, NOTHING, -1)


def _repeated(members: Iterable[int]) -> Iterator[tuple[int, int]]:
    places: dict[int, list[int]] = defaultdict(list)
    for place, number in enumerate(members):
        yield from ((earlier, place) for earlier in places[number])
        places[number].append(place)


def _axiomatic() -> Iterator[tuple[str, int, Ids]]:
    def fact(name: str, subjects: Iterable[int], class_: int) -> tuple[str, int, Ids]:
        return name, CLASS + class_, np.array(sorted(subjects), np.int64)

    annotations = (NUMBER[property_] for property_ in ANNOTATION_PROPERTIES)
    yield fact("prp-ap", annotations, NUMBER[OWL.AnnotationProperty])
    yield fact("dt-type1", DATATYPE_NUMBERS, NUMBER[RDFS.Datatype])
