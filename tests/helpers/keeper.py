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
        self.told: list[Message] = []
        self.closed = False
        self.on_hangup: Callable[[], None] = lambda: None

    def send(self, message: Message, files: tuple[int, ...] = ()) -> None:
        assert not self.closed
        self.told.append(message)

    def reply(self, message: Message, files: tuple[int, ...] = ()) -> None:
        self.send(message, files)
        self.closed = True

    @property
    def error(self) -> StoreError:
        (error,) = self.told
        assert isinstance(error, StoreError)
        return error


class FakeWorker:
    """A worker that does as much work, and takes as much memory, as it is given."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.alive = True
        self.killed = self.gave_way = False
        self.seconds = 0.0
        self.size = 0

    def kill(self) -> None:
        self.killed = True

    def give_way(self) -> None:
        self.gave_way = True

    def processor(self) -> float:
        return self.seconds

    def taken(self) -> int:
        return self.size


class FakeWorkers:
    """The workers, each a `FakeWorker`."""

    def __init__(self) -> None:
        self.all: list[FakeWorker] = []
        self.has_room = True

    def fork(self) -> tuple[FakeWorker, Any]:
        if not self.has_room:
            raise OSError
        worker = FakeWorker(len(self.all))
        self.all.append(worker)
        return worker, SimpleNamespace(
            offer=LeaseOffer(worker.number, "v"), files=(), close=lambda: None
        )

    def find(self, number: int) -> FakeWorker | None:
        return self.all[number] if self.all[number].alive else None

    def why_ended(self, number: int, seconds: float) -> StoreError:
        return WorkerCrashedError(f"worker {number}")
