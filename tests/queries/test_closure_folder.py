"""Queries of a closure on disk: the engine says the same of the triples that the closure has."""

import json
import shutil
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import OWL, RDF, Graph, URIRef
from rdflib.term import Node

from eakg.cli import main
from eakg.queries.ask.closure_folder import divided
from eakg.rdf.notation import sparql_term
from eakg.rdf.terms import Triple
from eakg.reason.disk.answering import rows
from eakg.reason.disk.answering.rows import AnswerLimits, write_rows
from eakg.reason.disk.closure import DiskOptions
from eakg.reason.rules.sets import rule_set
from eakg.sparql.failures import QueryRefusedError
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.request import QueryRequest
from helpers.disk_closures import disk_closure, part_lines, written
from helpers.random_ontologies import (
    CLASSES,
    INDIVIDUALS,
    LITERALS,
    ONTOLOGIES,
    PROPERTIES,
    graph_of,
)
from helpers.tries import SOAK

MANY = 10 if SOAK else 2
LIMITS = AnswerLimits(60, 512)
VARIABLES = ("?x", "?y", "?z")
CONDITIONS = (
    *("?x = ?y", "?x != ?y", "?z = ex:a", "?z != ex:a", "?x IN (ex:a, ex:b, ex:none)"),
    *("?y NOT IN (ex:a, ex:C)", "BOUND(?z)", "!BOUND(?z)", "isIRI(?y)", "isLiteral(?y)"),
    *("isBlank(?y) || sameTerm(?x, ?y)", "!(?x = ?y) && BOUND(?y)", "?y = ex:none || ?x = ex:a"),
    *("?y > 0", "STRLEN(STR(?y)) < 30", "?y = 1 || ?x = ex:a", "?y != 1", "?w = ?x", "!BOUND(?w)"),
)
"""Of which some are met by keys of terms, others by their values."""
HEADS = (
    *("SELECT * WHERE {}", "SELECT ?x WHERE {}", "SELECT DISTINCT ?y WHERE {}", "ASK {}"),
    *("SELECT ?x ?z WHERE {} ORDER BY ?y ?x", "SELECT (STR(?y) AS ?s) ?x WHERE {}"),
    *("SELECT (COUNT(*) AS ?n) WHERE {}", "SELECT (COUNT(?z) AS ?n) (MAX(?y) AS ?m) WHERE {}"),
    "SELECT ?x (COUNT(*) AS ?n) (COUNT(DISTINCT ?y) AS ?m) WHERE {} GROUP BY ?x",
    "SELECT ?x (COUNT(?z) AS ?n) WHERE {} GROUP BY ?x HAVING (COUNT(*) > 1) ORDER BY DESC(?n)",
    "SELECT ?y (COUNT(DISTINCT ?x) AS ?n) (MIN(STR(?z)) AS ?m) WHERE {} GROUP BY ?y",
    "SELECT (SUM(?y) AS ?n) (AVG(?y) AS ?m) (COUNT(?w) AS ?k) WHERE {}",
    "SELECT ?k (SUM(STRLEN(STR(?z)) + 1) AS ?n) (AVG(STRLEN(STR(?y))) AS ?m) WHERE {}"
    " GROUP BY (isIRI(?y) AS ?k)",
    "SELECT (GROUP_CONCAT(DISTINCT ?none) AS ?n) (COUNT(DISTINCT STR(?y)) AS ?m) WHERE {}",
)


def _spelled(terms: list[Node]) -> list[str]:
    return [sparql_term(term) for term in terms]


PREDICATES = ["?p", *_spelled([*PROPERTIES, RDF.type, OWL.sameAs]), "(^ex:p/ex:q)"]
OBJECTS = [*VARIABLES * 4, "[]", *_spelled([*CLASSES, *INDIVIDUALS, *LITERALS[:4]])]
TRIPLES = st.builds(
    "{} {} {} .".format,
    st.sampled_from([*VARIABLES * 3, "[]", *_spelled(INDIVIDUALS)]),
    st.sampled_from(PREDICATES),
    st.sampled_from(OBJECTS),
)
FILTERS = st.lists(st.sampled_from(CONDITIONS).map("FILTER ({})".format), max_size=1)
GROUPS = st.tuples(st.lists(TRIPLES, min_size=1, max_size=2), FILTERS).map(
    lambda parts: " ".join(parts[0] + parts[1])
)
PATTERNS = st.tuples(GROUPS, st.lists(GROUPS.map("OPTIONAL {{ {} }}".format), max_size=2)).map(
    lambda parts: f"{{ {' '.join([parts[0], *parts[1]])} }}"
)
QUERIES = st.builds(
    lambda head, pattern: f"PREFIX ex: <http://example.org/> {head.replace('{}', pattern)}",
    st.sampled_from(HEADS),
    PATTERNS,
)


