"""Turns at something that only so many can do at once."""

import contextlib
import threading
from collections import deque
from collections.abc import Iterator

from eakg.sparql import OverloadedError
from eakg.store.pace import Pace


class Turns:
    """So many `places`, and a `queue` of so many for them: the first to come is the first to go.

    Argument besides these: the seconds that whoever comes waits at most.
    """

    def __init__(self, places: int, queue: int, patience: float) -> None:
        self._places = self._free = places
        self._queue = queue
        self._patience = patience
        self._pace = Pace(patience)
        self._waiting: deque[threading.Event] = deque()
        self._lock = threading.Lock()

    @property
    def in_use(self) -> int:
        """How many have a turn."""
        return self._places - self._free

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return len(self._waiting)

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Have a turn within the context.

        Raises: OverloadedError at once when the queue is full, or when patience is at an end.
        """
        self.take()
        try:
            yield
        finally:
            self.pass_on()

    def take_free(self) -> bool:
        """Take a turn where one is free."""
        with self._lock:
            if self._free <= 0:
                return False
            self._free -= 1
            return True

    def take(self) -> None:
        """Take a turn. Raises: as for `turn`."""
        with self._lock:
            if self._free > 0:
                self._free -= 1
                return
            waiting = len(self._waiting)
            if waiting >= self._queue:
                raise OverloadedError("too many queries are waiting", self._pace.forecast(waiting))
            if not waiting:
                self._pace.begin()
            call = threading.Event()
            self._waiting.append(call)
        if call.wait(self._patience):
            return
        with self._lock:
            if call.is_set():
                return
            forecast = self._pace.forecast(len(self._waiting))
            self._waiting.remove(call)
        raise OverloadedError(f"the query waited {self._patience:g} s for its turn", forecast)

    def pass_on(self) -> None:
        """End a turn, and let the first of those who wait have it."""
        with self._lock:
            if not self._waiting:
                self._free += 1
                return
            self._pace.step()
            self._waiting.popleft().set()
