"""The lanes of queries that processors have worked on for longer than a moment.

There are two: the *middle lane*, and the *long lane* of those that have used five moments. In each,
so many run, and the others stand where they are until it is their turn, first come, first served.
The short lane is the clients' own, `eakg.store.client.turns`.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from eakg.sparql import (
    MemoryLimitExceededError,
    OverloadedError,
    StoreError,
    TimeLimitExceededError,
)
from eakg.store.messages import LongLaneRequest
from eakg.store.pace import Pace
from eakg.store.request import Limits
from eakg.store.workers.events import Connection
from eakg.store.workers.fork import NO_ROOM, Worker, Workers

_WEIGH_SECONDS = 0.1
_MOMENTS = 5  # of work, after which a query belongs to the long lane
_MIDDLE = 5  # niceness: a third of the time of a short query where both want a processor
_LONG = 10  # and a ninth


@dataclass(eq=False)
class LongQuery:
    """A query beyond its moment: who asked; how long it may run in all, and from now on; how long
    it may still wait; who works on it; how much processors had worked for that one before.

    `connection` is None once it has its answer, `worker` where it is to begin anew. It has run or
    waited `since` a time.
    """

    connection: Connection | None
    limit: float
    seconds: float
    patience: float
    worker: Worker | None
    processor: float
    since: float
    has_restarted: bool = False

    def refuse(self, error: StoreError) -> None:
        """Say why there is no answer, where nobody has said so yet."""
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.reply(error)

    def work(self) -> float:
        """Seconds that processors have worked on it."""
        return 0.0 if self.worker is None else self.worker.processor() - self.processor


class Lane:
    """The queries of a lane: those that have one of so many `places`, and those that wait for one.

    Arguments: the places; how far its queries give way; the seconds that one waits at most; the
    clock.
    """

    def __init__(
        self, places: int, niceness: int, patience: float, clock: Callable[[], float]
    ) -> None:
        self.running: list[LongQuery] = []
        self.waiting: deque[LongQuery] = deque()
        self._places = places
        self._niceness = niceness
        self._clock = clock
        self._pace = Pace(patience, clock)

    @property
    def queries(self) -> list[LongQuery]:
        """All of them."""
        return [*self.running, *self.waiting]

    def enter(self, query: LongQuery) -> None:
        """Let a query that runs go on here, or stand where it is until it has a turn."""
        if query.worker is not None:
            query.worker.give_way(self._niceness)
        if len(self.running) < self._places and not self.waiting:
            self.running.append(query)
            return
        self.pause(query)
        if not self.waiting:
            self._pace.begin()
        self.waiting.append(query)

    def pause(self, query: LongQuery) -> None:
        """Let it stand where it is; its time does not go on."""
        now = self._clock()
        query.seconds -= now - query.since
        query.since = now
        if query.worker is not None:
            query.worker.pause()

    def leave(self, query: LongQuery) -> None:
        """Forget it."""
        if query in self.running:
            self.running.remove(query)
        else:
            self.drop(query)

    def drop(self, query: LongQuery) -> None:
        """Let it wait no more. One that runs has its place until its process is gone."""
        if query in self.waiting:
            self.waiting.remove(query)

    def next_queries(self) -> Iterator[LongQuery]:
        """Those that have a turn now, each with what it may still wait for another one."""
        while self.waiting and len(self.running) < self._places:
            query = self.waiting.popleft()
            now = self._clock()
            query.patience -= now - query.since
            query.since = now
            self._pace.step()
            self.running.append(query)
            yield query

    def forecast(self) -> float:
        """The seconds in which all who wait will have had their turn, or be gone."""
        return self._pace.forecast(len(self.waiting))

    def give_way(self, worker: Worker) -> None:
        """Let a new worker give way as those of the lane do."""
        worker.give_way(self._niceness)


class Lanes:
    """Who of the queries beyond their moment waits, who runs, and who is ended.

    Arguments: the limits; the workers; the clock, in seconds.
    """

    def __init__(
        self, limits: Limits, workers: Workers, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = limits
        self._workers = workers
        self._clock = clock
        self._middle = Lane(limits.workers, _MIDDLE, limits.patience, clock)
        self._long = Lane(limits.workers, _LONG, limits.patience, clock)
        self._lanes = (self._middle, self._long)
        self.restarts = 0

    @property
    def running(self) -> int:
        """How many run."""
        return sum(len(lane.running) for lane in self._lanes)

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return sum(len(lane.waiting) for lane in self._lanes)

    @property
    def busy(self) -> bool:
        """Whether somebody waits for an answer."""
        return any(query.connection for query in self._queries())

    @property
    def deadline(self) -> float | None:
        """When `advance` has something to do, whatever is heard."""
        deadlines = [
            query.since + (query.patience if query in lane.waiting else query.seconds)
            for lane in self._lanes
            for query in lane.queries
            if query.connection
        ]
        if self.running:
            deadlines.append(self._clock() + _WEIGH_SECONDS)
        return min(deadlines, default=None)

    def admit(self, connection: Connection, request: LongLaneRequest) -> None:
        """Take a query over from the short lane."""
        self._take_leave()
        worker = self._workers.find(request.worker)
        if worker is None:
            connection.reply(self._workers.end_error(request.worker, request.seconds))
            return
        query = LongQuery(
            connection,
            request.seconds,
            request.seconds - request.elapsed,
            min(self._limits.patience, request.patience),
            worker,
            request.processor,
            self._clock(),
        )
        connection.on_hangup = lambda: self._abandon(query)
        self._enter(self._middle, query)

    def advance(self) -> None:
        """End what is at its end, and let go on or begin what has a place."""
        self._take_leave()
        self._end_overdue()
        self._sort()
        self._weigh()
        self._hand_out()

    def _queries(self) -> list[LongQuery]:
        return [query for lane in self._lanes for query in lane.queries]

    def _enter(self, lane: Lane, query: LongQuery) -> None:
        lane.enter(query)
        if len(lane.waiting) > self._limits.queue:
            lane.leave(query)
            self._end(query, OverloadedError("too many long queries are waiting", lane.forecast()))

    def _end(self, query: LongQuery, error: StoreError) -> None:
        if query.worker is not None:
            query.worker.kill()
        query.refuse(error)

    def _abandon(self, query: LongQuery) -> None:
        """The client has its answer, or hung up."""
        query.connection = None
        for lane in self._lanes:
            lane.drop(query)
        if query.worker is not None:
            query.worker.kill()

    def _take_leave(self) -> None:
        """Let go of the queries whose workers have ended."""
        for lane in self._lanes:
            for query in lane.queries:
                worker = query.worker
                if worker is not None and not worker.alive:
                    lane.leave(query)
                    query.refuse(self._workers.end_error(worker.number, query.limit))

    def _end_overdue(self) -> None:
        now = self._clock()
        for lane in self._lanes:
            for query in lane.queries:
                rest = query.seconds
                if query in lane.running:
                    rest -= now - query.since
                if query.connection is not None and rest <= 0:
                    lane.drop(query)
                    words = f"the query was ended after {query.limit:g} s"
                    self._end(query, TimeLimitExceededError(words, query.limit))
            for query in [one for one in lane.waiting if one.since + one.patience <= now]:
                words = f"the query waited {self._limits.patience:g} s for its turn"
                forecast = lane.forecast()
                lane.leave(query)
                self._end(query, OverloadedError(words, forecast))

    def _sort(self) -> None:
        """Let those of the middle lane go over into the long one that have done much."""
        most = _MOMENTS * self._limits.moment
        for query in list(self._middle.running):
            if query.connection is not None and query.work() >= most:
                self._middle.leave(query)
                self._enter(self._long, query)

    def _weigh(self) -> None:
        """Where all together take too much memory, let the largest of those that stand begin anew
        when it has a turn, but none twice; else end the largest of all."""
        sizes = {
            query: query.worker.used_memory()
            for query in self._queries()
            if query.connection and query.worker
        }
        if sum(sizes.values()) <= self._limits.total_memory:
            return
        standing = [
            query
            for lane in self._lanes
            for query in lane.waiting
            if query in sizes and not query.has_restarted
        ]
        largest = max(standing or sizes, key=lambda query: sizes[query])
        if standing:
            self._put_off(largest)
        else:
            words = "the queries under way need more memory than there is for all of them"
            self._end(largest, MemoryLimitExceededError(words))

    def _put_off(self, query: LongQuery) -> None:
        """Let the query begin anew when it has a turn."""
        if query.worker is not None:
            query.worker.kill()
        query.worker, query.processor, query.seconds = None, 0.0, query.limit
        query.has_restarted = True
        self.restarts += 1

    def _hand_out(self) -> None:
        for lane in self._lanes:
            for query in lane.next_queries():
                if query.worker is not None:
                    query.worker.resume()
                elif query.connection is not None:
                    self._begin_anew(query, query.connection, lane)

    def _begin_anew(self, query: LongQuery, connection: Connection, lane: Lane) -> None:
        try:
            worker, link = self._workers.fork()
        except OSError:
            lane.leave(query)
            query.refuse(OverloadedError(NO_ROOM))
            return
        query.worker = worker
        lane.give_way(worker)
        connection.send(link.offer, link.files)
        link.close()
