"""The workers of a store's process, seen from the parent."""

import contextlib
import itertools
import os
import select
import signal
import socket
import threading
from dataclasses import dataclass
from pathlib import Path

from eakg.sparql import StoreError
from eakg.store.graphs import LoadedStore
from eakg.store.request import Limits
from eakg.store.workers.spool import anonymous_file, spool_file
from eakg.store.workers.worker import Outlets, address_space, autopsy, work

_LEAST = 19  # the niceness of a process that runs when nobody else wants to
_numbers = itertools.count(1)


@dataclass(eq=False)
class Worker:
    """A forked process that answers one client.

    `number` names it to clients. `lifeline` is at its end when the process has ended.
    """

    number: int
    pid: int
    lifeline: socket.socket
    stderr: int
    size: int

    def give_way(self) -> None:
        """Let others go first, from now on and for good."""
        # On Linux each thread has a priority of its own.
        threads = [self.pid]
        with contextlib.suppress(OSError):
            threads = [int(one.name) for one in Path(f"/proc/{self.pid}/task").iterdir()]
        for thread in threads:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.setpriority(os.PRIO_PROCESS, thread, _LEAST)

    def taken(self) -> int:
        """Bytes of memory it has beyond what it was born with."""
        return max(0, address_space(self.pid) - self.size)

    def processor(self) -> float:
        """Seconds that processors have worked for it; 0 where the system does not say."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """Tell the system to end it; it may take a moment."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def has_ended(self) -> bool:
        """Whether it is there no more."""
        ready = select.poll()
        ready.register(self.lifeline, select.POLLIN)
        return bool(ready.poll(0))

    def bury(self, seconds: float) -> StoreError:
        """Wait for its end, close what it had, and say why it ended.

        Argument: the time limit of the query it had.
        """
        status = _reap(self.pid)
        words = os.pread(self.stderr, 1 << 12, 0).decode(errors="replace")
        self.lifeline.close()
        os.close(self.stderr)
        return autopsy(status, words, seconds)


@dataclass(frozen=True)
class Ends:
    """What the client of a worker gets: its end of the channel, and the worker's result file."""

    channel: socket.socket
    result: int

    def close(self) -> None:
        """Close both."""
        self.channel.close()
        os.close(self.result)


def fork_worker(loaded: LoadedStore, limits: Limits) -> tuple[Worker, Ends]:
    """A new worker that shares the memory of the loaded store, and the client's ends.

    Raises: AssertionError when this process has more than one thread; OSError when the system
    has no room for another.
    """
    assert_forkable()
    with contextlib.ExitStack() as opened:
        channel, far_channel = (opened.enter_context(one) for one in socket.socketpair())
        lifeline, far_lifeline = (opened.enter_context(one) for one in socket.socketpair())
        stderr, result = anonymous_file(), spool_file()
        opened.callback(os.close, stderr)
        opened.callback(os.close, result)
        size = address_space()
        pid = os.fork()
        opened.pop_all()
    if pid == 0:
        work(loaded, limits, Outlets(far_channel, result, stderr, far_lifeline))
    far_channel.close()
    far_lifeline.close()
    return Worker(next(_numbers), pid, lifeline, stderr, size), Ends(channel, result)


def assert_forkable() -> None:
    """A fork copies one thread and every lock: with others about, a worker can hang for good.

    Raises: AssertionError.
    """
    threads = threading.active_count()
    with contextlib.suppress(OSError):
        threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1:
        raise AssertionError(f"the store's process has {threads} threads, and must not fork")


def _reap(pid: int) -> int:
    try:
        _, status = os.waitpid(pid, 0)
    except ChildProcessError:
        return 0
    return os.waitstatus_to_exitcode(status)
