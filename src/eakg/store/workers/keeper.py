"""The keeper: the process that holds the store, forks workers and makes the next versions.

    python -m eakg.store.workers.keeper

Its standard input is a socket that brings a `Setup` and then stays open for as long as the parent
lives; at its end this process ends too, and a `RetirementRequest` retires it. The same socket says
that it is ready, or what is wrong with the files. `eakg.store.messages` tells of the messages.

It has one thread, so that it can fork, and waits for nobody but in `Events.wait`.
"""

import contextlib
import gc
import os
import signal
import socket
import sys
import time
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path

import pyoxigraph

from eakg.problems import Problem, ProblemsError
from eakg.rdf import import_readers
from eakg.sparql import NotReasonedError, OverloadedError, StoreError
from eakg.store.changes import GraphWrite, History, UpdateRequest
from eakg.store.graphs import EngineLoad, LoadedStore, Preparation, evaluate
from eakg.store.messages import (
    NO_LIMIT,
    Channel,
    Consistency,
    ConsistencyRequest,
    ExplainRequest,
    Explanation,
    HeadStart,
    JustificationsRequest,
    JustifiedExplanation,
    LeaseRequest,
    LoadRequest,
    LongLaneRequest,
    Message,
    MessageError,
    Output,
    Ready,
    Retirement,
    RetirementRequest,
    Setup,
    VersionPage,
    WorkerOutcome,
    decode,
    encode,
    expect,
)
from eakg.store.options import WITHOUT_REASONING
from eakg.store.request import Limits, Load, QueryRequest
from eakg.store.workers.events import Connection, Events
from eakg.store.workers.fork import NO_ROOM, Workers, reap
from eakg.store.workers.lanes import Lanes
from eakg.store.workers.reasoner_link import ReasonerLink
from eakg.store.workers.writings import Writings

_LEAVE_SECONDS = 2.0  # without any work, after which those who leave for another keeper have left
_LOOK_SECONDS = 0.1
_SETUP_SECONDS = 60.0


class Keeper:
    """One event loop over lanes, writings and the reasoner.

    Arguments: the versions of the store; the limits of queries; the socket that clients connect to;
    the page that tells them of the latest version, and its descriptor.
    """

    def __init__(
        self,
        history: History,
        limits: Limits,
        listener: socket.socket,
        page: VersionPage,
        page_descriptor: int,
    ) -> None:
        self._history = history
        self._limits = limits
        self._listener = listener
        self._page = page
        self._events = Events()
        self._workers = Workers(history.loaded_store, limits, self._events, page_descriptor)
        self._lanes = Lanes(limits, self._workers)
        self._reasoner = ReasonerLink(history, self._events, limits, self._publish)
        self._writings = Writings(
            history, limits, self._workers, self._reasoner, self._events, self._publish
        )
        self._preparation = Preparation(history.loaded_store)
        self._is_stopped = False
        self._retires_at: float | None = None
        self._work = 0.0
        self._publish()

    def start_reasoner(self) -> None:
        """Have what follows at hand. Raises: OSError; EOFError."""
        self._reasoner.start()

    def serve(self, parent: Channel) -> None:
        """Answer until the channel to the parent is at its end, or it brought a `RetirementRequest`
        and all is done."""
        self._listener.setblocking(False)
        self._events.watch(self._listener, self._accept)
        self._events.watch(parent, lambda: self._hear_parent(parent))
        self._events.follow(parent)
        try:
            while not (self._is_stopped or self._has_retired):
                self._events.wait(self._seconds_to_deadline())
                self._lanes.advance()
                self._reasoner.advance()
                self._writings.advance()
                self._prepare()
        finally:
            self._page.version = ""
            self._workers.end()
            self._reasoner.end()
            self._history.close()

    def _publish(self) -> None:
        """Let the clients know of the version of the data; workers of another are let go."""
        self._page.version = self._history.loaded_store.version

    def _prepare(self) -> None:
        """Make the graphs ready by their names, where somebody has asked for one."""
        try:
            self._preparation.advance()
        except ProblemsError as error:
            print(f"the graphs cannot be asked by name: {error}", file=sys.stderr, flush=True)

    def _seconds_to_deadline(self) -> float | None:
        if self._preparation.is_under_way:
            return 0.0
        now = time.monotonic()
        deadlines = [self._lanes.deadline, self._reasoner.deadline, self._writings.deadline]
        if self._retires_at is not None:
            deadlines.append(max(self._retires_at, now + _LOOK_SECONDS))
        seconds = (max(0.0, deadline - now) for deadline in deadlines if deadline is not None)
        return min(seconds, default=None)

    def _hear_parent(self, parent: Channel) -> None:
        try:
            parent.flush()
            message = parent.hear()
        except (OSError, EOFError, MessageError):
            self._is_stopped = True
            return
        if isinstance(message, RetirementRequest) and self._retires_at is None:
            self._retires_at = time.monotonic() + _LEAVE_SECONDS
            # Clients find that their workers are of no version that there is.
            self._page.version = ""
            with contextlib.suppress(OSError):
                parent.put(Retirement())
        self._events.follow(parent)

    @property
    def _has_retired(self) -> bool:
        """Whether another has its place, and no query is under way: of the short ones the keeper
        hears nothing, but processors work on them."""
        if self._retires_at is None:
            return False
        now, work = time.monotonic(), self._workers.work()
        if work != self._work:
            self._work, self._retires_at = work, now + _LEAVE_SECONDS
        return now >= self._retires_at and not self._lanes.busy

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            channel, _ = self._listener.accept()
            Connection(channel, self._events, self._answer)

    def _answer(self, connection: Connection, message: Message) -> None:
        match message:
            case LeaseRequest():
                self._lease(connection)
            case LongLaneRequest():
                self._lanes.admit(connection, message)
            case LoadRequest():
                lanes, problem = self._lanes, self._history.snapshot_problem
                number = len(self._workers)
                load = Load(0, lanes.running, lanes.waiting, number, lanes.restarts, problem)
                connection.reply(load)
            case ExplainRequest() | JustificationsRequest():
                self._ask_reasoner(connection, message)
            case ConsistencyRequest() if self._history.derives:
                self._ask_reasoner(connection, message)
            case ConsistencyRequest():
                connection.reply(NotReasonedError(WITHOUT_REASONING))
            case UpdateRequest() | GraphWrite():
                self._writings.add(connection, message)
            case _:
                connection.close()

    def _lease(self, connection: Connection) -> None:
        try:
            _, link = self._workers.fork()
        except OSError:
            connection.reply(OverloadedError(NO_ROOM))
            return
        connection.reply(link.offer, link.files)
        link.close()

    def _ask_reasoner(self, connection: Connection, message: Message) -> None:
        patience_ends = time.monotonic() + self._limits.timeout
        ends = patience_ends + self._limits.change_seconds
        answer = partial(self._tell, connection)
        self._reasoner.ask(message, answer, patience_ends, ends)

    def _tell(self, connection: Connection, answer: Message) -> None:
        """The reasoner knows no version; its answers are of the latest."""
        if isinstance(answer, Explanation | JustifiedExplanation | Consistency):
            answer = replace(answer, version=self._history.loaded_store.version)
        connection.reply(answer)


