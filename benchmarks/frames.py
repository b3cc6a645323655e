"""A million rows from a result's bytes to a typed frame, beside Polars reading the rows as CSV.

Each of the two is timed in turn, several times, in one process; the least of each counts.

    python benchmarks/frames.py [--rows 1000000] [--times 7]
"""

import argparse
import time
from collections.abc import Callable
from io import BytesIO

import polars
from rdflib import XSD

from eakg.analysis import frame_of


def rows(count: int) -> tuple[bytes, bytes]:
    """So many rows of an IRI, a label, a day, a whole number and a decimal, in TSV and in CSV."""
    tsv, csv = ["?thing\t?label\t?day\t?count\t?share"], ["thing,label,day,count,share"]
    for number in range(count):
        iri, label = f"https://e.example/id/thing-{number}", f"Thing number {number}"
        day, share = f"20{number % 100:02}-{1 + number % 12:02}-{1 + number % 28:02}", number / 2
        tsv.append(f'<{iri}>\t"{label}"@en\t"{day}"^^<{XSD.date}>\t{number}\t{share}')
        csv.append(f"{iri},{label},{day},{number},{share}")
    return ("\n".join(tsv) + "\n").encode(), ("\n".join(csv) + "\n").encode()


def seconds(work: Callable[[], polars.DataFrame]) -> float:
    """How long a piece of work takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def main() -> None:
    """Print both times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=7)
    arguments = parser.parse_args()
    tsv, csv = rows(arguments.rows)

    def plain() -> polars.DataFrame:
        return polars.read_csv(BytesIO(csv), try_parse_dates=True)

    if not frame_of(tsv).equals(plain()):
        raise SystemExit("the frames differ")
    pairs = [(seconds(lambda: frame_of(tsv)), seconds(plain)) for _ in range(arguments.times)]
    ours, theirs = (min(times) for times in zip(*pairs, strict=True))
    print(f"{arguments.rows:,} rows: frame {ours:.2f} s, CSV {theirs:.2f} s, {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
