"""The workers of a store's process, seen from the parent."""

import contextlib
import json
import os
import signal
import socket
import tempfile
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from eakg.store.failures import to_message
from eakg.store.frames import frame, unframe
from eakg.store.loaded import LoadedStore
from eakg.store.request import Limits, QueryRequest
from eakg.store.worker import DONE, Outlets, autopsy, work


@dataclass
class Outcome:
    """What came of a request: the message for the client, and the open file of its result."""

    message: dict[str, Any]
    result: int | None = None


@dataclass(eq=False)
class Worker:
    """A forked process with a request under way or ready for one.

    `deadline` is the monotonic time at which it must be ended; None while it has no request.
    """

    pid: int
    channel: socket.socket
    result: int
    stderr: int
    seconds: float = 0.0
    deadline: float | None = None
    last: bool = False
    received: bytearray = field(default_factory=bytearray)

    def give(self, request: QueryRequest, seconds: float) -> None:
        """Hand it a request that may run for so many seconds.

        Errors: OSError when it has ended in the meantime.
        """
        self.seconds = seconds
        self.deadline = time.monotonic() + seconds
        self.channel.setblocking(True)
        self.channel.sendall(frame(request.to_json()))
        self.channel.setblocking(False)

    def hear(self) -> Outcome | None:
        """Read what it sent; the outcome when that is complete, or when it has ended.

        Errors: EOFError when it has ended without a request.
        """
        try:
            data = self.channel.recv(1 << 18)
        except BlockingIOError:
            return None
        except OSError:
            # Reset: it was killed before it read its request.
            data = b""
        if not data:
            return self._last_words()
        self.received += data
        return self._outcome()

    def _outcome(self) -> Outcome | None:
        found = unframe(self.received)
        if found is None:
            return None
        message = json.loads(found[0])
        result = None
        if message["inline"]:
            content = unframe(self.received[found[1] :])
            if content is None:
                return None
            result = anonymous_file()
            os.write(result, content[0])
        elif message["status"] == DONE:
            result = os.dup(self.result)
        self.received.clear()
        self.deadline = None
        self.last = message.pop("last")
        return Outcome(message, result)

    def _last_words(self) -> Outcome:
        busy = self.deadline is not None
        self.deadline = None
        self.last = True
        status = _reap(self.pid)
        if not busy:
            raise EOFError
        words = os.pread(self.stderr, 1 << 12, 0).decode(errors="replace")
        return Outcome(to_message(autopsy(status, words, self.seconds)))

    def end(self) -> None:
        """Kill it, wait for it, and close what it had."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        _reap(self.pid)
        self.channel.close()
        os.close(self.result)
        os.close(self.stderr)


def fork_worker(loaded: LoadedStore, limits: Limits) -> Worker:
    """A new worker that shares the memory of the loaded store.

    Errors: AssertionError when this process has more than one thread; OSError when the system
    has no room for another.
    """
    assert_forkable()
    with contextlib.ExitStack() as opened:
        channel, far_end = (opened.enter_context(one) for one in socket.socketpair())
        result, stderr = anonymous_file(), anonymous_file()
        opened.callback(os.close, result)
        opened.callback(os.close, stderr)
        pid = os.fork()
        opened.pop_all()
    if pid == 0:
        work(loaded, limits, Outlets(far_end, result, stderr))
    far_end.close()
    channel.setblocking(False)
    return Worker(pid, channel, result, stderr)


def assert_forkable() -> None:
    """A fork copies one thread and every lock: with others about, a worker can hang for good.

    Errors: AssertionError.
    """
    threads = threading.active_count()
    with contextlib.suppress(OSError):
        threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208
    if threads != 1:
        raise AssertionError(f"the store's process has {threads} threads, and must not fork")


def anonymous_file() -> int:
    """The descriptor of a new file without a name."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("eakg-result")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _reap(pid: int) -> int:
    try:
        _, status = os.waitpid(pid, 0)
    except ChildProcessError:
        return 0
    return os.waitstatus_to_exitcode(status)
