"""Parameters of saved queries: types, values, and terms that never become syntax."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import XSD

from eakg.problems import ProblemsError
from eakg.queries.contract.parameters import Parameter
from eakg.queries.contract.saved import SavedQuery, parse_query
from eakg.sparql.binding import ParameterError, bind, variables

PREFIXES = {"": "http://example.org/", "id": "https://w3id.org/eakg/id/"}
EX = "PREFIX : <http://example.org/>\n"
DATA = """PREFIX : <http://example.org/>
:a :p 1 ; :q "x" ; :r :b . :b :p 2 ; :q "y" ; :r :c . :c :p 2 ; :q "y"@en ; :r :a .
"""


def parameter(type_: str, **more: object) -> Parameter:
    return Parameter("p", ("p",), type_, **more)  # type: ignore[arg-type] # fields by their names


def query(header: str, body: str) -> SavedQuery:
    lines = "".join(f"#+ {line}\n" for line in header.splitlines())
    return parse_query(Path("q.rq"), f"{lines}{body}\n")


def rows(text: str) -> list[tuple[str, ...]]:
    store = ox.Store()
    store.load(DATA.encode(), format=ox.RdfFormat.TURTLE)
    found = store.query(text)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple("" if cell is None else str(cell) for cell in row) for row in found]


GOOD = [
    (parameter("iri"), "http://x.org/a?b#c", URIRef("http://x.org/a?b#c")),
    (parameter("iri"), "<http://x.org/a>", URIRef("http://x.org/a")),
    (parameter("iri"), "urn:isbn:0", URIRef("urn:isbn:0")),
    (parameter("iri"), "id:china", URIRef("https://w3id.org/eakg/id/china")),
    (parameter("iri"), ":a", URIRef("http://example.org/a")),
    (parameter("iri"), "http://例え.jp/道", URIRef("http://例え.jp/道")),
    (parameter("string"), 'a "b" \\ \n', Literal('a "b" \\ \n')),
    (parameter("string", language="en"), "x", Literal("x", lang="en")),
    (parameter("string", datatype=XSD.gYear), "2020", Literal("2020", datatype=XSD.gYear)),
    (parameter("integer"), "-7", Literal("-7", datatype=XSD.integer)),
    (parameter("decimal"), "5.60", Literal("5.60", datatype=XSD.decimal, normalize=False)),
    (parameter("double"), "1e-3", Literal("1e-3", datatype=XSD.double, normalize=False)),
    (parameter("number"), "5", Literal("5", datatype=XSD.integer)),
    (parameter("number"), "5.5", Literal("5.5", datatype=XSD.decimal)),
    (parameter("boolean"), "true", Literal("true", datatype=XSD.boolean)),
    (parameter("date"), "2020-02-29", Literal("2020-02-29", datatype=XSD.date)),
    (
        parameter("dateTime"),
        "2020-02-29T09:30:00Z",
        Literal("2020-02-29T09:30:00Z", datatype=XSD.dateTime, normalize=False),
    ),
]


@pytest.mark.parametrize(("one", "text", "term"), GOOD)
def test_a_value_becomes_its_term(one: Parameter, text: str, term: URIRef | Literal) -> None:
    found = one.term(text, PREFIXES)
    assert found == term
    assert type(found) is type(term)
    assert str(found) == str(term)


BAD = [
    (parameter("iri"), "china", "IRI"),
    (parameter("iri"), "", "IRI"),
    (parameter("iri"), "<a>", "IRI"),
    (parameter("iri"), "http://x.org/a b", "prefixed name"),
    (parameter("integer"), "5.5", "whole number"),
    (parameter("integer"), "٣", "whole number"),
    (parameter("integer"), "1_000", "whole number"),
    (parameter("decimal"), "1e3", "decimal number"),
    (parameter("double"), "x", "1e-3"),
    (parameter("number"), "five", "number"),
    (parameter("boolean"), "yes", "true or false"),
    (parameter("date"), "2019-02-29", "2020-07-20"),
    (parameter("date"), "20 July", "2020-07-20"),
    (parameter("dateTime"), "2020-07-20", "T09:30"),
    (parameter("string", datatype=XSD.gYear), "MMXX", "gYear"),
    (parameter("string", values=(("one", "1"), ("two", "2"))), "3", "not one of 1, 2"),
    (parameter("integer", minimum="1"), "0", "less than 1"),
    (parameter("integer", maximum="9"), "10", "more than 9"),
    (parameter("date", minimum="1967-08-08"), "1967-08-07", "less than 1967-08-08"),
    (parameter("string", pattern="[a-z]+"), "A", "does not match"),
    (parameter("string"), "\ud800", "Unicode"),
]


@pytest.mark.parametrize(("one", "text", "words"), BAD)
def test_what_is_no_value_is_told_with_what_would_be_one(
    one: Parameter, text: str, words: str
) -> None:
    with pytest.raises(ParameterError, match=words) as raised:
        one.term(text, PREFIXES)
    assert str(raised.value).startswith("p: ")


ATTEMPTS = [
    'x" . ?s ?p ?o . #',
    "x> ?p ?o } #",
    "http://x.org/> ; ?p ?o . <http://x.org/",
    "1 } UNION { ?s ?p ?o",
    "1; DROP ALL",
    '" } UNION { ?s ?p "',
    "' } #",
    '""" } #',
    "\\u0022 } UNION { ?s ?p ?o } #",
    '\\\\u0022 } UNION { ?s ?p "',
    "\\U00000022 . ?s ?p ?o . #",
    "\\",
    '\\"',
    "x\n} UNION { ?s ?p ?o",
    "x\r\n#",
    "true || true",
    "2020-01-01'^^<x> || true",
    "en-GB . ?s ?p ?o",
    "?s",
    "_:b",
    ":a . ?s ?p ?o",
    "id:a> . ?s ?p ?o . <x",
    "ASK {}",
    "\u2028} #",
    "\x00",
    "\t} #",
    "𝕏 } #",
]
TYPED = [
    parameter("iri"),
    parameter("string"),
    parameter("string", language="en"),
    parameter("string", datatype=XSD.gYear),
    parameter("string", datatype=URIRef("http://example.org/type")),
    parameter("string", values=(("a", "a"), ("b", "b"))),
    parameter("integer"),
    parameter("decimal"),
    parameter("double"),
    parameter("number"),
    parameter("boolean"),
    parameter("date"),
    parameter("dateTime"),
]
TEXTS = (
    EX + "SELECT ?x { ?x :q ?p }",
    EX + "SELECT ?x { ?x :q ?y . FILTER (?y = ?p) }",
    EX + "SELECT ?x { VALUES ?p { :a } ?x :r ?p }",
    EX + "SELECT ?x ?p { { SELECT ?x { ?x :q ?p } } }",
)


