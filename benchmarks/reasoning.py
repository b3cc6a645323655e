"""Measure `eakg reason` against owlrl and reasonable, in one run: `python benchmarks/reasoning.py`.

LUBM data are read from the folder that EAKG_BENCH names, or from `../shared/bench` beside the
repository; the other inputs are made here. Results go to `docs/reasoning-benchmark.md` and a chart
beside it. `pip install reasonable` first; what is not installed is left out.
"""

import json
import math
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from rdflib import Literal, URIRef
from rdflib.graph import _TripleType as Triple

from comparison import ROOT
from comparison.charts import bar, chart
from comparison.graphs import unpacked
from eakg.reason.closure import Closure, closure_of_facts
from eakg.reason.files.reading import read
from inputs import write_inputs

DOCS = ROOT / "docs"
REPEATS = 3
UPDATES = 7
OURS = [sys.executable, "-c", "from eakg.cli import main; main()", "reason"]
PEERS = [sys.executable, str(Path(__file__).parent / "peers.py")]


@dataclass(frozen=True)
class Run:
    """One whole process: seconds of clock and of processors, and peak memory in MB."""

    wall: float
    cpu: float
    memory: float
    triples: int = 0


def measure(command: list[str], out: Path, repeats: int = REPEATS) -> Run:
    """The medians of some runs of a command that writes N-Triples to a file, or into a folder."""
    runs = []
    for _ in range(repeats):
        shutil.rmtree(out) if out.is_dir() else out.unlink(missing_ok=True)
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        if status:
            raise SystemExit(f"failed: {' '.join(command)}")
        runs.append((wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))
    wall, cpu, memory = (statistics.median(values) for values in zip(*runs, strict=True))
    parts = out.glob("*.nt") if out.is_dir() else [out]
    triples = sum(1 for path in parts for _ in path.open("rb"))
    return Run(wall, cpu, memory, triples)


def results(folder: Path) -> Iterator[tuple[str, str, Run]]:
    """Input, system, what it took; the systems take turns on each input."""
    out = folder / "out.nt"
    for name, files in unpacked(folder).items():
        paths = [str(file) for file in files]
        yield name, "eakg", measure([*OURS, *paths, "-o", str(out)], out)
        if name != "LUBM-50" and find_spec("reasonable"):
            repeats = 1 if name == "LUBM-10" else REPEATS
            yield (
                name,
                "reasonable",
                measure([*PEERS, "reasonable", str(out), *paths], out, repeats),
            )
        if name == "LUBM-1":
            yield name, "owlrl", measure([*PEERS, "owlrl", str(out), *paths], out, 1)
    for name, file in write_inputs(folder).items():
        command = [*OURS, str(file), "-o", str(out)]
        yield name, "eakg", measure(command, out)
        if name in ("names", "keys"):
            command += ["--equality", "representatives"]
            yield name, "eakg, representatives", measure(command, out)


def clock() -> tuple[float, float]:
    """Seconds of clock and of processors."""
    return time.perf_counter(), time.process_time()


def changed(
    closure: Closure, facts: list[Triple], generator: random.Random, name: str
) -> tuple[float, ...]:
    """The seconds in which a closure takes in 100 triples about new things, with new literals, and
    gives up 100 of its facts."""
    removed = generator.sample(facts, 100)
    added = [
        (
            URIRef(f"http://example.org/{name}-{k}"),
            predicate,
            Literal(f"{name} {k}") if isinstance(object_, Literal) else object_,
        )
        for k, (_, predicate, object_) in enumerate(generator.sample(facts, 100))
    ]
    start = clock()
    closure.update(added, removed)
    return tuple(b - a for a, b in zip(start, clock(), strict=True))


