"""Asking a store that another process holds."""

import base64
import contextlib
import io
import json
import os
import pickle
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from eakg.rdf import ResultFormat, Triple, format_named, pattern
from eakg.sparql import (
    FormatMismatchError,
    StoreUnreachableError,
    TimeLimitExceededError,
    from_message,
)
from eakg.store.changes import Applied, Write
from eakg.store.request import Limits, Load, QueryRequest, Result
from eakg.store.workers.attempt import ATTEMPT, Attempt, Pending, Postponed
from eakg.store.workers.board import Board
from eakg.store.workers.frames import frame, receive
from eakg.store.workers.lease import Answer, Lease
from eakg.store.workers.turns import Turns
from eakg.store.workers.worker import DONE

if TYPE_CHECKING:
    from eakg.store.reasoner import ConsistencyReport, Explained

_GRACE = 5.0  # seconds beyond patience and time limit after which the holder is taken for dead
_ENDS = 3  # descriptors that come with a lease


class Asker(Protocol):
    """Whoever waits for an answer and may leave before it is there."""

    def on_leaving(self, act: Callable[[], None]) -> None:
        """Call `act`, from any thread, once the asker has left; at once where it has already."""
        ...


ASKER: ContextVar[Asker | None] = ContextVar("asker", default=None)
"""Who waits for the queries of this thread; one that leaves ends them."""


