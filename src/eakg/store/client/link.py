"""A connection to the process that holds a store, for one message and what is said to it.

Whoever asks may leave before the answer is there; then the connection goes along, by which the
other side knows.
"""

import contextlib
import os
import socket
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Protocol

from eakg.sparql import StoreUnreachableError
from eakg.store.client.lease import Lease
from eakg.store.messages import Channel, LeaseOffer, Message, MessageError, expect

_ENDS = 3  # descriptors that come with a lease


class Asker(Protocol):
    """Whoever waits for an answer and may leave before it is there."""

    def on_leaving(self, act: Callable[[], None]) -> None:
        """Call `act`, from any thread, once the asker has left; at once where it has already."""
        ...


ASKER: ContextVar[Asker | None] = ContextVar("asker", default=None)
"""Who waits for the queries of this thread; one that leaves ends them."""


class KeeperLink:
    """The client's end.

    Arguments: the channel over which a message was sent; the seconds that an answer may take.
    """

    def __init__(self, channel: Channel, seconds: float) -> None:
        self.channel = channel
        self._seconds = seconds

    def reply(self) -> Message:
        """What is said. Raises: EOFError or OSError where the other side has ended, or says nothing
        for too long."""
        return self.channel.receive(self._seconds)

    def lease(self) -> Lease:
        """The worker that is given. Raises: as `reply`; StoreError where none is, with why."""
        offer = expect(self.reply(), LeaseOffer)
        descriptors = self.channel.take_descriptors()
        if len(descriptors) != _ENDS:
            for descriptor in descriptors:
                os.close(descriptor)
            raise EOFError("a worker came without its channel")
        return Lease(offer, self.channel.peer, *descriptors)


@contextlib.contextmanager
def linked(
    address: str, message: Message, seconds: float, asker: Asker | None = None
) -> Iterator[KeeperLink]:
    """A link over which a message was sent.

    Arguments: the path of the Unix socket; the message; the seconds that each step may take;
    who takes the connection along when leaving.
    Raises: StoreUnreachableError where the other side is not there, ends, or says nothing for too
    long, also in the context.
    """
    try:
        with contextlib.closing(_connect(address, seconds)) as channel:
            channel.send(message, seconds)
            if asker is not None:
                asker.on_leaving(lambda: _leave(channel))
            yield KeeperLink(channel, seconds)
    except (OSError, EOFError, MessageError) as error:
        raise StoreUnreachableError("the store does not answer") from error


def _connect(address: str, seconds: float) -> Channel:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect(address)
        return Channel(connection)
    except BaseException:
        connection.close()
        raise


def _leave(channel: Channel) -> None:
    with contextlib.suppress(OSError):
        channel.shut()
