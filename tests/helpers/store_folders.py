"""Folders of stores in all sorts of states, and what a start makes of each."""

import contextlib
import io
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph

from eakg.problems import ProblemsError
from eakg.store.changes.directory import StoreDirectory
from eakg.store.changes.folder import StoreState
from eakg.store.embedded import EmbeddedStore
from eakg.store.options import StoreOptions
from helpers.writing import EMPTY, PLAIN, update

SOAK = bool(os.environ.get("EAKG_SOAK"))
Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Moment:
    """A folder at some moment: its files, and what was acknowledged by then."""

    files: Files
    version: str
    quads: frozenset[pyoxigraph.Quad]


def plain_folder(folder: Path) -> StoreOptions:
    """A store that does not reason, in a folder."""
    return StoreOptions(
        reasoning=PLAIN.reasoning,
        default_graph=PLAIN.default_graph,
        writable=True,
        directory=folder,
    )


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of a folder, but for the lock."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "lock"}


def moments(folder: Path, prefix: str = "") -> list[Moment]:
    """A new store after each of some changes, with a snapshot in between."""
    found = []
    store = EmbeddedStore(EMPTY, plain_folder(folder))
    history = store._history

    def keep() -> None:
        quads = frozenset(history.loaded_store.source_quads(""))
        found.append(Moment(files_of(folder), history.version, quads))

    keep()
    for number in range(5):
        update(store, f"INSERT DATA {{ :s{number} :note '{prefix}{number}', 'ü', 1.50 }}")
        keep()
        if number == 2:
            history._snapshot(history._directory)
            keep()
    store.close()
    return found


def put(folder: Path, files: Files) -> None:
    """Have these files in a folder, and no others."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def start(folder: Path) -> StoreState | str | None:
    """What a start finds, or the line that it ends with; then nothing in the folder has changed."""
    before = files_of(folder)
    with contextlib.redirect_stderr(io.StringIO()):
        directory = StoreDirectory(folder)
        try:
            return directory.read()
        except ProblemsError as error:
            assert files_of(folder) == before
            assert "\n" not in str(error)
            assert re.match(rf"{re.escape(str(folder))}/\S+: byte \d+: \w", str(error)), error
            return str(error)
        finally:
            directory.close()


def quads_of(state: StoreState) -> frozenset[pyoxigraph.Quad]:
    """What a store holds, as its sources write it."""
    return frozenset(state.spellings.sources([*state.store]))


def faults(
    name: str, files: Files, earlier: Iterable[Files], other: Files
) -> Iterator[tuple[str, Files]]:
    """A folder with each of the single faults of a file: missing, empty, as it was earlier, of
    another store, cut, and with a bit flipped, at every 16th byte or at each."""
    content, stride = files[name], 1 if SOAK else 16
    yield "missing", {key: value for key, value in files.items() if key != name}
    yield "empty", {**files, name: b""}
    versions = dict.fromkeys(stage[name] for stage in earlier)
    for number, version in enumerate(reversed([*versions])):
        if version != content:
            yield f"as {number + 1} before", {**files, name: version}
    yield "of another store", {**files, name: other[name]}
    for place in range(0, len(content), stride):
        yield f"cut at {place}", {**files, name: content[:place]}
    for place in range(0, len(content), stride):
        flipped = bytearray(content)
        flipped[place] ^= 1 << place // stride % 8
        yield f"bit flipped at {place}", {**files, name: bytes(flipped)}
