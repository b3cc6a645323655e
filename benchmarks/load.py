"""Count what `eakg serve` and `oxigraph serve` answer under load, in one run:
`python benchmarks/load.py [--clients 8,32,64] [--seconds 60] [--rounds 3] [--busy 1]`.

Clients send the fourteen queries of LUBM, each its own order of them and each text different, so
that no cache answers; a client sends its next query when the answer to the last one is whole. The
systems take turns, each with the others stopped but in memory. Both serve the closure of LUBM-1;
with `--reasoning owl-rl` ours serves the data and the ontology and finds out the rest itself, with
`--layout` from a prepared store.
`--busy` processes take a processor each meanwhile. A table in Markdown goes to standard output.
"""

import argparse
import contextlib
import os
import random
import re
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from serving import ACCEPT, DATA, EAKG, QUERIES, System, prepared, questions, running, systems

_PIECE = 1 << 18
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_RETRY = re.compile(rb"retry-after: *\d+", re.IGNORECASE)
_CODE = re.compile(rb'"detail": ?"([^"]*)"')
_RESTARTED = re.compile(r"^eakg_queries_restarted\S* ([\d.e+]+)$", re.MULTILINE)
_GRACE = 30.0  # seconds after the end in which what is under way may be answered


@dataclass
class Tally:
    """What clients were answered: how often each status or failure, and the seconds of each
    success; and the seconds that processors worked for it."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    processor: float = 0.0

    @property
    def answers(self) -> int:
        """How many queries were answered."""
        return self.outcomes["200"]

    def percentile(self, share: int) -> float:
        """Milliseconds within which so many of a hundred were answered."""
        return 1000 * statistics.quantiles(self.seconds or [0.0, 0.0], n=100)[share - 1]


class Client:
    """A connection that sends one query after another.

    Arguments: the port and path of the endpoint; a number that no other client has; the tally.
    """

    def __init__(self, port: int, path: str, number: int, tally: Tally) -> None:
        self._port, self._path, self._number, self._tally = port, path, number, tally
        self._random = random.Random(number)
        self._order: list[int] = []
        self._sent = 0
        self._began = 0.0
        self._buffer = bytearray()
        self.socket = self._connect()

    def send(self) -> None:
        """Ask the next query."""
        if not self._order:
            self._order = self._random.sample(range(len(QUERIES)), len(QUERIES))
        self._sent += 1
        text = f"{questions(self._order.pop())} # {self._number} {self._sent}"
        query = urllib.parse.urlencode({"query": text})
        head = f"GET {self._path}?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {ACCEPT}\r\n\r\n"
        self._buffer.clear()
        self._began = time.perf_counter()
        self.socket.sendall(head.encode())

    def hear(self) -> bool:
        """Take what has come. Results: whether that is the end of an answer, which is counted."""
        try:
            data = self.socket.recv(_PIECE)
        except OSError:
            data = b""
        if not data:
            self._tally.outcomes["connection lost"] += 1
            return True
        self._buffer += data
        if not self._is_whole():
            return False
        status = _STATUS.match(self._buffer)
        name = status[1].decode() if status else "no status"
        self._tally.outcomes[name] += 1
        if name == "200":
            self._tally.seconds.append(time.perf_counter() - self._began)
        else:
            kind = _CODE.search(self._buffer)
            words = kind[1].decode(errors="replace") if kind else ""
            retry = "" if _RETRY.search(self._buffer) else ", no Retry-After"
            self._tally.outcomes[f"{name} {words}{retry}"] += 1
        return True

    def renew(self) -> None:
        """Connect anew."""
        self.socket.close()
        self.socket = self._connect()

    def _connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._port))

    def _is_whole(self) -> bool:
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return False
        length = _LENGTH.search(self._buffer, 0, head)
        if length:
            return len(self._buffer) >= head + 4 + int(length[1])
        # JSON has no such line in it.
        return self._buffer.endswith(b"\r\n0\r\n\r\n")


def load(system: System, port: int, clients: int, seconds: float, start: int) -> Tally:
    """Let so many clients ask for so many seconds. Argument: the number of the first of them."""
    tally = Tally()
    everybody = [Client(port, system.path, start + number, tally) for number in range(clients)]
    ends = time.perf_counter() + seconds
    with selectors.DefaultSelector() as selector:
        for client in everybody:
            selector.register(client.socket, selectors.EVENT_READ, client)
            client.send()
        while selector.get_map() and time.perf_counter() < ends + _GRACE:
            for key, _ in selector.select(1.0):
                client = key.data
                lost = tally.outcomes["connection lost"]
                if not client.hear():
                    continue
                is_over = time.perf_counter() >= ends
                if is_over or tally.outcomes["connection lost"] > lost:
                    selector.unregister(client.socket)
                if not is_over:
                    if tally.outcomes["connection lost"] > lost:
                        client.renew()
                        selector.register(client.socket, selectors.EVENT_READ, client)
                    client.send()
        tally.outcomes["unanswered"] += len(selector.get_map() or ())
    for client in everybody:
        client.socket.close()
    return tally


def processor(pid: int) -> float:
    """Seconds that processors have worked for a process and those that it started."""
    fields: dict[int, tuple[int, int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            row = stat.read_text().rpartition(")")[2].split()
            # Also those that have ended and were waited for.
            fields[int(stat.parent.name)] = int(row[1]), sum(map(int, row[11:15]))
    tree = {pid}
    for _ in range(len(fields)):
        more = {one for one, (parent, _) in fields.items() if parent in tree} - tree
        if not more:
            break
        tree |= more
    return sum(fields[one][1] for one in tree if one in fields) / os.sysconf("SC_CLK_TCK")


def restarts(port: int) -> int | None:
    """How many queries a service of ours has begun anew; None where it does not say."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
            found = _RESTARTED.search(answer.read().decode())
    except OSError:
        return None
    return int(float(found[1])) if found else None


