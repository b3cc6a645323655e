"""Slips in saved queries, found before they are asked."""

import json
from pathlib import Path

import pytest

from eakg.dataset.layout import Layout
from eakg.queries.contract.saved import parse_query
from eakg.queries.lint.finding import FindingKind
from eakg.queries.lint.findings import LintOptions, lint
from helpers.saved_query_files import files_in, run

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


@pytest.mark.slow
@pytest.mark.parametrize("text", CLEAN)
def test_nothing_is_found_where_nothing_is_wrong(text: str) -> None:
    used = "".join(
        line + "\n" for line in PROLOGUE.splitlines() if f"{line.split()[1]}" in text.split("#")[0]
    )
    assert found(used + text) == []


SLIPS = [
    ("SELECT ?x {", "3:12: error: ", "too early"),
    ("SELECT ?x { ?x a foo:Bar }", "3:18: error: ", "the prefix foo: is not declared"),
    ("SELECT ?x WHERE { ?x a eakg:Actr }", "3: error: ", "did you mean eakg:Actor?"),
    ("SELECT ?x { ?x eakg:zzz id:asean }", "3: error: ", "eakg:zzz is no term"),
    ("SELECT ?x {\n ?x eakg:partOf id:aseann }", "4: error: ", "did you mean id:asean?"),
    (
        "SELECT ?x { ?x <http://www.w3.org/2004/02/skos/core#prefLable> id:asean }",
        "3: error: ",
        "did you mean <http://www.w3.org/2004/02/skos/core#prefLabel>?",
    ),
    ("SELECT ?x { ?x a eakg:Actor } LIMIT 1", "2: warning: ", "the prefix id: is not used"),
    ("SELECT ?x ?y { ?x a eakg:Actor ; a id:x }", "3: warning: ", "?y is in the result and never"),
    ("SELECT ?x { ?x eakg:partOf id:asean } ORDER BY ?y", "3: warning: ", "?y is ordered by"),
    ("SELECT ?x { ?x eakg:partOf id:asean , ?y }", "3: warning: ", "?y is used once; write []"),
    ("ASK { <a> eakg:partOf id:asean }", "3: warning: ", "<a> is a relative IRI"),
    ("ASK { <a> eakg:partOf id:asean", "3:31: error: ", "too early"),
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


FROM = "FROM <urn:g> FROM NAMED <urn:h>"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"SELECT ?o {FROM} {{ ?s ?p ?o", "1:53: error: "),
        (f"SELECT ?o {FROM} {{ ?s foo:p ?o }}", "1:48: error: "),
        ("ASK { SERVICE <http://x/> { ?s foo:p ?o } }", "1:32: error: "),
        ("ASK { SERVICE SILENT ?x { ?s ?p } }", "1:33: error: "),
        ("ASK { service<http://x/>{ ?s ?p } }", "1:33: error: "),
        ("SELECT ?s (COUNT(*) AS ?n) { SERVICE <http://x/> { ?s ?p 1 } }", "1:8: error: "),
    ],
)
def test_syntax_is_looked_at_whatever_the_dataset(text: str, place: str) -> None:
    (line,) = found(text)
    assert line.startswith(place), line
    good = text.replace("foo:p", "<p:p>").replace("?p }", "?p 1 }").replace("?s (COUNT", "(COUNT")
    good += "}" * (good.count("{") - good.count("}"))
    assert not any("error" in line for line in found(good)), good


@pytest.mark.slow
def test_each_kind_but_the_syntax_can_be_silenced() -> None:
    for text, place, words in SLIPS:
        query = parse_query(Path("q.rq"), PROLOGUE + text)
        (finding, *_) = (one for one in lint(query) if words in str(one))
        assert str(finding).startswith(f"q.rq:{place}")
        left = lint(query, LintOptions(ignored=frozenset({finding.kind.value})))
        is_syntax = finding.kind is FindingKind.SYNTAX
        assert any(words in str(one) for one in left) == is_syntax
        header = f"#+ lint: {{ignore: [{finding.kind}]}}\n"
        left = lint(parse_query(Path("q.rq"), header + PROLOGUE + text))
        assert any(words in str(one) for one in left) == is_syntax
    (line,) = found("#+ lint: {ignore: [prefx]}\nASK { <x:x> ?p 1 }")
    assert "lint cannot ignore 'prefx'" in line


