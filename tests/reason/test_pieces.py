"""Files that are read and written in pieces: where they are cut changes nothing."""

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Triple, parse
from rdflib import Graph, Namespace
from rdflib.namespace import OWL, RDF, RDFS

from eakg.problems import ProblemsError
from eakg.rdf import canonicalize_term, write_term
from eakg.reason.closure import closure_of_facts, materialize
from eakg.reason.files import writing
from eakg.reason.files.output import write_closure
from eakg.reason.files.reading import read
from eakg.reason.rules import rule_set
from helpers.tries import tries

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


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 7, 200, 1 << 20])
@pytest.mark.parametrize("rows", [1, 2, 5, 1 << 20])
def test_a_closure_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, graph: Graph, size: int, rows: int
) -> None:
    """The rows of many properties and classes are written together, and long ones apart."""
    source, target = tmp_path / "in.nt", tmp_path / "out.nt"
    source.write_text(graph.serialize(format="nt"), "utf-8")
    monkeypatch.setattr("eakg.reason.files.triple_lines.CHUNK", size)
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
    monkeypatch.setattr("eakg.reason.files.triple_lines.CHUNK", size)
    monkeypatch.setattr("eakg.reason.files.ntriples.LARGE", size)
    path = tmp_path / "in.nt"
    lines = [b"<urn:s%d> <urn:p> <urn:o> ." % number for number in range(30)]
    lines[11] = lines[12] = lines[29] = fault
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(ProblemsError) as raised:
        read([path])
    assert [problem.line for problem in raised.value.problems] == [12]


TEXTS = [
    '<urn:a> <urn:p> "plain" .',
    "<urn:a> <urn:p> <urn:b> .",
    "<urn:a> <urn:p> _:b1 .",
    '_:b1 <urn:q> "two words" .',
    "_:b1 <urn:q> _:b2 .",
    '<urn:a>  <urn:p>\t"tabs and  spaces"@en  .  ',
    '<urn:a><urn:p>"nothing between".',
    '<urn:a> <urn:p> "a \\"quoted\\" \\u00e9" .',
    '<urn:a> <urn:p> "a separator \u2028 and \x0b\x1c\x85 inside" .',
    '<urn:a> <urn:p> "5"^^<http://www.w3.org/2001/XMLSchema#integer> . # a comment',
    "<urn:a\u4e2d> <urn:p> <urn:b> .",
    f'<urn:a> <urn:p> "{"long " * 60}" .',
    "<urn:a> <urn:p> <<( <urn:s> <urn:p> _:b1 )>> .",
    "# nothing",
    "   ",
    "",
]
FAULTS = [b"<urn:a> <urn:p> .", b'<urn:a> <urn:p> "\xff" .', b'"a" <urn:p> <urn:o> .', b"<urn:a"]


def texts_of(path: Path) -> set[tuple[str, ...]]:
    """The triples of a file as our reader has them, blank nodes by their labels."""
    terms, facts = read([path])
    closure = closure_of_facts(terms, facts, rules=rule_set("rdf"))
    return {tuple(map(write_term, triple)) for triple in closure.asserted}


def texts_by_engine(path: Path) -> set[tuple[str, ...]]:
    """They, as the engine's parser has them."""
    return {
        tuple(
            f"<<( {term} )>>" if isinstance(term, Triple) else canonicalize_term(str(term))
            for term in (quad.subject, quad.predicate, quad.object)
        )
        for quad in parse(path=path, format=RdfFormat.N_TRIPLES)
    }


@pytest.mark.slow
@given(
    st.lists(st.sampled_from(TEXTS), max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.integers(1, 200),
)
@settings(deadline=None, max_examples=tries(150))
def test_files_in_pieces_say_what_the_engine_reads(
    lines: list[str], end: str, is_ended: bool, size: int
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder, "in.nt")
        path.write_bytes((end.join(lines) + end * is_ended).encode())
        whole = texts_of(path)
        patch.setattr("eakg.reason.files.triple_lines.CHUNK", size)
        patch.setattr("eakg.reason.files.ntriples.LARGE", 0)
        assert texts_of(path) == whole
        assert whole == texts_by_engine(path)


@pytest.mark.slow
@given(
    st.lists(st.sampled_from(TEXTS), max_size=12),
    st.lists(st.sampled_from(TEXTS), max_size=12),
    st.sampled_from(FAULTS),
    st.sampled_from([b"\n", b"\r\n"]),
    st.integers(1, 200),
    st.booleans(),
)
@settings(deadline=None, max_examples=tries(150))
def test_a_fault_is_told_with_its_line_wherever_it_is_cut(
    before: list[str], after: list[str], fault: bytes, end: bytes, size: int, is_large: bool
) -> None:
    lines = [*(line.encode() for line in before), fault, *(line.encode() for line in after)]
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder, "in.nt")
        path.write_bytes(end.join(lines))
        patch.setattr("eakg.reason.files.triple_lines.CHUNK", size)
        patch.setattr("eakg.reason.files.ntriples.LARGE", 0 if is_large else 1 << 24)
        with pytest.raises(ProblemsError) as raised:
            read([path])
    assert [problem.line for problem in raised.value.problems] == [len(before) + 1]