class StoreClient:
    """Keeps a few workers of the holder to itself, and asks them; any number of threads may share
    it.

    A query that takes longer than a moment is brought to the holder's attention, over a connection
    of its own that ends the query when it is closed.

    Arguments: the path of the holder's Unix socket; the limits it runs under.
    """

    def __init__(self, address: Path, limits: Limits) -> None:
        self.address = address
        self.limits = limits
        self._turns = Turns(limits.quick, limits.queue, limits.moment)
        self._lock = threading.Lock()
        self._idle: list[Lease] = []
        self._board: Board | None = None

    @property
    def version(self) -> str:
        """The version of the data that a query sent now is answered from.

        Raises: StoreUnreachableError.
        """
        board = self._board
        if board is not None and (version := board.version):
            return version
        lease = self._new_lease()
        self._give_back(lease)
        return lease.version

    def query(self, request: QueryRequest) -> Result:
        """Answer the request. Raises: StoreError and its kinds, all of them before any result.

        An exception that interrupts the call ends the query.
        """
        result_format = format_named(request.format)
        if result_format is None:
            raise FormatMismatchError(f"there is no result format {request.format!r}")
        patience_ends = time.monotonic() + self.limits.patience
        data = request.to_json()
        lease, answer = self._ask_shortly(data)
        if answer is None:
            seconds = self.limits.seconds(request.timeout)
            patience = patience_ends - time.monotonic()
            lease, answer = self._ask_at_length(lease, data, seconds, patience)
        try:
            return _result(lease, answer, result_format)
        finally:
            self._give_back(lease)

    def update(self, request: Write) -> Applied:
        """Make the change durable and visible.

        Raises: StoreError and its kinds, after which nothing has changed; StoreUnreachableError
        when the holder ended meanwhile, after which it is not known.
        """
        message = self._told({"write": request.message()})
        if "applied" in message:
            return Applied.from_json(message["applied"])
        raise from_message(message)

    def explain(self, triple: Triple) -> "Explained":
        """Why a triple holds, in the version that is there now.

        Raises: NotInClosureError when it does not follow; StoreError and its kinds.
        """
        # It starts threads, and the process that holds a store imports this package and forks.
        from eakg.reason.proofs import NotInClosureError

        try:
            terms = [str(term) for term in pattern(triple)]
        except ValueError as error:  # no term that the engine could hold
            raise NotInClosureError("it has a term that no graph can hold") from error
        message = self._told({"explain": terms})
        if "explained" not in message:
            raise from_message(message)
        if message["explained"] is None:
            raise NotInClosureError("the graph does not say it, and it does not follow")
        explained: Explained = _unpickled(message["explained"])
        return replace(explained, version=message["version"])

    def contradictions(self, limit: int) -> "ConsistencyReport":
        """Where the graph contradicts itself in the version that is there now, with proofs for the
        first `limit`.

        Raises: NotReasonedError when the store does not reason; StoreError and its kinds.
        """
        message = self._told({"contradictions": limit})
        if "contradictions" not in message:
            raise from_message(message)
        report: ConsistencyReport = _unpickled(message["contradictions"])
        return replace(report, version=message["version"])

    def load(self) -> Load:
        """How busy this client and the holder are. Raises: StoreUnreachableError."""
        try:
            with self._connected({"load": {}}) as holder:
                told = json.loads(receive(holder)[0])["load"]
        except (OSError, EOFError) as error:
            raise StoreUnreachableError("the store does not answer") from error
        waiting = self._turns.waiting + told["waiting"]
        return Load(self._turns.taken, told["long"], waiting, told["workers"])

    def close(self) -> None:
        """Let all workers go."""
        with self._lock:
            leases, self._idle = self._idle, []
        for lease in leases:
            lease.close()

    def __del__(self) -> None:
        self.close()

    def _ask_shortly(self, data: bytes) -> tuple[Lease, Answer | None]:
        """A worker, and its answer, or None where there is none within a moment.

        Raises: Postponed where the attempt of this thread ends earlier.
        """
        attempt = ATTEMPT.get()
        if attempt is not None and not attempt.patient:
            return self._ask_at_once(attempt, data)
        lease = attempt.take_up(data) if attempt is not None else None
        if lease is None:
            lease = self._begin(data)
        try:
            return lease, _hear(lease, self.limits.moment)
        except BaseException:
            lease.close()
            raise
        finally:
            self._turns.pass_on()

    def _ask_at_once(self, attempt: Attempt, data: bytes) -> tuple[Lease, Answer]:
        if not self._turns.take_free():
            raise Postponed
        lease = self._at_hand()
        if lease is None:
            self._turns.pass_on()
            raise Postponed
        _send(lease, data)
        answer = _hear(lease, attempt.seconds)
        if answer is None:
            attempt.pending = Pending(data, lease, self._turns.pass_on)
            raise Postponed
        self._turns.pass_on()
        return lease, answer

    def _begin(self, data: bytes) -> Lease:
        """A worker that has been asked, and a turn taken for it."""
        self._turns.take(self.limits.patience)
        try:
            lease = self._at_hand() or self._new_lease()
        except BaseException:
            self._turns.pass_on()
            raise
        _send(lease, data)
        return lease

    def _ask_at_length(
        self, lease: Lease, data: bytes, seconds: float, patience: float
    ) -> tuple[Lease, Answer]:
        claim = {
            "worker": lease.worker,
            "seconds": seconds,
            "elapsed": self.limits.moment,
            "patience": patience,
        }
        try:
            with self._connected({"claim": claim}, lease.holder) as holder, _watched(holder):
                return _pursue(lease, holder, data, seconds, patience + _GRACE)
        except (OSError, EOFError) as error:
            raise StoreUnreachableError("the store does not answer") from error

    def _at_hand(self) -> Lease | None:
        """One of those kept that is still good."""
        while True:
            with self._lock:
                lease = self._idle.pop() if self._idle else None
            if lease is None or lease.usable:
                return lease
            lease.close()

    def _new_lease(self) -> Lease:
        try:
            with self._connected({"lease": {}}) as holder:
                lease = _received_lease(holder)
        except (OSError, EOFError) as error:
            raise StoreUnreachableError("the store does not answer") from error
        self._board = lease.board
        return lease

    def _give_back(self, lease: Lease) -> None:
        if lease.last:
            lease.close()
            return
        with self._lock:
            self._idle.append(lease)

    def _told(self, message: dict[str, Any]) -> dict[str, Any]:
        """The holder's one answer, whenever it comes."""
        try:
            with self._connected(message) as holder, _watched(holder):
                holder.settimeout(None)
                answer: dict[str, Any] = json.loads(receive(holder)[0])
        except (OSError, EOFError) as error:
            raise StoreUnreachableError("the store does not answer") from error
        return answer

    @contextlib.contextmanager
    def _connected(
        self, message: dict[str, Any], holder: str | None = None
    ) -> Iterator[socket.socket]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(self.limits.patience + self.limits.timeout + _GRACE)
            connection.connect(holder or str(self.address))
            connection.sendall(frame(json.dumps(message).encode()))
            yield connection


