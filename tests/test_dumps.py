"""The graph as a whole, as N-Quads, loads without a warning wherever people would load it."""

import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Dataset

from eakg.dataset.layout import Layout

COMPLAINTS = ("warning", "error", "invalid", "malformed", "fail")
ADVICE = "--lenient"
"""Of `oxigraph load`, for files other than ours; it is given each time."""
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
ServerPort = 127.0.0.1:{port}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
CheckpointInterval = 0
DirsAllowed = {folder}
"""


@dataclass(frozen=True)
class Dump:
    """An N-Quads file of all named graphs, and the number of its quads."""

    path: Path
    quads: int


@pytest.fixture(scope="module")
def dump(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Dump:
    path = tmp_path_factory.mktemp("dump") / "eakg.nq"
    quads: set[ox.Quad] = set()
    for name, file in layout.named_graphs():
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
            quads.add(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(str(name))))
    path.write_bytes(ox.serialize(sorted(quads, key=str), format=ox.RdfFormat.N_QUADS) or b"")
    return Dump(path, len(quads))


def program(name: str, package: str) -> str:
    """The path of a program; where it is not there, the test is skipped."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.is_file() else shutil.which(name)
    if found is None:
        pytest.skip(f"no {name}; install {package}")
    return found


def run(*command: str) -> str:
    """What a program prints, on both of its streams; it must end well and complain of nothing."""
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, env=environment()
    )
    told = done.stdout + done.stderr
    assert done.returncode == 0, told[-2000:]
    return told


def environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


def complaints(told: str) -> list[str]:
    lines = (line for line in told.splitlines() if ADVICE not in line)
    return [line for line in lines if any(words in line.casefold() for words in COMPLAINTS)]


def test_a_complaint_would_be_seen(dump: Dump, tmp_path: Path) -> None:
    rapper = program("rapper", "raptor2-utils")
    bad = tmp_path / "bad.nq"
    bad.write_text('<http://x/a b> <http://x/p> "1" <http://x/g> .\n', "utf-8")
    done = subprocess.run(
        [rapper, "-i", "nquads", "-c", str(bad)], capture_output=True, text=True, check=False
    )
    assert complaints(done.stdout + done.stderr)


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning:rdflib")
def test_rdflib_reads_it(dump: Dump, caplog: pytest.LogCaptureFixture) -> None:
    dataset = Dataset()
    with caplog.at_level(logging.WARNING):
        dataset.parse(data=dump.path.read_text("utf-8"), format="nquads")
    assert caplog.records == []
    assert sum(1 for _ in dataset.quads()) == dump.quads


def test_rapper_reads_it(dump: Dump) -> None:
    rapper = program("rapper", "raptor2-utils")
    told = run(rapper, "-i", "nquads", "-c", str(dump.path), "https://w3id.org/eakg/")
    assert complaints(told) == []
    assert f"Parsing returned {dump.quads} triples" in told


def test_oxigraph_loads_it(dump: Dump, tmp_path: Path) -> None:
    oxigraph = program("oxigraph", "oxigraph")
    store = str(tmp_path / "store")
    told = run(oxigraph, "load", "--location", store, "--file", str(dump.path))
    assert complaints(told) == []
    rows = run(
        *(oxigraph, "query", "--location", store, "--results-format", "csv", "--query"),
        "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }",
    )
    assert rows.split() == ["n", str(dump.quads)]


@dataclass(frozen=True)
class Virtuoso:
    """A running server: its folder, port and isql."""

    folder: Path
    port: int
    isql: str

    def ask(self, statement: str) -> str:
        # The password of a database that was just made; it is gone with the folder.
        command = (self.isql, f"127.0.0.1:{self.port}", "dba", "dba", f"exec={statement}")
        return run(*command)


@pytest.fixture
def virtuoso(dump: Dump) -> Iterator[Virtuoso]:
    server = program("virtuoso-t", "virtuoso-opensource")
    isql = program("isql-vt", "virtuoso-opensource")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = dump.path.parent
    settings = folder / "virtuoso.ini"
    settings.write_text(SETTINGS.format(folder=folder, port=port), "utf-8")
    command = [server, "+foreground", "+configfile", str(settings)]
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, env=environment())
    try:
        wait_for(port, process)
        yield Virtuoso(folder, port, isql)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as client:
            client.settimeout(1)
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("virtuoso-t does not answer")


def test_virtuoso_loads_it(dump: Dump, virtuoso: Virtuoso) -> None:
    quads = 512
    told = virtuoso.ask(
        f"DB.DBA.TTLP_MT (file_to_string_output ('{dump.path}'), '', 'http://none', {quads});"
    )
    assert complaints(told) == []
    rows = virtuoso.ask(
        "SPARQL SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } "
        "FILTER STRSTARTS (STR (?g), 'https://w3id.org/eakg/graph/') };"
    )
    assert str(dump.quads) in rows.split()
    log = (virtuoso.folder / "virtuoso.log").read_text("utf-8")
    assert [line for line in complaints(log) if "eakg" in line or "TTL" in line] == []
