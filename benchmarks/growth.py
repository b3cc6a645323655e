"""Builds and validates a graph several times as large as the shipped one.

The rows of its tables are there several times, each copy about bodies, meetings, agreements, acts
and people of its own, and about the same states and places.

    python benchmarks/growth.py [--times 10] [--keep DIR]
"""

import argparse
import csv
import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
EAKG = Path(sys.executable).with_name("eakg")
COPIED = ("wide-", "data-ggo-")
ALONE = ("wide-states.csv", "wide-economies.csv", "wide-places.csv")
"""Tables of what all copies speak of."""
_WORDS = frozenset({"label", "description", "source", "note", "verification", "date_text"})

Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """The rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def key_columns(path: Path) -> list[str]:
    """The columns that tell rows of a table apart."""
    metadata = json.loads(path.with_name(f"{path.name}-metadata.json").read_text("utf-8"))
    key = metadata["tableSchema"]["primaryKey"]
    return [key] if isinstance(key, str) else key


def renamed(cell: str, names: frozenset[str], copy: int) -> str:
    """A cell about the things of a copy."""
    for separator in ("|", " ", "/"):
        if separator in cell:
            parts = cell.split(separator)
            return separator.join(renamed(part, names, copy) for part in parts)
    return f"{cell}-copy-{copy}" if cell in names else cell


def copied_rows(
    rows: Sequence[Row],
    keys: Sequence[str],
    names: frozenset[str],
    labels: Mapping[str, str],
    copy: int,
) -> Iterator[Row]:
    """The rows of a copy, without those about nothing of its own.

    Arguments: the rows of a table; its key; the things that a copy has of its own; labels by name,
    as other tables may have them; the number of the copy.
    """
    for row in rows:
        values = {
            column: cell if column in _WORDS else renamed(cell, names, copy)
            for column, cell in row.items()
        }
        if any(values[key] != row[key] for key in keys):
            label = row.get("label") or labels.get(row.get("id", ""))
            has_label = "label" in row and label
            yield {**values, **({"label": f"{label} ({copy})"} if has_label else {})}


def grow(background: Path, times: int) -> tuple[int, int]:
    """Have tables say everything several times. Result: the rows before and after."""
    tables = sorted(background.glob("*.csv"))
    rows = {path: read_rows(path) for path in tables}
    before = sum(map(len, rows.values()))
    chosen = [one for one in tables if one.name.startswith(COPIED) and one.name not in ALONE]
    names = frozenset(row["id"] for path in chosen for row in rows[path] if "id" in row)
    labels = {
        row["id"]: row["label"]
        for table in rows.values()
        for row in table
        if row.get("id") and row.get("label")
    }
    total, copy = before, 0
    while total < times * before:
        copy += 1
        for path in chosen:
            more = [*copied_rows(rows[path], key_columns(path), names, labels, copy)]
            with path.open("a", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, [*rows[path][0]], lineterminator="\n")
                writer.writerows(more)
            total += len(more)
    return before, total


def measured(*arguments: str) -> tuple[float, float, int]:
    """Run a command. Result: wall and processor seconds, MB of its peak so far."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run([EAKG, *arguments], check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, used, after.ru_maxrss // 1000


def main() -> None:
    """Grow, build, validate, and say what it took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--keep", type=Path, help="the folder to do it in, which stays")
    options = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = options.keep or Path(name)
        for part in ("ontology", "graph/sources", "graph/background"):
            shutil.copytree(ROOT / part, folder / part)
        shutil.copy(ROOT / "graph/lists.csv", folder / "graph")
        before, after = grow(folder / "graph/background", options.times)
        print(f"{before:,} rows, {after:,} when grown")
        graph = folder / "graph"
        sources = ("--sources", str(graph / "sources"))
        for command in (("build", *sources, "--out", str(graph)), ("validate", str(folder))):
            wall, used, peak = measured(*command)
            print(f"{command[0]}: {wall:.1f} s, {used:.1f} s of processor, {peak} MB")


if __name__ == "__main__":
    main()
