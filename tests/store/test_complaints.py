"""What is said of a text that is no SPARQL: what is wrong, where, in words of SPARQL.

Places and rules are of SPARQL 1.1 Query: sections 10.2, 11.4, 18.2.1, 4.1.4 and 19.8.
"""

import re
import unicodedata

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eakg.sparql.failures import QuerySyntaxError
from eakg.store.changes.operations import operations
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import read_contents
from eakg.store.request import QueryRequest
from helpers.tries import tries

ENGINE_WORDS = re.compile(
    r"unreported|unbound|not authorized|overrid|Prefix not found|parsing failed|\[_\]|\\u\{"
    r"|Callback|\.\.=|LATERAL|TZ"
)


def refusal(text: str) -> QuerySyntaxError:
    """What is said of a query. Raises: AssertionError where it is read."""
    with pytest.raises(QuerySyntaxError) as caught:
        EmbeddedStore(read_contents([])).query(QueryRequest(text))
    return caught.value


# The place of the fault is that of ^ in the line below the query.
MARKED = [
    (
        "SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }",
        "       ^",
        "?s is selected beside an aggregate; add GROUP BY ?s",
    ),
    (
        "SELECT ?s ?p (COUNT(?o) AS ?n) { ?s ?p ?o } GROUP BY ?s ORDER BY ?n LIMIT 3",
        "          ^",
        "?p is selected beside an aggregate; add it to GROUP BY",
    ),
    ("SELECT (?o + 1 AS ?x) { ?s ?p ?o } GROUP BY ?s", "        ^", "?o is used beside GROUP BY"),
    ("SELECT (SUM(?x) + ?y AS ?z) { ?x ?p ?y }", "                  ^", "?y is used beside"),
    ("SELECT ?s { ?s ?p ?o } HAVING (COUNT(?o) > 1)", "       ^", "add GROUP BY ?s"),
    ("SELECT ?s { ?s ?p ?o } ORDER BY COUNT(?o)", "       ^", "add GROUP BY ?s"),
    ("SELECT * { ?s ?p ?o } GROUP BY ?s", "       ^", "SELECT * does not go with GROUP BY"),
    (
        "SELECT ?s { { SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } } ?s ?q ?x }",
        "                     ^",
        "?s is selected beside an aggregate",
    ),
    ("SELECT (?o AS ?s) { ?s ?p ?o }", "              ^", "?s is bound in the pattern already"),
    ("SELECT (1 AS ?x) (2 AS ?x) {}", "                       ^", "?x is selected twice"),
    ("SELECT COUNT(*) { ?s ?p ?o }", "       ^", "in parentheses, with a name"),
    ("SELECT (COUNT(?x)) { ?x ?p ?o }", "       ^", "needs a name: (... AS ?name)"),
    ("SELECT ?s, ?p { ?s ?p ?o }", "         ^", "no comma"),
    ("SELECT * { ?s ?p ?o BIND (1 AS ?o) }", "                               ^", "?o is bound"),
    (
        "SELECT * { ?s ?p ?o OPTIONAL { ?s ?q ?z } BIND (1 AS ?z) ?z ?z ?z }",
        "                                                     ^",
        "?z is bound in front of BIND already",
    ),
    ("ASK { BIND (1 AS ?x) BIND (2 AS ?x) }", "                                ^", "?x is bound"),
    ("ASK { VALUES ?x { 1 } BIND (2 AS ?x) }", "                                 ^", "?x is bound"),
    ("ASK { ?s ?p ?o FILTER (COUNT(?o) > 1) }", "                       ^", "compare it in HAVING"),
    ("ASK { BIND (SUM(?o) AS ?c) }", "            ^", "SUM is an aggregate, and BIND"),
    (
        "SELECT ?m { ?s ?p ?o } GROUP BY (MAX(?o) AS ?m)",
        "                                 ^",
        "MAX",
    ),
    ("ASK { { ?s ?p _:a } { ?s ?p _:a } }", "                            ^", "_:a stands in"),
    (
        "ASK { ?s ?p _:b OPTIONAL { ?s ?p _:b } }",
        "                                 ^",
        "_:b stands",
    ),
    ("ASK { ?s ?p _:b FILTER EXISTS { ?s ?p _:b } }", 38 * " " + "^", "use a variable"),
    ("ASK { VALUES (?a ?b) { (1 2) (1) } }", "                             ^", "write UNDEF"),
    ("ASK { VALUES (?a ?a) { (1 2) } }", "                 ^", "?a stands twice"),
    ("ASK { VALUES ?x { ?y } }", "                  ^", "not the variable ?y"),
    ("ASK { VALUES ?x { _:y } }", "                  ^", "not the blank node _:y"),
    ("ASK { <a b> ?p ?o }", "      ^", "<a b> is not an IRI: it has a space"),
    ("ASK { FILTER (1 < 2 > 3) }", "                    ^", "unexpected >"),
    ("ASK { ?s <p> ?o }", "         ^", "<p> is a relative IRI"),
    ("ASK { ?s ?p {{ value }} }", "            ^", "{{ value }} is a part of a template"),
    ("ASK { ?s ?p ${value} }", "            ^", "${value} is a part of a template"),
    ("PREFIX e <http://e/> ASK {}", "       ^", "unexpected e; expected :"),
    ("ASK { GRAPH { ?s ?p ?o } }", "            ^", "expected a variable or an IRI"),
]


