"""Measure the ways to start with a graph, beside `oxigraph`, in one run:
`python benchmarks/stores.py [--sizes 1,10] [--rounds 5]`.

For each size of LUBM: from the data and the ontology to the first answer, in memory and with a
prepared store that is made first; the start from that store, on disk and in memory; `oxigraph load`
of the closure, and its start from what that made. Memory is what all processes have, each page of
several counted once, after the fourteen queries of LUBM were answered `--rounds` times, each text
different; their seconds are the median of the sums. A table in Markdown goes to standard output.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reasoning import unpacked
from serving import EAKG, PATIENCE, QUERIES, System, asked, questions, running

OXIGRAPH = Path(sys.executable).with_name("oxigraph")


@dataclass
class Start:
    """A way to start: its name, what is done once before, and the server."""

    name: str
    preparation: list[str] | None
    system: System


def starts(folder: Path, files: list[str], closure: Path) -> Iterator[Start]:
    """All of them."""
    store, location = str(folder / "store"), str(folder / "oxigraph")
    serve = [*EAKG, "serve", "--port", "{port}"]
    yield Start("eakg, files", None, System("eakg", [*serve, *files], "/sparql"))
    prepare = [*EAKG, "load", "--store", store, *files]
    for layout in ("disk", "memory"):
        system = System("eakg", [*serve, "--store", store, "--layout", layout], "/sparql")
        yield Start(f"eakg, prepared store, {layout}", prepare, system)
        prepare = None
    if OXIGRAPH.exists():
        load = [str(OXIGRAPH), "load", "--location", location, "--file", str(closure)]
        bind = ["--location", location, "--bind", "127.0.0.1:{port}"]
        serve = [str(OXIGRAPH), "serve-read-only", *bind]
        yield Start("oxigraph", load, System("oxigraph", serve, "/query"))


def measure(start: Start, rounds: int) -> list[float]:
    """Seconds of the preparation, seconds to the first answer, seconds of the queries, and MB."""
    began = time.perf_counter()
    if start.preparation:
        subprocess.run(start.preparation, check=True, capture_output=True)
    prepared = time.perf_counter()
    with running(start.system) as port:
        ready = time.perf_counter()
        sums = []
        for turn in range(rounds):
            texts = [f"{questions(number)} # {turn}" for number in range(len(QUERIES))]
            times = [asked(port, start.system.path, text, PATIENCE) or PATIENCE for text in texts]
            sums.append(sum(times))
        memory = proportional_memory(start.system.pid)
    return [prepared - began, ready - prepared, statistics.median(sums), memory / 1e6]


def proportional_memory(pid: int) -> float:
    """Bytes of a process and of those that it started, each page of several counted once."""
    size, waiting = 0, [pid]
    while waiting:
        process = Path(f"/proc/{waiting.pop()}")
        try:
            rollup = (process / "smaps_rollup").read_text()
            size += 1024 * int(rollup.partition("\nPss:")[2].split()[0])
            for task in (process / "task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except OSError:
            continue  # it has ended
    return size


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", default="1,10", help="of LUBM, in universities")
    parser.add_argument("--rounds", type=int, default=5, help="of the fourteen queries")
    arguments = parser.parse_args()
    sizes = tuple(map(int, arguments.sizes.split(",")))
    print("| graph | start | once before, s | ready, s | 14 queries, s | MB | disk, MB |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as temporary:
        for name, paths in unpacked(Path(temporary), sizes).items():
            folder = Path(temporary) / name
            folder.mkdir()
            files = [str(path) for path in paths]
            closure = folder / "closure.nt"
            subprocess.run([*EAKG, "reason", *files, "-o", str(closure)], check=True)
            for start in starts(folder, files, closure):
                figures = measure(start, arguments.rounds)
                place = folder / ("oxigraph" if start.name == "oxigraph" else "store")
                disk = sum(one.stat().st_size for one in place.rglob("*") if one.is_file())
                cells = [f"{figure:.2f}" for figure in figures[:3]]
                cells += [f"{figures[3]:,.0f}", f"{disk / 1e6:,.0f}"]
                print(f"| {name} | {start.name} | {' | '.join(cells)} |", flush=True)
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
