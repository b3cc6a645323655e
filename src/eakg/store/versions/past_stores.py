"""Stores of past versions, each in processes of its own: opened when somebody asks, a few kept."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from eakg.files import TemporaryFolder
from eakg.sparql import NotPreparedError, OverloadedError
from eakg.store.client import StoreClient
from eakg.store.request import Limits
from eakg.store.versions.version import VersionSource, find_version
from eakg.store.workers import KeeperProcess

_CAPACITY = 2


@dataclass
class PastStore:
    """A store of a past version, with its files, that answers through a client."""

    folder: TemporaryFolder
    keeper: KeeperProcess
    client: StoreClient

    def close(self) -> None:
        """End its processes, and remove its files."""
        self.keeper.stop()
        self.folder.remove()


@dataclass
class _Opening:
    """A store that is being opened or is open, and how many make use of it."""

    future: Future[PastStore] = field(default_factory=Future)
    users: int = 0

    @property
    def is_idle(self) -> bool:
        """Whether nobody would miss it."""
        return self.future.done() and not self.users

    def end(self) -> None:
        """Close the store, now or when it is open."""
        self.future.add_done_callback(_end)


def _end(future: Future[PastStore]) -> None:
    if future.exception(0) is None:
        future.result(0).close()


class PastStores:
    """The last used past versions of a source, at most so many at once.

    Arguments: the source; what queries may use; where files of the versions are written, None for
    the system's own place; how many are kept open.
    """

    def __init__(
        self,
        source: VersionSource,
        limits: Limits,
        parent: Path | None = None,
        capacity: int = _CAPACITY,
    ) -> None:
        self.source = source
        self._limits = limits
        self._parent = parent
        self._capacity = capacity
        self._lock = threading.Lock()
        self._openings: OrderedDict[str, _Opening] = OrderedDict()

    @contextmanager
    def lease(self, name: str) -> Iterator[StoreClient]:
        """A client of the store of a version, which stays open as long as the context lasts.

        Raises: UnknownVersionError, VersionDroppedError; NotPreparedError where it takes longer to
        open than a query may wait and run; OverloadedError where as many are in use as may be;
        ProblemsError where it cannot be read; StoreUnreachableError.
        """
        find_version(self.source, name)
        opening = self._enter(name)
        try:
            yield self._await(name, opening).client
        finally:
            with self._lock:
                opening.users -= 1

    def close(self) -> None:
        """Let go of all that are open."""
        with self._lock:
            openings = [*self._openings.values()]
            self._openings.clear()
        for opening in openings:
            opening.end()

    def _enter(self, name: str) -> _Opening:
        idle: list[_Opening] = []
        with self._lock:
            opening = self._openings.get(name)
            if opening is None:
                while len(self._openings) >= self._capacity:
                    oldest = next((key for key, one in self._openings.items() if one.is_idle), None)
                    if oldest is None:
                        words = f"{self._capacity} other past versions are being read"
                        raise OverloadedError(words, self._limits.patience)
                    idle.append(self._openings.pop(oldest))
                opening = self._openings[name] = _Opening()
                arguments = (name, opening, idle)
                threading.Thread(target=self._open, args=arguments, daemon=True).start()
            self._openings.move_to_end(name)
            opening.users += 1
        return opening

    def _await(self, name: str, opening: _Opening) -> PastStore:
        try:
            return opening.future.result(self._limits.patience + self._limits.timeout)
        except TimeoutError:
            if opening.future.done():
                raise
            words = f"version {name} is being opened; ask again in a few seconds"
            raise NotPreparedError(words, self._limits.patience) from None

    def _open(self, name: str, opening: _Opening, idle: list[_Opening]) -> None:
        for former in idle:
            former.end()
        folder = TemporaryFolder("version", self._parent)
        try:
            contents, options = self.source.restore(name, folder.path)
            keeper = KeeperProcess(contents, self._limits, options)
        except BaseException as error:
            folder.remove()
            with self._lock:
                if self._openings.get(name) is opening:
                    del self._openings[name]
            opening.future.set_exception(error.with_traceback(None))
        else:
            opening.future.set_result(PastStore(folder, keeper, keeper.client()))
