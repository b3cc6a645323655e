"""Files that are read and written in pieces: where they are cut changes nothing."""

from itertools import pairwise
from pathlib import Path

import pytest
from rdflib import Graph, Namespace
from rdflib.namespace import OWL, RDF, RDFS

from eakg.problems import ProblemsError
from eakg.reason.closure import closure_of_facts, materialize
from eakg.reason.files import writing
from eakg.reason.files.output import write_closure
from eakg.reason.files.reading import read

EX = Namespace("http://x/")
CHAIN = 9


@pytest.fixture
def graph() -> Graph:
    """A transitive chain of things of several classes: 36 pairs follow, and more classes."""
    graph = Graph()
    graph.add((EX.near, RDF.type, OWL.TransitiveProperty))
    for number, (one, next_one) in enumerate(pairwise(range(CHAIN))):
        graph.add((EX[f"thing{one}"], EX.near, EX[f"thing{next_one}"]))
        graph.add((EX[f"thing{one}"], RDF.type, EX[f"Class{number % 3}"]))
    for number in range(3):
        graph.add((EX[f"Class{number}"], RDFS.subClassOf, EX[f"Class{number + 1}"]))
    return graph


@pytest.mark.parametrize("size", [1, 7, 200, 1 << 20])
@pytest.mark.parametrize("rows", [1, 2, 5, 1 << 20])
def test_a_closure_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, graph: Graph, size: int, rows: int
) -> None:
    """The rows of many properties and classes are written together, and long ones apart."""
    source, target = tmp_path / "in.nt", tmp_path / "out.nt"
    source.write_text(graph.serialize(format="nt"), "utf-8")
    monkeypatch.setattr("eakg.reason.files.ntriples.CHUNK", size)
    monkeypatch.setattr("eakg.reason.files.ntriples.LARGE", 100 * rows)
    monkeypatch.setattr(writing, "ROWS", rows)
    closure = closure_of_facts(*read([source]))
    count = write_closure(closure, target, only_inferred=False)
    lines = target.read_text("utf-8").splitlines()
    assert len(lines) == len(set(lines)) == len(graph) + count
    expected = materialize(graph).inferred
    pairs = CHAIN * (CHAIN - 1) // 2
    assert len(list((graph + expected).triples((None, EX.near, None)))) == pairs
    assert set(Graph().parse(target, format="nt")) == set(graph) | set(expected)


@pytest.mark.parametrize("size", [1, 40, 200, 1 << 20])
@pytest.mark.parametrize("fault", [b"<urn:a> <urn:p> .", b'<urn:a> <urn:p> "\xff" .', b"<urn:a>"])
def test_the_first_fault_is_told_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, fault: bytes
) -> None:
    """Whatever pieces are split while others are read."""
    monkeypatch.setattr("eakg.reason.files.ntriples.CHUNK", size)
    monkeypatch.setattr("eakg.reason.files.ntriples.LARGE", size)
    path = tmp_path / "in.nt"
    lines = [b"<urn:s%d> <urn:p> <urn:o> ." % number for number in range(30)]
    lines[11] = lines[12] = lines[29] = fault
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(ProblemsError) as raised:
        read([path])
    assert [problem.line for problem in raised.value.problems] == [12]
