"""Starting and ending a keeper, the process that holds a store."""

import contextlib
import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from eakg.files import TemporaryFolder
from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.sparql import StoreUnreachableError
from eakg.store.client import StoreClient
from eakg.store.graph_files import Contents
from eakg.store.messages import Ready, Setup
from eakg.store.options import StoreOptions
from eakg.store.request import Limits
from eakg.store.workers.restarts import RESTARTS, Restarts
from eakg.store.workers.store_process import StoreProcess

_LOOK_SECONDS = 0.5
_SILENCE = 60.0  # seconds after which a keeper that does not answer is taken for dead


class KeeperProcess:
    """A fresh keeper of the contents; a context manager that ends it.

    With `supervise`, another takes its place where it ends by itself.

    `graphs` are the names of its graphs, and `notices` what is to be told of the files that they
    came from. `address` is the path of its Unix socket, in a folder that only this user may enter.
    Arguments: the contents; what queries may use; what the store does besides answering; a process
    that has begun to load them, which is this one's from here on. Raises: ProblemsError with every
    file that cannot be loaded, or when the folder of the store cannot be used;
    StoreUnreachableError when the process ends before it is ready.
    """

    def __init__(
        self,
        contents: Contents,
        limits: Limits | None = None,
        options: StoreOptions | None = None,
        process: StoreProcess | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self._folder = TemporaryFolder("")
        self.address = self._folder.path / "store"
        self.options = options or StoreOptions()
        self._number = itertools.count(1)
        # Held until they are closed: collected in a cycle, their sockets could go first.
        self._clients: list[StoreClient] = []
        self._stop_event = threading.Event()
        self._place_lock = threading.Lock()
        self._retired_processes: list[StoreProcess] = []
        self._starting_processes: set[StoreProcess] = set()
        self._setup = self._new_setup(contents)
        try:
            self._process = process or StoreProcess.spawn()
        except BaseException:
            self._folder.remove()
            raise
        try:
            ready = self._process.hand_over(self._setup)
            self.graphs, self.notices = ready.graphs, ready.notices
            self._put_in_place(self._setup)
        except BaseException:
            self.stop()
            raise
        self._ready_since = time.monotonic()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.process.pid

    def client(self) -> StoreClient:
        """A client for this process, closed with it; any number of threads may share it."""
        client = StoreClient(self.address, self.limits)
        self._clients.append(client)
        return client

    def supervise(
        self,
        restarts: int = RESTARTS,
        give_up: Callable[[ExitStatus], None] = lambda _: None,
    ) -> None:
        """Start the process anew each time it ends by itself or is silent for too long, until
        `stop`; returns at once.

        Arguments: after how many lives of less than a second each, in a row, there are no more (the
        pauses between them grow); what is then called, as where the files cannot be loaded any
        more, with the exit status of what went wrong.
        """

        def supervise() -> None:
            status = self._supervise(Restarts(restarts))
            if status is not None:
                give_up(status)

        threading.Thread(target=supervise, daemon=True).start()

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
        process, ready = self._start(setup)
        old = self._process
        self._replace(old, process, setup, ready)
        self._retired_processes = [
            *(one for one in self._retired_processes if one.process.poll() is None),
            old,
        ]
        old.retire()

    def stop(self) -> None:
        """End the process and its workers, and remove the socket; may be called twice."""
        self._stop_event.set()
        for client in self._clients:
            client.close()
        for process in tuple(self._starting_processes):
            process.process.kill()  # whoever waits for it does the rest
        with self._place_lock:
            processes = [self._process, *self._retired_processes]
        for process in processes:
            process.end()
        self._folder.remove()

    def _new_setup(self, contents: Contents) -> Setup:
        # An address is one process's alone: whoever asks for a worker of one that ended shall not
        # be given another's.
        address = f"{self.address}-{next(self._number)}"
        return Setup(contents, self.limits, address, self.options)

    def _put_in_place(self, setup: Setup) -> None:
        link = self._folder.path / "next"
        link.symlink_to(setup.address)
        link.replace(self.address)

    def _start(self, setup: Setup) -> tuple[StoreProcess, Ready]:
        """A process that is ready. Raises: as at the start; OSError."""
        process = StoreProcess.spawn()
        self._starting_processes.add(process)
        try:
            return process, process.hand_over(setup)
        except BaseException:
            process.end()
            raise
        finally:
            self._starting_processes.discard(process)

    def _replace(self, old: StoreProcess, new: StoreProcess, setup: Setup, ready: Ready) -> None:
        """Put a process in the place of another, where that is still there and wanted."""
        with self._place_lock:
            if self._stop_event.is_set() or self._process is not old:
                new.end()
                return
            self._put_in_place(setup)
            self._process, self._setup = new, setup
            self.graphs, self.notices = ready.graphs, ready.notices
            self._ready_since = time.monotonic()

    def _supervise(self, restarts: Restarts) -> ExitStatus | None:
        """See to it that there is a process; the exit status of what went wrong once there shall be
        none any more."""
        while (end := self._await_end()) is not None:
            life = time.monotonic() - self._ready_since
            old = self._process
            print(f"the store's process {end} and is started anew", file=sys.stderr, flush=True)
            _discard(old, self._setup)
            while (pause := restarts.pause(life)) is not None:
                if self._stop_event.wait(pause):
                    return None
                life = 0.0
                setup = self._new_setup(self._setup.contents)
                try:
                    process, ready = self._start(setup)
                except ProblemsError as error:
                    # To read the same files once more would not mend them.
                    print(f"{error}\n{_NO_RESTART}", file=sys.stderr, flush=True)
                    return error.status
                except (StoreUnreachableError, OSError) as error:
                    print(f"{error}; it is tried again", file=sys.stderr, flush=True)
                    Path(setup.address).unlink(missing_ok=True)
                    continue
                self._replace(old, process, setup, ready)
                break
            if pause is None:
                print(
                    f"the store's process ended {restarts.limit + 1} times, each soon after its"
                    f" start; {_NO_RESTART}",
                    file=sys.stderr,
                    flush=True,
                )
                return ExitStatus.UNREACHABLE
        return None

    def _await_end(self) -> str | None:
        """How the process that is in place ended, once it has; None after `stop`."""
        heard = time.monotonic()
        last: StoreProcess | None = None
        while not self._stop_event.is_set():
            process = self._process
            now = time.monotonic()
            if process is not last:
                last, heard = process, now
            status = process.process.poll()
            if status is not None and process is self._process:
                return None if self._stop_event.is_set() else f"ended ({status})"
            if self._is_heard():
                heard = time.monotonic()
            elif now - heard > _SILENCE and process is self._process:
                return f"did not answer for {_SILENCE:g} s"
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.process.wait(_LOOK_SECONDS)
        return None

    def _is_heard(self) -> bool:
        with contextlib.closing(StoreClient(self.address, self.limits)) as client:
            try:
                client.load()
            except StoreUnreachableError:
                return False
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


_NO_RESTART = "the store's process is not started any more"


def _discard(old: StoreProcess, setup: Setup) -> None:
    """Do away with a process that ended or does not answer."""
    old.process.kill()
    old.end()
    Path(setup.address).unlink(missing_ok=True)