@pytest.mark.parametrize(("text", "mark", "words"), MARKED)
def test_a_fault_is_named_at_its_place(text: str, mark: str, words: str) -> None:
    error = refusal(f"\n{text}\n")
    assert words in str(error)
    assert (error.line, error.column) == (2, mark.index("^") + 1)


@pytest.mark.parametrize(("text", "mark", "words"), MARKED)
def test_no_word_of_the_engine_is_said(text: str, mark: str, words: str) -> None:
    del mark, words
    assert not ENGINE_WORDS.search(str(refusal(text)))


def test_an_update_is_told_the_same() -> None:
    text = (
        "PREFIX e: <e:>\nINSERT { ?s e:n ?n } WHERE {\n SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } }"
    )
    with pytest.raises(QuerySyntaxError, match=r"\?s is selected beside an aggregate") as caught:
        operations(text)
    assert (caught.value.line, caught.value.column) == (3, 9)


INVISIBLE = [
    *("\x00", "\x0b", "\x0c", "\x1f", "\x7f", "\x85", "\xa0", "\xad", "\u061c", "\u2003", "\u200b"),
    *("\u200e", "\u2028", "\u202e", "\u2060", "\u2066", "\u3000", "\u3164", "\ufe0f", "\ufeff"),
]


@pytest.mark.parametrize("character", INVISIBLE)
@pytest.mark.parametrize(
    "text", ["SELECT{}* {{ ?s ?p ?o }}", "ASK {{ ?s {}?p ?o }}", "ASK {{}} {}"]
)
def test_what_cannot_be_seen_is_named(character: str, text: str) -> None:
    error = refusal(text.format(character))
    name = unicodedata.name(character, "")
    assert f"U+{ord(character):04X} ({name}" in str(error)
    assert (error.line, error.column) == (1, text.format(character).index(character) + 1)
    assert character not in str(error)


def test_what_cannot_be_seen_in_a_name_is_named() -> None:
    error = refusal("ASK { ?s foaf\u200d:x ?o }")
    assert "U+200D (ZERO WIDTH JOINER)" in str(error)
    assert error.column == 14


def test_strings_and_comments_may_have_what_cannot_be_seen() -> None:
    error = refusal('ASK { ?s ?p "\u00a0" } # \u200b\n}')
    assert "U+" not in str(error)
    assert (error.line, error.column) == (2, 1)


WORDS = [
    *("SELECT", "ASK", "WHERE", "{", "}", "(", ")", "?s", "?o", "_:b", "<e:e>", "e:x", "'x'", "."),
    *(";", "BIND", "AS", "FILTER", "COUNT", "GROUP", "BY", "OPTIONAL", "VALUES", "UNION", "MINUS"),
    *("EXISTS", "GRAPH", "*", ",", "1", "true"),
]


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(200))
@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_every_refusal_has_a_place_and_no_word_of_the_engine(words: list[str]) -> None:
    text = " ".join(words)
    try:
        pyoxigraph.Store().query(text)
    except SyntaxError:
        error = refusal(text)
        assert error.line == 1
        assert error.column is not None
        assert 1 <= error.column <= len(text) + 1
        assert not ENGINE_WORDS.search(str(error))
    except (ValueError, RuntimeError):
        pass
