"""What commands tell of their progress: on a terminal, and nowhere else."""

import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "from eakg.cli import main; main()"]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A file to close, and the option that names the output."""
    source, target = tmp_path / "in.nt", tmp_path / "out.nt"
    source.write_text("<http://x/a> <http://x/p> <http://x/b> .\n")
    return [str(source), "-o", str(target)]


def test_progress_on_a_terminal(files: list[str]) -> None:
    master, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    process = subprocess.Popen([*COMMAND, "reason", *files], stderr=terminal, env=environment)
    os.close(terminal)
    shown = b""
    with suppress(OSError):  # which says that nobody has the terminal open any more
        while data := os.read(master, 1 << 16):
            shown += data
    os.close(master)
    assert process.wait() == 0
    for stage in (b"reading", b"reasoning", b"writing"):
        assert stage in shown


def test_no_progress_elsewhere(files: list[str]) -> None:
    """Not even where the environment asks for colours."""
    done = subprocess.run(
        [*COMMAND, "reason", *files],
        capture_output=True,
        env={**os.environ, "FORCE_COLOR": "1"},
        check=True,
    )
    assert done.stderr == done.stdout == b""
