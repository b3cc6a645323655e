"""The process of the reasoner, seen from the holder of the store, and from within.

    python -m eakg.store.workers.reasoning CONNECTION QUADS

It is a process of its own because the holder must not have the threads that numerical libraries
start, and because reasoning takes longer than the holder may be away from its clients. So the
reasoner is imported in that process alone.
"""

import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

import pyoxigraph

from eakg.sparql import ContradictionError, to_message
from eakg.store.changes import Change, n_quads
from eakg.store.workers.spool import anonymous_file

if TYPE_CHECKING:
    from eakg.store.reasoner import Reasoner

Message = tuple[str, Any]
"""What is asked or said, and the bytes that belong to it."""


class ReasonerProcess:
    """A fresh process with the asserted graphs. The first that it says is `inferred`, with what
    follows as N-Quads; then it answers one message after another.

    - `change`, the bytes of a `Change` and whether it may contradict: `changed` with those of the
      change of what follows, or `refused` with a failure as a JSON object. After `changed` comes
      `keep` or `drop`, which has no answer.
    - `explain`, three terms in N-Triples: `explained`, a pickled `Explained`, or `unfounded`.
    - `contradictions`, how many to prove: `contradictions`, a pickled `ConsistencyReport`.

    Argument: the quads. Raises: OSError.
    """

    def __init__(self, quads: Iterable[pyoxigraph.Quad]) -> None:
        near, far = socket.socketpair()
        with near, far, ExitStack() as opened:
            content = anonymous_file()
            opened.callback(os.close, content)
            with open(content, "wb", closefd=False) as file:
                pyoxigraph.serialize(quads, file, pyoxigraph.RdfFormat.N_QUADS)
            os.lseek(content, 0, os.SEEK_SET)
            passed = (far.fileno(), content)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "eakg.store.workers.reasoning", *map(str, passed)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=passed,
            )
            self._connection = Connection(os.dup(near.fileno()))

    def fileno(self) -> int:
        """Readable when the process has said something or has ended."""
        return self._connection.fileno()

    def say(self, message: Message) -> None:
        """Send a message. Raises: OSError when the process has ended."""
        self._connection.send(message)

    def hear(self) -> Message:
        """Wait for what the process says. Raises: EOFError or OSError when it has ended."""
        message: Message = self._connection.recv()
        return message

    def end(self) -> None:
        """End the process."""
        with suppress(OSError):
            self._connection.close()
        self._process.kill()
        self._process.wait()


def main() -> None:
    """Answer the messages of `ReasonerProcess` until the other side closes the connection."""
    from eakg.store.reasoner import Reasoner

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection, content = Connection(int(sys.argv[1])), int(sys.argv[2])
    with suppress(EOFError, OSError):
        with open(content, "rb") as file:
            quads = pyoxigraph.parse(file, format=pyoxigraph.RdfFormat.N_QUADS)
            reasoner = Reasoner(quads)
        connection.send(("inferred", n_quads(reasoner.inferred())))
        while True:
            answer = _answer(reasoner, *connection.recv())
            if answer is not None:
                connection.send(answer)


def _answer(reasoner: "Reasoner", kind: str, content: Any) -> Message | None:
    from eakg.rdf import term
    from eakg.reason.proofs import NotInClosureError

    match kind:
        case "change":
            change, allow_inconsistent = content
            try:
                inferred = reasoner.change(
                    Change.from_bytes(change), allow_inconsistent=allow_inconsistent
                )
            except ContradictionError as error:
                return "refused", to_message(error)
            return "changed", inferred.content
        case "explain":
            subject, predicate, object_ = (term(one, {}) for one in content)
            try:
                return "explained", pickle.dumps(reasoner.explain((subject, predicate, object_)))
            except NotInClosureError:
                return "unfounded", None
        case "contradictions":
            return kind, pickle.dumps(reasoner.contradictions(content))
        case "keep":
            reasoner.keep()
        case "drop":
            reasoner.drop()
    return None


if __name__ == "__main__":
    main()
