"""The README's examples give the output that it shows."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from helpers.house import ROOT

ADDRESS = "http://127.0.0.1:8000"


def examples() -> Iterator[tuple[str, list[str]]]:
    """The commands of the console blocks, each with the lines of output shown after it."""
    for block in re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL):
        command: list[str] = []
        output: list[str] = []
        for line in block.splitlines():
            if line.startswith("$ "):
                if command:
                    yield "\n".join(command), output
                command, output = [line[2:]], []
            elif line.startswith("> "):
                command.append(line[2:])
            else:
                output.append(line)
        yield "\n".join(command), output


def test_examples_give_what_they_show(shipped_service: str) -> None:
    commands = 0
    for command, expected in examples():
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
        done = subprocess.run(
            ["bash", "-c", command.replace(ADDRESS, shipped_service)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={"PATH": path, "LANG": "C.UTF-8"},
            check=True,
        )
        actual = done.stdout.splitlines()
        if expected[:1] == ["..."]:
            actual = ["...", *actual[len(actual) - len(expected) + 1 :]]
        assert actual == expected, command
        commands += 1
    assert commands >= 6
