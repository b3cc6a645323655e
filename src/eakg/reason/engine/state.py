"""The state of a closure in the making, and the rounds that complete it."""

from collections.abc import Iterable

import numpy as np
from rdflib.namespace import OWL, RDFS

from eakg.profile import ANNOTATION_PROPERTIES
from eakg.reason.engine.evaluation import Conclusions
from eakg.reason.engine.facts import FactBase
from eakg.reason.engine.instances import Instances
from eakg.reason.engine.program import Program
from eakg.reason.engine.terms import Facts, Terms
from eakg.reason.engine.values import DATATYPE_NUMBERS
from eakg.reason.plan import Instance
from eakg.reason.relations import CLASS, UNLIMITED, Allowance, Ids
from eakg.reason.rules import NUMBER, TYPE, RuleSet

_FEW_DELTAS = 8  # relations with fresh facts up to which what follows is found from each


class ClosureState:
    """Facts, the instances of rules over them, and the rounds in which these run until nothing is
    new.

    Arguments: the facts; the program over them. `is_changed` says whether it came of another state
    by a change of the input, so that things were found in another order than in a closure made
    anew.
    """

    def __init__(self, facts: FactBase, program: Program) -> None:
        self.facts = facts
        self.program = program
        self.is_changed = False

    @classmethod
    def of(
        cls, terms: Terms, asserted: Facts, rules: RuleSet, *, trivial: bool = False
    ) -> "ClosureState":
        """A state that has not begun: nothing but what is asserted."""
        facts = FactBase(terms, asserted, rules)
        return cls(facts, Program(facts, trivial=trivial))

    def anew(self, asserted: Facts, allowance: Allowance = UNLIMITED) -> "ClosureState":
        """The complete state of other asserted facts, or of the same, made from the beginning."""
        state = self.of(self.facts.terms, asserted, self.facts.rules, trivial=self.program.trivial)
        state.allow(allowance)
        state.run()
        state.allow(UNLIMITED)
        return state

    def allow(self, allowance: Allowance) -> None:
        """Have as much follow, and no more; what is more raises ReasoningLimitError."""
        self.program.evaluation.allowance = allowance

    def copy(self, asserted: Facts, uses: Ids) -> "ClosureState":
        """This state with other asserted facts and their uses of terms, to be changed on its
        own."""
        facts = self.facts.copy(asserted, uses)
        return ClosureState(facts, self.program.copy(facts))

    @property
    def instances(self) -> Instances:
        """The instances that run."""
        return self.program.instances

    def run(self) -> None:
        """Load what is asserted and complete the closure."""
        self.facts.load(self.facts.asserted)
        self.facts.join_literals()
        for name, key, facts in axiomatic_facts():
            if name in self.facts.rules:
                self.facts.conclude([(name, key, facts)])
        self.complete()

    def complete(self) -> None:
        """Apply the rules until nothing is new."""
        while True:
            while due := self._due():
                self._round(due)
            if not self.program.register_constraints():
                self.program.evaluation.closures.clear()
                return

    def _due(self) -> set[int]:
        pending = self.facts.pending
        if not self.program.is_started:
            return set(pending) | {-1}
        return pending.keys() & self.program.schema or set(pending)

    def _round(self, due: set[int]) -> None:
        facts, program = self.facts, self.program
        program.evaluation.allowance.begin_round(facts.clock, facts.size)
        facts.clock += 1
        fresh: list[Instance] = []
        if not program.is_started:
            fresh += program.begin()
            due &= program.schema
        deltas = {key: facts.pending.pop(key) for key in due if key in facts.pending}
        fresh += program.instances_about(deltas)
        groundings = list(program.specialise(deltas))
        work = deltas
        type_ = facts.constant(TYPE)
        if type_ in program.inputs and any(key >= CLASS for key in deltas):
            work = {**deltas, type_: facts.types(deltas).facts}
        conclusions = list(self._bounded(self._conclusions(work)))
        conclusions += self._bounded(program.projected(work))
        fresh += program.roused()
        for instance in fresh:
            if program.register(instance):
                conclusions += self._bounded(program.evaluation.from_all(instance))
        for rows in groundings:
            conclusions += self._bounded(program.admit(rows))
        facts.clock += 1
        facts.conclude(conclusions)

    def _bounded(self, conclusions: Conclusions) -> Conclusions:
        """The conclusions of one round, as long as they are not too many."""
        count = 0
        for name, key, facts in conclusions:
            # Several instances may conclude the same, but one does so once.
            count = max(count, len(facts))
            self.program.evaluation.allowance.check(count)
            yield name, key, facts

    def _conclusions(self, deltas: Facts) -> Conclusions:
        evaluation = self.program.evaluation
        instance_ids: set[int] = set()
        for key, delta in deltas.items():
            for instance in self.instances.readers(key):
                if id(instance) in instance_ids:
                    continue
                if instance.meets:
                    instance_ids.add(id(instance))
                    yield from evaluation.from_delta(instance, key, delta)
                elif len(instance.keys & deltas.keys()) > _FEW_DELTAS:
                    instance_ids.add(id(instance))
                    yield from evaluation.from_all(instance)
                else:
                    yield from evaluation.from_delta(instance, key, delta)


def axiomatic_facts() -> Conclusions:
    """What holds whatever is asserted (prp-ap, dt-type1)."""

    def fact(name: str, subjects: Iterable[int], class_: int) -> tuple[str, int, Ids]:
        return name, CLASS + class_, np.array(sorted(subjects), np.int64)

    annotations = (NUMBER[property_] for property_ in ANNOTATION_PROPERTIES)
    yield fact("prp-ap", annotations, NUMBER[OWL.AnnotationProperty])
    yield fact("dt-type1", DATATYPE_NUMBERS, NUMBER[RDFS.Datatype])