@contextmanager
def busy(count: int) -> Iterator[None]:
    """So many processes that take all of a processor each."""
    spins = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for spin in spins:
            spin.send_signal(signal.SIGKILL)
            spin.wait()


def reasoning(found: list[System], folder: Path, layout: str) -> None:
    """Let ours find out itself what follows, from files or from a prepared store."""
    files = [str(folder / "lubm-1.nt"), str(DATA / "univ-bench.nt")]
    source = files
    if layout:
        store = str(folder / "store")
        subprocess.run([*EAKG, "load", "--store", store, *files], check=True, capture_output=True)
        source = ["--store", store, "--layout", layout]
    found[0].command[:] = [*EAKG, "serve", *source, "--port", "{port}"]


def line(name: str, clients: int, tallies: list[Tally], again: list[int | None]) -> str:
    """The results of a system at so many clients, a row of the table."""
    answers = [tally.answers for tally in tallies]
    failures: Counter[str] = Counter()
    for tally in tallies:
        failures.update(tally.outcomes)
    wrong = "; ".join(
        f"{count} × {kind}" for kind, count in failures.items() if len(kind) > 3 and count
    )
    middle, late = (
        statistics.median(tally.percentile(share) for tally in tallies) for share in (50, 95)
    )
    work = statistics.median(1000 * one.processor / max(1, one.answers) for one in tallies)
    anew = "-" if None in again else str(sum(one or 0 for one in again))
    return (
        f"| {clients} | {name} | {statistics.median(answers):,.0f} | {min(answers):,} to"
        f" {max(answers):,} | {middle:.0f} | {late:.0f} | {work:.1f} | {wrong or 'none'} | {anew} |"
    )


def main() -> None:
    """Measure, and say what came out."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--clients", default="8,32,64")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--busy", type=int, default=0)
    parser.add_argument("--reasoning", choices=("none", "owl-rl"), default="none")
    parser.add_argument(
        "--layout", choices=("memory", "disk"), default="", help="of a prepared store, if any"
    )
    parser.add_argument("--only", default="", help="a system, by the beginning of its name")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        closure, _ = prepared(folder)
        found = [one for one in systems(closure, folder) if one.name != "rdflib-endpoint"]
        if arguments.reasoning != "none" or arguments.layout:
            reasoning(found, folder, arguments.layout)
        found = [one for one in found if one.name.startswith(arguments.only)]
        ports = {one.name: stack.enter_context(running(one)) for one in found}
        print(
            f"{arguments.seconds:g} s, {arguments.rounds} rounds, {arguments.busy} busy processes,"
            f" {os.cpu_count()} processors, reasoning {arguments.reasoning}\n"
        )
        print(
            "| clients | system | answers, median | least to most | median ms | 95 of 100 under ms"
            " | processor ms an answer | refused or failed | restarted |"
        )
        print("| ---: | --- | ---: | --- | ---: | ---: | ---: | --- | ---: |", flush=True)
        start = 0
        for clients in map(int, arguments.clients.split(",")):
            tallies: dict[str, list[Tally]] = {one.name: [] for one in found}
            again: dict[str, list[int | None]] = {one.name: [] for one in found}
            for _ in range(arguments.rounds):
                for system in found:
                    port = ports[system.name]
                    start += 1000
                    before, begun = restarts(port), processor(system.pid)
                    with busy(arguments.busy):
                        tally = load(system, port, clients, arguments.seconds, start)
                    tally.processor = processor(system.pid) - begun
                    after = restarts(port)
                    known = before is not None and after is not None
                    again[system.name].append(after - before if known else None)
                    tallies[system.name].append(tally)
                    print(clients, system.name, dict(tally.outcomes), file=sys.stderr)
            for system in found:
                name = system.name
                print(line(name, clients, tallies[name], again[name]), flush=True)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main()
