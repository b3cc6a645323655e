"""`eakg build --keep-going`: lines that something is wrong with are as if they were not there."""

import re
import shutil
from pathlib import Path
from random import Random

import pytest

from helpers.small_dataset import Small
from helpers.tries import tries

FAULTS = (
    (r"^(T\d+\t\w+ )(\d+) (\d+)(\t.*)$", r"\g<1>\2 9\3\4"),  # offsets past the end
    (r"^(E\d+\t)(\w+)(:T\d+.*)$", r"\1Nonsense\3"),  # no such type
    (r"^(E\d+\t.* Agent:)(T\d+)(.*)$", r"\1T99\3"),  # what is not there
    (r"^(A\d+\t\w+ E\d+ )(\S+)$", r"\1nonsense"),
    (r"^(N\d+\tReference T\d+ EAKG:)(\S+)(\t.*)$", r"\1nowhere\3"),
    (r"^(N\d+\t)(.*)$", r"\1Reference"),
    (r"^(N\d+\tReference T\d+ QUANTITY:)(\S+)(\t.*)$", r"\1many_percent\3"),
)
LISTING = re.compile(r"^(\S+?):(\d+): .* \(left out\)$", re.MULTILINE)


def spoil(small: Small, random: Random) -> None:
    """Put some faults into the annotations, and one into a table."""
    path = small.path("note.ann")
    lines = path.read_text("utf-8").splitlines()
    for pattern, replacement in random.sample(FAULTS, 3):
        places = [n for n, line in enumerate(lines) if re.match(pattern, line)]
        if places:
            place = random.choice(places)
            lines[place] = re.sub(pattern, replacement, lines[place])
    path.write_text("\n".join(lines) + "\n", "utf-8")
    if random.random() < 0.5:
        small.append(
            "memberships.csv",
            "asean,nowhere,member,,Nowhere in ASEAN,,1999-01-01,,from 1999,definition,verified,",
        )


def blank(listing: str) -> None:
    """Take the lines away that were left out; those of annotations become empty ones, of which
    nothing is read."""
    places: dict[str, set[int]] = {}
    for file, line in LISTING.findall(listing):
        places.setdefault(file, set()).add(int(line))
    for file, numbers in places.items():
        path = Path(file)
        lines = path.read_text("utf-8").splitlines()
        if path.suffix == ".csv":
            lines = [line for number, line in enumerate(lines, 1) if number not in numbers]
        else:
            lines = ["" if number in numbers else line for number, line in enumerate(lines, 1)]
        path.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.mark.parametrize("seed", range(tries(40)))
def test_what_is_left_is_what_is_built_without_those_lines(small: Small, seed: int) -> None:
    spoil(small, Random(seed))
    plain = small.build()
    result = small.build("--keep-going")
    assert result.exit_code == (1 if plain.exit_code else 0)
    problems = [line for line in plain.stderr.splitlines() if "(warning)" not in line]
    assert len(LISTING.findall(result.stderr)) >= len(problems)
    files = small.built_files()
    shutil.rmtree("graph/asserted")
    shutil.rmtree("graph/evidence")
    Path("graph/inferred.ttl").unlink()
    blank(result.stderr)
    again = small.build()
    assert again.exit_code == 0, again.stderr
    assert small.built_files() == files


def test_every_line_that_was_read_is_accounted_for(small: Small) -> None:
    line = small.replace("note.ann", "EAKG:goods-masks", "EAKG:goods-maskz")
    result = small.build("--keep-going")
    assert f"graph/sources/note/note.ann:{line}: skipped: left out: unknown slug" in result.stdout
    (row,) = (text for text in result.stdout.splitlines() if text.startswith("\u2502 note "))
    _, read, lifted, skipped, *_ = (cell.strip() for cell in row.strip("\u2502").split("\u2502"))
    assert (int(read), int(skipped)) == (36, int(read) - int(lifted))


def test_a_record_that_cannot_be_read_is_left_out_as_a_whole(small: Small) -> None:
    shutil.copytree("graph/sources/note", "graph/sources/other")
    result = small.build("--keep-going")
    assert result.exit_code == 1
    assert "graph/sources/other/other.txt" in result.stderr
    assert not Path("graph/asserted/other.ttl").exists()
    assert Path("graph/asserted/note.ttl").exists()


def test_without_a_fault_nothing_is_other(small: Small) -> None:
    assert small.build().exit_code == 0
    files = small.built_files()
    result = small.build("--keep-going")
    assert (result.exit_code, result.stderr) == (0, "")
    assert small.built_files() == files