@pytest.mark.parametrize("one", TYPED, ids=lambda one: f"{one.type}-{one.datatype}-{one.language}")
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_sparql_is_not_injected(one: Parameter, attempt: str) -> None:
    try:
        term = one.term(attempt, PREFIXES)
    except ParameterError:
        return
    for text in TEXTS:
        bound = bind(text, {"p": term})
        assert rows(bound) == []
        # The engine reads the whole attempt as the one term that it was given.
        (row,) = rows(bind("SELECT ?x { BIND (?p AS ?x) }", {"p": term}))
        assert row == (str(read(term)),)


def read(term: URIRef | Literal) -> ox.NamedNode | ox.Literal:
    if isinstance(term, URIRef):
        return ox.NamedNode(str(term))
    if term.language:
        return ox.Literal(str(term), language=term.language)
    datatype = ox.NamedNode(str(term.datatype)) if term.datatype else None
    return ox.Literal(str(term), datatype=datatype)


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
ESCAPES = st.lists(st.sampled_from(["\\", "u", "U", "0", "2", '"', "'", "n", "}", "#"])).map(
    "".join
)


@pytest.mark.slow
@settings(deadline=None)
@given(ANY_TEXT | ESCAPES)
def test_any_text_arrives_as_it_was_in_two_engines(text: str) -> None:
    bound = bind("SELECT ?x { BIND (?p AS ?x) }", {"p": Literal(text)})
    assert rows(bound) == [(str(ox.Literal(text)),)]
    found = list(Graph().query(bound))
    assert found == [(Literal(text),)]


