"""The forked process that answers queries one after another, and what it cannot do.

It has no file descriptors but the four it was given and may open no others, so that no SERVICE
call and no file access succeeds even if the check before the query missed one. Its memory and
the size of its results are limited by the kernel, and so is its time should the keeper die.
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
    TimeLimitExceededError,
    WorkerCrashedError,
    inspect_query,
)
from eakg.store.changes import Write, write_proposal
from eakg.store.graphs import LoadedStore, evaluate
from eakg.store.messages import CODEC, MessageError, Output, WorkerOutcome, receive, send
from eakg.store.request import InspectionRequest, Limits, QueryRequest
from eakg.store.spool import INLINE, Spool

WorkerRequest: TypeAlias = QueryRequest | InspectionRequest | Write
_QUERIES = 10_000  # after which a worker is replaced
_KEEP = 8  # a worker whose queries took more than this part of their memory limit is replaced
_GRACE = 0.5  # seconds after which the kernel ends a worker that the keeper did not end
_BUFFER = 1 << 16
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

    A large result stays in the result file; the worker then ends, as it does when it has taken
    much memory.
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
        _confine(limits, outlets)
        base = _peak_memory()
        for number in range(1, _QUERIES + 1):
            request = _next_request(outlets)
            if request is None:
                os._exit(0)
            signal.setitimer(signal.ITIMER_REAL, limits.seconds(request.timeout) + _GRACE)
            spool = Spool(outlets.result, min(INLINE, limits.result))
            body = _answer(loaded_store, request, spool)
            signal.setitimer(signal.ITIMER_REAL, 0)
            inline = isinstance(body, Output) and body.content is not None
            has_grown = _peak_memory() - base > limits.memory // _KEEP
            last = not inline or has_grown or number == _QUERIES
            send(outlets.channel, WorkerOutcome(body, last))
            if last:
                os._exit(0)
    os._exit(1)


def _next_request(outlets: Outlets) -> WorkerRequest | None:
    readable, _, _ = select.select([outlets.channel, outlets.lifeline], [], [])
    if outlets.lifeline in readable:
        return None
    try:
        message, _ = receive(outlets.channel)
    except (EOFError, MessageError):
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


def _confine(limits: Limits, outlets: Outlets) -> None:
    os.dup2(outlets.stderr, 2)
    with contextlib.suppress(OSError):
        # The first to go where the machine itself runs out of memory.
        Path("/proc/self/oom_score_adj").write_text("1000")
    # Web threads and the keeper come first.
    os.nice(5)
    keep = {2, outlets.channel.fileno(), outlets.result, outlets.lifeline.fileno()}
    for descriptor in _open_descriptors():
        if descriptor not in keep:
            with contextlib.suppress(OSError):
                os.close(descriptor)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, limits.result)
    if size := address_space():
        _limit(resource.RLIMIT_AS, size + limits.memory)
    _limit(resource.RLIMIT_NOFILE, 0)


def _limit(resource_kind: int, value: int) -> None:
    _, hard = resource.getrlimit(resource_kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(resource_kind, (value, value))


def address_space(pid: int | None = None) -> int:
    """Bytes of address space of a process, this one or another; 0 where the system does not say."""
    try:
        pages = int(Path(f"/proc/{pid or 'self'}/statm").read_text().split()[0])
    except (OSError, IndexError):
        return 0
    return pages * resource.getpagesize()


def _peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _open_descriptors() -> list[int]:
    for folder in ("/proc/self/fd", "/dev/fd"):
        with contextlib.suppress(OSError):
            return [int(one.name) for one in Path(folder).iterdir()]
    return list(range(resource.getrlimit(resource.RLIMIT_NOFILE)[0]))


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
