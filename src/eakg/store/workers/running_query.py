"""A query that a worker has been asked, until its result is there.

For a moment it has a turn among the short ones. One that takes longer is brought to the attention
of the process that holds the store, over a connection that ends the query when it is closed.
"""

import contextlib
import io
import os
import select
import time
from collections.abc import Callable
from typing import Any

from eakg.rdf import ResultFormat
from eakg.sparql import StoreUnreachableError, TimeLimitExceededError, from_message
from eakg.store.request import Limits, QueryRequest, Result
from eakg.store.workers.lease import Answer, Lease
from eakg.store.workers.link import ASKER, KeeperLink, linked
from eakg.store.workers.worker import DONE

GRACE = 5.0
"""Seconds beyond patience and time limit after which the holder is taken for dead."""


class RunningQuery:
    """A query under way, for one thread at a time: `answer` looks whether its result is there,
    `finish` waits for it; whoever wants neither any more closes it.

    Arguments: the query; the format of its result; the worker; the limits; when patience ends, in
    seconds of the monotonic clock; what ends its turn; what takes the worker back.
    """

    def __init__(
        self,
        request: QueryRequest,
        result_format: ResultFormat,
        lease: Lease,
        limits: Limits,
        patience_ends: float,
        end_turn: Callable[[], None],
        give_back: Callable[[Lease], None],
    ) -> None:
        self.lease = lease
        self._data = request.to_json()
        self._seconds = limits.seconds(request.timeout)
        self._media_type = result_format.media_type
        self._limits = limits
        self._started = time.monotonic()
        self._patience_ends = patience_ends
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
        moment = self._limits.moment - (time.monotonic() - self._started)
        try:
            answer = self._hear(max(0.0, moment))
        finally:
            self._pass_on()
        return self._result(self._hear_at_length() if answer is None else answer)

    def close(self) -> None:
        """End the query."""
        self._pass_on()
        self.lease.close()

    def _pass_on(self) -> None:
        end, self._end_turn = self._end_turn, None
        if end is not None:
            end()

    def _hear(self, seconds: float) -> Answer | None:
        """What the worker says, or None where it says nothing yet or has ended."""
        try:
            return self.lease.answer(seconds)
        except (EOFError, OSError):
            return None
        except BaseException:
            self.close()
            raise

    def _hear_at_length(self) -> Answer:
        now = time.monotonic()
        patience = self._patience_ends - now
        claim = {
            "worker": self.lease.worker,
            "seconds": self._seconds,
            "elapsed": now - self._started,
            "patience": patience,
        }
        wait = self._limits.patience + self._limits.timeout + GRACE
        try:
            with linked(self.lease.holder, {"claim": claim}, wait, ASKER.get()) as link:
                return self._pursue(link, patience + GRACE)
        except BaseException:
            self.lease.close()
            raise

    def _pursue(self, link: KeeperLink, patience: float) -> Answer:
        """What the worker says, or the reason that the holder gives why it says nothing, or what
        another worker says that the holder sends."""
        worker_ends = time.monotonic() + self._seconds
        ends = worker_ends + patience
        while time.monotonic() < ends:
            worker_ready, holder_ready = _wait(self.lease, link, ends - time.monotonic())
            if worker_ready:
                try:
                    answer = self.lease.answer(0.0)
                except (EOFError, OSError):
                    self._check_time(worker_ends)
                    self.lease.last = True
                    continue
                if answer is not None:
                    # It gives way to others now, and shall not answer another query.
                    self.lease.last = True
                    return answer
            elif holder_ready:
                successor = link.lease()
                self.lease.close()
                self.lease = successor
                worker_ends = time.monotonic() + self._seconds
                successor.ask(self._data)
        raise StoreUnreachableError("the store does not answer")

    def _check_time(self, worker_ends: float) -> None:
        """The system ends a worker that the holder has not ended in time."""
        if time.monotonic() > worker_ends:
            seconds = self._seconds
            raise TimeLimitExceededError(f"the query was ended after {seconds:g} s", seconds)

    def _result(self, answer: Answer) -> Result:
        try:
            message = answer.message
            if message["status"] != DONE:
                raise from_message(message)
            if answer.content is not None:
                file: Any = io.BytesIO(answer.content)
            else:
                file = os.fdopen(self.lease.take_result(), "rb")
                file.seek(0)
            return Result(
                self._media_type, message["size"], message["seconds"], file, message["version"]
            )
        finally:
            self._give_back(self.lease)


def _wait(lease: Lease, link: KeeperLink, seconds: float) -> tuple[bool, bool]:
    """Whether the worker and whether the holder has something to say."""
    ready = select.poll()
    ready.register(link.connection, select.POLLIN)
    if not lease.last:
        ready.register(lease.channel, select.POLLIN)
    descriptors = {descriptor for descriptor, _ in ready.poll(seconds * 1000)}
    return lease.channel.fileno() in descriptors, link.connection.fileno() in descriptors