def _unpickled(text: str) -> Any:
    return pickle.loads(base64.b64decode(text))  # noqa: S301 - from a process of our own


def _send(lease: Lease, data: bytes) -> None:
    # Where the worker has ended, hearing it says so.
    with contextlib.suppress(OSError):
        lease.ask(data)


def _hear(lease: Lease, seconds: float) -> Answer | None:
    """The answer, or None where there is none yet or the worker has ended."""
    try:
        return lease.answer(seconds)
    except (EOFError, OSError):
        return None


def _pursue(
    lease: Lease, holder: socket.socket, data: bytes, seconds: float, patience: float
) -> tuple[Lease, Answer]:
    """Wait for what the worker says, or for the holder to say why it says nothing, or for another
    worker that the holder sends."""
    worker_ends = time.monotonic() + seconds
    ends = worker_ends + patience
    try:
        while time.monotonic() < ends:
            channel_ready, holder_ready = _wait(lease, holder, ends - time.monotonic())
            if channel_ready:
                try:
                    answer = lease.answer(0.0)
                except (EOFError, OSError):
                    _check_time(worker_ends, seconds)
                    lease.last = True
                    continue
                if answer is not None:
                    # It gives way to others now, and shall not answer another query.
                    lease.last = True
                    return lease, answer
            elif holder_ready:
                successor = _received_lease(holder)
                lease.close()
                lease = successor
                worker_ends = time.monotonic() + seconds
                lease.ask(data)
        _give_up()
    except BaseException:
        lease.close()
        raise


def _check_time(worker_ends: float, seconds: float) -> None:
    """The system ends a worker that the holder has not ended in time."""
    if time.monotonic() > worker_ends:
        raise TimeLimitExceededError(f"the query was ended after {seconds:g} s", seconds)


def _give_up() -> NoReturn:
    raise StoreUnreachableError("the store does not answer")


def _received_lease(holder: socket.socket) -> Lease:
    data, descriptors = receive(holder)
    message = json.loads(data)
    if len(descriptors) != _ENDS:
        raise from_message(message)
    return Lease(message["lease"], holder.getpeername(), *descriptors)


def _wait(lease: Lease, holder: socket.socket, seconds: float) -> tuple[bool, bool]:
    """Whether the worker and whether the holder has something to say."""
    ready = select.poll()
    ready.register(holder, select.POLLIN)
    if not lease.last:
        ready.register(lease.channel, select.POLLIN)
    found = {descriptor for descriptor, _ in ready.poll(seconds * 1000)}
    return lease.channel.fileno() in found, holder.fileno() in found


@contextlib.contextmanager
def _watched(holder: socket.socket) -> Iterator[None]:
    """Within the context an asker who leaves takes the connection along."""
    asker = ASKER.get()
    if asker is not None:

        def leave() -> None:
            with contextlib.suppress(OSError):
                holder.shutdown(socket.SHUT_RDWR)

        asker.on_leaving(leave)
    yield


def _result(lease: Lease, answer: Answer, result_format: ResultFormat) -> Result:
    message = answer.message
    if message["status"] != DONE:
        raise from_message(message)
    if answer.content is not None:
        file: Any = io.BytesIO(answer.content)
    else:
        file = os.fdopen(lease.take_result(), "rb")
        file.seek(0)
    return Result(
        result_format.media_type, message["size"], message["seconds"], file, message["version"]
    )
