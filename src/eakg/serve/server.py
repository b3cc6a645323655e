"""The service as a whole: the store's process, and the web server in front of it."""

import contextlib
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from importlib import import_module
from math import ceil
from multiprocessing import get_start_method
from types import FrameType

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from eakg.files import TemporaryFolder, remove_left_folders
from eakg.problems import ExitStatus, ProblemsError
from eakg.serve.app import Settings
from eakg.serve.host import Signals
from eakg.serve.options import ServeOptions
from eakg.serve.web_server import WebServer
from eakg.sparql import StoreError
from eakg.store import Contents
from eakg.store.elsewhere import endpoint_of
from eakg.store.workers import KeeperProcess, StoreProcess

_HEAD_MILLISECONDS = 10_000
_PROCESSES = 2
_BACKLOG = 4096  # connections that wait until they are taken
_MOST_CONNECTIONS = 1 << 14  # of a web process
_TRY_SECONDS = 0.02
_GREETING_SECONDS = 5.0
_TO_STDERR = {
    "class": "logging.StreamHandler",
    "formatter": "generic",
    "stream": "ext://sys.stderr",
}
_HANDLERS = {"console": _TO_STDERR, "access": _TO_STDERR}


def run(
    contents: Contents | None,
    options: ServeOptions | None = None,
    *,
    token: str | None = None,
    read_token: str | None = None,
    renew: Callable[[], Contents] | None = None,
    process: StoreProcess | None = None,
) -> ExitStatus:
    """Serve the contents until SIGINT or SIGTERM; at SIGHUP go on with what `renew` gives.

    When it ends, what it was asked before is answered first.

    Arguments: the files of the graph, None where the SPARQL endpoint of the options answers
    instead; the options; the digests of the tokens that writers and readers must show; what
    reads the files anew; a process that has begun to load them.

    One line with the address goes to standard output once queries are answered. Results: DONE
    after a stop, BAD_INPUT with a line on standard error when the address cannot be used or the
    files cannot be loaded, UNREACHABLE when the store's process does not start.
    """
    options = options or ServeOptions()
    try:
        reservation = reserved_port(options.host, options.port)
    except OSError as error:
        print(_complaint(options.host, options.port, error), file=sys.stderr)
        return ExitStatus.BAD_INPUT
    port: int = reservation.getsockname()[1]
    settings = replace(options.settings(token, read_token), port=port)
    signal.signal(signal.SIGTERM, _interrupt)
    remove_left_folders()
    failure = Failure()
    try:
        with (
            reservation,
            TemporaryFolder("state") as folder,
            _store_process(contents, replace(settings, folder=str(folder)), process) as (
                complete,
                keeper,
            ),
        ):
            complete.hand_on()
            _allow_open_files()
            if keeper is not None:
                keeper.supervise(options.restarts, failure.stop)
            threading.Thread(target=_greet, args=(complete,), daemon=True).start()
            signals = Signals(str(folder), keeper, renew, options.drain)
            return failure.status or _serve(complete, signals, options.restarts, failure)
    except ProblemsError as error:
        print(error, file=sys.stderr)
        return error.status
    except StoreError as error:
        print(error, file=sys.stderr)
        return ExitStatus.UNREACHABLE
    except KeyboardInterrupt:
        return failure.status or ExitStatus.DONE


@dataclass
class Failure:
    """What ends the service without being asked to: the exit status, once there is one."""

    status: ExitStatus | None = None

    def stop(self, status: ExitStatus) -> None:
        """End the service with a status; may be called from any thread."""
        self.status = status
        os.kill(os.getpid(), signal.SIGINT)


@contextmanager
def _store_process(
    contents: Contents | None, settings: Settings, process: StoreProcess | None
) -> Iterator[tuple[Settings, KeeperProcess | None]]:
    """The settings with the store they are about, and what holds it while the context lasts."""
    if contents is None:
        yield settings, None
        return
    with KeeperProcess(contents, settings.limits, settings.options, process) as keeper:
        complete = replace(
            settings,
            address=str(keeper.address),
            files=tuple((str(file.name), str(file.path)) for file in contents.files),
        )
        yield complete, keeper


