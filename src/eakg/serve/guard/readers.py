"""Who reads too slowly what was sent, and which results are on their way."""

import contextlib
import math
import os
from collections.abc import Iterable
from dataclasses import dataclass

from eakg.serve.guard.connections import (
    IS_SEEN,
    FileKey,
    OpenFiles,
    Peer,
    TcpConnection,
)

PATIENCE = 10.0  # seconds in which a reader has taken what it must
_OPEN_SECONDS = 30.0  # in which the server has opened the file that it was given
_SURE_SECONDS = 3.0  # after which a file that is sent whole was opened
_FIRST_SECONDS = 2.0  # in which nobody is said to be slow


@dataclass(frozen=True)
class _Window:
    inode: int
    since: float
    progress: int


class PaceLimit:
    """Finds the readers who take less than so many bytes a second, over as long as they may take
    for it. A connection without anything unread has no reader who is late.

    Arguments: the bytes a second; the seconds.
    """

    def __init__(self, pace: float, patience: float = PATIENCE) -> None:
        self._least = pace * patience
        self._patience = patience
        self._windows: dict[Peer, _Window] = {}

    def late(self, connections: Iterable[TcpConnection], now: float) -> list[TcpConnection]:
        """The connections whose readers are too slow. Arguments: those that there are; the time in
        seconds."""
        windows: dict[Peer, _Window] = {}
        late = []
        for connection in connections:
            if not connection.backlog:
                continue
            window = self._windows.get(connection.peer)
            if window is None or window.inode != connection.inode:
                window = _Window(connection.inode, now, connection.progress)
            elif now - window.since >= self._patience:
                if connection.progress - window.progress < self._least:
                    late.append(connection)
                window = _Window(connection.inode, now, connection.progress)
            windows[connection.peer] = window
        self._windows = windows
        return late


@dataclass
class Delivery:
    """A result in a file that is on its way to a client.

    `descriptor` keeps the file until the server has opened it, -1 from then on. `progress` are the
    bytes that the reader had taken over the same connection when it began.
    """

    client: str
    peer: Peer
    key: FileKey
    descriptor: int
    size: int
    begun: float
    progress: int = 0

    def pace(self, connection: TcpConnection, now: float) -> float:
        """Bytes that its reader takes in a second; without bound where it has only begun."""
        age = now - self.begun
        if age < _FIRST_SECONDS:
            return math.inf
        return max(0, connection.progress - self.progress) / age

    def settle(self, files: OpenFiles, now: float) -> bool:
        """Let go of the file once the server needs it no more from here. Results: whether it takes
        room still."""
        if self.descriptor >= 0 and self._is_opened(files, now):
            with contextlib.suppress(OSError):
                os.close(self.descriptor)
            self.descriptor = -1
            return self.key in files.sizes and files.descriptors.get(self.key, 0) > 1
        return self.descriptor >= 0 or self.key in files.sizes

    def _is_opened(self, files: OpenFiles, now: float) -> bool:
        """Whether the server has opened the file, as it has where there is another descriptor of
        it, all of it was taken, or the client is gone."""
        age = now - self.begun
        if files.descriptors.get(self.key, 0) > 1 or age > _OPEN_SECONDS:
            return True
        connection = files.connections.get(self.peer)
        is_over = connection is None or connection.progress - self.progress >= self.size
        return IS_SEEN and is_over and age > _SURE_SECONDS
