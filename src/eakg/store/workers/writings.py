"""Changes on their way into the store, one at a time.

A change is proposed by a worker, where limits can end it; the reasoner says what follows; then it
is put in the journal, and made; and then whoever asked for it is told.
"""

import contextlib
import os
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from eakg.sparql import (
    NotWritableError,
    OverloadedError,
    StoreError,
    TimeLimitExceededError,
)
from eakg.store.changes import AppliedChange, Change, History, Write
from eakg.store.messages import (
    CandidateChange,
    Channel,
    Decision,
    InferredChange,
    Message,
    MessageError,
    Output,
    WorkerOutcome,
)
from eakg.store.request import Limits
from eakg.store.workers.events import Connection, Events
from eakg.store.workers.fork import NO_ROOM, Worker, WorkerLink, Workers
from eakg.store.workers.reasoner_link import ReasonerLink

_GRACE = 1.0  # seconds after which a worker that the system did not end is ended


@dataclass(eq=False)
class Writing:
    """A change on its way; `connection` is None once nobody waits for it.

    It is to be at hand by the time when `patience_ends`, and to be made, where the request says so,
    by the time when `all_ends`. Its worker has `seconds` at most, and is ended at the time when it
    `ends`, after which the writing `is_overdue`.
    """

    connection: Connection | None
    request: Write
    patience: float
    patience_ends: float
    all_ends: float | None
    ends: float | None = None
    seconds: float = 0.0
    is_overdue: bool = False
    change: Change = field(default_factory=Change)
    created: bool = False
    worker: Worker | None = None


