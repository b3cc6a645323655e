"""Folders of format 1, made here byte for byte as its documentation had it, and newer ones."""

import hashlib
import json
import struct
import zlib
from pathlib import Path

import pytest

from eakg.problems import ProblemsError
from eakg.store.changes.directory import StoreDirectory
from eakg.store.changes.folder import FILES, StoreState
from eakg.store.embedded import EmbeddedStore
from helpers.store_folders import files_of, plain_folder, put, quads_of
from helpers.writing import EMPTY, update, values

FIRST = "0123456789abcdef"
NOTE = '<http://example.org/{0}> <http://example.org/note> "{0}" .\n'


def snapshot(body: str, version: str, *names: str) -> bytes:
    data = body.encode()
    header = {
        "version": version,
        "graphs": names,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    return f"# eakg-store 1 {json.dumps(header)}\n".encode() + data


def record(version: str, line: str) -> tuple[bytes, str]:
    """A record that adds a line, and the version that it makes."""
    header = {"removed": 0, "added": len(line), "dropped": [], "created": []}
    change = json.dumps(header).encode() + b"\n" + line.encode()
    after = hashlib.sha256(f"{version}\n".encode() + change).hexdigest()[:16]
    body = json.dumps({"before": version, "after": after}).encode() + b"\n" + change
    start = struct.pack("!4sQI", b"EAKJ", len(body), zlib.crc32(body))
    check = zlib.crc32(start + bytes(4))
    return start + struct.pack("!I", check) + body, after


@pytest.fixture
def old() -> tuple[dict[str, bytes], str]:
    """A folder of format 1 with two changes, and the version after them."""
    journal, version = f"eakg-journal 1 {FIRST}\n".encode(), FIRST
    for name in ("b", "c"):
        data, version = record(version, NOTE.format(name))
        journal += data
    return {"snapshot.nq": snapshot(NOTE.format("a"), FIRST, "urn:g"), "journal": journal}, version


def read(folder: Path) -> StoreState:
    directory = StoreDirectory(folder)
    try:
        state = directory.read()
        assert state is not None
        return state
    finally:
        directory.close()


def names(state: StoreState) -> list[str]:
    return sorted(quad.object.value for quad in quads_of(state))


def test_it_is_written_anew(
    old: tuple[dict[str, bytes], str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    files, version = old
    put(tmp_path / "store", files)
    for _ in range(2):
        state = read(tmp_path / "store")
        assert (names(state), state.version, state.graphs) == (["a", "b", "c"], version, {"urn:g"})
        assert files_of(tmp_path / "store").keys() == {*FILES}
    assert capfd.readouterr().err.count("is of format 2 now") == 1
    store = EmbeddedStore(EMPTY, plain_folder(tmp_path / "store"))
    update(store, "INSERT DATA { :d :note 'd' }")
    store.close()
    store = EmbeddedStore(EMPTY, plain_folder(tmp_path / "store"))
    assert values(store, "SELECT ?note { ?s :note ?note }") == ["a", "b", "c", "d"]
    store.close()


def test_the_journal_before_its_snapshot(old: tuple[dict[str, bytes], str], tmp_path: Path) -> None:
    """As a crash between the two left it: what is in both counts once."""
    files, _ = old
    _, middle = record(FIRST, NOTE.format("b"))
    body = NOTE.format("a") + NOTE.format("b")
    put(tmp_path / "store", {**files, "snapshot.nq": snapshot(body, middle)})
    assert names(read(tmp_path / "store")) == ["a", "b", "c"]


@pytest.mark.parametrize("size", [1, 19, 40, 150])
def test_a_record_that_broke_off(
    old: tuple[dict[str, bytes], str], tmp_path: Path, size: int
) -> None:
    files, version = old
    torn = record(version, NOTE.format("d"))[0][:size]
    put(tmp_path / "store", {**files, "journal": files["journal"] + torn})
    assert names(read(tmp_path / "store")) == ["a", "b", "c"]
    (copy,) = (tmp_path / "store").glob("journal.cut-*")
    assert copy.read_bytes() == torn


@pytest.mark.slow
def test_what_is_wrong_is_an_error(old: tuple[dict[str, bytes], str], tmp_path: Path) -> None:
    files, _ = old
    journal = files["journal"]
    flipped = [bytearray(journal) for _ in journal]
    for place, data in enumerate(flipped):
        data[place] ^= 4
    states = {
        "snapshot.nq": [None, b"", files["snapshot.nq"][:-1], snapshot("", "f" * 16)],
        "journal": [None, b"", *map(bytes, flipped), f"eakg-journal 1 {'f' * 16}\n".encode()],
    }
    for name, contents in states.items():
        for content in contents:
            state = {**files, name: content} if content is not None else {**files}
            if content is None:
                del state[name]
            put(tmp_path / "store", state)
            with pytest.raises(ProblemsError, match=r"(journal|snapshot\.nq): byte \d+: "):
                read(tmp_path / "store")
            assert files_of(tmp_path / "store") == state


@pytest.mark.parametrize("name", FILES)
def test_a_newer_format_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "store"
    store = EmbeddedStore(EMPTY, plain_folder(folder))
    store.close()
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content.replace(b" 2 {", b" 3 {", 1))
    with pytest.raises(ProblemsError, match=f"{name}: byte 0: is of format 3.*use a newer one"):
        read(folder)
