"""Asking a store that another process holds."""

import os
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from eakg.rdf import JSON, ResultFormat, Triple, pattern
from eakg.sparql import Inspection, NotPreparedError, StoreUnreachableError
from eakg.store.changes import AppliedChange, Write
from eakg.store.client.engine_at_hand import EngineAtHand
from eakg.store.client.lease import Lease
from eakg.store.client.link import ASKER, linked
from eakg.store.client.running_query import GRACE, RunningQuery
from eakg.store.client.turns import Turns
from eakg.store.messages import (
    CODEC,
    Consistency,
    ConsistencyRequest,
    ExplainRequest,
    Explanation,
    JustificationsRequest,
    JustifiedExplanation,
    LeaseRequest,
    LoadRequest,
    Message,
    NoEntailment,
    VersionPage,
    expect,
)
from eakg.store.request import InspectionRequest, Limits, Load, QueryRequest, Result

if TYPE_CHECKING:
    from eakg.store.answers import ConsistencyReport, SupportedJustifications, SupportedProof

_LATER_SECONDS = 0.3  # until what was not ready is asked for again
_JUSTIFICATION_SECONDS = 10.0  # in which justifications are looked for: changes wait meanwhile
_AT_ONCE_SECONDS = 2.0  # in which a keeper answers what it knows, unless something is wrong


class KeeperPage(NamedTuple):
    """The page of a keeper, and the keeper's own address."""

    keeper: str
    page: VersionPage