@pytest.mark.slow
def test_prefixes_that_the_endpoint_declares(tmp_path: Path) -> None:
    text = "ASK { ?s rdfs:label ?o ; foo:p 1 }"
    assert "the prefix rdfs: is not declared, here or under `prefixes:`" in found(text)[0]
    rdfs = "http://www.w3.org/2000/01/rdf-schema#"
    header = f"#+ prefixes: {{rdfs: '{rdfs}', foo: 'http://foo.example/'}}\n"
    assert not any("declared" in line for line in found(header + text))
    (line,) = [line for line in found(header + text.replace("label", "lable")) if "no term" in line]
    assert "did you mean rdfs:label?" in line
    file, query = tmp_path / "prefixes.ttl", tmp_path / "q.rq"
    file.write_text(
        "PREFIX sh: <http://www.w3.org/ns/shacl#>\n"
        f"[] sh:declare [ sh:prefix 'rdfs' ; sh:namespace '{rdfs}' ] ,"
        " [ sh:prefix 'foo' ; sh:namespace 'http://foo.example/' ] .",
        "utf-8",
    )
    query.write_text(text, "utf-8")
    assert run("lint-queries", str(query)).exit_code == 1
    assert run("lint-queries", str(query), "--prefixes", str(file)).exit_code == 0
    query.write_text(text + "}", "utf-8")
    result = run("lint-queries", str(query), "--prefixes", str(file))
    assert f"{query}:1:{len(text) + 1}: error" in result.stdout