def questions(folder: Path) -> dict[str, float]:
    """Milliseconds of explanations, and seconds of an update, on LUBM-10 or LUBM-1."""
    files = unpacked(folder)
    name = "LUBM-10" if "LUBM-10" in files else "LUBM-1"
    generator = random.Random(1)
    facts = sorted(t for t in closure_of_facts(*read(files[name])).asserted if "univ-bench" in t[1])
    fulls, updates = [], []
    for repeat in range(UPDATES):
        start = clock()
        closure = closure_of_facts(*read(files[name]))
        fulls.append(tuple(b - a for a, b in zip(start, clock(), strict=True)))
        updates.append(changed(closure, facts, generator, f"new{repeat}"))
    inferred = [triple for triple in closure.inferred if isinstance(triple[2], URIRef)]
    times = []
    for triple in generator.sample(sorted(inferred), 1000):
        begin = time.perf_counter()
        closure.explain(triple)
        times.append(1000 * (time.perf_counter() - begin))
    ordered = sorted(times)
    found = {
        "explanation, median ms": ordered[500],
        "explanation, 95 of 100 under ms": ordered[950],
    }
    for place, kind in enumerate(("wall", "processor")):
        full = [seconds[place] for seconds in fulls]
        update = [seconds[place] for seconds in updates]
        ratios = [a / b for a, b in zip(full, update, strict=True)]
        found |= {
            f"reading and closing, {kind} s": statistics.median(full),
            f"update of 100 + 100, {kind} s": statistics.median(update),
            f"reading and closing / update, {kind}, median": statistics.median(ratios),
            f"reading and closing / update, {kind}, worst of {UPDATES}": min(ratios),
        }
    return found


def table(found: list[tuple[str, str, Run]], asked: dict[str, float]) -> str:
    """The results in Markdown."""
    ours = {name: run for name, system, run in found if system == "eakg"}
    lines = [
        "# Benchmark of the reasoner",
        "",
        "Whole processes, N-Triples in, closure in N-Triples out, all in one run of",
        "`python benchmarks/reasoning.py` on a machine with"
        f" {os.cpu_count()} processors; `ratio` is to eakg.",
        "",
        "| input | system | triples out | wall s | ratio | processor s | ratio | peak MB | ratio |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, system, run in found:
        base = ours[name]
        lines.append(
            f"| {name} | {system} | {run.triples:,} | {run.wall:.1f} | {run.wall / base.wall:.1f} "
            f"| {run.cpu:.1f} | {run.cpu / base.cpu:.1f} | {run.memory:,.0f} "
            f"| {run.memory / base.memory:.1f} |"
        )
    if {"LUBM-10", "LUBM-50"} <= ours.keys():
        small, large = ours["LUBM-10"], ours["LUBM-50"]
        growth = [
            getattr(large, field) / large.triples / (getattr(small, field) / small.triples)
            for field in ("wall", "cpu", "memory")
        ]
        lines += [
            "",
            "Per triple, LUBM-50 takes {:.2f} of the wall time, {:.2f} of the processor time and"
            " {:.2f} of the memory of LUBM-10.".format(*growth),
        ]
    lines += ["", "| question, on LUBM-10 | |", "| --- | ---: |"]
    lines += [f"| {name} | {value:.3g} |" for name, value in asked.items()]
    lines += ["", "![Seconds by input and system](reasoning-benchmark.svg)", ""]
    return "\n".join(lines)


def drawing(found: list[tuple[str, str, Run]]) -> str:
    """Bars of seconds, on a logarithmic scale from a tenth of a second."""
    return chart(
        "Seconds by input and system, on a logarithmic scale",
        [
            bar(
                f"{name}, {system}",
                max(0.05, math.log10(max(run.wall, 0.1) * 10)),
                f"{run.wall:.1f} s",
                is_ours=system.startswith("eakg"),
            )
            for name, system, run in found
        ],
    )


def main() -> None:
    """Measure, and write the table and the chart."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        found = []
        for result in results(folder):
            found.append(result)
            print(*result, file=sys.stderr, flush=True)
        asked = questions(folder)
    print(json.dumps(asked, indent=2), file=sys.stderr)
    DOCS.joinpath("reasoning-benchmark.md").write_text(table(found, asked), "utf-8")
    DOCS.joinpath("reasoning-benchmark.svg").write_text(drawing(found), "utf-8")


if __name__ == "__main__":
    main()
