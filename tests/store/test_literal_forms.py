"""Literals are the same term where they are written alike, and equal where their values are (RDF
1.2 Concepts section 3.3; SPARQL 1.1 Query sections 17.3 and 17.4)."""

from collections import Counter
from decimal import Decimal
from itertools import groupby
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eakg.store.changes import UpdateRequest
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import read_contents
from eakg.store.options import StoreOptions
from eakg.store.request import QueryRequest
from helpers.tries import tries

PREFIXES = "PREFIX : <http://e/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
DATA = """
:a :p 01 , 1 ; :q 1 ; :t true .
:b :p 1.0 ; :q "5"^^xsd:int ; :t "1"^^xsd:boolean .
:c :p 2 ; :d "2020-01-01T00:00:00+00:00"^^xsd:dateTime , "2020-01-01T00:00:00Z"^^xsd:dateTime .
:d :says <<( :a :p 01 )>> .
"""


def store_of(data: str) -> EmbeddedStore:
    store = EmbeddedStore(read_contents([]), StoreOptions(reasoning="none", writable=True))
    store.update(UpdateRequest(f"{PREFIXES} INSERT DATA {{ {data} }}"))
    return store


def rows(store: EmbeddedStore, text: str) -> list[str]:
    answer = store.query(QueryRequest(PREFIXES + text, "tsv")).read().decode()
    return answer.replace("http://www.w3.org/2001/XMLSchema#", "xsd:").splitlines()[1:]


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    return store_of(DATA)


