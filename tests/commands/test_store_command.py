"""`eakg store`: the folder of a store looked at, copied and mended."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eakg.cli import main
from eakg.store.changes.folder import FILES
from eakg.store.embedded import EmbeddedStore
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.store_folders import Moment, files_of, moments, plain_folder, put, quads_of, start
from helpers.writing import EMPTY, update, values


def eakg(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["store", *map(str, arguments)])


@pytest.fixture
def stages(tmp_path: Path) -> list[Moment]:
    return moments(tmp_path / "store")


@pytest.mark.parametrize("name", ["check", "backup", "restore", "repair"])
def test_help(name: str) -> None:
    assert f"\n  {name} " in eakg("--help").stdout
    assert eakg(name, "--help").exit_code == 0
    assert eakg(name).exit_code == 2


def test_check(stages: list[Moment], tmp_path: Path) -> None:
    folder = tmp_path / "store"
    result = eakg("check", folder)
    assert (result.exit_code, result.stderr) == (0, "")
    words = f"format 2, version {stages[-1].version}, 15 triples, 0 named graphs, 5 changes"
    assert result.stdout == f"{folder}: is whole: {words}, 2 of them in the journal\n"
    assert files_of(folder) == stages[-1].files


@pytest.mark.parametrize("command", ["check", "backup", "restore", "repair"])
def test_where_there_is_no_store(tmp_path: Path, command: str) -> None:
    targets = [tmp_path / "to"] if command in {"backup", "restore"} else []
    result = eakg(command, tmp_path / "none", *targets)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"{tmp_path / 'none'}: no such folder; check the path\n"
    assert f"{tmp_path}: holds no store\n" == eakg(command, tmp_path, *targets).stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["check", "backup", "restore"])
def test_a_damaged_store(stages: list[Moment], tmp_path: Path, command: str) -> None:
    folder = tmp_path / "store"
    for name in FILES:
        data = bytearray(stages[-1].files[name])
        data[len(data) // 2] ^= 1
        put(folder, {**stages[-1].files, name: bytes(data)})
        targets = [] if command == "check" else [tmp_path / "to"]
        result = eakg(command, folder, *targets)
        assert (result.exit_code, result.stdout) == (1, "")
        assert re.fullmatch(rf"{re.escape(str(folder / name))}: byte \d+: .*\n", result.stderr)
        assert not (tmp_path / "to").exists()


def test_backup_and_restore(stages: list[Moment], tmp_path: Path) -> None:
    copy, restored = tmp_path / "copy", tmp_path / "restored"
    assert eakg("backup", tmp_path / "store", copy).exit_code == 0
    assert files_of(copy) == {name: stages[-1].files[name] for name in FILES}
    assert {path.stat().st_mode & 0o777 for path in copy.iterdir()} == {0o600}
    assert copy.stat().st_mode & 0o777 == 0o700
    result = eakg("restore", copy, restored)
    assert result.stdout.startswith(f"{restored}: is restored: ")
    found = start(restored)
    assert not isinstance(found, str) and found is not None
    assert quads_of(found) == stages[-1].quads


def test_a_copy_goes_nowhere_where_something_is(stages: list[Moment], tmp_path: Path) -> None:
    (tmp_path / "to").mkdir()
    (tmp_path / "to/mine").write_text("")
    for command in ("backup", "restore"):
        result = eakg(command, tmp_path / "store", tmp_path / "to")
        assert result.exit_code == 2
        assert "is not empty" in result.stderr
    result = eakg("backup", tmp_path / "store", tmp_path / "none/to")
    assert result.exit_code == 2
    assert "cannot be written to" in result.stderr


def test_while_a_service_runs(tmp_path: Path) -> None:
    """Each copy is a whole store, with all that was acknowledged before it was begun."""
    options = plain_folder(tmp_path / "store")
    with KeeperProcess(EMPTY, options=options) as keeper:
        client = keeper.client()
        for number in range(12):
            update(client, f"INSERT DATA {{ :a :note '{number}{'x' * 600_000}' ; :n {number} }}")
            result = eakg("backup", tmp_path / "store", tmp_path / f"copy{number}")
            assert result.exit_code == 0, result.stderr
            assert eakg("check", tmp_path / "store").exit_code == 0
        client.close()
    for number in (0, 6, 11):
        store = EmbeddedStore(EMPTY, plain_folder(tmp_path / f"copy{number}"))
        assert values(store, "SELECT (MAX(?n) AS ?m) { :a :n ?n }") == [str(number)]
        store.close()


def test_repair_of_a_journal_that_was_cut(stages: list[Moment], tmp_path: Path) -> None:
    folder = tmp_path / "store"
    *_, before, last = stages
    end = len(before.files["journal"])
    put(folder, {**last.files, "journal": last.files["journal"][: end + 30]})
    assert "1 acknowledged changes are missing from here on" in eakg("check", folder).stderr
    result = eakg("repair", folder)
    assert result.exit_code == 0
    assert f"{folder / 'journal'}: byte {end}: " in result.stderr
    assert f"{folder}: 1 acknowledged changes are lost; the store has 4, " in result.stderr
    (copy,) = folder.glob("journal.cut-*")
    assert copy.read_bytes() == last.files["journal"][end : end + 30]
    found = start(folder)
    assert not isinstance(found, str) and found is not None
    assert (found.version, quads_of(found)) == (before.version, before.quads)
    assert eakg("repair", folder).stderr == ""


def test_repair_of_single_faults(stages: list[Moment], tmp_path: Path) -> None:
    """Either nothing is changed, or the store is as at some moment, and what is known to be lost
    is told."""
    folder, last = tmp_path / "store", stages[-1]
    flipped = bytearray(last.files["journal"])
    flipped[len(stages[-2].files["journal"]) + 50] ^= 1
    faults = [
        ({"manifest": b""}, last, "how many changes there were is not known"),
        ({"manifest": stages[4].files["manifest"]}, None, ""),
        ({"journal": bytes(flipped)}, stages[-2], "1 acknowledged changes are lost"),
        ({"journal": b""}, stages[4], "2 acknowledged changes are lost"),
        ({"journal": stages[0].files["journal"]}, stages[4], "2 acknowledged changes are lost"),
        ({"journal": stages[4].files["journal"]}, stages[4], "2 acknowledged changes are lost"),
        ({"snapshot.nq": stages[0].files["snapshot.nq"]}, None, "the manifest names version"),
        ({"snapshot.nq": b"", "manifest": b""}, None, "snapshot.nq: byte 0: is empty"),
    ]
    for files, moment, words in faults:
        put(folder, {**last.files, **files})
        result = eakg("repair", folder)
        assert words in result.stderr
        if moment is None:
            assert result.exit_code == (2 if words else 0)
            assert files_of(folder) == {**last.files, **files}
            continue
        found = start(folder)
        assert not isinstance(found, str) and found is not None
        assert (found.version, quads_of(found)) == (moment.version, moment.quads)


def test_repair_of_a_store_in_use(stages: list[Moment], tmp_path: Path) -> None:
    store = EmbeddedStore(EMPTY, plain_folder(tmp_path / "store"))
    result = eakg("repair", tmp_path / "store")
    assert result.exit_code == 2
    assert "is in use by process" in result.stderr
    store.close()
