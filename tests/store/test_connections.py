"""What a keeper hears of its clients."""

import socket
from functools import partial

import pytest

from eakg.store.messages.channel import Channel
from eakg.store.messages.frames import frame
from eakg.store.messages.kinds import (
    Decision,
    Message,
    NoEntailment,
    Output,
)
from eakg.store.workers.events import Connection, Events


def test_a_connection_brings_one_message_and_then_hangs_up() -> None:
    events = Events()
    near, far = socket.socketpair()
    heard: list[Message] = []
    gone: list[bool] = []

    def answer(connection: Connection, message: Message) -> None:
        heard.append(message)
        connection.on_hangup = lambda: gone.append(True)

    connection = Connection(near, events, answer)
    data = frame(Decision(accepted=True))
    for piece in (data[:5], data[5:]):
        far.sendall(piece)
        events.wait(1.0)
    assert heard == [Decision(accepted=True)]
    connection.send(NoEntailment())
    channel = Channel(far)
    assert channel.receive(10.0) == NoEntailment()
    channel.close()
    events.wait(1.0)
    assert gone == [True]
    connection.reply(NoEntailment())  # to nobody
    connection.close()


def test_who_hangs_up_before_its_message_is_whole_is_not_answered() -> None:
    events = Events()
    near, far = socket.socketpair()
    heard: list[Message] = []
    Connection(near, events, lambda _, message: heard.append(message))
    far.sendall(frame(NoEntailment())[:-1])
    far.close()
    events.wait(1.0)
    events.wait(1.0)
    assert near.fileno() < 0
    assert heard == []


def test_a_client_that_does_not_read_is_told_bit_by_bit_and_keeps_nobody_waiting() -> None:
    events = Events()
    near, far = socket.socketpair()
    connection = Connection(near, events, lambda _, __: None)
    large = Output(1 << 22, "v", bytes(1 << 22))
    connection.reply(large)  # at once, though there is no room for all of it
    assert near.fileno() >= 0
    channel, message = Channel(far), None
    while message is None:
        events.wait(0.0)
        message = channel.hear()
    assert message == large
    events.wait(0.0)
    assert near.fileno() < 0
    channel.close()


class FakeClock:
    """Seconds as the test sets them."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    "words", [b"", frame(NoEntailment())[:-1], frame(NoEntailment())], ids=["none", "half", "all"]
)
def test_what_a_client_leaves_unsaid_or_unread_has_an_end(words: bytes) -> None:
    clock = FakeClock()
    events = Events(clock)
    near, far = socket.socketpair()
    gone: list[bool] = []

    def answer(connection: Connection, message: Message) -> None:
        connection.reply(Output(1 << 22, "v", bytes(1 << 22)))

    connection = Connection(near, events, answer)
    connection.on_hangup = partial(gone.append, True)
    far.sendall(words)
    for seconds, is_there in ((0.0, True), (59.0, True), (61.0, False)):
        clock.now = seconds
        events.wait(0.0)
        assert (near.fileno() >= 0, gone) == (is_there, [] if is_there else [True])
    far.close()


def test_timers_are_set_anew_and_stopped() -> None:
    clock = FakeClock()
    events = Events(clock)
    rung: list[str] = []
    for name in ("a", "b", "c"):
        events.set_timer(name, 1.0, partial(rung.append, name))
    events.set_timer("b", 2.0, partial(rung.append, "later"))
    events.stop_timer("c")
    events.stop_timer("none")
    for seconds in (0.5, 1.0, 2.0, 9.0):
        clock.now = seconds
        events.wait(0.0)
    assert rung == ["a", "later"]