def _greet(settings: Settings) -> None:
    """Print the address once a query was answered at it, which the server opens last."""
    local = f"http://{_url_host(settings.host)}:{settings.port}"
    is_first = True
    while True:
        connection = HTTPConnection(settings.host, settings.port, timeout=_GREETING_SECONDS)
        with contextlib.closing(connection):
            try:
                connection.request("GET", "/health")
                status = connection.getresponse().status
                answers = status == HTTPStatus.OK
                if not answers and settings.remote and is_first:
                    engine = endpoint_of(settings.remote).address
                    print(f"{engine} does not answer; waiting", file=sys.stderr, flush=True)
                    is_first = False
            except (OSError, HTTPException):
                answers = False
        if answers:
            public = (settings.public_url or "").rstrip("/")
            line = f"EAKG answers at {local}/" + (f", as {public}/" if public else "")
            print(line, flush=True)
            return
        time.sleep(_TRY_SECONDS)


def _serve(settings: Settings, signals: Signals, restarts: int, failure: Failure) -> ExitStatus:
    """Two processes: one interpreter is not enough for what the store can answer."""
    if get_start_method() == "fork":
        import_module("eakg.serve.wsgi")  # they share what is there before them
    server = WebServer(
        restarts,
        settings.folder or "",
        "eakg.serve.wsgi:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        factory=True,
        workers=_PROCESSES,
        websockets=False,
        # In the other modes a connection that sends nothing is never closed.
        http=HTTPModes(settings.http),
        backlog=_BACKLOG,
        backpressure=_most_connections(),
        # Connections are few, and whoever has one shall use it.
        http1_settings=HTTP1Settings(header_read_timeout=_HEAD_MILLISECONDS),
        # What is under way may take as long as it may.
        workers_kill_timeout=ceil(settings.limits.timeout + settings.limits.patience),
        respawn_failed_workers=True,
        # Its start, stop and advice are not ours to say; its errors go to standard error.
        log_level=LogLevels.error,
        log_dictconfig={"handlers": _HANDLERS},
    )
    server.on_startup(lambda: signals.take(server.signal_handler_interrupt))
    try:
        server.serve()
    except SystemExit as error:
        if error.code:
            return failure.status or ExitStatus.UNREACHABLE
    return failure.status or ExitStatus.DONE


def reserved_port(host: str, port: int) -> socket.socket:
    """A socket that keeps a port for the server, which shares it with others silently, from when it
    is sure that it is free. It takes no connections.

    Arguments: the host; the port, 0 for any that is free.
    Raises: OSError when it is in use, privileged, or the host is not one of this machine.
    """
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, address = addresses[0]
    if port:
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    reservation = socket.socket(family, kind, protocol)
    try:
        if port:
            # Connections that ended a while ago do not count.
            reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reservation.bind(address)
        if hasattr(socket, "SO_REUSEPORT"):
            reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    except OSError:
        reservation.close()
        raise
    return reservation


def _allow_open_files() -> None:
    """As many as the system gives: each large result on its way to a client is one."""
    _, maximum = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):  # where no limit may not be asked for
        resource.setrlimit(resource.RLIMIT_NOFILE, (maximum, maximum))


def _most_connections() -> int:
    """Connections that a web process takes: as many as there are descriptors for, with some left
    over for files and workers. Those that send nothing end after a while, and until then shall not
    be in the way of others."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(_BACKLOG // _PROCESSES // 8, min(_MOST_CONNECTIONS, limit * 3 // 4))


def _complaint(host: str, port: int, error: OSError) -> str:
    return (
        f"cannot listen on {_url_host(host)}:{port}: {error.strerror or error};"
        " choose another with --port or --host"
    )


def _url_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
