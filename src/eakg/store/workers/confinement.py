"""What a worker cannot do: the kernel's limits of a process that answers queries.

It has no descriptors but those that it was given, and may open no others, so that no SERVICE call
and no file access succeeds even if the check before the query missed one. One whose graphs are on
disk may open files of theirs: where the kernel has Landlock (Linux 5.13; for TCP 6.7), nothing
else, and everywhere not many.

Specification: landlock(7).
"""

import contextlib
import ctypes
import os
import resource
from collections.abc import Iterable
from pathlib import Path

from eakg.store.processes import address_space
from eakg.store.request import Limits

_PARENT_DEATH, _NO_NEW_PRIVILEGES = 1, 38  # of prctl(2)
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # system calls, on all machines
_ABI_OF_TCP = 4
_FILE_RIGHTS, _TCP_RIGHTS = (1 << 13) - 1, 3  # all that the first version knows, and both of TCP
_READING = (1 << 2) | (1 << 3)  # of files and of folders
_PATH_BENEATH = 1
_FOLDER = os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY
_SPARE = 16  # descriptors beside those of the engine's files


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


def close_others(descriptors: Iterable[int]) -> None:
    """Close all descriptors of this process but some."""
    keep = {*descriptors}
    for descriptor in open_descriptors():
        if descriptor not in keep:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def confine_to(folder: Path) -> bool:
    """Let this thread, and those that it starts from now on, open nothing but files below a folder,
    to read them, and no connection; whether the kernel can see to that."""
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "prctl"):
        return False
    version = library.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 1:
        return False
    ruleset = _Ruleset(_FILE_RIGHTS, _TCP_RIGHTS if version >= _ABI_OF_TCP else 0)
    size = ctypes.sizeof(ruleset) if version >= _ABI_OF_TCP else ctypes.sizeof(ctypes.c_uint64)
    rules = library.syscall(
        _CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(size), ctypes.c_uint32(0)
    )
    if rules < 0:
        return False
    place = os.open(folder, _FOLDER)
    try:
        beneath = _PathBeneath(_READING, place)
        library.syscall(_ADD_RULE, rules, _PATH_BENEATH, ctypes.byref(beneath), ctypes.c_uint32(0))
        library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        return bool(library.syscall(_RESTRICT_SELF, rules, ctypes.c_uint32(0)) == 0)
    finally:
        os.close(place)
        os.close(rules)


def limit_resources(limits: Limits, folder: Path | None) -> None:
    """Let this process take no more than a query may. Arguments: what that is; the folder of the
    engine's files, where it has them open."""
    files = 0
    if folder is not None:
        files = max(open_descriptors()) + len(list(folder.iterdir())) + _SPARE
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, limits.result)
    if size := address_space():
        _limit(resource.RLIMIT_AS, size + limits.memory)
    _limit(resource.RLIMIT_NOFILE, files)


def outlast(signal: int) -> None:
    """Have a signal sent to this process where the one that started it ends."""
    library = ctypes.CDLL(None)
    if hasattr(library, "prctl"):
        library.prctl(_PARENT_DEATH, signal)


def open_descriptors() -> list[int]:
    """The descriptors of this process, or all that there may be where the system does not say."""
    for folder in ("/proc/self/fd", "/dev/fd"):
        with contextlib.suppress(OSError):
            return [int(entry.name) for entry in Path(folder).iterdir()]
    return list(range(resource.getrlimit(resource.RLIMIT_NOFILE)[0]))


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))
