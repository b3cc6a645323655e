"""The service as a whole, started as a program of its own."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.processes import children, descendants, eventually
from helpers.serving import running_small, start_small


@pytest.fixture
def service() -> Iterator[tuple[subprocess.Popen[str], str]]:
    with running_small(10.0) as started:
        yield started


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_answers_and_stops(
    service: tuple[subprocess.Popen[str], str], number: signal.Signals
) -> None:
    process, address = service
    query = f"{address}sparql?query=ASK%7B%7D"
    with urllib.request.urlopen(query, timeout=10) as response:
        assert response.status == 200
        assert response.read() == b'{"head":{},"boolean":true}'
    head = urllib.request.Request(f"{address}doc/japan.ttl", method="HEAD")
    with urllib.request.urlopen(head, timeout=10) as response:
        assert int(response.headers["Content-Length"]) > 0
    large = (
        f"{address}sparql?format=csv&query="
        + "SELECT+*+%7B?a+?b+?c.?d+?e+?f.?g+?h+?i%7D+LIMIT+20000"
    )
    with urllib.request.urlopen(large, timeout=10) as response:
        data = response.read()
        assert len(data) == int(response.headers["Content-Length"]) > 1 << 20
        assert data.count(b"\r\n") == 20001
    started = {process.pid, *descendants(process.pid)}
    assert len(started) >= 3
    process.send_signal(number)
    rest, errors = process.communicate(timeout=20)
    assert (process.returncode, rest, errors) == (0, "", "")
    assert not any(Path(f"/proc/{pid}").exists() for pid in started)


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.1"])
def test_address_that_cannot_be_used(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = start_small(host, taken.getsockname()[1])
        said, errors = process.communicate(timeout=20)
    assert (process.returncode, said) == (2, "")
    assert errors.startswith(f"cannot listen on {host}:")
    assert errors.count("\n") == 1


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}sparql?query=ASK%7B%7D", timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def test_a_killed_part_is_started_anew(service: tuple[subprocess.Popen[str], str]) -> None:
    """The store, and then a web server."""
    process, address = service
    assert answers(address)
    for is_store in (True, False):
        (victim, *_) = (
            pid
            for pid, command in children(process.pid).items()
            if ("eakg.store.workers.keeper" in command) == is_store
        )
        os.kill(victim, signal.SIGKILL)
        assert eventually(
            lambda victim=victim: not Path(f"/proc/{victim}").exists() and answers(address)
        )


def test_an_engine_that_does_not_answer_is_named_without_its_password() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens there
        engine = f"127.0.0.1:{taken.getsockname()[1]}/sparql"
        command = "from eakg.cli import main; main()"
        store = f"sparql+http://user:secret@{engine}"
        process = subprocess.Popen(
            [sys.executable, "-c", command, "serve", "--port", "0", "--store", store],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        with process:
            assert process.stderr
            try:
                line = process.stderr.readline()
            finally:
                process.terminate()
    assert line == f"http://{engine} does not answer; waiting\n"
