"""What a keeper hears: descriptors that have something to read, and the connections of clients."""

import contextlib
import selectors
import socket
from collections.abc import Callable

from eakg.store.messages import Inbox, Message, MessageError, send

_SEND_SECONDS = 2.0
_PIECE = 1 << 16


class Events:
    """Descriptors, and what to do when one has something to read or is at its end."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def watch(self, source: int | socket.socket, callback: Callable[[], None]) -> None:
        """Call `act` each time, until `forget`."""
        self._selector.register(source, selectors.EVENT_READ, callback)

    def forget(self, source: int | socket.socket) -> None:
        """Watch it no more; before it is closed."""
        self._selector.unregister(source)

    def wait(self, seconds: float | None) -> None:
        """Do what is to be done; wait at most so long for something."""
        for key, _ in self._selector.select(seconds):
            # An earlier one of these events may have closed what this one is about.
            if self._selector.get_map().get(key.fd) is key:
                key.data()


class Connection:
    """A client's connection: it brings one message, and when the client hangs up, `on_hangup` is
    called.

    Arguments: the socket; where it is watched; what to do with the message.
    """

    def __init__(
        self,
        channel: socket.socket,
        events: Events,
        answer: Callable[["Connection", Message], None],
    ) -> None:
        self.on_hangup: Callable[[], None] = lambda: None
        self._channel = channel
        self._events = events
        self._answer = answer
        self._inbox: Inbox | None = Inbox()  # None once the message is there
        channel.setblocking(False)
        events.watch(channel, self._hear)

    def send(self, message: Message, files: tuple[int, ...] = ()) -> None:
        """Send a message, unless the client has hung up; the connection stays."""
        if self._channel.fileno() < 0:
            return
        self._channel.settimeout(_SEND_SECONDS)
        with contextlib.suppress(OSError):
            send(self._channel, message, files)
        self._channel.setblocking(False)

    def reply(self, message: Message, files: tuple[int, ...] = ()) -> None:
        """Send the last message, and close the connection."""
        self.send(message, files)
        self.close()

    def close(self) -> None:
        """Close the connection; may be called twice."""
        if self._channel.fileno() >= 0:
            self._events.forget(self._channel)
            self._channel.close()

    def _hear(self) -> None:
        try:
            data = self._channel.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data or self._inbox is None:
            self.close()
            self.on_hangup()
            return
        self._inbox.add(data)
        try:
            message = self._inbox.take()
        except MessageError:
            self.close()
            return
        if message is not None:
            self._inbox = None
            self._answer(self, message)
