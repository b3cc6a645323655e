"""Compare queries as a worker answers them with the engine alone, by processor time:
`python benchmarks/classes.py DATA... --queries FILE.tsv [--rounds 9] [--seconds 1]`.

DATA is what `eakg serve` would be given. Their closure goes to a store of ours, and once more, as
`eakg reason` writes it, to an engine of its own, which is what `oxigraph serve` has in memory. Each
line of the file is the name of a query, a tab, and the query. Both take turns in this process and
write JSON; each text is different, as it ends with a comment with a number. A table in Markdown
goes to standard output, with the median of each and their ratio, and the geometric mean.
"""

import argparse
import io
import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pyoxigraph

from eakg.rdf import N_TRIPLES_SYNTAX
from eakg.sparql import QueryError
from eakg.store.graphs import evaluate, ingest, load
from eakg.store.request import QueryRequest

_JSON = pyoxigraph.QueryResultsFormat.JSON
_NUMBERS = count()


def seconds(answer: Callable[[str], object], text: str) -> float:
    """Processor time for an answer."""
    start = time.process_time()
    answer(f"{text}\n# {next(_NUMBERS)}")
    return time.process_time() - start


def main() -> None:
    """Measure, and say what came out."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=1.0, help="for one query, or two rounds")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        closure = Path(temporary) / "closure.nt"
        command = ["eakg", "reason", *map(str, arguments.data), "-o", str(closure)]
        subprocess.run([sys.executable, "-m", *command], check=True)
        engine = pyoxigraph.Store()
        engine.load(path=str(closure), format=N_TRIPLES_SYNTAX.engine)
        folder = Path(temporary) / "graphs"
        folder.mkdir()
        store = load(ingest(arguments.data, folder).contents, defers=True)
    systems: tuple[Callable[[str], object], ...] = (
        lambda text: evaluate(store, QueryRequest(text), io.BytesIO()),
        lambda text: engine.query(text).serialize(io.BytesIO(), format=_JSON),  # type: ignore[union-attr]  # of SELECT
    )
    ratios: list[float] = []
    print("| query | ours, ms | engine, ms | ratio |")
    print("| --- | ---: | ---: | ---: |")
    for line in arguments.queries.read_text().splitlines():
        name, _, text = line.partition("\t")
        times: list[list[float]] = [[], []]
        spent = 0.0
        try:
            while len(times[0]) < 2 or (
                len(times[0]) < arguments.rounds and spent < arguments.seconds
            ):
                for system, column in zip(systems, times, strict=True):
                    column.append(seconds(system, text))
                    spent += column[-1]
        except QueryError as error:
            print(f"{name}: {error}", file=sys.stderr)
            continue
        own, other = (1000 * statistics.median(column) for column in times)
        ratios.append(own / other)
        print(f"| {name.partition(' [')[0]} | {own:.2f} | {other:.2f} | {own / other:.2f} |")
    mean = math.exp(statistics.fmean(map(math.log, ratios)))
    print(f"\n{len(ratios)} queries, geometric mean {mean:.2f}")


if __name__ == "__main__":
    main()
