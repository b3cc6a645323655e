"""The process that holds the store: one thread that accepts, queues, hands out and ends.

    python -m eakg.store.holder < setup

Its standard input brings a `Setup` as one line of JSON and then stays open for as long as the
parent lives; at its end the holder ends too. Its standard output says in one line of JSON that
it is ready, or what is wrong with the files.

A client connects to the Unix socket, sends one request, and receives one outcome, with the
descriptor of the result's file where there is one. Closing the connection ends the query.
"""

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from eakg.problems import ProblemsError
from eakg.store.failures import Overloaded, TimeLimitExceeded, to_message
from eakg.store.frames import frame, unframe
from eakg.store.loaded import LoadedStore, load
from eakg.store.pool import Outcome, Worker, fork_worker
from eakg.store.request import Limits, QueryRequest
from eakg.store.setup import Setup

_SEND_SECONDS = 2.0


@dataclass(eq=False)
class Client:
    """A connection, and what of its request has come."""

    connection: socket.socket
    received: bytearray = field(default_factory=bytearray)
    job: "Job | None" = None


@dataclass(eq=False)
class Job:
    """A request, who asked, until when it may wait, and who works on it."""

    connection: socket.socket
    request: QueryRequest
    patience_ends: float
    worker: Worker | None = None


@dataclass
class Holder:
    """The event loop over clients and workers."""

    loaded: LoadedStore
    limits: Limits
    listener: socket.socket
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    waiting: deque[Job] = field(default_factory=deque)
    running: dict[Worker, Job] = field(default_factory=dict)
    idle: list[Worker] = field(default_factory=list)
    stopped: bool = False

    def serve(self, lifeline: int) -> None:
        """Answer until `lifeline` is at its end or `stop` is called."""
        self.listener.setblocking(False)
        self._watch(self.listener, self._accept)
        self._watch(lifeline, self.stop)
        while not self.stopped:
            for key, _ in self.selector.select(self._seconds_to_next_deadline()):
                # An earlier one of these events may have closed what this one is about.
                if self.selector.get_map().get(key.fd) is key:
                    key.data()
            self._end_overdue()
            self._hand_out()
        for worker in (*self.running, *self.idle):
            worker.end()

    def stop(self) -> None:
        """Leave `serve` after the events at hand."""
        self.stopped = True

    def _watch(self, source: int | socket.socket, act: Callable[[], None]) -> None:
        self.selector.register(source, selectors.EVENT_READ, act)

    def _seconds_to_next_deadline(self) -> float | None:
        deadlines = [one.deadline for one in self.running if one.deadline is not None]
        deadlines += [job.patience_ends for job in self.waiting]
        return max(0.0, min(deadlines) - time.monotonic()) if deadlines else None

    def _accept(self) -> None:
        try:
            connection, _ = self.listener.accept()
        except OSError:
            return
        connection.setblocking(False)
        client = Client(connection)
        self._watch(connection, lambda: self._hear_client(client))

    def _hear_client(self, client: Client) -> None:
        try:
            received = client.connection.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            received = b""
        if not received or client.job is not None:
            self._abandon(client)
            return
        client.received += received
        try:
            found = unframe(client.received)
            request = QueryRequest.from_json(found[0]) if found else None
        except (ValueError, TypeError, KeyError):
            self._abandon(client)
            return
        if request is not None:
            patience_ends = time.monotonic() + self.limits.patience
            client.job = Job(client.connection, request, patience_ends)
            self._queue(client.job)

    def _queue(self, job: Job) -> None:
        free = self.limits.workers - len(self.running)
        if len(self.waiting) < self.limits.queue + free:
            self.waiting.append(job)
        else:
            self._reply(job, Outcome(to_message(Overloaded("too many queries are waiting"))))

    def _hand_out(self) -> None:
        while self.waiting and len(self.running) < self.limits.workers:
            job = self.waiting.popleft()
            try:
                worker = self.idle.pop() if self.idle else self._new_worker()
            except OSError:
                error = Overloaded("the system has no room for another query")
                self._reply(job, Outcome(to_message(error)))
                continue
            try:
                worker.give(job.request, self.limits.seconds(job.request.timeout))
            except OSError:
                self._end(worker)
                self.waiting.appendleft(job)
                continue
            job.worker = worker
            self.running[worker] = job

    def _new_worker(self) -> Worker:
        worker = fork_worker(self.loaded, self.limits)
        self._watch(worker.channel, lambda: self._hear_worker(worker))
        return worker

    def _hear_worker(self, worker: Worker) -> None:
        try:
            outcome = worker.hear()
        except EOFError:
            self.idle.remove(worker)
            self._end(worker)
            return
        if outcome is None:
            return
        job = self.running.pop(worker)
        job.worker = None
        if worker.last:
            self._end(worker)
        else:
            self.idle.append(worker)
        self._reply(job, outcome)

    def _reply(self, job: Job, outcome: Outcome) -> None:
        self.selector.unregister(job.connection)
        job.connection.settimeout(_SEND_SECONDS)
        data = frame(json.dumps(outcome.message).encode())
        files = [] if outcome.result is None else [outcome.result]
        with contextlib.suppress(OSError), job.connection:
            socket.send_fds(job.connection, [data], files)
        for descriptor in files:
            os.close(descriptor)

    def _abandon(self, client: Client) -> None:
        """The client hung up, or does not speak the protocol."""
        self.selector.unregister(client.connection)
        client.connection.close()
        job = client.job
        if job is None:
            return
        if job in self.waiting:
            self.waiting.remove(job)
        if job.worker is not None:
            del self.running[job.worker]
            self._end(job.worker)

    def _end_overdue(self) -> None:
        now = time.monotonic()
        for worker, job in list(self.running.items()):
            if worker.deadline is not None and worker.deadline <= now:
                del self.running[worker]
                self._end(worker)
                words = f"the query was ended after {worker.seconds:g} s"
                error = TimeLimitExceeded(words, worker.seconds)
                self._reply(job, Outcome(to_message(error)))
        while self.waiting and self.waiting[0].patience_ends <= now:
            words = f"the query waited {self.limits.patience:g} s for its turn"
            self._reply(self.waiting.popleft(), Outcome(to_message(Overloaded(words))))

    def _end(self, worker: Worker) -> None:
        self.selector.unregister(worker.channel)
        worker.end()


def main() -> None:
    """Load, say that it is ready, answer until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lifeline = sys.stdin.fileno()
    setup = Setup.from_json(_first_line(lifeline))
    try:
        loaded = load(setup.contents)
    except ProblemsError as error:
        found = [[one.file, one.line, one.message] for one in error.problems]
        print(json.dumps({"problems": found}), flush=True)
        return
    # The garbage collector of a worker shall not write to, and so copy, what it shares.
    gc.collect()
    gc.freeze()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(setup.address)
        listener.listen(512)
        holder = Holder(loaded, setup.limits, listener)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        print(json.dumps({"graphs": loaded.graphs}), flush=True)
        try:
            holder.serve(lifeline)
        finally:
            Path(setup.address).unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                Path(setup.address).parent.rmdir()


def _first_line(descriptor: int) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(descriptor, 1 << 16)
        if not piece:
            sys.exit(1)
        line += piece
    return line


if __name__ == "__main__":
    main()
