"""What the work of this process has reached, told to the process that looks after it."""

import json
import socket
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import click

from eakg.options import option

MEBIBYTE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class RunLimits:
    """What work may take."""

    timeout: float | None = option(
        "Seconds that it may take; then nothing is written.", None, metavar="SECONDS", above=0
    )
    memory: int | None = option(
        "MiB of memory that it may take; then nothing is written.", None, metavar="MIB", least=1
    )

    @property
    def is_given(self) -> bool:
        """Whether there is any."""
        return self.timeout is not None or self.memory is not None


class Account:
    """What work has reached, and the MiB that it may take, None where there is no limit.

    Argument: a socket to the process that looks after this one, where there is such.
    """

    def __init__(self, link: socket.socket | None = None) -> None:
        self._link = link
        self.memory: int | None = None

    def tell(self, **entries: Any) -> None:
        """Have the entries in the account, in place of those with their names."""
        if self._link is not None:
            try:
                self._link.sendall(json.dumps(entries).encode() + b"\n")
            except OSError:
                raise SystemExit(1) from None  # nobody looks after it any more

    def round(self, number: int, triples: int) -> None:
        """A round of the rules begins, with as many triples."""
        self.tell(rounds=number, triples=triples)

    def release(self) -> None:
        """What was made is whole and about to be given out; from now on it may take any time."""
        if self._link is not None:
            self.tell(released=True)
            if not self._link.recv(1):
                raise SystemExit(1)

    def limit(self, limits: RunLimits) -> None:
        """Keep the limits from now until the command ends.

        Raises: UsageError where they cannot be kept; SystemExit where the program itself takes more
        memory.
        """
        if not limits.is_given:
            return
        if self._link is None:
            raise click.UsageError("--timeout and --memory are for eakg run as a program")
        self.tell(timeout=limits.timeout, memory=limits.memory)
        self.memory = limits.memory
        if limits.memory is not None:
            _bound_memory(limits.memory)


def _bound_memory(memory: int) -> None:
    # What this costs, only those pay who want it.
    from eakg.reason.files import peak_memory
    from eakg.store import memory_bound, share_arenas

    share_arenas(1)
    if find_spec("polars") is not None:
        import polars

        # The threads that it starts now have address space that they never fill.
        polars.select(polars.lit("a b").str.split(" ").explode())
    room = memory * MEBIBYTE - peak_memory()
    if room <= 0:
        raise MemoryError
    click.get_current_context().with_resource(memory_bound(room))


def current_account() -> Account:
    """The account of this process; one that nobody reads where nobody looks after it."""
    context = click.get_current_context(silent=True)
    return (context.find_object(Account) if context else None) or Account()
