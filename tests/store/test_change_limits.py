"""What may follow from a change, how long that may take, and that nothing has changed where more
would: by the reasoner in this process, and by one with its keeper."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pyoxigraph
import pytest

from eakg.sparql.failures import (
    ClosureTooLargeError,
    MemoryLimitExceededError,
    OverloadedError,
    StoreError,
    TimeLimitExceededError,
)
from eakg.store.changes.change import Change
from eakg.store.changes.requests import GraphWrite
from eakg.store.client.client import StoreClient
from eakg.store.reasoning.reasoner import Reasoner
from eakg.store.request import Limits
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.processes import children
from helpers.writing import EMPTY, WRITABLE, assert_closed, dump, update

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
TRANSITIVE = "http://www.w3.org/2002/07/owl#TransitiveProperty"


def quad(subject: str, predicate: str, object_: str) -> pyoxigraph.Quad:
    terms = (pyoxigraph.NamedNode(one) for one in (subject, predicate, object_))
    return pyoxigraph.Quad(*terms, pyoxigraph.NamedNode("http://e.org/g"))


def chain(length: int) -> frozenset[pyoxigraph.Quad]:
    """So many steps of a transitive property: n steps have n (n - 1) / 2 triples follow."""
    steps = {
        quad(f"http://e.org/x{n}", "http://e.org/p", f"http://e.org/x{n + 1}")
        for n in range(length)
    }
    return frozenset(steps | {quad("http://e.org/p", RDF_TYPE, TRANSITIVE)})


def document(length: int) -> bytes:
    return b"".join(f"{one.triple} .\n".encode() for one in chain(length))


def put(client: StoreClient, length: int, timeout: float | None = None) -> None:
    write = GraphWrite("http://e.org/g", "put", document(length), "ntriples", timeout=timeout)
    client.update(write)


def state(reasoner: Reasoner) -> tuple[object, ...]:
    return frozenset(reasoner.quads.store), reasoner.inferred(), reasoner.contradictions(10)


@pytest.mark.parametrize("length", [2, 11, 12, 40])
def test_as_many_triples_follow_as_may(length: int) -> None:
    reasoner = Reasoner([], most_inferred=55)
    before = state(reasoner)
    if length * (length - 1) // 2 <= 55:
        assert len(reasoner.change(Change(added=chain(length))).added) == length * (length - 1) // 2
        reasoner.keep()
    else:
        with pytest.raises(ClosureTooLargeError, match=r"55 triples .*--change-inferred"):
            reasoner.change(Change(added=chain(length)))
        reasoner.keep()  # there is nothing to keep
        assert state(reasoner) == before
    # What was there is not counted again.
    more = frozenset({quad("http://e.org/a", RDF_TYPE, "http://e.org/B")})
    assert reasoner.change(Change(added=more)) == Change()


def test_a_change_beyond_its_time_is_taken_back() -> None:
    reasoner = Reasoner(chain(5))
    before = state(reasoner)
    with pytest.raises(TimeLimitExceededError, match="--change-timeout"):
        reasoner.change(Change(added=chain(50) - chain(5)), seconds=0.0)
    assert state(reasoner) == before
    with pytest.raises(TimeLimitExceededError):
        reasoner.change(Change(removed=chain(5)), seconds=0.0)
    assert state(reasoner) == before


def test_a_change_that_there_is_no_memory_for_is_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reasoner = Reasoner(chain(5))
    before = state(reasoner)

    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("eakg.store.reasoning.reasoner.check_consistency", fail)
    with pytest.raises(MemoryError):
        reasoner.change(Change(added=chain(50) - chain(5)))
    assert state(reasoner) == before


LIMITS = Limits(timeout=30.0, change_inferred=5000, change_memory=256 << 20)


@pytest.fixture
def keeper() -> Iterator[KeeperProcess]:
    with KeeperProcess(EMPTY, LIMITS, WRITABLE) as process:
        yield process


def reasoner_of(keeper: KeeperProcess) -> int:
    """The process id of the reasoner."""
    (pid,) = [pid for pid, line in children(keeper.pid).items() if "reasoner" in line]
    return pid


def test_after_a_change_that_is_refused_the_same_reasoner_goes_on(keeper: KeeperProcess) -> None:
    client = keeper.client()
    put(client, 10)
    reasoner, before = reasoner_of(keeper), dump(client)
    for length, timeout, error in (
        (3000, None, ClosureTooLargeError),
        (200, None, ClosureTooLargeError),
        (90, 0.0001, StoreError),  # wherever on its way the time is over
    ):
        with pytest.raises(error):
            put(client, length, timeout)
        assert dump(client) == before
    put(client, 90)
    assert_closed(dump(client))
    assert reasoner_of(keeper) == reasoner


def test_a_change_that_needs_too_much_memory_is_refused_by_that_name() -> None:
    limits = Limits(timeout=60.0, change_inferred=10**9, change_memory=48 << 20)
    with KeeperProcess(EMPTY, limits, WRITABLE) as keeper:
        client = keeper.client()
        put(client, 10)
        before = dump(client)
        with pytest.raises(MemoryLimitExceededError, match="--change-memory"):
            put(client, 6000)
        assert dump(client) == before
        update(client, "INSERT DATA { GRAPH <http://e.org/g> { <http://e.org/a> a :Cat } }")
        assert_closed(dump(client))


def test_a_reasoner_that_is_stopped_holds_up_nobody_beyond_their_limits() -> None:
    limits = Limits(timeout=3.0, change_seconds=3.0)
    text = "INSERT DATA { GRAPH <http://e.org/g> { <http://e.org/a> a :Cat } }"
    with KeeperProcess(EMPTY, limits, WRITABLE) as keeper, ThreadPoolExecutor(2) as pool:
        client = keeper.client()
        put(client, 10)
        stopped = reasoner_of(keeper)
        os.kill(stopped, signal.SIGSTOP)
        # Far more than a socket takes that nobody reads from.
        first = pool.submit(put, client, 20_000)
        time.sleep(1.0)
        second = pool.submit(update, client, text)
        # The keeper does not wait for it.
        for _ in range(20):
            client.load()
        # It may have its turn before its own limit, once the first is ended.
        ends = OverloadedError, TimeLimitExceededError
        assert isinstance(second.exception(timeout=60), ends)
        assert isinstance(first.exception(timeout=60), TimeLimitExceededError)
        # It was ended, and another took its place.
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                update(client, text)
                break
            except StoreError:
                time.sleep(0.1)
        assert reasoner_of(keeper) != stopped
        assert_closed(dump(client))
