"""Short queries never wait behind long ones; long ones take turns, and end with who asked.

EAKG_WORKER_KILLS is how many workers are killed to see that none leaves anything behind, 10 where
it is not set; `make soak` kills 1,000.
"""

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from eakg.sparql.failures import (
    FormatMismatchError,
    LimitExceededError,
    MemoryLimitExceededError,
    OverloadedError,
    QuerySyntaxError,
    StoreError,
    TimeLimitExceededError,
)
from eakg.store.client.client import StoreClient
from eakg.store.client.link import ASKER
from eakg.store.client.running_query import RunningQuery
from eakg.store.client.turns import Turns
from eakg.store.request import Limits, QueryRequest
from eakg.store.spool import COPIED, INLINE
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.holdings import CROSS_JOIN, LIGHT, small_contents
from helpers.processes import descriptors, eventually, forks_of
from helpers.workers import asks, busy, standing

KILLS = int(os.environ.get("EAKG_WORKER_KILLS", "10"))
LIMITS = Limits(timeout=60.0, workers=1, queue=20, patience=60.0, quick=2)


@pytest.fixture(scope="module")
def keeper() -> Iterator[KeeperProcess]:
    with KeeperProcess(small_contents(), LIMITS) as process:
        yield process


class Leaver:
    """An asker who leaves when told to."""

    def __init__(self) -> None:
        self.watched = threading.Event()
        self.acts: list[Callable[[], None]] = []

    def on_leaving(self, act: Callable[[], None]) -> None:
        self.acts.append(act)
        self.watched.set()

    def leave(self) -> None:
        for act in self.acts:
            act()


def start(
    pool: ThreadPoolExecutor, store: StoreClient, asker: Leaver, text: str = CROSS_JOIN
) -> object:
    def ask() -> bytes:
        ASKER.set(asker)
        return asks(store, text)

    return pool.submit(ask)


def test_short_queries_go_on_while_long_ones_wait_for_each_other(keeper: KeeperProcess) -> None:
    store = keeper.client()
    askers = [Leaver() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        jobs = [start(pool, store, asker) for asker in askers]
        for asker in askers:
            assert asker.watched.wait(30)
        # One runs in the middle lane and one in the long lane; the others stand where they are.
        assert eventually(lambda: len(standing(keeper.pid)) == len(askers) - 2)
        for _ in range(50):
            assert asks(store, LIGHT)
        assert not any(job.done() for job in jobs)
        for asker in askers:
            asker.leave()
    assert eventually(lambda: not busy(keeper.pid))
    assert asks(store, LIGHT)


def test_who_stands_goes_on_from_where_it_is(keeper: KeeperProcess) -> None:
    store = keeper.client()
    first, second, third = (Leaver() for _ in range(3))
    with ThreadPoolExecutor(3) as pool:
        # One runs in the long lane, for which two of its kind then wait where they are.
        for number, asker in enumerate((first, second, third)):
            start(pool, store, asker)
            assert eventually(lambda number=number: in_lanes(store) == (1, number))
        assert eventually(lambda: len(standing(keeper.pid)) == 2)
        stood = standing(keeper.pid)
        first.leave()
        second.leave()
        assert eventually(lambda: in_lanes(store) == (1, 0))
        assert forks_of(keeper.pid) & stood
        assert store.load().restarts == 0
        third.leave()
    assert eventually(lambda: not busy(keeper.pid))


def in_lanes(store: StoreClient) -> tuple[int, int]:
    """How many longer queries run and wait."""
    load = store.load()
    return load.long, load.waiting


def test_who_stands_does_not_outlive_the_keeper() -> None:
    limits = replace(LIMITS, timeout=2.0, patience=1.0, moment=0.01)
    process = KeeperProcess(small_contents(), limits)
    try:
        with ThreadPoolExecutor(4) as pool:
            jobs = [pool.submit(asks, process.client(), CROSS_JOIN) for _ in range(4)]
            assert eventually(lambda: bool(standing(process.pid)))
            workers = forks_of(process.pid)
            os.kill(process.pid, signal.SIGKILL)
            assert all(isinstance(job.exception(60), StoreError) for job in jobs)
        # At the latest when their time and patience are at an end.
        for pid in workers:
            assert eventually(lambda pid=pid: not Path(f"/proc/{pid}").exists())
    finally:
        process.stop()


def test_a_keeper_that_retires_waits_for_short_queries() -> None:
    """Of which it has heard nothing: this one comes to it at its time limit."""
    with KeeperProcess(small_contents(), replace(LIMITS, moment=60.0)) as process:
        store, pid = process.client(), process.pid
        with ThreadPoolExecutor(1) as pool:
            job = pool.submit(store.query, QueryRequest(CROSS_JOIN, timeout=2.0))
            assert eventually(lambda: busy(pid))
            process.reload(small_contents())
            assert asks(process.client())
            assert isinstance(job.exception(60), TimeLimitExceededError)


def test_leaving_ends_the_query_and_the_next_one_has_its_place(keeper: KeeperProcess) -> None:
    store = keeper.client()
    first, second = Leaver(), Leaver()
    with ThreadPoolExecutor(2) as pool:
        jobs = [start(pool, store, first)]
        assert first.watched.wait(30)
        jobs.append(start(pool, store, second))
        assert second.watched.wait(30)
        first.leave()
        assert eventually(jobs[0].done)
        assert eventually(lambda: busy(keeper.pid))
        assert not jobs[1].done()
        second.leave()
        assert eventually(jobs[1].done)
    assert eventually(lambda: not busy(keeper.pid))


def test_a_long_query_is_answered_like_a_short_one(keeper: KeeperProcess) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    store = keeper.client()
    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(lambda _: asks(store, text), range(4)))
    assert len(answers) == 1


