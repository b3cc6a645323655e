"""What a build keeps: with it, the next build gives what one without it gives, byte for byte."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph

from eakg.check import validate_record
from eakg.dataset.gazetteer import Gazetteer
from eakg.dataset.layout import Layout, layout_of
from eakg.dataset.lifting import (
    Lifting,
    lift_what_is_right,
    lifted_triples,
    read_ontology,
    survey_sources,
)
from eakg.dataset.parts import GraphFiles, KeptFolder, PartsFolder, triples_of, workshop
from eakg.dataset.parts.part import part_bytes, read_part
from eakg.names import SHIPPED_IRIS
from eakg.problems import ProblemsError
from helpers.house import ROOT
from helpers.small_dataset import Small, write_small_dataset
from helpers.tries import tries

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ontology() -> Graph:
    """The graph of the ontology."""
    return read_ontology(layout_of(ROOT))


def contents(lifting: Lifting) -> tuple[object, ...]:
    """Everything that was lifted: files, triples, problems, warnings and counts."""
    files = GraphFiles.of(layout_of(Path()), lifting.results, lifting.parts)
    counts = [
        (one.name, one.lines, one.statement_count, one.triple_count, one.skipped_lines)
        for one in lifting.results
    ]
    triples = sorted(triples_of(lifting.results, lifting.parts))
    return dict(files), triples, lifting.problems, lifting.warnings, counts


def in_memory(layout: Layout, ontology: Graph) -> tuple[object, ...]:
    """What is lifted with every result whole."""
    return contents(lift_what_is_right(layout, ontology))


def in_parts(layout: Layout, ontology: Graph, folder: Path) -> tuple[object, ...]:
    """What is lifted into parts, or taken from there."""
    parts = PartsFolder(folder)
    lifting = lift_what_is_right(layout, ontology, parts.path)
    parts.retain(part.file for part in lifting.parts.values())
    result = contents(lifting)
    parts.close()
    return result


def rewrite(old: str, new: str) -> Callable[[Path], None]:
    """An edit that puts words in the place of others, wherever they are."""

    def edit(path: Path) -> None:
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    return edit


def append(line: str) -> Callable[[Path], None]:
    """An edit that adds a line."""

    def edit(path: Path) -> None:
        path.write_text(f"{path.read_text('utf-8')}{line}\n", "utf-8")

    return edit


NOTE, COPY = "graph/sources/note/note", "graph/sources/copy/copy"
EDITS = (
    (f"{NOTE}.ann", rewrite("Masks given", "Masks and gloves given")),
    (f"{NOTE}.ann", rewrite("EAKG:gift\t", "EAKG:present\t")),
    (f"{NOTE}.ann", rewrite("EAKG:laos", "EAKG:asean")),  # of another class
    (f"{NOTE}.ann", append("A9\tPolarity E1 affirmed")),
    (f"{NOTE}.ann", append("N99\tReference E9 EAKG:nothing")),  # leads nowhere
    (f"{NOTE}.ann", rewrite("A1\tModality E1 reported-fact\n", "")),
    (f"{NOTE}.ann", rewrite("T1\tState", "T1\tPerson")),  # which contradicts
    (f"{NOTE}.txt", rewrite("praised it", "liked it")),
    (f"{COPY}.ann", rewrite("EAKG:growth", "EAKG:growth-of-trade")),
    (f"{COPY}.ann", rewrite("EAKG:japan", "EAKG:unknown")),
    (f"{COPY}.ann", rewrite("A5\tPolarity E2 affirmed\n", "")),
    (f"{COPY}.ann", rewrite("T1\tState", "T1\tPerson")),
    ("graph/sources/copy/meta.toml", rewrite("A note", "Another note")),
    ("graph/sources/mapping.toml", rewrite("eakg:beneficiary", "eakg:recipient")),
    ("graph/background/states.csv", rewrite("Lao PDR", "Laos PDR")),
    ("graph/background/states.csv", rewrite("japan,Japan", "nippon,Japan")),
    ("graph/background/memberships.csv", rewrite("1977-01-01", "1977-01-32")),
    ("ontology/shapes.ttl", append("# nothing else")),
)


Edit = tuple[str, Callable[[Path], None]]


@contextmanager
def small_layout() -> Iterator[Layout]:
    """The layout of the small dataset with its record twice, in a folder of its own."""
    with TemporaryDirectory() as name:
        root = Path(name)
        write_small_dataset(root, ROOT)
        copy = root / "graph/sources/copy"
        shutil.copytree(root / "graph/sources/note", copy)
        for part in (".ann", ".txt"):
            (copy / f"note{part}").rename(copy / f"copy{part}")
        yield layout_of(root)


def edit_all(layout: Layout, edits: list[Edit]) -> None:
    """Edit the files of a layout."""
    for path, edit in edits:
        edit(layout.graph.parent / path)


@settings(max_examples=tries(12) // 3)  # each lifts several times
@given(st.lists(st.sampled_from(EDITS), min_size=1, max_size=3))
def test_with_what_was_kept_all_is_as_without(ontology: Graph, edits: list[Edit]) -> None:
    with small_layout() as layout:
        for count in range(len(edits) + 1):
            edit_all(layout, edits[count - 1 : count])
            kept = layout.graph / "kept"
            assert in_parts(layout, ontology, kept) == in_memory(layout, ontology)


@settings(max_examples=tries(12) // 3)
@given(
    st.lists(st.sampled_from(EDITS), max_size=2),
    st.lists(st.sampled_from(EDITS), max_size=2),
    st.sampled_from(["note", "copy"]),
)
def test_a_record_is_looked_at_as_without_what_was_kept(
    ontology: Graph, before: list[Edit], after: list[Edit], name: str
) -> None:
    with small_layout() as layout:
        edit_all(layout, before)
        in_parts(layout, ontology, layout.graph / "kept")
        edit_all(layout, after)
        place = KeptFolder(layout.graph / "kept", name)
        liftings = [survey_sources(layout, ontology, folder=one) for one in (None, place)]
        first, second = (
            (
                validate_record(layout, layout.sources / name, one, ontology),
                [*Gazetteer(one.results, ontology, layout.iris)],
                {*lifted_triples(one)},
            )
            for one in liftings
        )
        assert first == second
        assert before or after or len(liftings[1].parts) == 3  # all but the one looked at


@pytest.fixture
def layout(small: Small) -> Layout:
    """The layout of the small dataset."""
    return layout_of(Path())


def test_a_changed_source_alone_is_lifted_again(layout: Layout, ontology: Graph) -> None:
    kept = Path("kept")
    in_parts(layout, ontology, kept)
    before = {path.name: path.stat().st_ino for path in kept.iterdir()}
    path = Path(f"{NOTE}.ann")
    path.write_text(path.read_text("utf-8").replace("A note.", "Another."), "utf-8")
    in_parts(layout, ontology, kept)
    after = {path.name: path.stat().st_ino for path in kept.iterdir()}
    assert len(before) == len(after) == 4
    assert len(before.items() & after.items()) == 3


@settings(max_examples=tries(10))
@given(data=st.data())
def test_what_was_damaged_is_made_anew(
    built_folder: Path, ontology: Graph, data: st.DataObject
) -> None:
    layout, kept = layout_of(built_folder), built_folder / "kept"
    expected = in_parts(layout, ontology, kept)
    paths = sorted(kept.iterdir())
    path = data.draw(st.sampled_from(paths))
    content = path.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    damage = data.draw(st.sampled_from(("cut", "flipped", "another", "gone")))
    match damage:
        case "cut":
            path.write_bytes(content[:place])
        case "flipped":
            path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        case "another":
            path.write_bytes(data.draw(st.sampled_from(paths)).read_bytes())
        case "gone":
            path.unlink()
    (kept / f".{path.name}.1.left").write_bytes(content[:place])  # as one who was killed leaves it
    assert in_parts(layout, ontology, kept) == expected
    assert sorted(kept.iterdir()) == paths


@pytest.fixture(scope="module")
def built_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small dataset."""
    folder = tmp_path_factory.mktemp("parts")
    write_small_dataset(folder, ROOT)
    return folder


