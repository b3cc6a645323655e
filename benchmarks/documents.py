"""Builds a graph of many annotated documents, and builds it again after a word of one has changed.

Each document is a copy of a shipped record with about 1,000 annotations, about events of its own
and about the same states, bodies and places.

    python benchmarks/documents.py [--documents 2000] [--keep DIR]
"""

import argparse
import filecmp
import re
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
EAKG = Path(sys.executable).with_name("eakg")
RECORD = "record-2020-07-23"
_EVENT = re.compile(r"^N\d+\tReference E\d+ EAKG:(\S+)\t\S", re.MULTILINE)


def copied_annotations(annotations: str, number: int) -> str:
    """The annotations of a record, whose events have slugs and names of their own."""
    events = set(_EVENT.findall(annotations))

    def line_of(line: str) -> str:
        head, colon, rest = line.partition(" EAKG:")
        slug, tab, name = rest.partition("\t")
        if not colon or slug not in events:
            return line
        is_event = head.split()[-1].startswith("E")
        return f"{head} EAKG:{slug}-{number}{tab}{name}{f' ({number})' if is_event else ''}"

    return "".join(f"{line_of(line)}\n" for line in annotations.splitlines())


def write_documents(sources: Path, count: int) -> None:
    """Write so many copies of a shipped record into a folder of documents."""
    folder = ROOT / "graph" / "sources" / RECORD
    shutil.copy(folder.parent / "mapping.toml", sources)
    shutil.copy(folder / "annotation.conf", sources)
    annotations = (folder / f"{RECORD}.ann").read_text("utf-8")
    for number in range(1, count + 1):
        copy = sources / f"record-{number}"
        copy.mkdir()
        shutil.copy(folder / "meta.toml", copy)
        shutil.copy(folder / f"{RECORD}.txt", copy / f"{copy.name}.txt")
        (copy / f"{copy.name}.ann").write_text(copied_annotations(annotations, number), "utf-8")


def measured(*arguments: str) -> tuple[float, float, int]:
    """Run a command. Result: wall and processor seconds, MB of the largest process so far."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run([EAKG, *arguments], check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, used, after.ru_maxrss // 1000


def differing(one: Path, other: Path) -> list[str]:
    """The files that two folders do not have alike."""
    names = [str(path.relative_to(one)) for path in sorted(one.rglob("*.ttl"))]
    others = [str(path.relative_to(other)) for path in sorted(other.rglob("*.ttl"))]
    _, unlike, missing = filecmp.cmpfiles(one, other, {*names, *others}, shallow=False)
    return sorted([*unlike, *missing])


def main() -> None:
    """Write documents, build, change one, build again, and say what it took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--keep", type=Path, help="the folder to do it in, which stays")
    options = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = options.keep or Path(name)
        sources = folder / "sources"
        sources.mkdir(parents=True)
        write_documents(sources, options.documents)
        changed = sources / "record-1" / "record-1.ann"
        for words in ("all new", "nothing changed", "one document changed", "fresh"):
            if words.startswith("one"):
                text = changed.read_text("utf-8")
                changed.write_text(re.sub(r"^A1\t.*\n", "", text, flags=re.MULTILINE), "utf-8")
            name = "fresh" if words == "fresh" else "out"
            out, parts = folder / name, folder / f"{name}-parts"
            arguments = ("--sources", str(sources), "--out", str(out), "--parts", str(parts))
            wall, used, peak = measured("build", *arguments)
            print(f"{words}: {wall:.1f} s, {used:.1f} s of processor, {peak} MB", flush=True)
        print(f"files that differ: {', '.join(differing(folder / 'out', out)) or 'none'}")


if __name__ == "__main__":
    main()
