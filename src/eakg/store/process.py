"""Starting and ending the process that holds a store."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Self

from eakg.problems import Problem, ProblemsError
from eakg.store.client import StoreClient
from eakg.store.contents import Contents
from eakg.store.failures import StoreUnreachable
from eakg.store.options import StoreOptions
from eakg.store.request import Limits
from eakg.store.setup import Setup

_END_SECONDS = 5.0
_SHORT_LIFE = 1.0
_SHORT_LIVES = 3


class HolderProcess:
    """A fresh process that holds the contents; a context manager that ends it.

    With `keep`, another takes its place where it ends by itself.

    `address` is the path of its Unix socket, in a folder that only this user may enter.
    Arguments: the contents; what queries may use; what the store does besides answering. Errors:
    ProblemsError with every file that cannot be loaded, or when the folder of the store cannot be
    used; StoreUnreachable when the process ends before it is ready.
    """

    def __init__(
        self,
        contents: Contents,
        limits: Limits | None = None,
        options: StoreOptions | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self._folder = Path(tempfile.mkdtemp(prefix="eakg-"))
        self.address = self._folder / "store"
        self._setup = Setup(contents, self.limits, str(self.address), options or StoreOptions())
        self._stopping = threading.Event()
        self._process = _spawn()
        try:
            self.graphs = self._hand_over()
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def client(self) -> StoreClient:
        """A client for this process; any number of threads may share it."""
        return StoreClient(self.address, self.limits)

    def keep(self) -> None:
        """Start the process anew each time it ends by itself, until `stop`; returns at once.

        After three that end within a second each, none is started any more.
        """
        threading.Thread(target=self._keep, daemon=True).start()

    def stop(self) -> None:
        """End the process and its workers, and remove the socket; may be called twice."""
        self._stopping.set()
        _close(self._process)
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _keep(self) -> None:
        short_lives = 0
        while short_lives < _SHORT_LIVES:
            started = time.monotonic()
            status = self._process.wait()
            if self._stopping.is_set():
                return
            short_lives = short_lives + 1 if time.monotonic() - started < _SHORT_LIFE else 0
            print(f"the store's process ended ({status}) and is started anew", file=sys.stderr)
            _close(self._process)
            self.address.unlink(missing_ok=True)
            self._process = _spawn()
            with contextlib.suppress(StoreUnreachable, ProblemsError, ValueError):
                self._hand_over()
        print("the store's process ends again and again and stays down", file=sys.stderr)

    def _hand_over(self) -> tuple[str, ...]:
        given, said_by = self._process.stdin, self._process.stdout
        if given is None or said_by is None:
            raise StoreUnreachable("the store's process has no pipes")
        with contextlib.suppress(BrokenPipeError):
            given.write(self._setup.to_json() + b"\n")
            given.flush()
        line = said_by.readline()
        if not line:
            raise StoreUnreachable("the store's process ended before it was ready")
        said = json.loads(line)
        if "problems" in said:
            raise ProblemsError(Problem(*one) for one in said["problems"])
        return tuple(said["graphs"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _spawn() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "eakg.store.keeper"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "RUST_BACKTRACE": "0"},
        # Interrupting from the terminal reaches the parent alone, which then ends this one.
        start_new_session=True,
    )


def _close(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
