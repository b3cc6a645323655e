"""Slips in saved queries, found before they are asked."""

from pathlib import Path

import pytest

from eakg.dataset.layout import Layout
from eakg.queries.contract.saved import parse_query
from eakg.queries.lint.findings import lint
from helpers.saved_query_files import run

PROLOGUE = """PREFIX eakg: <https://w3id.org/eakg/ontology#>
PREFIX id: <https://w3id.org/eakg/id/>
"""


def found(text: str) -> list[str]:
    """The findings without the file."""
    query = parse_query(Path("q.rq"), text)
    return [str(finding).removeprefix("q.rq:") for finding in lint(query)]


CLEAN = [
    "SELECT ?x { ?x a eakg:Actor } LIMIT 9",
    "SELECT ?x (COUNT(*) AS ?n) { ?x eakg:partOf id:asean } GROUP BY ?x ORDER BY ?n",
    "SELECT * { ?x eakg:partOf ?y } LIMIT 9",
    "SELECT ?x { ?x eakg:partOf id:asean . FILTER NOT EXISTS { ?x eakg:hasPart ?part } }",
    "SELECT ?x { ?x eakg:partOf id:asean MINUS { ?x eakg:hasPart ?part } }",
    "SELECT ?x { GRAPH ?g { ?x eakg:partOf id:asean } }",
    "SELECT ?x { ?x eakg:partOf/eakg:hasPart id:asean ; a ?kind . FILTER (?kind != eakg:Actor) }",
    "SELECT ?x ?y { ?x eakg:partOf id:asean . ?y eakg:partOf id:eas . FILTER (?x != ?y) }",
    "SELECT ?x { { ?x eakg:partOf id:asean } UNION { ?x eakg:partOf id:eas } }",
    "SELECT ?x ?z { ?x eakg:partOf id:asean OPTIONAL { ?x eakg:hasPart ?z } }",
    "SELECT ?x { { SELECT ?x { ?x eakg:partOf id:asean } } ?x a eakg:Actor }",
    "SELECT ?x { VALUES ?y { id:asean } ?x eakg:partOf ?y }",
    "SELECT ?x ?z { ?x eakg:partOf id:asean . BIND (STR(?x) AS ?z) }",
    "SELECT ?x { ?x eakg:partOf id:asean . BIND (1 AS ?z) FILTER (?z = 1) }",
    "ASK { ?x eakg:partOf ?y . ?y eakg:partOf ?x }",
    "CONSTRUCT { ?x a eakg:Actor } { ?x eakg:partOf id:asean }",
    "DESCRIBE id:asean",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    'SELECT ?x { ?x eakg:partOf id:asean . FILTER ("?s ?p ?o eakg:agnt" != "") } # ?y eakg:agnt',
]


@pytest.mark.parametrize("text", CLEAN)
def test_nothing_is_found_where_nothing_is_wrong(text: str) -> None:
    used = "".join(
        line + "\n" for line in PROLOGUE.splitlines() if f"{line.split()[1]}" in text.split("#")[0]
    )
    assert found(used + text) == []


SLIPS = [
    ("SELECT ?x {", "3: error: ", "too early"),
    ("SELECT ?x { ?x a foo:Bar }", "3: error: ", "the prefix foo: is not declared"),
    ("SELECT ?x WHERE { ?x a eakg:Actr }", "3: error: ", "did you mean eakg:Actor?"),
    ("SELECT ?x { ?x eakg:zzz id:asean }", "3: error: ", "eakg:zzz is no term"),
    ("SELECT ?x {\n ?x eakg:partOf id:aseann }", "4: error: ", "did you mean id:asean?"),
    (
        "SELECT ?x { ?x <http://www.w3.org/2004/02/skos/core#prefLable> id:asean }",
        "3: error: ",
        "did you mean <http://www.w3.org/2004/02/skos/core#prefLabel>?",
    ),
    ("SELECT ?x { ?x a eakg:Actor } LIMIT 1", "2: warning: ", "the prefix id: is not used"),
    ("SELECT ?x ?y { ?x a eakg:Actor ; a id:x }", "3: error: ", "?y is in the result and never"),
    ("SELECT ?x { ?x eakg:partOf id:asean } ORDER BY ?y", "3: error: ", "?y is ordered by"),
    ("SELECT ?x { ?x eakg:partOf id:asean , ?y }", "3: warning: ", "?y is used once; write []"),
    ("SELECT ?x { ?x eakg:partOf id:asean BIND (1 AS ?y) }", "3: warning: ", "?y is assigned"),
    (
        "SELECT ?x ?y { ?x eakg:partOf id:asean . ?y eakg:partOf id:eas }",
        "3: warning: ",
        "nothing connects ?x and ?y",
    ),
    (
        "SELECT ?x ?y { ?x eakg:partOf id:asean { SELECT ?y { ?y eakg:partOf id:eas } } }",
        "3: warning: ",
        "nothing connects",
    ),
    (
        "SELECT ?x ?z { ?x eakg:partOf id:asean OPTIONAL { ?z eakg:hasPart id:eas } }",
        "3: warning: ",
        "nothing connects",
    ),
    ("SELECT ?x ?y { ?x eakg:partOf ?y }", "1: warning: ", "no bound; add LIMIT"),
    ("SELECT ?x { ?x eakg:partOf id:asean } VALUES ?x { id:asea }", "3: error: ", "id:asea is no"),
]


@pytest.mark.parametrize(("text", "place", "words"), SLIPS)
def test_a_slip_is_found_with_its_line(text: str, place: str, words: str) -> None:
    lines = found(PROLOGUE + text)
    assert any(line.startswith(place) and words in line for line in lines), lines


def test_a_query_that_parameters_break_is_told() -> None:
    header = "#+ parameters: {x: {type: string, default: a}}\n"
    (line,) = found(header + PROLOGUE + "ASK { eakg:Actor ?x id:asean }")
    assert "with values for its parameters it is no query" in line
    (line,) = found(header + PROLOGUE + "SELECT ?x { id:asean eakg:partOf ?y BIND (?y AS ?x) }")
    assert "assigns it by AS" in line


def test_the_shipped_queries_are_clean(layout: Layout) -> None:
    result = run("lint-queries", "--strict", str(layout.queries))
    assert result.exit_code == 0, result.stdout


def test_statuses(tmp_path: Path) -> None:
    query = tmp_path / "q.rq"
    query.write_text("SELECT ?s ?o { ?s ?p ?o }\n", "utf-8")
    result = run("lint-queries", str(query))
    assert result.exit_code == 0
    assert "1 queries: 0 errors, 1 warnings." in result.stdout
    assert run("lint-queries", "--strict", str(query)).exit_code == 1
    query.write_text("#+ expect: {rowz: x}\nSELECT ?s { ?s ?p ?o }\n", "utf-8")
    result = run("lint-queries", str(query))
    assert result.exit_code == 1
    assert f"{query}:1: error: " in result.stdout
    assert run("lint-queries", str(tmp_path / "none")).exit_code == 2
