"""The process that works, and says how it comes to its end."""

import errno
import logging
import os
import resource
import signal
import socket
import sys
import threading
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NoReturn

import click

from eakg.commands.supervision.account import MEBIBYTE, Account
from eakg.problems import ExitStatus

Work = Callable[[Account], object]
"""Is given an account to keep, and ends as a command does, by SystemExit."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Those by which somebody ends a process."""
_NO_MEMORY = b'{"end":"memory"}\n'
_OVER = b'{"over":true}\n'
_FAULT = 1
_BROKEN = int(ExitStatus.BAD_INPUT)
_LIMIT = int(ExitStatus.TIME_LIMIT)


def run(work: Work, link: socket.socket, noise: BinaryIO) -> NoReturn:
    """Do the work of this process, and end it.

    Arguments: the work; a socket to the process that looks after this one; where libraries may
    write that have something to say.
    """
    status = _FAULT
    try:
        status = _status_of(work, link, noise)
        link.sendall(_OVER)
    except BaseException:
        link.sendall(_NO_MEMORY)  # not even for words on what went wrong
    finally:
        os._exit(status)


def _status_of(work: Work, link: socket.socket, noise: BinaryIO) -> int:
    status, account = 0, Account(link)
    try:
        try:
            _separate(noise)
            work(account)
        except SystemExit as error:
            status = error.code if isinstance(error.code, int) else int(error.code is not None)
        if sys.stdout is not None:
            sys.stdout.flush()
    except MemoryError:
        # Nothing is made for it, as there may be no room.
        link.sendall(_NO_MEMORY)
    except BrokenPipeError:
        status = _FAULT  # whoever read it wants no more
    except OSError as error:
        if error.errno == errno.ENOMEM:
            link.sendall(_NO_MEMORY)
            return status
        name = error.filename or "standard output"
        click.echo(f"{name}: cannot be used: {error.strerror or error}", err=True)
        status = _BROKEN
    except BaseException as error:
        most = account.memory or _memory()
        if most is None:
            words = f"a fault of eakg itself ({_description(error)}; please report it)"
            account.tell(end=words, status=_FAULT)
        else:  # not all libraries say what they lack
            words = f"an error ({_description(error)}), most likely for want of memory, of which"
            account.tell(end=f"{words} there are {most:,} MiB to be had,", status=_LIMIT)
    return status


def _memory() -> int | None:
    """The MiB of address space that this process may have; None where there is no bound."""
    most = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if most == resource.RLIM_INFINITY else most // MEBIBYTE


def _separate(noise: BinaryIO) -> None:
    """Have this process end with the other one, and show nothing that libraries write."""
    from eakg.store import outlive_nobody

    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other one hears it, too, and ends this one
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    outlive_nobody(os.getppid(), lambda: os._exit(_FAULT))
    if sys.stderr is not None:
        encoding, errors = sys.stderr.encoding, sys.stderr.errors
        # It lasts as long as the process.
        sys.stderr = os.fdopen(os.dup(2), "w", 1, encoding, errors)
        os.dup2(noise.fileno(), 2)
    logging.getLogger().addHandler(logging.NullHandler())
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda _: None
    threading.excepthook = lambda _: None


def _description(error: BaseException) -> str:
    """What went wrong, and where."""
    words = " ".join(str(error).split())
    place = ""
    with suppress(Exception):
        frames = traceback.extract_tb(error.__traceback__)
        inside = [frame for frame in frames if "eakg" in Path(frame.filename).parts]
        place = f", {Path(inside[-1].filename).name}:{inside[-1].lineno}"
    return f"{type(error).__name__}: {words}{place}"
