"""The process of the reasoner, seen from the keeper, and from within.

    python -m eakg.store.workers.reasoner_process SOCKET QUADS

It is a process of its own because the keeper must not have the threads that numerical libraries
start, and because reasoning takes longer than the keeper may be away from its clients. So the
reasoner is imported in that process alone.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import pyoxigraph

from eakg.sparql import ContradictionError, UpdateRefusedError
from eakg.store.messages import (
    NO_LIMIT,
    CandidateChange,
    ConsistencyRequest,
    Decision,
    ExplainRequest,
    Inbox,
    InferredChange,
    InferredGraph,
    Message,
    NoEntailment,
    send,
)
from eakg.store.spool import anonymous_file

if TYPE_CHECKING:
    from eakg.store.reasoner import Reasoner

_PIECE = 1 << 20


class ReasonerProcess:
    """A fresh process with the asserted graphs.

    Argument: the quads. Raises: OSError.
    """

    def __init__(self, quads: Iterable[pyoxigraph.Quad]) -> None:
        near, far = socket.socketpair()
        with ExitStack() as stack:
            stack.enter_context(far)
            content = anonymous_file()
            stack.callback(os.close, content)
            with open(content, "wb", closefd=False) as file:
                pyoxigraph.serialize(quads, file, pyoxigraph.RdfFormat.N_QUADS)
            os.lseek(content, 0, os.SEEK_SET)
            descriptors = (far.fileno(), content)
            on_failure = stack.enter_context(ExitStack())
            on_failure.callback(near.close)
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-m", "eakg.store.workers.reasoner_process"),
                    *map(str, descriptors),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=descriptors,
            )
            on_failure.pop_all()
        self._channel = near
        self._inbox = Inbox(NO_LIMIT)

    def fileno(self) -> int:
        """Readable when the process has said something or has ended."""
        return self._channel.fileno()

    def say(self, message: Message) -> None:
        """Send a message. Raises: OSError when the process has ended."""
        send(self._channel, message)

    def hear(self) -> Message | None:
        """Wait for what the process says next; None where it has not said all of it.

        Raises: EOFError or OSError when it has ended; MessageError.
        """
        data = self._channel.recv(_PIECE)
        if not data:
            raise EOFError("the process of the reasoner ended")
        self._inbox.add(data)
        return self._inbox.take()

    def end(self) -> None:
        """End the process."""
        self._channel.close()
        self._process.kill()
        self._process.wait()


def main() -> None:
    """Answer until the other side closes the socket."""
    from eakg.store.reasoner import Reasoner

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    channel, content = socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2])
    with channel, suppress(OSError):
        with open(content, "rb") as file:
            quads = pyoxigraph.parse(file, format=pyoxigraph.RdfFormat.N_QUADS)
            reasoner = Reasoner(quads)
        send(channel, InferredGraph(reasoner.inferred()))
        for message in _messages(channel):
            answer = _answer(reasoner, message)
            if answer is not None:
                send(channel, answer)


def _messages(channel: socket.socket) -> Iterator[Message]:
    inbox = Inbox(NO_LIMIT)
    while data := channel.recv(_PIECE):
        inbox.add(data)
        while (message := inbox.take()) is not None:
            yield message


def _answer(reasoner: "Reasoner", message: Message) -> Message | None:
    from eakg.reason.proofs import NotInClosureError
    from eakg.store.messages import consistency_of, explanation_of

    match message:
        case CandidateChange(change, allow_inconsistent):
            try:
                return InferredChange(
                    reasoner.change(change, allow_inconsistent=allow_inconsistent)
                )
            except (ContradictionError, UpdateRefusedError) as error:
                return error
        case ExplainRequest(triple):
            try:
                return explanation_of(reasoner.explain(triple))
            except NotInClosureError:
                return NoEntailment()
        case ConsistencyRequest(limit):
            return consistency_of(reasoner.contradictions(limit))
        case Decision(is_accepted):
            reasoner.keep() if is_accepted else reasoner.drop()
    return None


if __name__ == "__main__":
    main()
