"""The consoles of the docs: commands with the output that is shown after them, as they are run."""

import doctest
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from helpers.serving import running

ADDRESS = "http://127.0.0.1:8000"
_SERVE = re.compile(r"eakg serve (.*?) ?&")


@dataclass(frozen=True)
class Example:
    """A command, and the lines that are shown after it; `...` in them stands for anything."""

    command: str
    shown: tuple[str, ...]

    def matches(self, output: str) -> bool:
        """Whether the output is what is shown."""
        shown = "".join(f"{line}\n" for line in self.shown)
        lines = "".join(f"{line.rstrip()}\n" for line in output.splitlines())
        return doctest.OutputChecker().check_output(shown, lines, doctest.ELLIPSIS)


def examples(page: Path) -> Iterator[Example]:
    """The commands of the console blocks of a page, in order."""
    for block in re.findall(r"```console\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        command: list[str] = []
        output: list[str] = []
        for line in block.splitlines():
            if line.startswith("$ "):
                if command:
                    yield Example("\n".join(command), tuple(output))
                command, output = [line[2:]], []
            elif line == ">" or line.startswith("> "):
                command.append(line[2:])
            else:
                output.append(line)
        yield Example("\n".join(command), tuple(output))


def run_page(page: Path, folder: Path, address: str = ADDRESS) -> list[tuple[Example, str]]:
    """Run the commands of a page in a folder, each with what it wrote.

    A service that a page starts in the background (`eakg serve ... &`) listens at a port that is
    free; the address of the page is that of the last one that was started.
    """
    answers = []
    with ExitStack() as services:
        for example in examples(page):
            if serve := _SERVE.fullmatch(example.command):
                arguments = shlex.split(serve[1])
                address = services.enter_context(running(*arguments, folder=folder))
                continue
            done = subprocess.run(
                ["bash", "-c", example.command.replace(ADDRESS, address)],
                capture_output=True,
                text=True,
                cwd=folder,
                env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "LANG": "C.UTF-8"},
                check=False,
            )
            answers.append((example, done.stdout.replace(address, ADDRESS) + done.stderr))
    return answers
