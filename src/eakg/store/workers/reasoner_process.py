"""The process of the reasoner, seen from the keeper, and from within.

    python -m eakg.store.workers.reasoner_process SOCKET QUADS RULES MEMORY INFERRED

QUADS is a descriptor with the asserted quads in N-Quads, or with the files that they are in, as
JSON, which this process reads itself; RULES is one with the code of the rules
(`eakg.reason.rulebooks.Regime`).

It is a process of its own because the keeper must not have the threads that numerical libraries
start, and because reasoning takes longer than the keeper may be away from its clients. So the
reasoner is imported in that process alone.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
from rdflib import URIRef

from eakg.sparql import MemoryLimitExceededError, StoreError
from eakg.store.graph_files import GraphFile
from eakg.store.graphs import graph_quads
from eakg.store.messages import (
    NO_LIMIT,
    CandidateChange,
    Channel,
    ConsistencyRequest,
    Decision,
    ExplainRequest,
    InferredChange,
    InferredGraph,
    JustificationsRequest,
    Message,
    NoEntailment,
)
from eakg.store.options import Reasoning, StoreOptions
from eakg.store.processes import entitle, outlive_nobody
from eakg.store.request import Limits
from eakg.store.spool import anonymous_file

if TYPE_CHECKING:
    from eakg.store.reasoning import Reasoner

Files = Iterable[tuple[int, GraphFile]]
"""Files of a store, each with its number among them."""
_END_SECONDS = 5.0
_HEARD_SECONDS = 600.0  # in which the keeper, or whoever stopped it, may take an answer
_NO_MEMORY = (
    "what follows from the change needed more memory than a change may have (--change-memory);"
    " nothing was changed: send it in parts, or leave out the axioms by which so much follows"
)


class ReasonerProcess:
    """A fresh process with the asserted graphs, and the `channel` to it.

    Arguments: the quads, or the files that they are in; what a change may need; the rules. Raises:
    OSError.
    """

    def __init__(
        self,
        quads: Iterable[pyoxigraph.Quad],
        limits: Limits,
        files: Files = (),
        reasoning: Reasoning = StoreOptions.reasoning,
    ) -> None:
        near, far = socket.socketpair()
        with ExitStack() as stack:
            stack.enter_context(far)
            content = anonymous_file()
            stack.callback(os.close, content)
            on_failure = stack.enter_context(ExitStack())
            on_failure.callback(near.close)
            with open(content, "wb", closefd=False) as file:
                places = [(number, str(one.name), str(one.path)) for number, one in files]
                if places:
                    file.write(json.dumps(places).encode())
                else:
                    pyoxigraph.serialize(quads, file, pyoxigraph.RdfFormat.N_QUADS)
            rules = anonymous_file()
            stack.callback(os.close, rules)
            with open(rules, "wb", closefd=False) as file:
                file.write(reasoning.encode())
            for descriptor in (content, rules):
                os.lseek(descriptor, 0, os.SEEK_SET)
            descriptors = (far.fileno(), content, rules)
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-m", "eakg.store.workers.reasoner_process"),
                    *map(str, (*descriptors, limits.change_memory, limits.change_inferred)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=descriptors,
            )
            on_failure.pop_all()
        self.channel = Channel(near, NO_LIMIT)

    def end(self) -> None:
        """End the process."""
        self.channel.close()
        self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)


def main() -> None:
    """Answer until the other side closes the socket."""
    entitle("eakg.store reasoner (reasoning)")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A keeper that was killed hears no answer, and what is worked on may take long.
    outlive_nobody(os.getppid(), lambda: os._exit(1))
    from eakg.store.reasoning import Reasoner

    descriptor, content, rules, memory, most_inferred = map(int, sys.argv[1:])
    channel = Channel(socket.socket(fileno=descriptor), NO_LIMIT)
    with suppress(OSError, EOFError):
        with os.fdopen(content, "rb") as file:
            with os.fdopen(rules, encoding="utf-8") as text:
                reasoning = text.read()
            reasoner = Reasoner(_quads(file), most_inferred, memory, reasoning)
        channel.send(InferredGraph(reasoner.inferred()), _HEARD_SECONDS)
        while True:
            message = channel.await_message()
            is_whole = True
            try:
                answer = _answer(reasoner, message)
            except MemoryError as error:
                answer = MemoryLimitExceededError(_NO_MEMORY)
                # A large array that there was no room for leaves all else as it was; where there
                # is none for the least thing, that is not certain.
                is_whole = hasattr(error, "shape")
            if answer is not None:
                channel.send(answer, _HEARD_SECONDS)
            if not is_whole:
                return


def _quads(file: BufferedReader) -> Iterable[pyoxigraph.Quad]:
    """The quads that a file has, or names the files of."""
    if file.peek(1)[:1] != b"[":
        return pyoxigraph.parse(file, format=pyoxigraph.RdfFormat.N_QUADS)
    places = json.load(file)
    return graph_quads(
        (number, GraphFile(URIRef(name), Path(path))) for number, name, path in places
    )


def _answer(reasoner: "Reasoner", message: Message) -> Message | None:
    from eakg.reason.proofs import NotInClosureError
    from eakg.store.messages import consistency_of, explanation_of, justified_explanation_of

    try:
        match message:
            case CandidateChange(change, policy, seconds):
                return InferredChange(
                    reasoner.change(change, on_contradiction=policy, seconds=seconds)
                )
            case ExplainRequest(triple, seconds):
                return explanation_of(reasoner.explain(triple, seconds))
            case JustificationsRequest(triple, most, seconds):
                return justified_explanation_of(reasoner.justifications(triple, most, seconds))
            case ConsistencyRequest(limit):
                return consistency_of(reasoner.contradictions(limit))
            case Decision(is_accepted):
                reasoner.keep() if is_accepted else reasoner.drop()
    except NotInClosureError:
        return NoEntailment()
    except StoreError as error:
        return error
    return None


if __name__ == "__main__":
    main()
