"""What a unit of systemd lets a service ask of the kernel, without systemd: `sandbox.py UNIT
COMMAND...` runs a command under the filters of system calls, limits and masks that the unit names.

libseccomp makes the filters, as it does for systemd. Specification: systemd.exec(5).
"""

import ctypes
import ctypes.util
import errno
import mmap
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

_ALLOW = 0x7FFF0000
_LARGEST_FAMILY = 45
_MASKED, _EQUAL = 7, 4  # how an argument is compared
_NO_NEW_PRIVILEGES = 38  # of prctl(2)
_CLONE3 = "clone3"


class _Comparison(ctypes.Structure):
    _fields_ = [
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    ]


def options_of(unit: Path) -> dict[str, list[str]]:
    """The options of a unit, in order; an option may be given several times."""
    options: dict[str, list[str]] = {}
    for line in unit.read_text("utf-8").splitlines():
        name, sign, value = line.partition("=")
        if sign and not line.startswith("#"):
            options.setdefault(name, []).append(value)
    return options


def call_names(group: str) -> set[str]:
    """The system calls of a group such as @system-service, as systemd knows it."""
    done = subprocess.run(
        ["systemd-analyze", "syscall-filter", group], check=True, capture_output=True, text=True
    )
    words = [line.strip() for line in done.stdout.splitlines()[1:]]
    names = [word for word in words if word and not word.startswith("#")]
    return {name for word in names for name in (call_names(word) if word[0] == "@" else {word})} | (
        call_names("@default") if group != "@default" else set()
    )


def allowed_calls(values: Iterable[str]) -> set[str]:
    """The calls that a list of `SystemCallFilter=` leaves."""
    calls: set[str] = set()
    for value in values:
        names = {name for word in value.removeprefix("~").split() for name in call_names(word)}
        calls = calls - (names - call_names("@default")) if value[0] == "~" else calls | names
    return calls


class _Filter:
    """A filter of system calls. Argument: what happens to a call that no rule is about."""

    def __init__(self, default: int) -> None:
        self._library = ctypes.CDLL(ctypes.util.find_library("seccomp"), use_errno=True)
        self._library.seccomp_init.restype = ctypes.c_void_p
        self._context = ctypes.c_void_p(self._library.seccomp_init(ctypes.c_uint32(default)))

    def rule(self, action: int, call: str, *comparisons: tuple[int, int, int, int]) -> None:
        """Do this to a call whose arguments compare so."""
        number = self._library.seccomp_syscall_resolve_name(call.encode())
        if number < 0:
            return  # not of this machine
        array = (_Comparison * max(len(comparisons), 1))(
            *(_Comparison(*one) for one in comparisons)
        )
        failed = self._library.seccomp_rule_add_array(
            self._context, ctypes.c_uint32(action), number, len(comparisons), array
        )
        if failed:
            raise OSError(-failed, os.strerror(-failed), call)

    def load(self) -> None:
        """Put it in force."""
        if failed := self._library.seccomp_load(self._context):
            raise OSError(-failed, os.strerror(-failed))


def _refuse(number: int) -> int:
    return 0x00050000 | number


def confine(unit: Path) -> None:
    """Put the unit's filters, limits and mask on this process."""
    options = options_of(unit)
    # Values that systemd would fill in, such as the folder of credentials, are left out.
    settings = (value.partition("=") for value in options["Environment"] if "%" not in value)
    os.environ.update({name: value for name, _, value in settings})
    _limit(resource.RLIMIT_NOFILE, int(options["LimitNOFILE"][-1]))
    _limit(resource.RLIMIT_CORE, int(options["LimitCORE"][-1]))
    os.umask(int(options["UMask"][-1], 8))
    calls = _Filter(_refuse(errno.EPERM))
    for call in sorted(allowed_calls(options["SystemCallFilter"])):
        calls.rule(_ALLOW, call)
    others = _Filter(_ALLOW)
    families = options["RestrictAddressFamilies"][-1].split()
    numbers = {int(getattr(socket, name)) for name in families}
    for family in {*range(_LARGEST_FAMILY + 1)} - numbers:
        others.rule(_refuse(errno.EAFNOSUPPORT), "socket", (0, _EQUAL, family, 0))
    if options["MemoryDenyWriteExecute"][-1] == "yes":
        both = mmap.PROT_WRITE | mmap.PROT_EXEC
        others.rule(_refuse(errno.EPERM), "mmap", (2, _MASKED, both, both))
        for call in ("mprotect", "pkey_mprotect"):
            others.rule(_refuse(errno.EPERM), call, (2, _MASKED, mmap.PROT_EXEC, mmap.PROT_EXEC))
    if options["RestrictNamespaces"][-1] == "yes":
        others.rule(_refuse(errno.ENOSYS), _CLONE3)
        others.rule(_refuse(errno.EPERM), "unshare")
        others.rule(_refuse(errno.EPERM), "setns")
    if ctypes.CDLL(None, use_errno=True).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    # The first that is loaded has to let the second one be.
    others.load()
    calls.load()


def _limit(kind: int, value: int) -> None:
    _, highest = resource.getrlimit(kind)
    value = value if highest == resource.RLIM_INFINITY else min(value, highest)
    resource.setrlimit(kind, (value, value))


if __name__ == "__main__":
    confine(Path(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - the command that it was given
