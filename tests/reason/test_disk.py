"""Closures beyond memory: the same set as in memory, from DuckDB over files.

What one graph can hold is closed at once, each in a namespace of its own. With EAKG_SOAK each is
closed alone too, and more premises and random ontologies are.
"""

import gzip
import logging
import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.namespace import OWL

from eakg.problems import ProblemsError
from eakg.rdf.terms import Triple
from eakg.reason.disk.closure import DiskClosure, DiskOptions
from eakg.reason.rules.sets import rule_set
from helpers.disk_closures import (
    alone_too,
    disk_closure,
    in_memory,
    on_disk,
    part_lines,
    written,
)
from helpers.owl_suite import suite_cases, suite_graph
from helpers.random_ontologies import ONTOLOGIES, graph_of
from helpers.tries import SOAK, sample

pytestmark = pytest.mark.slow
MORE = int(os.environ.get("EAKG_SOAK", "1"))


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """rdflib logs a traceback for each ill-typed literal."""
    logger = logging.getLogger("rdflib.term")
    logger.disabled = True
    yield
    logger.disabled = False


PREFIXES = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SAMPLE = """
:p rdfs:subPropertyOf :q ; rdfs:domain :C . :q a owl:TransitiveProperty .
:q rdfs:range :Thing . :C rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :q ;
  owl:allValuesFrom :D ] .
:r a owl:InverseFunctionalProperty . :a :r :key . :b :r :key .
:a :p :x . :x :q :y . :y :q :z . :b :s 1 . :s a owl:FunctionalProperty . :a :s "01"^^xsd:integer .
"""


def turtle(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + text, format="turtle")


def same_in_memory_and_on_disk(graph: Graph, folder: Path, *, trivial: bool = False) -> None:
    file = written(graph, folder / "in.nt")
    assert on_disk([file], folder, trivial=trivial) == in_memory([file], trivial=trivial)


@settings(
    max_examples=10 * MORE,
    deadline=None,
    derandomize=not SOAK,
    suppress_health_check=list(HealthCheck),
)
@given(ONTOLOGIES, st.booleans())
def test_random_ontologies_close_as_in_memory(
    ontology: tuple[list[Triple], list[Triple]], trivial: bool
) -> None:
    with TemporaryDirectory() as folder:
        file = written(graph_of(*ontology), Path(folder) / "in.nt")
        try:
            conclusions = on_disk([file], Path(folder), trivial=trivial)
        except ProblemsError as error:
            assert "only --engine memory" in str(error)
            return
        assert conclusions == in_memory([file], trivial=trivial)


@pytest.mark.conformance
@pytest.mark.parametrize(("name", "type_"), sample([*suite_cases()], 10))
def test_premises_of_the_w3c_close_as_in_memory(name: str, type_: str, tmp_path: Path) -> None:
    try:
        same_in_memory_and_on_disk(suite_graph(name), tmp_path)
    except ProblemsError as error:
        assert "only --engine memory" in str(error)


def test_the_committed_graph_closes_as_in_memory(
    ontology: Graph, asserted: dict[str, Graph], tmp_path: Path
) -> None:
    graph = Graph()
    for part in (ontology, *asserted.values()):
        graph += part
    same_in_memory_and_on_disk(graph, tmp_path)


