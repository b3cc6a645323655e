"""A connection to the process that holds a store, for one message and what is said to it.

Whoever asks may leave before the answer is there; then the connection goes along, by which the
other side knows.
"""

import contextlib
import json
import socket
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, Protocol

from eakg.sparql import StoreUnreachableError, from_message
from eakg.store.workers.frames import frame, receive
from eakg.store.workers.lease import Lease

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

    def reply(self) -> dict[str, Any]:
        """What is said. Raises: EOFError or OSError where the other side has ended."""
        message: dict[str, Any] = json.loads(receive(self.connection)[0])
        return message

    def lease(self) -> Lease:
        """The worker that is given. Raises: as `reply`; StoreError where none is, with why."""
        data, descriptors = receive(self.connection)
        message = json.loads(data)
        if len(descriptors) != _ENDS:
            raise from_message(message)
        return Lease(message["lease"], self.connection.getpeername(), *descriptors)


@contextlib.contextmanager
def linked(
    address: str, message: dict[str, Any], seconds: float, asker: Asker | None = None
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
            connection.sendall(frame(json.dumps(message).encode()))
            if asker is not None:
                asker.on_leaving(lambda: _leave(connection))
            yield KeeperLink(connection)
    except (OSError, EOFError) as error:
        raise StoreUnreachableError("the store does not answer") from error


def _leave(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
