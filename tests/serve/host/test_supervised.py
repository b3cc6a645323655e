"""The processes of the service: how they are called, whether they are asked, what they leave."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from helpers.processes import children, descendants, eventually
from helpers.serving import TOKEN, send

KEEPER = "workers.keeper"
SERVE = "from eakg.cli import main; main()"
FAILING = """
import eakg.serve.wsgi
def application():
    raise RuntimeError("no application")
eakg.serve.wsgi.application = application
from eakg.cli import main
main()
"""
DATA = "<http://e.org/tom> a <http://e.org/Cat> .\n"


def start(
    folder: Path, *options: str, program: str = SERVE, data: str = "data.ttl"
) -> "subprocess.Popen[str]":
    """The service over a file in a folder, with a temporary folder there."""
    (folder / "tmp").mkdir(exist_ok=True)
    (folder / "data.ttl").write_text(DATA)
    return subprocess.Popen(
        [sys.executable, "-c", program, "serve", "--port", "0", data, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**os.environ, "TMPDIR": str(folder / "tmp"), "EAKG_TOKEN": TOKEN},
        start_new_session=True,
    )


def address_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline().split()[-1].rstrip("/")


@contextmanager
def started(folder: Path) -> Iterator["tuple[subprocess.Popen[str], str]"]:
    """The service over a store of its own, and its address."""
    with start(folder, "--writable", "--store", str(folder / "store")) as process:
        try:
            yield process, address_of(process)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator["tuple[subprocess.Popen[str], str]"]:
    """A service that each test leaves ready."""
    with started(tmp_path_factory.mktemp("service")) as service:
        yield service


def is_ready(address: str) -> bool:
    try:
        answer = send(address, "GET", "/ready")
    except OSError:
        return False
    assert json.loads(answer.body) == {"ready": answer.status == 200}
    return answer.status == 200


def test_each_process_is_known_by_a_word(service: "tuple[subprocess.Popen[str], str]") -> None:
    process, address = service
    assert is_ready(address)
    send(address, "GET", "/sparql?query=ASK%7B%7D")
    mine = children(process.pid)
    keepers = [pid for pid, line in mine.items() if KEEPER in line]
    webs = [line for pid, line in mine.items() if pid not in keepers]
    assert len(keepers) == 1
    assert len(webs) == 2
    assert eventually(lambda: sum("web" in line for line in children(process.pid).values()) == 2)

    def is_called(word: str, other: str) -> bool:
        forks = children(keepers[0]).values()
        return any(word in line and other not in line for line in forks)

    # A process takes its name when it first runs, which may be after it was asked for.
    assert eventually(lambda: is_called("reasoner", "worker"))
    assert eventually(lambda: is_called("worker", "reasoner"))


def test_ready_asks_the_keeper(service: "tuple[subprocess.Popen[str], str]") -> None:
    process, address = service
    assert is_ready(address)
    (keeper,) = [pid for pid, line in children(process.pid).items() if KEEPER in line]
    os.kill(keeper, signal.SIGSTOP)
    try:
        for _ in range(3):
            assert not is_ready(address)
            metrics = send(address, "GET", "/metrics")
            assert b"eakg_up 0.0" in metrics.body
    finally:
        os.kill(keeper, signal.SIGCONT)
    assert eventually(lambda: is_ready(address))
    os.kill(keeper, signal.SIGKILL)
    assert eventually(lambda: keeper not in children(process.pid))
    assert eventually(lambda: is_ready(address))


def test_web_processes_that_cannot_begin_end_it_with_a_status(tmp_path: Path) -> None:
    with start(tmp_path, program=FAILING) as process:
        said, errors = process.communicate(timeout=120)
    assert (process.returncode, said) == (4, "")
    assert "no application" in errors
    assert "a web process ended 3 times" in errors
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_store_that_is_damaged_meanwhile_ends_it_with_a_status(
    tmp_path: Path,
) -> None:
    with started(tmp_path) as (process, address):
        assert is_ready(address)
        (tmp_path / "store" / "snapshot.nq").write_text("damaged")
        (keeper,) = [pid for pid, line in children(process.pid).items() if KEEPER in line]
        os.kill(keeper, signal.SIGKILL)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "store/snapshot.nq" in errors
    assert "Traceback" not in errors


def test_what_a_killed_service_left_the_next_one_removes(tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    with start(tmp_path) as first, start(tmp_path) as second:
        addresses = [address_of(first), address_of(second)]
        assert send(addresses[0], "GET", "/dump.nq.gz").status == 200
        pids = descendants(first.pid)
        left = set(temporary.iterdir())
        first.kill()
        first.communicate()
        assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
        with start(tmp_path) as third:
            address_of(third)
            # What the second has is not touched.
            assert is_ready(addresses[1])
            assert send(addresses[1], "GET", "/sparql?query=ASK%7B%7D").status == 200
            now = set(temporary.iterdir())
            for process in (second, third):
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=60)
                assert process.returncode == 0
    assert len(left) == 6
    assert len(left & now) == 3
    assert len(now) == 6
    assert list(temporary.iterdir()) == []


def test_who_ends_it_while_it_reads_ends_it_in_order(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "slow.ttl")
    # The file is opened for writing once somebody reads it.
    with start(tmp_path, data="slow.ttl") as process, (tmp_path / "slow.ttl").open("w"):
        assert eventually(lambda: bool(list((tmp_path / "tmp").iterdir())))
        process.send_signal(signal.SIGTERM)
        said, errors = process.communicate(timeout=60)
    assert (process.returncode, said, errors) == (0, "", "")
    assert list((tmp_path / "tmp").iterdir()) == []
