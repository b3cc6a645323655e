"""What becomes of a change; the test is the worker, by the end of its channel, and the reasoner."""

import io
import os
import socket
from collections.abc import Callable
from typing import Any

import pyoxigraph
import pytest

from eakg.sparql.failures import (
    ContradictionError,
    NotWritableError,
    OverloadedError,
    StoreFullError,
    TimeLimitExceededError,
    WorkerCrashedError,
)
from eakg.store.changes.change import Change
from eakg.store.changes.history import History
from eakg.store.changes.proposals import write_proposal
from eakg.store.changes.requests import AppliedChange, UpdateRequest
from eakg.store.graphs.dataset import INFERRED_NAME
from eakg.store.messages.channel import Channel
from eakg.store.messages.kinds import (
    CandidateChange,
    Decision,
    InferredChange,
    LeaseOffer,
    Message,
    Output,
    WorkerOutcome,
)
from eakg.store.options import StoreOptions
from eakg.store.request import Limits
from eakg.store.workers.events import Events
from eakg.store.workers.fork import WorkerLink
from eakg.store.workers.writings import Writings
from helpers.keeper import FakeConnection, FakeWorker, FakeWorkers
from helpers.writing import EMPTY, PLAIN, WRITABLE

LIMITS = Limits(timeout=10.0, queue=2)


class FakeReasoner:
    """Keeps what it is asked and told."""

    def __init__(self) -> None:
        self.asked: list[tuple[Message, Callable[[Message], None]]] = []
        self.told: list[Message] = []
        self.ends: list[float] = []

    def ask(
        self,
        message: Message,
        answer: Callable[[Message], None],
        patience_ends: float,
        ends: float,
    ) -> None:
        self.asked.append((message, answer))
        self.ends.append(ends)

    def tell(self, message: Message) -> None:
        self.told.append(message)


class WritingsAtWork:
    """Writings whose workers and reasoner are the test."""

    def __init__(self, options: StoreOptions = WRITABLE, contents: Any = EMPTY) -> None:
        self.history = History(contents, options)
        self.reasoner = FakeReasoner()
        self.events = Events()
        self.workers = FakeWorkers()
        self.channels: list[Channel] = []
        self.files: list[int] = []
        self.links: list[WorkerLink] = []
        self.versions: list[str] = []
        self.now = 0.0
        self.workers.fork = self._fork  # type: ignore[method-assign]
        self.writings = Writings(
            self.history,
            LIMITS,
            self.workers,  # type: ignore[arg-type]
            self.reasoner,  # type: ignore[arg-type]
            self.events,
            lambda: self.versions.append(self.history.loaded_store.version),
            lambda: self.now,
        )

    def _fork(self) -> tuple[FakeWorker, WorkerLink]:
        worker = FakeWorker(len(self.workers.workers))
        self.workers.workers.append(worker)
        near, far = socket.socketpair()
        self.channels.append(Channel(far))
        result = os.memfd_create("result")
        self.files.append(os.dup(result))
        link = WorkerLink(LeaseOffer(worker.number, 0, "v"), near, result, -1)
        self.links.append(link)
        return worker, link

    def add(self, text: str, timeout: float | None = None) -> FakeConnection:
        connection = FakeConnection()
        request = UpdateRequest(text, timeout=timeout)
        self.writings.add(connection, request)  # type: ignore[arg-type]
        self.writings.advance()
        return connection

    def propose(self, *, in_file: bool = False) -> None:
        """Do what the last worker does: work out what the request would change, and say it."""
        request = self.channels[-1].receive(60.0)
        output = io.BytesIO()
        created = write_proposal(self.history.loaded_store, request, output)  # type: ignore[arg-type]
        content = output.getvalue()
        if in_file:
            os.pwrite(self.files[-1], content, 0)
        body = Output(len(content), "v", None if in_file else content, 0.0, created)
        self.say(WorkerOutcome(body, last=True))

    def say(self, message: Message) -> None:
        self.channels[-1].send(message, 60.0)
        self.events.wait(1.0)
        self.writings.advance()

    def pass_by(self, seconds: float) -> None:
        self.now += seconds
        self.writings.advance()

    def close(self) -> None:
        for channel in self.channels:
            channel.close()
        for link in self.links:
            if link.channel.fileno() >= 0:
                link.close()
        for file in self.files:
            os.close(file)
        self.history.close()

    def holds(self) -> set[str]:
        """The names of what is asserted."""
        return {quad.subject.value.rpartition("/")[2] for quad in self.history.asserted_quads()}


@pytest.fixture
def plain(request: pytest.FixtureRequest) -> WritingsAtWork:
    work = WritingsAtWork(PLAIN)
    request.addfinalizer(work.close)
    return work


