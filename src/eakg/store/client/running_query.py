"""A query that a worker has been asked, until its result is there.

Until processors have worked on it for a moment it has a turn among the short ones, however long
that is on the clock. One that takes more is brought to the attention of the process that holds the
store, over a connection that ends the query when it is closed.
"""

import contextlib
import io
import os
import select
import time
from collections.abc import Callable
from typing import Any

from eakg.rdf import ResultFormat
from eakg.sparql import (
    StoreError,
    StoreUnreachableError,
    TimeLimitExceededError,
    WorkerCrashedError,
)
from eakg.store.client.lease import Lease
from eakg.store.client.link import ASKER, KeeperLink, linked
from eakg.store.messages import LongLaneRequest, MessageError, WorkerOutcome, frame
from eakg.store.request import InspectionRequest, Limits, QueryRequest, Result

GRACE = 5.0
"""Seconds beyond patience and time limit after which the keeper is taken for dead."""
_LOOK_SECONDS = 0.005  # from one look at what processors have done to the next


class RunningQuery:
    """A query under way, for one thread at a time: `answer` looks whether its result is there,
    `finish` waits for it; whoever wants neither any more closes it.

    `has_ended` says that its worker has, without an answer.

    Arguments: the query; the format of its result; the worker; the limits; the seconds that it may
    still wait; what ends its turn; what takes the worker back; what gives another where somebody
    ended this one.
    """

    def __init__(
        self,
        request: QueryRequest | InspectionRequest,
        result_format: ResultFormat,
        lease: Lease,
        limits: Limits,
        patience: float,
        end_turn: Callable[[], None],
        give_back: Callable[[Lease], None],
        new_lease: Callable[[], Lease],
    ) -> None:
        self.lease = lease
        self._new_lease = new_lease
        self._data = frame(request)
        self._seconds = limits.seconds(request.timeout)
        self._media_type = result_format.media_type
        self._limits = limits
        self._started = time.monotonic()
        self._patience = patience
        self._processor = lease.processor()
        self.has_ended = False
        self._end_turn: Callable[[], None] | None = end_turn
        self._give_back = give_back
        # Where the worker has ended, hearing it says so.
        with contextlib.suppress(OSError):
            lease.ask(self._data)

    def answer(self, seconds: float) -> Result | None:
        """The result, where it is there within so many seconds.

        Raises: StoreError and its kinds, where the query failed.
        """
        answer = self._hear(seconds)
        if answer is None:
            return None
        self._pass_on()
        return self._result(answer)

    def finish(self) -> Result:
        """The result, whenever it is there within the limits. Raises: StoreError and its kinds.

        An exception that interrupts the call ends the query.
        """
        try:
            return self._finish()
        except WorkerCrashedError:
            # Not by a limit of ours, so by somebody else, and it may go well with another worker.
            self._ask_anew()
            return self._finish()

    def _finish(self) -> Result:
        answer = None
        try:
            while answer is None and (seconds := self._short_seconds()) > 0:
                answer = self._hear(max(seconds, _LOOK_SECONDS))
        finally:
            self._pass_on()
        return self._result(self._hear_at_length() if answer is None else answer)

    def _ask_anew(self) -> None:
        self.lease.close()
        self.lease = self._new_lease()
        self._started = time.monotonic()
        self._processor = self.lease.processor()
        self.has_ended = False
        # Where the worker has ended, hearing it says so.
        with contextlib.suppress(OSError):
            self.lease.ask(self._data)

    def close(self) -> None:
        """End the query."""
        self._pass_on()
        self.lease.close()

    def _pass_on(self) -> None:
        end, self._end_turn = self._end_turn, None
        if end is not None:
            end()

    def _short_seconds(self) -> float:
        """For how long it is surely a short one: one thread uses no more than the clock says."""
        if self.has_ended:
            return 0.0
        work = self.lease.processor() - self._processor
        rest = self._seconds - (time.monotonic() - self._started)
        return min(self._limits.moment - work, rest)

    def _hear(self, seconds: float) -> WorkerOutcome | None:
        """What the worker says, or None where it says nothing yet or has ended."""
        try:
            return self.lease.answer(seconds)
        except (EOFError, OSError, MessageError):
            self.has_ended = True
            return None
        except BaseException:
            self.close()
            raise

    def _hear_at_length(self) -> WorkerOutcome:
        elapsed = time.monotonic() - self._started
        request = LongLaneRequest(
            self.lease.worker, self._seconds, elapsed, self._patience, self._processor
        )
        wait = self._limits.patience + self._limits.timeout + GRACE
        try:
            with linked(self.lease.keeper, request, wait, ASKER.get()) as link:
                return self._pursue(link, self._patience + GRACE)
        except BaseException:
            self.lease.close()
            raise

    def _pursue(self, link: KeeperLink, patience: float) -> WorkerOutcome:
        """What the worker says, or the reason that the keeper gives why it says nothing, or what
        another worker says that the keeper sends."""
        worker_ends = time.monotonic() + self._seconds
        ends = worker_ends + patience
        while time.monotonic() < ends:
            worker_ready, keeper_ready = _wait(self.lease, link, ends - time.monotonic())
            if worker_ready:
                try:
                    answer = self.lease.answer(0.0)
                except (EOFError, OSError, MessageError):
                    self._check_time(worker_ends)
                    self.lease.last = True
                    continue
                if answer is not None:
                    # It gives way to others now, and shall not answer another query.
                    self.lease.last = True
                    return answer
            elif keeper_ready:
                successor = link.lease()
                self.lease.close()
                self.lease = successor
                worker_ends = time.monotonic() + self._seconds
                ends = worker_ends + patience
                successor.ask(self._data)
        raise StoreUnreachableError("the store does not answer")

    def _check_time(self, worker_ends: float) -> None:
        """The system ends a worker that the keeper has not ended in time."""
        if time.monotonic() > worker_ends:
            seconds = self._seconds
            raise TimeLimitExceededError(f"the query was ended after {seconds:g} s", seconds)

    def _result(self, answer: WorkerOutcome) -> Result:
        try:
            output = answer.body
            if isinstance(output, StoreError):
                raise output
            if output.content is not None:
                file: Any = io.BytesIO(output.content)
            else:
                file = os.fdopen(self.lease.take_result(output.size), "rb")
                file.seek(0)
            return Result(self._media_type, output.size, output.seconds, file, output.version)
        finally:
            self._give_back(self.lease)


def _wait(lease: Lease, link: KeeperLink, seconds: float) -> tuple[bool, bool]:
    """Whether the worker and whether the keeper has something to say."""
    ready = select.poll()
    ready.register(link.channel, link.channel.events)
    if not lease.last:
        ready.register(lease.channel, lease.channel.events)
    descriptors = {descriptor for descriptor, _ in ready.poll(seconds * 1000)}
    return lease.channel.fileno() in descriptors, link.channel.fileno() in descriptors
