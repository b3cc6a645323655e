"""Keepers that are forked from the process of the tests, which has imported what they need.

A fresh one imports for half a second before it is asked for a moment. These are for tests of what
is answered; what a process has, and how it begins and ends, is of fresh ones.
"""

import gc
import os
import signal
import socket
import subprocess
import sys
import time
import traceback
import warnings
from typing import cast

from eakg.store.messages import NO_LIMIT, Channel
from eakg.store.workers import keeper
from eakg.store.workers.store_process import StoreProcess


class Fork:
    """A child of this process, as `subprocess.Popen` has one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit status, once it has ended."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, seconds: float) -> int:
        """The same, within so many seconds. Raises: subprocess.TimeoutExpired."""
        end = time.monotonic() + seconds
        while (status := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired("keeper", seconds)
            time.sleep(0.002)
        return status

    def kill(self) -> None:
        """End it by force."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)


def forked_keeper() -> StoreProcess:
    """A keeper that waits for its setup, as `StoreProcess.spawn` gives one."""
    near, far = socket.socketpair()
    with far:
        pid = os.fork()
        if pid == 0:
            _keep(far)
    return StoreProcess(cast("subprocess.Popen[bytes]", Fork(pid)), Channel(near, NO_LIMIT))


def _keep(parent: socket.socket) -> None:
    """Be a keeper, with nothing of the tests but what was imported."""
    status = 1
    try:
        gc.freeze()
        os.setpgid(0, 0)
        warnings.resetwarnings()
        warnings.simplefilter("ignore")
        os.dup2(parent.fileno(), 0)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w")
        keeper.main()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)
