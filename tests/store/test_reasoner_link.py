"""Questions to the reasoner, one at a time. The test is the reasoner."""

import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest
from rdflib import URIRef

from eakg.sparql.failures import (
    OverloadedError,
    TimeLimitExceededError,
    WorkerCrashedError,
)
from eakg.store.changes.change import Change
from eakg.store.changes.history import History
from eakg.store.messages.channel import Channel
from eakg.store.messages.kinds import (
    CandidateChange,
    Decision,
    ExplainRequest,
    InferredGraph,
    Message,
    NoEntailment,
    Output,
)
from eakg.store.request import Limits
from eakg.store.workers import reasoner_link
from eakg.store.workers.events import Events
from eakg.store.workers.reasoner_link import ReasonerLink
from helpers.writing import EMPTY, WRITABLE

LIMITS = Limits(timeout=10.0, change_seconds=60.0, start=1000.0)


class FakeProcess:
    """The process of a reasoner, whose end of the channel the test has."""

    started: list["FakeProcess"]
    has_room = True

    def __init__(self, quads: object, limits: Limits, files: object, reasoning: str) -> None:
        if not self.has_room:
            raise OSError("no room")
        near, far = socket.socketpair()
        self.channel, self.far = Channel(near), Channel(far)
        self.is_ended = False
        self.started.append(self)

    def end(self) -> None:
        self.is_ended = True
        self.channel.close()
        self.far.close()

    def heard(self) -> list[Message]:
        messages: list[Message] = []
        with suppress(EOFError, TimeoutError):
            while True:
                messages.append(self.far.receive(0.0))
        return messages


class Link:
    """A link to fake processes."""

    def __init__(self) -> None:
        self.history = History(EMPTY, WRITABLE)
        self.events = Events()
        self.versions: list[str] = []
        self.answers: list[Message] = []
        self.now = 0.0
        self.link = ReasonerLink(
            self.history,
            self.events,
            LIMITS,
            lambda: self.versions.append(self.history.loaded_store.version),
            lambda: self.now,
        )
        # What follows is there already, so that the link does not wait for it.
        self.history.infer(frozenset())

    @property
    def process(self) -> FakeProcess:
        return FakeProcess.started[-1]

    def ask(self, name: str, patience: float = 10.0, seconds: float = 60.0) -> None:
        message = ExplainRequest((URIRef(name), URIRef("p"), URIRef("o")), 10.0)
        ends = self.now + patience, self.now + seconds
        self.link.ask(message, self.answers.append, *ends)

    def asked(self) -> list[str]:
        """The names that the process was asked about, and not before."""
        return [str(one.triple[0]) for one in self.process.heard()]  # type: ignore[union-attr]

    def hear(self, *messages: Message) -> None:
        for message in messages:
            self.process.far.send(message, 60.0)
            self.events.wait(1.0)

    def end(self) -> None:
        """The process ends by itself."""
        self.process.far.close()
        self.events.wait(1.0)

    def pass_by(self, seconds: float) -> None:
        self.now += seconds
        self.link.advance()

    @property
    def kinds(self) -> list[type]:
        return [type(one) for one in self.answers]

    def close(self) -> None:
        self.link.end()
        for process in FakeProcess.started:
            process.end()
        self.history.close()


@pytest.fixture
def link(monkeypatch: pytest.MonkeyPatch) -> Iterator[Link]:
    FakeProcess.started = []
    monkeypatch.setattr(FakeProcess, "has_room", True)
    monkeypatch.setattr(reasoner_link, "ReasonerProcess", FakeProcess)
    link = Link()
    yield link
    link.close()


def test_questions_wait_for_what_follows_and_for_each_other(link: Link) -> None:
    link.ask("a")
    link.ask("b")
    assert len(FakeProcess.started) == 1
    assert (link.asked(), link.link.deadline) == ([], 10.0)
    link.hear(InferredGraph(frozenset()))
    assert link.asked() == ["a"]
    link.hear(OverloadedError("a"))
    assert link.asked() == ["b"]
    link.hear(NoEntailment())
    assert link.kinds == [OverloadedError, NoEntailment]
    assert link.link.deadline is None


