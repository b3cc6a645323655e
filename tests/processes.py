"""Processes of the system, as the tests of the service look at them."""

from pathlib import Path


def children(pid: int) -> dict[int, str]:
    """The command lines of the processes that another started, by their ids. Linux tells of them
    by task too, but leaves out some while others end."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid and fields[0] != "Z":
                found[int(stat.parent.name)] = (stat.parent / "cmdline").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found
