"""Measure how long texts take to be read that are long in one respect each:
`python benchmarks/reading.py [BYTES]`.

For each family of `tests/helpers/long_texts.py`, at half the size and at the whole of it (1 MiB):
the seconds of the processor that the slowest reader takes, which one it is, and how many times
those of half the size. That the work itself is linear is what `tests/sparql/test_linear.py` counts.
"""

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "tests")]

from eakg.sparql import (  # noqa: E402 - as its path is set
    QueryError,
    UpdateReader,
    calls_service,
    engine_spelling,
    inspect_query,
    projected_variables,
    query_tokens,
)
from eakg.sparql.exact import exact_query  # noqa: E402 - likewise
from eakg.sparql.faults import scope_faults  # noqa: E402 - likewise
from helpers.long_texts import FAMILIES  # noqa: E402 - likewise

BASE = "http://e.example/"
READERS: dict[str, Callable[[str], object]] = {
    "what it asks for": lambda text: inspect_query(text, BASE),
    "SERVICE": calls_service,
    "spelling": lambda text: engine_spelling(text, BASE),
    "exactness": lambda text: exact_query(text, BASE, lambda: ("urn:g", "urn:h")),
    "update": lambda text: list(UpdateReader(text, BASE).operations()),
    "projection": projected_variables,
    "faults": lambda text: scope_faults(query_tokens(text)),
}


def seconds(read: Callable[[str], object], text: str) -> float:
    """Of the processor, for one reading."""
    start = time.process_time()
    with suppress(QueryError):
        read(text)
    return time.process_time() - start


def main() -> None:
    """Print a line for each family."""
    size = int(sys.argv[1]) if sys.argv[1:] else 1 << 20
    print("| family | slowest reader | seconds | times those of half the text |")
    print("| --- | --- | --: | --: |")
    for name, family in FAMILIES.items():
        text, half = family(size), family(size // 2)
        times = {reader: seconds(read, text) for reader, read in READERS.items()}
        slowest = max(times, key=times.__getitem__)
        ratio = times[slowest] / max(seconds(READERS[slowest], half), 1e-6)
        print(f"| {name} | {slowest} | {times[slowest]:.2f} | {ratio:.1f} |", flush=True)


if __name__ == "__main__":
    main()