@pytest.mark.slow
def test_prefixes_of_the_header_are_declared_where_it_is_asked(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<http://e/a> <http://e/p> 1 .", "utf-8")
    query = tmp_path / "q.rq"
    query.write_text("#+ prefixes: {e: 'http://e/'}\nASK { e:a e:p 1 }", "utf-8")
    result = run("query", str(query), "--data", str(tmp_path / "a.ttl"))
    assert '"boolean":true' in result.stdout


def test_a_function_of_another_engine_is_a_warning() -> None:
    lines = found("PREFIX s: <http://s/>\nSELECT ?x { BIND (s:now() AS ?x) } LIMIT 1")
    assert lines == [
        "2: warning: s:now is no function of SPARQL; only an endpoint that has it can answer"
        " [function]"
    ]


XSD = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
RDFS_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
ONE = f"{{ ?s {RDFS_LABEL} ?o }}"
MEANINGS = [
    (f"SELECT (GROUP_CONCAT(?s) AS ?x) {ONE}", 22, "group-concat", "GROUP_CONCAT(STR(?s))"),
    ("SELECT (GROUP_CONCAT(?x) AS ?y) { [] a ?x }", 22, "group-concat", "GROUP_CONCAT(STR(?x))"),
    (
        'SELECT (GROUP_CONCAT(?x) AS ?y) { BIND (STRLEN("a") AS ?x) }',
        22,
        "group-concat",
        "STR(?x)",
    ),
    (f"SELECT ?s (COUNT(*) AS ?n) {ONE} GROUP BY ?s HAVING (?n > 1)", None, "having", "COUNT(*)"),
    (
        f"SELECT ?s {{ GRAPH ?g {{ ?s {RDFS_LABEL} ?o FILTER (?g != <urn:g>) }} }}",
        None,
        "graph-name",
        "?g has no value within GRAPH ?g",
    ),
    (
        f"SELECT ?s {{ GRAPH ?g {{ ?s {RDFS_LABEL} ?o OPTIONAL {{ BIND (STR(?g) AS ?s) }} }} }}",
        None,
        "graph-name",
        "behind the closing brace",
    ),
    (
        f'{XSD}ASK {{ ?s <p:p> ?t FILTER (?t + "P1D"^^xsd:dayTimeDuration > NOW()) }}',
        None,
        "duration",
        "subtract",
    ),
    (
        'ASK { ?s <p:p> ?o FILTER (LANG(?o) = CONCAT("en-", "GB")) }',
        None,
        "language",
        "LANGMATCHES",
    ),
    (
        'ASK { ?s <p:p> ?o BIND ("en-GB" AS ?l) FILTER (LANG(?o) = ?l) }',
        None,
        "language",
        "LANGMATCHES",
    ),
]


@pytest.mark.parametrize(("text", "column", "kind", "words"), MEANINGS)
def test_what_is_silently_empty_is_a_warning(
    text: str, column: int | None, kind: str, words: str
) -> None:
    (line,) = [line for line in found(text) if line.endswith(f"[{kind}]")]
    assert " warning: " in line
    assert words in line
    if column is not None:
        assert line.startswith(f"1:{column}: ")
    assert not any(f"[{kind}]" in one for one in found(f"#+ lint: {{ignore: [{kind}]}}\n{text}"))


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT (GROUP_CONCAT(?o) AS ?x) {ONE}",
        f"SELECT (GROUP_CONCAT(STR(?s)) AS ?x) {ONE}",
        'SELECT (GROUP_CONCAT(?x) AS ?y) { VALUES (?x ?z) { ("a" <b:b>) } }',
        f"SELECT ?s (COUNT(*) AS ?n) {ONE} GROUP BY ?s HAVING (COUNT(*) > 1)",
        f"SELECT ?s (COUNT(*) AS ?n) {ONE} GROUP BY ?s ORDER BY ?n",
        f"SELECT ?s {{ GRAPH ?g {{ ?s {RDFS_LABEL} ?o }} FILTER (?g != <urn:g>) }}",
        f"SELECT ?s {{ GRAPH ?g {{ ?s {RDFS_LABEL} ?g FILTER (?g != <urn:g>) }} }}",
        f'{XSD}ASK {{ ?s <p:p> ?t FILTER (?t - "P1D"^^xsd:dayTimeDuration > NOW()) }}',
        f"{XSD}ASK {{ ?s <p:p> ?o FILTER (DATATYPE(?o) = xsd:int) }}",
        f"{XSD}ASK {{ ?s <p:p> ?o FILTER (DATATYPE(?o) IN (xsd:string, xsd:token)) }}",
        f"{XSD}ASK {{ VALUES (?x ?t) {{ (xsd:int <t:t>) }} ?s <p:p> ?x"
        " FILTER (DATATYPE(?x) = ?t) }",
        'ASK { ?s <p:p> ?o FILTER (LANG(?o) = "en-GB" || LANG(?o) = LCASE("FR")) }',
        f'{XSD}ASK {{ ?s <p:p> ?o FILTER (?o = "01"^^xsd:integer || sameTerm(?o, 1)) }}',
        "SELECT ?x { SERVICE <urn:s> { ?x <p:p> ?o FILTER (DATATYPE(?o) ="
        " <http://www.w3.org/2001/XMLSchema#int>) } }",
    ],
)
def test_what_has_a_value_is_no_slip(text: str) -> None:
    kinds = {kind for _, _, kind, _ in MEANINGS}
    assert not [line for line in found(text) if line.rpartition("[")[2].rstrip("]") in kinds]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SELECT ?x { ?s <p:p> ?o .\n BIND (BNODE(STR(?o)) AS ?x) }", "2:8"),
        ("SELECT ?s { ?s <p:p> ?o\n FILTER (REGEX(LANG(?o), '^EN')) }", "2:26"),
    ],
)
def test_what_would_be_refused_is_an_error_at_its_place(text: str, place: str) -> None:
    (line,) = [line for line in found(text) if "[inexact]" in line]
    assert line.startswith(f"{place}: error: "), line
    assert not any("[inexact]" in one for one in found(f"#+ lint: {{ignore: [inexact]}}\n{text}"))
    typo = text.replace("p:p", "http://www.w3.org/2000/01/rdf-schema#lable")
    assert any("[term]" in one for one in found(typo)), "the rest is looked at, too"


@pytest.mark.parametrize("part", ["{{ value }}", "{{value}}", "{% if x %}", "${value}"])
def test_a_template_is_told(part: str) -> None:
    (line,) = found(f"ASK {{ ?s <p:p> {part} }}")
    assert line.startswith("1:16: warning: ")
    assert f"{part} is a part of a template" in line
    assert not found("ASK {{ <s:s> <p:p> 1 } UNION { <s:s> <p:q> 1 }}")


