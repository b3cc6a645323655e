"""The process that looks after another one: ends it in time, and tells in one line what ended it.

Libraries do not only raise exceptions: they write to standard error, panic, and abort where they
get no memory. So they are given a standard error of their own, which nobody sees, and whatever ends
the work, this process is there to tell of it and to remove what is not whole.
"""

import json
import os
import select
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO, NoReturn

import click

from eakg.commands.supervision.worker import SIGNALS, Work, run
from eakg.files import remove_unfinished
from eakg.problems import ExitStatus

_AT_ONCE = 1 << 16
_STANDARD_ERROR = 2
# What the allocator of Rust says before it aborts, and OpenBLAS before it ends the process.
_NO_MEMORY = (b"memory allocation of ", b"Memory allocation still failed")
_CURSOR = "\r\x1b[K\x1b[?25h"  # a bar that breaks off leaves none


class _SignalError(BaseException):
    """This process was asked to end."""

    def __init__(self, number: int) -> None:
        self.number = number


def supervise(work: Work) -> int:
    """Do work in a fork of this process, which must have no threads yet; its exit status."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # until somebody can act on them
    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupt)
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= _STANDARD_ERROR:
        pass  # what was closed is nobody else's
    os.close(descriptor)
    near, far = socket.socketpair()
    with tempfile.TemporaryFile() as noise:
        start = time.monotonic()
        child = os.fork()
        if not child:
            near.close()
            run(work, far, noise)
        far.close()
        return _Watch(child, near, noise, start).status()


def _interrupt(number: int, _: FrameType | None) -> NoReturn:
    raise _SignalError(number)


class _Watch:
    """What is seen of the process that works.

    Arguments: its number; a socket to it; its standard error; when it was started.
    """

    def __init__(self, child: int, link: socket.socket, noise: BinaryIO, start: float) -> None:
        self._child = child
        self._link = link
        self._noise = noise
        self._start = start
        self._entries: dict[str, Any] = {"phase": "starting"}
        self._rest = b""

    def status(self) -> int:
        """Wait for its end; the exit status, after a line where it did not end by itself."""
        reason, status = "", None
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            if not self._follow():
                reason = f"the time limit was reached (--timeout {self._entries['timeout']:g})"
                status = int(ExitStatus.TIME_LIMIT)
        except _SignalError as error:
            reason = f"ended by {signal.Signals(error.number).name}"
            status = 128 + error.number
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        if status is not None:
            os.kill(self._child, signal.SIGKILL)
        _, code, usage = os.wait4(self._child, 0)
        peak = usage.ru_maxrss // (1 if sys.platform == "darwin" else 1024)
        if status is None:
            status = os.waitstatus_to_exitcode(code)
            if status < 0 or "end" in self._entries or "over" not in self._entries:
                reason, status = self._reason(status)
        if reason:
            self._clean()
            click.echo(self._line(reason, peak), err=True)
        return status

    def _follow(self) -> bool:
        """Take what is told until the end; whether that came in time."""
        while True:
            seconds = None
            if self._entries.get("timeout") and not self._entries.get("released"):
                seconds = max(0.0, self._start + self._entries["timeout"] - time.monotonic())
            if not select.select([self._link], [], [], seconds)[0]:
                return False
            try:
                data = self._link.recv(_AT_ONCE)
            except ConnectionError:
                return True
            if not data:
                return True
            *lines, self._rest = (self._rest + data).split(b"\n")
            for line in lines:
                entries = json.loads(line)
                self._entries |= entries
                if "released" in entries:
                    self._link.sendall(b"1")

    def _reason(self, code: int) -> tuple[str, int]:
        """Why the process came to its end, and the status for that."""
        end = self._entries.get("end")
        self._noise.seek(0)
        noise = self._noise.read()
        if end == "memory" or any(words in noise for words in _NO_MEMORY):
            memory = self._entries.get("memory")
            if memory:
                words = f"the memory limit was reached (--memory {memory})"
            else:
                words = "there was no more memory to be had"
            return words, int(ExitStatus.TIME_LIMIT)
        if end:
            return str(end), int(self._entries["status"])
        if code >= 0:
            return f"ended by a library with status {code}, without a word on why", 1
        name = signal.Signals(-code).name
        words = f"ended by {name}"
        if code == -signal.SIGKILL:
            words += ", as the system does where memory runs out"
        return words, 128 - code

    def _clean(self) -> None:
        """Remove what is not whole."""
        if output := self._entries.get("output"):
            remove_unfinished(Path(output), self._child)
        if sys.stderr is not None and sys.stderr.isatty():
            click.echo(_CURSOR, nl=False, err=True)

    def _line(self, reason: str, peak: int) -> str:
        entries = self._entries
        parts = []
        if "triples" in entries:
            parts.append(f"{entries['triples']:,} triples")
        if "rounds" in entries:
            parts.insert(0, f"{entries['rounds']:,} rounds")
        parts += [f"{time.monotonic() - self._start:.1f} s", f"{peak:,} MiB"]
        rest = "nothing was written"
        if entries.get("released"):
            rest = "what was written may not be whole"
        return f"{reason} while {entries['phase']}, after {', '.join(parts)}; {rest}"
