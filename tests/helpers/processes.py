"""Processes of the system, as the tests of the service look at them."""

import os
import time
from collections.abc import Callable
from pathlib import Path


def children(pid: int) -> dict[int, str]:
    """The command lines of the processes that another started, by their ids. Linux tells of them
    by task too, but leaves out some while others end."""
    commands = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid and fields[0] != "Z":
                commands[int(stat.parent.name)] = (stat.parent / "cmdline").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
    return commands


def forks_of(pid: int) -> set[int]:
    """The processes that the first thread of another forked, such as a keeper's workers: told at
    once, where `children` looks at all processes that there are."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return {int(child) for child in text.split()}


def descendants(pid: int) -> set[int]:
    """The ids of the processes that another started, and of those that these started."""
    pids: set[int] = set()
    waiting = [pid]
    while waiting:
        new = children(waiting.pop()).keys() - pids
        waiting += new
        pids |= new
    return pids


def descriptors(pid: int) -> int:
    """How many files a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def memory_of_web(pid: int) -> int:
    """Bytes that the web processes of a service have, but for what they share."""
    sizes = 0
    for child in descendants(pid):
        try:
            if b"eakg.store" in Path(f"/proc/{child}/cmdline").read_bytes():
                continue
            fields = Path(f"/proc/{child}/statm").read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended
        sizes += (int(fields[1]) - int(fields[2])) * os.sysconf("SC_PAGE_SIZE")
    return sizes


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether a condition holds, now or within ten seconds."""
    for _ in range(500):
        if condition():
            return True
        time.sleep(0.02)
    return False
