"""The build: the same bytes each time, small differences for small changes, all or nothing."""

import difflib
import errno
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph
from rdflib.namespace import RDF, RDFS

from eakg.dataset.layout import Layout, sources_layout
from eakg.dataset.parts import GraphFiles
from eakg.files import publish, stale
from eakg.lift.mapping import read_mapping
from eakg.lift.record import lift_record
from eakg.names import EAKG, ID
from eakg.problems import ProblemsError
from eakg.rdf.turtle import write_turtle
from helpers.small_dataset import Small
from helpers.tries import SOAK

RECORD = "record-2020-07-23"


def eakg(*arguments: str, seed: int, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run eakg in a process of its own, with another order of sets."""
    command = [sys.executable, "-c", "from eakg.cli import main; main()", *arguments]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def built(folder: Path) -> dict[str, bytes]:
    files = [*folder.glob("asserted/*.ttl"), *folder.glob("evidence/*.ttl")]
    files.append(folder / "inferred.ttl")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_the_committed_files_are_what_a_build_gives(repository: Path, tmp_path: Path) -> None:
    """Which `eakg build --check`, one of the checks beside the tests, asks of them too."""
    result = eakg("build", "--out", str(tmp_path), seed=1, cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert built(tmp_path) == built(repository / "graph")


def test_two_builds_give_the_same_bytes(small: Small) -> None:
    runs = []
    for seed in range(4 if SOAK else 2):
        out = Path(f"out-{seed}")
        arguments = ("build", "--sources", "graph/sources", "--out", str(out))
        assert eakg(*arguments, seed=seed, cwd=Path.cwd()).returncode == 0
        runs.append(built(out))
    assert runs[1:] == runs[:-1]


def test_unknown_namespaces_get_the_same_prefixes_in_any_order() -> None:
    lines = [f"<http://x/{n}> <http://ns{n % 3}.org/p> <http://o/{n}> .\n" for n in range(9)]
    one = write_turtle(Graph().parse(data="".join(lines), format="nt"))
    other = write_turtle(Graph().parse(data="".join(reversed(lines)), format="nt"))
    assert one == other


# A word changed


@pytest.fixture(scope="module")
def files_of_record(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """The lines of the record's built files, after a change in its annotations."""
    folder = tmp_path_factory.mktemp("sources") / RECORD
    shutil.copytree(layout.sources / RECORD, folder)
    text = (folder / f"{RECORD}.ann").read_text("utf-8")
    mapping = read_mapping(layout.mapping)
    there = sources_layout(folder.parent, folder.parent)

    @cache
    def lines(old: str = "", new: str = "") -> dict[str, list[str]]:
        assert old == "" or text.count(old) == 1
        (folder / f"{RECORD}.ann").write_text(text.replace(old, new) if old else text, "utf-8")
        files = GraphFiles.of(there, [lift_record(folder, mapping)], {})
        return {path.parent.name: data.decode().splitlines() for path, data in files.items()}

    return lines


def annotation_of(layout: Layout, pattern: str) -> str:
    text = (layout.sources / RECORD / f"{RECORD}.ann").read_text("utf-8")
    match = re.search(pattern, text, re.MULTILINE)
    assert match, pattern
    return match[1]


def difference(before: list[str], after: list[str]) -> tuple[list[str], set[str]]:
    """The changed lines, and the subjects of the blocks that they stand in."""
    places: tuple[set[int], set[int]] = (set(), set())
    for tag, *bounds in difflib.SequenceMatcher(None, before, after).get_opcodes():
        if tag != "equal":
            places[0].update(range(*bounds[:2]))
            places[1].update(range(*bounds[2:]))
    changed, subjects = [], set()
    for lines, those in zip((before, after), places, strict=True):
        subject = ""
        for place, line in enumerate(lines):
            if line[:1].strip() and line != ".":
                subject = line.strip()
            if place in those:
                changed.append(line)
                subjects.add(subject)
    return changed, subjects


def test_another_filler_of_a_role_changes_only_lines_about_it(
    layout: Layout, files_of_record: Callable[..., Any]
) -> None:
    event = annotation_of(layout, r"^N\d+\tReference (E\d+) EAKG:a028\t")
    line = annotation_of(layout, rf"^({event}\tMaterialAid:.*)$")
    china = annotation_of(layout, r"^(?:N\d+)\tReference (T\d+) EAKG:china\t")
    changed = re.sub(r"Agent:T\d+", f"Agent:{china}", line)
    before, after = files_of_record(), files_of_record(line, changed)
    lines, subjects = difference(before["asserted"], after["asserted"])
    assert {item.strip() for item in lines} == {
        "eakg:agent id:government-of-china ;",
        "eakg:agent id:china ;",
    }
    assert subjects == {"id:a028"}
    lines, subjects = difference(before["evidence"], after["evidence"])
    assert 0 < len(lines) <= 16
    prefix = f"{ID}{RECORD}/{event}"
    assert all(
        subject.startswith((f"<{prefix}/statement/agent-1>", f"<{prefix}>")) for subject in subjects
    )


def test_another_slug_of_a_mention_changes_only_lines_about_it(
    layout: Layout, files_of_record: Callable[..., Any]
) -> None:
    event = annotation_of(layout, r"^N\d+\tReference (E\d+) EAKG:a039\t")
    party = annotation_of(layout, rf"^{event}\tPolicy:.* Party:(T\d+)")
    line = annotation_of(layout, rf"^(N\d+\tReference {party} EAKG:asean-countries)\t") + "\t"
    before = files_of_record()
    after = files_of_record(line, line.replace("asean-countries", "regional-countries"))
    lines, subjects = difference(before["asserted"], after["asserted"])
    assert {item.strip(" ;,") for item in lines} == {
        "eakg:party id:asean-countries",
        "eakg:party id:regional-countries",
    }
    assert subjects == {"id:a039"}
    lines, subjects = difference(before["evidence"], after["evidence"])
    assert 0 < len(lines) <= 20
    for subject in subjects:
        own = any(f"{RECORD}/{name}" in subject for name in (event, party))
        assert own or subject in ("id:asean-countries", "id:regional-countries")


def test_one_word_in_the_small_dataset_changes_few_lines_of_what_follows(small: Small) -> None:
    assert small.build().exit_code == 0
    before = small.built_files()
    small.replace("note.ann", "Agent:T1", "Agent:T7")
    assert small.build().exit_code == 0
    after = small.built_files()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {
        "graph/asserted/note.ttl",
        "graph/evidence/note.ttl",
        "graph/inferred.ttl",
    }
    lines, subjects = difference(
        *(d["graph/inferred.ttl"].decode().splitlines() for d in (before, after))
    )
    assert 0 < len(lines) <= 20
    assert subjects <= {"id:gift", "id:japan", "id:asean"}


# Check


def test_check_names_stale_missing_and_surplus_files(small: Small) -> None:
    assert small.build().exit_code == 0
    assert small.build("--check").exit_code == 0
    Path("graph/evidence/states.ttl").unlink()
    path = Path("graph/asserted/states.ttl")
    lines = path.read_text("utf-8").splitlines(keepends=True)
    number = next(n for n, line in enumerate(lines, 1) if '"Japan"' in line)
    path.write_text("".join(lines).replace('"Japan"', '"Nippon"'), "utf-8")
    Path("graph/asserted/gone.ttl").write_text("", "utf-8")
    before = small.built_files()
    result = small.build("--check")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "graph/asserted/gone.ttl: is built from nothing that is there; run `eakg build`",
        f"graph/asserted/states.ttl:{number}: is stale; run `eakg build`",
        "graph/evidence/states.ttl: is missing; run `eakg build`",
    ]
    assert small.built_files() == before
    assert small.build().exit_code == 0
    assert not Path("graph/asserted/gone.ttl").exists()
    assert small.build("--check").exit_code == 0


