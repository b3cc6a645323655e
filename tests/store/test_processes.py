"""This process as the system sees it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.processes import eventually

TITLED = """
import os, sys
from eakg.store.processes import entitle
print(os.getpid(), flush=True)
entitle(sys.argv[1])
print("done", flush=True)
sys.stdin.read()
"""
BOUND = """
import numpy
from eakg.store.processes import memory_bound
for _ in range(2):
    try:
        with memory_bound(64 << 20):
            numpy.ones(1 << 20)
            numpy.ones(1 << 27)
    except MemoryError:
        print("none")
print(numpy.ones(1 << 25).sum() == 1 << 25)
"""
WATCHING = """
import os, time
from eakg.store.processes import outlive_nobody
if os.fork() == 0:
    outlive_nobody(os.getppid(), lambda: os._exit(0))
    print(os.getpid(), flush=True)
    time.sleep(600)
time.sleep(600)
"""


@pytest.mark.parametrize("title", ["eakg worker of a test", "x" * 5000])
def test_a_title_is_what_the_system_lists(title: str) -> None:
    command = [sys.executable, "-c", TITLED, title]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        pid = int(process.stdout.readline())
        assert process.stdout.readline() == b"done\n"
        listed = Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0")
        assert process.stdin
        process.stdin.close()
    assert process.returncode == 0
    assert listed
    assert title.encode().startswith(listed)
    assert listed == title.encode() or len(title) > 1000


def test_memory_is_bound_within_the_context_alone() -> None:
    done = subprocess.run([sys.executable, "-c", BOUND], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["none", "none", "True"]


def test_who_outlives_nobody_ends_with_who_started_it() -> None:
    command = [sys.executable, "-c", WATCHING]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        child = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
        assert eventually(lambda: not Path(f"/proc/{child}").exists())
