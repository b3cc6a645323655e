"""A process that holds a store, seen from the one that started it."""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from eakg.sparql import StoreUnreachableError
from eakg.store.graph_files import GraphFile
from eakg.store.messages import (
    NO_LIMIT,
    Channel,
    HeadStart,
    MessageError,
    Ready,
    RetirementRequest,
    Setup,
    expect,
)

_END_SECONDS = 5.0
_RETIREMENT_SECONDS = 10.0


@dataclass(frozen=True, eq=False)
class StoreProcess:
    """A process that runs, and the channel to it."""

    process: "subprocess.Popen[bytes]"
    channel: Channel

    @classmethod
    def spawn(cls) -> Self:
        """A fresh one. Raises: OSError."""
        near, far = socket.socketpair()
        with far:
            try:
                process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "eakg.store.workers.keeper"],
                    stdin=far.fileno(),
                    stdout=subprocess.DEVNULL,
                    env={**os.environ, "RUST_BACKTRACE": "0", "MALLOC_ARENA_MAX": "1"},
                    # Interrupting from the terminal reaches the parent alone, which then ends it.
                    # No session of its own: Linux shares processors out by sessions, whatever
                    # the number of those who work in them.
                    process_group=0,
                )
            except BaseException:
                near.close()
                raise
        return cls(process, Channel(near, NO_LIMIT))

    def begin(self, files: Sequence[GraphFile], seconds: float) -> None:
        """Have it load files, but for what follows, until it is handed a setup that names them,
        within so many seconds. Where it has ended, handing it over says so."""
        with contextlib.suppress(OSError, EOFError, MessageError):
            self.channel.send(HeadStart(tuple(files), seconds), seconds)

    def hand_over(self, setup: Setup) -> Ready:
        """Have it load what the setup says.

        Raises: ProblemsError for files that cannot be loaded; StoreUnreachableError when it ends,
        or is not ready in time.
        """
        seconds = setup.limits.start
        try:
            self.channel.send(setup, seconds)
            return expect(self.channel.receive(seconds), Ready)
        except TimeoutError as error:
            words = f"the store's process was not ready within {seconds:g} s"
            raise StoreUnreachableError(words) from error
        except (OSError, EOFError, MessageError) as error:
            words = "the store's process ended before it was ready"
            raise StoreUnreachableError(words) from error

    def retire(self) -> None:
        """Let it know that another has its place; from here on nobody begins to ask it."""
        with contextlib.suppress(OSError, EOFError, MessageError):
            self.channel.send(RetirementRequest(), _RETIREMENT_SECONDS)
            self.channel.receive(_RETIREMENT_SECONDS)

    def end(self) -> None:
        """End it, by force where it does not end by itself."""
        self.channel.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(_END_SECONDS)
            return
        self.process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(_END_SECONDS)
