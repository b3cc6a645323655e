"""What a text asks for, found within the limits of a query.

A short text is read at once. A long one is read where queries are: by a worker, which ends with its
time, or with its client; and of a store that has no workers, in this process, one at a time and
under a watch.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from eakg.sparql import (
    Inspection,
    StoreUnreachableError,
    TimeLimitExceededError,
    inspect_query,
    under_watch,
)
from eakg.store.client.link import ASKER
from eakg.store.request import InspectionRequest, Limits, QueryService

SHORT = 1 << 12
"""Characters of a text that is read in no time."""
_IN_THIS_PROCESS = threading.Lock()


@runtime_checkable
class Inspector(Protocol):
    """A store that reads texts elsewhere than in this process."""

    def inspect(self, request: InspectionRequest) -> Inspection:
        """What a query asks for. Raises: StoreError and its kinds."""
        ...


@dataclass(frozen=True)
class TextReader:
    """Reads the queries that a store is asked. Arguments: the store; the limits of queries."""

    store: QueryService
    limits: Limits

    def read(
        self, text: str, base_iri: str | None, timeout: float | None
    ) -> tuple[Inspection, float | None]:
        """What a query asks for, and the timeout that is left after that.

        Arguments: the text; the IRI that relative ones are resolved against; the seconds that the
        query may take, None for what the limits say. Raises: StoreError and its kinds.
        """
        if len(text) <= SHORT:
            return inspect_query(text, base_iri), timeout
        seconds = self.limits.seconds(timeout)
        begun = time.monotonic()
        inspection = self._inspect(InspectionRequest(text, base_iri, timeout))
        remaining = seconds - (time.monotonic() - begun)
        if remaining <= 0:
            raise time_limit_error(seconds)
        return inspection, remaining

    def _inspect(self, request: InspectionRequest) -> Inspection:
        if isinstance(self.store, Inspector):
            return self.store.inspect(request)
        with reading_within(self.limits.seconds(request.timeout), alone=True):
            return inspect_query(request.text, request.base_iri)


@contextmanager
def reading_within(seconds: float, *, alone: bool = False) -> Iterator[None]:
    """Read texts in the context as long as that, and while the one who asked is there; where
    `alone`, when nobody else does.

    Raises: TimeLimitExceededError, also from the midst of reading.
    """
    ends = time.monotonic() + seconds
    has_left = threading.Event()
    asker = ASKER.get()
    if asker is not None:
        asker.on_leaving(has_left.set)

    def watch() -> None:
        if has_left.is_set():
            raise StoreUnreachableError("nobody waits for the answer any more")
        if time.monotonic() > ends:
            raise time_limit_error(seconds)

    if alone and not _IN_THIS_PROCESS.acquire(timeout=seconds):
        raise time_limit_error(seconds)
    try:
        watch()
        with under_watch(watch):
            yield
    finally:
        if alone:
            _IN_THIS_PROCESS.release()


def time_limit_error(seconds: float) -> TimeLimitExceededError:
    """A query was read for so many seconds, which were all that it had."""
    return TimeLimitExceededError(f"the query was ended after {seconds:g} s", seconds)
