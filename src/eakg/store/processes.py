"""This process as the system sees it: how it is called, who started it, how much memory it has."""

import contextlib
import ctypes
import os
import resource
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

_LOOK_SECONDS = 0.5
_ARENA_MAX, _MMAP_THRESHOLD = -8, -3  # M_ARENA_MAX and M_MMAP_THRESHOLD of mallopt(3)
_LARGE = (
    1 << 17
)  # bytes, as at the start of a process; by itself the bound grows with what is freed
_ARGUMENTS = slice(45, 47)  # where they are in memory, in /proc/self/stat after the name: proc(5)


def entitle(title: str) -> None:
    """Have this process listed under a title, by `ps` and the like, where the system lets it; what
    is longer than its command line was is cut.

    A fork has the command line of the process that it is of, and nobody can tell them apart.
    """
    try:
        fields = Path("/proc/self/stat").read_bytes().rpartition(b")")[2].split()
        start, stop = map(int, fields[_ARGUMENTS])
    except (OSError, ValueError):
        return
    size = stop - start
    if start > 0 and size > 1:
        # The last byte stays 0, by which the system knows where it ends.
        ctypes.memmove(start, title.encode()[: size - 1].ljust(size, b"\0"), size)


def share_arenas(most: int) -> None:
    """Have the threads of this process take their memory from so many arenas at most, where the
    allocator is that of the GNU C library, and give what is large back at once: what is free in
    one arena is of no use in another, and a large piece that was freed keeps its place among small
    ones, so that a process grows for as long as it lives. See mallopt(3)."""
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_ARENA_MAX, most)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)


def outlive_nobody(parent: int, end: Callable[[], None]) -> None:
    """Call `end`, in a thread, once the process that started this one is there no more."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_SECONDS)
        end()

    threading.Thread(target=watch, daemon=True).start()


def address_space(pid: int | None = None) -> int:
    """Bytes of address space of a process, this one or another; 0 where the system does not say."""
    try:
        pages = int(Path(f"/proc/{pid or 'self'}/statm").read_text().split()[0])
    except (OSError, IndexError):
        return 0
    return pages * resource.getpagesize()


@contextlib.contextmanager
def memory_bound(memory: int) -> Iterator[None]:
    """So many bytes and no more can be had within the context, beyond what there is: whoever asks
    for more gets a MemoryError, or ends where it cannot bear one."""
    size = address_space()
    if not size:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    bounds = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min([size + memory, *bounds]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
