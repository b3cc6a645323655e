"""Changes on their way into the store, one at a time.

A change is proposed by a worker, where limits can end it; the reasoner says what follows; then it
is put in the journal, and made; and then whoever asked for it is told.
"""

import contextlib
import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
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
    Decision,
    Inbox,
    InferredChange,
    Message,
    MessageError,
    Output,
    WorkerOutcome,
    send,
)
from eakg.store.request import Limits
from eakg.store.workers.events import Connection, Events
from eakg.store.workers.fork import NO_ROOM, Worker, WorkerLink, Workers
from eakg.store.workers.reasoner_link import ReasonerLink

_PIECE = 1 << 18


@dataclass(eq=False)
class Writing:
    """A change on its way; `connection` is None once nobody waits for it."""

    connection: Connection | None
    request: Write
    change: Change = field(default_factory=Change)
    created: bool = False
    worker: Worker | None = None


class Writings:
    """The change at hand, and those that wait.

    Arguments: what makes versions; the limits; the workers; the reasoner; where workers are
    listened to; what to do once there is a new version.
    """

    def __init__(
        self,
        history: History,
        limits: Limits,
        workers: Workers,
        reasoner: ReasonerLink,
        events: Events,
        publish: Callable[[], None],
    ) -> None:
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
        writing = Writing(connection, request)
        connection.on_hangup = partial(self._abandon, writing)
        self._waiting.append(writing)

    def advance(self) -> None:
        """Begin with the next change, where none is at hand."""
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
        connection, writing.connection = writing.connection, None
        self._at_hand = None
        if connection is not None:
            connection.reply(answer)

    def _propose(self, writing: Writing) -> None:
        writing.worker, link = self._workers.fork()
        self._events.watch(link.channel, partial(self._hear, writing, link, Inbox()))
        # Where the worker has ended, hearing it says so.
        with contextlib.suppress(OSError):
            send(link.channel, writing.request)

    def _hear(self, writing: Writing, link: WorkerLink, inbox: Inbox) -> None:
        try:
            data = link.channel.recv(_PIECE)
            inbox.add(data)
            message = inbox.take()
        except OSError:
            data, message = b"", None
        except MessageError:
            self._kill(writing)
            data, message = b"", None
        if data and message is None:
            return
        self._events.forget(link.channel)
        try:
            if not isinstance(message, WorkerOutcome):
                self._finish(writing, self._end_error(link.offer.worker, writing.request))
            elif isinstance(message.body, StoreError):
                self._finish(writing, message.body)
            else:
                writing.worker = None
                writing.change = Change.from_bytes(_content(message.body, link))
                writing.created = message.body.created
                self._reason(writing)
        finally:
            link.close()

    def _end_error(self, number: int, request: Write) -> StoreError:
        seconds = self._limits.seconds(request.timeout)
        error = self._workers.end_error(number, seconds)
        if isinstance(error, TimeLimitExceededError):
            return TimeLimitExceededError(f"the update was ended after {seconds:g} s", seconds)
        return error

    def _reason(self, writing: Writing) -> None:
        if not writing.change:
            self._finish(writing, self._outcome(writing))
        elif not self._history.derives:
            self._commit(writing, Change())
        else:
            allow_inconsistent = self._history.options.allow_inconsistent
            candidate = CandidateChange(writing.change, allow_inconsistent)
            self._reasoner.ask(candidate, partial(self._decide, writing))

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
