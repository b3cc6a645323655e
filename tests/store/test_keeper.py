"""Limits that hold: queries are ended, others go on, nothing stays behind."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from eakg.names import GRAPH
from eakg.sparql.failures import (
    MemoryLimitExceededError,
    OverloadedError,
    QuerySyntaxError,
    QueryTooComplexError,
    ResultTooLargeError,
    StoreUnreachableError,
    TimeLimitExceededError,
    WorkerCrashedError,
)
from eakg.store.client.link import linked
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.messages.frames import frame
from eakg.store.messages.kinds import Decision, LeaseRequest, Retirement
from eakg.store.request import Limits, QueryRequest
from eakg.store.workers.confinement import open_descriptors
from eakg.store.workers.fork import assert_forkable
from eakg.store.workers.keeper_process import KeeperProcess
from eakg.store.workers.worker import autopsy
from helpers.holdings import CROSS_JOIN, small_contents
from helpers.processes import descriptors, eventually, forks_of
from helpers.workers import asks, busy

LIMITS = Limits(timeout=1.0, memory=192 << 20, result=1 << 20, workers=2, queue=2, patience=0.3)


@pytest.fixture(scope="module")
def keeper() -> Iterator[KeeperProcess]:
    with KeeperProcess(small_contents(), LIMITS) as process:
        yield process


@pytest.fixture
def patient() -> Iterator[KeeperProcess]:
    """A keeper whose time limit ends nothing within a test."""
    with KeeperProcess(small_contents(), Limits(timeout=300.0)) as process:
        yield process


def test_time_limit_ends_the_worker_and_nobody_notices() -> None:
    with KeeperProcess(small_contents(), LIMITS) as keeper, ThreadPoolExecutor(1) as pool:
        store = keeper.client()
        asks(store)
        heavy = pool.submit(asks, store, CROSS_JOIN)
        answered = 0
        while not heavy.done():
            asks(store)
            answered += 1
        with pytest.raises(TimeLimitExceededError) as caught:
            heavy.result()
        assert caught.value.seconds == 1.0
        assert answered > 1
        assert eventually(lambda: len(forks_of(keeper.pid)) == 1)


def test_timeout_may_lower_never_raise(keeper: KeeperProcess) -> None:
    for asked, given in ((0.2, 0.2), (60.0, 1.0)):
        with pytest.raises(TimeLimitExceededError) as caught:
            keeper.client().query(QueryRequest(CROSS_JOIN, timeout=asked))
        assert caught.value.seconds == given


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?l",
        "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    ],
)
def test_memory_limit(text: str) -> None:
    limits = Limits(timeout=30.0, memory=96 << 20, result=1 << 20)
    with KeeperProcess(small_contents(), limits) as process:
        with pytest.raises((MemoryLimitExceededError, ResultTooLargeError)) as caught:
            process.client().query(QueryRequest(text))
        assert "ORDER" not in text or caught.type is MemoryLimitExceededError
        assert asks(process.client())


def test_result_limit(keeper: KeeperProcess) -> None:
    with pytest.raises(ResultTooLargeError):
        keeper.client().query(QueryRequest("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"))


def test_large_results_come_whole(keeper: KeeperProcess) -> None:
    result = keeper.client().query(
        QueryRequest("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 2000", "tsv")
    )
    data = b"".join(result.chunks())
    assert len(data) == result.size > 1 << 16
    assert data.count(b"\n") == 2001


def test_deep_nesting_ends_one_worker_only(patient: KeeperProcess) -> None:
    with pytest.raises(QueryTooComplexError):
        patient.client().query(QueryRequest("ASK {" + "{" * 9999 + "}" * 9999 + "}"))
    assert asks(patient.client())


def test_overload_is_said_at_once_or_after_patience() -> None:
    with KeeperProcess(small_contents(), LIMITS) as process:
        store = process.client()
        with ThreadPoolExecutor(8) as pool:
            jobs = [pool.submit(asks, store, CROSS_JOIN) for _ in range(8)]
            errors = [job.exception(timeout=30) for job in jobs]
        kinds = [type(error) for error in errors]
        assert set(kinds) == {TimeLimitExceededError, OverloadedError}
        assert kinds.count(TimeLimitExceededError) >= 2
        messages = {str(error) for error in errors if isinstance(error, OverloadedError)}
        assert messages <= {
            "too many queries are waiting",
            "too many long queries are waiting",
            "the query waited 0.3 s for its turn",
        }
        assert asks(store)


def test_nothing_leaks(keeper: KeeperProcess) -> None:
    store = keeper.client()
    asks(store)
    before = descriptors(keeper.pid)
    for _ in range(5):
        asks(store, "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 2000")
        with pytest.raises(TimeLimitExceededError):
            store.query(QueryRequest(CROSS_JOIN, timeout=0.05))
        with pytest.raises(QuerySyntaxError):
            asks(store, "SELECT * {")
        asks(store)
    assert eventually(lambda: descriptors(keeper.pid) <= before)


def test_workers_take_no_descriptor_each_to_tell_the_version(keeper: KeeperProcess) -> None:
    """Not even while those that were let go are still somewhere in memory, as with an error."""
    before = {*open_descriptors()}
    leases = []
    for _ in range(3):
        with linked(str(keeper.address), LeaseRequest(), 10.0) as link:
            leases.append(link.lease())
    own = {number for lease in leases for number in (lease.channel.fileno(), lease.result)}
    assert len(own) == 2 * len(leases)
    assert len({*open_descriptors()} - before - own) <= 2  # the one page, and the folder looked at
    for lease in leases:
        lease.close()
    assert len({id(lease.page) for lease in leases}) == 1
    with KeeperProcess(small_contents()) as other:
        with linked(str(other.address), LeaseRequest(), 10.0) as link:
            lease = link.lease()
        assert lease.page is not leases[0].page
        lease.close()


def test_killed_worker_is_replaced(keeper: KeeperProcess) -> None:
    asks(keeper.client())
    for child in forks_of(keeper.pid):
        os.kill(child, 9)
    assert eventually(lambda: not forks_of(keeper.pid))
    assert asks(keeper.client())


def test_killed_before_it_read_its_request(patient: KeeperProcess) -> None:
    store = patient.client()
    asks(store)
    (worker,) = forks_of(patient.pid)
    os.kill(worker, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(asks, store)
        time.sleep(0.1)
        os.kill(worker, signal.SIGKILL)
        assert job.result(timeout=60)


def test_killed_under_way_it_is_asked_once_more_and_no_more(patient: KeeperProcess) -> None:
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(asks, patient.client(), CROSS_JOIN)
        for _ in range(2):
            assert eventually(lambda: busy(patient.pid))
            victims = forks_of(patient.pid)
            for child in victims:
                os.kill(child, signal.SIGKILL)
            assert eventually(lambda: victims.isdisjoint(forks_of(patient.pid)))  # noqa: B023
        assert isinstance(job.exception(timeout=60), WorkerCrashedError)
    assert asks(patient.client())


def test_killed_keeper_is_unreachable_and_takes_its_workers_along() -> None:
    process = KeeperProcess(small_contents(), LIMITS)
    try:
        asks(process.client())
        workers = forks_of(process.pid)
        os.kill(process.pid, 9)
        with pytest.raises(StoreUnreachableError):
            for _ in range(100):
                asks(process.client())
                time.sleep(0.02)
        assert workers
        assert eventually(lambda: not any(Path(f"/proc/{one}").exists() for one in workers))
    finally:
        process.stop()
    assert not process.address.parent.exists()


def test_stopping_leaves_nothing() -> None:
    process = KeeperProcess(small_contents(), LIMITS)
    asks(process.client())
    pids = {process.pid, *forks_of(process.pid)}
    assert process.address.parent.stat().st_mode & 0o777 == 0o700
    process.stop()
    process.stop()
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert not process.address.parent.exists()
    with pytest.raises(StoreUnreachableError):
        asks(process.client())


@pytest.mark.parametrize(
    "junk",
    [
        *(b"\xff" * 64, b"\0\0", b"\0" * 8, b"\0" * 7 + b"\2{}"),
        *(frame(Retirement()), frame(Decision(accepted=True))),
    ],
)
def test_junk_is_no_request(keeper: KeeperProcess, junk: bytes) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(keeper.address))
        connection.sendall(junk)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""
    assert asks(keeper.client())


def test_nothing_leaves_the_machine_and_no_file_is_read(tmp_path: Path) -> None:
    """Even where the check of the text misses a call, the worker cannot make it."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.2)
    port = listener.getsockname()[1]
    (tmp_path / "a.ttl").write_text(f"<urn:a> <urn:b> <http://127.0.0.1:{port}/> .")
    files = read_contents([GraphFile(GRAPH["source/a"], tmp_path / "a.ttl")])
    with listener, KeeperProcess(files, LIMITS) as process:
        store = process.client()
        address = f"http://127.0.0.1:{port}/"
        for text in (
            f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
            f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}",
            "SELECT * { ?s ?p ?x SERVICE ?x { ?a ?b ?c } }",
            f"LOAD <{address}>",
            f"SELECT * FROM <{address}> {{ ?s ?p ?o }}",  # noqa: S608 - an address of ours
            "SELECT * FROM <file:///etc/hostname> { ?s ?p ?o }",
        ):
            with pytest.raises(Exception, match=r"not offered|no graph|is an update"):
                store.query(QueryRequest(text))
        with pytest.raises(TimeoutError):
            listener.accept()


def test_worker_has_no_descriptors_to_spare(keeper: KeeperProcess) -> None:
    asks(keeper.client())
    seen = 0
    for child in forks_of(keeper.pid):
        with suppress(FileNotFoundError, ProcessLookupError):  # one that has just ended
            limits = Path(f"/proc/{child}/limits").read_text()
            assert limits.split("Max open files")[1].split()[:2] == ["0", "0"]
            assert descriptors(child) <= 4
            seen += 1
    assert seen


def test_threads_and_forks_do_not_mix() -> None:
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    try:
        with pytest.raises(AssertionError, match="must not fork"):
            assert_forkable()
    finally:
        ended.set()
        thread.join()


def test_autopsy() -> None:
    assert isinstance(
        autopsy(-6, "memory allocation of 8 bytes failed", 1), MemoryLimitExceededError
    )
    assert isinstance(autopsy(-11, "", 1), QueryTooComplexError)
    assert isinstance(autopsy(-14, "", 1), TimeLimitExceededError)
    assert isinstance(autopsy(1, "", 1), WorkerCrashedError)
