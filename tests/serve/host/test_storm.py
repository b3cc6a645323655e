"""Kills and stops of any process of a service at random moments, under writers and readers: what
was acknowledged is there, nothing is half there, and the service is ready again, or has ended with
a status.

EAKG_STORM is how many are killed, 5 where it is not set, and EAKG_STOPS how many are stopped, 1 for
a moment where it is not set, else for half a minute each; `make soak` kills 200 and stops 20.
EAKG_STORM_SEED is the seed of the moments, 20260101 where it is not set.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
from collections import Counter
from http.client import HTTPException
from pathlib import Path

from helpers.processes import children
from helpers.serving import BEARER, TOKEN, Answer, send

KILLS = int(os.environ.get("EAKG_STORM", "5"))
STOPS = int(os.environ.get("EAKG_STOPS", "1"))
SEED = int(os.environ.get("EAKG_STORM_SEED", "20260101"))
IS_SOAK = "EAKG_STORM" in os.environ or "EAKG_STOPS" in os.environ
STOP_SECONDS = 30.0 if IS_SOAK else 2.0
READY_SECONDS = 10.0
"""In which a service on a machine of its own is ready again."""
PATIENCE = READY_SECONDS if os.environ.get("EAKG_STORM_TIMES") else 120.0
WRITERS = READERS = 2
SERVE = "from eakg.cli import main; main()"
DATA = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix : <http://e.org/> .
:Cat rdfs:subClassOf :Animal .
"""
UPDATE = """PREFIX : <http://e.org/>
INSERT DATA {{ GRAPH :a {{ :{name} a :Cat }} GRAPH :b {{ :{name} :twin :{name} }} }}"""
COUNT = """PREFIX : <http://e.org/>
SELECT (COUNT(DISTINCT ?x) AS ?a) (COUNT(DISTINCT ?y) AS ?b) (COUNT(DISTINCT ?z) AS ?c) {
  { GRAPH :a { ?x a :Cat } } UNION { GRAPH :b { ?y :twin ?y } }
  UNION { GRAPH <https://w3id.org/eakg/graph/inferred> { ?z a :Animal } }
}"""
NAMES = "PREFIX : <http://e.org/> SELECT ?x { GRAPH :a { ?x a :Cat } }"


def ask(address: str, text: str) -> Answer:
    query = urllib.parse.urlencode({"query": f"{text} #{random.random()}", "format": "json"})
    return send(address, "GET", f"/sparql?{query}")


def rows(answer: Answer) -> list[list[str]]:
    assert len(answer.body) == int(answer.headers["content-length"])
    bindings = json.loads(answer.body)["results"]["bindings"]
    return [[one["value"] for one in row.values()] for row in bindings]


