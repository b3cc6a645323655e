"""Questions to the reasoner, one at a time. The test is the reasoner."""

import socket
from collections.abc import Iterator

import pytest
from rdflib import URIRef

from eakg.sparql.failures import (
    OverloadedError,
    TimeLimitExceededError,
    WorkerCrashedError,
)
from eakg.store.changes.history import History
from eakg.store.messages.kinds import (
    Decision,
    ExplainRequest,
    InferredGraph,
    Message,
    NoEntailment,
)
from eakg.store.workers import reasoner_link
from eakg.store.workers.events import Events
from eakg.store.workers.reasoner_link import ReasonerLink
from helpers.writing import EMPTY, WRITABLE


class FakeProcess:
    """The process of a reasoner that says what the test lets it say."""

    started: list["FakeProcess"]

    def __init__(self, quads: object) -> None:
        self.near, self.far = socket.socketpair()
        self.said: list[Message] = []
        self.to_say: list[Message | None] = []
        self.ended = False
        self.started.append(self)

    def fileno(self) -> int:
        return self.near.fileno()

    def say(self, message: Message) -> None:
        self.said.append(message)

    def hear(self) -> Message | None:
        self.near.recv(1)
        if not self.to_say:
            raise EOFError
        return self.to_say.pop(0)

    def end(self) -> None:
        self.ended = True
        self.near.close()
        self.far.close()


class Link:
    """A link to fake processes."""

    def __init__(self, patience: float = 60.0) -> None:
        self.history = History(EMPTY, WRITABLE)
        self.events = Events()
        self.versions: list[str] = []
        self.answers: list[Message] = []
        self.link = ReasonerLink(
            self.history,
            self.events,
            patience,
            lambda: self.versions.append(self.history.loaded_store.version),
        )
        # What follows is there already, so that the link does not wait for it.
        self.history.infer(frozenset())

    def ask(self, name: str) -> None:
        self.link.ask(ExplainRequest((URIRef(name), URIRef("p"), URIRef("o"))), self.answers.append)

    def close(self) -> None:
        self.link.end()
        self.history.close()

    def hear(self, *messages: Message | None) -> None:
        process = FakeProcess.started[-1]
        for message in messages:
            process.to_say.append(message)
            process.far.send(b"x")
            self.events.wait(1.0)


@pytest.fixture
def link(fake_process: None) -> Iterator[Link]:
    link = Link()
    yield link
    link.close()


@pytest.fixture
def fake_process(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeProcess.started = []
    monkeypatch.setattr(reasoner_link, "ReasonerProcess", FakeProcess)


def asked(number: int = -1) -> list[str]:
    said = FakeProcess.started[number].said
    return [str(one.triple[0]) for one in said if isinstance(one, ExplainRequest)]


def test_questions_wait_for_what_follows_and_for_each_other(link: Link) -> None:
    link.ask("a")
    link.ask("b")
    assert len(FakeProcess.started) == 1
    assert (asked(), link.link.deadline) == ([], None)
    link.hear(InferredGraph(frozenset()))
    assert asked() == ["a"]
    assert link.link.deadline is not None
    link.hear(None, OverloadedError("a"))  # in two pieces
    assert asked() == ["a", "b"]
    link.hear(NoEntailment())
    assert [type(one) for one in link.answers] == [OverloadedError, NoEntailment]
    assert link.link.deadline is None


def test_all_questions_end_with_the_reasoner_and_the_next_starts_another(link: Link) -> None:
    link.ask("a")
    link.ask("b")
    link.hear(InferredGraph(frozenset()))
    FakeProcess.started[0].far.send(b"x")
    link.events.wait(1.0)
    assert [type(one) for one in link.answers] == [WorkerCrashedError, WorkerCrashedError]
    assert FakeProcess.started[0].ended
    link.link.tell(Decision(accepted=True))  # nobody is there to hear it
    link.ask("c")
    link.hear(InferredGraph(frozenset()))
    assert (asked(0), asked(1)) == (["a"], ["c"])


@pytest.mark.usefixtures("fake_process")
def test_a_reasoner_that_takes_too_long_is_ended() -> None:
    link = Link(patience=0.0)
    link.ask("a")
    link.hear(InferredGraph(frozenset()))
    link.link.advance()
    assert [type(one) for one in link.answers] == [TimeLimitExceededError]
    assert FakeProcess.started[0].ended


def test_a_message_that_is_none_of_a_reasoner_s_ends_it(link: Link) -> None:
    link.ask("a")
    link.hear(NoEntailment())
    assert [type(one) for one in link.answers] == [WorkerCrashedError]