def _store(file: Path) -> EmbeddedStore:
    return EmbeddedStore(read_contents([GraphFile(URIRef("urn:x-test:data"), file)]))


def _answer(store: EmbeddedStore, text: str) -> object:
    """The answer, with rows in no order."""
    result = json.loads(store.query(QueryRequest(text, format="json")).read())
    if "boolean" in result:
        return result["boolean"]
    rows = (json.dumps(row, sort_keys=True) for row in result["results"]["bindings"])
    return sorted(result["head"]["vars"]), Counter(rows)


def _by_tables(folder: Path, text: str) -> object:
    group, rest = divided(text)
    file = folder / "rows.nt"
    write_rows(folder / "work", group, rest, file, LIMITS, inferred=True)
    return _answer(_store(file), rest.text)


@pytest.mark.slow
@given(ontology=ONTOLOGIES, texts=st.lists(QUERIES, min_size=12, max_size=12, unique=True))
@settings(max_examples=MANY, suppress_health_check=list(HealthCheck))
def test_the_engine_says_the_same(
    ontology: tuple[list[Triple], list[Triple]], texts: list[str]
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        file = written(graph_of(*ontology), folder / "in.nt")
        options = DiskOptions(rule_set())
        with disk_closure([file], folder / "work", options) as closure:
            closure.write(folder / "out", only_inferred=False, compressed=False)
        whole = folder / "whole.nt"
        whole.write_text("".join(f"{line}\n" for line in part_lines(folder / "out")), "utf-8")
        store = _store(whole)
        for text in texts:
            try:
                answer = _by_tables(folder, text)
            except QueryRefusedError:
                continue
            assert answer == _answer(store, text), text


GRAPH = """
@prefix ex: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:C rdfs:subClassOf ex:D .
ex:a a ex:C ; ex:p ex:b, ex:c ; ex:q 1, 2.5 .
ex:b ex:p ex:c .
"""
REFUSED = {
    "SELECT * { { ?x ex:p ?y } UNION { ?x ex:q ?y } }": "UNION",
    "SELECT * { ?x ex:p+ ?y }": "a path with |, *, +, ? or !",
    "SELECT * { ?x ex:p ?y MINUS { ?x ex:q ?y } }": "MINUS",
    "SELECT * { ?x ex:p ?y BIND (1 AS ?n) }": "BIND",
    "SELECT * { VALUES ?x { ex:a } ?x ex:p ?y }": "VALUES",
    "SELECT * { ?x ex:p ?y } VALUES ?x { ex:a }": "VALUES",
    "SELECT * { GRAPH ?g { ?x ex:p ?y } }": "GRAPH",
    "SELECT * { { SELECT ?x { ?x ex:p ?y } } }": "a group within a group",
    "SELECT * { ?x ex:p ?y FILTER NOT EXISTS { ?y ex:p ?x } }": "EXISTS",
    "SELECT * { ?x ex:p ?y OPTIONAL { ?x ex:q ?z FILTER (?z > 1) } }": "in OPTIONAL a FILTER",
    "SELECT * { ?x ex:p (ex:a) }": "a list",
    "CONSTRUCT { ?x ex:p ?y } WHERE { ?x ex:p ?y }": "CONSTRUCT",
    "DESCRIBE ex:a": "DESCRIBE",
    "SELECT (GROUP_CONCAT(?y) AS ?n) { ?x ex:p ?y }": "GROUP_CONCAT of an expression",
    "SELECT (COUNT(DISTINCT *) AS ?n) { ?x ex:p ?y }": "COUNT(DISTINCT *)",
    "SELECT * { ?x ex:p ?y OPTIONAL { ?x ex:q ?z } OPTIONAL { ?z ex:p ?y } }": "to match ?z",
}


@pytest.fixture(scope="module")
def closure(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of work of a small graph."""
    folder = tmp_path_factory.mktemp("closure")
    file = written(Graph().parse(data=GRAPH), folder / "in.nt")
    with disk_closure([file], folder / "work", DiskOptions(rule_set())):
        return folder / "work"


def _query(text: str, *options: str) -> tuple[int, str, str]:
    text = f"PREFIX ex: <http://example.org/>\n{text}"
    result = CliRunner().invoke(main, ["query", "-", *options], input=text)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(("text", "subject"), REFUSED.items())
def test_what_is_no_join_is_refused_by_name(closure: Path, text: str, subject: str) -> None:
    status, answer, line = _query(text, "--closure-dir", str(closure))
    assert (status, answer) == (6, "")
    assert line.startswith(f"<stdin>: line 2, column {_column(text, subject)}: {subject}")
    assert line.count("\n") == 1


def _column(text: str, subject: str) -> int:
    """Where what is refused stands."""
    word = subject.removeprefix("a ").removeprefix("in ").split()[0].split("(")[0]
    places = {
        "path": "ex:p+",
        "list": "(ex",
        "group": "{ SELECT",
        "UNION": "{ { ?x" if "UNION" in text else "",
        "to": "OPTIONAL { ?z",
        "OPTIONAL": "FILTER",
        "EXISTS": "NOT EXISTS",
    }
    offset = 2 if word == "UNION" else 0
    return text.index(places.get(word, word)) + 1 + offset


@pytest.mark.slow
def test_from_the_command_line(closure: Path) -> None:
    folder = ("--closure-dir", str(closure), "--format", "csv")
    text = "SELECT (COUNT(*) AS ?n) { ?x a ex:D }"
    assert _query(text, *folder) == (0, "n\n1\n", "")
    assert _query(text, *folder, "--closure", "asserted") == (0, "n\n0\n", "")
    status, answer, _ = _query("ASK { ?x ex:q 2.5 }", *folder[:2])
    assert (status, json.loads(answer)["boolean"]) == (0, True)
    status, _, line = _query("SELECT ?x { ?x ex:p }", *folder)
    assert status == 6
    assert "line 2, column" in line
    status, _, line = _query(text, *folder, "--data", "x.ttl")
    assert status == 2
    assert "--closure-dir goes without" in line
    status, _, line = _query(text, "--closure-dir", str(closure.parent))
    assert status == 2
    assert "has no manifest.json" in line


@pytest.mark.slow
def test_too_many_rows_are_refused(closure: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_ROWS", 2)
    few = "SELECT ?x (COUNT(?y) AS ?n) { ?x ex:p ?y } GROUP BY ?x ORDER BY ?x"
    status, answer, _ = _query(few, "--closure-dir", str(closure), "--format", "csv")
    assert status == 0
    assert answer.split() == ["x,n", "http://example.org/a,2", "http://example.org/b,1"]
    status, _, line = _query("SELECT ?x ?y { ?x ex:p ?y }", "--closure-dir", str(closure))
    assert status == 6
    assert "more than 2 solutions differ" in line
    for text in ("SELECT ?x ?y { ?x ex:p ?y } LIMIT 1 OFFSET 1", "ASK { ?x ex:p ?y }"):
        assert _query(text, "--closure-dir", str(closure))[0] == 0


DAMAGE = {"empty": b"", "cut": b"PAR1 and no more", "foreign": b"PAR1" + bytes(500) + b"PAR1"}


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_one_line(closure: Path, tmp_path: Path, damage: str) -> None:
    """Whichever file it is, and whoever reads it."""
    triple = ("http://example.org/a", "a", "http://example.org/D")
    for path in sorted(closure.rglob("*.parquet")):
        folder = tmp_path / path.stem
        shutil.copytree(closure, folder)
        (folder / path.relative_to(closure)).write_bytes(DAMAGE[damage])
        place = ("--closure-dir", str(folder))
        proved = CliRunner().invoke(main, ["explain", *triple, *place])
        asked = CliRunner().invoke(
            main, ["query", "-", *place], input="SELECT (COUNT(*) AS ?n) { ?x ?y ?z . ?z ?p ?x }"
        )
        for result in (proved, asked):
            assert isinstance(result.exception, SystemExit | None), (path, result.exception)
            # What nobody reads hurts nobody.
            assert result.exit_code == 0 or len(result.stderr.splitlines()) == 1, path
        assert {proved.exit_code, asked.exit_code} <= {0, 2}, path
        assert 2 in {proved.exit_code, asked.exit_code} or path.name.startswith("literals")
