"""Faults between any two system calls of a store that opens, changes and takes a snapshot, found by
tracing it: it ends there, a file is missing then, or the call fails.

strace injects them. `EAKG_SOAK` tries every system call, else every so many.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from eakg.store.changes.folder import FILES, StoreState
from helpers.store_folders import SOAK, moments, put, quads_of, start
from helpers.traced_store import NUMBERS, PARTS
from helpers.tracing import CALLS, Run, Tracer, UntraceableError, copy

ERRORS = ("ENOSPC", "EIO", "EROFS")
STRIDE = 1 if SOAK else 27
Point = tuple[str, int]


@pytest.fixture(scope="module")
def tracer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracer]:
    folder = tmp_path_factory.mktemp("trace")
    with Tracer(folder) as made:
        try:
            made.run(folder / "probe")
        except UntraceableError as error:
            pytest.skip(f"no process can be traced here ({error})")
        yield made


@pytest.fixture(scope="module", params=["new", "changed", "interrupted"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a store opens: nothing, a folder that was closed, or one that was left within a
    snapshot and after a record that broke off."""
    folder = tmp_path_factory.mktemp("base")
    if request.param == "new":
        return folder / "none"
    *_, before, at_snapshot, change, last = moments(folder / "store")
    files = dict(last.files)
    if request.param == "interrupted":
        torn = last.files["journal"][len(change.files["journal"]) : -40]
        files = {
            "manifest": at_snapshot.files["manifest"],
            "snapshot.nq": before.files["snapshot.nq"],
            "snapshot.nq.new": at_snapshot.files["snapshot.nq"],
            "journal": before.files["journal"],
            "journal.new": at_snapshot.files["journal"] + torn,
        }
    put(folder / "base", files)
    return folder / "base"


def points(tracer: Tracer, base: Path, folder: Path) -> list[Point]:
    """The system calls of a store that works from here, by name and how many before it."""
    run = tracer.run(copy(base, folder))
    assert run.made == frozenset(NUMBERS)
    counts = tracer.counts()
    return [(call, n) for call in CALLS for n in range(1, counts[call] + 1)]


def present(folder: Path) -> tuple[frozenset[object], set[int]] | str | None:
    """What a folder holds: what it held before, and which updates, none of them half."""
    found = start(folder)
    if not isinstance(found, StoreState):
        return found
    parts: dict[int, int] = {}
    rest = set()
    for quad in quads_of(found):
        name = quad.subject.value.rpartition("/")[2]
        if name.startswith("u"):
            parts[int(name[1:])] = parts.get(int(name[1:]), 0) + 1
        else:
            rest.add(quad)
    assert set(parts.values()) <= {PARTS}
    return frozenset(rest), set(parts)


def check(base: Path, folder: Path, run: Run, *, exact: bool, label: object) -> None:
    """All that was acknowledged is there; where it is to be exact, nothing else is."""
    assert not run.crash, (label, run)
    before = present(copy(base, folder.with_name("before"))) if base.exists() else None
    found = present(folder) if folder.exists() else None
    assert not isinstance(before, str)
    assert not isinstance(found, str), (label, found)
    if found is None:
        assert not base.exists() and not run.made, label
        return
    rest, numbers = found
    assert rest == (before[0] if before else frozenset()), label
    assert run.made <= numbers <= {*NUMBERS}, label
    if exact:
        assert numbers == run.made, label


def sample(found: list[Point], offset: int) -> list[Point]:
    return found[offset % STRIDE :: STRIDE]


def test_a_store_that_ends_between_system_calls(tracer: Tracer, base: Path, tmp_path: Path) -> None:
    """And each of its files is missing then: an error, or all is there."""
    folder = tmp_path / "store"
    for call, n in sample(points(tracer, base, folder), 0):
        run = tracer.run(copy(base, folder), f"{call}:signal=KILL:when={n}")
        files = copy(folder, tmp_path / "files")
        check(base, folder, run, exact=False, label=(call, n))
        for path in sorted(files.iterdir()) if files.exists() else ():
            copy(files, folder)
            (folder / path.name).unlink()
            found = present(folder)
            if isinstance(found, str):
                continue
            if found is None:
                assert not base.exists() and not run.made, (call, n, path.name)
            else:
                assert run.made <= found[1], (call, n, path.name)


@pytest.mark.parametrize("error", ERRORS)
def test_a_system_call_that_fails(tracer: Tracer, base: Path, tmp_path: Path, error: str) -> None:
    """A change is refused or not, no more than that one, and the store goes on; or it does not
    open."""
    folder = tmp_path / "store"
    for call, n in sample(points(tracer, base, folder), ERRORS.index(error)):
        run = tracer.run(copy(base, folder), f"{call}:error={error}:when={n}")
        check(base, folder, run, exact=True, label=(call, n, error))
        if not run.ended:
            assert run.made | run.refused.keys() == {*NUMBERS}, (call, n, run)
            assert len(run.refused) <= 1, (call, n, run)
            assert not list(folder.glob("*.new")), (call, n)


@pytest.mark.parametrize("error", ERRORS)
def test_system_calls_that_fail_from_then_on(
    tracer: Tracer, base: Path, tmp_path: Path, error: str
) -> None:
    folder = tmp_path / "store"
    for call, n in sample(points(tracer, base, folder), ERRORS.index(error) + 3):
        run = tracer.run(copy(base, folder), f"{call}:error={error}:when={n}+")
        check(base, folder, run, exact=False, label=(call, n, error))
        assert run.ended or run.made | run.refused.keys() == {*NUMBERS}, (call, n, run)


def test_every_file_is_among_them(tracer: Tracer, tmp_path: Path) -> None:
    tracer.run(tmp_path / "store")
    names = {path.name for path in (tmp_path / "store").iterdir()}
    earlier = {name for name in names if re.fullmatch(r"(snapshot|journal)-\d+(\.nq)?", name)}
    assert names - earlier == {*FILES, "lock"}
    assert earlier
