"""A lane: queries in the order in which they came, of which so many run at once."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from eakg.sparql import StoreError
from eakg.store.pace import Pace
from eakg.store.workers.events import Connection
from eakg.store.workers.fork import Worker


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
        self._pause(query)
        if not self.waiting:
            self._pace.begin()
        self.waiting.append(query)

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

    def _pause(self, query: LongQuery) -> None:
        """Let it stand where it is; its time does not go on."""
        now = self._clock()
        query.seconds -= now - query.since
        query.since = now
        if query.worker is not None:
            query.worker.pause()