KINDS = [
    SAMPLE,
    ":C owl:hasKey ( :k :l ) . :a a :C ; :k 1 ; :l :m . :b a :C ; :k 1 ; :l :m .",
    ':R owl:hasValue 5 ; owl:onProperty :p . :a a :R . :b :p 5 . :c :p "05"^^xsd:integer .',
    ":p owl:propertyChainAxiom ( :q :r :q ) . :a :q :b . :b :r :c . :c :q :d .",
    # An axiom that follows from data.
    ":isA rdfs:subPropertyOf rdfs:subClassOf . :C :isA :D . :a a :C .",
    ":p owl:sameAs :q . :C owl:sameAs :D . :a :p :b . :x a :C . :D rdfs:subClassOf :E .",
    ":p rdfs:range xsd:byte . :a :p 1000 . :C owl:disjointWith :D . :a a :C, :D .",
    ":p a owl:FunctionalProperty . :a :p 1, 2, 3 .",
    ":a owl:sameAs :b ; owl:differentFrom :b .",
    "[] a owl:AllDifferent ; owl:members ( :a :b :c ) . :a owl:sameAs :c .",
    "[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) . :x a :A, :C .",
    ':x :p "five"^^xsd:integer .',
    # Contradictions about a literal, which only follow.
    ':q rdfs:range owl:Nothing . :a :q "l", 1 .',
    ":C owl:disjointWith :D . :p rdfs:range :C . :q rdfs:range :D . :a :p 1 . :b :q 1 .",
    ":p owl:propertyDisjointWith :q ; owl:inverseOf :p . :q owl:inverseOf :q . :a :p 1 ; :q 1 .",
    "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetIndividual :b ."
    " :a :q :b . :q rdfs:subPropertyOf :p .",
]


@pytest.mark.parametrize("text", alone_too(KINDS))
def test_kinds_of_axioms_close_as_in_memory(text: str, tmp_path: Path) -> None:
    same_in_memory_and_on_disk(turtle(text), tmp_path)


def test_an_intersection_of_many_classes_is_counted(tmp_path: Path) -> None:
    names = [f":c{k}" for k in range(12)]
    text = (
        f":C owl:intersectionOf ({' '.join(names)}) . :x a {', '.join(names)} ."
        f" :y a {', '.join(names[1:])} . :b rdfs:subClassOf :c0 . :z a :b, {', '.join(names[1:])} ."
    )
    same_in_memory_and_on_disk(turtle(text), tmp_path)


@pytest.mark.parametrize("trivial", [False, True])
def test_what_holds_of_everything_comes_where_it_is_wanted(tmp_path: Path, trivial: bool) -> None:
    graph = turtle(SAMPLE + ":C a owl:Class . :D a owl:Class .")
    same_in_memory_and_on_disk(graph, tmp_path, trivial=trivial)


@pytest.mark.parametrize("name", ["owl-rl", "owl-rl-without-equality", "rdfs-plus"])
def test_what_any_graph_closes_to_is_there(name: str, tmp_path: Path) -> None:
    """Numbers differ (dt-diff), so that owl:differentFrom is in a closure, and itself (eq-ref)."""
    file = written(turtle(":D owl:hasKey :pair ."), tmp_path / "in.nt")
    rules = rule_set(name)
    conclusions = on_disk([file], tmp_path, rules, trivial=True)
    assert conclusions == in_memory([file], rules, trivial=True)
    loop = " ".join([f"<{OWL.differentFrom}>", f"<{OWL.sameAs}>", f"<{OWL.differentFrom}>", "."])
    assert (loop in conclusions.triples) == (rules.equality and "dt-diff" in rules)


LISTS = [
    # A list without cells, one that leads back to itself, one without an end.
    ":D owl:hasKey :l . :a a :D ; :p 1 . :b a :D ; :p 1 .",
    ":D owl:unionOf :l . :l rdf:first :C ; rdf:rest :l . :a a :C .",
    ":D owl:unionOf :l . :l rdf:first :C ; rdf:rest :m . :m rdf:first :E . :a a :C, :E .",
    # A cell with two members, and one with two ends: each way to read it is a list.
    ":D owl:intersectionOf :l . :l rdf:first :C, :E ; rdf:rest () . :a a :C . :b a :E .",
    ":D owl:unionOf :l . :l rdf:first :C ; rdf:rest (), :m . :m rdf:first :E ; rdf:rest () ."
    " :a a :E . :b a :C .",
    # Lists that share their end, and one whose members are one thing.
    ":D owl:unionOf :l . :F owl:unionOf :m . :l rdf:first :C ; rdf:rest :m ."
    " :m rdf:first :E ; rdf:rest () . :a a :E . :b a :C .",
    "[] a owl:AllDifferent ; owl:members ( :a :a ) . :a :p :b .",
    # Cells that follow: by a property above another, and by what is the same.
    ":next rdfs:subPropertyOf rdf:rest . :D owl:unionOf :l . :l rdf:first :C ; :next () ."
    " :a a :C .",
    ":D owl:unionOf :k . :k owl:sameAs :l . :l rdf:first :C ; rdf:rest () . :a a :C .",
    ":end owl:sameAs rdf:nil . :D owl:unionOf :l . :l rdf:first :C ; rdf:rest :end . :a a :C .",
    # The empty list, and an axiom whose list follows.
    ":D owl:intersectionOf () ; owl:unionOf () ; owl:oneOf () . :a a :D .",
    ":has rdfs:subPropertyOf owl:oneOf . :D :has ( :a :b ) .",
]


