"""A worker that answers this process alone, seen from the client."""

import contextlib
import os
import select
import socket
from weakref import WeakValueDictionary

from eakg.store.messages import Channel, LeaseOffer, MessageError, VersionPage, WorkerOutcome
from eakg.store.processor import processor_seconds
from eakg.store.spool import transfer


class Lease:
    """One request after another, until `last`. `keeper` is the address of the process that it is
    from, which may not be the one that gives out new ones any more.

    Arguments: the message that came with it from the keeper, and the keeper's address; the
    descriptors of the channel to the worker, of its result file, and of the keeper's page.
    """

    def __init__(
        self, offer: LeaseOffer, keeper: str, channel: int, result: int, page: int
    ) -> None:
        self.keeper = keeper
        self.worker = offer.worker
        self._pid = offer.pid
        self.version = offer.version
        self.folder = offer.folder
        self.channel = Channel(socket.socket(fileno=channel), has_files=False)
        self._ready = select.poll()
        self._ready.register(channel, select.POLLIN)
        self.result = result
        self.page = _page_of(keeper, page)
        os.close(page)
        self.last = False

    @property
    def usable(self) -> bool:
        """Whether the worker lives and answers from the latest version."""
        if self.last or self.page.version != self.version:
            return False
        return not self._ready.poll(0)

    def processor(self) -> float:
        """Seconds that processors have worked for the worker."""
        return processor_seconds(self._pid)

    def ask(self, request: bytes) -> None:
        """Send a request, framed, as far as there is room; the rest goes while an answer is waited
        for. Raises: OSError when the worker has ended."""
        self.channel.put_frame(request)

    def answer(self, seconds: float) -> WorkerOutcome | None:
        """Wait so long for the answer; None where it is not there, whole.

        Raises: EOFError, OSError or MessageError when the worker has ended without one.
        """
        try:
            outcome = self.channel.receive(seconds)
        except TimeoutError:
            return None
        if not isinstance(outcome, WorkerOutcome):
            raise MessageError("a worker answered with what is no outcome")
        self.last = outcome.last
        return outcome

    def take_result(self, size: int) -> int:
        """The descriptor of a file with the result of so many bytes, which is the caller's from now
        on."""
        if not self.last:
            try:
                return transfer(self.result, size)
            except OSError:
                self.last = True
        result, self.result = self.result, -1
        return result

    def close(self) -> None:
        """Let the worker go; it ends where it is not at work."""
        self.channel.close()
        if self.result >= 0:
            with contextlib.suppress(OSError):
                os.close(self.result)
            self.result = -1


_PAGES: WeakValueDictionary[str, VersionPage] = WeakValueDictionary()


def _page_of(keeper: str, descriptor: int) -> VersionPage:
    """The page of a keeper, which all leases from it have together: each mapping of its own takes a
    descriptor for as long as the lease is somewhere in memory."""
    page = _PAGES.get(keeper)
    if page is None:
        page = _PAGES[keeper] = VersionPage(descriptor)
    return page
