"""Threads that answer what the event loop must not wait for; a client that leaves ends its work."""

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from eakg.store.client import ASKER

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol

Outcome = TypeVar("Outcome")


class Threads:
    """So many threads. Argument: how many."""

    def __init__(self, count: int) -> None:
        self._tasks: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        for _ in range(count):
            threading.Thread(target=self._work, daemon=True).start()

    async def run(self, protocol: "RSGIHTTPProtocol", work: Callable[[], Outcome]) -> Outcome:
        """What the work gives, done in a thread. Raises: what it raises.

        Arguments: the connection of the client who waits for it; the work.
        """
        visitor = Visitor(asyncio.get_running_loop(), protocol)

        def task() -> None:
            token = ASKER.set(visitor)
            try:
                visitor.bring(work(), None)
            except BaseException as error:
                visitor.bring(None, error)
            finally:
                ASKER.reset(token)

        self._tasks.put(task)
        try:
            outcome: Outcome = await visitor.outcome
            return outcome
        finally:
            visitor.dismiss()

    def _work(self) -> None:
        while True:
            self._tasks.get()()


class Visitor:
    """Who waits for the outcome of work. `on_leaving` and `bring` may be called from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, protocol: "RSGIHTTPProtocol") -> None:
        self.outcome: asyncio.Future[Any] = loop.create_future()
        self._loop = loop
        self._protocol = protocol
        self._acts: list[Callable[[], None]] = []
        self._watch: asyncio.Task[None] | None = None

    def bring(self, outcome: object, error: BaseException | None) -> None:
        """Bring what the work gave, or the exception that ended it."""
        self._loop.call_soon_threadsafe(self._settle, outcome, error)

    def on_leaving(self, act: Callable[[], None]) -> None:
        """Call `act` once the client has left."""
        self._loop.call_soon_threadsafe(self._start, act)

    def dismiss(self) -> None:
        """Look no more whether the client leaves."""
        if self._watch is not None:
            self._watch.cancel()

    def _settle(self, outcome: object, error: BaseException | None) -> None:
        if self.outcome.done():
            return
        if error is None:
            self.outcome.set_result(outcome)
        else:
            self.outcome.set_exception(error)

    def _start(self, act: Callable[[], None]) -> None:
        self._acts.append(act)
        if self._watch is None:
            self._watch = self._loop.create_task(self._until_gone())

    async def _until_gone(self) -> None:
        await self._protocol.client_disconnect()
        for act in self._acts:
            act()
