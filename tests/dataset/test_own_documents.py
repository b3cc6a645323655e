"""Documents of one's own, built with the shipped tables, which speak of other documents too."""

import re
import shutil
from pathlib import Path

import pytest

from helpers.small_dataset import Small

SOURCES = "mine/sources"


@pytest.fixture
def own(small: Small) -> Small:
    """The record of the small dataset without its tables."""
    text = Path("graph/sources/note/note.ann").read_text("utf-8")
    shutil.copytree("graph/sources", SOURCES)
    Path(SOURCES, "mapping.toml").unlink()
    assert text
    return small


def leave_core(folder: str) -> None:
    """Take from a built folder most of what is in tables of others, which takes long to check."""
    for pattern in ("*/wide-*.ttl", "*/data-*.ttl"):
        for path in Path(folder).glob(pattern):
            path.unlink()


def test_rows_about_other_documents_are_left_out_and_counted(own: Small) -> None:
    result = own.run("build", "--sources", SOURCES, "--out", "out")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = [line for line in result.stdout.splitlines() if "skipped: is about" in line]
    assert all(
        re.search(r"background/\w.*\.csv:\d+: skipped: is about \S+, which", x) for x in lines
    )
    assert len(lines) > 50
    (row,) = (
        line for line in result.stdout.splitlines() if "confirmations" in line and "│" in line
    )
    name, read, lifted, skipped, *_ = (cell.strip() for cell in row.strip("│").split("│"))
    assert int(read) == int(lifted) + int(skipped)
    assert int(skipped) == sum("confirmations.csv" in line for line in lines)
    assert name == "confirmations"


def test_what_was_built_validates_where_it_stands(own: Small) -> None:
    assert own.run("build", "--sources", SOURCES, "--out", "out").exit_code == 0
    leave_core("out")
    result = own.run("validate", "out", "--sources", SOURCES)
    assert result.exit_code == 0, result.output
    assert "in tables made for other documents; left out" in result.stdout
    quotes = re.search(r"quotes\D+(\d+)", result.stdout)
    assert quotes
    assert int(quotes[1]) > 10


def test_a_fault_of_ones_own_is_still_told(own: Small) -> None:
    own.replace(f"{SOURCES}/note/note.ann", "A5\tPolarity E2 affirmed\n", "")
    assert own.run("build", "--sources", SOURCES).exit_code == 0
    leave_core("mine")
    result = own.run("validate", "mine")
    assert result.exit_code == 1
    assert "Polarity" in result.stdout


def test_documents_beside_their_folders(own: Small) -> None:
    shutil.copy(f"{SOURCES}/note/note.txt", f"{SOURCES}/flat.txt")
    shutil.copy(f"{SOURCES}/note/note.ann", f"{SOURCES}/flat.ann")
    result = own.run("build", "--sources", SOURCES, "--out", "out")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        f"{SOURCES}/flat.{ending}: a document lies in a folder of its name; "
        f"move it to {SOURCES}/flat/"
        for ending in ("ann", "txt")
    ]


def test_sources_of_what_is_not_built(small: Small) -> None:
    result = small.run("validate", "--sources", "graph/sources")
    assert result.exit_code == 2
    assert "--sources is for a folder" in result.stderr
