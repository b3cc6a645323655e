"""What the page for other languages shows runs, and gives the five founders of ASEAN."""

import re
import shutil
import subprocess

import pytest

from helpers.consoles import ADDRESS
from helpers.house import ROOT

FOUNDERS = ("Indonesia", "Malaysia", "Philippines", "Singapore", "Thailand")


@pytest.mark.parametrize(
    ("language", "command"),
    [("r", ("Rscript", "--vanilla", "-")), ("js", ("node", "--input-type=module", "-"))],
)
def test_an_example_runs(language: str, command: tuple[str, ...], shipped_service: str) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"there is no {command[0]} here")
    page = (ROOT / "docs/other-languages.md").read_text("utf-8")
    (program,) = re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)
    text = program.replace(ADDRESS, shipped_service)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    *rows, last = [line for line in done.stdout.splitlines() if "name" not in line]
    for founder, row in zip(FOUNDERS, rows, strict=True):
        assert founder in row
        assert "1967-08-08" in row
    assert last.split() == {"r": ["Date", "5"], "js": ["true"]}[language]
