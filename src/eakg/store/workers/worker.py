"""The forked process that answers queries one after another, and what it cannot do.

Its memory and the size of its results are limited by the kernel, and so are the files that it may
open (`eakg.store.workers.confinement`), and its time should the keeper die.
"""

import contextlib
import io
import os
import resource
import select
import signal
import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeAlias

from eakg.sparql import (
    MemoryLimitExceededError,
    QueryTooComplexError,
    StoreError,
    StoreFailedError,
    TimeLimitExceededError,
    WorkerCrashedError,
    inspect_query,
)
from eakg.store.changes import Write, write_proposal
from eakg.store.graphs import LoadedStore, evaluate
from eakg.store.messages import CODEC, Channel, MessageError, Output, WorkerOutcome
from eakg.store.processes import entitle
from eakg.store.request import InspectionRequest, Limits, QueryRequest
from eakg.store.spool import COPIED, INLINE, Spool
from eakg.store.workers.confinement import close_others, confine_to, limit_resources, outlast

WorkerRequest: TypeAlias = QueryRequest | InspectionRequest | Write
_QUERIES = 10_000  # after which a worker is replaced
_KEEP = 8  # a worker whose queries took more than this part of their memory limit is replaced
_HEARD_SECONDS = 60.0  # in which a client that began to ask has asked, or takes its answer
_GRACE = 0.5  # seconds after which the kernel ends a worker that the keeper did not end
_BUFFER = 1 << 15  # bytes; the allocator looks through all that is free for one larger
_NICENESS = 1  # a little, so that web threads and the keeper come first
_NO_MEMORY = "the query needed more memory than a query may have"


@dataclass(frozen=True)
class Outlets:
    """The descriptors of a worker: requests and outcomes, its result file, its dying words, and
    the keeper's end of a socket that is at its end when the keeper is."""

    channel: socket.socket
    result: int
    stderr: int
    lifeline: socket.socket


def work(loaded_store: LoadedStore, limits: Limits, outlets: Outlets) -> NoReturn:
    """Answer requests in this forked process until the client or the keeper is gone.

    A very large result stays in the result file; the worker then ends, as it does when it has taken
    much memory, or after an error, which may leave something in the file.
    """
    # The engine's random numbers are a thread's own. Those of this thread were begun in the keeper
    # and would be the same in each worker, and with them what UUID() and BNODE() give.
    with contextlib.suppress(BaseException):
        for number in (signal.SIGTERM, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        thread = threading.Thread(target=_work, args=(loaded_store, limits, outlets), daemon=True)
        thread.start()
        thread.join()
    os._exit(1)


def _work(loaded_store: LoadedStore, limits: Limits, outlets: Outlets) -> None:
    with contextlib.suppress(BaseException):
        failure = _confine(loaded_store, limits, outlets)
        base = _peak_memory()
        channel = Channel(outlets.channel, has_files=False)
        for number in range(1, _QUERIES + 1):
            request = _next_request(channel, outlets.lifeline)
            if request is None:
                os._exit(0)
            # It may have to stand where it is meanwhile.
            seconds = limits.seconds(request.timeout) + limits.patience + _GRACE
            signal.setitimer(signal.ITIMER_REAL, seconds)
            spool = Spool(outlets.result, min(INLINE, limits.result))
            body = failure or _answer(loaded_store, request, spool)
            signal.setitimer(signal.ITIMER_REAL, 0)
            has_large_result = not isinstance(body, Output) or body.size > COPIED
            has_grown = _peak_memory() - base > limits.memory // _KEEP
            last = has_large_result or has_grown or number == _QUERIES
            channel.send(WorkerOutcome(body, last), _HEARD_SECONDS)
            if last:
                os._exit(0)
    os._exit(1)


def _next_request(channel: Channel, lifeline: socket.socket) -> WorkerRequest | None:
    readable, _, _ = select.select([channel.fileno(), lifeline.fileno()], [], [])
    if lifeline.fileno() in readable:
        return None
    try:
        message = channel.receive(_HEARD_SECONDS)
    except (OSError, EOFError, MessageError):
        return None
    return message if isinstance(message, WorkerRequest) else None


def _answer(loaded_store: LoadedStore, request: WorkerRequest, spool: Spool) -> Output | StoreError:
    seconds, is_new_graph = 0.0, False
    try:
        output = io.BufferedWriter(spool, _BUFFER)
        try:
            if isinstance(request, QueryRequest):
                seconds = evaluate(loaded_store, request, output)
            elif isinstance(request, InspectionRequest):
                inspection = inspect_query(request.text, request.base_iri)
                output.write(CODEC.text(inspection).encode())
                output.flush()
            else:
                is_new_graph = write_proposal(loaded_store, request, output)
        finally:
            # What is left to write after a failure may fail too.
            with contextlib.suppress(OSError, ValueError):
                output.detach()
    except StoreError as error:
        return error
    except MemoryError:
        return MemoryLimitExceededError(_NO_MEMORY)
    return Output(spool.size, loaded_store.version, spool.inline, seconds, is_new_graph)


def _confine(
    loaded_store: LoadedStore, limits: Limits, outlets: Outlets
) -> StoreFailedError | None:
    """Leave this process what it needs for queries; why there is no answer to any, where its graphs
    are on disk and cannot be opened."""
    entitle("eakg.store worker of the keeper")
    os.dup2(outlets.stderr, 2)
    with contextlib.suppress(OSError):
        # The first to go where the machine itself runs out of memory.
        Path("/proc/self/oom_score_adj").write_text("1000")
    os.nice(_NICENESS)
    # The keeper may have let this process stand; so its time comes to an end.
    outlast(signal.SIGCONT)
    close_others({2, outlets.channel.fileno(), outlets.result, outlets.lifeline.fileno()})
    folder = loaded_store.folder
    try:
        loaded_store.open()
    except StoreFailedError as error:
        return error
    limit_resources(limits, folder)
    if folder is not None:
        confine_to(folder)
    return None


def _peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def autopsy(status: int, words: str, seconds: float) -> StoreError:
    """Why a worker ended without an outcome.

    Arguments: the signal that ended it as a negative number, or its exit status; what it wrote
    to its standard error; its time limit in seconds.
    """
    if "memory allocation of" in words or "MemoryError" in words:
        return MemoryLimitExceededError(_NO_MEMORY)
    if status == -signal.SIGSEGV or "overflowed its stack" in words:
        return QueryTooComplexError("the query is nested too deeply")
    if status == -signal.SIGALRM:
        return TimeLimitExceededError(f"the query was ended after {seconds:g} s", seconds)
    return WorkerCrashedError("the process that ran the query ended without an answer")
