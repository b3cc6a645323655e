"""The long lane: queries that have run longer than a moment.

A query comes into it by what it did and not by the clock alone: where there is a crowd, a short one
may have done little in its moment, and so has a trial first. The short lane is the clients' own,
`eakg.store.client.turns`.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from eakg.sparql import (
    MemoryLimitExceededError,
    OverloadedError,
    StoreError,
    TimeLimitExceededError,
)
from eakg.store.messages import LongLaneRequest
from eakg.store.request import Limits
from eakg.store.workers.events import Connection
from eakg.store.workers.fork import NO_ROOM, Worker, Workers

_WEIGH_SECONDS = 0.1


@dataclass(eq=False)
class LongQuery:
    """A long query: who asked, how long it may run, until when it may wait, and who works on it
    until when.

    `connection` is None once it has its answer. `processor` are the seconds that processors had
    worked on it when its trial began.
    """

    connection: Connection | None
    seconds: float
    patience_ends: float
    worker: Worker | None = None
    ends: float = 0.0
    processor: float = 0.0

    def refuse(self, error: StoreError) -> None:
        """Say why there is no answer, where nobody has said so yet."""
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.reply(error)


class Lanes:
    """Who of the long queries waits, who runs, and who is ended.

    Arguments: the limits; the workers; the clock, in seconds.
    """

    def __init__(
        self, limits: Limits, workers: Workers, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = limits
        self._workers = workers
        self._clock = clock
        self._waiting: deque[LongQuery] = deque()
        self._running: dict[Worker, LongQuery] = {}
        self._on_trial: dict[Worker, LongQuery] = {}

    @property
    def running(self) -> int:
        """How many run."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._waiting)

    @property
    def busy(self) -> bool:
        """Whether somebody waits for an answer."""
        return bool(self._waiting) or any(one.connection for one in self._running.values())

    @property
    def deadline(self) -> float | None:
        """When `advance` has something to do, whatever is heard."""
        now = self._clock()
        deadlines = [query.ends for query in self._under_way().values() if query.connection]
        deadlines += [query.patience_ends for query in self._waiting]
        if self._on_trial:
            deadlines.append(now + self._limits.moment / 2)
        if self._running:
            deadlines.append(now + _WEIGH_SECONDS)
        return min(deadlines, default=None)

    def admit(self, connection: Connection, request: LongLaneRequest) -> None:
        """Take a query over from the short lane, or end it where there is no room."""
        self._take_leave()
        worker = self._workers.find(request.worker)
        if worker is None:
            connection.reply(self._workers.end_error(request.worker, request.seconds))
            return
        now = self._clock()
        patience = min(self._limits.patience, request.patience)
        query = LongQuery(connection, request.seconds, now + patience)
        query.worker, query.ends = worker, now + request.seconds - request.elapsed
        connection.on_hangup = lambda: self._abandon(query)
        if self._has_room:
            self._run(query, worker)
        elif len(self._on_trial) < self._limits.quick:
            query.processor = worker.processor()
            self._on_trial[worker] = query
        else:
            self._put_off(query, worker)

    def advance(self) -> None:
        """End what is at its end, and let begin what has a place."""
        self._take_leave()
        self._end_overdue()
        self._judge()
        self._weigh()
        self._hand_out()

    def _under_way(self) -> dict[Worker, LongQuery]:
        return self._running | self._on_trial

    @property
    def _has_room(self) -> bool:
        return len(self._running) < self._limits.workers and not self._waiting

    def _run(self, query: LongQuery, worker: Worker) -> None:
        worker.give_way()
        self._running[worker] = query

    def _put_off(self, query: LongQuery, worker: Worker) -> None:
        """Let the query begin anew when there is room."""
        worker.kill()
        query.worker = None
        if len(self._waiting) < self._limits.queue:
            self._waiting.append(query)
        else:
            query.refuse(OverloadedError("too many long queries are waiting"))

    def _abandon(self, query: LongQuery) -> None:
        """The client has its answer, or hung up."""
        query.connection = None
        if query in self._waiting:
            self._waiting.remove(query)
        if query.worker is not None:
            query.worker.kill()

    def _take_leave(self) -> None:
        """Let go of the queries whose workers have ended."""
        for worker, query in self._under_way().items():
            if not worker.alive:
                self._running.pop(worker, None)
                self._on_trial.pop(worker, None)
                query.refuse(self._workers.end_error(worker.number, query.seconds))

    def _end_overdue(self) -> None:
        now = self._clock()
        for worker, query in self._under_way().items():
            if query.connection is not None and query.ends <= now:
                worker.kill()
                words = f"the query was ended after {query.seconds:g} s"
                query.refuse(TimeLimitExceededError(words, query.seconds))
        for query in [one for one in self._waiting if one.patience_ends <= now]:
            self._waiting.remove(query)
            words = f"the query waited {self._limits.patience:g} s for its turn"
            query.refuse(OverloadedError(words))

    def _judge(self) -> None:
        """End the trials of those that a place is free for, and of those that have done much."""
        for worker, query in list(self._on_trial.items()):
            if query.connection is None:
                continue
            if self._has_room:
                del self._on_trial[worker]
                self._run(query, worker)
            elif worker.processor() - query.processor >= self._limits.moment:
                del self._on_trial[worker]
                self._put_off(query, worker)

    def _weigh(self) -> None:
        """End the largest of the queries where all together take too much memory."""
        sizes = {
            worker: worker.used_memory()
            for worker, query in self._running.items()
            if query.connection
        }
        if sum(sizes.values()) > self._limits.total_memory:
            largest = max(sizes, key=lambda worker: sizes[worker])
            largest.kill()
            words = "the queries under way need more memory than there is for all of them"
            self._running[largest].refuse(MemoryLimitExceededError(words))

    def _hand_out(self) -> None:
        while self._waiting and len(self._running) < self._limits.workers:
            query = self._waiting.popleft()
            if query.connection is None:
                continue
            try:
                worker, link = self._workers.fork()
            except OSError:
                query.refuse(OverloadedError(NO_ROOM))
                continue
            query.worker, query.ends = worker, self._clock() + query.seconds
            self._run(query, worker)
            query.connection.send(link.offer, link.files)
            link.close()