def test_check_finds_a_changed_source(small: Small) -> None:
    assert small.build().exit_code == 0
    small.replace("note.ann", "Masks given by Japan", "Masks sent by Japan")
    result = small.build("--check")
    assert result.exit_code == 1
    assert re.search(r"^graph/asserted/note\.ttl:\d+: is stale", result.stderr, re.MULTILINE)


def test_a_file_that_only_lost_its_end_is_stale_after_its_last_line(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_bytes(b"a\nb\n")
    (problem,) = stale({path: b"a\nb\nc\n"})
    assert problem.line == 3


# All or nothing


@pytest.fixture
def two(tmp_path: Path) -> dict[Path, bytes]:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"old")
    return {tmp_path / "a": b"new a", tmp_path / "b": b"new b"}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files_are_published_and_surplus_ones_removed(
    tmp_path: Path, two: dict[Path, bytes]
) -> None:
    surplus = tmp_path / "c"
    surplus.write_bytes(b"")
    publish(two, [surplus])
    assert contents(tmp_path) == {"a": b"new a", "b": b"new b"}
    assert {path.stat().st_mode & 0o777 for path in two} == {0o644}


def test_a_full_disk_leaves_the_old_files(
    tmp_path: Path, two: dict[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    real = os.fdopen

    class Full:
        def __init__(self, descriptor: int) -> None:
            self.file = real(descriptor, "wb")

        def __enter__(self) -> "Full":
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()

        def write(self, data: bytes) -> None:
            self.file.write(data[:2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fdopen(descriptor: int, mode: str) -> Any:
        opened.append(descriptor)
        return Full(descriptor) if len(opened) > 1 else real(descriptor, mode)

    monkeypatch.setattr(os, "fdopen", fdopen)
    with pytest.raises(ProblemsError, match=r"cannot be written: No space left"):
        publish(two)
    assert contents(tmp_path) == {"a": b"old", "b": b"old"}


@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), KeyboardInterrupt()])
def test_an_interrupt_leaves_no_temporary_file(
    tmp_path: Path,
    two: dict[Path, bytes],
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
) -> None:
    def replace(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises((ProblemsError, KeyboardInterrupt)):
        publish(two)
    assert contents(tmp_path) == {"a": b"old", "b": b"old"}


def test_an_output_folder_that_is_a_file(small: Small) -> None:
    Path("file").write_text("", "utf-8")
    result = small.build("--out", "file/graph")
    assert result.exit_code == 2
    (message,) = result.stderr.splitlines()
    assert message.startswith("file/graph")
    assert "cannot be written" in message


# What was read, and what became of it


def test_the_account_balances_and_tells_what_was_skipped(small: Small) -> None:
    conf = small.path("annotation.conf")
    text = conf.read_text("utf-8")
    group = "[relations]\nEquiv\tArg1:<ENTITY>, Arg2:<ENTITY>, <REL-TYPE>:symmetric-transitive\n"
    conf.write_text(text.replace("[relations]\n", group), "utf-8")
    star = small.append("note.ann", "*\tEquiv T1 T10")
    result = small.build()
    assert result.exit_code == 0, result.output
    unnamed = small.replace("note.ann", "N6\tReference T8 EAKG:laos\tLaos\n", "")
    mention = 8
    result = small.build()
    assert result.exit_code == 0, result.output
    lines = len(small.path("note.ann").read_text("utf-8").splitlines())
    (row,) = (line for line in result.stdout.splitlines() if re.search(r"\bnote\b.*\d+ +│", line))
    read, lifted, skipped = map(int, re.findall(r"\d+", row)[:3])
    assert (read, lifted, skipped) == (lines, lines - 2, 2)
    told = [line for line in result.stdout.splitlines() if ": skipped: " in line]
    assert [line.split(": ", 1)[0] for line in told] == [
        f"graph/sources/note/note.ann:{mention}",
        f"graph/sources/note/note.ann:{star - 1}",
    ]
    assert "no normalization" in told[0]
    assert unnamed > mention


def test_the_totals_are_the_sums(small: Small) -> None:
    result = small.build()
    rows = [re.findall(r"\d+", line) for line in result.stdout.splitlines() if "│" in line]
    counts = [list(map(int, row)) for row in rows if row]
    *sources, totals = counts
    assert [sum(column) for column in zip(*sources, strict=True)][:4] == totals[:4]
    assert totals[0] == totals[1] + totals[2]


def test_an_event_without_a_name_is_named_by_a_table(small: Small, repository: Path) -> None:
    line = small.replace("note.ann", "EAKG:gift\tMasks given by Japan to Laos", "EAKG:gift")
    assert f"note.ann:{line}: unknown slug gift" in small.build().stderr
    metadata = "medical-teams.csv-metadata.json"
    small.path(metadata).write_bytes((repository / "graph/background" / metadata).read_bytes())
    columns = (repository / "graph/background/medical-teams.csv").read_text("utf-8").split("\n")[0]
    cells = {"id": "gift", "class": "MaterialAid", "label": "A gift"}
    cells |= {"source": "definition", "verification": "verified"}
    row = ",".join(cells.get(column, "") for column in columns.split(","))
    small.path("medical-teams.csv").write_text(f"{columns}\n{row}\n", "utf-8")
    assert small.build().exit_code == 0
    asserted = Graph().parse("graph/asserted/note.ttl")
    assert (ID.gift, RDF.type, EAKG.MaterialAid) in asserted
    assert (ID.gift, RDFS.label, None) not in asserted
    assert (ID["gift-judged"], RDFS.label, None) in asserted


def test_an_unnamed_mention_leaves_nothing_behind(small: Small) -> None:
    small.replace("note.ann", "N6\tReference T8 EAKG:laos\tLaos\n", "")
    assert small.build().exit_code == 0
    evidence = Graph().parse("graph/evidence/note.ttl")
    assert (ID["note/T8"], None, None) not in evidence
    assert (ID["note/T4"], None, None) in evidence
    assert len(list(evidence.subjects(RDF.type, EAKG.TextSpan))) == 11
