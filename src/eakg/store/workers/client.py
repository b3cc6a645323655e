"""Asking a store that another process holds."""

import contextlib
import io
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from eakg.rdf import ResultFormat, Triple, pattern
from eakg.sparql import (
    StoreError,
    StoreUnreachableError,
    TimeLimitExceededError,
)
from eakg.store.changes import AppliedChange, Write
from eakg.store.messages import (
    Consistency,
    ConsistencyRequest,
    ExplainRequest,
    Explanation,
    LeaseOffer,
    LeaseRequest,
    LoadRequest,
    LongLaneRequest,
    Message,
    MessageError,
    NotEntailed,
    WorkerOutcome,
    expect,
    frame,
    receive,
    send,
)
from eakg.store.request import Limits, Load, QueryRequest, Result
from eakg.store.workers.attempt import ATTEMPT, Attempt, Pending, Postponed
from eakg.store.workers.lease import Lease
from eakg.store.workers.turns import Turns
from eakg.store.workers.version_page import VersionPage

if TYPE_CHECKING:
    from eakg.store.reasoner import ConsistencyReport, Explained

_GRACE = 5.0  # seconds beyond patience and time limit after which the keeper is taken for dead
_ENDS = 3  # descriptors that come with a lease


class Asker(Protocol):
    """Whoever waits for an answer and may leave before it is there."""

    def on_leaving(self, act: Callable[[], None]) -> None:
        """Call `act`, from any thread, once the asker has left; at once where it has already."""
        ...


ASKER: ContextVar[Asker | None] = ContextVar("asker", default=None)
"""Who waits for the queries of this thread; one that leaves ends them."""


class StoreClient:
    """Keeps a few workers of the keeper to itself, and asks them; any number of threads may share
    it.

    A query that takes longer than a moment is brought to the keeper's attention, over a connection
    of its own that ends the query when it is closed.

    Arguments: the path of the keeper's Unix socket; the limits it runs under.
    """

    def __init__(self, address: Path, limits: Limits) -> None:
        self.address = address
        self.limits = limits
        self._turns = Turns(limits.quick, limits.queue, limits.moment)
        self._lock = threading.Lock()
        self._idle: list[Lease] = []
        self._page: VersionPage | None = None

    @property
    def version(self) -> str:
        """The version of the data that a query sent now is answered from.

        Raises: StoreUnreachableError.
        """
        page = self._page
        if page is not None and (version := page.version):
            return version
        lease = self._new_lease()
        self._give_back(lease)
        return lease.version

    def query(self, request: QueryRequest) -> Result:
        """Answer the request. Raises: StoreError and its kinds, all of them before any result.

        An exception that interrupts the call ends the query.
        """
        result_format = request.result_format
        patience_ends = time.monotonic() + self.limits.patience
        data = frame(request)
        lease, answer = self._ask_shortly(data)
        if answer is None:
            seconds = self.limits.seconds(request.timeout)
            patience = patience_ends - time.monotonic()
            lease, answer = self._ask_at_length(lease, data, seconds, patience)
        try:
            return _result(lease, answer, result_format)
        finally:
            self._give_back(lease)

    def update(self, request: Write) -> AppliedChange:
        """Make the change durable and visible.

        Raises: StoreError and its kinds, after which nothing has changed; StoreUnreachableError
        when the keeper ended meanwhile, after which it is not known.
        """
        return expect(self._told(request), AppliedChange)

    def explain(self, triple: Triple) -> "Explained":
        """Why a triple holds, in the version that is there now.

        Raises: NotInClosureError when it does not follow; StoreError and its kinds.
        """
        # It starts threads, and the process that holds a store imports this package and forks.
        from eakg.reason.proofs import NotInClosureError
        from eakg.store.messages import explained_of

        try:
            pattern(triple)
        except ValueError as error:  # no term that the engine could hold
            raise NotInClosureError("it has a term that no graph can hold") from error
        message = self._told(ExplainRequest(triple))
        if isinstance(message, NotEntailed):
            raise NotInClosureError("the graph does not say it, and it does not follow")
        return explained_of(expect(message, Explanation))

    def contradictions(self, limit: int) -> "ConsistencyReport":
        """Where the graph contradicts itself in the version that is there now, with proofs for the
        first `limit`.

        Raises: NotReasonedError when the store does not reason; StoreError and its kinds.
        """
        from eakg.store.messages import report_of

        return report_of(expect(self._told(ConsistencyRequest(limit)), Consistency))

    def load(self) -> Load:
        """How busy this client and the keeper are. Raises: StoreUnreachableError."""
        try:
            with self._connected(LoadRequest()) as keeper:
                load = expect(receive(keeper)[0], Load)
        except (OSError, EOFError, MessageError) as error:
            raise StoreUnreachableError("the store does not answer") from error
        waiting = self._turns.waiting + load.waiting
        return replace(load, quick=self._turns.in_use, waiting=waiting)

    def close(self) -> None:
        """Let all workers go."""
        with self._lock:
            leases, self._idle = self._idle, []
        for lease in leases:
            lease.close()

    def __del__(self) -> None:
        self.close()

    def _ask_shortly(self, data: bytes) -> tuple[Lease, WorkerOutcome | None]:
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

    def _ask_at_once(self, attempt: Attempt, data: bytes) -> tuple[Lease, WorkerOutcome]:
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
    ) -> tuple[Lease, WorkerOutcome]:
        request = LongLaneRequest(lease.worker, seconds, self.limits.moment, patience)
        try:
            with self._connected(request, lease.keeper) as keeper, _watched(keeper):
                return _pursue(lease, keeper, data, seconds, patience + _GRACE)
        except (OSError, EOFError, MessageError) as error:
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
            with self._connected(LeaseRequest()) as keeper:
                lease = _received_lease(keeper)
        except (OSError, EOFError, MessageError) as error:
            raise StoreUnreachableError("the store does not answer") from error
        self._page = lease.page
        return lease

    def _give_back(self, lease: Lease) -> None:
        if lease.last:
            lease.close()
            return
        with self._lock:
            self._idle.append(lease)

    def _told(self, message: Message) -> Message:
        """The keeper's one answer, whenever it comes."""
        try:
            with self._connected(message) as keeper, _watched(keeper):
                keeper.settimeout(None)
                answer, _ = receive(keeper)
        except (OSError, EOFError, MessageError) as error:
            raise StoreUnreachableError("the store does not answer") from error
        return answer

    @contextlib.contextmanager
    def _connected(self, message: Message, keeper: str | None = None) -> Iterator[socket.socket]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(self.limits.patience + self.limits.timeout + _GRACE)
            connection.connect(keeper or str(self.address))
            send(connection, message)
            yield connection