def main() -> None:
    """Load, say that it is ready, answer until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = Channel(socket.socket(fileno=os.dup(sys.stdin.fileno())), NO_LIMIT)
    begun = None
    try:
        message = parent.receive(_SETUP_SECONDS)
        if isinstance(message, HeadStart):
            begun = EngineLoad(message.files, is_checked=True)
            begun.begin()
            message = parent.receive(message.seconds)
        setup = expect(message, Setup)
    except (OSError, EOFError):
        sys.exit(1)  # nobody is there who would want it
    _keep(setup, parent, begun)


def _keep(setup: Setup, parent: Channel, begun: EngineLoad | None) -> None:
    limits = setup.limits
    try:
        history = History(setup.contents, setup.options, defers=True, begun=begun)
        _check_disk(history.loaded_store, limits)
    except ProblemsError as error:
        with contextlib.suppress(OSError):
            parent.send(error, limits.start)
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(setup.address)
        listener.listen(512)
        keeper = Keeper(history, limits, listener, *VersionPage.create())
        if history.derives and (setup.options.writable or history.lacks_closure):
            try:
                keeper.start_reasoner()
            except (OSError, EOFError) as error:
                sys.exit(f"the process that reasons was not ready: {error}")
        _warm_up(history.loaded_store)
        if setup.options.writable:
            import_readers()  # as workers read what is written
        # The garbage collector of a worker shall not write to, and so copy, what it shares.
        gc.collect()
        gc.freeze()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        loaded_store = history.loaded_store
        try:
            # Where the parent has ended, hearing it says so.
            with contextlib.suppress(OSError):
                parent.put(Ready(loaded_store.graphs, loaded_store.notices))
            keeper.serve(parent)
        finally:
            Path(setup.address).unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                Path(setup.address).parent.rmdir()


def _check_disk(loaded_store: LoadedStore, limits: Limits) -> None:
    """Have another process ask the graphs that are on disk something. Raises: ProblemsError."""
    folder = loaded_store.folder
    if folder is None:
        return
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            signal.setitimer(signal.ITIMER_REAL, limits.start)
            loaded_store.open()
            evaluate(loaded_store, QueryRequest("ASK { ?s ?p ?o }"), BytesIO())
        except StoreError as error:
            os.write(writing, str(error).encode())
        except BaseException as error:
            os.write(writing, f"the store cannot be asked: {error}".encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as words:
        problem = words.read().decode(errors="replace")
    if reap(pid) and not problem:
        problem = "the process that was to ask the store ended without an answer"
    if problem:
        raise ProblemsError([Problem(str(folder), 0, f"{problem}; --rebuild makes the store anew")])


def _warm_up(loaded_store: LoadedStore) -> None:
    """Let each worker be born with what the first query makes once and for all."""
    request = QueryRequest("ASK {}")
    output = BytesIO()
    # One that is on disk is not for the process that forks.
    store = LoadedStore(pyoxigraph.Store(), (), "") if loaded_store.is_on_disk else loaded_store
    seconds = evaluate(store, request, output)
    decode(encode(request))
    size = output.tell()
    encode(WorkerOutcome(Output(size, loaded_store.version, output.getvalue(), seconds)))


if __name__ == "__main__":
    main()