@pytest.mark.parametrize("rows", ["() { () }", "?x { }", "(?x ?y) { }"])
def test_values_without_variables_or_rows_join_with_anything(rows: str) -> None:
    assert not any(
        "nothing connects" in line for line in found(f"ASK {{ ?a <p:p> 1 }} VALUES {rows}")
    )
    assert not any(
        "nothing connects" in line for line in found(f"ASK {{ <s:s> <p:p> 1 VALUES {rows} }}")
    )


def test_blank_nodes_have_no_names_of_a_parser() -> None:
    (line,) = found("SELECT ?x { [] <p:p> 1 . ?x <p:q> 2 }")
    assert "nothing connects a blank node and ?x" in line or "?x and a blank node" in line
    assert "?N" not in line


@pytest.mark.slow
def test_what_cannot_be_read_in_time_is_told(tmp_path: Path) -> None:
    query = tmp_path / "q.rq"
    query.write_text(f"SELECT * {'{ ?s ?p ?o ' * 400}{'}' * 400}", "utf-8")
    result = run("lint-queries", str(query), "--timeout", "1")
    assert result.exit_code == 1
    assert "nested too deeply" in result.stdout


@pytest.mark.slow
def test_files_are_read_whatever_their_names_and_the_rest_is_told(tmp_path: Path) -> None:
    text = "ASK { <s:s> <p:p> 1 }\n"
    for name in ("a.rq", "b.sparql", "c.query", "d/e.RQ"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "f.ru").write_text("DELETE WHERE { ?s ?p ?o }", "utf-8")
    (tmp_path / "g.txt").write_text(text, "utf-8")
    for name in ("h.csv", "i.ttl", "j.txt", ".hidden"):
        (tmp_path / name).write_text("ask me", "utf-8")
    result = run("lint-queries", str(tmp_path))
    assert "4 queries: 0 errors, 0 warnings." in result.stdout
    assert f"{tmp_path / 'f.ru'}: left out: it is an update" in result.stdout
    assert f"{tmp_path / 'g.txt'}: left out: it has a query" in result.stdout
    assert result.stdout.count("left out") == 2
    assert run("lint-queries", str(tmp_path / "g.txt")).exit_code == 0
    assert "is an update, not a query" in run("lint-queries", str(tmp_path / "f.ru")).stdout


def test_the_shipped_queries_are_clean(layout: Layout) -> None:
    result = run("lint-queries", "--strict", str(layout.queries))
    assert result.exit_code == 0, result.stdout


@pytest.mark.slow
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


@pytest.mark.slow
def test_an_editor_is_told_what_can_be_offered(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    header = "prefixes: {z: 'http://z.example/'}"
    files.query("q", header, "SELECT ?x ?y { ?x a ex:C ; z:p $y } # ?none\n")
    skos = "http://www.w3.org/2004/02/skos/core#"
    files.write("broken.rq", f"PREFIX rdf: <{skos}>\nSELECT ?a {{ ?a rdf:")
    offers = tmp_path / "offers.json"
    result = run("lint-queries", str(files.folder), "--completions", str(offers))
    assert result.exit_code == 1
    told = json.loads(offers.read_text("utf-8"))
    whole, broken = (told["queries"][str(files.folder / name)] for name in ("q.rq", "broken.rq"))
    assert whole["variables"] == ["x", "y"]
    assert whole["prefixes"]["z"] == "http://z.example/"
    assert whole["prefixes"]["skos"] == skos
    assert broken["variables"] == ["a"]
    assert broken["prefixes"]["rdf"] == skos
    assert {"Concept", "altLabel"} <= {*told["terms"][skos]}
    assert "http://z.example/" not in told["terms"]


def test_a_property_function_of_another_engine_is_told() -> None:
    text = (
        "PREFIX text: <http://jena.apache.org/text#>\n"
        'SELECT ?x { ?x text:query "timor" ; eakg:partOf id:asean }\n'
    )
    (finding,) = found(PROLOGUE + text)
    assert finding.startswith("4:16: warning: text:query is a property function of Apache Jena")
    called = text.replace("{ ?x text:query", "{ SERVICE <http://e.example/> { ?x text:query")
    assert not [one for one in found(f"{PROLOGUE}{called} }}") if "property function" in one]
