"""Questions of the keeper to the process of the reasoner, one at a time."""

import contextlib
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from eakg.sparql import OverloadedError, StoreError, TimeLimitExceededError, WorkerCrashedError
from eakg.store.changes import History
from eakg.store.messages import CandidateChange, InferredGraph, Message, MessageError, expect
from eakg.store.request import Limits
from eakg.store.workers.events import Events
from eakg.store.workers.reasoner_process import ReasonerProcess
from eakg.store.workers.restarts import Restarts

_END_ERROR = WorkerCrashedError("the process that reasons ended; nothing was changed")
_GRACE = 4.0  # seconds after which a reasoner that did not end by itself is ended


@dataclass(frozen=True, eq=False)
class ReasonerQuestion:
    """A message for the reasoner, and what to do with its answer or the error there is for one.

    It is to be asked by the time when `patience_ends`, and answered by the time when it `ends`;
    `asked_at` is the time when there was the question.
    """

    message: Message
    answer: Callable[[Message], None]
    asked_at: float
    patience_ends: float
    ends: float

    @property
    def wait_error(self) -> OverloadedError:
        """The error of a question that was not asked in time."""
        return OverloadedError(
            f"waited {self.patience_ends - self.asked_at:.3g} s for the process that reasons, which"
            " is busy or is being started; nothing was changed: try again later"
        )

    @property
    def time_limit_error(self) -> TimeLimitExceededError:
        """The error of a question that was not answered in time."""
        seconds = round(self.ends - self.asked_at, 3)
        words = f"what follows was not found out within {seconds:g} s; nothing was changed"
        return TimeLimitExceededError(words, seconds)


