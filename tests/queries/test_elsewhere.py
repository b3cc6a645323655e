"""The saved queries give the same rows from files, the service, Oxigraph and Virtuoso."""

from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from eakg.dataset.layout import Layout
from eakg.queries.contract.saved import read_query
from eakg.store.graphs.dataset import usual_dataset
from helpers.engines import oxigraph, program, virtuoso
from helpers.engines import run as told
from helpers.house import ROOT
from helpers.reifiers import reifier_lines
from helpers.saved_query_files import run

RDF12 = "rdf-1.2"
"""The tag of queries that take an engine with RDF 1.2."""
PATIENCE = "300"
"""Seconds that a query may run: other work may have the processor."""
DEFAULT = "https://w3id.org/eakg/graph/default"
"""The graph that the default graph is loaded into where there is no other place for it."""


@dataclass(frozen=True)
class Dump:
    """The graph in files: all named graphs, the merge that is the default graph, and the reifiers
    of the evidence."""

    folder: Path
    names: tuple[str, ...]

    @property
    def quads(self) -> Path:
        return self.folder / "eakg.nq"

    @property
    def merge(self) -> Path:
        return self.folder / "eakg.nt"

    @property
    def reifiers(self) -> Path:
        return self.folder / "reifiers.nq"


@pytest.fixture(scope="module")
def dump(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Dump:
    graphs = [(str(name), path) for name, path in layout.named_graphs()]
    names = tuple(sorted({name for name, _ in graphs}))
    default = usual_dataset(names, "full").default_graphs
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
    found.reifiers.write_text("".join(reifier_lines(quads)), "utf-8")
    return found


def asked(*arguments: str, rdf12: bool = True) -> None:
    """All saved queries pass, each with the rows that it expects and no other.

    Where the engine has no RDF 1.2, without those that take it; that is Virtuoso, which also lacks
    rows of one query that have optional parts.
    """
    paths = [
        str(path)
        for path in sorted((ROOT / "queries").glob("*.rq"))
        if rdf12 or not {RDF12, "not-virtuoso"} & {*read_query(path).tags}
    ]
    result = run("test", "--strict", "-j", "2", "--timeout", PATIENCE, *paths, *arguments)
    number = len(paths)
    assert result.stdout == f"{number} of {number} queries passed.\n"
    assert result.exit_code == 0


def test_from_the_files() -> None:
    asked()


def test_from_the_service(shipped_service: str) -> None:
    asked("--endpoint", f"{shipped_service}/sparql")


def test_from_oxigraph(dump: Dump, tmp_path: Path) -> None:
    found, store = program("oxigraph", "oxigraph"), tmp_path / "store"
    for file in (dump.quads, dump.merge, dump.reifiers):
        told(found, "load", "--location", str(store), "--file", str(file))
    with oxigraph(store) as started:
        asked("--endpoint", started.query)


def test_from_virtuoso(dump: Dump, tmp_path: Path) -> None:
    for file in (dump.quads, dump.merge):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with virtuoso(tmp_path) as server:
        for name, graph, flags in (
            (dump.quads.name, "http://none", 512),
            (dump.merge.name, DEFAULT, 0),
        ):
            load = f"file_to_string_output ('{tmp_path / name}'), '', '{graph}', {flags}"
            server.ask(f"DB.DBA.TTLP_MT ({load});")
        dataset = ["--default-graph", DEFAULT]
        for graph in dump.names:
            dataset += ["--named-graph", graph]
        asked("--endpoint", server.address, *dataset, rdf12=False)
