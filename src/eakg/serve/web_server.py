"""The web server, whose processes are started anew as those of the store are."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from granian.server import Server

from eakg.store import entitle, share_arenas
from eakg.store.workers import Restarts

Loader = Callable[..., Any]
_LOOK_SECONDS = 0.05
_ARENAS = 2  # one for the threads of Python, of which one runs at a time, and one for the server's
_FIRST_RESTARTS = 2
"""Where no process ever was ready, the next one will hardly be."""


def note_readiness(folder: str | None) -> None:
    """Let the first process know since when this one answers. Argument: the folder that they
    share."""
    if folder is not None:
        _note(folder, os.getpid()).write_text(str(time.monotonic()), "ascii")


def _note(folder: str, pid: int) -> Path:
    return Path(folder) / f"web-{pid}"


class WebServer(Server):  # type: ignore[misc, valid-type]  # another class on other systems
    """The server, which starts a process that ended anew after a pause that grows.

    By itself it does so at once, and ends where that one ends within some seconds: too soon for
    those that were killed, and never where each takes longer than that to fail.

    Arguments: how often a process is started anew; the folder that processes share; the rest is the
    server's.
    """

    def __init__(self, restarts: int, folder: str, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._restarts = Restarts(min(restarts, _FIRST_RESTARTS))
        self._limit = restarts
        self._folder = folder

    def _spawn_worker(self, idx: int, target: Callable[..., None], callback_loader: Loader) -> Any:
        def load() -> Any:
            entitle("eakg serve web")
            share_arenas(_ARENAS)
            return callback_loader()

        return super()._spawn_worker(idx, target, load)

    def _respawn_workers(
        self,
        workers: list[int],
        spawn_target: Callable[..., None],
        target_loader: Loader,
        delay: float = 0,
    ) -> None:
        pause = self._restarts.pause(min(map(self._life, workers)))
        if pause is None:
            words = (
                f"a web process ended {self._restarts.limit + 1} times, each soon after its start"
            )
            print(f"{words}; it is not started any more", file=sys.stderr, flush=True)
            # Then the server ends, with the status of one that failed.
            self.respawn_failed_workers = False
            self.interrupt_children.extend(workers)
            self.main_loop_interrupt.set()
            return
        ends = time.monotonic() + pause
        while not self.interrupt_signal and time.monotonic() < ends:
            time.sleep(_LOOK_SECONDS)
        super()._respawn_workers(workers, spawn_target, target_loader, delay)
        # What the server itself takes for one that ends again and again.
        self.respawned_wrks.clear()

    def _life(self, worker: int) -> float:
        """The seconds that a process was ready before it ended, 0 where it never was."""
        note = _note(self._folder, self.wrks[worker].inner.pid)
        try:
            life = time.monotonic() - float(note.read_text("ascii"))
        except (OSError, ValueError):
            return 0.0
        note.unlink(missing_ok=True)
        self._restarts.limit = self._limit
        return life
