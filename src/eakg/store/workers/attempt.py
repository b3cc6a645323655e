"""A first look at whether a query is answered at once, for a thread that must not wait."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from eakg.store.workers.lease import Lease


class Postponed(BaseException):
    """The answer is not there yet. Ask again, with the same attempt, where waiting is no harm."""


@dataclass(frozen=True)
class Pending:
    """A query under way: its message, who works on it, and how to end its turn."""

    data: bytes
    lease: Lease
    pass_on: Callable[[], None]


@dataclass
class Attempt:
    """Asking that waits at most so many seconds, and after that, when `patient`, goes on with the
    same query where it was."""

    seconds: float
    patient: bool = False
    pending: Pending | None = None

    def take_up(self, data: bytes) -> Lease | None:
        """The worker that is at this query, where one is, in its turn; the caller's from now on."""
        pending = self.pending
        if pending is None or pending.data != data:
            return None
        self.pending = None
        return pending.lease

    def drop(self) -> None:
        """End what nobody took up."""
        pending, self.pending = self.pending, None
        if pending is not None:
            pending.lease.close()
            pending.pass_on()


ATTEMPT: ContextVar[Attempt | None] = ContextVar("attempt", default=None)
"""The attempt that this thread makes; without one it waits."""
