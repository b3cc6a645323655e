"""The service as a whole: the store's process, and the web server in front of it."""

import os
import signal
import socket
import sys
from dataclasses import replace
from types import FrameType

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from eakg.problems import ExitStatus, ProblemsError
from eakg.serve.settings import Settings
from eakg.store import Contents, HolderProcess, Limits
from eakg.store.failures import StoreError

_SPARE_THREADS = 8  # for pages while every query's place is taken
_STOP_SECONDS = 5
_TO_STDERR = {
    "class": "logging.StreamHandler",
    "formatter": "generic",
    "stream": "ext://sys.stderr",
}
_HANDLERS = {"console": _TO_STDERR, "access": _TO_STDERR}


def run(
    contents: Contents,
    host: str = "127.0.0.1",
    port: int = 8000,
    timeout: float = 10.0,
    public_url: str | None = None,
    limits: Limits | None = None,
) -> ExitStatus:
    """Serve the contents until SIGINT or SIGTERM.

    Arguments: the files of the graph; the address to listen on, port 0 for any free one; the
    time limit of a query in seconds; the address the world knows the service by; other limits
    (their `timeout` gives way to `timeout`). One line with the address goes to standard output
    once queries are answered. Results: DONE after a stop, BAD_INPUT with a line on standard
    error when the address cannot be used or the files cannot be loaded, UNREACHABLE when the
    store's process does not start.
    """
    limits = replace(limits or Limits(), timeout=timeout)
    try:
        port = _check_address(host, port)
    except OSError as error:
        print(_complaint(host, port, error), file=sys.stderr)
        return ExitStatus.BAD_INPUT
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with HolderProcess(contents, limits) as holder:
            holder.keep()
            local = f"http://{_bracketed(host)}:{port}"
            Settings(
                str(holder.address),
                contents.version,
                limits,
                public_url,
                f"EAKG answers at {(public_url or local).rstrip('/')}/",
                host,
                port,
                tuple((str(file.name), str(file.path)) for file in contents.files),
            ).to_environment()
            return _serve(host, port, limits)
    except ProblemsError as error:
        print(error, file=sys.stderr)
        return error.status
    except StoreError as error:
        print(error, file=sys.stderr)
        return ExitStatus.UNREACHABLE
    except KeyboardInterrupt:
        return ExitStatus.DONE


def _serve(host: str, port: int, limits: Limits) -> ExitStatus:
    """One process is enough: its threads wait for the store's process, which does the work.

    There are as many as queries may run and wait, so that it is the store that queues and
    refuses; a thread that waits costs little.
    """
    server = Server(
        "eakg.serve.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=limits.workers + limits.queue + _SPARE_THREADS,
        workers_kill_timeout=_STOP_SECONDS,
        respawn_failed_workers=True,
        # Its start, stop and advice are not ours to say; its errors go to standard error.
        log_level=LogLevels.error,
        log_dictconfig={"handlers": _HANDLERS},
    )
    try:
        server.serve()
    except SystemExit as error:
        return ExitStatus.DONE if not error.code else ExitStatus.UNREACHABLE
    return ExitStatus.DONE


def _check_address(host: str, port: int) -> int:
    """The port, once it is sure that it is free. The server shares a port with others silently.

    Errors: OSError when it is in use, privileged, or the host is not one of this machine.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, where = found[0]
    with socket.socket(family, kind, protocol) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(where)
        probe.listen(1)
        free: int = probe.getsockname()[1]
    return free


def _complaint(host: str, port: int, error: OSError) -> str:
    return (
        f"cannot listen on {_bracketed(host)}:{port}: {error.strerror or error};"
        " choose another with --port or --host"
    )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
