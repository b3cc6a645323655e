"""What is known of the shape of a query is true of each query that has it."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from eakg.sparql.exact.rewriting import _exact_query, exact_query
from eakg.sparql.failures import QueryError
from eakg.sparql.projection import _variables, projected_variables
from eakg.sparql.syntax.abridgement import abridged
from eakg.store.graphs.forms import literal_coding
from helpers.tries import tries

pytestmark = pytest.mark.slow
XSD = "http://www.w3.org/2001/XMLSchema#"
NAMES = st.sampled_from(
    ["http://a.example/1", "http://a.example/2", f"{XSD}integer", f"{XSD}date", "urn:x", "rel"]
).map("<{}>".format)
STRINGS = st.sampled_from(
    [
        *('"a"', '"A"@EN', f'"01"^^<{XSD}integer>', f'"2006-08-27"^^<{XSD}date>'),
        *("'b'", '"VALUES ?x { <a> <b> <c> }"', '"""x"""', '"<http://a.example/1> # "'),
    ]
)
TERMS = st.one_of(NAMES, STRINGS, st.just("?o"), st.just("1"))
ROWS = st.lists(st.tuples(NAMES, st.one_of(NAMES, STRINGS)), max_size=5)
PARTS = st.one_of(
    st.lists(st.one_of(NAMES, STRINGS), max_size=5).map(
        lambda members: f"VALUES ?s {{ {' '.join(members)} }}"
    ),
    ROWS.map(lambda rows: "VALUES (?s ?p) { " + "".join(f"({a} {b})" for a, b in rows) + " }"),
    st.lists(TERMS, max_size=5).map(lambda members: f"FILTER(?p IN ({', '.join(members)}))"),
    st.tuples(NAMES, TERMS).map(lambda pair: f"{pair[0]} ?p {pair[1]} ."),
    st.tuples(NAMES, NAMES, TERMS).map(lambda parts: f"{parts[0]} {parts[1]}* {parts[2]} ."),
    st.tuples(NAMES, TERMS).map(lambda pair: f"GRAPH {pair[0]} {{ ?s ?p {pair[1]} MINUS {{}} }}"),
    st.tuples(NAMES, TERMS).map(lambda pair: f"FILTER({pair[0]}({pair[1]}) = ?o)"),
    st.tuples(TERMS, NAMES).map(lambda pair: f"BIND(STRDT(STR({pair[0]}), {pair[1]}) AS ?n)"),
    st.tuples(TERMS, TERMS).map(lambda pair: f"FILTER({pair[0]} < {pair[1]} || ?o>?p)"),
    NAMES.map(lambda name: f"GRAPH ?g {{ ?s {name} ?o }} # {name} "),
    st.just("GRAPH ?g { VALUES ?x { <urn:a> <urn:b> <urn:c> } }"),
)
GRAPHS = ("http://a.example/1",)


def outcome(text: str, *, remembers: bool) -> object:
    """What becomes of a query, or what is said against it."""
    read = exact_query if remembers else _exact_query
    try:
        coding = literal_coding(is_used=True)
        return read(text, "http://base.example/", lambda: GRAPHS, lambda _: False, coding, None)
    except QueryError as error:
        return type(error), str(error)


@settings(max_examples=tries(150))
@given(st.lists(PARTS, min_size=1, max_size=4))
@example(["FILTER(?o<'b>(\"')", "VALUES ?s { <urn:a> <urn:b> <urn:c> }"])
def test_a_query_is_read_as_if_it_were_the_first_of_its_shape(parts: list[str]) -> None:
    body = "\n".join(parts)
    text = f"PREFIX f: <{XSD}>\nSELECT * {{ {body} }}"
    assert outcome(text, remembers=True) == outcome(text, remembers=False)
    assert projected_variables(text) == _variables(text)


def test_queries_for_one_thing_after_another_have_one_shape() -> None:
    text = "SELECT ?p {{ VALUES ?s {{ {} }} GRAPH ?g {{ ?s ?p <http://a.example/{}> }} }}"
    lists = (["1", "2", "3"], ["4", "5"], ["6", "7", "8", "9"])
    shapes = {
        abridged(text.format(" ".join(f"<http://b.example/{one}>" for one in members), number))
        for number, members in enumerate(lists)
    }
    assert len(shapes) == 1


def test_what_a_query_says_beside_names_is_in_its_shape() -> None:
    texts = (
        'ASK { ?s ?p "a" }',
        'ASK { ?s ?p "b" }',
        f'ASK {{ ?s ?p "1"^^<{XSD}int> }}',
        f'ASK {{ ?s ?p "1"^^<{XSD}long> }}',
        "ASK { <http://a.example/1> ?p <http://a.example/1> }",
        "ASK { <http://a.example/1> ?p <http://a.example/2> }",
    )
    assert len({*map(abridged, texts)}) == len(texts)