class StoreClient:
    """Keeps a few workers of the keeper to itself, and asks them; any number of threads may share
    it.

    Arguments: the path of the keeper's Unix socket; the limits it runs under.
    """

    def __init__(self, address: Path, limits: Limits) -> None:
        self.address = address
        self._link = str(address)
        self.limits = limits
        self._turns = Turns(limits.quick, limits.queue, limits.patience)
        self._lock = threading.Lock()
        self._idle: list[Lease] = []
        self._page: KeeperPage | None = None
        self._engine: EngineAtHand | None = None

    @property
    def known_version(self) -> str:
        """The same, where it is known without asking the keeper; else empty."""
        page = self._page
        if page is None:
            return ""
        # The page of a keeper that was killed says what was the version then. Before another takes
        # changes, its address is at this one.
        try:
            is_in_place = os.readlink(self._link) == page.keeper  # noqa: PTH115 - asked for each query
        except OSError:
            return ""
        return page.page.version if is_in_place else ""

    @property
    def version(self) -> str:
        """The version of the data that a query sent now is answered from.

        Raises: StoreUnreachableError.
        """
        if version := self.known_version:
            return version
        lease = self._new_lease()
        self._give_back(lease)
        return lease.version

    def query(self, request: QueryRequest) -> Result:
        """Answer the request. Raises: StoreError and its kinds, all of them before any result.

        An exception that interrupts the call ends the query.
        """
        result = self.result_at_hand(request)
        return self._ask(request, request.result_format) if result is None else result

    def result_at_hand(self, request: QueryRequest) -> Result | None:
        """The result of a look-up that this process answers itself, None where a worker is to be
        asked. Raises: StoreError and its kinds."""
        engine = self._engine
        if engine is None or engine.version != self.known_version:
            return None
        return engine.result(request)

    def inspect(self, request: InspectionRequest) -> Inspection:
        """What a query asks for, read by a worker. Raises: StoreError and its kinds.

        An exception that interrupts the call ends it.
        """
        return CODEC.value(Inspection, self._ask(request, JSON).read().decode())

    def begin_at_once(self, request: QueryRequest) -> RunningQuery | None:
        """The query under way, where a turn is free and a worker at hand; never waits.

        Raises: FormatMismatchError.
        """
        result_format = request.result_format
        if not self._turns.take_free():
            return None
        lease = self._at_hand()
        if lease is None:
            self._turns.pass_on()
            return None
        return self._running(request, result_format, lease, self.limits.patience)

    def update(self, request: Write) -> AppliedChange:
        """Make the change durable and visible.

        Raises: StoreError and its kinds, after which nothing has changed; StoreUnreachableError
        when the keeper ended meanwhile, after which it is not known.
        """
        limits = self.limits
        if request.timeout is None:
            # It waits for its turn, is worked out, and what follows is found out.
            seconds = 2 * limits.timeout + limits.change_seconds
        else:
            seconds = request.timeout
        words = "the store does not answer; whether the change was made is not known"
        return expect(self._reply(request, seconds, words), AppliedChange)

    def explain(self, triple: Triple) -> "SupportedProof":
        """Why a triple holds, in the version that is there now.

        Raises: NotInClosureError when it does not follow; StoreError and its kinds.
        """
        from eakg.store.messages import supported_proof_of

        message = self._reason_for(triple, ExplainRequest(triple, self.limits.timeout))
        return supported_proof_of(expect(message, Explanation))

    def justifications(self, triple: Triple, most: int) -> "SupportedJustifications":
        """The smallest sets of triples from which a triple follows, up to so many, each with a
        proof, in the version that is there now.

        Raises: NotInClosureError when it does not follow; StoreError and its kinds.
        """
        from eakg.store.messages import supported_justifications_of

        seconds = min(self.limits.timeout, _JUSTIFICATION_SECONDS)
        message = self._reason_for(triple, JustificationsRequest(triple, most, seconds))
        return supported_justifications_of(expect(message, JustifiedExplanation))

    def contradictions(self, limit: int) -> "ConsistencyReport":
        """Where the graph contradicts itself in the version that is there now, with proofs for the
        first `limit`.

        Raises: NotReasonedError when the store does not reason; StoreError and its kinds.
        """
        from eakg.store.messages import report_of

        message = self._reply(ConsistencyRequest(limit), self._reasoning_seconds)
        return report_of(expect(message, Consistency))

    def _reason_for(self, triple: Triple, request: Message) -> Message:
        """What the reasoner says why a triple holds. Raises: NotInClosureError; StoreError."""
        # It starts threads, and the process that holds a store imports this package and forks.
        from eakg.reason.proofs import NotInClosureError

        try:
            pattern(triple)
        except ValueError as error:  # no term that the engine could hold
            raise NotInClosureError("it has a term that no graph can hold") from error
        message = self._reply(request, self._reasoning_seconds)
        if isinstance(message, NoEntailment):
            raise NotInClosureError("the graph does not say it, and it does not follow")
        return message

    def load(self) -> Load:
        """How busy this client and the keeper are. Raises: StoreUnreachableError, also where the
        keeper does not say so at once."""
        with linked(str(self.address), LoadRequest(), _AT_ONCE_SECONDS) as link:
            load = expect(link.reply(), Load)
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

    @property
    def _seconds(self) -> float:
        """That an answer of the keeper may take."""
        return self.limits.patience + self.limits.timeout + GRACE

    def _ask(
        self, request: QueryRequest | InspectionRequest, result_format: ResultFormat
    ) -> Result:
        ends = time.monotonic() + self.limits.patience
        while True:
            self._turns.take()
            patience = ends - time.monotonic()
            try:
                lease = self._at_hand() or self._new_lease()
            except BaseException:
                self._turns.pass_on()
                raise
            try:
                return self._running(request, result_format, lease, patience).finish()
            except NotPreparedError:
                if time.monotonic() + _LATER_SECONDS > ends:
                    raise
            time.sleep(_LATER_SECONDS)

    def _running(
        self,
        request: QueryRequest | InspectionRequest,
        result_format: ResultFormat,
        lease: Lease,
        patience: float,
    ) -> RunningQuery:
        return RunningQuery(
            request,
            result_format,
            lease,
            self.limits,
            patience,
            self._turns.pass_on,
            self._give_back,
            self._new_lease,
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
        with linked(str(self.address), LeaseRequest(), self._seconds) as link:
            lease = link.lease()
        self._page = KeeperPage(lease.keeper, lease.page)
        if lease.folder and (self._engine is None or self._engine.version != lease.version):
            folder, largest = Path(lease.folder), self.limits.result
            self._engine = engine = EngineAtHand(folder, lease.version, largest)
            # Of a large store that takes a moment.
            threading.Thread(target=engine.open, daemon=True).start()
        return lease

    def _give_back(self, lease: Lease) -> None:
        if lease.last:
            lease.close()
            return
        with self._lock:
            self._idle.append(lease)

    @property
    def _reasoning_seconds(self) -> float:
        """That the reasoner may take for an answer."""
        return self.limits.timeout + self.limits.change_seconds

    def _reply(
        self, message: Message, seconds: float, words: str = "the store does not answer"
    ) -> Message:
        """The keeper's one answer, after so many seconds and a grace at the latest.

        Raises: StoreUnreachableError, with the words, where there is none.
        """
        try:
            with linked(str(self.address), message, seconds + GRACE, ASKER.get()) as link:
                return link.reply()
        except StoreUnreachableError as error:
            raise StoreUnreachableError(words) from error
