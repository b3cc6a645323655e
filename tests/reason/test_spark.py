"""Closures by Spark: the same set as in memory, made by its workers over files.

Each query of Spark takes some tenths of a second of a processor, and a closure a hundred of them,
so that these tests run where EAKG_SOAK is set; ten times as many random ontologies as it says.
"""

import gzip
import logging
import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Graph

from eakg.cli import main
from eakg.problems import ProblemsError
from eakg.rdf.terms import Triple
from eakg.reason.closure import materialize
from eakg.reason.databases.spark import spark_session
from eakg.reason.disk.closure import DiskClosure, DiskOptions
from eakg.reason.disk.support import support_of_triple
from eakg.reason.rules.sets import rule_set
from helpers.disk_closures import in_memory, on_disk, part_lines, written
from helpers.lubm import DATA, ONTOLOGY
from helpers.owl_suite import suite_cases, suite_graph
from helpers.proof_checker import check
from helpers.random_ontologies import ONTOLOGIES, graph_of

pytest.importorskip("pyspark", reason="no pyspark (pip install 'eakg[spark]')")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("java") is None, reason="no Java, which Spark needs"),
]
SOAK = int(os.environ.get("EAKG_SOAK", "1"))
soak = pytest.mark.skipif(SOAK == 1, reason="a session of Spark takes minutes (set EAKG_SOAK)")
in_spark = pytest.mark.usefixtures("session")
MASTER = "local[1]"
PREFIXES = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SAMPLE = """
:p rdfs:subPropertyOf :q ; rdfs:domain :C . :q a owl:TransitiveProperty .
:C rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :q ; owl:allValuesFrom :D ] .
:R owl:hasValue 5 ; owl:onProperty :v . :c :v "05"^^xsd:integer . :D owl:unionOf ( :E :F ) .
:r a owl:InverseFunctionalProperty . :a :r :key . :b :r :key .
:isA rdfs:subPropertyOf rdfs:subClassOf . :C :isA :G . :D owl:disjointWith :H . :x a :H .
:a :p :x . :x :q :y . :y :q :z . :b :s 1 . :a :s "a \\"word\\"\\n", "b"@en, "it's" .
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One session for all, in which little may come to the driver at once."""
    logger = logging.getLogger("rdflib.term")
    logger.disabled = True
    folder = tmp_path_factory.mktemp("spark")
    options = {"spark_sql_shuffle_partitions": "1", "spark_driver_maxResultSize": "1m"}
    started = spark_session(folder, MASTER, **options)
    yield
    started.stop()
    logger.disabled = False


def turtle(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + text, format="turtle")


@soak
@in_spark
def test_all_kinds_of_axioms_close_as_in_memory(tmp_path: Path) -> None:
    """With a contradiction, values, equality, a list, and an axiom that follows from data."""
    file = written(turtle(SAMPLE), tmp_path / "in.nt")
    conclusions = on_disk([file], tmp_path, master=MASTER)
    assert conclusions == in_memory([file])
    assert {rule for rule, _ in conclusions.clashes} == {"cax-dw"}


@soak
@in_spark
def test_terms_of_one_hash_stay_apart(tmp_path: Path) -> None:
    file = written(turtle(":p rdfs:domain :C . :a :p :b ."), tmp_path / "in.nt")
    assert on_disk([file], tmp_path, bits=2, master=MASTER) == in_memory([file])


@soak
@in_spark
def test_parts_of_any_kind_are_one_graph(tmp_path: Path) -> None:
    """Plain, gzip, quads, another syntax; and lines with comments, without blanks."""
    (tmp_path / "1.nt").write_text(
        "# parts\n<http://x/a><http://x/p><http://x/b>.# so\n\n"
        '<http://x/a> <http://x/l> "d\\u00e9j\\u00e0" .\n',
        "utf-8",
    )
    line = "<http://x/b> <http://x/p> <http://x/c> <http://x/g> .\n"
    (tmp_path / "2.nq.gz").write_bytes(gzip.compress(line.encode()))
    (tmp_path / "3.ttl").write_text(
        "<http://x/p> a <http://www.w3.org/2002/07/owl#TransitiveProperty> .", "utf-8"
    )
    files = sorted(tmp_path.glob("[1-3].*"))
    assert on_disk(files, tmp_path, master=MASTER) == in_memory(files)


