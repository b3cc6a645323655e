"""The course of a run: systems take turns at each thing that is measured."""

import random
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from comparison.answers import sign
from comparison.client import LATE, Question, load
from comparison.graphs import PreparedGraph
from comparison.lookups import AGAIN, DIFFERENT, LookUpError, look_up, write_names
from comparison.processes import meanwhile, memory_of, rest, size_of_folder, work_of, works_of
from comparison.results import Measurement
from comparison.systems import Server, StartError, System
from comparison.virtuoso import VirtuosoError

PREPARATION, START, FIRST, LOOK_UPS, LOAD, QUERY, MIX = (
    "preparation",
    "start",
    "first answers",
    "look-ups",
    "load",
    "query",
    "mix",
)
COUNTED = (PREPARATION, START, LOOK_UPS, LOAD, MIX)
"""Parts whose measurements are steps of a course."""
HEAVY = ("2", "6", "8", "9", "14")
"""The queries of LUBM whose answers or joins grow with the data; the others are light."""
NOT_ASKED = "not asked"
WORK_OF = "work of "
_WARMTH = 200  # queries before the first count
_BUDGET = 300.0  # seconds in which a slow system is asked one query after another
_RESTARTED = re.compile(r"^eakg_queries_restarted\S* ([\d.e+]+)$", re.MULTILINE)


@dataclass(frozen=True)
class Settings:
    """How much is measured: turns; seconds of look-ups and of load, clients of the load, processes
    that keep a processor busy meanwhile; which parts."""

    rounds: int = 3
    seconds: int = 10
    clients: tuple[int, ...] = (1, 8, 32)
    busy: int = 0
    parts: tuple[str, ...] = (START, LOOK_UPS, LOAD, MIX)


