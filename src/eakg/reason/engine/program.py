"""The program of a closure in the making: the rules, fitted to the axioms that were found."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from rdflib.namespace import OWL, RDFS

from eakg.reason.engine.copies import own_copy
from eakg.reason.engine.evaluation import Evaluation
from eakg.reason.engine.facts import DIFFERENT_FROM, FactBase
from eakg.reason.engine.instances import Instances
from eakg.reason.engine.terms import Facts
from eakg.reason.engine.values import DATATYPE_NUMBERS
from eakg.reason.plan import Instance, templates_of
from eakg.reason.relations import CLASS, NOTHING, UNIT, Atom, Bindings, Cells, from_relation, solve
from eakg.reason.rules import CELL, NUMBER, SAME_AS, TYPE

TOP = frozenset(CLASS + NUMBER[top] for top in (OWL.Thing, RDFS.Resource))


class Program:
    """The instances of rules that run over facts.

    Arguments: the facts; whether triples that hold of everything are wanted even where nothing
    follows from them.
    """

    def __init__(self, facts: FactBase, *, trivial: bool = False) -> None:
        self.facts = facts
        self.evaluation = Evaluation(facts)
        self.templates = templates_of(facts.rules)
        self.trivial = trivial
        self.retired: list[Instance] = []
        self.instances = Instances()
        self._forget_rules()
        facts.on_renaming = self._renamed

    def copy(self, facts: FactBase) -> "Program":
        """The same over a copy of its facts, to be changed on its own."""
        twin = own_copy(self)
        twin.facts = facts
        twin.evaluation = Evaluation(facts)
        twin.instances = self.instances.copy()
        facts.on_renaming = twin._renamed
        return twin

    def _forget_rules(self) -> None:
        constant = self.facts.constant
        self.retired += self.instances.all
        self.instances = Instances()
        self.seen: set[Instance] = set()
        self.deferred: list[Instance] = []
        self.consumed: set[int] = set()
        self.axiom_atoms = [t.axiom_atoms(constant) for t in self.templates.deriving]
        self.schema = frozenset(atom.key for atoms in self.axiom_atoms for atom in atoms) | {
            constant(number) for number in CELL[:2]
        }
        self.started = False

    def withdraw(self, unfit: set[Instance]) -> None:
        """Do without instances whose axioms may be gone."""
        if unfit:
            self.seen -= unfit
            self.deferred = [i for i in self.deferred if i not in unfit]
            self.instances.remove(unfit, unfit.__contains__)

    def begin(self) -> Iterator[Instance]:
        """The instances of the rules that need no axiom."""
        self.started = True
        return (t.instance(self.facts.constant) for t in self.templates.deriving if t.general)

    def specialise(self, deltas: Facts) -> Iterator[Instance]:
        """The instances of rules with axioms of which some are fresh."""
        cells: Cells | None = None
        constant, lookup = self.facts.constant, self.facts.lookup
        moved = {constant(number) for number in CELL[:2]} & deltas.keys()
        for template, atoms in zip(self.templates.deriving, self.axiom_atoms, strict=True):
            if template.open is not None:
                properties = dict.fromkeys(key if key < CLASS else constant(TYPE) for key in deltas)
                yield from (template.about(property_, constant) for property_ in properties)
                continue
            if template.general or not (moved or any(atom.key in deltas for atom in atoms)):
                continue
            if template.rule.list is not None and cells is None:
                cells = self.facts.cells()
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
                for block in solve(rest, lookup, table, wanted):
                    yield from template.instances(block, cells or _NO_CELLS, constant)

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
        self.instances.add(instance)
        self.consume(instance.keys)
        return True

    def consume(self, keys: Iterable[int]) -> None:
        """Give the facts that are left out as long as nothing reads them."""
        facts = self.facts
        constant, conclude = facts.constant, facts.conclude
        new = set(keys) - self.consumed
        self.consumed |= new
        types = constant(TYPE) in new
        if "eq-ref" in facts.rules and constant(SAME_AS) in new and not facts.reflexive:
            facts.reflect_all()
        for number in DATATYPE_NUMBERS if "dt-type2" in facts.rules else ():
            key = CLASS + constant(number)
            if types or key in new:
                facts.clock += 1
                conclude([("dt-type2", key, facts.values.of_type(number))])
        if "dt-diff" in facts.rules and constant(DIFFERENT_FROM) in new:
            facts.clock += 1
            conclude([("dt-diff", constant(DIFFERENT_FROM), facts.values.different())])
        if types or new & TOP:
            self.consumed |= TOP
            waiting, self.deferred = self.deferred, []
            for instance in waiting:
                self.seen.discard(instance)
                if self.register(instance):
                    facts.clock += 1
                    conclude(self.evaluation.solved(instance, instance.body, UNIT))

    def register_contradictions(self) -> bool:
        """Whether rules against contradictions read facts that had been left out."""
        for instance in self.contradicting_instances():
            if instance.name != "eq-diff1":
                self.consume(instance.keys - {self.facts.constant(SAME_AS)})
        return bool(self.facts.pending)

    def contradicting_instances(self) -> Iterator[Instance]:
        """The instances of the rules that conclude false."""
        constant, lookup = self.facts.constant, self.facts.lookup
        cells = self.facts.cells()
        for template in self.templates.contradicting:
            if template.general:
                yield template.instance(constant)
                continue
            atoms = template.axiom_atoms(constant)
            wanted = set().union(*(atom.variables for atom in atoms))
            equality = template.rule.name.startswith("eq-diff")
            for block in solve(atoms, lookup, UNIT, wanted):
                yield from template.instances(
                    block, cells, constant, _repeated if equality else self._inhabited
                )

    def _inhabited(self, members: Iterable[int]) -> Iterator[tuple[int, int]]:
        places = [
            place
            for place, number in enumerate(members)
            if number in self.facts.relations or CLASS + number in self.facts.relations
        ]
        for index, left in enumerate(places):
            for right in places[index + 1 :]:
                yield left, right

    def _renamed(self, vocabulary: bool) -> None:
        """Fit the rules to terms that became the same."""
        self._retire()
        self._consume_renamed()
        if vocabulary:
            self._forget_rules()
            relations = self.facts.relations.items()
            self.facts.pending = {key: relation.facts for key, relation in relations}

    def _retire(self) -> None:
        """Put away the instances that speak of terms by other names than their representatives."""
        representative = self.facts.equal.one
        stale = [
            instance
            for instance in self.instances.all
            if any(representative(number) != number for number in instance.constants)
        ]
        if stale:
            gone = set(map(id, stale))
            self.retired += stale
            self.instances.remove(stale, lambda instance: id(instance) in gone)

    def _consume_renamed(self) -> None:
        """Under another name nothing is trivial."""
        constant, equal = self.facts.constant, self.facts.equal
        shared = set(equal.all(equal.shared).tolist())
        if constant(SAME_AS) in shared:
            self.consume([constant(SAME_AS)])
        if constant(TYPE) in shared or any(constant(k - CLASS) in shared for k in TOP):
            self.consume(TOP)


_NO_CELLS = Cells(NOTHING, NOTHING, -1)


def _repeated(members: Iterable[int]) -> Iterator[tuple[int, int]]:
    places: dict[int, list[int]] = defaultdict(list)
    for place, number in enumerate(members):
        yield from ((earlier, place) for earlier in places[number])
        places[number].append(place)
