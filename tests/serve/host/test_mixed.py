"""A service under all kinds of requests for long keeps no memory, no descriptor and no thread more
than it had.

EAKG_MIXED is for how many minutes, a tenth where it is not set; `make soak` takes 30. Then memory
is compared too, with what it was after a sixth of the time: a short run tells nothing of it. There
are as many workers as were asked at once; so each is compared, and not their number.
"""

import json
import os
import socket
import threading
import time
import urllib.parse
from collections import Counter
from contextlib import suppress
from dataclasses import astuple, dataclass
from http.client import HTTPException
from pathlib import Path
from random import Random

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, serialize

from eakg.dataset import shipped_layout
from eakg.rdf import file_quads
from helpers.holdings import FOLDER
from helpers.processes import children, descendants, descriptors
from helpers.serving import BEARER, running, send

MINUTES = float(os.environ.get("EAKG_MIXED", "0.1"))
IS_SOAK = "EAKG_MIXED" in os.environ
SECONDS = 60 * MINUTES
CLIENTS = 4
PAUSE_SECONDS = 0.05  # of a client before its next request: what is kept is not a matter of load
SHARE = 0.05
MOST_WORKERS = 24  # that are at hand in two web processes, with some to spare
AT_ONCE = 32  # more than two web processes have workers at hand
ROWS = "{ SELECT * { ?%s ?%s ?%s } LIMIT %d }"
WORK = f"SELECT (COUNT(*) AS ?n) {{ {ROWS % (*'abc', 400)} {ROWS % (*'def', 1000)} }} #%d"
KINDS = ("workers.keeper", "worker", "reasoner", "web")  # how the processes call themselves
REST_SECONDS = 3.0 if IS_SOAK else 0.5
PAGES = (
    *("/", "/doc/asean", "/doc/asean.ttl", "/doc/asean.jsonld", "/ontology", "/queries", "/things"),
    *("/search?q=asean", "/contradictions", "/.well-known/void", "/dump.nq.gz", "/metrics"),
    *("/health", "/ready", "/doc/no-such-thing", "/sparql", "/openapi.json", "/sources"),
)
QUERIES = (
    "SELECT * { ?s ?p ?o } LIMIT %d",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?o ?q ?v FILTER(?v != %d) }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p %d } } GROUP BY ?g",
    "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT %d",
    "DESCRIBE <https://w3id.org/eakg/id/asean> #%d",
    "ASK { ?s ?p %d }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?i && %d = 1) }",  # for too long
    "SELECT * { this is not SPARQL %d",
)


@dataclass(frozen=True)
class Footprint:
    """What the processes of a service have: bytes of memory, descriptors, threads."""

    memory: int
    descriptors: int
    threads: int


def footprints(pids: set[int]) -> dict[str, Footprint]:
    """What each kind of process has, and all of them."""
    totals: dict[str, tuple[int, ...]] = {}
    for pid in pids:
        with suppress(OSError):
            line = Path(f"/proc/{pid}/cmdline").read_text()
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            memory = 1024 * int(rollup.partition("\nPss:")[2].split()[0])
            threads = len(list(Path(f"/proc/{pid}/task").iterdir()))
            sizes = memory, descriptors(pid), threads
            for kind in ("all", next((kind for kind in KINDS if kind in line), "main")):
                totals[kind] = tuple(map(sum, zip(totals.get(kind, (0, 0, 0)), sizes, strict=True)))
    return {kind: Footprint(*sizes) for kind, sizes in totals.items()}


