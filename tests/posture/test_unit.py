"""The unit of systemd in the docs: how far it shuts the service in, and that it works so."""

import ctypes.util
import json
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from helpers.house import ROOT
from helpers.sandbox import __file__ as sandbox
from helpers.serving import BEARER, running, send

UNIT = ROOT / "docs/examples/eakg.service"
HIGHEST = 2.0
COUNT = 80
"""Triples, so many that a join of three is a long query and its rows are a file."""
UPDATE = {**BEARER, "Content-Type": "application/sparql-update"}


def _knows_offline() -> bool:
    """Whether there is a systemd-analyze, of version 250 or newer."""
    if shutil.which("systemd-analyze") is None:
        return False
    done = subprocess.run(["systemd-analyze", "--version"], capture_output=True, text=True)
    found = re.match(r"systemd (\d+)", done.stdout)
    return bool(found and int(found[1]) >= 250)


needs_systemd = pytest.mark.skipif(
    not _knows_offline(), reason="there is no systemd-analyze of version 250 or newer here"
)
needs_filters = pytest.mark.skipif(
    not (sys.platform == "linux" and ctypes.util.find_library("seccomp")),
    reason="there is no libseccomp here, which makes the filters of the unit",
)


@needs_systemd
def test_systemd_finds_little_exposed() -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"Overall exposure level for eakg\.service: ([\d.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    assert float(found[1]) <= HIGHEST, done.stdout


@needs_systemd
def test_systemd_understands_every_line() -> None:
    command = ["systemd-analyze", "verify", "--recursive-errors=no", str(UNIT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = [line for line in done.stderr.splitlines() if "eakg.service" in line]
    # The program is not installed where tests run.
    assert [line for line in told if "is not executable" not in line] == []


FORBIDDEN = {
    "a socket of the kernel": "import socket; socket.socket(socket.AF_NETLINK)",
    "a namespace of its own": "subprocess.run(['unshare', '-U', 'true'], check=True)",
    "another user": "import os; os.setuid(1)",
    "memory to write and run": "import mmap; mmap.mmap(-1, 4096, prot=7)",
    "another root": "import os; os.chroot('/')",
    "the clock": "import time; time.clock_settime(time.CLOCK_REALTIME, time.time())",
}


@needs_systemd
@needs_filters
@pytest.mark.parametrize("program", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_what_the_service_never_asks_for_is_refused(program: str) -> None:
    errors = "(OSError, subprocess.CalledProcessError)"
    guarded = f"import subprocess\ntry:\n  {program}\nexcept {errors}: print('refused')"
    command = [sys.executable, sandbox, str(UNIT), sys.executable, "-c", guarded]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "refused\n", done.stderr or "it was let through"


@needs_systemd
@needs_filters
def test_the_service_works_within_it(tmp_path: Path) -> None:
    """Reads, long queries in processes of their own, writes to its folder, and an answer that is a
    file: nothing of that is refused by the kernel."""
    store = tmp_path / "store"
    wrapper = (sys.executable, sandbox, str(UNIT))
    options = ("--writable", "--store", str(store), "--rate-limit", "100000")
    with running(*options, wrapper=wrapper) as address:
        triples = " ".join(f"<a:{number}> <a:p> <a:o> ." for number in range(COUNT))
        text = f"INSERT DATA {{ GRAPH <a:g> {{ {triples} }} }}"
        assert send(address, "POST", "/update", UPDATE, text.encode()).status == 200
        pairs = "?a <a:p> ?o . ?b <a:p> ?o . ?c <a:p> ?o"
        query = f"SELECT (COUNT(*) AS ?n) {{ {pairs} }}"
        answer = send(address, "GET", f"/sparql?query={quote(query)}&format=json")
        assert answer.status == 200, answer.body
        assert json.loads(answer.body)["results"]["bindings"][0]["n"]["value"] == str(COUNT**3)
        query = f"SELECT ?a ?b ?c {{ {pairs} }}"
        rows = send(address, "GET", f"/sparql?query={quote(query)}&format=csv").body
        assert rows.count(b"\n") == COUNT**3 + 1
        assert send(address, "GET", "/metrics").status == 200
        assert send(address, "GET", "/ready").status == 200
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [store, *store.iterdir()]}
    assert modes.pop("store") == 0o700
    assert {*modes.values()} == {0o600}, modes
