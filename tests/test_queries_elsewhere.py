"""The saved queries give the same rows from files, the service, Oxigraph and Virtuoso."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from eakg.dataset.layout import Layout
from eakg.store.dataset import usual_dataset
from saved_query_files import run
from test_dumps import SETTINGS, environment, program, wait_for

DEFAULT = "https://w3id.org/eakg/graph/default"
"""The graph that the default graph is loaded into where there is no other place for it."""
HTTP = """
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
ServerThreads = 4
"""


@dataclass(frozen=True)
class Dump:
    """The graph in files: all named graphs, and the merge that is the default graph."""

    folder: Path
    names: tuple[str, ...]

    @property
    def quads(self) -> Path:
        return self.folder / "eakg.nq"

    @property
    def merge(self) -> Path:
        return self.folder / "eakg.nt"


@pytest.fixture(scope="module")
def dump(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Dump:
    graphs = [(str(name), path) for name, path in layout.named_graphs()]
    names = tuple(sorted({name for name, _ in graphs}))
    default = usual_dataset(names, "full").default
    quads: set[ox.Quad] = set()
    for name, path in graphs:
        for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE):
            quads.add(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(name)))
    merge = {quad.triple for quad in quads if quad.graph_name.value in default}
    found = Dump(tmp_path_factory.mktemp("elsewhere"), names)
    found.quads.write_bytes(
        ox.serialize(sorted(quads, key=str), format=ox.RdfFormat.N_QUADS) or b""
    )
    found.merge.write_bytes(
        ox.serialize(sorted(merge, key=str), format=ox.RdfFormat.N_TRIPLES) or b""
    )
    return found


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, env=environment())
    try:
        wait_for(port, process)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def asked(*arguments: str) -> None:
    """All saved queries pass, each with the rows that it expects and no other."""
    result = run("test", "--strict", "-j", "2", *arguments)
    number = len(list((Path(__file__).parent.parent / "queries").glob("*.rq")))
    assert result.stdout == f"{number} of {number} queries passed.\n"
    assert result.exit_code == 0


def test_from_the_files(layout: Layout) -> None:
    asked(str(layout.queries))


def test_from_the_service(layout: Layout) -> None:
    command = [str(Path(sys.executable).with_name("eakg")), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        found = re.search(r"http://\S+(?=/)", process.stdout.readline())
        assert found
        try:
            asked(str(layout.queries), "--endpoint", f"{found[0]}/sparql")
        finally:
            process.terminate()


def test_from_oxigraph(layout: Layout, dump: Dump, tmp_path: Path) -> None:
    oxigraph = program("oxigraph", "oxigraph")
    store = str(tmp_path / "store")
    for file in (dump.quads, dump.merge):
        command = [oxigraph, "load", "--location", store, "--file", str(file)]
        subprocess.run(command, check=True, capture_output=True)
    port = free_port()
    bind = ["--bind", f"127.0.0.1:{port}"]
    with running([oxigraph, "serve", "--location", store, *bind], tmp_path, port):
        asked(str(layout.queries), "--endpoint", f"http://127.0.0.1:{port}/query")


def test_from_virtuoso(layout: Layout, dump: Dump, tmp_path: Path) -> None:
    server = program("virtuoso-t", "virtuoso-opensource")
    isql = program("isql-vt", "virtuoso-opensource")
    for file in (dump.quads, dump.merge):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    sql, http = free_port(), free_port()
    settings = tmp_path / "virtuoso.ini"
    text = SETTINGS.format(folder=tmp_path, port=sql) + HTTP.format(folder=tmp_path, port=http)
    settings.write_text(text, "utf-8")
    command = [server, "+foreground", "+configfile", str(settings)]
    with running(command, tmp_path, http):
        for name, graph, flags in (
            (dump.quads.name, "http://none", 512),
            (dump.merge.name, DEFAULT, 0),
        ):
            load = f"file_to_string_output ('{tmp_path / name}'), '', '{graph}', {flags}"
            # The password of a database that was just made; it is gone with the folder.
            login = [isql, f"127.0.0.1:{sql}", "dba", "dba"]
            subprocess.run(
                [*login, f"exec=DB.DBA.TTLP_MT ({load});"], check=True, capture_output=True
            )
        dataset = ["--default-graph", DEFAULT]
        for graph in dump.names:
            dataset += ["--named-graph", graph]
        asked(str(layout.queries), "--endpoint", f"http://127.0.0.1:{http}/sparql", *dataset)