def test_the_question_at_hand_ends_with_the_reasoner_and_the_others_are_asked_another(
    link: Link,
) -> None:
    link.ask("a")
    link.ask("b")
    link.hear(InferredGraph(frozenset()))
    link.now = 2.0
    link.end()
    assert link.kinds == [WorkerCrashedError]
    assert FakeProcess.started[0].is_ended
    link.link.tell(Decision(accepted=True))  # nobody is there to hear it
    assert link.link.deadline == 2.1
    link.pass_by(0.2)
    link.hear(InferredGraph(frozenset()))
    assert link.asked() == ["b"]


def test_a_reasoner_that_ended_is_started_before_the_next_question(link: Link) -> None:
    link.ask("a")
    link.hear(InferredGraph(frozenset()), NoEntailment())
    link.now = 5.0
    link.end()
    link.pass_by(0.1)
    assert len(FakeProcess.started) == 2


def test_pauses_grow_and_the_last_one_is_the_next_question_s(link: Link) -> None:
    link.ask("a", patience=1000.0)
    pauses = []
    while (start := link.link.deadline) is not None and not link.answers:
        link.end()
        if link.link.deadline is not None:
            pauses.append(round(link.link.deadline - link.now, 6))
            link.pass_by(pauses[-1])
        assert start is not None
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0]
    assert link.kinds == [WorkerCrashedError]
    link.ask("b")
    assert len(FakeProcess.started) == 12


def test_where_there_is_no_room_for_a_process_it_is_tried_again(
    link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeProcess, "has_room", False)
    link.ask("a")
    link.pass_by(0.1)
    monkeypatch.setattr(FakeProcess, "has_room", True)
    link.pass_by(0.2)
    link.hear(InferredGraph(frozenset()))
    assert link.asked() == ["a"]


def test_a_reasoner_that_takes_too_long_is_ended(link: Link) -> None:
    """One that is stopped, such as by SIGSTOP, does not end by itself."""
    link.ask("a")
    link.ask("b", patience=1000.0)
    link.hear(InferredGraph(frozenset()))
    link.pass_by(60.0)
    assert link.answers == []
    link.pass_by(4.0)
    assert link.kinds == [TimeLimitExceededError]
    assert FakeProcess.started[0].is_ended
    link.pass_by(0.1)
    link.hear(InferredGraph(frozenset()))
    assert link.asked() == ["b"]


def test_a_reasoner_that_is_not_ready_in_time_is_ended(link: Link) -> None:
    link.ask("a", patience=5000.0)
    link.pass_by(1000.0)
    assert FakeProcess.started[0].is_ended
    assert link.answers == []


def test_who_waits_is_told_so_and_disturbs_nobody(link: Link) -> None:
    link.ask("a")
    link.hear(InferredGraph(frozenset()))
    link.ask("b")
    link.ask("c", patience=20.0)
    link.pass_by(10.0)
    assert link.kinds == [OverloadedError]
    assert "10 s" in str(link.answers[0])
    link.hear(NoEntailment())
    assert link.asked() == ["a", "c"]


def test_a_reasoner_that_reads_nothing_keeps_nobody_waiting(link: Link) -> None:
    link.ask("a")
    link.hear(InferredGraph(frozenset()), NoEntailment())
    link.link.tell(Output(1 << 22, "", bytes(1 << 22)))
    link.ask("b")
    assert link.process.channel.is_behind
    link.pass_by(64.0)
    assert link.kinds == [NoEntailment, TimeLimitExceededError]


def test_a_change_is_told_how_long_it_has(link: Link) -> None:
    link.link.ask(CandidateChange(Change(), "stop", 0.0), link.answers.append, 10.0, 10.0)
    link.now = 4.0
    link.hear(InferredGraph(frozenset()))
    assert link.process.heard() == [CandidateChange(Change(), "stop", 6.0)]


def test_a_message_that_is_none_of_a_reasoner_s_ends_it(link: Link) -> None:
    link.ask("a")
    link.hear(NoEntailment())
    assert FakeProcess.started[0].is_ended
    link.pass_by(0.1)
    link.hear(InferredGraph(frozenset()))
    assert link.asked() == ["a"]