@pytest.mark.parametrize("text", alone_too(LISTS))
@pytest.mark.parametrize("trivial", [False, True])
def test_lists_of_any_form_are_read_as_in_memory(text: str, trivial: bool, tmp_path: Path) -> None:
    same_in_memory_and_on_disk(turtle(text), tmp_path, trivial=trivial)


OF_OTHER_RULES = [
    SAMPLE,
    # All pairs of three that are the same, both ways round, also where nothing follows from it.
    ":r a owl:InverseFunctionalProperty . :a :r :k . :b :r :k . :c :r :k .",
    ":C owl:hasKey ( :k ) . :a a :C ; :k 1 . :b a :C ; :k 1 . :c a :C ; :k 1 .",
    ':R owl:maxCardinality "1"^^xsd:nonNegativeInteger ; owl:onProperty :p .'
    " :a a :R ; :p :b, :c, :d .",
]
DIFFERING_VALUES = ':s a owl:FunctionalProperty . :b :s 1, 2 . :a :s "01"^^xsd:integer, :q, :r .'


@pytest.mark.parametrize("name", ["owl-rl-without-equality", "rdfs-plus"])
@pytest.mark.parametrize("text", [*alone_too(OF_OTHER_RULES), DIFFERING_VALUES])
def test_other_sets_of_rules_close_as_in_memory(name: str, text: str, tmp_path: Path) -> None:
    file = written(turtle(text), tmp_path / "in.nt")
    rules = rule_set(name)
    assert on_disk([file], tmp_path, rules) == in_memory([file], rules)


def test_rules_about_every_property_are_refused_by_name(tmp_path: Path) -> None:
    file = written(turtle(SAMPLE), tmp_path / "in.nt")
    with pytest.raises(ProblemsError, match=r"about every property.*--engine memory"):
        on_disk([file], tmp_path, rule_set("rdfs"))


@pytest.mark.parametrize(
    "text",
    [":p rdfs:subPropertyOf owl:sameAs . owl:sameAs rdfs:subPropertyOf :q . :a :p :b ."],
)
def test_an_axiom_about_equality_itself_is_refused_by_name(text: str, tmp_path: Path) -> None:
    file = written(turtle(text), tmp_path / "in.nt")
    with pytest.raises(ProblemsError, match=r"owl:sameAs itself.*--engine memory"):
        on_disk([file], tmp_path)


@pytest.mark.parametrize("term", ["rdf:type", "owl:sameAs"])
def test_another_name_of_a_term_of_the_rules_is_refused_by_name(term: str, tmp_path: Path) -> None:
    file = written(turtle(f":p owl:sameAs {term} . :a :p :b ."), tmp_path / "in.nt")
    with pytest.raises(ProblemsError, match=f"{term} is the same as another.*--engine memory"):
        on_disk([file], tmp_path)


