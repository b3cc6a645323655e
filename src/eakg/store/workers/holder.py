"""Holding the store: one thread that forks workers, and ends them.

A line on its lifeline says that another holder has taken its place: it gives out no more workers,
and ends when those it gave out have done their work. At the end of the lifeline it ends at once.

A client connects to the Unix socket and sends one message, an object with one member:

`{"lease": {}}`
    asks for a worker. The answer is `{"lease": {"worker": number, "version": text}}` with the
    descriptors of a channel to the worker, of its result file, and of the `Board`. The worker
    answers over the channel until the client closes it or the holder ends.

`{"claim": {"worker": number, "seconds": limit, "elapsed": seconds, "patience": seconds}}`
    says that a query has run longer than a moment, or that its worker has ended. The worker goes
    on as one of the few long ones; or it is ended, and another comes, as a lease does, when there
    is room among them. Closing the connection ends the query. Why a query was ended is the answer.

`{"load": {}}`
    asks how many workers there are, how many `long` queries they have, and how many are `waiting`.
"""

import contextlib
import json
import os
import selectors
import socket
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from eakg.sparql import (
    MemoryLimitExceededError,
    OverloadedError,
    StoreError,
    TimeLimitExceededError,
    WorkerCrashedError,
    to_message,
)
from eakg.store.graphs import LoadedStore
from eakg.store.request import Limits
from eakg.store.workers.board import Board
from eakg.store.workers.frames import frame, unframe
from eakg.store.workers.pool import Ends, Worker, fork_worker

_SEND_SECONDS = 2.0
_PIECE = 1 << 16
_WEIGH_SECONDS = 0.1
_REMEMBERED = 256  # ends of workers that nobody has asked about
NO_ROOM = "the system has no room for another query"


@dataclass(eq=False)
class Client:
    """A connection, what of its message has come, and what to do when it hangs up.

    `gone` is None until the message is there.
    """

    connection: socket.socket
    received: bytearray = field(default_factory=bytearray)
    gone: Callable[[], None] | None = None


@dataclass(eq=False)
class LongQuery:
    """A long query: who asked, how long it may wait and run, and who works on it until when.

    `client` is None once it has its answer.
    """

    client: Client | None
    seconds: float
    patience: float
    patience_ends: float
    worker: Worker | None = None
    ends: float = 0.0
    processor: float = 0.0


