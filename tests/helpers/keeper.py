"""What stands for clients and workers in tests of the parts of a keeper without processes."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from eakg.sparql.failures import (
    StoreError,
    WorkerCrashedError,
)
from eakg.store.messages.kinds import (
    LeaseOffer,
    Message,
)


class FakeConnection:
    """A client's connection that keeps what it was told."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.is_closed = False
        self.on_hangup: Callable[[], None] = lambda: None

    def send(self, message: Message, files: tuple[int, ...] = ()) -> None:
        assert not self.is_closed
        self.messages.append(message)

    def reply(self, message: Message, files: tuple[int, ...] = ()) -> None:
        self.send(message, files)
        self.is_closed = True

    @property
    def error(self) -> StoreError:
        (error,) = self.messages
        assert isinstance(error, StoreError)
        return error


class FakeWorker:
    """A worker that does as much work, and takes as much memory, as it is given."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.alive = True
        self.is_killed = self.is_paused = False
        self.niceness = 0
        self.seconds = 0.0
        self.size = 0

    def kill(self) -> None:
        self.is_killed = True

    def give_way(self, niceness: int) -> None:
        self.niceness = niceness

    def pause(self) -> None:
        self.is_paused = True

    def resume(self) -> None:
        self.is_paused = False

    def processor(self) -> float:
        return self.seconds

    def used_memory(self) -> int:
        return self.size


class FakeWorkers:
    """The workers, each a `FakeWorker`."""

    def __init__(self) -> None:
        self.workers: list[FakeWorker] = []
        self.has_room = True

    def fork(self) -> tuple[FakeWorker, Any]:
        if not self.has_room:
            raise OSError
        worker = FakeWorker(len(self.workers))
        self.workers.append(worker)
        return worker, SimpleNamespace(
            offer=LeaseOffer(worker.number, 0, "v"), files=(), close=lambda: None
        )

    def find(self, number: int) -> FakeWorker | None:
        return self.workers[number] if self.workers[number].alive else None

    def end_error(self, number: int, seconds: float) -> StoreError:
        return WorkerCrashedError(f"worker {number}")
