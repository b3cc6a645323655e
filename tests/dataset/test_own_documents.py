"""Documents of one's own, built with the shipped tables, which speak of other documents too."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import Result

from helpers.house import ROOT
from helpers.small_dataset import Small, write_small_dataset

SOURCES = "mine/sources"


@pytest.fixture
def own(small: Small) -> Small:
    """The record of the small dataset without its tables."""
    shutil.copytree("graph/sources", SOURCES)
    Path(SOURCES, "mapping.toml").unlink()
    return small


@pytest.fixture(scope="module")
def built_own(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A folder where it is built, and what the command said."""
    folder = tmp_path_factory.mktemp("own")
    write_small_dataset(folder, ROOT)
    shutil.copytree(folder / "graph/sources", folder / SOURCES)
    Path(folder, SOURCES, "mapping.toml").unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return folder, Small().run("build", "--sources", SOURCES, "--out", "out")


@pytest.mark.slow
def test_what_an_own_mapping_leaves_out_is_as_in_the_shipped_one(
    own: Small, built_own: tuple[Path, Result]
) -> None:
    text = (ROOT / "graph/sources/mapping.toml").read_text("utf-8")
    text = re.sub(r"^claimant = .*\n", "", text, flags=re.MULTILINE)
    text = re.sub(
        r"^(\w+ = \{ as = \"(?:interval|quantity)\").*", r"\1 }", text, flags=re.MULTILINE
    )
    assert "notBefore" not in text and "numericValue" not in text
    Path(SOURCES, "mapping.toml").write_text(text, "utf-8")
    assert own.run("build", "--sources", SOURCES, "--out", "out").exit_code == 0
    expected = built_own[0] / "out/asserted/note.ttl"
    assert Path("out/asserted/note.ttl").read_bytes() == expected.read_bytes()


def leave_core(folder: str) -> None:
    """Take from a built folder most of what is in tables of others, which takes long to check."""
    for pattern in ("*/wide-*.ttl", "*/data-*.ttl"):
        for path in Path(folder).glob(pattern):
            path.unlink()


@pytest.mark.slow
def test_rows_about_other_documents_are_left_out_and_counted(
    built_own: tuple[Path, Result],
) -> None:
    _, result = built_own
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


@pytest.mark.slow
def test_what_was_built_validates_where_it_stands(
    built_own: tuple[Path, Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(built_own[0])
    leave_core("out")
    result = Small().run("validate", "out", "--sources", SOURCES)
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