@pytest.fixture
def reasoned(request: pytest.FixtureRequest) -> WritingsAtWork:
    work = WritingsAtWork()
    request.addfinalizer(work.close)
    return work


def inserts(name: str) -> str:
    return f"INSERT DATA {{ <http://x/{name}> a <http://x/Cat> }}"


@pytest.mark.parametrize("in_file", [False, True])
def test_a_change_is_made_and_then_told(plain: WritingsAtWork, in_file: bool) -> None:
    connection = plain.add(inserts("tom"))
    assert connection.messages == []
    plain.propose(in_file=in_file)
    assert connection.messages == [
        AppliedChange(plain.history.loaded_store.version, 1, 0, created=False)
    ]
    assert plain.holds() == {"tom"}
    assert plain.versions == [plain.history.loaded_store.version]


def test_one_at_a_time_in_the_order_they_came(plain: WritingsAtWork) -> None:
    first, second = plain.add(inserts("tom")), plain.add(inserts("tim"))
    assert len(plain.workers.workers) == 1
    plain.propose()
    assert first.is_closed
    assert not second.is_closed
    assert len(plain.workers.workers) == 2
    plain.propose()
    assert second.is_closed
    assert plain.holds() == {"tom", "tim"}


def test_a_queue_of_changes_has_an_end(plain: WritingsAtWork) -> None:
    connections = [plain.add(inserts("tom")) for _ in range(1 + LIMITS.queue + 1)]
    assert [one.is_closed for one in connections] == [False, False, False, True]
    assert "too many changes" in str(connections[-1].error)


def test_nothing_is_written_where_nothing_may() -> None:
    work = WritingsAtWork(StoreOptions())
    assert isinstance(work.add(inserts("tom")).error, NotWritableError)
    work.close()


def test_a_worker_that_ends_changes_nothing_and_the_next_one_goes_on(plain: WritingsAtWork) -> None:
    first, second = plain.add(inserts("tom")), plain.add(inserts("tim"))
    plain.channels[0].close()
    plain.events.wait(1.0)
    plain.writings.advance()
    assert isinstance(first.error, WorkerCrashedError)
    plain.propose()
    assert isinstance(second.messages[0], AppliedChange)
    assert plain.holds() == {"tim"}


def test_a_worker_that_says_what_is_no_message_is_ended(plain: WritingsAtWork) -> None:
    connection = plain.add(inserts("tom"))
    plain.channels[0].put_frame(b"\0" * 16)
    plain.events.wait(1.0)
    assert plain.workers.workers[0].is_killed
    assert isinstance(connection.error, WorkerCrashedError)


def test_what_a_client_leaves_is_not_made(plain: WritingsAtWork) -> None:
    first, second = plain.add(inserts("tom")), plain.add(inserts("tim"))
    second.on_hangup()
    first.on_hangup()
    assert plain.workers.workers[0].is_killed
    plain.channels[0].close()
    plain.events.wait(1.0)
    plain.writings.advance()
    assert len(plain.workers.workers) == 1
    assert plain.holds() == set()


def test_what_changes_nothing_makes_no_version(plain: WritingsAtWork) -> None:
    before = plain.history.loaded_store.version
    connection = plain.add("DELETE DATA { <http://x/tom> a <http://x/Cat> }")
    plain.propose()
    assert connection.messages == [AppliedChange(before, 0, 0, created=False)]
    assert plain.versions == []


def test_a_change_waits_for_what_follows_from_it(reasoned: WritingsAtWork) -> None:
    connection = reasoned.add(inserts("tom"))
    reasoned.propose()
    ((candidate, answer),) = reasoned.reasoner.asked
    assert isinstance(candidate, CandidateChange)
    assert len(candidate.change.added) == 1
    assert (connection.messages, reasoned.holds()) == ([], set())
    inferred = pyoxigraph.Quad(
        pyoxigraph.NamedNode("http://x/tom"),
        pyoxigraph.NamedNode("http://x/is"),
        pyoxigraph.NamedNode("http://x/animal"),
        pyoxigraph.NamedNode(INFERRED_NAME),
    )
    answer(InferredChange(Change(added=frozenset({inferred}), created=frozenset({INFERRED_NAME}))))
    assert isinstance(connection.messages[0], AppliedChange)
    assert inferred in reasoned.history.loaded_store.store
    assert reasoned.reasoner.told == [Decision(accepted=True)]


def test_a_change_that_is_refused_is_not_made(reasoned: WritingsAtWork) -> None:
    first, second = reasoned.add(inserts("tom")), reasoned.add(inserts("tim"))
    reasoned.propose()
    reasoned.reasoner.asked[0][1](ContradictionError("no", []))
    assert isinstance(first.error, ContradictionError)
    assert reasoned.reasoner.told == []
    reasoned.writings.advance()
    reasoned.propose()
    reasoned.reasoner.asked[1][1](InferredChange(Change()))
    assert second.is_closed
    assert reasoned.holds() == {"tim"}