BOUND = [
    ("SELECT ?x { ?x :p ?p }", "2", ["b", "c"]),
    ("SELECT ?x { ?x :p ?y . FILTER (?y < ?p) }", "2", ["a"]),
    ("SELECT ?x { ?x :p ?y . FILTER (?y<?p) }", "2", ["a"]),
    # Comparisons to the engine; by the longest match of the grammar, an IRI.
    ("SELECT ?x { ?x :p ?y . FILTER (?y<?p&&?p>?y) }", "2", ["a"]),
    ("select?x{?x:p?y}groupby?p ?x having(max(?y)<2)", "2", ["a"]),
    ("SELECT?x{{SELECTDISTINCT?x ?p{?x:p?p}}}", "2", ["b", "c"]),
    ("SELECT?x(EXISTS{?x:p?p}AS?e)(?p AS?q){?x:p?y FILTER(?y<?p)}", "2", ["a"]),
    ("SELECT ?x { ?x :p ?y . FILTER NOT EXISTS { ?x :p ?p } }", "2", ["a"]),
    ("SELECT ?x { ?x :p ?y MINUS { ?x :p ?p } }", "2", ["a"]),
    ("SELECT ?x { { SELECT ?x { ?x :p ?p } } }", "2", ["b", "c"]),
    ("SELECT ?x { { SELECT ?x ?p { ?x :p ?p } GROUP BY ?x ?p } ?x :p ?p }", "1", ["a"]),
    ("SELECT ?x { ?x :p ?y . BIND (?p AS ?z) FILTER (?z = ?y) }", "1", ["a"]),
    ("SELECT ?x { OPTIONAL { ?x :p ?p } }", "1", ["a"]),
    ("SELECT ?x { { ?x :p ?p } UNION { ?x :none ?p } }", "1", ["a"]),
    ("SELECT ?x { ?x :p ?y . FILTER (BOUND(?p) && ?y = ?p) }", "1", ["a"]),
    ("SELECT ?x { ?x :p $p }", "1", ["a"]),
    ("SELECT ?x { ?x :p ?p } ORDER BY ?p ?x", "2", ["b", "c"]),
    ("SELECT ?x { ?x :p ?p } GROUP BY ?p ?x HAVING (?p > 1) ORDER BY DESC(?x)", "2", ["c", "b"]),
    ("SELECT ?x { VALUES ?p { 1 } ?x :p ?p }", "2", ["b", "c"]),
    ("SELECT ?x { VALUES ?p { 1 7 } ?x :p ?y . FILTER (?y >= ?p) }", "2", ["b", "c"]),
    ('SELECT ?x { ?x :p ?p . FILTER ("?p" != ":p") } # ?p', "1", ["a"]),
]


@pytest.mark.parametrize(("text", "value", "things"), BOUND)
def test_a_term_stands_wherever_its_variable_stood(
    text: str, value: str, things: list[str]
) -> None:
    bound = bind(EX + text, {"p": Literal(int(value))})
    found = [row[0].removeprefix("<http://example.org/").rstrip(">") for row in rows(bound)]
    assert sorted(found) == sorted(things)


def test_a_projected_parameter_is_a_column() -> None:
    bound = bind(EX + "SELECT ?x ?p { ?x :p ?p } ORDER BY ?x", {"p": Literal(2)})
    assert [row[1] for row in rows(bound)] == [str(ox.Literal(2))] * 2
    nested = EX + "SELECT ?p { { SELECT ?p (COUNT(*) AS ?n) { ?x :p ?p } GROUP BY ?p } }"
    assert [row[0] for row in rows(bind(nested, {"p": Literal(2)}))] == [str(ox.Literal(2))]