def test_several_processes_make_what_one_makes(
    layout: Layout, ontology: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workshop, "_MANY", 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    assert in_parts(layout, ontology, Path("kept")) == in_memory(layout, ontology)


def test_a_folder_that_another_build_has_is_left_alone(layout: Layout, ontology: Graph) -> None:
    kept = Path("kept")
    first = PartsFolder(kept)
    assert first.path == kept
    assert in_parts(layout, ontology, kept) == in_memory(layout, ontology)
    assert list(kept.iterdir()) == []
    first.close()
    in_parts(layout, ontology, kept)
    assert len(list(kept.iterdir())) == 4


def test_a_check_takes_nothing_from_what_was_kept(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Path("kept")
    monkeypatch.setenv("EAKG_PARTS", str(kept))
    assert small.build().exit_code == 0
    right = small.built_files()
    # What stands there is whole, and wrong.
    for path in kept.iterdir():
        part = read_part(path)
        assert part is not None
        wrong = replace(part.outcome, result=None)
        path.write_bytes(part_bytes(path.stem, wrong, SHIPPED_IRIS, Graph(), frozenset()))
    result = small.build("--check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert small.built_files() == right


@pytest.mark.parametrize("mode", [0o770, 0o702])
def test_a_folder_that_others_may_write_to_is_refused(tmp_path: Path, mode: int) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts").chmod(mode)
    with pytest.raises(ProblemsError, match="others may write there"):
        PartsFolder(tmp_path / "parts")