@dataclass
class Course:
    """What is measured of a graph.

    Arguments: how much; the graph; the systems, of which those are left out that do not start;
    whether there is wrk; who is told what is at hand, and of each measurement. `missing` has words
    on what was left out.
    """

    settings: Settings
    prepared: PreparedGraph
    systems: list[System]
    has_wrk: bool
    tell: Callable[[str], None]
    done: Callable[[Measurement], None]
    missing: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _names: int = 0

    @property
    def steps(self) -> int:
        """How many measurements of the counted parts are made."""
        fast = self._fast
        asked = sum(one.is_asked for one in fast)
        slow = len(self.systems) - len(fast)
        parts = {
            START: len(fast) + asked,
            LOOK_UPS: 2 * asked * self.has_wrk,
            LOAD: len(self.settings.clients) * asked * bool(self.prepared.graph.known_queries),
            MIX: len(self.prepared.mix) * asked,
        }
        once = {START: slow, LOOK_UPS: 2 * slow * self.has_wrk, MIX: len(self.prepared.mix) * slow}
        return sum(
            self.settings.rounds * parts[part] + once.get(part, 0) for part in self.settings.parts
        )

    def run(self) -> None:
        """Measure."""
        names = self.prepared.sources.folder / "names.txt"
        self._names = write_names(names, self.prepared.profile.things)
        for turn in range(self.settings.rounds):
            self._prepare(turn)
            if START in self.settings.parts:
                for system in self._fast:
                    with self._leaving_out(system):
                        self._start(system, turn)
            self._ask(turn)
        for system in [one for one in self.systems if one.is_slow]:
            with self._leaving_out(system):
                self._ask_slow(system)

    @property
    def _fast(self) -> list[System]:
        return [one for one in self.systems if not one.is_slow]

    @contextmanager
    def _leaving_out(self, system: System) -> Iterator[None]:
        """Go on without a system that cannot be filled, does not start, or has ended."""
        try:
            yield
        except (StartError, VirtuosoError, LookUpError, ConnectionError) as error:
            self.systems = [one for one in self.systems if one.name != system.name]
            name = self.prepared.graph.name
            self.missing.append(f"{system.name} of {name}: {' '.join(str(error).split())}")

    def _prepare(self, turn: int) -> None:
        """Fill the systems, anew in each turn where starts are measured."""
        if turn and START not in self.settings.parts:
            return
        results: dict[Path, tuple[dict[str, float], float]] = {}
        for system in self._fast:
            preparation = system.preparation
            if preparation is None:
                continue
            with self._leaving_out(system):
                if preparation.folder not in results:
                    self.tell(f"filling {system.name}")
                    with meanwhile() as record:
                        seconds = preparation.run()
                    disk = size_of_folder(preparation.folder)
                    results[preparation.folder] = {"seconds": seconds, "disk": disk}, record.others
                if START in self.settings.parts:
                    figures, others = results[preparation.folder]
                    self._add(system, PREPARATION, "", turn, figures, others=others)

    def _start(self, system: System, turn: int) -> None:
        self.tell(f"starting {system.name}")
        with Server(system, self.prepared.sources) as server:
            with meanwhile() as record:
                seconds = server.start()
            idle = memory_of(server.pid)
            self._ask_known(server, turn)
            figures = {"seconds": seconds, "idle": idle, "memory": memory_of(server.pid)}
            self._add(system, START, "", turn, figures, others=record.others)

    def _ask_known(self, server: Server, turn: int) -> None:
        """Ask the queries that come with the data, or as many of the mix, once each."""
        known = self.prepared.graph.known_queries
        chosen = known or {one.name: one.text for one in self.prepared.mix[:14]}
        budget = _BUDGET if server.system.is_slow else float("inf")
        for name, text in chosen.items():
            began = time.perf_counter()
            self._ask_single(server, FIRST if known else "", name, text, turn, budget > 0)
            budget -= time.perf_counter() - began

    def _ask(self, turn: int) -> None:
        """Let the systems that are filled take turns, all of them in memory."""
        parts = {LOOK_UPS, LOAD, MIX} & set(self.settings.parts)
        if not parts:
            return
        with ExitStack() as stack:
            servers: list[Server] = []
            for system in self._fast:
                if system.is_asked:
                    with self._leaving_out(system):
                        self.tell(f"starting {system.name}")
                        server = stack.enter_context(Server(system, self.prepared.sources))
                        server.start()
                        servers.append(server)
                        load(server.address, [self._same("ASK {}", _WARMTH)])
            self.tell("waiting until all are at rest")
            rest([server.pid for server in servers])
            if LOOK_UPS in parts and self.has_wrk:
                for case in (DIFFERENT, AGAIN):
                    for server in self._turns(servers):
                        with self._leaving_out(server.system):
                            self._look_up(server, case, turn)
            if LOAD in parts and self.prepared.graph.known_queries:
                for clients in self.settings.clients:
                    for server in self._turns(servers):
                        with self._leaving_out(server.system):
                            self._load(server, clients, turn)
            if MIX in parts:
                for query in self.prepared.mix:
                    for server in self._turns(servers):
                        self.tell(f"{query.name}, {server.system.name}")
                        with self._leaving_out(server.system):
                            self._ask_single(server, MIX, query.name, query.text, turn)

    def _turns(self, servers: list[Server]) -> list[Server]:
        """Those that were not left out meanwhile."""
        return [one for one in servers if one.system in self.systems]

    def _ask_slow(self, system: System) -> None:
        """Ask a slow system once, not for long."""
        self.tell(f"starting {system.name}")
        with Server(system, self.prepared.sources) as server:
            with meanwhile() as record:
                seconds = server.start()
            idle = memory_of(server.pid)
            if LOOK_UPS in self.settings.parts and self.has_wrk:
                for case in (DIFFERENT, AGAIN):
                    self._look_up(server, case, 0)
            if {START, LOAD} & set(self.settings.parts):
                self._ask_known(server, 0)
            if START in self.settings.parts:
                figures = {"seconds": seconds, "idle": idle, "memory": memory_of(server.pid)}
                self._add(system, START, "", 0, figures, others=record.others)
            if MIX in self.settings.parts:
                ends = time.perf_counter() + _BUDGET
                for query in self.prepared.mix:
                    self.tell(f"{query.name}, {system.name}")
                    has_time = time.perf_counter() < ends
                    self._ask_single(server, MIX, query.name, query.text, 0, has_time)

    def _look_up(self, server: Server, case: str, turn: int) -> None:
        self.tell(f"look-ups, {case}, {server.system.name}")
        names = self.prepared.sources.folder / "names.txt"
        start = 1_000_000 * next(self._numbers)
        before = works_of(server.pid)
        with meanwhile() as record:
            rate = look_up(server.address, names, self._names, case, start, self.settings.seconds)
        answers = max(1.0, rate.second * self.settings.seconds)
        works = {
            f"{WORK_OF}{role}": (work - before.get(role, 0.0)) / answers
            for role, work in works_of(server.pid).items()
        }
        figures = {"rate": rate.second, "median": rate.median, "late": rate.late, **works}
        failures = {"refused": rate.refused, "connection failed": rate.failed}
        failures = {kind: number for kind, number in failures.items() if number}
        self._add(server.system, LOOK_UPS, case, turn, figures, failures, record.others)

    def _load(self, server: Server, clients: int, turn: int) -> None:
        self.tell(f"LUBM from {clients} clients, {server.system.name}")
        again, work = _restarts(server), work_of(server.pid)
        streams = [self._known(next(self._numbers)) for _ in range(clients)]
        with meanwhile() as record, _busy(self.settings.busy):
            tally = load(server.address, streams, self.settings.seconds)
        light = [name for name in self.prepared.graph.known_queries if name not in HEAVY]
        figures = {
            "rate": tally.answers / record.seconds,
            "median": tally.percentile(50),
            "late": tally.percentile(95),
            "light late": tally.percentile(95, light),
            "work": (work_of(server.pid) - work) / max(1, tally.answers),
        }
        after = _restarts(server)
        if again is not None and after is not None:
            figures["restarted"] = after - again
        self._add(server.system, LOAD, str(clients), turn, figures, tally.failures, record.others)
        if clients == 1:
            for name in self.prepared.graph.known_queries:
                if tally.seconds[name]:
                    seconds = {"seconds": statistics.median(tally.seconds[name])}
                    self._add(server.system, QUERY, name, turn, seconds, others=record.others)

    def _ask_single(
        self, server: Server, part: str, name: str, text: str, turn: int, has_time: bool = True
    ) -> None:
        """Ask a query once; without a part nothing is written down."""
        if not has_time:
            self._add(server.system, part, name, turn, failures={NOT_ASKED: 1})
            return
        responses: list[bytes] = []
        with meanwhile() as record:
            question = Question(name, self._different(text))
            listener = (lambda _, data: responses.append(data)) if turn == 0 else None
            tally = load(server.address, [iter([question])], listener=listener)
        if tally.failures[LATE] and not server.system.ends_queries:
            server.stop()
            server.start()
        if part:
            is_sample = any(one.is_sample for one in self.prepared.mix if one.name == name)
            signs = [sign(data, is_sample=is_sample) for data in responses]
            seconds = {"seconds": tally.percentile(50)} if tally.answers else {}
            self._add(
                server.system,
                *(part, name, turn, seconds, tally.failures, record.others),
                answer="".join(signs),
            )

    def _known(self, seed: int) -> Iterator[Question]:
        """The queries that come with the data, without an end, in orders of chance."""
        known = list(self.prepared.graph.known_queries.items())
        generator = random.Random(seed)
        while True:
            for name, text in generator.sample(known, len(known)):
                yield Question(name, self._different(text))

    def _same(self, text: str, times: int) -> Iterator[Question]:
        return (Question("", self._different(text)) for _ in range(times))

    def _different(self, text: str) -> str:
        """The text as none was before, so that no cache answers."""
        return f"{text} # {next(self._numbers)}"

    def _add(
        self,
        system: System,
        part: str,
        case: str,
        turn: int,
        figures: Mapping[str, float] | None = None,
        failures: Mapping[str, int] | None = None,
        others: float = 0.0,
        answer: str = "",
    ) -> None:
        name = self.prepared.graph.name
        figures, failures = dict(figures or {}), dict(failures or {})
        self.done(
            Measurement(name, system.name, part, case, turn, figures, failures, others, answer)
        )


def _restarts(server: Server) -> int | None:
    """How many queries a service of ours has begun anew; None where it does not say."""
    address = f"http://127.0.0.1:{server.address.port}/metrics"
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            found = _RESTARTED.search(answer.read().decode())
    except OSError:
        return None
    return int(float(found[1])) if found else None


@contextmanager
def _busy(count: int) -> Iterator[None]:
    """So many processes that take all of a processor each."""
    spins = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for spin in spins:
            spin.kill()
            spin.wait()
