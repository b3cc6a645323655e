"""Files without Polars: the same terms, numbers, closures and faults as with it."""

import gzip
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eakg.problems import Problem, ProblemsError
from eakg.rdf import write_term
from eakg.rdf.parsing import parse_rdf
from eakg.reason.closure import closure_of_facts
from eakg.reason.files.output import write_closure
from eakg.reason.files.reading import read
from eakg.store.graphs.bulk import has_valid_terms
from helpers.absent import absent
from helpers.owl_suite import SUITE, suite_cases
from helpers.random_ontologies import WILD_ONTOLOGIES, Triple, graph_of
from helpers.tries import sample, tries

pytestmark = pytest.mark.slow

LINES = [
    '<urn:a> <urn:p> "plain" .',
    "<urn:a> <urn:p> <urn:b> .",
    "<urn:a> <urn:p> _:b1 .",
    '_:b1 <urn:q> "two words" .',
    "_:b1 <urn:q> _:b2 .",
    '<urn:a>  <urn:p>\t"tabs and  spaces"@en  .  ',
    '<urn:a> <urn:p> "two spaces"  .',
    '<urn:a><urn:p>"nothing between".',
    '<urn:a> <urn:p> "a \\"quoted\\" \\u00e9" .',
    '<urn:a> <urn:p> "a \\"quoted\\" é" .',
    '<urn:\\u0061> <urn:p> "plain"^^<http://www.w3.org/2001/XMLSchema#string> .',
    '<urn:a> <urn:p> "a separator \u2028 and \x0b\x1c\x85 inside" .',
    '<urn:a> <urn:p> "5"^^<http://www.w3.org/2001/XMLSchema#integer> . # a comment',
    '<urn:a> <urn:q> "05"^^<http://www.w3.org/2001/XMLSchema#integer> .',
    '<urn:a> <urn:p> "tag"@en-GB .',
    '<urn:a> <urn:p> "base"@ar--rtl .',
    "<urn:a\u4e2d> <urn:p> <urn:b> .",
    "<urn:p> <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> <urn:q> .",
    "<urn:a> <http://www.w3.org/2002/07/owl#sameAs> _:b1 .",
    "<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:C> .",
    "<urn:a> <urn:p> <<( <urn:s> <urn:p> _:b1 )>> .",
    '<urn:a> <urn:p> <<(_:b1  <urn:p> <<( <urn:s> <urn:p> "x\\u0041" )>>)>> .',
    "# nothing",
    "   ",
    "",
]
FAULTS = [
    *(b"<urn:a> <urn:p> .", b'<urn:a> <urn:p> "\xff" .', b'"a" <urn:p> <urn:o> .', b"<urn:a"),
    *(b"<urn:a> _:p <urn:o> .", b'<urn:a> <urn:p> "b"@ .', b"<urn:a> <urn:p> <o> ."),
    *(b'<urn:a> <urn:p> "\\x" .', b"<urn:a> <urn:p> <urn:c>. ."),
    b"<urn:a> <urn:p> <<( .",
]
TEXTS = st.lists(st.sampled_from(LINES), max_size=12)


class Reading:
    """All that comes of files: terms by number, facts, what is looked at of both, their closure as
    it is written, or the problems."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.problems: tuple[Problem, ...] = ()
        try:
            terms, facts = read(paths)
        except ProblemsError as error:
            self.problems = error.problems
            return
        self.facts = {key: values.tolist() for key, values in facts.items()}
        self.spellings = [*terms.spellings]
        self.kinds = terms.kinds.tolist()
        self.builtin = terms.builtin.tolist()
        self.comparable = [*terms.comparable_literals()]
        self.is_valid = has_valid_terms(terms.spellings)
        closure = closure_of_facts(terms, facts)
        self.outputs = []
        with TemporaryDirectory() as folder:
            for name, only_inferred in (("out.nt", False), ("out.ttl", True)):
                path = Path(folder, name)
                write_closure(closure, path, only_inferred=only_inferred)
                self.outputs.append(path.read_bytes())
        self.contradictions = sorted(str(one.triples) for one in closure.inconsistencies)
        assert np.uint8 == terms.kinds.dtype


def compare(*paths: Path) -> Reading:
    with_polars = Reading(paths)
    with absent("polars"):
        without = Reading(paths)
    assert vars(without) == vars(with_polars)
    return without


@given(TEXTS, TEXTS, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.integers(20, 300))
@settings(deadline=None, max_examples=tries(60))
def test_lines_of_two_files_in_pieces(
    one: list[str], two: list[str], end: str, is_ended: bool, size: int
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("eakg.reason.files.triple_lines.CHUNK", size)
        paths = [Path(folder, "one.nt"), Path(folder, "two.nt.gz")]
        paths[0].write_bytes((end.join(one) + end * is_ended).encode())
        paths[1].write_bytes(gzip.compress((end.join(two) + end * is_ended).encode()))
        assert not compare(*paths).problems


@given(TEXTS, st.sampled_from(FAULTS), TEXTS, st.integers(20, 300))
@settings(deadline=None, max_examples=tries(40))
def test_faults(before: list[str], fault: bytes, after: list[str], size: int) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("eakg.reason.files.triple_lines.CHUNK", size)
        path = Path(folder, "in.nt")
        lines = [*(line.encode() for line in before), fault, *(line.encode() for line in after)]
        path.write_bytes(b"\n".join(lines))
        (problem,) = compare(path).problems
        assert problem.line == len(before) + 1


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "cut.nt.gz").write_bytes(gzip.compress(b"<urn:a> <urn:p> <urn:b> .\n" * 9)[:-9])
    (tmp_path / "in.ttl").write_text("<urn:a> <urn:p> .")
    names = ("cut.nt.gz", "in.ttl", "none.nt", "x.doc", "")
    assert len(compare(*(tmp_path / name for name in names)).problems) == len(names)


@given(WILD_ONTOLOGIES)
@settings(deadline=None, max_examples=tries(40))
def test_random_graphs(parts: tuple[list[Triple], list[Triple]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "in.nt")
        graph = graph_of(*parts)
        path.write_text("".join(f"{' '.join(map(write_term, one))} .\n" for one in graph), "utf-8")
        assert not compare(path).problems


@pytest.mark.parametrize("name", ["in.ttl", "in.rdf", "in.jsonld", "in.nq", "in.trig", "in.nt"])
def test_every_syntax(tmp_path: Path, name: str) -> None:
    """Without blank nodes: what labels they get is up to the parsers of the other syntaxes."""
    lines = [line for line in LINES[:11] if "_:" not in line]
    (tmp_path / "plain.nt").write_text("\n".join(lines), "utf-8")
    graph = parse_rdf(tmp_path / "plain.nt")
    formats = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}
    format_ = formats.get(name.rpartition(".")[2], "nt")
    (tmp_path / name).write_text(graph.serialize(format=format_), "utf-8")
    found = compare(tmp_path / name)
    assert sum(map(len, found.facts.values())) == len(graph)


@pytest.mark.parametrize(
    "name", sample(sorted({case.values[0] for case in suite_cases()} - {""}), 36)
)
def test_premises_of_the_w3c(name: str) -> None:
    assert not compare(SUITE / name / "premise.nt").problems


def test_terms_that_the_engine_does_not_take(tmp_path: Path) -> None:
    for text in ("<urn:a> <urn:p> <x:%zz> .", '<urn:a> <urn:p> "x"@abcdefghij .'):
        (tmp_path / "in.nt").write_text(text)
        compare(tmp_path / "in.nt")
