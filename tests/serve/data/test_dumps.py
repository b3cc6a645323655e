"""The graph as a whole, as N-Quads, loads without a warning wherever people would load it."""

import logging
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Dataset

from eakg.dataset.layout import Layout
from helpers.engines import program, run, virtuoso
from helpers.tries import SOAK

COMPLAINTS = ("warning", "error", "invalid", "malformed", "fail")
ADVICE = "--lenient"
"""Of `oxigraph load`, for files other than ours; it is given each time."""


@dataclass(frozen=True)
class Dump:
    """An N-Quads file of all named graphs, and the number of its quads."""

    path: Path
    quads: int


@pytest.fixture(scope="module")
def dump(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Dump:
    path = tmp_path_factory.mktemp("dump") / "eakg.nq"
    quads: dict[ox.Quad, None] = {}
    for name, file in layout.named_graphs():
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
            graph = ox.NamedNode(str(name))
            quads[ox.Quad(quad.subject, quad.predicate, quad.object, graph)] = None
    path.write_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    return Dump(path, len(quads))


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
    """Of every fiftieth line, and of all with EAKG_SOAK."""
    lines = dump.path.read_text("utf-8").splitlines(keepends=True)
    some = lines[:: 1 if SOAK else 50]
    dataset = Dataset()
    with caplog.at_level(logging.WARNING):
        dataset.parse(data="".join(some), format="nquads")
    assert caplog.records == []
    assert sum(1 for _ in dataset.quads()) == len(some)


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


def test_virtuoso_loads_it(dump: Dump) -> None:
    with virtuoso(dump.path.parent) as server:
        quads = 512
        told = server.ask(
            f"DB.DBA.TTLP_MT (file_to_string_output ('{dump.path}'), '', 'http://none', {quads});"
        )
        assert complaints(told) == []
        rows = server.ask(
            "SPARQL SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } "
            "FILTER STRSTARTS (STR (?g), 'https://w3id.org/eakg/graph/') };"
        )
        assert str(dump.quads) in rows.split()
        log = (server.folder / "virtuoso.log").read_text("utf-8")
        assert [line for line in complaints(log) if "eakg" in line or "TTL" in line] == []
