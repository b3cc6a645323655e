"""A worker that answers this process alone, seen from the client."""

import contextlib
import json
import os
import select
import socket
from typing import Any

from eakg.store.workers.board import Board
from eakg.store.workers.frames import frame, unframe

_PIECE = 1 << 18


class Answer:
    """An outcome, and its result where that came with it."""

    def __init__(self, message: dict[str, Any], content: bytes | None) -> None:
        self.message = message
        self.content = content


class Lease:
    """One request after another, until `last`. `holder` is the address of the process that it is
    from, which may not be the one that gives out new ones any more.

    Arguments: the message that came with it from the holder, and the holder's address; the
    descriptors of the channel to the worker, of its result file, and of the holder's board.
    """

    def __init__(
        self, message: dict[str, Any], holder: str, channel: int, result: int, board: int
    ) -> None:
        self.holder = holder
        self.worker: int = message["worker"]
        self.version: str = message["version"]
        self.channel = socket.socket(fileno=channel)
        self.result = result
        self.board = Board(board)
        os.close(board)
        self.last = False
        self._received = bytearray()

    @property
    def usable(self) -> bool:
        """Whether the worker lives and answers from the latest version."""
        if self.last or self.board.version != self.version:
            return False
        ready = select.poll()
        ready.register(self.channel, select.POLLIN)
        return not ready.poll(0)

    def ask(self, request: bytes) -> None:
        """Send a request. Raises: OSError when the worker has ended."""
        self.channel.settimeout(None)
        self.channel.sendall(frame(request))

    def answer(self, seconds: float) -> Answer | None:
        """Wait so long for the answer, or for the next piece of it; None where it is not whole.

        Raises: EOFError or OSError when the worker has ended without one.
        """
        self.channel.settimeout(seconds)
        while True:
            try:
                data = self.channel.recv(_PIECE)
            except (TimeoutError, BlockingIOError):
                return None
            if not data:
                raise EOFError
            self._received += data
            if (found := self._whole()) is not None:
                return found

    def _whole(self) -> Answer | None:
        found = unframe(self._received)
        if found is None:
            return None
        message = json.loads(found[0])
        content = None
        if message["inline"]:
            rest = unframe(memoryview(self._received)[found[1] :])
            if rest is None:
                return None
            content = rest[0]
        self._received = bytearray()
        self.last = message["last"]
        return Answer(message, content)

    def take_result(self) -> int:
        """The descriptor of the result file, which is the caller's from now on."""
        result, self.result = self.result, -1
        return result

    def close(self) -> None:
        """Let the worker go; it ends where it is not at work."""
        self.channel.close()
        if self.result >= 0:
            with contextlib.suppress(OSError):
                os.close(self.result)
            self.result = -1
