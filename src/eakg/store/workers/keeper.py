"""The process that holds the store and makes its next versions.

    python -m eakg.store.workers.keeper < setup

Its standard input brings a `Setup` as one line of JSON and then stays open for as long as the
parent lives; at its end this process ends too, and another line retires it. Its standard output
says in one line of JSON that it is ready, or what is wrong with the files.

Besides the messages of `eakg.store.workers.holder` it understands

`{"write": {"update": ...}}` and `{"write": {"graph_write": ...}}`
    ask for a change. One at a time is drafted in a worker, where limits can end it, reasoned over
    in the process of the reasoner, put in the journal, and made. The answer is
    `{"applied": {...}}` once the change is durable and visible, or why it was not made.

`{"explain": [subject, predicate, object]}`
    asks why a triple holds, its terms in N-Triples. The answer is `{"explained": pickle in
    base64}`, null where it does not follow.

`{"contradictions": limit}`
    asks where the graph contradicts itself, with proofs for as many. The answer is
    `{"contradictions": pickle in base64}`, or that the store does not reason.
"""

import base64
import contextlib
import gc
import json
import os
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from eakg.problems import ProblemsError
from eakg.sparql import (
    NotReasonedError,
    NotWritableError,
    OverloadedError,
    StoreError,
    TimeLimitExceededError,
    WorkerCrashedError,
    to_message,
)
from eakg.store.changes import Applied, Change, History, Write, quads_of, write_from
from eakg.store.options import WITHOUT_REASONING
from eakg.store.workers.board import Board
from eakg.store.workers.holder import NO_ROOM, Client, Holder
from eakg.store.workers.lease import Lease
from eakg.store.workers.pool import Worker
from eakg.store.workers.reasoning import Message, ReasonerProcess
from eakg.store.workers.setup import Setup
from eakg.store.workers.worker import DONE

_REASONING = 10  # times the time limit of a query that the reasoner may take for a change
_ENDED = WorkerCrashedError("the process that reasons ended; nothing was changed")


@dataclass(eq=False)
class Writing:
    """A change on its way; `client` is None once nobody waits for it."""

    client: Client | None
    request: Write
    change: Change = field(default_factory=Change)
    created: bool = False
    worker: Worker | None = None


@dataclass(eq=False)
class ReasonerQuestion:
    """A message for the reasoner, what to do with the answer, and what with the reason for none.

    `ends` is the monotonic time at which there must be an answer; None while it is not asked, and
    for the one that the reasoner answers unasked.
    """

    message: Message
    heard: Callable[[Message], None]
    lost: Callable[[StoreError], None]
    ends: float | None = None


