"""Reading texts within the limits of a query, whoever holds the store."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from eakg.sparql.failures import StoreUnreachableError, TimeLimitExceededError
from eakg.sparql.lexer import tokens
from eakg.sparql.query import Inspection, inspect_query
from eakg.sparql.watch import under_watch
from eakg.store.client.client import StoreClient
from eakg.store.client.link import ASKER
from eakg.store.client.reading import SHORT, TextReader, reading_within
from eakg.store.embedded import EmbeddedStore
from eakg.store.request import InspectionRequest, Limits
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.holdings import small_contents

BASE = "http://e.example/"
LONG = "PREFIX a: <urn:a> SELECT (RAND() AS ?r) FROM <b> { SERVICE a:b {} }".ljust(SHORT + 1)


@dataclass
class LeavingAsker:
    """Whoever asks, and has left already."""

    acts: list[Callable[[], None]] = field(default_factory=list)

    def on_leaving(self, act: Callable[[], None]) -> None:
        act()


def test_a_worker_says_of_a_text_what_is_found_here(shipped_keeper: KeeperProcess) -> None:
    client = StoreClient(shipped_keeper.address, Limits())
    for text in (LONG, "ASK {}", "no query", "CONSTRUCT { _:b a ?c } { ?s a ?c }"):
        assert client.inspect(InspectionRequest(text, BASE)) == inspect_query(text, BASE)
    client.close()


def test_long_texts_are_read_elsewhere_and_their_time_counts() -> None:
    asked = []

    class Elsewhere:
        version = "1"

        def query(self, request: object) -> object:
            raise AssertionError

        def inspect(self, request: InspectionRequest) -> Inspection:
            asked.append(request)
            return inspect_query(request.text, request.base_iri)

    reader = TextReader(Elsewhere(), Limits(timeout=1000))  # type: ignore[arg-type]
    assert reader.read("ASK {}", BASE, 7) == (inspect_query("ASK {}", BASE), 7)
    assert not asked
    inspection, remaining = reader.read(LONG, BASE, 500)
    assert inspection == inspect_query(LONG, BASE)
    assert asked == [InspectionRequest(LONG, BASE, 500)]
    assert remaining is not None
    assert 0 < remaining < 500


def test_reading_here_ends_with_its_time() -> None:
    store = EmbeddedStore(small_contents())
    with pytest.raises(TimeLimitExceededError):
        TextReader(store, Limits()).read(LONG + "\n(" * 1000, BASE, 1e-9)
    assert TextReader(store, Limits(timeout=1000)).read(LONG, BASE, None)[0].service


def test_reading_here_ends_when_nobody_waits() -> None:
    token = ASKER.set(LeavingAsker())
    try:
        with pytest.raises(StoreUnreachableError), reading_within(1000):
            raise AssertionError("it was read")
    finally:
        ASKER.reset(token)


def test_a_watch_is_asked_again_and_again() -> None:
    asked = []
    with under_watch(lambda: asked.append(time)):
        assert len(list(tokens("( " * 2560))) == 2560
    assert len(asked) >= 10
    del asked[:]
    list(tokens("( " * 2560))
    assert not asked