def test_what_is_too_much_in_all_is_ended() -> None:
    grows = """SELECT (COUNT(DISTINCT ?all) AS ?n) {
      ?a ?a1 ?a2 . ?b ?b1 ?b2 . ?c ?c1 ?c2 . ?d ?d1 ?d2
      BIND(CONCAT(STR(?a), STR(?a2), STR(?b), STR(?b2), STR(?c), STR(?c2), STR(?d)) AS ?all) }"""
    limits = Limits(timeout=60.0, memory=1 << 30, total_memory=64 << 20, workers=2)
    with KeeperProcess(small_contents(), limits) as process:
        store = process.client()
        with ThreadPoolExecutor(2) as pool:
            errors = list(pool.map(lambda _: _error(store, grows), range(2)))
        assert {type(error) for error in errors} == {MemoryLimitExceededError}
        assert "all of them" in str(errors[0])
        assert asks(store)


def _error(store: StoreClient, text: str) -> Exception:
    with pytest.raises(LimitExceededError) as caught:
        asks(store, text)
    return caught.value


def test_killed_workers_leave_nothing() -> None:
    limits = Limits(timeout=0.15, workers=2, queue=100, patience=60.0, moment=0.02)
    with KeeperProcess(small_contents(), limits) as process:
        store = process.client()
        asks(store)
        gc.collect()
        before = descriptors(process.pid), descriptors(os.getpid())
        with ThreadPoolExecutor(4) as pool:
            for error in pool.map(lambda _: _error(store, CROSS_JOIN), range(KILLS)):
                assert isinstance(error, TimeLimitExceededError)
        assert asks(store)
        assert eventually(lambda: len(forks_of(process.pid)) <= limits.quick)
        # Each worker that is kept has a few on either side.
        room = 4 * limits.quick
        assert eventually(lambda: descriptors(process.pid) <= before[0] + room)
        gc.collect()
        assert descriptors(os.getpid()) <= before[1] + room


@pytest.fixture(scope="module")
def unhurried_keeper() -> Iterator[KeeperProcess]:
    with KeeperProcess(small_contents(), replace(LIMITS, moment=60.0)) as process:
        yield process


