"""Who of the long queries waits, who runs and who is ended, at a time that the test sets."""

from eakg.sparql.failures import (
    MemoryLimitExceededError,
    OverloadedError,
    TimeLimitExceededError,
)
from eakg.store.messages.kinds import (
    LeaseOffer,
    LongLaneRequest,
)
from eakg.store.request import Limits
from eakg.store.workers.lanes import Lanes
from helpers.keeper import FakeConnection, FakeWorker, FakeWorkers

LIMITS = Limits(timeout=10.0, workers=1, quick=1, queue=2, patience=5.0, moment=0.1)


class Lane:
    """Lanes over fake workers, at a time that the test sets."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.now = 100.0
        self.workers = FakeWorkers()
        self.lanes = Lanes(limits, self.workers, lambda: self.now)  # type: ignore[arg-type]

    def admit(self, seconds: float = 10.0) -> tuple[FakeConnection, FakeWorker]:
        """A query that has run for a moment with a worker of its own."""
        worker, _ = self.workers.fork()
        connection = FakeConnection()
        request = LongLaneRequest(worker.number, seconds, 0.1, 5.0)
        self.lanes.admit(connection, request)  # type: ignore[arg-type]
        self.lanes.advance()
        return connection, worker

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.lanes.advance()

    def end(self, worker: FakeWorker) -> None:
        worker.alive = False
        self.lanes.advance()


def test_a_long_query_goes_on_where_there_is_a_place() -> None:
    lane = Lane()
    connection, worker = lane.admit()
    assert (lane.lanes.running, lane.lanes.waiting, lane.lanes.busy) == (1, 0, True)
    assert worker.has_given_way
    assert not worker.is_killed
    assert connection.messages == []


def test_a_long_query_is_ended_at_its_time() -> None:
    lane = Lane()
    connection, worker = lane.admit(seconds=3.0)
    lane.pass_time(2.8)
    assert connection.messages == []
    lane.pass_time(0.2)
    assert worker.is_killed
    assert isinstance(connection.error, TimeLimitExceededError)
    assert connection.error.seconds == 3.0
    # Its place is taken until its process is gone.
    assert lane.lanes.running == 1
    lane.end(worker)
    assert lane.lanes.running == 0


def test_in_a_crowd_it_is_what_a_query_did_that_makes_it_long() -> None:
    lane = Lane()
    lane.admit()
    connection, worker = lane.admit()
    lane.pass_time(0.5)
    assert not worker.is_killed  # it has hardly been let work
    worker.seconds = 0.2
    lane.pass_time(0.1)
    assert worker.is_killed
    assert (lane.lanes.running, lane.lanes.waiting) == (1, 1)
    assert connection.messages == []


def test_who_waits_begins_anew_when_a_place_is_free() -> None:
    lane = Lane()
    _, first = lane.admit()
    connection, second = lane.admit()
    second.seconds = 1.0
    lane.lanes.advance()
    lane.end(second)
    lane.end(first)
    third = lane.workers.workers[-1]
    assert connection.messages == [LeaseOffer(third.number, "v")]
    assert not connection.is_closed
    assert third.has_given_way
    lane.pass_time(9.9)
    assert not third.is_killed
    lane.pass_time(0.2)
    assert third.is_killed
    assert isinstance(connection.messages[1], TimeLimitExceededError)


def test_who_is_on_trial_takes_the_place_that_becomes_free() -> None:
    lane = Lane()
    _, first = lane.admit()
    connection, second = lane.admit()
    lane.end(first)
    assert lane.lanes.running == 1
    assert second.has_given_way
    assert not second.is_killed
    assert connection.messages == []


def test_who_waits_too_long_is_refused() -> None:
    lane = Lane()
    lane.admit(seconds=60.0)
    connection, worker = lane.admit(seconds=60.0)
    worker.seconds = 1.0
    lane.lanes.advance()
    lane.end(worker)
    lane.pass_time(4.9)
    assert connection.messages == []
    lane.pass_time(0.2)
    assert "waited 5 s" in str(connection.error)
    assert lane.lanes.waiting == 0


def test_the_queue_has_an_end() -> None:
    lane = Lane()
    lane.admit()
    lane.admit()  # on trial
    connections = [lane.admit()[0] for _ in range(3)]
    assert lane.lanes.waiting == 2
    assert [len(one.messages) for one in connections] == [0, 0, 1]
    assert "too many long queries" in str(connections[2].error)


def test_leaving_ends_a_query_wherever_it_is() -> None:
    lane = Lane()
    queries = [lane.admit() for _ in range(3)]
    (running, trial, waiting) = (connection for connection, _ in queries)
    waiting.on_hangup()
    assert lane.lanes.waiting == 0
    trial.on_hangup()
    running.on_hangup()
    assert all(worker.is_killed for _, worker in queries)
    assert not lane.lanes.busy
    for _, worker in queries:
        lane.end(worker)
    assert (lane.lanes.running, lane.lanes.waiting, lane.lanes.deadline) == (0, 0, None)


def test_the_largest_is_ended_where_all_take_too_much() -> None:
    lane = Lane(Limits(workers=3, total_memory=100))
    queries = [lane.admit() for _ in range(3)]
    for (_, worker), size in zip(queries, (30, 60, 40), strict=True):
        worker.size = size
    lane.lanes.advance()
    assert [worker.is_killed for _, worker in queries] == [False, True, False]
    assert isinstance(queries[1][0].error, MemoryLimitExceededError)
    lane.lanes.advance()
    assert [worker.is_killed for _, worker in queries] == [False, True, False]


def test_who_asks_about_a_worker_that_is_gone_is_told_why() -> None:
    lane = Lane()
    connection, worker = lane.admit()
    lane.end(worker)
    assert str(connection.error) == "worker 0"
    late = FakeConnection()
    lane.lanes.admit(late, LongLaneRequest(0, 1.0, 0.1, 1.0))  # type: ignore[arg-type]
    assert str(late.error) == "worker 0"


def test_no_room_for_another_process() -> None:
    lane = Lane()
    _, first = lane.admit()
    connection, second = lane.admit()
    second.seconds = 1.0
    lane.lanes.advance()
    lane.workers.has_room = False
    lane.end(first)
    assert isinstance(connection.error, OverloadedError)