class Load:
    """Writers and readers, until they are stopped, and what they saw.

    Argument: the address of the service.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.acknowledged: set[str] = set()
        self.unknown: set[str] = set()
        self.halves: list[list[str]] = []
        self.outcomes: Counter[str] = Counter()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._write, args=(n,)) for n in range(WRITERS)]
        self._threads += [threading.Thread(target=self._read) for _ in range(READERS)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _write(self, writer: int) -> None:
        number = 0
        headers = {"Content-Type": "application/sparql-update", **BEARER}
        while not self._stop.is_set():
            number += 1
            name = f"w{writer}-{number}"
            try:
                text = UPDATE.format(name=name).encode()
                answer = send(self.address, "POST", "/update", headers, text)
                outcome = str(answer.status)
            except (OSError, HTTPException) as error:
                outcome = type(error).__name__
            with self._lock:
                self.outcomes[f"write {outcome}"] += 1
                (self.acknowledged if outcome == "200" else self.unknown).add(name)
            if outcome != "200":
                self._stop.wait(0.1)

    def _read(self) -> None:
        while not self._stop.is_set():
            try:
                answer = ask(self.address, COUNT)
                outcome = str(answer.status)
                counts = rows(answer)[0] if outcome == "200" else []
            except (OSError, HTTPException) as error:
                outcome, counts = type(error).__name__, []
            with self._lock:
                self.outcomes[f"read {outcome}"] += 1
                if len(set(counts)) > 1:
                    self.halves.append(counts)
            if outcome != "200":
                self._stop.wait(0.05)


def processes(main: int) -> dict[str, list[int]]:
    """The processes of a service by their kinds."""
    kinds: dict[str, list[int]] = {"keeper": [], "web": [], "worker": [], "reasoner": []}
    for pid, line in children(main).items():
        kind = "keeper" if "workers.keeper" in line else "web"
        kinds[kind].append(pid)
    for keeper in kinds["keeper"]:
        for pid, line in children(keeper).items():
            kinds["reasoner" if "reasoner" in line else "worker"].append(pid)
    return kinds


def is_ready(address: str) -> bool:
    try:
        return send(address, "GET", "/ready").status == 200 and ask(address, COUNT).status == 200
    except (OSError, HTTPException):
        return False


def seconds_to_ready(process: "subprocess.Popen[str]", address: str) -> float | None:
    """How long the service takes to be ready; None where it has ended."""
    start = time.monotonic()
    while time.monotonic() - start < PATIENCE:
        if process.poll() is not None:
            return None
        if is_ready(address):
            return time.monotonic() - start
        time.sleep(0.05)
    raise AssertionError(f"not ready after {PATIENCE:g} s")


def started(folder: Path, port: str = "0") -> "tuple[subprocess.Popen[str], str]":
    options = ["--port", port, "--writable", "--store", "store", "--timeout", "5"]
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, "serve", "data.ttl", *options],
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**os.environ, "EAKG_TOKEN": TOKEN, "TMPDIR": str(folder)},
        start_new_session=True,
    )
    assert process.stdout
    return process, process.stdout.readline().split()[-1].rstrip("/")


def test_a_storm(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    (tmp_path / "data.ttl").write_text(DATA)
    process, address = started(tmp_path)
    load = Load(address)
    times: dict[str, list[float]] = {}
    ends: list[int] = []
    blows = ["kill"] * KILLS + ["stop"] * STOPS
    chance.shuffle(blows)
    kinds = ["keeper", "reasoner", "worker", "web"]
    stops = [kinds[number % len(kinds)] for number in range(STOPS)]
    load.start()
    try:
        for blow in blows:
            time.sleep(chance.uniform(0.1, 1.5))
            kind = stops.pop() if blow == "stop" else chance.choice(kinds)
            victims = processes(process.pid)[kind]
            if victims:
                victim = chance.choice(victims)
                try:
                    if blow == "kill":
                        os.kill(victim, signal.SIGKILL)
                    else:
                        os.kill(victim, signal.SIGSTOP)
                        time.sleep(STOP_SECONDS)
                        os.kill(victim, signal.SIGCONT)
                except ProcessLookupError:
                    continue
            seconds = seconds_to_ready(process, address)
            if seconds is None:
                ends.append(process.returncode)
                process.communicate()
                process, _ = started(tmp_path, address.rpartition(":")[2])
            else:
                times.setdefault(f"{blow} {kind}", []).append(seconds)
        load.stop()
        assert seconds_to_ready(process, address) is not None
        found = {row[0].removeprefix("http://e.org/") for row in rows(ask(address, NAMES))}
        counts = rows(ask(address, COUNT))[0]
    finally:
        load.stop()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=120)
    slowest = {blow: (len(seconds), round(max(seconds), 1)) for blow, seconds in times.items()}
    print(f"acknowledged {len(load.acknowledged)}, {dict(load.outcomes)}")
    print(f"number and slowest until ready {slowest}, ended with {ends}")
    assert load.acknowledged <= found
    assert found <= load.acknowledged | load.unknown
    assert load.halves == []
    assert set(counts) == {str(len(found))}
    assert all(ends)
    assert load.acknowledged
    assert process.returncode == 0
    assert [path.name for path in tmp_path.glob("eakg-*")] == []
