"""Starting and ending a keeper, the process that holds a store."""

import contextlib
import itertools
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
from eakg.sparql import StoreUnreachableError
from eakg.store.client import StoreClient
from eakg.store.graph_files import Contents
from eakg.store.messages import MessageError, Ready, RetirementRequest, Setup, expect, frame, read
from eakg.store.options import StoreOptions
from eakg.store.request import Limits

_END_SECONDS = 5.0
_SHORT_LIFE = 1.0
_SHORT_LIVES = 3


class KeeperProcess:
    """A fresh keeper of the contents; a context manager that ends it.

    With `supervise`, another takes its place where it ends by itself.

    `graphs` are the names of its graphs, and `notices` what is to be told of the files that they
    came from. `address` is the path of its Unix socket, in a folder that only this user may enter.
    Arguments: the contents; what queries may use; what the store does besides answering. Raises:
    ProblemsError with every file that cannot be loaded, or when the folder of the store cannot be
    used; StoreUnreachableError when the process ends before it is ready.
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
        self.options = options or StoreOptions()
        self._number = itertools.count(1)
        # Held until they are closed: collected in a cycle, their sockets could go first.
        self._clients: list[StoreClient] = []
        self._stop_event = threading.Event()
        self._replacement_lock = threading.Lock()
        self._retired_processes: list[subprocess.Popen[bytes]] = []
        self._setup = self._new_setup(contents)
        self._process = _spawn()
        try:
            ready = _hand_over(self._process, self._setup)
            self.graphs, self.notices = ready.graphs, ready.notices
            self._put_in_place(self._setup)
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def client(self) -> StoreClient:
        """A client for this process, closed with it; any number of threads may share it."""
        client = StoreClient(self.address, self.limits)
        self._clients.append(client)
        return client

    def supervise(self) -> None:
        """Start the process anew each time it ends by itself, until `stop`; returns at once.

        After three that end within a second each, none is started any more.
        """
        threading.Thread(target=self._supervise, daemon=True).start()

    def reload(self, contents: Contents) -> None:
        """Have a fresh process hold other contents, at the same address; returns once it does.

        The old one answers meanwhile, and ends when the queries that it has are at their end.
        Raises: as at the start, and ProblemsError where the store has a folder; then the old one
        stays.
        """
        if self.options.directory is not None:
            words = "what is in the folder of a store changes by updates; write to it instead"
            raise ProblemsError([Problem(str(self.options.directory), 0, words)])
        setup = self._new_setup(contents)
        process = _spawn()
        try:
            ready = _hand_over(process, setup)
        except BaseException:
            _end(process)
            raise
        with self._replacement_lock:
            self._put_in_place(setup)
            old, self._process, self._setup = self._process, process, setup
            self.graphs, self.notices = ready.graphs, ready.notices
        self._retired_processes = [
            *(process for process in self._retired_processes if process.poll() is None),
            old,
        ]
        if old.stdin is not None and old.stdout is not None:
            with contextlib.suppress(OSError, EOFError):
                old.stdin.write(frame(RetirementRequest()))
                old.stdin.flush()
                read(old.stdout)  # from here on nobody begins to ask it

    def stop(self) -> None:
        """End the process and its workers, and remove the socket; may be called twice."""
        self._stop_event.set()
        for client in self._clients:
            client.close()
        for process in (self._process, *self._retired_processes):
            _end(process)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _new_setup(self, contents: Contents) -> Setup:
        address = f"{self.address}-{next(self._number)}"
        return Setup(contents, self.limits, address, self.options)

    def _put_in_place(self, setup: Setup) -> None:
        link = self._folder / "next"
        link.symlink_to(setup.address)
        link.replace(self.address)

    def _supervise(self) -> None:
        short_lives = 0
        while short_lives < _SHORT_LIVES:
            start = time.monotonic()
            process = self._process
            status = process.wait()
            if self._stop_event.is_set():
                return
            with self._replacement_lock:
                if process is not self._process:
                    continue
                short_lives = short_lives + 1 if time.monotonic() - start < _SHORT_LIFE else 0
                print(f"the store's process ended ({status}) and is started anew", file=sys.stderr)
                _close(process)
                Path(self._setup.address).unlink(missing_ok=True)
                self._process = _spawn()
                with contextlib.suppress(StoreUnreachableError, ProblemsError):
                    _hand_over(self._process, self._setup)
        print("the store's process ends again and again and stays down", file=sys.stderr)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _spawn() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "eakg.store.workers.keeper"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "RUST_BACKTRACE": "0", "MALLOC_ARENA_MAX": "1"},
        # Interrupting from the terminal reaches the parent alone, which then ends this one.
        start_new_session=True,
    )


def _close(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()


def _hand_over(process: subprocess.Popen[bytes], setup: Setup) -> Ready:
    if process.stdin is None or process.stdout is None:
        raise StoreUnreachableError("the store's process has no pipes")
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(frame(setup))
        process.stdin.flush()
    try:
        return expect(read(process.stdout), Ready)
    except (EOFError, MessageError) as error:
        raise StoreUnreachableError("the store's process ended before it was ready") from error


def _end(process: subprocess.Popen[bytes]) -> None:
    _close(process)
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
