"""What a keeper hears of its clients."""

import socket

from eakg.store.messages.frames import frame, receive
from eakg.store.messages.kinds import (
    Decision,
    Message,
    NoEntailment,
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
    assert receive(far)[0] == NoEntailment()
    far.close()
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
