"""How quickly those who wait in a line get their turns, and how long the line will take."""

import time
from collections.abc import Callable

_SHARE = 0.2  # of the latest interval in what is expected of the next


class Pace:
    """The mean seconds from one turn to the next while there is a line.

    Arguments: the seconds after which whoever waits goes; the clock, in seconds.
    """

    def __init__(self, patience: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience = patience
        self._clock = clock
        self._interval: float | None = None
        self._since = clock()

    def begin(self) -> None:
        """The first has begun to wait."""
        self._since = self._clock()

    def step(self) -> None:
        """One of those who wait has got a turn."""
        now = self._clock()
        interval, self._since = now - self._since, now
        if self._interval is None:
            self._interval = interval
        else:
            self._interval += _SHARE * (interval - self._interval)

    def forecast(self, waiting: int) -> float:
        """The seconds in which so many who wait will have had their turns, or be gone: nobody waits
        longer than patience lasts."""
        stalled = self._clock() - self._since
        interval = max(self._interval or 0.0, stalled)
        return min(waiting * interval, self._patience)
