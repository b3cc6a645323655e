"""The time that is spent on explaining, for all queries of a run together."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class TimeBudget:
    """Seconds to spend."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._rest = seconds

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self._rest <= 0

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Takes the time that the context lasts."""
        start = time.monotonic()
        try:
            yield
        finally:
            self._rest -= time.monotonic() - start
