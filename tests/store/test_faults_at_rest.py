"""All single faults of the files of a store at rest, and all mixtures of its backups: no start
loses what was acknowledged, and none is told wrongly.

`EAKG_SOAK` tries every byte instead of every sixteenth.
"""

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eakg.store.changes.folder import FILES, StoreState
from helpers.store_folders import SOAK, Moment, faults, moments, put, quads_of, start
from helpers.tries import tries


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> list[Moment]:
    return moments(tmp_path_factory.mktemp("stages") / "store")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Moment:
    """Another store that took the same changes."""
    return moments(tmp_path_factory.mktemp("other") / "store")[-1]


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_single_faults(name: str, stages: list[Moment], other: Moment, tmp_path: Path) -> None:
    *earlier, last = stages
    count = 0
    for label, files in faults(name, last.files, [stage.files for stage in earlier], other.files):
        put(tmp_path / "store", files)
        found = start(tmp_path / "store")
        if isinstance(found, str):
            damaged = {name, "snapshot.nq"} if name == "manifest" else {name}
            assert any(f"/{file}: byte " in found for file in damaged), (label, found)
        else:
            # The mark may be some changes behind, as after a loss of power; nothing is lost by it.
            assert (name, label) in {("manifest", "as 1 before"), ("manifest", "as 2 before")}
            assert isinstance(found, StoreState)
            assert (found.version, quads_of(found)) == (last.version, last.quads)
        count += 1
    assert count > 2 * len(last.files[name]) / 16


def test_the_lock_holds_nothing(stages: list[Moment], tmp_path: Path) -> None:
    for content in (None, b"", b"4711\n", b"\xff\x00"):
        put(tmp_path / "store", stages[-1].files)
        if content is not None:
            (tmp_path / "store/lock").write_bytes(content)
        found = start(tmp_path / "store")
        assert isinstance(found, StoreState)
        assert quads_of(found) == stages[-1].quads


@pytest.mark.slow
def test_mixtures_of_backups(stages: list[Moment], other: Moment, tmp_path: Path) -> None:
    """Each file is of any moment, or of another store, or missing. What starts holds all that any
    of its files knows of."""
    starts = 0
    sources = [*range(len(stages)), None, "other"]
    for choice in itertools.product(sources, repeat=len(FILES)):
        files, newest = {}, 0
        for name, source in zip(FILES, choice, strict=True):
            if isinstance(source, int):
                files[name] = stages[source].files[name]
                same = [n for n, stage in enumerate(stages) if stage.files[name] == files[name]]
                newest = max(newest, min(same))
            elif source:
                files[name] = other.files[name]
        if not files or set(choice) == {"other"}:
            continue
        put(tmp_path / "store", files)
        found = start(tmp_path / "store")
        if not isinstance(found, str):
            assert found is not None, choice
            assert (found.version, quads_of(found)) == (
                stages[newest].version,
                stages[newest].quads,
            ), choice
            starts += 1
    assert starts >= len(stages)


@pytest.mark.slow
@settings(deadline=None, max_examples=2000 if SOAK else tries(100))
@given(st.data())
def test_any_damage(
    stages: list[Moment], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Bytes changed, put in or left out, in any number of places and files."""
    files = dict(stages[-1].files)
    for name in data.draw(st.sets(st.sampled_from(FILES), min_size=1)):
        content = files[name]
        first, end = sorted(data.draw(st.tuples(*[st.integers(0, len(content))] * 2)))
        end = min(end, first + data.draw(st.integers(0, 40)))
        files[name] = content[:first] + data.draw(st.binary(max_size=40)) + content[end:]
    folder = tmp_path_factory.mktemp("damage") / "store"
    put(folder, files)
    found = start(folder)
    if not isinstance(found, str):
        assert found is not None
        assert (found.version, quads_of(found)) == (stages[-1].version, stages[-1].quads)
    else:
        assert files != stages[-1].files
