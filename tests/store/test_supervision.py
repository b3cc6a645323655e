"""A keeper that ends is started anew, and where that does no good, why is told, with a status."""

import os
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from eakg.problems import ExitStatus
from eakg.sparql.failures import StoreError, StoreUnreachableError
from eakg.store.client.client import StoreClient
from eakg.store.request import Limits
from eakg.store.workers import keeper_process
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.holdings import CROSS_JOIN, small_contents
from helpers.processes import eventually, forks_of
from helpers.workers import asks
from helpers.writing import EMPTY, PLAIN, update

LIMITS = Limits(timeout=300.0)


def answers(client: StoreClient) -> bool:
    try:
        client.load()
        asks(client)
    except StoreError:
        return False
    return True


def kill(keeper: KeeperProcess) -> None:
    """Kill what is there now, and see that it is gone."""
    pid = keeper.pid
    os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: keeper.pid != pid or keeper_has_ended(pid))


def keeper_has_ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


class Verdict:
    """The status with which it is given up, once it is."""

    def __init__(self) -> None:
        self.given = threading.Event()
        self.status: ExitStatus | None = None

    def __call__(self, status: ExitStatus) -> None:
        self.status = status
        self.given.set()


def test_killed_time_and_again_it_comes_back() -> None:
    with KeeperProcess(small_contents(), LIMITS) as keeper:
        verdict = Verdict()
        keeper.supervise(give_up=verdict)
        client = keeper.client()
        for _ in range(3):
            pid = keeper.pid
            os.kill(pid, signal.SIGKILL)
            assert eventually(lambda: keeper.pid != pid)  # noqa: B023
        assert eventually(lambda: answers(client))
        assert not verdict.given.is_set()


def test_a_version_is_not_that_of_a_keeper_that_is_gone(tmp_path: Path) -> None:
    """A client that has nothing to ask does not see one end, and must not go on to give out what it
    keeps under that version."""
    options = replace(PLAIN, directory=tmp_path / "store")
    with KeeperProcess(EMPTY, LIMITS, options) as keeper:
        keeper.supervise()
        idle, writer = keeper.client(), keeper.client()
        first = idle.version
        assert idle.known_version == first
        pid = keeper.pid
        kill(keeper)
        assert eventually(lambda: keeper.pid != pid and answers(writer))
        update(writer, "INSERT DATA { <http://x/a> <http://x/b> <http://x/c> }")
        assert idle.known_version == ""
        assert idle.version == writer.version != first


def test_a_worker_of_one_keeper_is_not_taken_for_that_of_the_next() -> None:
    """They have the same numbers, and bringing one to attention would end another's."""
    with KeeperProcess(small_contents(), LIMITS) as keeper:
        keeper.supervise()
        client, other = keeper.client(), keeper.client()
        asks(client)
        pid = keeper.pid
        failed: list[BaseException | None] = []

        def ask() -> None:
            try:
                asks(client, CROSS_JOIN)
            except StoreError as error:
                failed.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        assert eventually(lambda: bool(forks_of(pid)))
        forks = forks_of(pid)
        addresses = {client.address.readlink()}
        kill(keeper)
        assert eventually(lambda: keeper.pid != pid and answers(other))
        addresses.add(other.address.readlink())
        assert len(addresses) == 2
        thread.join(60)
        assert isinstance(failed[0], StoreUnreachableError)
        assert answers(other)
        # The query of a worker whose keeper is gone goes on until its time is over.
        for fork in forks:
            with suppress(ProcessLookupError):
                os.kill(fork, signal.SIGKILL)


@pytest.mark.parametrize("place", [8, 60])
def test_damage_is_told_by_file_and_byte_and_ends_it(
    place: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    options = replace(PLAIN, directory=tmp_path / "store")
    journal = tmp_path / "store" / "journal"
    with KeeperProcess(EMPTY, LIMITS, options) as keeper:
        verdict = Verdict()
        keeper.supervise(give_up=verdict)
        for name in ("a", "b"):
            update(
                keeper.client(), f"INSERT DATA {{ <http://x/{name}> <http://x/b> <http://x/c> }}"
            )
        data = bytearray(journal.read_bytes())
        data[place] ^= 1
        journal.write_bytes(data)
        os.kill(keeper.pid, signal.SIGKILL)
        assert verdict.given.wait(60)
    assert verdict.status == ExitStatus.BAD_INPUT
    errors = capfd.readouterr().err
    assert str(journal) in errors
    assert "not started any more" in errors
    assert journal.read_bytes() == bytes(data)


def test_one_that_never_is_ready_again_is_given_up(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with KeeperProcess(small_contents(), LIMITS) as keeper:
        verdict = Verdict()
        keeper.supervise(restarts=2, give_up=verdict)
        monkeypatch.setattr(sys, "executable", "/bin/false")
        os.kill(keeper.pid, signal.SIGKILL)
        assert verdict.given.wait(60)
        monkeypatch.undo()
    assert verdict.status == ExitStatus.UNREACHABLE
    errors = capfd.readouterr().err
    assert errors.count("before it was ready") == 2
    assert "ended 3 times" in errors


def test_one_that_does_not_answer_is_taken_for_dead(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(keeper_process, "_SILENCE", 1.0)
    with KeeperProcess(small_contents(), LIMITS) as keeper:
        keeper.supervise()
        stopped = keeper.pid
        os.kill(stopped, signal.SIGSTOP)
        client = keeper.client()
        with pytest.raises(StoreUnreachableError):
            client.load()
        assert eventually(lambda: keeper.pid != stopped)
        assert eventually(lambda: answers(client))
        assert keeper_has_ended(stopped)
    assert "did not answer for 1 s" in capfd.readouterr().err


def test_what_it_says_in_the_end_is_not_waited_for() -> None:
    """One that is stopped does not end by itself, and is ended."""
    process = KeeperProcess(small_contents(), LIMITS)
    os.kill(process.pid, signal.SIGSTOP)
    process.reload(small_contents())
    assert answers(process.client())
    process.stop()
    assert not process.address.parent.exists()