def test_what_is_left_while_it_is_reasoned_over_is_not_made(reasoned: WritingsAtWork) -> None:
    connection = reasoned.add(inserts("tom"))
    reasoned.propose()
    connection.on_hangup()
    reasoned.reasoner.asked[0][1](InferredChange(Change()))
    assert reasoned.reasoner.told == [Decision(accepted=False)]
    assert reasoned.holds() == set()
    assert connection.messages == []


def test_a_full_disk_is_told_and_the_reasoner_takes_it_back(
    reasoned: WritingsAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    def commit(change: Change, inferred: Change) -> None:
        raise StoreFullError("full")

    connection = reasoned.add(inserts("tom"))
    reasoned.propose()
    monkeypatch.setattr(reasoned.history, "commit", commit)
    reasoned.reasoner.asked[0][1](InferredChange(Change()))
    assert isinstance(connection.error, StoreFullError)
    assert reasoned.reasoner.told == [Decision(accepted=False)]


def test_who_waits_for_a_turn_waits_no_longer_than_a_change_may_take(
    reasoned: WritingsAtWork,
) -> None:
    first = reasoned.add(inserts("tom"))
    reasoned.propose()
    patient, hasty = reasoned.add(inserts("tim")), reasoned.add(inserts("tam"), timeout=2.0)
    assert reasoned.writings.deadline == 2.0
    reasoned.pass_by(2.0)
    assert isinstance(hasty.error, OverloadedError)
    assert "2 s" in str(hasty.error)
    assert reasoned.writings.deadline == LIMITS.timeout
    reasoned.pass_by(LIMITS.timeout - 2.0)
    assert isinstance(patient.error, OverloadedError)
    assert reasoned.writings.deadline is None
    # What is at hand goes on, and the next may come.
    reasoned.reasoner.asked[0][1](InferredChange(Change()))
    assert isinstance(first.messages[0], AppliedChange)
    assert reasoned.holds() == {"tom"}
    assert not reasoned.add(inserts("tum")).is_closed


def test_a_change_has_as_long_as_it_asks_for_from_when_it_came(reasoned: WritingsAtWork) -> None:
    reasoned.add(inserts("tom"))
    reasoned.propose()
    reasoned.add(inserts("tim"), timeout=5.0)
    reasoned.now += 2.0
    reasoned.reasoner.asked[0][1](InferredChange(Change()))
    reasoned.writings.advance()
    request = reasoned.channels[-1].receive(60.0)
    assert isinstance(request, UpdateRequest)
    assert request.timeout == 3.0
    assert reasoned.writings.deadline == 2.0 + 3.0 + 1.0
    reasoned.now += 1.5
    reasoned.say(WorkerOutcome(Output(*_proposal(reasoned, request)), last=True))
    candidate, _ = reasoned.reasoner.asked[-1]
    assert isinstance(candidate, CandidateChange)
    assert candidate.seconds == 1.5
    assert reasoned.reasoner.ends[-1] == 5.0


def test_what_follows_has_a_limit_of_its_own(reasoned: WritingsAtWork) -> None:
    reasoned.add(inserts("tom"))
    reasoned.now = 4.0
    reasoned.propose()
    candidate, _ = reasoned.reasoner.asked[-1]
    assert isinstance(candidate, CandidateChange)
    assert candidate.seconds == LIMITS.change_seconds
    assert reasoned.reasoner.ends == [4.0 + LIMITS.change_seconds]


def test_a_worker_that_is_stopped_is_ended(plain: WritingsAtWork) -> None:
    """The system ends a worker in time, but not one that is stopped."""
    connection, large = FakeConnection(), "x" * (1 << 22)
    request = UpdateRequest(f'INSERT DATA {{ <http://x/tom> <http://x/says> "{large}" }}')
    plain.writings.add(connection, request)  # type: ignore[arg-type]
    plain.writings.advance()  # returns, though nobody reads so much
    plain.pass_by(LIMITS.timeout)
    assert not plain.workers.workers[0].is_killed
    plain.pass_by(1.0)
    assert plain.workers.workers[0].is_killed
    plain.channels[0].close()
    plain.events.wait(1.0)
    assert isinstance(connection.error, TimeLimitExceededError)
    assert plain.holds() == set()


def _proposal(work: WritingsAtWork, request: UpdateRequest) -> tuple[int, str, bytes]:
    output = io.BytesIO()
    write_proposal(work.history.loaded_store, request, output)
    return len(output.getvalue()), "v", output.getvalue()