class Writings:
    """The change at hand, and those that wait.

    Arguments: what makes versions; the limits; the workers; the reasoner; where workers are
    listened to; what to do once there is a new version; the clock, in seconds.
    """

    def __init__(
        self,
        history: History,
        limits: Limits,
        workers: Workers,
        reasoner: ReasonerLink,
        events: Events,
        publish: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._history = history
        self._limits = limits
        self._workers = workers
        self._reasoner = reasoner
        self._events = events
        self._publish = publish
        self._waiting: deque[Writing] = deque()
        self._at_hand: Writing | None = None

    def add(self, connection: Connection, request: Write) -> None:
        """Ask for a change; the answer is `AppliedChange`, or why it was not made."""
        if not self._history.options.writable:
            connection.reply(NotWritableError("this store takes no changes"))
            return
        if len(self._waiting) >= self._limits.queue:
            connection.reply(OverloadedError("too many changes are waiting"))
            return
        now = self._clock()
        patience = self._limits.seconds(request.timeout)
        all_ends = None if request.timeout is None else now + request.timeout
        writing = Writing(connection, request, patience, now + patience, all_ends)
        connection.on_hangup = partial(self._abandon, writing)
        self._waiting.append(writing)

    @property
    def deadline(self) -> float | None:
        """When `advance` has something to do, whatever is heard."""
        deadlines = [writing.patience_ends for writing in self._waiting]
        if self._at_hand is not None and self._at_hand.ends is not None:
            deadlines.append(self._at_hand.ends)
        return min(deadlines, default=None)

    def advance(self) -> None:
        """End what is at its end, refuse what has waited for too long, and begin with the next
        change, where none is at hand."""
        now = self._clock()
        writing = self._at_hand
        if writing is not None and writing.ends is not None and writing.ends <= now:
            # The system ends a worker in time, but for one that was stopped.
            writing.ends, writing.is_overdue = None, True
            self._kill(writing)
        for writing in [one for one in self._waiting if one.patience_ends <= now]:
            self._waiting.remove(writing)
            words = f"the change waited {writing.patience:g} s for its turn; nothing was changed"
            self._refuse(writing, OverloadedError(words))
        while self._at_hand is None and self._waiting:
            self._at_hand = writing = self._waiting.popleft()
            try:
                self._propose(writing)
            except OSError:
                self._finish(writing, OverloadedError(NO_ROOM))

    def _abandon(self, writing: Writing) -> None:
        """The client hung up; what is not made yet is not made."""
        writing.connection = None
        if writing in self._waiting:
            self._waiting.remove(writing)
        self._kill(writing)

    def _kill(self, writing: Writing) -> None:
        if writing.worker is not None:
            writing.worker.kill()

    def _finish(self, writing: Writing, answer: AppliedChange | StoreError) -> None:
        self._at_hand = None
        self._refuse(writing, answer)

    def _refuse(self, writing: Writing, answer: AppliedChange | StoreError) -> None:
        connection, writing.connection = writing.connection, None
        if connection is not None:
            connection.reply(answer)

    def _seconds(self, writing: Writing) -> float:
        """How long a worker may work on a change that is at hand."""
        seconds = self._limits.seconds(writing.request.timeout)
        if writing.all_ends is None:
            return seconds
        return min(seconds, max(0.001, writing.all_ends - self._clock()))

    def _propose(self, writing: Writing) -> None:
        writing.worker, link = self._workers.fork()
        channel = Channel(link.channel)
        writing.seconds = self._limits.seconds(writing.request.timeout)
        seconds = self._seconds(writing)
        writing.ends = self._clock() + seconds + _GRACE
        self._events.watch(channel, partial(self._hear, writing, link, channel))
        # Where the worker has ended, hearing it says so.
        with contextlib.suppress(OSError):
            channel.put(replace(writing.request, timeout=seconds))
        self._events.follow(channel)

    def _hear(self, writing: Writing, link: WorkerLink, channel: Channel) -> None:
        message: Message | None = None
        try:
            channel.flush()
            self._events.follow(channel)
            message = channel.hear()
            if message is None:
                return
        except MessageError:
            self._kill(writing)
        except (OSError, EOFError):
            pass
        self._events.forget(channel)
        writing.ends = None
        try:
            if not isinstance(message, WorkerOutcome):
                self._finish(writing, self._end_error(link.offer.worker, writing))
            elif isinstance(message.body, StoreError):
                self._finish(writing, message.body)
            else:
                writing.worker = None
                writing.change = Change.from_bytes(_content(message.body, link))
                writing.created = message.body.created
                self._reason(writing)
        finally:
            link.close()

    def _end_error(self, number: int, writing: Writing) -> StoreError:
        error = self._workers.end_error(number, writing.seconds)
        if writing.is_overdue or isinstance(error, TimeLimitExceededError):
            words = f"the update was ended after {writing.seconds:.3g} s; nothing was changed"
            return TimeLimitExceededError(words, writing.seconds)
        return error

    def _reason(self, writing: Writing) -> None:
        if not writing.change:
            self._finish(writing, self._outcome(writing))
        elif not self._history.derives:
            self._commit(writing, Change())
        else:
            policy = self._history.options.on_contradiction
            seconds = self._limits.change_seconds
            if writing.all_ends is not None:
                seconds = min(seconds, writing.all_ends - self._clock())
            candidate = CandidateChange(writing.change, policy, seconds)
            ends = self._clock() + seconds
            self._reasoner.ask(candidate, partial(self._decide, writing), ends, ends)

    def _decide(self, writing: Writing, answer: Message) -> None:
        """The reasoner says what follows, or why the change is refused."""
        if isinstance(answer, InferredChange):
            # What nobody waits for any more is not made.
            is_accepted = writing.connection is not None and self._commit(writing, answer.change)
            self._reasoner.tell(Decision(is_accepted))
            self._at_hand = None
        elif isinstance(answer, StoreError):
            self._finish(writing, answer)
        else:
            raise MessageError(f"a {type(answer).__name__} says nothing of a change")

    def _commit(self, writing: Writing, inferred_change: Change) -> bool:
        try:
            self._history.commit(writing.change, inferred_change)
        except StoreError as error:
            self._finish(writing, error)
            return False
        self._publish()
        self._finish(writing, self._outcome(writing))
        return True

    def _outcome(self, writing: Writing) -> AppliedChange:
        change = writing.change
        return AppliedChange(
            self._history.loaded_store.version,
            len(change.added),
            len(change.removed),
            writing.created,
            change.kinds,
        )


def _content(output: Output, link: WorkerLink) -> bytes:
    if output.content is not None:
        return output.content
    return os.pread(link.result, output.size, 0)