@soak
@in_spark
def test_a_line_that_is_no_triple_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = Path("in.nt")
    file.write_text("<http://x/a> <http://x/p> <http://x/b> .\n<http://x/a> p 1 .\n", "utf-8")
    with pytest.raises(ProblemsError, match=r"^in\.nt:2: "):
        on_disk([file], tmp_path, master=MASTER)
    assert not (tmp_path / "out").exists()


class _EndedError(Exception):
    """A run that is ended from without."""


def _end(number: int, _: int) -> None:
    if number > 1:
        raise _EndedError


@soak
@in_spark
def test_a_run_goes_on_with_the_last_round_and_has_proofs(tmp_path: Path) -> None:
    graph = turtle(":q a owl:TransitiveProperty . :a :q :b . :b :q :c . :c :q :d .")
    file = written(graph, tmp_path / "in.nt")
    work = tmp_path / "work"
    options = DiskOptions(rule_set(), master=MASTER)
    with pytest.raises(_EndedError), DiskClosure([file], work, options) as closure:
        closure.run(observe=_end)
    with (
        pytest.raises(ProblemsError, match="other files, rules or versions"),
        DiskClosure([file], work, DiskOptions(rule_set(), resume=True)) as closure,
    ):
        closure.run()
    with DiskClosure([file], work, replace(options, resume=True)) as closure:
        closure.run()
        closure.write(tmp_path / "out", only_inferred=True, compressed=True)
    lines = {
        line.decode()
        for part in (tmp_path / "out").glob("part-*.nt.gz")
        for line in gzip.decompress(part.read_bytes()).splitlines()
    }
    assert lines == in_memory([file]).triples
    for triple in materialize(graph).inferred:
        support = support_of_triple(work, triple)
        check(materialize(support.graph).explain(triple), graph)


@soak
@in_spark
def test_the_command_runs_in_spark_and_its_closure_is_there_when_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = written(turtle(":p rdfs:domain :C . :a :p _:b ."), Path("in.nt"))
    result = CliRunner().invoke(
        main, ["reason", "in.nt", "--engine", "spark", "--master", MASTER, "-o", "out"]
    )
    assert (result.exit_code, result.output) == (0, "")
    names = {path.name for path in Path("out").iterdir()}
    assert names >= {"_SUCCESS", "part-blank.nt"}
    assert {path.name for path in Path().iterdir()} == {"in.nt", "out"}
    memory = CliRunner().invoke(main, ["reason", str(file)])
    assert part_lines(Path("out")) == sorted(memory.stdout.splitlines())


def test_what_spark_needs_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(turtle(":a :p :b ."), tmp_path / "in.nt")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        master = f"spark://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(ProblemsError, match=f"{master} does not answer"):
            on_disk([file], tmp_path, master=master)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    command = ["reason", "--engine", "spark", str(file), "-o", str(tmp_path / "out")]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2
    line = "--engine spark: needs Java 17; Debian has it as openjdk-17-jre-headless\n"
    assert result.stderr == line
    assert not (tmp_path / "out").exists()


@soak
@in_spark
@settings(max_examples=10 * SOAK, deadline=None, suppress_health_check=list(HealthCheck))
@given(ONTOLOGIES, st.booleans())
def test_random_ontologies_close_as_in_memory(
    ontology: tuple[list[Triple], list[Triple]], trivial: bool
) -> None:
    with TemporaryDirectory() as folder:
        file = written(graph_of(*ontology), Path(folder) / "in.nt")
        try:
            conclusions = on_disk([file], Path(folder), trivial=trivial, master=MASTER)
        except ProblemsError as error:
            assert "only --engine memory" in str(error)
            return
        assert conclusions == in_memory([file], trivial=trivial)


@soak
@in_spark
@pytest.mark.parametrize(("name", "_type"), list(suite_cases())[::6])
def test_premises_of_the_w3c_close_as_in_memory(name: str, _type: str, tmp_path: Path) -> None:
    file = written(suite_graph(name), tmp_path / "in.nt")
    try:
        conclusions = on_disk([file], tmp_path, master=MASTER)
    except ProblemsError as error:
        assert "only --engine memory" in str(error)
        return
    assert conclusions == in_memory([file])


@soak
@in_spark
@pytest.mark.skipif(not ONTOLOGY.is_file(), reason=f"no LUBM data in {DATA} (set EAKG_BENCH)")
def test_a_university_closes_as_in_memory(tmp_path: Path) -> None:
    files = [DATA / "lubm-1.nt.gz", ONTOLOGY]
    assert on_disk(files, tmp_path, master=MASTER) == in_memory(files)
