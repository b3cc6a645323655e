"""The saved queries give the same rows from files, the service, Oxigraph and Virtuoso.

Of engines of others some of the queries are asked, and all with EAKG_SOAK.
"""

from collections.abc import Sequence
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
from helpers.tries import sample

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
    found.quads.write_bytes(_sorted(ox.serialize(quads, format=ox.RdfFormat.N_QUADS)))
    found.merge.write_bytes(_sorted(ox.serialize(merge, format=ox.RdfFormat.N_TRIPLES)))
    found.reifiers.write_text("".join(reifier_lines(quads)), "utf-8")
    return found


def _sorted(lines: bytes | None) -> bytes:
    return b"".join(sorted((lines or b"").splitlines(keepends=True)))


QUERIES = sorted((ROOT / "queries").glob("*.rq"))


def passed(*arguments: str, number: int) -> None:
    """So many saved queries pass, each with the rows that it expects and no other."""
    result = run("test", "--strict", "--timeout", PATIENCE, *arguments)
    assert result.stdout == f"{number} of {number} queries passed.\n"
    assert result.exit_code == 0


def passed_elsewhere(*arguments: str, queries: Sequence[Path]) -> None:
    """One after the other, as Virtuoso works more where several are asked at once."""
    paths = sample(queries, 24)
    passed(*map(str, paths), "-j", "1", *arguments, number=len(paths))


def test_from_the_files() -> None:
    passed("-j", "2", number=len(QUERIES))


def test_from_the_service(shipped_service: str) -> None:
    passed("-j", "2", "--endpoint", f"{shipped_service}/sparql", number=len(QUERIES))


def test_from_oxigraph(dump: Dump, tmp_path: Path) -> None:
    found, store = program("oxigraph", "oxigraph"), tmp_path / "store"
    for file in (dump.quads, dump.merge, dump.reifiers):
        told(found, "load", "--location", str(store), "--file", str(file))
    with oxigraph(store) as started:
        passed_elsewhere("--endpoint", started.query, queries=QUERIES)


def test_from_virtuoso(dump: Dump, tmp_path: Path) -> None:
    """Without those that take RDF 1.2, and one of whose optional parts it lacks rows."""
    left_out = {RDF12, "not-virtuoso"}
    queries = [path for path in QUERIES if not left_out & {*read_query(path).tags}]
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
        passed_elsewhere("--endpoint", server.address, *dataset, queries=queries)
