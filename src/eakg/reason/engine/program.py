"""The program of a closure in the making: the rules, fitted to the axioms that were found."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from rdflib.namespace import OWL, RDFS

from eakg.reason.engine.evaluation import Evaluation
from eakg.reason.engine.facts import DIFFERENT_FROM
from eakg.reason.engine.terms import Facts, Terms
from eakg.reason.engine.values import DATATYPE_NUMBERS
from eakg.reason.plan import Instance, Template
from eakg.reason.relations import CLASS, NOTHING, UNIT, Atom, Bindings, Cells, from_relation, solve
from eakg.reason.rules import CELL, NUMBER, SAME_AS, TYPE, owl2rl

TEMPLATES = tuple(
    Template(rule)
    for rule in owl2rl()
    if not rule.conditions and not (rule.table == 4 and rule.conclusions)
)
"""The rules that run as they are written; those of equality and of values run otherwise."""
DERIVING = tuple(template for template in TEMPLATES if template.rule.conclusions)
CONTRADICTING = tuple(template for template in TEMPLATES if not template.rule.conclusions)
TOP = frozenset(CLASS + NUMBER[top] for top in (OWL.Thing, RDFS.Resource))


class Program(Evaluation):
    """Facts, and the instances of rules that run over them.

    Arguments: the terms; the asserted facts; whether triples that hold of everything are wanted
    even where nothing follows from them.
    """

    def __init__(self, terms: Terms, asserted: Facts, *, trivial: bool = False) -> None:
        super().__init__(terms, asserted)
        self.trivial = trivial
        self.retired: list[Instance] = []
        self.instances: list[Instance] = []
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

    def withdraw(self, unfit: set[Instance]) -> None:
        """Do without instances whose axioms may be gone."""
        if not unfit:
            return
        self.seen -= unfit
        self.instances = [i for i in self.instances if i not in unfit]
        self.deferred = [i for i in self.deferred if i not in unfit]
        for key in frozenset[int]().union(*(instance.keys for instance in unfit)):
            self.readers[key] = [i for i in self.readers[key] if i not in unfit]

    def specialise(self, deltas: Facts) -> Iterator[Instance]:
        cells: Cells | None = None
        moved = {self.constant(number) for number in CELL[:2]} & deltas.keys()
        for template, atoms in zip(DERIVING, self.axiom_atoms, strict=True):
            if template.general or not (moved or any(atom.key in deltas for atom in atoms)):
                continue
            if template.rule.list is not None and cells is None:
                cells = self.cells()
            wanted = set().union(*(atom.variables for atom in atoms))
            if template.rule.list is not None and moved:
                starts: Iterable[tuple[list[Atom], Bindings]] = [(atoms, UNIT)]
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
                    self.conclude(self.solved(instance, instance.body, UNIT))

    def register_contradictions(self) -> bool:
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