TERMS = [
    ("SELECT DISTINCT ?o { ?s :p ?o }", {"01", "1", "1.0", "2"}),
    ("SELECT ?o (COUNT(*) AS ?n) { ?s :p ?o } GROUP BY ?o", {"01\t1", "1\t1", "1.0\t1", "2\t1"}),
    ("SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s :p ?o }", {"4"}),
    ("SELECT ?o { ?s :p ?o . ?t :q ?o }", {"1"}),
    ("SELECT ?o { ?s :p ?o { SELECT ?o { ?t :q ?o } } }", {"1"}),
    ("SELECT ?s { ?s :p 01 }", {"<http://e/a>"}),
    ("SELECT ?s { ?s :p 1.0 }", {"<http://e/b>"}),
    ("SELECT ?s { ?s :p 1.00 }", set()),
    ("SELECT ?s { ?s :p '01'^^xsd:integer }", {"<http://e/a>"}),
    ("SELECT ?s { ?s :q 5 }", set()),
    ("SELECT ?s { ?s :t true }", {"<http://e/a>"}),
    ("SELECT ?o { VALUES ?o { 01 1.00 3 } ?s :p ?o }", {"01"}),
    ("SELECT ?o { VALUES ?o { 01 1.00 } }", {"01", "1.00"}),
    ("SELECT ?o { ?s :p ?o FILTER(sameTerm(?o, 01)) }", {"01"}),
    ("SELECT ?o { ?s :p ?o FILTER(sameTerm(?o, 1.00)) }", set()),
    ("SELECT (STR(?o) AS ?x) { ?s :p ?o }", {'"01"', '"1"', '"1.0"', '"2"'}),
    ("SELECT (STR(01.50) AS ?x) {}", {'"01.50"'}),
    ("SELECT (DATATYPE(?o) AS ?x) { :b :q ?o }", {"<xsd:int>"}),
    ("SELECT (DATATYPE('5'^^xsd:int) AS ?x) {}", {"<xsd:int>"}),
    ("SELECT ?s { ?s :q ?o FILTER(DATATYPE(?o) = xsd:int) }", {"<http://e/b>"}),
    ("SELECT ?s { ?s :q ?o BIND(DATATYPE(?o) AS ?t) FILTER(?t = xsd:int) }", {"<http://e/b>"}),
    ("SELECT (1.50 AS ?x) {}", {"1.50"}),
    ("SELECT (?o AS ?x) { ?s :p ?o }", {"01", "1", "1.0", "2"}),
    ("SELECT ?x { ?s :p ?o BIND(?o AS ?x) FILTER(?x < 2) }", {"01", "1", "1.0"}),
    ("SELECT ?x { :b :p ?o BIND(IF(?o = 1, ?o, 0) AS ?x) }", {"1.0"}),
    ("SELECT ?x { :b :p ?o BIND(COALESCE(?none, ?o) AS ?x) }", {"1.0"}),
    ("SELECT (SAMPLE(?o) AS ?x) { :b :p ?o }", {"1.0"}),
    ("SELECT (MIN(?o) AS ?x) { :b :p ?o }", {"1.0"}),
    ("SELECT (MAX(?o) AS ?x) { :b :p ?o }", {"1.0"}),
    ("SELECT (MIN(?o) AS ?x) { :c :p ?o }", {"2"}),
    ("SELECT (GROUP_CONCAT(STR(?o)) AS ?x) { :b :p ?o }", {'"1.0"'}),
    ("SELECT ?o { ?s :says ?t BIND(OBJECT(?t) AS ?o) }", {"01"}),
    ("SELECT ?s { ?s :says <<( :a :p 01 )>> }", {"<http://e/d>"}),
    ("SELECT ?s { ?s :says <<( :a :p 1 )>> }", set()),
    ("SELECT ?x { BIND(STRDT('01', xsd:integer) AS ?x) }", {"01"}),
    ("SELECT ?s { BIND(STRDT('01', xsd:integer) AS ?o) ?s :p ?o }", {"<http://e/a>"}),
    ("SELECT (STR(STRDT('01', xsd:integer)) AS ?x) {}", {'"01"'}),
    ("SELECT ?o { :c :d ?o FILTER(STRENDS(STR(?o), '+00:00')) }", 1),
    ("SELECT DISTINCT ?o { :c :d ?o }", 2),
    ("SELECT (sameTerm(01, 1) AS ?x) {}", {"false"}),
]
VALUES = [
    ("SELECT ?o { ?s :p ?o FILTER(?o = 1) }", {"01", "1", "1.0"}),
    ("SELECT ?o { ?s :p ?o FILTER(?o IN (1.00, 7)) }", {"01", "1", "1.0"}),
    ("SELECT ?o { ?s :p ?o FILTER(?o NOT IN (1.00, 7)) }", {"2"}),
    ("SELECT ?s { ?s :t ?o FILTER(?o) }", {"<http://e/a>", "<http://e/b>"}),
    ("SELECT ?s { ?s :t ?o FILTER(?o = true) }", {"<http://e/a>", "<http://e/b>"}),
    ("SELECT ?s { ?s :t ?o FILTER(IF(?o, true, false)) }", {"<http://e/a>", "<http://e/b>"}),
    ("SELECT (?o + 1 AS ?x) { :b :q ?o }", {"6"}),
    ("SELECT (SUM(?o) AS ?x) { :a :p ?o }", {"2"}),
    ("SELECT (SUM(DISTINCT ?o) AS ?x) { :a :p ?o }", {"2"}),  # 01 and 1 are two terms
    ("SELECT (AVG(DISTINCT ?o) AS ?x) { VALUES ?o { 01 1 01 4 } }", {'"2"^^<xsd:decimal>'}),
    ("SELECT (SUM(DISTINCT ?o + 0) AS ?x) { :a :p ?o }", {"1"}),
    ("SELECT (SUM(DISTINCT COALESCE(?o, 0)) AS ?x) { :a :p ?o }", {"2"}),
    ("SELECT (SUM(DISTINCT ?o) AS ?x) { ?o :p 01 }", {""}),
    ("SELECT (SUM(DISTINCT ?o) AS ?x) { ?o :none 01 }", {"0"}),
    ("SELECT (xsd:integer(?o) AS ?x) { :b :p ?o }", {"1"}),
    ("SELECT (xsd:string(?o) AS ?x) { :b :t ?o }", {'"true"'}),
    ("SELECT ?s { ?s :q ?o FILTER(isNumeric(?o)) }", {"<http://e/a>", "<http://e/b>"}),
    ("SELECT (ABS(?o) AS ?x) { :b :q ?o }", {"5"}),
    ("SELECT (YEAR(?o) AS ?x) { :c :d ?o }", {"2020"}),
    ("SELECT ?o { :c :d ?o FILTER(?o = '2020-01-01T01:00:00+01:00'^^xsd:dateTime) }", 2),
    ("SELECT ?s { ?s :p ?o } GROUP BY ?s HAVING(MIN(?o) = 1)", {"<http://e/a>", "<http://e/b>"}),
    ("SELECT ?s { ?s :p ?o FILTER(COALESCE(?none, ?o) = 1.00) }", 3),
    ("SELECT ?s { ?s :p ?o FILTER EXISTS { ?t :q ?x FILTER(?x = ?o && ?x < 5) } }", 3),
    ("SELECT ?x { VALUES ?x { 01 } FILTER(?x = 1) }", {"01"}),
    ("SELECT ?x { BIND(STRDT('01', xsd:integer) AS ?x) FILTER(?x = 1) }", {"01"}),
    ("SELECT ?s { ?s :says ?t FILTER(OBJECT(?t) = 1) }", {"<http://e/d>"}),
    ("SELECT ?s { ?s :says ?t FILTER(?t = <<( :a :p 1 )>>) }", {"<http://e/d>"}),
    ("SELECT ?o { ?s :p ?o FILTER(?o != :a) }", 4),
]


