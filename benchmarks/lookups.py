"""Count what processors do for a look-up, by process, ours beside `oxigraph serve`:
`python benchmarks/lookups.py [--seconds 5] [--rounds 3]`.

Look-ups are `SELECT * { <thing> ?p ?o }` over the closure of LUBM-1, all different, sent by wrk
over eight connections as in `benchmarks/serving.py`. The systems take turns. What is counted is
the time that processors worked for each process (proc(5), `utime` and `stime`), which depends
little on what else the machine does; answers a second depend on it very much, so that only their
ratio in one run says something. A table in Markdown goes to standard output.
"""

import argparse
import contextlib
import os
import resource
import statistics
import sys
import tempfile
from collections import Counter, defaultdict
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from serving import asked, look_up, prepared, running, systems

_TICKS = os.sysconf("SC_CLK_TCK")
_WARMTH = 200  # requests before the first count
_TITLES = {
    "eakg serve web": "web processes",
    "eakg.store worker": "workers",
    "eakg.store keeper": "keeper",
    "oxigraph": "server",
}
_OTHER = "other processes"


class Work(NamedTuple):
    """Seconds that processors worked for a process: in its own code, and in the system for it."""

    user: float = 0.0
    system: float = 0.0

    def __add__(self, other: tuple[float, ...]) -> "Work":  # type: ignore[override]  # of sums, not of sequences
        return Work(self.user + other[0], self.system + other[1])

    def __sub__(self, other: "Work") -> "Work":
        return Work(self.user - other.user, self.system - other.system)


def work_of(pid: int) -> dict[str, Work]:
    """The work for a process and those that it started, by what they are."""
    rows: dict[int, tuple[int, str, list[int]]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            row = stat.read_text().rpartition(")")[2].split()
            title = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            rows[int(stat.parent.name)] = int(row[1]), title, [int(one) for one in row[11:15]]
    tree = {pid}
    while more := {one for one, (parent, _, _) in rows.items() if parent in tree} - tree:
        tree |= more
    work: dict[str, Work] = defaultdict(Work)
    for _, title, (user, system, ended_user, ended_system) in (rows[one] for one in tree):
        role = next((role for key, role in _TITLES.items() if key in title[:200]), _OTHER)
        work[role] += Work(user / _TICKS, system / _TICKS)
        # Workers are replaced after some time, and those that ended are the keeper's.
        ended = "workers" if role == "keeper" else _OTHER
        work[ended] += Work(ended_user / _TICKS, ended_system / _TICKS)
    return work


def client_work() -> Work:
    """The work for the processes that this one started and waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Work(usage.ru_utime, usage.ru_stime)


def main() -> None:
    """Measure, and say what came out."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    costs: dict[tuple[str, str], list[Work]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        closure, names = prepared(folder)
        found = [one for one in systems(closure, folder) if one.name != "rdflib-endpoint"]
        ports = {one.name: stack.enter_context(running(one)) for one in found}
        for system in found:
            for _ in range(_WARMTH):
                asked(ports[system.name], system.path, "ASK {}", 5.0)
        for number in range(arguments.rounds):
            for system in found:
                before, sender = work_of(system.pid), client_work()
                start = number * 1_000_000
                rate = look_up(
                    system, ports[system.name], "different", names, start, arguments.seconds
                )
                after = work_of(system.pid)
                after["wrk"], before["wrk"] = client_work(), sender
                count = rate * arguments.seconds
                for role, work in after.items():
                    spent = work - before.get(role, Work())
                    costs[system.name, role].append(Work(*(1e6 * one / count for one in spent)))
                print(number, system.name, round(rate), file=sys.stderr)
    print("| system | process | in its code, µs | in the system, µs | together, µs |")
    print("| --- | --- | ---: | ---: | ---: |")
    totals: Counter[str] = Counter()
    for (name, role), works in costs.items():
        user, kernel = (statistics.median(column) for column in zip(*works, strict=True))
        if user + kernel >= 0.5:
            print(f"| {name} | {role} | {user:.0f} | {kernel:.0f} | {user + kernel:.0f} |")
        totals[name] += user + kernel
    best = found[-1]
    for system in found:
        rates = system.rates["different"]
        ratios = [own / other for own, other in zip(rates, best.rates["different"], strict=True)]
        print(
            f"\n{system.name}: {totals[system.name]:.0f} µs a look-up with the sender;"
            f" {statistics.median(rates):,.0f} a second, {statistics.median(ratios):.2f} of"
            f" {best.name}"
        )


if __name__ == "__main__":
    main()