@dataclass
class Holder:
    """The event loop over clients and workers.

    `kinds` are the messages that it understands, by their one member.
    """

    loaded: LoadedStore
    limits: Limits
    listener: socket.socket
    board: Board
    board_descriptor: int
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    workers: dict[int, Worker] = field(default_factory=dict)
    ended: OrderedDict[int, StoreError] = field(default_factory=OrderedDict)
    waiting: deque[LongQuery] = field(default_factory=deque)
    long: dict[Worker, LongQuery] = field(default_factory=dict)
    on_trial: dict[Worker, LongQuery] = field(default_factory=dict)
    stopped: bool = False
    retired_at: float | None = None

    def __post_init__(self) -> None:
        self.kinds: dict[str, Callable[[Client, Any], None]] = {
            "lease": self._lease,
            "claim": self._claim,
            "load": self._tell_load,
        }
        self.publish()

    def publish(self) -> None:
        """Let the clients know of the version of the data; workers of another are let go."""
        self.board.version = self.loaded.version

    def serve(self, lifeline: int) -> None:
        """Answer until `lifeline` is at its end or `stop` is called."""
        self.listener.setblocking(False)
        self._watch(self.listener, self._accept)
        self._watch(lifeline, lambda: self._hear_parent(lifeline))
        try:
            while not (self.stopped or self._has_retired()):
                for key, _ in self.selector.select(self._seconds_to_next_deadline()):
                    # An earlier one of these events may have closed what this one is about.
                    if self.selector.get_map().get(key.fd) is key:
                        key.data()
                self._end_overdue()
                self._judge()
                self._weigh()
                self._hand_out()
        finally:
            self.board.version = ""
            for worker in self.workers.values():
                worker.kill()
            for worker in self.workers.values():
                worker.bury(0.0)

    def stop(self) -> None:
        """Leave `serve` after the events at hand."""
        self.stopped = True

    def _hear_parent(self, lifeline: int) -> None:
        if not os.read(lifeline, _PIECE):
            self.stop()
        elif self.retired_at is None:
            self.retired_at = time.monotonic() + self.limits.moment + _SEND_SECONDS
            # Clients find that their workers are of no version that there is.
            self.board.version = ""
            print(json.dumps({"retired": True}), flush=True)

    def _has_retired(self) -> bool:
        """Whether another has its place, and no query is under way: by now the short ones have
        ended, or have been brought to attention as long ones."""
        busy = self.waiting or any(claim.client is not None for claim in self.long.values())
        return self.retired_at is not None and time.monotonic() >= self.retired_at and not busy

    def send(self, client: Client, message: dict[str, Any], files: tuple[int, ...] = ()) -> None:
        """Send a message; the connection stays."""
        client.connection.settimeout(_SEND_SECONDS)
        with contextlib.suppress(OSError):
            data = frame(json.dumps(message).encode())
            # One call sends what the socket has room for.
            sent = socket.send_fds(client.connection, [data], files)
            client.connection.sendall(data[sent:])
        client.connection.setblocking(False)

    def reply(self, client: Client, message: dict[str, Any], files: tuple[int, ...] = ()) -> None:
        """Send the last message, and close the connection."""
        self.send(client, message, files)
        self._close(client)

    def _watch(self, source: int | socket.socket, act: Callable[[], None]) -> None:
        self.selector.register(source, selectors.EVENT_READ, act)

    def _close(self, client: Client) -> None:
        self.selector.unregister(client.connection)
        client.connection.close()

    def _seconds_to_next_deadline(self) -> float | None:
        under_way = (*self.long.values(), *self.on_trial.values())
        deadlines = [claim.ends for claim in under_way if claim.client is not None]
        deadlines += [claim.patience_ends for claim in self.waiting]
        if self.retired_at is not None:
            deadlines.append(max(self.retired_at, time.monotonic() + _WEIGH_SECONDS))
        if self.on_trial:
            deadlines.append(time.monotonic() + self.limits.moment / 2)
        if self.long:
            deadlines.append(time.monotonic() + _WEIGH_SECONDS)
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
        if not received or client.gone is not None:
            self._close(client)
            if client.gone is not None:
                client.gone()
            return
        client.received += received
        try:
            found = unframe(client.received)
            if found is None:
                return
            ((kind, fields),) = json.loads(found[0]).items()
            act = self.kinds[kind]
            client.gone = _nothing
            act(client, fields)
        except (ValueError, TypeError, KeyError, AttributeError):
            self._close(client)

    def _lease(self, client: Client, _: Any) -> None:
        try:
            worker, ends = self._fork()
        except OSError:
            self.reply(client, to_message(OverloadedError(NO_ROOM)))
            return
        self.reply(client, self._offer(worker), (ends.channel.fileno(), *self._files(ends)))
        ends.close()

    def _tell_load(self, client: Client, _: Any) -> None:
        told = {
            "workers": len(self.workers),
            "long": len(self.long),
            "waiting": len(self.waiting),
        }
        self.reply(client, {"load": told})

    def _offer(self, worker: Worker) -> dict[str, Any]:
        return {"lease": {"worker": worker.number, "version": self.loaded.version}}

    def _files(self, ends: Ends) -> tuple[int, int]:
        return ends.result, self.board_descriptor

    def _fork(self) -> tuple[Worker, Ends]:
        worker, ends = fork_worker(self.loaded, self.limits)
        self.workers[worker.number] = worker
        self._watch(worker.lifeline, lambda: self._bury(worker))
        return worker, ends

    def _bury(self, worker: Worker) -> None:
        """A worker has ended."""
        self.selector.unregister(worker.lifeline)
        del self.workers[worker.number]
        claim = self.long.pop(worker, None) or self.on_trial.pop(worker, None)
        error = worker.bury(claim.seconds if claim else self.limits.timeout)
        if claim is None:
            self.ended[worker.number] = error
            if len(self.ended) > _REMEMBERED:
                self.ended.popitem(last=False)
        else:
            self._refuse(claim, error)

    def _refuse(self, claim: LongQuery, error: StoreError) -> None:
        client, claim.client = claim.client, None
        if client is not None:
            self.reply(client, to_message(error))

    def _claim(self, client: Client, fields: Any) -> None:
        number, seconds = int(fields["worker"]), float(fields["seconds"])
        patience = min(self.limits.patience, float(fields["patience"]))
        now = time.monotonic()
        worker = self.workers.get(number)
        if worker is not None and worker.has_ended():
            self._bury(worker)
            worker = None
        if worker is None:
            gone = WorkerCrashedError("the process that ran the query is gone")
            self.reply(client, to_message(self.ended.pop(number, gone)))
            return
        claim = LongQuery(client, seconds, self.limits.patience, now + patience)
        client.gone = lambda: self._abandon(claim)
        if len(self.long) < self.limits.workers and not self.waiting:
            self._run(claim, worker, now + seconds - float(fields["elapsed"]))
        elif len(self.on_trial) < self.limits.quick:
            claim.worker, claim.ends = worker, now + seconds - float(fields["elapsed"])
            claim.processor = worker.processor()
            self.on_trial[worker] = claim
        else:
            self._put_off(claim, worker)

    def _judge(self) -> None:
        """A query is long by what it did: where there is a crowd, a short one may have done little
        in its moment."""
        for worker, claim in list(self.on_trial.items()):
            if claim.client is None:
                continue
            if len(self.long) < self.limits.workers and not self.waiting:
                del self.on_trial[worker]
                self._run(claim, worker, claim.ends)
            elif worker.processor() - claim.processor >= self.limits.moment:
                del self.on_trial[worker]
                claim.worker = None
                self._put_off(claim, worker)

    def _put_off(self, claim: LongQuery, worker: Worker) -> None:
        """Let the query begin anew when there is room among the long ones."""
        worker.kill()
        if len(self.waiting) < self.limits.queue:
            self.waiting.append(claim)
        else:
            self._refuse(claim, OverloadedError("too many long queries are waiting"))

    def _run(self, claim: LongQuery, worker: Worker, ends: float) -> None:
        worker.give_way()
        claim.worker, claim.ends = worker, ends
        self.long[worker] = claim

    def _hand_out(self) -> None:
        while self.waiting and len(self.long) < self.limits.workers:
            claim = self.waiting.popleft()
            if claim.client is None:
                continue
            try:
                worker, ends = self._fork()
            except OSError:
                self._refuse(claim, OverloadedError(NO_ROOM))
                continue
            self._run(claim, worker, time.monotonic() + claim.seconds)
            files = (ends.channel.fileno(), *self._files(ends))
            self.send(claim.client, self._offer(worker), files)
            ends.close()

    def _abandon(self, claim: LongQuery) -> None:
        """The client of a long query has its answer, or hung up."""
        claim.client = None
        if claim in self.waiting:
            self.waiting.remove(claim)
        if claim.worker is not None:
            claim.worker.kill()

    def _end_overdue(self) -> None:
        now = time.monotonic()
        for worker, claim in (*self.long.items(), *self.on_trial.items()):
            if claim.client is not None and claim.ends <= now:
                worker.kill()
                words = f"the query was ended after {claim.seconds:g} s"
                self._refuse(claim, TimeLimitExceededError(words, claim.seconds))
        for claim in [one for one in self.waiting if one.patience_ends <= now]:
            self.waiting.remove(claim)
            words = f"the query waited {claim.patience:g} s for its turn"
            self._refuse(claim, OverloadedError(words))

    def _weigh(self) -> None:
        """End the largest of the long queries where all together take too much memory."""
        if not self.long:
            return
        taken = {
            worker: worker.taken()
            for worker, claim in self.long.items()
            if claim.client is not None
        }
        if sum(taken.values()) > self.limits.total_memory:
            largest = max(taken, key=lambda worker: taken[worker])
            largest.kill()
            words = "the queries under way need more memory than there is for all of them"
            self._refuse(self.long[largest], MemoryLimitExceededError(words))


def _nothing() -> None:
    pass
