"""Channels: streams of messages between two processes, on which no wait is without an end.

All that the processes of a store say to each other goes through here, so that one that is stopped,
swapped out or dead keeps no other waiting for longer than that other can wait.
"""

import os
import select
import socket
import time
from collections import deque

from eakg.store.messages.frames import MAX_FRAME, Inbox, frame
from eakg.store.messages.kinds import Message

_PIECE = 1 << 18
_FIRST_PIECE = 1 << 14
"""Of a message; most have no more. What is larger costs the allocator more than all else here."""
_DESCRIPTORS = 4
_SELECTABLE = 1024


class Channel:
    """One end of a stream. `put` and `hear` never wait; `send` and `receive` do, for as many
    seconds as they are told.

    Arguments: a connected socket, which is the channel's own from now on; how many bytes a message
    may have; whether descriptors come with what is heard, else the system lets them go.
    """

    def __init__(
        self, connection: socket.socket, limit: int = MAX_FRAME, *, has_files: bool = True
    ) -> None:
        connection.setblocking(False)
        self._socket = connection
        self._has_files = has_files
        self._inbox = Inbox(limit)
        self._outbox: deque[tuple[memoryview, tuple[int, ...]]] = deque()
        self._descriptors: list[int] = []

    def fileno(self) -> int:
        """Its descriptor, below 0 once it is closed."""
        return self._socket.fileno()

    @property
    def peer(self) -> str:
        """The address that it was connected to. Raises: OSError."""
        address: str = self._socket.getpeername()
        return address

    @property
    def is_behind(self) -> bool:
        """Whether something waits for room to be sent."""
        return bool(self._outbox)

    @property
    def events(self) -> int:
        """What to poll it for."""
        return select.POLLIN | (select.POLLOUT if self._outbox else 0)

    def put(self, message: Message, files: tuple[int, ...] = ()) -> None:
        """Send a message and descriptors; what there is no room for waits for `flush`.

        Raises: OSError when the other side has ended.
        """
        self.put_frame(frame(message), files)

    def put_frame(self, data: bytes, files: tuple[int, ...] = ()) -> None:
        """`put` of a message in its frame."""
        # Whoever puts them may close them before there is room.
        self._outbox.append((memoryview(data), tuple(map(os.dup, files))))
        self.flush()

    def flush(self) -> bool:
        """Send what there is room for; whether nothing is left. Raises: as `put`."""
        while self._outbox:
            data, files = self._outbox[0]
            try:
                count = (
                    socket.send_fds(self._socket, [data], files)
                    if files
                    else self._socket.send(data)
                )
            except BlockingIOError:
                return False
            _close(files)
            self._outbox[0] = data[count:], ()
            if count == len(data):
                self._outbox.popleft()
        return True

    def hear(self) -> Message | None:
        """The next message, as far as it is there; None where it is not whole.

        Raises: EOFError when the other side has ended; OSError; MessageError.
        """
        message = self._inbox.take()
        if message is not None:
            return message
        try:
            size = _PIECE if self._inbox.is_begun else _FIRST_PIECE
            if self._has_files:
                data, descriptors, _, _ = socket.recv_fds(self._socket, size, _DESCRIPTORS)
                self._descriptors += descriptors
            else:
                data = self._socket.recv(size)
        except BlockingIOError:
            return None
        if not data:
            raise EOFError("the other side has closed the channel")
        self._inbox.add(data)
        return self._inbox.take()

    def take_descriptors(self) -> tuple[int, ...]:
        """The descriptors that came with what was heard, which are the caller's from now on."""
        descriptors, self._descriptors = tuple(self._descriptors), []
        return descriptors

    def send(self, message: Message, seconds: float, files: tuple[int, ...] = ()) -> None:
        """Send a message and descriptors. Raises: TimeoutError where it has not gone after so many
        seconds; OSError when the other side has ended."""
        ends = time.monotonic() + seconds
        self.put(message, files)
        while not self.flush():
            self._wait(select.POLLOUT, ends)

    def receive(self, seconds: float) -> Message:
        """Wait for a message. Raises: TimeoutError where it is not there, whole, after so many
        seconds; otherwise as `hear`."""
        message = self._inbox.take()
        ends = time.monotonic() + seconds
        while message is None:
            if self._outbox:
                self.flush()
            # An answer is hardly ever there before it was waited for.
            self._wait(self.events, ends)
            message = self.hear()
        return message

    def await_message(self) -> Message:
        """Wait for a message for as long as the other side lives. Raises: as `hear`.

        For a process that has nothing to do but what the other side asks.
        """
        while True:
            message = self.hear()
            if message is not None:
                return message
            select.select([self._socket], [], [])

    def shut(self) -> None:
        """Let the other side know, and whoever waits here, that there will be no more."""
        self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close it; may be called twice."""
        self._socket.close()
        _close(self._descriptors)
        self._descriptors = []
        for _, files in self._outbox:
            _close(files)
        self._outbox.clear()

    def _wait(self, events: int, ends: float) -> None:
        seconds = max(0.0, ends - time.monotonic())
        if not _is_ready(self.fileno(), events, seconds):
            raise TimeoutError("the other side took too long")


def _is_ready(descriptor: int, events: int, seconds: float) -> bool:
    if descriptor < _SELECTABLE:
        # A worker may open no descriptors, and the system then lets it poll none.
        reads = [descriptor] if events & select.POLLIN else []
        writes = [descriptor] if events & select.POLLOUT else []
        return any(select.select(reads, writes, [], seconds))
    ready = select.poll()
    ready.register(descriptor, events)
    return bool(ready.poll(seconds * 1000))


def _close(descriptors: "tuple[int, ...] | list[int]") -> None:
    for descriptor in descriptors:
        os.close(descriptor)