def test_a_graph_template_takes_the_term() -> None:
    bound = bind("CONSTRUCT { ?x ?p ?y } WHERE { ?x ?p ?y }", {"p": URIRef("http://example.org/r")})
    store = ox.Store()
    store.load(DATA.encode(), format=ox.RdfFormat.TURTLE)
    found = store.query(bound)
    assert isinstance(found, ox.QueryTriples)
    assert len(list(found)) == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT ?x { ?x :p ?y BIND (?y AS ?p) }", "assigns it by AS"),
        ("SELECT (COUNT(*) AS ?p) { ?x :p ?y }", "assigns it by AS"),
        ("SELECT ?x { VALUES (?x ?p) { (:a 1) } }", "among others"),
    ],
)
def test_where_no_term_can_stand_it_is_said(text: str, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        bind(EX + text, {"p": Literal(1)})


def test_a_query_without_values_is_left_as_it_is() -> None:
    text = EX + "SELECT ?x { ?x :p ?p }"
    assert bind(text, {}) is text
    assert variables(text) == ("x", "p")


def test_the_default_may_stand_in_the_query() -> None:
    asked = query("parameters: {day: date}", 'SELECT ?x { VALUES ?day { "2020-01-01"^^<x:d> } }')
    (day,) = asked.parameters
    assert (day.default, day.required) == ("2020-01-01", False)
    assert asked.bound({}) == asked.text
    assert f'VALUES ?day {{ "2021-01-01"^^<{XSD.date}> }}' in asked.bound({"day": "2021-01-01"})


def test_values_by_name() -> None:
    asked = query(
        "parameters:\n  size: {type: integer}\n  name: {default: a}", "ASK { ?size ?x ?name }"
    )
    assert asked.terms({"size": "3"}) == {"size": Literal(3), "name": Literal("a")}
    with pytest.raises(ParameterError, match="size is missing; it is of the type integer"):
        asked.terms({})
    with pytest.raises(ParameterError, match="no parameter sise; there is size, name"):
        asked.terms({"sise": "3"})


@pytest.mark.parametrize(
    ("variable", "type_", "datatype", "language", "required"),
    [
        ("_name", "string", None, None, True),
        ("__name", "string", None, None, False),
        ("_name_iri", "iri", None, None, True),
        ("_name_number", "number", None, None, True),
        ("_name_literal", "string", None, None, True),
        ("_name_integer", "integer", None, None, True),
        ("_name_gYear", "literal", XSD.gYear, None, True),
        ("_name_en", "literal", None, "en", True),
        ("_name_ex_thing", "literal", URIRef("http://example.org/thing"), None, True),
    ],
)
def test_grlcs_variables_are_parameters(
    variable: str, type_: str, datatype: URIRef | None, language: str | None, required: bool
) -> None:
    asked = query(
        "summary: x", f"PREFIX ex: <http://example.org/>\nSELECT * {{ ?s ex:p ?{variable} }}"
    )
    (found,) = asked.parameters
    assert (found.name, found.variables) == ("name", (variable,))
    assert (found.type, found.datatype, found.language) == (type_, datatype, language)
    assert found.required is required


def test_a_parameter_that_may_be_left_out_stays_a_variable() -> None:
    asked = query("summary: x", EX + "SELECT ?x { ?x :p ?__p_integer }")
    assert len(rows(asked.bound({}))) == 3
    assert len(rows(asked.bound({"p": "1"}))) == 1


WRONG = {
    "no variable": ("parameters: {size: integer}", "the parameter size is no variable", 1),
    "wrong default": ("parameters:\n  x: {type: integer, default: two}", "'two' is no integer", 2),
    "wrong choice": ("parameters:\n  x: {type: integer, values: [1, b]}", "'b' is no integer", 2),
    "unknown type": ("parameters:\n  x: {type: intger}", "not 'intger'", 2),
    "unknown key": ("parameters:\n  x: {typ: iri}", "did you mean 'type'", 2),
    "language and type": ("parameters:\n  x: {type: integer, language: en}", "a language is of", 2),
    "unknown default": ("defaults:\n  - y: 1", "defaults names y", 1),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_parameter_is_told_with_its_line(case: str) -> None:
    header, words, line = WRONG[case]
    with pytest.raises(ProblemsError, match=words) as raised:
        query(header, "SELECT * { ?x ?p ?o }")
    assert [problem.line for problem in raised.value.problems] == [line]
