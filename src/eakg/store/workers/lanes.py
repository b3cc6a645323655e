"""The lanes of queries that processors have worked on for longer than a moment.

There are two: the *middle lane*, and the *long lane* of those that have used five moments. In each,
so many run, and the others stand where they are until it is their turn, first come, first served.
The short lane is the clients' own, `eakg.store.client.turns`.
"""

import time
from collections.abc import Callable

from eakg.sparql import (
    MemoryLimitExceededError,
    OverloadedError,
    StoreError,
    TimeLimitExceededError,
)
from eakg.store.messages import LongLaneRequest
from eakg.store.request import Limits
from eakg.store.workers.events import Connection
from eakg.store.workers.fork import NO_ROOM, Workers
from eakg.store.workers.lane import Lane, LongQuery

_WEIGH_SECONDS = 0.1
_MOMENTS = 5  # of work, after which a query belongs to the long lane
_MIDDLE = 2  # niceness: a little more than a short query
_LONG = 4  # and more; much more would let whoever else works here come first


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
