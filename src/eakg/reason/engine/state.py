"""The state of a closure in the making, and the rounds that complete it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from copy import copy

import numpy as np
from rdflib.namespace import OWL, RDFS

from eakg.reason.engine.evaluation import Conclusions
from eakg.reason.engine.program import DERIVING, Program
from eakg.reason.engine.terms import Facts
from eakg.reason.engine.values import DATATYPE_NUMBERS, Values
from eakg.reason.plan import Instance
from eakg.reason.relations import CLASS, Ids
from eakg.reason.rules import ANNOTATION_PROPERTIES, NUMBER, TYPE


class ClosureState(Program):
    """Facts and instances of rules, and the rounds in which these run until nothing is new."""

    def copy(self, asserted: Facts, uses: Ids) -> "ClosureState":
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
            if not self.register_contradictions():
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
        fresh += self.specialise(deltas)
        work = deltas
        if self.constant(TYPE) in self.consumed and any(key >= CLASS for key in deltas):
            work = {**deltas, self.constant(TYPE): self.types(deltas).facts}
        conclusions = list(self._conclusions(work))
        for instance in fresh:
            if self.register(instance):
                conclusions += self.whole(instance)
        self.clock += 1
        self.conclude(conclusions)

    def _conclusions(self, deltas: Facts) -> Conclusions:
        done: set[int] = set()
        for key, delta in deltas.items():
            for instance in self.readers.get(key, ()):
                if instance.closes or instance.half:
                    if id(instance) in done:
                        continue
                    done.add(id(instance))
                yield from self.from_delta(instance, key, delta)


def _axiomatic() -> Conclusions:
    def fact(name: str, subjects: Iterable[int], class_: int) -> tuple[str, int, Ids]:
        return name, CLASS + class_, np.array(sorted(subjects), np.int64)

    annotations = (NUMBER[property_] for property_ in ANNOTATION_PROPERTIES)
    yield fact("prp-ap", annotations, NUMBER[OWL.AnnotationProperty])
    yield fact("dt-type1", DATATYPE_NUMBERS, NUMBER[RDFS.Datatype])
