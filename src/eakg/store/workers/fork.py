"""The workers of a keeper, seen from it: forks that share the memory of the loaded store."""

import contextlib
import itertools
import os
import select
import signal
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from eakg.sparql import StoreError, WorkerCrashedError
from eakg.store.graphs import LoadedStore
from eakg.store.messages import LeaseOffer
from eakg.store.processes import address_space
from eakg.store.processor import processor_seconds
from eakg.store.request import Limits
from eakg.store.spool import anonymous_file, spool_file
from eakg.store.workers.events import Events
from eakg.store.workers.worker import Outlets, autopsy, work

NO_ROOM = "the system has no room for another query"
_MAX_ENDS = 256  # ends of workers that nobody has asked about
_END_SECONDS = 2.0
_LOOK_SECONDS = 0.001
_numbers = itertools.count(1)


@dataclass(eq=False)
class Worker:
    """A forked process that answers one client.

    `number` names it to clients. `lifeline` is at its end when the process has ended. `size` are
    the bytes of address space that it was born with.
    """

    number: int
    pid: int
    lifeline: socket.socket
    stderr: int
    size: int
    alive: bool = True

    def give_way(self, niceness: int) -> None:
        """Let others go first, from now on and for good. Argument: how much more than this process
        does."""
        priority = os.getpriority(os.PRIO_PROCESS, 0) + niceness
        # On Linux each thread has a priority of its own.
        threads = [self.pid]
        with contextlib.suppress(OSError):
            threads = [int(one.name) for one in Path(f"/proc/{self.pid}/task").iterdir()]
        for thread in threads:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.setpriority(os.PRIO_PROCESS, thread, priority)

    def used_memory(self) -> int:
        """Bytes of memory it has beyond what it was born with."""
        return max(0, address_space(self.pid) - self.size)

    def processor(self) -> float:
        """Seconds that processors have worked for it."""
        return processor_seconds(self.pid)

    def pause(self) -> None:
        """Let it stand where it is, until `resume`."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on from where it is."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """Tell the system to end it; it may take a moment."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def has_ended(self) -> bool:
        """Whether it is there no more."""
        ready = select.poll()
        ready.register(self.lifeline, select.POLLIN)
        return bool(ready.poll(0))

    def bury(self) -> Callable[[float], StoreError]:
        """Wait for its end, for some seconds and then by force, close what it had, and find out why
        it ended: an error, given the time limit of what it was at."""
        status = reap(self.pid)
        words = os.pread(self.stderr, 1 << 12, 0).decode(errors="replace")
        self.alive = False
        self.lifeline.close()
        os.close(self.stderr)
        return partial(autopsy, 0 if status is None else status, words)


@dataclass(frozen=True)
class WorkerLink:
    """What whoever asks a worker gets: the message that says which it is, its end of the channel,
    the worker's result file, and the page that tells of the latest version."""

    offer: LeaseOffer
    channel: socket.socket
    result: int
    page: int

    @property
    def files(self) -> tuple[int, int, int]:
        """The descriptors that go with the message."""
        return self.channel.fileno(), self.result, self.page

    def close(self) -> None:
        """Close what is this link's own."""
        self.channel.close()
        os.close(self.result)


class Workers:
    """The workers that live, and why others ended.

    Arguments: what they answer from; what a query may use; where their ends are heard of; the
    descriptor of the `VersionPage`.
    """

    def __init__(
        self, loaded_store: LoadedStore, limits: Limits, events: Events, page: int
    ) -> None:
        self._loaded_store = loaded_store
        self._limits = limits
        self._events = events
        self._page = page
        folder = loaded_store.folder if loaded_store.default_graph == "union" else None
        self._folder = "" if folder is None else str(folder.parent)
        self._living: dict[int, Worker] = {}
        self._ends: OrderedDict[int, Callable[[float], StoreError]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._living)

    def fork(self) -> tuple[Worker, WorkerLink]:
        """A new worker, and the link to it.

        Raises: AssertionError when this process has more than one thread; OSError when the system
        has no room for another.
        """
        assert_forkable()
        with contextlib.ExitStack() as stack:
            channel, far_channel = (stack.enter_context(one) for one in socket.socketpair())
            lifeline, far_lifeline = (stack.enter_context(one) for one in socket.socketpair())
            stderr, result = anonymous_file(), spool_file()
            stack.callback(os.close, stderr)
            stack.callback(os.close, result)
            size = address_space()
            pid = os.fork()
            stack.pop_all()
        if pid == 0:
            work(
                self._loaded_store, self._limits, Outlets(far_channel, result, stderr, far_lifeline)
            )
        far_channel.close()
        far_lifeline.close()
        worker = Worker(next(_numbers), pid, lifeline, stderr, size)
        self._living[worker.number] = worker
        self._events.watch(lifeline, partial(self._bury, worker))
        offer = LeaseOffer(worker.number, pid, self._loaded_store.version, self._folder)
        return worker, WorkerLink(offer, channel, result, self._page)

    def find(self, number: int) -> Worker | None:
        """The worker of that number, where it lives."""
        worker = self._living.get(number)
        if worker is not None and worker.has_ended():
            self._bury(worker)
            return None
        return worker

    def end_error(self, number: int, seconds: float) -> StoreError:
        """Why a worker has ended, which is waited for; told once.

        Arguments: its number; the time limit of what it was at, in seconds.
        """
        if number in self._living:
            self._bury(self._living[number])
        end = self._ends.pop(number, None)
        if end is None:
            return WorkerCrashedError("the process that ran the query is gone")
        return end(seconds)

    def work(self) -> float:
        """Seconds that processors have worked for those that live."""
        return sum(worker.processor() for worker in self._living.values())

    def end(self) -> None:
        """End them all."""
        for worker in self._living.values():
            worker.kill()
        for worker in list(self._living.values()):
            self._bury(worker)

    def _bury(self, worker: Worker) -> None:
        self._events.forget(worker.lifeline)
        del self._living[worker.number]
        self._ends[worker.number] = worker.bury()
        if len(self._ends) > _MAX_ENDS:
            self._ends.popitem(last=False)


def assert_forkable() -> None:
    """A fork copies one thread and every lock: with others about, a worker can hang for good.

    Raises: AssertionError.
    """
    threads = threading.active_count()
    with contextlib.suppress(OSError):
        threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1:
        raise AssertionError(f"the store's process has {threads} threads, and must not fork")


def reap(pid: int) -> int | None:
    """The exit status of a process that is about to end, or is ended; None where it is not told."""
    for seconds, kill in ((_END_SECONDS, True), (_END_SECONDS, False)):
        ends = time.monotonic() + seconds
        while True:
            try:
                ended, status = os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                return None
            if ended:
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() > ends:
                break
            time.sleep(_LOOK_SECONDS)
        if kill:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    return None
