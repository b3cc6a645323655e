"""Stores under strace: which system calls they make, and what comes of it when one of them fails,
or the process ends before it."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from helpers.house import ROOT

CALLS = (
    *("openat", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "link", "unlink", "mkdir"),
    *("chmod", "statfs", "flock", "close", "pread64", "newfstatat"),
)
"""System calls that make what is on the disk, and those about them."""
_COUNTED = re.compile(r"^(?:\[pid +\d+\] )?(\w+)\(", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """What a store said: the changes that were acknowledged, those that were refused and why, and
    how it ended."""

    made: frozenset[int]
    refused: dict[int, str]
    ended: str
    crash: str


class UntraceableError(Exception):
    """Processes cannot be traced here."""


class Tracer:
    """A process with stores to be traced; a context manager. Argument: a folder for its files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        paths = (ROOT / "src", ROOT / "tests")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "helpers.traced_store"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))},
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def run(self, store: Path, *injections: str) -> Run:
        """Let a store work. Arguments: its folder; what strace injects. Raises:
        UntraceableError."""
        record, log = self._folder / "record", self._folder / "log"
        record.unlink(missing_ok=True)
        arguments = ["-o", str(log), "-e", f"trace={','.join(CALLS)}"]
        for injection in injections:
            arguments += ["-e", f"inject={injection}"]
        task = {"folder": str(store), "record": str(record), "arguments": arguments}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        words = json.loads(self._process.stdout.readline())
        if words:
            raise UntraceableError(words.splitlines()[0])
        lines = record.read_text("utf-8").splitlines() if record.exists() else []
        of_kind: dict[str, list[str]] = {}
        for line in lines:
            kind, _, rest = line.partition(" ")
            of_kind.setdefault(kind, []).append(rest)
        refused = (rest.partition(" ") for rest in of_kind.get("refused", []))
        return Run(
            frozenset(map(int, of_kind.get("made", []))),
            {int(number): kind for number, _, kind in refused},
            "".join(of_kind.get("ended", [])),
            "".join(of_kind.get("crashed", [])),
        )

    def counts(self) -> Counter[str]:
        """How often each system call was made in the last run."""
        return Counter(_COUNTED.findall((self._folder / "log").read_text("utf-8", "replace")))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout and self._process.stdout.close()


def copy(files: Path, target: Path) -> Path:
    """A fresh copy of a folder; nothing, where there is none."""
    shutil.rmtree(target, ignore_errors=True)
    if files.exists():
        shutil.copytree(files, target)
    return target