@pytest.fixture
def unhurried(unhurried_keeper: KeeperProcess) -> Iterator[StoreClient]:
    """A new client, for which every query is a short one."""
    client = unhurried_keeper.client()
    yield client
    client.close()


def begun(store: StoreClient, text: str) -> RunningQuery:
    """The query under way, with the worker that the one before left."""
    running = store.begin_at_once(QueryRequest(text))
    assert running is not None
    return running


def test_a_query_goes_on_where_it_was(unhurried: StoreClient) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    expected = asks(unhurried, text)
    running = begun(unhurried, text)
    worker = running.lease.worker
    assert running.answer(0.0) is None
    assert running.finish().read() == expected
    assert running.lease.worker == worker
    assert begun(unhurried, text).finish().read() == expected


def test_a_worker_answers_again_after_a_large_result(unhurried: StoreClient) -> None:
    texts = [
        f"SELECT * {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} LIMIT {rows}"
        for rows in (10_000, 1, 8_000, 30_000)
    ]
    expected = [unhurried.query(QueryRequest(text, "tsv")).read() for text in texts]
    assert [len(answer) > INLINE for answer in expected] == [True, False, True, True]
    assert [len(answer) > COPIED for answer in expected] == [False, False, False, True]
    asks(unhurried)
    workers = set()
    for text, answer in zip(texts, expected, strict=True):
        running = unhurried.begin_at_once(QueryRequest(text, "tsv"))
        assert running is not None
        workers.add(running.lease.worker)
        assert running.finish().read() == answer
    assert len(workers) == 1


def test_what_is_refused_is_refused_at_once(unhurried: StoreClient) -> None:
    asks(unhurried)
    running = begun(unhurried, "SELEC")
    with pytest.raises(QuerySyntaxError):
        running.answer(30.0)
    assert asks(unhurried)


def test_without_a_worker_or_a_turn_nothing_begins(unhurried: StoreClient) -> None:
    """So that whoever must not wait does not."""
    assert unhurried.begin_at_once(QueryRequest(LIGHT)) is None
    asks(unhurried)
    running = begun(unhurried, CROSS_JOIN)
    assert unhurried.begin_at_once(QueryRequest(LIGHT)) is None
    running.close()
    with pytest.raises(FormatMismatchError):
        unhurried.begin_at_once(QueryRequest(LIGHT, "none"))


def test_what_is_closed_ends_its_turn(unhurried: StoreClient) -> None:
    for _ in range(2 * LIMITS.quick):
        asks(unhurried)
        running = begun(unhurried, CROSS_JOIN)
        assert running.answer(0.0) is None
        running.close()
    assert asks(unhurried)


def test_turns_are_bounded() -> None:
    turns = Turns(places=1, queue=1, patience=30.0)
    with turns.turn():
        assert not turns.take_free()
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(_wait_for, turns, [], 0)
            assert eventually(lambda: turns.waiting == 1)
            with pytest.raises(OverloadedError, match="too many") as caught, turns.turn():
                pass
            assert caught.value.retry_after is not None
            assert caught.value.retry_after <= 30.0
            turns.pass_on()
            waiting.result(30)
            turns.take()
    assert turns.take_free()


def test_who_has_no_patience_has_no_turn() -> None:
    turns = Turns(places=1, queue=1, patience=0.0)
    turns.take()
    with pytest.raises(OverloadedError, match="waited 0 s"), turns.turn():
        pass
    turns.pass_on()
    assert turns.take_free()


def test_the_first_to_come_is_the_first_to_go() -> None:
    turns = Turns(places=1, queue=10, patience=30.0)
    turns.take()
    went: list[int] = []
    with ThreadPoolExecutor(5) as pool:
        for number in range(5):
            pool.submit(_wait_for, turns, went, number)
            assert eventually(lambda number=number: turns.waiting == number + 1)
        turns.pass_on()
    assert went == [0, 1, 2, 3, 4]


def _wait_for(turns: Turns, went: list[int], number: int) -> None:
    with turns.turn():
        went.append(number)
