"""Measure `eakg reason` on files in memory and on disk: `python benchmarks/scaling.py [SIZE...]`.

LUBM data of the sizes named (else 1, 10 and 50) are read from the folder that EAKG_BENCH names, or
from `../shared/bench` beside the repository. Rows of the tables of `docs/scaling.md` go to standard
output: whole processes, N-Triples in, a folder or file of N-Triples out; then proofs of inferred
triples at random from the work of each closure on disk, each by a process of `eakg explain`, and
all checked.
"""

import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rdflib import Graph

from comparison.graphs import unpacked
from eakg.rdf import Triple
from eakg.reason.closure import materialize
from eakg.reason.disk import support_search
from helpers.proof_checker import check
from reasoning import REPEATS, measure

EAKG = [sys.executable, "-c", "from eakg.cli import main; main()"]
LIMITS = (None, 400, 100)
"""MiB for DuckDB; None for as much as it takes."""
PROOFS = 50


def rows(name: str, files: Sequence[str], folder: Path) -> Iterator[str]:
    """Measure the engines on files, in a folder; rows of a table."""
    out, work = folder / "out.nt", folder / "work"
    repeats = 1 if name == "LUBM-50" else REPEATS
    run = measure([*EAKG, "reason", *files, "--engine", "memory", "-o", str(out)], out, repeats)
    yield f"| {name} | memory | {run.wall:.1f} | {run.cpu:.1f} | {run.memory:,.0f} |"
    out.unlink()
    for limit in LIMITS:
        command = [*EAKG, "reason", *files, "--engine", "duckdb", "-o", str(folder / "parts")]
        command += ["--work", str(work)]
        command += ["--memory", str(limit)] if limit else []
        run = measure(command, folder / "parts", repeats)
        engine = f"DuckDB within {limit} MiB" if limit else "DuckDB"
        yield f"| {name} | {engine} | {run.wall:.1f} | {run.cpu:.1f} | {run.memory:,.0f} |"


def inferred(files: Sequence[str], folder: Path) -> list[str]:
    """Lines of inferred triples without blank nodes at random, of the work in a folder."""
    out = folder / "inferred"
    command = ["reason", *files, "--engine", "duckdb", "--work", str(folder / "work"), "--resume"]
    command += ["--memory", str(LIMITS[-1]), "--only-inferred", "-o", str(out)]
    subprocess.run([*EAKG, *command], check=True)
    lines = (line for path in sorted(out.glob("*.nt")) for line in path.open(encoding="utf-8"))
    return random.Random(16).sample(sorted(line for line in lines if "_:" not in line), PROOFS)


def proofs(name: str, files: Sequence[str], folder: Path) -> str:
    """Prove triples at random from files; a row of a table."""
    seconds, asserted = [], set[Triple]()
    lines = inferred(files, folder)
    for line in lines:
        (triple,) = Graph().parse(data=line, format="nt")
        words = [term.n3() for term in triple]
        start = time.perf_counter()
        command = [*EAKG, "explain", *words, "--closure-dir", str(folder / "work")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - start)
    with support_search(folder / "work") as search:
        for line in lines:
            (triple,) = Graph().parse(data=line, format="nt")
            support = search.support(triple)
            check(materialize(support.graph).explain(triple), support.graph, support.rules)
            asserted |= set(support.graph)
    # Labels of blank nodes are those of the closure.
    lines_ = (f"{' '.join(term.n3() for term in triple)} .\n" for triple in asserted)
    wanted = {line for line in lines_ if "_:" not in line}
    for file in files:
        with Path(file).open(encoding="utf-8") as content:
            wanted -= {line for line in content if line in wanted}
    if wanted:
        raise SystemExit(f"not in the files: {min(wanted)}")
    ordered = sorted(seconds)
    at_95 = ordered[int(0.95 * len(ordered))]
    return f"| {name} | {len(ordered)} | {statistics.median(ordered):.2f} | {at_95:.2f} |"


def main() -> None:
    """Measure, and print the rows."""
    sizes = [int(size) for size in sys.argv[1:]] or [1, 10, 50]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, paths in unpacked(folder, sizes).items():
            files = [str(path) for path in paths]
            for row in rows(name, files, folder):
                print(row, flush=True)
            print(proofs(name, files, folder), flush=True)


if __name__ == "__main__":
    main()
