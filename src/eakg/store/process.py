"""Starting and ending the process that holds a store."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Self

from eakg.problems import Problem, ProblemsError
from eakg.store.client import StoreClient
from eakg.store.contents import Contents
from eakg.store.failures import StoreUnreachable
from eakg.store.request import Limits
from eakg.store.setup import Setup

_END_SECONDS = 5.0


class HolderProcess:
    """A fresh process that holds the contents; a context manager that ends it.

    `address` is the path of its Unix socket, in a folder that only this user may enter.
    Arguments: the contents; what queries may use. Errors: ProblemsError with every file that
    cannot be loaded; StoreUnreachable when the process ends before it is ready.
    """

    def __init__(self, contents: Contents, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._folder = Path(tempfile.mkdtemp(prefix="eakg-"))
        self.address = self._folder / "store"
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "eakg.store.holder"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "RUST_BACKTRACE": "0"},
            # Interrupting from the terminal reaches the parent alone, which then ends this one.
            start_new_session=True,
        )
        try:
            self.graphs = self._hand_over(Setup(contents, self.limits, str(self.address)))
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

    def stop(self) -> None:
        """End the process and its workers, and remove the socket; may be called twice."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _hand_over(self, setup: Setup) -> tuple[str, ...]:
        given, said_by = self._process.stdin, self._process.stdout
        if given is None or said_by is None:
            raise StoreUnreachable("the store's process has no pipes")
        with contextlib.suppress(BrokenPipeError):
            given.write(setup.to_json() + b"\n")
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
