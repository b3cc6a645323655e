"""Who of the queries beyond their moment waits, who runs and who is ended, at a time that the test
sets, by work that the test says was done."""

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


class Keeper:
    """Lanes over fake workers, at a time that the test sets."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.now = 100.0
        self.workers = FakeWorkers()
        self.lanes = Lanes(limits, self.workers, lambda: self.now)  # type: ignore[arg-type]

    def admit(
        self, seconds: float = 10.0, processor: float = 0.0
    ) -> tuple[FakeConnection, FakeWorker]:
        """A query that has run for a moment with a worker of its own, for which processors had
        worked `processor` seconds before."""
        worker, _ = self.workers.fork()
        worker.seconds = processor + 0.1
        connection = FakeConnection()
        request = LongLaneRequest(worker.number, seconds, 0.1, 5.0, processor)
        self.lanes.admit(connection, request)  # type: ignore[arg-type]
        self.lanes.advance()
        return connection, worker

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.lanes.advance()

    def end(self, worker: FakeWorker) -> None:
        worker.alive = False
        self.lanes.advance()


def test_a_query_goes_on_where_there_is_a_place() -> None:
    keeper = Keeper()
    connection, worker = keeper.admit()
    assert (keeper.lanes.running, keeper.lanes.waiting, keeper.lanes.busy) == (1, 0, True)
    assert worker.niceness > 0
    assert not worker.is_paused
    assert not worker.is_killed
    assert connection.messages == []


def test_a_query_is_ended_at_its_time() -> None:
    keeper = Keeper()
    connection, worker = keeper.admit(seconds=3.0)
    keeper.pass_time(2.8)
    assert connection.messages == []
    keeper.pass_time(0.2)
    assert worker.is_killed
    assert isinstance(connection.error, TimeLimitExceededError)
    assert connection.error.seconds == 3.0
    # Its place is taken until its process is gone.
    assert keeper.lanes.running == 1
    keeper.end(worker)
    assert keeper.lanes.running == 0


def test_it_is_what_processors_did_for_a_query_that_makes_it_long() -> None:
    keeper = Keeper()
    _, worker = keeper.admit(processor=7.0)
    gentle = worker.niceness
    keeper.pass_time(9.0)
    assert worker.niceness == gentle  # it has hardly been let work
    worker.seconds = 8.0
    keeper.pass_time(0.1)
    assert worker.niceness > gentle
    assert not worker.is_paused
    # The place that it had is free for the next.
    _, second = keeper.admit()
    assert not second.is_paused


def test_who_waits_goes_on_from_where_it_is() -> None:
    keeper = Keeper()
    _, first = keeper.admit()
    connection, second = keeper.admit()
    assert second.is_paused
    assert (keeper.lanes.running, keeper.lanes.waiting) == (1, 1)
    keeper.pass_time(4.0)
    keeper.end(first)
    assert not second.is_paused
    assert not second.is_killed
    assert len(keeper.workers.workers) == 2
    assert connection.messages == []
    # The time in which it stood does not count.
    keeper.pass_time(9.8)
    assert not second.is_killed
    keeper.pass_time(0.2)
    assert second.is_killed
    assert isinstance(connection.error, TimeLimitExceededError)


def test_who_comes_with_no_time_left_is_ended_at_once() -> None:
    keeper = Keeper()
    keeper.admit()
    connection, worker = keeper.admit(seconds=0.1)
    assert worker.is_killed
    assert isinstance(connection.error, TimeLimitExceededError)
    assert keeper.lanes.waiting == 0


def test_an_ordinary_query_does_not_wait_for_long_ones() -> None:
    keeper = Keeper(Limits(workers=1, queue=9, moment=0.1))
    long_ones = []
    for _ in range(3):
        _, worker = keeper.admit()
        worker.seconds = 1.5
        keeper.pass_time(0.0)
        long_ones.append(worker)
    assert [worker.is_paused for worker in long_ones] == [False, True, True]
    _, ordinary = keeper.admit()
    assert not ordinary.is_paused
    assert ordinary.niceness < long_ones[0].niceness
    keeper.end(long_ones[0])
    assert [worker.is_paused for worker in long_ones] == [False, False, True]


def test_who_waits_too_long_is_refused_and_told_when_to_come_again() -> None:
    keeper = Keeper()
    keeper.admit(seconds=60.0)
    connection, worker = keeper.admit(seconds=60.0)
    keeper.pass_time(4.9)
    assert connection.messages == []
    keeper.pass_time(0.2)
    assert "waited 5 s" in str(connection.error)
    assert isinstance(connection.error, OverloadedError)
    # Whoever waits is gone by then.
    assert connection.error.retry_after == LIMITS.patience
    assert worker.is_killed
    assert keeper.lanes.waiting == 0


def test_patience_is_for_both_lanes_together() -> None:
    keeper = Keeper(Limits(timeout=60.0, workers=1, queue=9, patience=5.0, moment=0.1))
    _, endless = keeper.admit(seconds=60.0)
    endless.seconds = 1.5
    keeper.pass_time(0.0)
    _, first = keeper.admit(seconds=60.0)
    connection, second = keeper.admit(seconds=60.0)
    keeper.pass_time(3.0)
    keeper.end(first)
    assert not second.is_paused
    second.seconds = 1.5
    keeper.pass_time(0.0)
    assert second.is_paused
    keeper.pass_time(1.9)
    assert connection.messages == []
    keeper.pass_time(0.2)
    assert isinstance(connection.error, OverloadedError)


def test_the_queue_has_an_end() -> None:
    keeper = Keeper()
    keeper.admit()
    queries = [keeper.admit() for _ in range(3)]
    assert keeper.lanes.waiting == 2
    assert [len(connection.messages) for connection, _ in queries] == [0, 0, 1]
    assert "too many long queries" in str(queries[2][0].error)
    assert [worker.is_killed for _, worker in queries] == [False, False, True]


def test_leaving_ends_a_query_wherever_it_is() -> None:
    keeper = Keeper()
    queries = [keeper.admit() for _ in range(2)]
    for connection, _ in reversed(queries):
        connection.on_hangup()
    assert keeper.lanes.waiting == 0
    assert all(worker.is_killed for _, worker in queries)
    assert not keeper.lanes.busy
    for _, worker in queries:
        keeper.end(worker)
    assert (keeper.lanes.running, keeper.lanes.waiting, keeper.lanes.deadline) == (0, 0, None)


def test_the_largest_is_ended_where_all_take_too_much() -> None:
    keeper = Keeper(Limits(workers=3, total_memory=100))
    queries = [keeper.admit() for _ in range(3)]
    for (_, worker), size in zip(queries, (30, 60, 40), strict=True):
        worker.size = size
    keeper.lanes.advance()
    assert [worker.is_killed for _, worker in queries] == [False, True, False]
    assert isinstance(queries[1][0].error, MemoryLimitExceededError)
    keeper.lanes.advance()
    assert [worker.is_killed for _, worker in queries] == [False, True, False]


def test_one_that_stands_begins_anew_where_all_take_too_much() -> None:
    keeper = Keeper(Limits(workers=1, queue=9, total_memory=100, patience=60.0))
    _, first = keeper.admit()
    queries = [keeper.admit() for _ in range(2)]
    for (_, worker), size in zip(queries, (70, 60), strict=True):
        worker.size = size
    keeper.lanes.advance()
    assert [worker.is_killed for _, worker in queries] == [True, False]
    assert keeper.lanes.restarts == 1
    assert (keeper.lanes.running, keeper.lanes.waiting) == (1, 2)
    keeper.end(queries[0][1])
    keeper.end(first)
    # First come, first served.
    connection = queries[0][0]
    successor = keeper.workers.workers[-1]
    assert connection.messages == [LeaseOffer(successor.number, 0, "v")]
    assert not connection.is_closed
    assert successor.niceness > 0
    assert queries[1][1].is_paused
    keeper.pass_time(9.9)
    assert not successor.is_killed
    keeper.pass_time(0.2)
    assert successor.is_killed
    assert isinstance(connection.messages[1], TimeLimitExceededError)


def test_no_query_begins_anew_twice() -> None:
    keeper = Keeper(Limits(workers=1, queue=9, total_memory=100, patience=60.0))
    _, first = keeper.admit()
    connection, second = keeper.admit()
    second.size = 120
    keeper.lanes.advance()
    keeper.end(second)
    keeper.end(first)
    successor = keeper.workers.workers[-1]
    successor.size = 120
    keeper.lanes.advance()
    assert successor.is_killed
    assert isinstance(connection.messages[-1], MemoryLimitExceededError)
    assert keeper.lanes.restarts == 1


def test_who_asks_about_a_worker_that_is_gone_is_told_why() -> None:
    keeper = Keeper()
    connection, worker = keeper.admit()
    keeper.end(worker)
    assert str(connection.error) == "worker 0"
    late = FakeConnection()
    request = LongLaneRequest(0, 1.0, 0.1, 1.0, 0.0)
    keeper.lanes.admit(late, request)  # type: ignore[arg-type]
    assert str(late.error) == "worker 0"


def test_who_stands_and_is_killed_from_outside_is_told_why() -> None:
    keeper = Keeper()
    keeper.admit()
    connection, worker = keeper.admit()
    keeper.end(worker)
    assert str(connection.error) == "worker 1"
    assert keeper.lanes.waiting == 0


def test_no_room_for_another_process() -> None:
    keeper = Keeper(Limits(workers=1, total_memory=100))
    _, first = keeper.admit()
    connection, second = keeper.admit()
    second.size = 120
    keeper.lanes.advance()
    keeper.workers.has_room = False
    keeper.end(second)
    keeper.end(first)
    assert isinstance(connection.error, OverloadedError)