def _send(lease: Lease, data: bytes) -> None:
    # Where the worker has ended, hearing it says so.
    with contextlib.suppress(OSError):
        lease.ask(data)


def _hear(lease: Lease, seconds: float) -> WorkerOutcome | None:
    """The answer, or None where there is none yet or the worker has ended."""
    try:
        return lease.answer(seconds)
    except (EOFError, OSError, MessageError):
        return None


def _pursue(
    lease: Lease, keeper: socket.socket, data: bytes, seconds: float, patience: float
) -> tuple[Lease, WorkerOutcome]:
    """Wait for what the worker says, or for the keeper to say why it says nothing, or for another
    worker that the keeper sends."""
    worker_ends = time.monotonic() + seconds
    ends = worker_ends + patience
    try:
        while time.monotonic() < ends:
            channel_ready, keeper_ready = _wait(lease, keeper, ends - time.monotonic())
            if channel_ready:
                try:
                    answer = lease.answer(0.0)
                except (EOFError, OSError, MessageError):
                    _check_time(worker_ends, seconds)
                    lease.last = True
                    continue
                if answer is not None:
                    # It gives way to others now, and shall not answer another query.
                    lease.last = True
                    return lease, answer
            elif keeper_ready:
                successor = _received_lease(keeper)
                lease.close()
                lease = successor
                worker_ends = time.monotonic() + seconds
                lease.ask(data)
        _give_up()
    except BaseException:
        lease.close()
        raise


def _check_time(worker_ends: float, seconds: float) -> None:
    """The system ends a worker that the keeper has not ended in time."""
    if time.monotonic() > worker_ends:
        raise TimeLimitExceededError(f"the query was ended after {seconds:g} s", seconds)


def _give_up() -> NoReturn:
    raise StoreUnreachableError("the store does not answer")


def _received_lease(keeper: socket.socket) -> Lease:
    message, descriptors = receive(keeper)
    offer = expect(message, LeaseOffer)
    if len(descriptors) != _ENDS:
        raise EOFError("a worker came without its channel")
    return Lease(offer, keeper.getpeername(), *descriptors)


def _wait(lease: Lease, keeper: socket.socket, seconds: float) -> tuple[bool, bool]:
    """Whether the worker and whether the keeper has something to say."""
    ready = select.poll()
    ready.register(keeper, select.POLLIN)
    if not lease.last:
        ready.register(lease.channel, select.POLLIN)
    found = {descriptor for descriptor, _ in ready.poll(seconds * 1000)}
    return lease.channel.fileno() in found, keeper.fileno() in found


@contextlib.contextmanager
def _watched(keeper: socket.socket) -> Iterator[None]:
    """Within the context an asker who leaves takes the connection along."""
    asker = ASKER.get()
    if asker is not None:

        def leave() -> None:
            with contextlib.suppress(OSError):
                keeper.shutdown(socket.SHUT_RDWR)

        asker.on_leaving(leave)
    yield


def _result(lease: Lease, answer: WorkerOutcome, result_format: ResultFormat) -> Result:
    output = answer.body
    if isinstance(output, StoreError):
        raise output
    if output.content is not None:
        file: Any = io.BytesIO(output.content)
    else:
        file = os.fdopen(lease.take_result(), "rb")
        file.seek(0)
    return Result(result_format.media_type, output.size, output.seconds, file, output.version)