class Client(threading.Thread):
    """Sends requests of all kinds, one after the other."""

    def __init__(self, address: str, seed: int, go: threading.Event, stop: threading.Event) -> None:
        super().__init__()
        self.outcomes: Counter[str] = Counter()
        self._go = go
        self._address = address
        self._chance = Random(seed)
        self._stop_event = stop
        self._seed = seed

    def run(self) -> None:
        while self._go.wait() and not self._stop_event.wait(PAUSE_SECONDS):
            kind = self._chance.choice(("page", "query", "query", "post", "write", "hang up"))
            try:
                self.outcomes[f"{kind} {self._request(kind)}"] += 1
            except (OSError, HTTPException) as error:
                self.outcomes[f"{kind} {type(error).__name__}"] += 1

    def _request(self, kind: str) -> int:
        query = self._chance.choice(QUERIES) % self._chance.randrange(1, 1000)
        path = "/sparql?" + urllib.parse.urlencode({"query": query, "timeout": 1})
        match kind:
            case "page":
                accept = self._chance.choice(("text/html", "*/*", "text/turtle", "no/such"))
                page = self._chance.choice(PAGES)
                return send(self._address, "GET", page, {"Accept": accept}).status
            case "query":
                return send(self._address, "GET", path).status
            case "post":
                headers = {"Content-Type": "application/sparql-query"}
                return send(
                    self._address, "POST", "/sparql?timeout=1", headers, query.encode()
                ).status
            case "write":
                return self._write()
        return self._hang_up(path)

    def _write(self) -> int:
        """A triple in, and out again."""
        headers = {"Content-Type": "application/sparql-update", **BEARER}
        triple = f"<http://e.org/{self._seed}> <http://e.org/p> {self._chance.randrange(1000)}"
        statuses = [
            send(
                self._address,
                "POST",
                "/update",
                headers,
                f"{word} DATA {{ GRAPH <http://e.org/g{self._seed}> {{ {triple} }} }}".encode(),
            ).status
            for word in ("INSERT", "DELETE")
        ]
        return max(statuses)

    def _hang_up(self, path: str) -> int:
        host, _, port = self._address.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as channel:
            channel.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            self._stop_event.wait(self._chance.uniform(0, 0.2))
        return 0


def write_shipped(path: Path) -> None:
    """Write the shipped graph, without what follows, as N-Quads."""
    layout = shipped_layout()
    graphs = [(name, file) for name, file in layout.named_graphs() if file != layout.inferred]
    quads = (
        Quad(quad.subject, quad.predicate, quad.object, NamedNode(name))
        for name, file in graphs
        for quad in file_quads(file, name)
    )
    serialize(quads, path, RdfFormat.N_QUADS)


def ask_at_once(address: str) -> None:
    """Have as many workers at hand as a service keeps: their number is else that of the moment."""

    def ask(number: int) -> None:
        send(address, "GET", f"/sparql?{urllib.parse.urlencode({'query': WORK % number})}")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def at_rest(address: str, main: int, go: threading.Event) -> dict[str, Footprint]:
    """What a service has while nobody asks."""
    go.clear()
    ask_at_once(address)
    time.sleep(REST_SECONDS)
    sizes = footprints({main, *descendants(main)})
    go.set()
    return sizes


@pytest.mark.processes
def test_nothing_is_kept(tmp_path: Path) -> None:
    folder = str(tmp_path / "store")
    data = [str(FOLDER / name) for name in ("ontology.ttl", "source.ttl", "background.ttl")]
    if IS_SOAK:
        data = [str(tmp_path / "data.nq")]
        write_shipped(Path(data[0]))
    with running(*data, "--writable", "--store", folder, "--timeout", "5") as address:
        (main,) = (pid for pid, line in children(os.getpid()).items() if folder in line)
        go, stop = threading.Event(), threading.Event()
        clients = [Client(address, seed, go, stop) for seed in range(CLIENTS)]
        go.set()
        for client in clients:
            client.start()
        try:
            sizes = []
            for seconds in (SECONDS / 6, SECONDS * 5 / 6):
                time.sleep(seconds)
                sizes.append(at_rest(address, main, go))
        finally:
            stop.set()
            for client in clients:
                client.join()
    before, after = sizes
    outcomes = sum((client.outcomes for client in clients), Counter[str]())
    for kind in before:
        print(f"{kind}: {before[kind]} -> {after.get(kind)}")
    print(json.dumps(dict(sorted(outcomes.items()))))
    assert outcomes["write 200"]
    assert not [outcome for outcome in outcomes if outcome.endswith(" 500")]
    pairs = zip(astuple(before["all"]), astuple(after["all"]), strict=True)
    growth = [new / old - 1 for old, new in pairs]
    assert not IS_SOAK or max(growth) <= SHARE, growth