@pytest.mark.parametrize(("text", "wanted"), TERMS + VALUES)
def test_terms_by_form_and_values_by_value(
    text: str, wanted: set[str] | int, store: EmbeddedStore
) -> None:
    found = rows(store, text)
    if isinstance(wanted, int):
        assert len(found) == wanted
    else:
        assert set(found) == wanted
        assert len(found) >= len(wanted)


MARKED = "urn:x-eakg-form:http://www.w3.org/2001/XMLSchema#integer"
"""A datatype that looks like one in code."""


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT ?o {{ VALUES ?o {{ '1'^^<{MARKED}> }} }}",
        f"SELECT ('1'^^<{MARKED}> AS ?o) {{}}",
        f"SELECT (STRDT('1', <{MARKED}>) AS ?o) {{}}",
        f"SELECT (STRDT('1', IRI('{MARKED}')) AS ?o) {{}}",
        f"SELECT ?o {{ ?s :p ?o FILTER(DATATYPE(?o) = <{MARKED}>) }}",
        f"SELECT ?o {{ VALUES ?o {{ '1'^^<{MARKED}> }} ?s :p ?o }}",
    ],
)
def test_a_datatype_that_looks_coded_is_what_it_is(text: str) -> None:
    store = store_of(f":a :p '1'^^<{MARKED}> , 1 .")
    assert rows(store, text) == [
        f'"1"^^<{MARKED}>'.replace("http://www.w3.org/2001/XMLSchema#", "xsd:")
    ]


@pytest.mark.parametrize("order", ["ORDER BY ?o", "ORDER BY (?o)", "ORDER BY ASC(?o)"])
def test_order_is_by_value(order: str) -> None:
    store = store_of(":a :p 010 , 9 , 1.50 , 2 , +3 .")
    found = rows(store, f"SELECT (STR(?o) AS ?x) {{ :a :p ?o }} {order}")
    assert found == ['"1.50"', '"2"', '"+3"', '"9"', '"010"']


Form: TypeAlias = tuple[str, str]
FORMS = st.one_of(
    st.tuples(st.sampled_from(["1", "01", "+1", "2", "-0", "0", "10"]), st.just("integer")),
    st.tuples(st.sampled_from(["1", "1.0", "01.50", "1.5", "0", "-0.0"]), st.just("decimal")),
    st.tuples(st.sampled_from(["1", "2", "02"]), st.sampled_from(["int", "byte", "long"])),
)


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(60))
@given(st.lists(FORMS, min_size=1, max_size=8))
def test_many_forms(forms: list[Form]) -> None:
    """Terms are told apart by their form; their values are those of Python's decimals."""
    data = " ".join(
        f':s{number} :p "{lexical}"^^xsd:{datatype} .'
        for number, (lexical, datatype) in enumerate(forms)
    )
    store = store_of(data)
    values = {number: Decimal(lexical) for number, (lexical, _) in enumerate(forms)}

    def count(text: str) -> int:
        (row,) = rows(store, f"SELECT (COUNT(*) AS ?n) {{ {text} }}")
        return int(row)

    terms = Counter(forms)
    pairs = [(one, other) for one in values.values() for other in values.values()]
    assert count("SELECT DISTINCT ?o { ?s :p ?o }") == len(terms)
    assert count("?s :p ?o . ?t :p ?o") == sum(number**2 for number in terms.values())
    both = "?s :p ?x . ?t :p ?y"
    assert count(f"{both} FILTER(sameTerm(?x, ?y))") == count("?s :p ?o . ?t :p ?o")
    assert count(f"{both} FILTER(?x = ?y)") == sum(one == other for one, other in pairs)
    assert count(f"{both} FILTER(?x < ?y)") == sum(one < other for one, other in pairs)
    same_text = sum(one[0] == other[0] for one in forms for other in forms)
    assert count(f"{both} FILTER(STR(?x) = STR(?y))") == same_text
    same_type = sum(one[1] == other[1] for one in forms for other in forms)
    assert count(f"{both} FILTER(DATATYPE(?x) = DATATYPE(?y))") == same_type
    ordered = rows(store, "SELECT ?s { ?s :p ?o } ORDER BY ?o")
    numbers = [int(row.removeprefix("<http://e/s").rstrip(">")) for row in ordered]
    assert [values[number] for number in numbers] == sorted(values.values())
    assert len([*groupby(numbers)]) == len(forms)
    for lexical, datatype in terms:
        literal = f'"{lexical}"^^xsd:{datatype}'
        assert count(f"?s :p {literal}") == terms[lexical, datatype]
        assert count(f"?s :p ?o FILTER(?o = {literal})") == sum(
            value == Decimal(lexical) for value in values.values()
        )
    store.update(UpdateRequest(f"{PREFIXES} DELETE WHERE {{ ?s :p {literal} }}"))
    assert count("?s :p ?o") == len(forms) - terms[lexical, datatype]
