"""SPARQL engines of other makers, as servers that the tests start."""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from test_dumps import SETTINGS, environment, program, run, wait_for

HTTP = """
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
ServerThreads = 8

[SPARQL]
ResultSetMaxRows = 1000
"""
GRANT = 'GRANT SPARQL_UPDATE TO "SPARQL";'


@dataclass(frozen=True)
class Engine:
    """The addresses of a running engine for queries and for updates."""

    name: str
    query: str
    update: str
    graph_store: str | None = None


@contextmanager
def engine(name: str, folder: Path) -> Iterator[Engine]:
    """A running engine, with its data in the folder; the test is skipped where it is missing."""
    with (_oxigraph if name == "oxigraph" else _virtuoso)(folder) as started:
        yield started


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def _oxigraph(folder: Path) -> Iterator[Engine]:
    port = free_port()
    found = program("oxigraph", "oxigraph")
    command = [found, "serve", "--bind", f"127.0.0.1:{port}", "--location", str(folder / "data")]
    base = f"http://127.0.0.1:{port}"
    with _running(command, folder, port):
        yield Engine("oxigraph", f"{base}/query", f"{base}/update", f"{base}/store")


@contextmanager
def _virtuoso(folder: Path) -> Iterator[Engine]:
    server = program("virtuoso-t", "virtuoso-opensource")
    isql = program("isql-vt", "virtuoso-opensource")
    port, http = free_port(), free_port()
    settings = folder / "virtuoso.ini"
    text = SETTINGS.format(folder=folder, port=port) + HTTP.format(folder=folder, port=http)
    settings.write_text(text, "utf-8")
    with _running([server, "+foreground", "+configfile", str(settings)], folder, port):
        # The password of a database that was just made; it is gone with the folder.
        run(isql, f"127.0.0.1:{port}", "dba", "dba", f"exec={GRANT}")
        address = f"http://127.0.0.1:{http}/sparql"
        _wait_for_answer(address)
        yield Engine("virtuoso", address, address)


def _wait_for_answer(address: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}?query=ASK%7B%7D", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"{address} does not answer")


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, env=environment())
    try:
        wait_for(port, process)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
