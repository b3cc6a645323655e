"""A clock that is set while a service runs changes nothing. All its processes are shown one that is
an hour ahead and then an hour back, by a small library of ours: libfaketime (0.9.10) shows the
clock that only goes on moved as well, or has waiting by it fail (EINVAL).
"""

import os
import shutil
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import suppress
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from helpers.holdings import FOLDER
from helpers.processes import children, descendants, eventually
from helpers.serving import BEARER, Answer, running, send

COMPILER = shutil.which("cc") or ""
SOURCE = FOLDER.with_name("clock.c")
HOURS = (0, 1, -1, 0)
NAMES = "SELECT ?x { GRAPH <http://e.org/g> { ?x a <http://e.org/Cat> } } ORDER BY ?x"
# Some seconds of work: it is under way while the clock is set.
LONG = "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 3000000 } }"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {' '.join(f'?s{n} ?p{n} ?o{n} .' for n in range(16))} }}"

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(not COMPILER, reason="there is no C compiler"),
]


class Clock:
    """The time that a service is shown.

    Argument: a folder for what shows it.
    """

    def __init__(self, folder: Path) -> None:
        self._seconds = folder / "seconds"
        self._seconds.write_bytes(bytes(8))
        self._library = folder / "clock.so"
        command = (COMPILER, "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", self._library)
        subprocess.run([*command, SOURCE], check=True)

    def set(self, hours: int) -> None:
        """Show a time so many hours after the true one."""
        with self._seconds.open("r+b", buffering=0) as file:
            file.write((3600 * hours).to_bytes(8, sys.byteorder, signed=True))

    def wrapper(self) -> tuple[str, ...]:
        """The command that shows it to another."""
        return ("env", f"LD_PRELOAD={self._library}", f"CLOCK_SECONDS_FILE={self._seconds}")


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path)


@pytest.fixture
def address(tmp_path: Path, clock: Clock) -> Iterator[str]:
    data = tmp_path / "numbers.ttl"
    data.write_text("".join(f"<http://e.org/{n}> <http://e.org/p> {n} .\n" for n in range(3000)))
    options = (str(data), "--writable", "--store", str(tmp_path / "store"), "--timeout", "60")
    with running(*options, wrapper=clock.wrapper()) as address:
        yield address


def ask(address: str, query: str, **parameters: str) -> Answer:
    return send(address, "GET", f"/sparql?{urllib.parse.urlencode({'query': query, **parameters})}")


def update(address: str, number: int) -> Answer:
    triple = f"<http://e.org/x{number}> a <http://e.org/Cat>"
    text = f"INSERT DATA {{ GRAPH <http://e.org/g> {{ {triple} }} }}"
    headers = {"Content-Type": "application/sparql-update", **BEARER}
    return send(address, "POST", "/update", headers, text.encode())


def hours_shown(address: str) -> int:
    """By how many hours the clock of a service differs, as its answers say."""
    date = parsedate_to_datetime(send(address, "GET", "/health").headers["date"])
    return round((date.timestamp() - time.time()) / 3600)  # the wall clock is what is told here


def lasting(main: int) -> set[int]:
    """The processes that stay as long as a service: not its workers."""
    pids = set()
    for pid in (main, *descendants(main)):
        with suppress(FileNotFoundError, ProcessLookupError):  # a worker that has ended meanwhile
            line = Path(f"/proc/{pid}/cmdline").read_text()
            pids |= set() if "worker" in line.replace("workers.keeper", "") else {pid}
    return pids


def test_a_clock_that_is_set_changes_nothing(tmp_path: Path, clock: Clock, address: str) -> None:
    store = str(tmp_path / "store")
    (main,) = (pid for pid, line in children(os.getpid()).items() if store in line)
    before = lasting(main)
    shown = set()
    for number, hours in enumerate(HOURS):
        clock.set(hours)
        shown.add(hours_shown(address))
        assert update(address, number).status == 200
        first, second = ask(address, NAMES), ask(address, NAMES)
        assert first.body.count(b"http://e.org/x") == number + 1
        assert (first.status, first.body) == (second.status, second.body)
        assert first.headers["etag"] == second.headers["etag"]
        for path in ("/", "/things", "/search?q=x1", "/ready", "/dump.nq.gz"):
            assert send(address, "GET", path).status == 200, (hours, path)
        assert ask(address, ENDLESS, timeout="0.2").status == 503
    assert shown == set(HOURS)
    # A worker has the name of the keeper for a moment.
    assert eventually(lambda: lasting(main) == before)


def test_limits_of_time_are_by_the_clock_that_only_goes_on(clock: Clock, address: str) -> None:
    """A query that runs while the clock is set an hour ahead goes on, and one without an end ends
    though the clock is set back."""
    answers: dict[str, Answer] = {}

    def keep(name: str, query: str, timeout: str) -> None:
        answers[name] = ask(address, query, timeout=timeout)

    threads = [
        threading.Thread(target=keep, args=("long", LONG, "50")),
        threading.Thread(target=keep, args=("endless", ENDLESS, "2")),
    ]
    for thread in threads:
        thread.start()
    for hours in (1, -1):
        time.sleep(0.4)
        clock.set(hours)
    for thread in threads:
        thread.join()
    assert answers["long"].status == 200, answers["long"].body
    assert b"3000000" in answers["long"].body
    assert answers["endless"].status == 503
