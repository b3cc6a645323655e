"""Turns are fair, and waits have an end: arrivals at random, at a time and with work that the test
sets."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from eakg.rdf import JSON
from eakg.sparql.failures import OverloadedError, StoreUnreachableError
from eakg.store.client.running_query import RunningQuery
from eakg.store.messages.kinds import LongLaneRequest, Output, WorkerOutcome
from eakg.store.pace import Pace
from eakg.store.request import Limits, QueryRequest
from eakg.store.workers.lanes import Lanes
from helpers.keeper import FakeConnection, FakeWorker, FakeWorkers
from helpers.tries import tries

LIMITS = Limits(timeout=10.0, workers=2, quick=2, queue=64, patience=5.0, moment=0.1)
ORDINARY = 5 * LIMITS.moment  # seconds of work up to which a query belongs to the middle lane
TICK = 0.05
ENDLESS = 1e9


@dataclass
class Visit:
    """A query: when it came to the keeper, and the seconds of work that it needs from then on."""

    came: float
    need: float
    worker: FakeWorker
    connection: FakeConnection = field(default_factory=FakeConnection)
    stood: float = 0.0
    went: float | None = None
    done: float | None = None


class Machine:
    """Lanes, and processors that share their time among the workers that do not stand, by their
    niceness as Linux does (sched(7): a step is a factor of 1.25), and none has more than one."""

    def __init__(self, processors: float) -> None:
        self.now = 0.0
        self.processors = processors
        self.workers = FakeWorkers()
        self.lanes = Lanes(LIMITS, self.workers, lambda: self.now)  # type: ignore[arg-type]
        self.visits: list[Visit] = []

    def come(self, need: float) -> None:
        worker, _ = self.workers.fork()
        worker.seconds = LIMITS.moment
        visit = Visit(self.now, need, worker)
        self.visits.append(visit)
        request = LongLaneRequest(worker.number, LIMITS.timeout, LIMITS.moment, LIMITS.patience, 0)
        self.lanes.admit(visit.connection, request)  # type: ignore[arg-type]
        self._look()

    def tick(self) -> None:
        at_work = [one for one in self.workers.workers if one.alive and not one.is_paused]
        self.now += TICK
        for worker, share in _shares(at_work, self.processors):
            worker.seconds += share * TICK
        for visit in self.visits:
            if visit.done is not None:
                continue
            if visit.worker.is_paused:
                visit.stood += TICK
            if visit.worker.seconds - LIMITS.moment >= visit.need:
                visit.done = self.now
                visit.connection.on_hangup()
        self.lanes.advance()
        for visit in self.visits:
            if visit.connection.messages and visit.done is None:
                visit.done = self.now
            if visit.worker.is_killed:
                visit.worker.alive = False
        self.lanes.advance()
        self._look()

    def _look(self) -> None:
        for visit in self.visits:
            if visit.went is None and not visit.worker.is_paused and not visit.worker.is_killed:
                visit.went = self.now

    @property
    def under_way(self) -> list[Visit]:
        return [visit for visit in self.visits if visit.done is None]


def _shares(workers: list[FakeWorker], processors: float) -> Iterator[tuple[FakeWorker, float]]:
    total = sum(1.25**-worker.niceness for worker in workers)
    for worker in sorted(workers, key=lambda worker: worker.niceness):
        weight = 1.25**-worker.niceness
        share = min(1.0, processors * weight / total)
        yield worker, share
        processors -= share
        total -= weight


NEEDS = st.one_of(st.floats(0.01, 0.8), st.floats(0.01, 5.0), st.just(ENDLESS))
ARRIVALS = st.lists(st.tuples(st.integers(0, 20), NEEDS), min_size=1, max_size=40)


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(60))
@given(ARRIVALS, st.sampled_from([0.5, 1.0, 2.0]))
@example([(0, ENDLESS)] * 40, 2.0)
@example([(0, ENDLESS)] * 10 + [(10, 0.05)] * 8, 0.5)
def test_arrivals_at_random(arrivals: list[tuple[int, float]], processors: float) -> None:
    machine = Machine(processors)
    for pause, need in arrivals:
        for _ in range(pause):
            machine.tick()
            _check(machine)
        machine.come(need)
    while machine.under_way:
        machine.tick()
        _check(machine)
        latest = machine.visits[-1].came + LIMITS.timeout + LIMITS.patience
        assert machine.now <= latest + 3 * TICK, "a wait has no end"
    # None began anew, in whatever crowd.
    assert machine.lanes.restarts == 0
    assert len(machine.workers.workers) == len(machine.visits)
    for visit in machine.visits:
        assert visit.stood <= LIMITS.patience + 2 * TICK
    # First come, first served: nobody's first turn comes before that of who came earlier.
    turns = [visit.went for visit in machine.visits if visit.went is not None]
    assert turns == sorted(turns)
    # Nobody is refused while there is a place.
    refused = [one for one in machine.visits if _is_refused(one)]
    assert all(visit.stood >= LIMITS.patience - 2 * TICK for visit in refused)


def _check(machine: Machine) -> None:
    at_work = [one for one in machine.under_way if not one.worker.is_paused]
    assert len(at_work) <= 2 * LIMITS.workers
    standing = [
        visit
        for visit in machine.under_way
        if visit.worker.is_paused and visit.worker.seconds < ORDINARY
    ]
    if standing:
        # Ordinary queries wait for ordinary ones alone.
        ahead = [visit for visit in at_work if visit.worker.seconds < ORDINARY]
        assert len(ahead) == LIMITS.workers


def _is_refused(visit: Visit) -> bool:
    return any(isinstance(message, OverloadedError) for message in visit.connection.messages)


@settings(deadline=None, max_examples=tries(30))
@given(
    st.lists(st.one_of(st.floats(0.01, 0.3), st.just(ENDLESS)), min_size=8, max_size=8),
    st.integers(0, 3),
)
@example([*[ENDLESS] * 7, 0.01], 0)
def test_eight_clients_are_not_refused_what_is_ordinary(needs: list[float], pause: int) -> None:
    """Whatever the others of them ask."""
    machine = Machine(2.0)
    for need in needs:
        machine.come(need)
        for _ in range(pause):
            machine.tick()
    ordinary = [visit for visit in machine.visits if visit.need < ORDINARY]
    while any(visit.done is None for visit in ordinary):
        machine.tick()
    assert not any(_is_refused(visit) for visit in ordinary)


class Lease:
    """A worker that answers when it is heard for the last time, and for which processors work a
    little each time."""

    def __init__(self, works: list[float]) -> None:
        self.worker, self.keeper, self.last = 1, str(Path(__file__) / "nowhere"), False
        self._works = works
        self._seconds = 7.0

    def ask(self, request: bytes) -> None:
        pass

    def processor(self) -> float:
        return self._seconds

    def answer(self, seconds: float) -> WorkerOutcome | None:
        self._seconds += self._works.pop(0)
        return None if self._works else WorkerOutcome(Output(2, "v", b"{}"))

    def close(self) -> None:
        pass


def _asked(works: list[float], turns: list[str]) -> RunningQuery:
    lease: Any = Lease(works)
    request = QueryRequest("ASK {}")
    return RunningQuery(
        request,
        JSON,
        lease,
        LIMITS,
        5.0,
        lambda: turns.append("ended"),
        lambda _: None,
        lambda: lease,
    )


def test_a_query_that_is_hardly_let_work_stays_a_short_one() -> None:
    """However often it is looked at: nobody tells the keeper, which is not there."""
    turns: list[str] = []
    assert _asked([0.001] * 90, turns).finish().read() == b"{}"
    assert turns == ["ended"]


def test_a_query_that_was_worked_on_for_a_moment_is_a_longer_one() -> None:
    turns: list[str] = []
    with pytest.raises(StoreUnreachableError):
        _asked([0.06, 0.05, 0.001], turns).finish()
    assert turns == ["ended"]


@given(st.integers(1, 64), st.floats(0.01, 2.0), st.integers(2, 30))
@settings(deadline=None, max_examples=tries(50))
def test_what_is_said_of_the_line_is_so(waiting: int, interval: float, steps: int) -> None:
    """Where turns come at a steady pace, or patience ends first."""
    now = [0.0]
    pace = Pace(5.0, lambda: now[0])
    pace.begin()
    for _ in range(steps):
        now[0] += interval
        pace.step()
    expected = min(waiting * interval, 5.0)
    assert cast("float", pace.forecast(waiting)) == pytest.approx(expected)
    assert pace.forecast(0) == 0.0


def test_a_line_that_does_not_move_takes_as_long_as_patience_lasts() -> None:
    now = [0.0]
    pace = Pace(5.0, lambda: now[0])
    pace.begin()
    pace.step()
    now[0] += 4.0
    assert pace.forecast(1) == 4.0
    assert pace.forecast(2) == 5.0
