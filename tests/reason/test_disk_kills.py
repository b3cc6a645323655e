"""A closure on disk whose process is killed, or gets no room on the disk, and goes on."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from helpers.disk_closures import in_memory, part_lines

KILLS = int(os.environ.get("EAKG_KILLS", "3"))
PROGRAM = """
import os, resource, signal, sys
from pathlib import Path
from eakg.problems import ProblemsError
from eakg.reason.disk.closure import DiskClosure, DiskOptions
from eakg.reason.databases.duck import DuckDatabase
from eakg.reason.rules.sets import rule_set

left, room = map(int, sys.argv[1:])
if room:
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
run = DuckDatabase.run

def run_or_die(self, query):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    run(self, query)

DuckDatabase.run = run_or_die
files, options = [Path("in.nt")], DiskOptions(rule_set(), resume=True)
try:
    with DiskClosure(files, Path("work"), options) as closure:
        closure.run()
        assert closure.clashes.inconsistencies == []
        closure.write(Path("out"), only_inferred=True, compressed=False)
except ProblemsError as error:
    sys.exit(str(error))
"""
OWL, RDFS = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2000/01/rdf-schema#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
AXIOMS = (
    f"<http://x/next> {TYPE} <{OWL}TransitiveProperty> .\n"
    f"<http://x/next> <{RDFS}domain> <http://x/Step> .\n"
    f"<http://x/key> {TYPE} <{OWL}InverseFunctionalProperty> .\n"
    f"<http://x/Step> <{RDFS}subClassOf> <http://x/Thing> .\n"
)


def _data(length: int) -> str:
    """A chain of things, the last of which is the first one of another chain by its key."""
    links = (
        f"<http://x/{chain}{place}> <http://x/next> <http://x/{chain}{place + 1}> .\n"
        for chain in "ab"
        for place in range(length)
    )
    keys = f'<http://x/a{length}> <http://x/key> "k" .\n<http://x/b0> <http://x/key> "k" .\n'
    return "".join(links) + keys


def _run(folder: Path, *, query: int = 0, room: int = 0) -> tuple[int, list[str]]:
    """The exit status of a run, and what it tells.

    Arguments: the folder; at which of its queries it is killed; how many bytes a file may have.
    """
    command = [sys.executable, "-c", PROGRAM, str(query), str(room)]
    done = subprocess.run(
        command, cwd=folder, stderr=subprocess.PIPE, text=True, timeout=600, check=False
    )
    return done.returncode, done.stderr.splitlines()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "in.nt"
    path.write_text(AXIOMS + _data(6), "utf-8")
    return path


def test_a_killed_run_goes_on_to_the_same_closure(file: Path, tmp_path: Path) -> None:
    random = Random(16)
    deaths = 0
    while deaths < KILLS:
        status, _ = _run(tmp_path, query=random.randint(2, 60))
        assert status in (0, -signal.SIGKILL)
        deaths += status != 0
        assert not (tmp_path / "out").exists() or part_lines(tmp_path / "out")
    assert _run(tmp_path) == (0, [])
    assert set(part_lines(tmp_path / "out")) == in_memory([file]).triples


def test_a_run_that_had_no_room_goes_on_to_the_same_closure(file: Path, tmp_path: Path) -> None:
    """A limit on the size of files stands for a disk that is full."""
    for room in (300, 1200, 2000):
        status, (line,) = _run(tmp_path, room=room)
        assert status == 1
        assert line == (
            "--engine duckdb: the disk is full (File too large);"
            " make room, and go on with --resume if --work named a folder"
        )
        assert not (tmp_path / "out").exists()
    assert _run(tmp_path) == (0, [])
    assert set(part_lines(tmp_path / "out")) == in_memory([file]).triples
