"""Asking a store that another process holds."""

import base64
import pickle
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eakg.rdf import ResultFormat, Triple, format_named, pattern
from eakg.sparql import FormatMismatchError, from_message
from eakg.store.changes import Applied, Write
from eakg.store.request import Limits, Load, QueryRequest, Result
from eakg.store.workers.board import Board
from eakg.store.workers.lease import Lease
from eakg.store.workers.link import ASKER, linked
from eakg.store.workers.running_query import GRACE, RunningQuery
from eakg.store.workers.turns import Turns

if TYPE_CHECKING:
    from eakg.store.reasoner import Explained


class StoreClient:
    """Keeps a few workers of the holder to itself, and asks them; any number of threads may share
    it.

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
        result_format = _format_of(request)
        patience_ends = time.monotonic() + self.limits.patience
        self._turns.take(self.limits.patience)
        try:
            lease = self._at_hand() or self._new_lease()
        except BaseException:
            self._turns.pass_on()
            raise
        return self._running(request, result_format, lease, patience_ends).finish()

    def begin_at_once(self, request: QueryRequest) -> RunningQuery | None:
        """The query under way, where a turn is free and a worker at hand; never waits.

        Raises: FormatMismatchError.
        """
        result_format = _format_of(request)
        if not self._turns.take_free():
            return None
        lease = self._at_hand()
        if lease is None:
            self._turns.pass_on()
            return None
        patience_ends = time.monotonic() + self.limits.patience
        return self._running(request, result_format, lease, patience_ends)

    def update(self, request: Write) -> Applied:
        """Make the change durable and visible.

        Raises: StoreError and its kinds, after which nothing has changed; StoreUnreachableError
        when the holder ended meanwhile, after which it is not known.
        """
        message = self._reply({"write": request.message()})
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
        message = self._reply({"explain": terms})
        if "explained" not in message:
            raise from_message(message)
        if message["explained"] is None:
            raise NotInClosureError("the graph does not say it, and it does not follow")
        pickled = base64.b64decode(message["explained"])
        explained: Explained = pickle.loads(pickled)  # noqa: S301 - from a process of our own
        return replace(explained, version=message["version"])

    def load(self) -> Load:
        """How busy this client and the holder are. Raises: StoreUnreachableError."""
        with linked(str(self.address), {"load": {}}, self._seconds) as link:
            load = link.reply()["load"]
        waiting = self._turns.waiting + load["waiting"]
        return Load(self._turns.taken, load["long"], waiting, load["workers"])

    def close(self) -> None:
        """Let all workers go."""
        with self._lock:
            leases, self._idle = self._idle, []
        for lease in leases:
            lease.close()

    def __del__(self) -> None:
        self.close()

    @property
    def _seconds(self) -> float:
        """That an answer of the holder may take."""
        return self.limits.patience + self.limits.timeout + GRACE

    def _running(
        self,
        request: QueryRequest,
        result_format: ResultFormat,
        lease: Lease,
        patience_ends: float,
    ) -> RunningQuery:
        return RunningQuery(
            request,
            result_format,
            lease,
            self.limits,
            patience_ends,
            self._turns.pass_on,
            self._give_back,
        )

    def _at_hand(self) -> Lease | None:
        """One of those kept that is still good."""
        while True:
            with self._lock:
                lease = self._idle.pop() if self._idle else None
            if lease is None or lease.usable:
                return lease
            lease.close()

    def _new_lease(self) -> Lease:
        with linked(str(self.address), {"lease": {}}, self._seconds) as link:
            lease = link.lease()
        self._board = lease.board
        return lease

    def _give_back(self, lease: Lease) -> None:
        if lease.last:
            lease.close()
            return
        with self._lock:
            self._idle.append(lease)

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        """The holder's one answer, whenever it comes."""
        with linked(str(self.address), message, self._seconds, ASKER.get()) as link:
            link.connection.settimeout(None)
            return link.reply()


def _format_of(request: QueryRequest) -> ResultFormat:
    result_format = format_named(request.format)
    if result_format is None:
        raise FormatMismatchError(f"there is no result format {request.format!r}")
    return result_format