class ReasonerLink:
    """The process of the reasoner, which is started for the first question at the latest, and anew
    after it has ended: by itself where there was a question before, so that the next one need not
    wait for what a reasoner has to do at its start.

    Arguments: the history, which gets to know what follows from what is asserted; where the process
    is listened to; the limits of changes; what to do once the store has another version by what
    follows; the clock, in seconds.
    """

    def __init__(
        self,
        history: History,
        events: Events,
        limits: Limits,
        publish: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._history = history
        self._events = events
        self._limits = limits
        self._publish = publish
        self._process: ReasonerProcess | None = None
        self._ready_since: float | None = None
        self._start_ends: float | None = None
        self._starts_at: float | None = None  # when another is to be started
        self._restarts = Restarts()
        self._questions: deque[ReasonerQuestion] = deque()
        self._is_asked = False  # the first of the questions

    @property
    def deadline(self) -> float | None:
        """When `advance` has something to do."""
        deadlines = [question.patience_ends for question in self._questions]
        if self._is_asked:
            deadlines[0] = self._questions[0].ends + _GRACE
        deadlines += [one for one in (self._start_ends, self._starts_at) if one is not None]
        return min(deadlines, default=None)

    def start(self) -> None:
        """Have the closure at hand; where the store cannot be asked without it, wait for it.

        Raises: OSError when there is no room for the process, or it takes too long; EOFError when
        it ended at once.
        """
        self._begin()
        while self._process is not None and self._history.lacks_closure:
            remaining = (self._start_ends or 0.0) - self._clock()
            self._infer(self._process.channel.receive(remaining))
        self._listen()

    def ask(
        self,
        message: Message,
        answer: Callable[[Message], None],
        patience_ends: float,
        ends: float,
    ) -> None:
        """Ask when those before are answered; a StoreError is an answer too.

        Arguments: the question; what to do with the answer; by when it is to be asked, and by when
        to be answered, in seconds of the monotonic clock.
        """
        now = self._clock()
        self._questions.append(ReasonerQuestion(message, answer, now, patience_ends, ends))
        if self._process is None and self._starts_at is None:
            self._start_anew()
        self._ask_next()

    def tell(self, message: Message) -> None:
        """Say what needs no answer."""
        if self._process is not None:
            with contextlib.suppress(OSError):
                self._process.channel.put(message)
            self._events.follow(self._process.channel)

    def advance(self) -> None:
        """End the process where it takes too long, refuse the questions that have waited for too
        long, and start another process where it is time for one."""
        now = self._clock()
        first = self._questions[0] if self._is_asked else None
        if first is not None and first.ends + _GRACE <= now:
            self._is_asked = False
            self._questions.popleft()
            self._lose("took too long over a question and was ended")
            first.answer(first.time_limit_error)
        elif self._start_ends is not None and self._start_ends <= now:
            self._lose(f"was not ready within {self._limits.start:g} s and was ended")
        for question in [one for one in self._questions if one.patience_ends <= now]:
            if not (self._is_asked and question is self._questions[0]):
                self._questions.remove(question)
                question.answer(question.wait_error)
        if self._starts_at is not None and self._starts_at <= now:
            self._start_anew()

    def end(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.end()

    def _begin(self) -> None:
        self._starts_at = None
        self._ready_since = None
        files = self._history.asserted_files
        quads = () if files else self._history.asserted_quads()
        self._process = ReasonerProcess(quads, self._limits, files, self._history.options.reasoning)
        self._start_ends = self._clock() + self._limits.start

    def _listen(self) -> None:
        if self._process is not None:
            self._events.watch(self._process.channel, self._hear)
            self._events.follow(self._process.channel)

    def _start_anew(self) -> None:
        try:
            self._begin()
        except OSError as error:
            self._lose(f"was not started: {error}")
            return
        self._listen()

    def _ask_next(self) -> None:
        if self._process is None or self._ready_since is None or self._is_asked:
            return
        if self._questions:
            self._is_asked = True
            question = self._questions[0]
            message = question.message
            if isinstance(message, CandidateChange):
                message = replace(message, seconds=max(0.0, question.ends - self._clock()))
            # Where the process has ended, hearing it says so.
            with contextlib.suppress(OSError):
                self._process.channel.put(message)
            self._events.follow(self._process.channel)

    def _hear(self) -> None:
        if self._process is None:
            return
        try:
            self._process.channel.flush()
            self._events.follow(self._process.channel)
            message = self._process.channel.hear()
            if message is not None and self._ready_since is None:
                self._infer(message)
                message = None
        except (EOFError, OSError, MessageError):
            self._lose("ended and is started anew")
            return
        if message is not None and self._is_asked:
            self._is_asked = False
            self._questions.popleft().answer(message)
        self._ask_next()

    def _infer(self, message: Message) -> None:
        """The first that a reasoner says is what follows."""
        quads = expect(message, InferredGraph).quads
        self._ready_since, self._start_ends = self._clock(), None
        needs_closure = self._history.options.writable or self._history.lacks_closure
        if needs_closure and self._history.infer(quads):
            self._publish()

    def _lose(self, words: str, error: StoreError = _END_ERROR) -> None:
        """The reasoner ended: the question that it had is answered by an error; those that wait go
        on waiting for another."""
        if self._process is not None:
            with contextlib.suppress(KeyError, ValueError):
                self._events.forget(self._process.channel)
            self._process.end()
            self._process = None
        life = 0.0 if self._ready_since is None else self._clock() - self._ready_since
        self._ready_since = self._start_ends = None
        pause = self._restarts.pause(life)
        if pause is None:
            # Whoever asks next has it tried again.
            self._restarts = Restarts()
            words += "; it ended again and again, and is started for the next question only"
        self._starts_at = None if pause is None else self._clock() + pause
        print(f"the process that reasons {words}", file=sys.stderr, flush=True)
        questions = deque(self._questions) if pause is None else deque[ReasonerQuestion]()
        if pause is None:
            self._questions.clear()
        elif self._is_asked:
            questions.append(self._questions.popleft())
        self._is_asked = False
        for question in questions:
            question.answer(error)
