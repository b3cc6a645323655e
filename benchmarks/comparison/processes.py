"""What processes cost: their work and memory, and what else keeps the processors busy."""

import contextlib
import os
import platform
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_TITLES = {
    "eakg serve web": "web processes",
    "eakg.store worker": "workers",
    "eakg.store keeper": "keeper",
    "eakg.store reasoner": "reasoner",
    "oxigraph": "server",
    "virtuoso": "server",
    "rdflib-endpoint": "server",
}
_OTHER = "other processes"
_REST = 0.05  # processors that work for who rests
PROCESSORS = len(os.sched_getaffinity(0))


@dataclass
class Meanwhile:
    """What happened while something was measured: its seconds, and how many processors were busy
    with what this process did not start."""

    seconds: float = 0.0
    others: float = 0.0


def works_of(pid: int) -> dict[str, float]:
    """Seconds that processors worked for a process and those that it started, by what they are."""
    rows: dict[int, tuple[int, str, list[int]]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            row = stat.read_text().rpartition(")")[2].split()
            title = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            rows[int(stat.parent.name)] = int(row[1]), title, [int(one) for one in row[11:15]]
    tree = {pid}
    while more := {one for one, (parent, _, _) in rows.items() if parent in tree} - tree:
        tree |= more
    works: dict[str, float] = defaultdict(float)
    for _, title, (user, kernel, ended_user, ended_kernel) in (rows[one] for one in tree & {*rows}):
        role = next((role for key, role in _TITLES.items() if key in title[:200]), _OTHER)
        works[role] += (user + kernel) / _TICKS
        # Workers are replaced after some time, and those that ended are the keeper's.
        works["workers" if role == "keeper" else _OTHER] += (ended_user + ended_kernel) / _TICKS
    return works


def work_of(pid: int) -> float:
    """Seconds that processors worked for a process and those that it started."""
    return sum(works_of(pid).values())


def rest(pids: Sequence[int], most: float = 60.0) -> None:
    """Wait until processes, with those that they started, hardly work any more: some make things
    ready for a while after they have answered. Arguments: their numbers; the seconds at most."""
    ends = time.monotonic() + most
    work, before = sum(map(work_of, pids)), float("-inf")
    while work - before > _REST and time.monotonic() < ends:
        time.sleep(1.0)
        before, work = work, sum(map(work_of, pids))


def memory_of(pid: int) -> int:
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


def size_of_folder(folder: Path) -> int:
    """Bytes that the files in a folder have."""
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())


@contextmanager
def meanwhile() -> Iterator[Meanwhile]:
    """Watches the processors for as long as the context lasts; filled in at its end."""
    record = Meanwhile()
    start, busy, own = time.perf_counter(), _busy_seconds(), work_of(os.getpid())
    yield record
    record.seconds = time.perf_counter() - start
    foreign = (_busy_seconds() - busy) - (work_of(os.getpid()) - own)
    record.others = max(0.0, foreign) / max(record.seconds, 1e-9)


def machine() -> dict[str, str | float]:
    """What the machine is."""
    model = ""
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if "model name" in line), "")
    return {
        "processors": PROCESSORS,
        "model": model,
        "memory": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        "system": f"{platform.system()} {platform.release()}",
    }


def _busy_seconds() -> float:
    """Seconds that all processors have worked, and that the host took from them."""
    user, nice, system, _idle, _waiting, hard, soft, stolen = map(
        int, Path("/proc/stat").read_text().split()[1:9]
    )
    return (user + nice + system + hard + soft + stolen) / _TICKS
