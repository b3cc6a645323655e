"""Turns at something that only so many can do at once."""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Iterator

from eakg.sparql import OverloadedError


class _Waiter:
    def __init__(self) -> None:
        self.since = time.monotonic()
        self.call_event = threading.Event()


class Turns:
    """So many `places`, and a `queue` of so many for them.

    The first to come is the first to go. Once that one has waited longer than a `moment`, every
    other turn goes to the last to come: then there is a crowd, and who comes later should not
    have to wait until all of it is gone.
    """

    def __init__(self, places: int, queue: int, moment: float) -> None:
        self._places = self._free = places
        self._queue = queue
        self._moment = moment
        self._waiting: deque[_Waiter] = deque()
        self._lock = threading.Lock()
        self._last_was_newest = False

    @property
    def in_use(self) -> int:
        """How many have a turn."""
        return self._places - self._free

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return len(self._waiting)

    @contextlib.contextmanager
    def turn(self, patience: float) -> Iterator[None]:
        """Have a turn within the context.

        Raises: OverloadedError at once when the queue is full, or after `patience` seconds in it.
        """
        self.take(patience)
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

    def take(self, patience: float) -> None:
        """Take a turn. Raises: as for `turn`."""
        with self._lock:
            if self._free > 0:
                self._free -= 1
                return
            if len(self._waiting) >= self._queue:
                raise OverloadedError("too many queries are waiting")
            waiter = _Waiter()
            self._waiting.append(waiter)
        if waiter.call_event.wait(patience):
            return
        with self._lock:
            if waiter.call_event.is_set():
                return
            self._waiting.remove(waiter)
        raise OverloadedError(f"the query waited {patience:g} s for its turn")

    def pass_on(self) -> None:
        """End a turn, and let the next have it."""
        with self._lock:
            if not self._waiting:
                self._free += 1
                return
            is_crowded = time.monotonic() - self._waiting[0].since > self._moment
            self._last_was_newest = is_crowded and not self._last_was_newest
            next_waiter = self._waiting.pop() if self._last_was_newest else self._waiting.popleft()
            next_waiter.call_event.set()
