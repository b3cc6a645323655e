"""Kills at random moments of a stream of updates: what was acknowledged is there, nothing is half
there, and the closure is a fresh one.

EAKG_KILLS is how many, 6 where it is not set; `make soak` kills 200 times.
"""

import os
import random
import signal
import threading
from dataclasses import replace
from pathlib import Path

from eakg.sparql.failures import StoreError
from eakg.store.client.client import StoreClient
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.writing import WRITABLE, assert_closed, dump, ontology, update, values

KILLS = int(os.environ.get("EAKG_KILLS", "6"))
PARTS = 3
LONG = "x" * 60_000  # so that the journal outgrows the snapshot now and then


def text_of(number: int) -> str:
    """An update of several operations that stand or fall together."""
    added = " ".join(f":n{number} :part {part} ; :within :n{number - 1} ." for part in range(PARTS))
    return (
        f'INSERT DATA {{ GRAPH g:n {{ {added} :n{number} a :Cat ; :note "{LONG}" }} }} ;'
        f" DELETE WHERE {{ GRAPH g:n {{ :n{number - 5} ?p ?o }} }}"
    )


class Stream(threading.Thread):
    """Updates one after another until the store is gone."""

    def __init__(self, client: StoreClient, first: int) -> None:
        super().__init__()
        self.client = client
        self.sent = self.acknowledged = first - 1
        self.started = threading.Event()

    def run(self) -> None:
        try:
            while True:
                self.sent += 1
                update(self.client, text_of(self.sent))
                self.acknowledged = self.sent
                self.started.set()
        except StoreError:
            self.started.set()


def present(client: StoreClient) -> set[int]:
    """The numbers of the updates whose triples are there, all of them or some."""
    return {
        int(name.removeprefix("n"))
        for name in values(client, "SELECT DISTINCT ?n { GRAPH g:n { ?n ?p ?o } }")
    }


def whole(client: StoreClient) -> set[int]:
    found = values(
        client,
        f"SELECT ?n {{ GRAPH g:n {{ ?n :part ?part }} }} GROUP BY ?n HAVING (COUNT(*) = {PARTS})",
    )
    return {int(name.removeprefix("n")) for name in found}


def test_kills(tmp_path: Path) -> None:
    moments = random.Random(20200723)
    options = replace(WRITABLE, directory=tmp_path / "store")
    contents = ontology(tmp_path)
    acknowledged = sent = newest = 0
    for kill in range(KILLS + 1):
        with KeeperProcess(contents, options=options) as keeper:
            client = keeper.client()
            newest = max(present(client), default=0)
            assert acknowledged <= newest <= sent
            assert present(client) == whole(client) == set(range(max(1, newest - 4), newest + 1))
            assert_closed(dump(client))
            if kill < KILLS:
                stream = Stream(client, newest + 1)
                stream.start()
                stream.started.wait()
                stream.join(moments.uniform(0.0, 0.4))
                os.killpg(keeper.pid, signal.SIGKILL)
                stream.join()
                acknowledged, sent = stream.acknowledged, stream.sent
            client.close()
    assert newest > KILLS
