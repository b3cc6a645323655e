"""Questions of the keeper to the process of the reasoner, one at a time."""

import contextlib
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from eakg.sparql import StoreError, TimeLimitExceededError, WorkerCrashedError
from eakg.store.changes import History
from eakg.store.messages import InferredGraph, Message, MessageError, expect
from eakg.store.workers.events import Events
from eakg.store.workers.reasoner_process import ReasonerProcess

_END_ERROR = WorkerCrashedError("the process that reasons ended; nothing was changed")


@dataclass(frozen=True, eq=False)
class ReasonerQuestion:
    """A message for the reasoner, and what to do with its answer or the error there is for one."""

    message: Message
    answer: Callable[[Message], None]


class ReasonerLink:
    """The process of the reasoner, which is started for the first question at the latest, and anew
    after it has ended.

    Arguments: the history, which gets to know what follows from what is asserted; where the process
    is listened to; how many seconds it may take for an answer; what to do once the store has
    another version by what follows.
    """

    def __init__(
        self,
        history: History,
        events: Events,
        patience: float,
        publish: Callable[[], None],
    ) -> None:
        self._history = history
        self._events = events
        self._patience = patience
        self._publish = publish
        self._process: ReasonerProcess | None = None
        self._is_ready = False
        self._questions: deque[ReasonerQuestion] = deque()
        self._ends: float | None = None  # by when the first question must be answered, once asked

    @property
    def deadline(self) -> float | None:
        """When `advance` has something to do."""
        return self._ends

    def start(self) -> None:
        """Have the closure at hand; where the store cannot be asked without it, wait for it.

        Raises: OSError when there is no room for the process; EOFError when it ended at once.
        """
        self._process = ReasonerProcess(self._history.asserted_quads())
        self._is_ready = False
        while self._history.lacks_closure:
            message = self._process.hear()
            if message is not None:
                self._infer(message)
        self._events.watch(self._process.fileno(), self._hear)

    def ask(self, message: Message, answer: Callable[[Message], None]) -> None:
        """Ask when those before are answered; a StoreError is an answer too."""
        if self._process is None:
            try:
                self.start()
            except (OSError, EOFError, MessageError):
                self._lose(_END_ERROR)
                answer(_END_ERROR)
                return
        self._questions.append(ReasonerQuestion(message, answer))
        self._ask_next()

    def tell(self, message: Message) -> None:
        """Say what needs no answer."""
        if self._process is not None:
            with contextlib.suppress(OSError):
                self._process.say(message)

    def advance(self) -> None:
        """End the process where it takes too long."""
        if self._ends is not None and self._ends <= time.monotonic():
            words = f"what follows was not found out within {self._patience:g} s"
            self._lose(TimeLimitExceededError(words, self._patience))

    def end(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.end()

    def _ask_next(self) -> None:
        if self._process is None or not self._is_ready or not self._questions or self._ends:
            return
        self._ends = time.monotonic() + self._patience
        try:
            self._process.say(self._questions[0].message)
        except OSError:
            self._lose(_END_ERROR)

    def _hear(self) -> None:
        if self._process is None:
            return
        try:
            message = self._process.hear()
            if message is not None and not self._is_ready:
                self._infer(message)
                message = None
        except (EOFError, OSError, MessageError):
            self._lose(_END_ERROR)
            return
        if message is not None:
            self._ends = None
            self._questions.popleft().answer(message)
        self._ask_next()

    def _infer(self, message: Message) -> None:
        """The first that a reasoner says is what follows."""
        quads = expect(message, InferredGraph).quads
        self._is_ready = True
        needs_closure = self._history.options.writable or self._history.lacks_closure
        if needs_closure and self._history.infer(quads):
            self._publish()

    def _lose(self, error: StoreError) -> None:
        """The reasoner ended; another is started when there is a question for it."""
        if self._process is not None:
            with contextlib.suppress(KeyError, ValueError):
                self._events.forget(self._process.fileno())
            self._process.end()
            self._process = None
        self._ends = None
        questions, self._questions = self._questions, deque()
        for question in questions:
            question.answer(error)
