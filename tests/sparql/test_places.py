"""What may stand where: every kind of term at every place of the grammar that the engine takes is
read, and the same characters stand between tokens."""

import pyoxigraph as ox
import pytest

from eakg.sparql.failures import QuerySyntaxError
from eakg.sparql.query import inspect_query
from eakg.sparql.syntax.queries import parse_query

BASE = "http://a.example/"
TERMS = (
    *(
        "?v",
        "$v",
        "<a:b>",
        "p:b",
        "p:",
        "undeclared:b",
        "a",
        "_:b",
        "[]",
        "()",
        "( 1 )",
        "[ ?p 1 ]",
    ),
    *("'x'", "'x'@en", "'x'^^p:t", "'''x'''", "1", "-1", "+1.5", "1e0", "true", "FALSE", "UNDEF"),
    *("<<( <a:s> ?p 1 )>>", "<<( <a:s> <a:p> 1 )>>", "<< <a:s> ?p 1 >>", "*", ""),
)
PLACES = (
    "SELECT * { %s ?p ?o }",
    "SELECT * { ?s %s ?o }",
    "SELECT * { ?s ?p %s }",
    "SELECT * { ?s <a:b>/%s ?o }",
    "SELECT * { ?s !%s ?o }",
    "SELECT * { ?s ?p ?o ~ %s }",
    "SELECT * { ?s ?p ?o {| ?q %s |} }",
    "SELECT * { GRAPH %s { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER(%s) }",
    "SELECT * { ?s ?p ?o FILTER(1 = %s) }",
    "SELECT * { ?s ?p ?o FILTER(?o IN (%s)) }",
    "SELECT * { ?s ?p ?o FILTER(STR(%s) = '') }",
    "SELECT * { BIND(%s AS ?new) }",
    "SELECT * { BIND(1 AS %s) }",
    "SELECT * { VALUES %s { 1 } }",
    "SELECT * { VALUES (%s) { (1) } }",
    "SELECT * { VALUES ?new { %s } }",
    "SELECT * { VALUES (?new) { (%s) } }",
    "SELECT * { ?s ?p ?o } VALUES ?new { %s }",
    "SELECT (%s AS ?new) { ?s ?p ?v }",
    "SELECT (1 AS %s) {}",
    "SELECT %s { ?s ?p ?v }",
    "SELECT ?s { ?s ?p ?v } ORDER BY %s",
    "SELECT ?s { ?s ?p ?v } ORDER BY ASC(%s)",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?v } GROUP BY %s",
    "SELECT (COUNT(%s) AS ?n) { ?s ?p ?v }",
    "SELECT ?s { ?s ?p ?v } LIMIT %s",
    "DESCRIBE %s",
    "DESCRIBE <a:x> FROM %s",
    "SELECT * FROM NAMED %s {}",
    "CONSTRUCT { %s ?p ?o } { ?s ?p ?o }",
    "CONSTRUCT { ?s %s ?o } { ?s ?p ?o }",
    "CONSTRUCT { ?s ?p %s } { ?s ?p ?o }",
)
CONTROL_CHARACTERS = [chr(code) for code in (*range(33), 0x7F, 0x85, 0xA0, 0x2028)]


def engine_takes(text: str) -> bool:
    try:
        ox.Store().query(text, base_iri=BASE)
    except SyntaxError:
        return False
    except (RuntimeError, OSError, ValueError):  # read, and not answered
        pass
    return True


def is_read(text: str) -> bool:
    try:
        parse_query(text, BASE)
    except QuerySyntaxError:
        return False
    return True


@pytest.mark.parametrize("place", PLACES)
def test_what_the_engine_takes_is_read(place: str) -> None:
    for term in TERMS:
        text = f"PREFIX p: <http://p.example/> {place % term}"
        assert is_read(text) or not engine_takes(text), text


@pytest.mark.parametrize("word", ["GRAPH", "SERVICE", "SERVICE SILENT"])
def test_a_call_that_is_read_is_seen(word: str) -> None:
    for term in TERMS:
        pattern = f"PREFIX p: <http://p.example/> SELECT * {{ %s {term} {{ ?s ?p ?o }} }}"
        assert (
            is_read(pattern % "GRAPH") == engine_takes(pattern % "GRAPH") or term == "undeclared:b"
        )
        text = pattern % word
        if is_read(text):
            assert inspect_query(text, BASE).service == (word != "GRAPH"), text


@pytest.mark.parametrize(
    "form", ["SELECT *%s{ ?s ?p ?o }", "SELECT * { ?s ?p%s?o }", "SELECT * { GRAPH%s<a:b> {} }"]
)
def test_the_same_characters_are_white_space(form: str) -> None:
    for character in CONTROL_CHARACTERS:
        text = form % character
        assert is_read(text) == engine_takes(text), repr(text)
        called = text.replace("GRAPH", "SERVICE")
        assert inspect_query(called, BASE).service or not ("GRAPH" in form and is_read(called))