def test_more_axioms_than_one_process_is_to_hold_are_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eakg.reason.disk.fitting.LARGEST", 2)
    file = written(turtle(SAMPLE), tmp_path / "in.nt")
    words = r"more than 2 facts are axioms or cells of their lists.*--engine memory"
    with pytest.raises(ProblemsError, match=words):
        on_disk([file], tmp_path)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (
            ":C owl:disjointWith :D . " + " ".join(f":x{k} a :C, :D ." for k in range(9)),
            "cax-dw",
        ),
        (
            ":p a owl:AsymmetricProperty . "
            + " ".join(f":x{k} :p :y{k} . :y{k} :p :x{k} ." for k in range(9)),
            "prp-asyp",
        ),
        (" ".join(f':x{k} :p "{k}."^^xsd:integer .' for k in range(9)), "dt-not-type"),
        (" ".join(f":x{k} owl:differentFrom :x{k} ." for k in range(9)), "eq-diff1"),
    ],
)
def test_of_many_clashes_the_first_are_told(
    text: str, rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eakg.reason.disk.clashes.MOST", 4)
    file = written(turtle(text), tmp_path / "in.nt")
    with disk_closure([file], tmp_path / "work", DiskOptions(rule_set())) as closure:
        assert closure.clashes.are_cut
        clashes = {(one.rule, one.message) for one in closure.clashes.inconsistencies}
    assert {name for name, _ in clashes} == {rule}
    assert len(clashes) < 9
    assert clashes < set(in_memory([file]).clashes)


@pytest.mark.parametrize("bits", [1, 4, 6])
def test_terms_of_one_hash_stay_apart(bits: int, tmp_path: Path) -> None:
    """With a hash of so few bits most terms collide, those of the rules too."""
    file = written(turtle(SAMPLE), tmp_path / "in.nt")
    assert on_disk([file], tmp_path, bits=bits) == in_memory([file])


def test_parts_of_the_input_are_one_graph(tmp_path: Path) -> None:
    lines = written(turtle(SAMPLE), tmp_path / "in.nt").read_text("utf-8").splitlines(keepends=True)
    # Blank nodes of different files are different; so they stay together.
    named = [line for line in lines if "_:" not in line]
    rest = [line for line in lines if "_:" in line]
    first, second = tmp_path / "1.nt", tmp_path / "2.nt.gz"
    first.write_text("".join(named[::2] + rest), "utf-8")
    second.write_bytes(gzip.compress("".join(named[1::2]).encode()))
    assert on_disk([first, second], tmp_path) == in_memory([first, second])


def test_quads_are_read_as_the_merge_of_their_graphs(tmp_path: Path) -> None:
    lines = written(turtle(SAMPLE), tmp_path / "in.nt").read_text("utf-8").splitlines()
    quads = [
        line if place % 3 == 0 else f"{line.removesuffix(' .')} <http://example.org/g{place}> ."
        for place, line in enumerate(lines)
    ]
    quads[1] = quads[1].replace(" ", "\t", 1)
    (tmp_path / "in.nq").write_text("\n".join(quads) + "\n", "utf-8")
    assert on_disk([tmp_path / "in.nq"], tmp_path) == in_memory([tmp_path / "in.nt"])


@pytest.mark.parametrize("name", ["in.nt", "in.nq"])
def test_a_wrong_line_is_told_with_its_place(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text("<http://x/a> <http://x/p> <http://x/b> .\n<http://x/a> nonsense .\n", "utf-8")
    with pytest.raises(ProblemsError) as info:
        on_disk([file], tmp_path)
    assert [(one.file, one.line) for one in info.value.problems] == [(str(file), 2)]
    assert not (tmp_path / "out").exists()


class _EndedError(Exception):
    """A run that is ended from without."""


class _SecondRound:
    """Ends a run at the second round that it begins."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, _: int, __: int) -> None:
        self._count += 1
        if self._count > 1:
            raise _EndedError


def test_a_run_goes_on_after_each_round(tmp_path: Path) -> None:
    """As often as there are rounds, a run is ended at the next one."""
    file = written(turtle(SAMPLE), tmp_path / "in.nt")
    wanted = in_memory([file]).triples
    options = DiskOptions(rule_set())
    place, ends = 0, 0
    while True:
        with DiskClosure([file], tmp_path / "work", replace(options, resume=place > 0)) as closure:
            place += 1
            try:
                closure.run(observe=_SecondRound())
            except _EndedError:
                ends += 1
                continue
            closure.write(tmp_path / "out", only_inferred=True, compressed=False)
            break
    assert ends > 2
    assert set(part_lines(tmp_path / "out")) == wanted


def test_work_of_other_files_is_not_gone_on_with(tmp_path: Path) -> None:
    file = written(turtle(SAMPLE), tmp_path / "in.nt")
    on_disk([file], tmp_path)
    written(turtle(SAMPLE + ":a :p :c ."), file)
    options = DiskOptions(rule_set(), resume=True)
    with (
        pytest.raises(ProblemsError, match="other files, rules or versions"),
        DiskClosure([file], tmp_path / "work", options) as closure,
    ):
        closure.run()


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    file = written(turtle(SAMPLE), tmp_path / "in.nt")
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "thesis.txt").touch()
    with pytest.raises(ProblemsError, match="is not empty"):
        on_disk([file], tmp_path)
    assert (tmp_path / "work" / "thesis.txt").is_file()


def test_two_runs_do_not_work_in_one_folder(tmp_path: Path) -> None:
    file = written(turtle(SAMPLE), tmp_path / "in.nt")
    options = DiskOptions(rule_set())
    with (
        DiskClosure([file], tmp_path / "work", options),
        pytest.raises(ProblemsError, match="another run works in it"),
    ):
        DiskClosure([file], tmp_path / "work", options)


@pytest.mark.parametrize("text", [SAMPLE, SAMPLE + ":a :p _:b . _:b :p :c ."])
def test_lines_are_written_where_the_dictionary_has_no_room(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eakg.reason.disk.parts.BYTES_OF_A_TERM", 1 << 20)
    file = written(turtle(text), tmp_path / "in.nt")
    options = DiskOptions(rule_set(), memory=64)
    with disk_closure([file], tmp_path / "work", options) as closure:
        closure.write(tmp_path / "out", only_inferred=True, compressed=False)
    assert set(part_lines(tmp_path / "out")) == in_memory([file]).triples


def test_facts_and_terms_are_in_order_of_their_keys(tmp_path: Path) -> None:
    """By statistics of 32,768 facts or 4,096 terms, a look-up knows where they may be."""
    lines = (f"<http://x/{k}> <http://x/p{k % 7}> <http://x/{k + 1}> .\n" for k in range(70_000))
    file = tmp_path / "in.nt"
    file.write_text("".join(lines), "utf-8")
    with disk_closure([file], tmp_path / "work", DiskOptions(rule_set())):
        pass
    for name, column, size in (("asserted-0", "k", 2), ("terms-0/0", "id", 17)):
        statistics = duckdb.execute(
            "select stats_min_value::bigint, stats_max_value::bigint from parquet_metadata(?)"
            " where path_in_schema = ? order by row_group_id",
            [str(tmp_path / "work" / f"{name}.parquet"), column],
        ).fetchall()
        assert len(statistics) >= size
        assert all(one[1] <= other[0] for one, other in pairwise(statistics))


@pytest.mark.parametrize("name", ["asserted", "terms", "facts"])
def test_a_damaged_page_is_told_before_a_run_goes_on(name: str, tmp_path: Path) -> None:
    """A bit of another value, which need not be seen when the page is read."""
    file = written(turtle(SAMPLE), tmp_path / "in.nt")
    options = DiskOptions(rule_set())
    with disk_closure([file], tmp_path / "work", options):
        pass
    path = next((tmp_path / "work").glob(f"{name}-*"))
    damaged = next(path.iterdir()) if path.is_dir() else path
    content = bytearray(damaged.read_bytes())
    content[40] ^= 1
    damaged.write_bytes(content)
    with (
        pytest.raises(ProblemsError, match=f"{path.name} is damaged; without --resume"),
        DiskClosure([file], tmp_path / "work", replace(options, resume=True)) as closure,
    ):
        closure.run()
