"""RDF programs and SPARQL engines of other makers, as tests run them."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

SETTINGS = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
ErrorLogLevel = 7
FileExtend = 200
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx

[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
CheckpointInterval = 0
DirsAllowed = {folder}

[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 8
"""
MOST_ROWS = "\n[SPARQL]\nResultSetMaxRows = 1000\n"
GRANT = 'GRANT SPARQL_UPDATE TO "SPARQL";'


@dataclass(frozen=True)
class Engine:
    """The addresses of a running engine for queries and for updates."""

    name: str
    query: str
    update: str
    graph_store: str | None = None


@dataclass(frozen=True)
class Virtuoso:
    """A running server: its folder, the port of its SQL, the address of its SPARQL, and isql."""

    folder: Path
    port: int
    address: str
    isql: str

    def ask(self, statement: str) -> str:
        """What isql says of a statement."""
        # The password of a database that was just made; it is gone with the folder.
        return run(self.isql, f"127.0.0.1:{self.port}", "dba", "dba", f"exec={statement}")


@contextmanager
def engine(name: str, folder: Path) -> Iterator[Engine]:
    """A running engine that takes updates, with its data in the folder; Virtuoso gives no more than
    1,000 rows. The test is skipped where it is missing."""
    if name == "oxigraph":
        with oxigraph(folder / "data") as running_engine:
            yield running_engine
        return
    with virtuoso(folder, MOST_ROWS) as server:
        server.ask(GRANT)
        yield Engine("virtuoso", server.address, server.address)


@contextmanager
def oxigraph(store: Path) -> Iterator[Engine]:
    """Oxigraph over a folder of its own."""
    port = free_port()
    path = program("oxigraph", "oxigraph")
    command = [path, "serve", "--bind", f"127.0.0.1:{port}", "--location", str(store)]
    base = f"http://127.0.0.1:{port}"
    with _running(command, store.parent, port):
        yield Engine("oxigraph", f"{base}/query", f"{base}/update", f"{base}/store")


@contextmanager
def virtuoso(folder: Path, settings: str = "") -> Iterator[Virtuoso]:
    """Virtuoso with an empty database in a folder, from which it may load files."""
    server = program("virtuoso-t", "virtuoso-opensource")
    isql = program("isql-vt", "virtuoso-opensource")
    sql, http = free_port(), free_port()
    file = folder / "virtuoso.ini"
    file.write_text(SETTINGS.format(folder=folder, sql=sql, http=http) + settings, "utf-8")
    with _running([server, "+foreground", "+configfile", str(file)], folder, sql):
        address = f"http://127.0.0.1:{http}/sparql"
        _wait_for_answer(address)
        yield Virtuoso(folder, sql, address, isql)


def program(name: str, package: str) -> str:
    """The path of a program; where it is not there, the test is skipped."""
    sibling = Path(sys.executable).with_name(name)
    path = str(sibling) if sibling.is_file() else shutil.which(name)
    if path is None:
        pytest.skip(f"no {name}; install {package}")
    return path


def run(*command: str) -> str:
    """What a program prints, on both of its streams; it must end well."""
    process = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, env=_environment()
    )
    output = process.stdout + process.stderr
    assert process.returncode == 0, output[-2000:]
    return output


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, env=_environment())
    try:
        _wait_for(port, process)
        yield
    finally:
        # Nobody reads again what it would write to its folder now.
        process.kill()
        process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as client:
            client.settimeout(1)
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"{process.args} does not answer")


def _wait_for_answer(address: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}?query=ASK%7B%7D", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"{address} does not answer")
