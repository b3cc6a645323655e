"""A connection to the process that holds a store, for one message and what is said to it.

Whoever asks may leave before the answer is there; then the connection goes along, by which the
other side knows.
"""

import contextlib
import socket
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Protocol

from eakg.sparql import StoreUnreachableError
from eakg.store.client.lease import Lease
from eakg.store.messages import LeaseOffer, Message, MessageError, expect, receive, send

_ENDS = 3  # descriptors that come with a lease


class Asker(Protocol):
    """Whoever waits for an answer and may leave before it is there."""

    def on_leaving(self, act: Callable[[], None]) -> None:
        """Call `act`, from any thread, once the asker has left; at once where it has already."""
        ...


ASKER: ContextVar[Asker | None] = ContextVar("asker", default=None)
"""Who waits for the queries of this thread; one that leaves ends them."""


class KeeperLink:
    """The client's end. Argument: the connection, over which a message was sent."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection

    def reply(self) -> Message:
        """What is said. Raises: EOFError or OSError where the other side has ended."""
        return receive(self.connection)[0]

    def lease(self) -> Lease:
        """The worker that is given. Raises: as `reply`; StoreError where none is, with why."""
        message, descriptors = receive(self.connection)
        offer = expect(message, LeaseOffer)
        if len(descriptors) != _ENDS:
            raise EOFError("a worker came without its channel")
        return Lease(offer, self.connection.getpeername(), *descriptors)


@contextlib.contextmanager
def linked(
    address: str, message: Message, seconds: float, asker: Asker | None = None
) -> Iterator[KeeperLink]:
    """A link over which a message was sent.

    Arguments: the path of the Unix socket; the message; the seconds that each step may take;
    who takes the connection along when leaving.
    Raises: StoreUnreachableError where the other side is not there or ends, also in the context.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(seconds)
            connection.connect(address)
            send(connection, message)
            if asker is not None:
                asker.on_leaving(lambda: _leave(connection))
            yield KeeperLink(connection)
    except (OSError, EOFError, MessageError) as error:
        raise StoreUnreachableError("the store does not answer") from error


def _leave(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