@dataclass
class Keeper(Holder):
    """The event loop over clients, workers, the writing at hand and the reasoner."""

    history: History = field(kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.kinds |= {
            "write": self._write,
            "explain": self._explain,
            "contradictions": self._contradictions,
        }
        self.writings: deque[Writing] = deque()
        self.writing: Writing | None = None
        self.reasoner: ReasonerProcess | None = None
        self.questions: deque[ReasonerQuestion] = deque()

    def serve(self, lifeline: int) -> None:
        try:
            super().serve(lifeline)
        finally:
            if self.reasoner is not None:
                self.reasoner.end()
            self.history.close()

    def start_reasoner(self) -> None:
        """Have the closure at hand; where the store cannot be asked without it, wait for it.

        Raises: OSError when there is no room for the process; EOFError when it ended at once.
        """
        self.reasoner = ReasonerProcess(self.history.asserted())
        self.questions.appendleft(ReasonerQuestion(("", None), self._closed, lambda _: None))
        if self.history.lacks_closure:
            self._closed(self.reasoner.hear())
            self.questions.popleft()
        self._watch(self.reasoner.fileno(), self._hear_reasoner)

    def _closed(self, message: Message) -> None:
        wanted = self.history.options.writable or self.history.lacks_closure
        if wanted and self.history.infer(quads_of(message[1])):
            self.publish()

    # A change

    def _write(self, client: Client, fields: Any) -> None:
        if not self.history.options.writable:
            self.reply(client, to_message(NotWritableError("this store takes no changes")))
            return
        writing = Writing(client, write_from(fields))
        if len(self.writings) >= self.limits.queue:
            self.reply(client, to_message(OverloadedError("too many changes are waiting")))
            return
        client.gone = lambda: self._abandon_writing(writing)
        self.writings.append(writing)
        self._next_writing()

    def _abandon_writing(self, writing: Writing) -> None:
        """The client hung up; what is not made yet is not made."""
        writing.client = None
        if writing in self.writings:
            self.writings.remove(writing)
        if writing.worker is not None:
            writing.worker.kill()

    def _next_writing(self) -> None:
        while self.writing is None and self.writings:
            self.writing = writing = self.writings.popleft()
            try:
                lease = self._draft(writing)
            except OSError:
                self._finish(writing, to_message(OverloadedError(NO_ROOM)))
                continue
            self._watch(lease.channel, partial(self._hear_draft, writing, lease))

    def _draft(self, writing: Writing) -> Lease:
        worker, ends = self._fork()
        writing.worker = worker
        descriptors = map(os.dup, (ends.channel.fileno(), *self._files(ends)))
        lease = Lease(self._offer(worker)["lease"], "", *descriptors)
        ends.close()
        lease.ask(json.dumps(writing.request.message()).encode())
        return lease

    def _hear_draft(self, writing: Writing, lease: Lease) -> None:
        try:
            answer = lease.answer(0.0)
        except (EOFError, OSError):
            answer = None
            message = to_message(self._why_ended(lease.worker, writing.request))
        else:
            if answer is None:
                return
            message = answer.message
        self.selector.unregister(lease.channel)
        try:
            if answer is None or message["status"] != DONE:
                self._finish(writing, message)
                return
            content = answer.content
            if content is None:
                content = os.pread(lease.result, message["size"], 0)
        finally:
            lease.close()
        writing.worker = None
        writing.change, writing.created = Change.from_bytes(content), message["created"]
        self._reason(writing, content)

    def _why_ended(self, number: int, request: Write) -> StoreError:
        worker = self.workers.get(number)
        if worker is not None:
            self._bury(worker)
        gone = WorkerCrashedError("the process that worked on the change is gone")
        error = self.ended.pop(number, gone)
        if isinstance(error, TimeLimitExceededError):
            seconds = self.limits.seconds(request.timeout)
            return TimeLimitExceededError(f"the update was ended after {seconds:g} s", seconds)
        return error

    def _reason(self, writing: Writing, content: bytes) -> None:
        if not writing.change:
            self._finish(writing, self._applied(writing))
        elif not self.history.derives:
            self._commit(writing, Change())
        else:
            allow_inconsistent = self.history.options.allow_inconsistent
            question = ReasonerQuestion(
                ("change", (content, allow_inconsistent)),
                lambda answer: self._reasoned(writing, answer),
                lambda error: self._finish(writing, to_message(error)),
            )
            self._ask_reasoner(question)

    def _reasoned(self, writing: Writing, answer: Message) -> None:
        kind, content = answer
        if kind == "refused":
            self._finish(writing, content)
            return
        if writing.client is None:
            kept = False
            self._finish(writing, {})
        else:
            kept = self._commit(writing, Change.from_bytes(content))
        if self.reasoner is not None:
            with contextlib.suppress(OSError):
                self.reasoner.say(("keep" if kept else "drop", None))

    def _commit(self, writing: Writing, inferred: Change) -> bool:
        try:
            self.history.commit(writing.change, inferred)
        except StoreError as error:
            self._finish(writing, to_message(error))
            return False
        self.publish()
        self._finish(writing, self._applied(writing))
        return True

    def _applied(self, writing: Writing) -> dict[str, Any]:
        change = writing.change
        applied = Applied(
            self.loaded.version, len(change.added), len(change.removed), writing.created
        )
        return {"applied": applied.to_json()}

    def _finish(self, writing: Writing, message: dict[str, Any]) -> None:
        client, writing.client = writing.client, None
        self.writing = None
        if client is not None:
            self.reply(client, message)
        self._next_writing()

    # The reasoner

    def _explain(self, client: Client, fields: Any) -> None:
        subject, predicate, object_ = map(str, fields)
        self._forward(client, ("explain", (subject, predicate, object_)), "explained")

    def _contradictions(self, client: Client, limit: Any) -> None:
        if self.history.derives:
            self._forward(client, ("contradictions", int(limit)), "contradictions")
        else:
            self.reply(client, to_message(NotReasonedError(WITHOUT_REASONING)))

    def _forward(self, client: Client, message: Message, name: str) -> None:
        """Ask the reasoner, and send what it answers, pickled, under a name."""

        def heard(answer: Message) -> None:
            _, pickled = answer
            text = None if pickled is None else base64.b64encode(pickled).decode()
            answered({name: text, "version": self.loaded.version})

        def answered(message: dict[str, Any]) -> None:
            if client.connection.fileno() >= 0:
                self.reply(client, message)

        def lost(error: StoreError) -> None:
            answered(to_message(error))

        self._ask_reasoner(ReasonerQuestion(message, heard, lost))

    def _ask_reasoner(self, question: ReasonerQuestion) -> None:
        if self.reasoner is None:
            try:
                self.start_reasoner()
            except (OSError, EOFError):
                self._lose_reasoner(_ENDED)
                question.lost(_ENDED)
                return
        self.questions.append(question)
        if len(self.questions) == 1:
            self._say()

    def _say(self) -> None:
        """Ask the first question, unless it is the one that the reasoner answers unasked."""
        if self.reasoner is not None and self.questions and self.questions[0].message[0]:
            self.questions[0].ends = time.monotonic() + self._patience
            try:
                self.reasoner.say(self.questions[0].message)
            except OSError:
                self._lose_reasoner(_ENDED)

    def _hear_reasoner(self) -> None:
        if self.reasoner is None:
            return
        try:
            answer = self.reasoner.hear()
        except (EOFError, OSError):
            self._lose_reasoner(_ENDED)
            return
        self.questions.popleft().heard(answer)
        self._say()

    @property
    def _patience(self) -> float:
        return _REASONING * self.limits.timeout

    def _seconds_to_next_deadline(self) -> float | None:
        seconds = super()._seconds_to_next_deadline()
        ends = self.questions[0].ends if self.questions else None
        if ends is None:
            return seconds
        own = max(0.0, ends - time.monotonic())
        return own if seconds is None else min(own, seconds)

    def _end_overdue(self) -> None:
        super()._end_overdue()
        ends = self.questions[0].ends if self.questions else None
        if ends is not None and ends <= time.monotonic():
            words = f"what follows was not found out within {self._patience:g} s"
            self._lose_reasoner(TimeLimitExceededError(words, self._patience))

    def _lose_reasoner(self, error: StoreError) -> None:
        """The reasoner ended; another is started when there is a question for it."""
        if self.reasoner is not None:
            with contextlib.suppress(KeyError, ValueError):
                self.selector.unregister(self.reasoner.fileno())
            self.reasoner.end()
            self.reasoner = None
        questions, self.questions = self.questions, deque()
        for question in questions:
            question.lost(error)


def main() -> None:
    """Load, say that it is ready, answer until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lifeline = sys.stdin.fileno()
    setup = Setup.from_json(_first_line(lifeline))
    try:
        history = History(setup.contents, setup.options)
    except ProblemsError as error:
        found = [[one.file, one.line, one.message] for one in error.problems]
        print(json.dumps({"problems": found}), flush=True)
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(setup.address)
        listener.listen(512)
        keeper = Keeper(
            history.loaded,
            setup.limits,
            listener,
            *Board.create(),
            history=history,
        )
        if history.derives and (setup.options.writable or history.lacks_closure):
            keeper.start_reasoner()
        # The garbage collector of a worker shall not write to, and so copy, what it shares.
        gc.collect()
        gc.freeze()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        print(json.dumps({"graphs": history.loaded.graphs}), flush=True)
        try:
            keeper.serve(lifeline)
        finally:
            Path(setup.address).unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                Path(setup.address).parent.rmdir()


def _first_line(descriptor: int) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(descriptor, 1 << 16)
        if not piece:
            sys.exit(1)
        line += piece
    return line


if __name__ == "__main__":
    main()
