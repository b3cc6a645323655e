"""A query that is laid out says what it said, in the same tokens and with all its comments."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eakg.sparql import QuerySyntaxError
from eakg.sparql.lexer import Token, TokenKind, tokens
from eakg.sparql.style import format_query
from helpers.house import ROOT
from helpers.tries import tries

SUITES = ROOT.parent / "shared" / "w3c"
QUERIES = sorted((ROOT / "queries").glob("*.rq"))
PAIRS = [
    ("select*{?s<urn:p>?o}limit 3", "SELECT * { ?s <urn:p> ?o }\nLIMIT 3\n"),
    ("SELECT ?s WHERE\n{\n?s a <urn:C>.\n}", "SELECT ?s WHERE {\n  ?s a <urn:C> .\n}\n"),
    (
        "SELECT ?s { ?s ?p\n?o;\n?q ?r filter(?o>1) OPTIONAL { ?s ?t 1.5 } }",
        "SELECT ?s {\n  ?s ?p\n    ?o ;\n    ?q ?r\n  FILTER (?o>1)\n  OPTIONAL { ?s ?t 1.5 }\n}\n",
    ),
    (
        "# one\nASK{#two\n\n\n?s ?p 'a'@en #three\n#four\n}#five",
        "# one\nASK { #two\n\n  ?s ?p 'a'@en #three\n  #four\n} #five\n",
    ),
    ("ASK { ?s <urn:p>/<urn:q>*|^<urn:r> [] , [ a <urn:C> ] }", None),
    ('ASK { ?s ?p """a\n  b""" , "1"^^<urn:t> , -1 , true }', None),
    ("ASK { ?s ?p <<( ?a ?b ?c )>> {| ?q ?z |} }", None),
    ("SELECT (COUNT(*) AS ?n) (REGEX(?x, 'a' ,\"i\") AS ?y) { }", None),
    (
        "SELECT ?x\nWHERE {\n  VALUES (?x ?y) {\n    (1 UNDEF)\n    (2 3)\n  }\n}\n",
        "SELECT ?x\nWHERE {\n  VALUES (?x ?y) {\n    (1 UNDEF)\n    (2 3)\n  }\n}\n",
    ),
    (
        "SELECT ?x {\n  { ?x a <urn:A> } UNION { ?x a <urn:B> }\n  MINUS { ?x a <urn:C> }\n}\n",
        "SELECT ?x {\n  { ?x a <urn:A> } UNION { ?x a <urn:B> }\n  MINUS { ?x a <urn:C> }\n}\n",
    ),
]


def essence(text: str) -> list[tuple[TokenKind, str]]:
    """The tokens of a text, whatever the case of its keywords."""

    def read(token: Token) -> tuple[TokenKind, str]:
        is_keyword = token.kind is TokenKind.KEYWORD
        return token.kind, token.text.upper() if is_keyword else token.text.rstrip()

    return [read(token) for token in tokens(text)]


def check(text: str) -> str:
    result = format_query(text)
    assert essence(result) == essence(text)
    assert format_query(result) == result
    assert not any(line != line.rstrip() for line in result.splitlines() if '"""' not in text)
    return result


@pytest.mark.parametrize(("text", "expected"), PAIRS)
def test_it_is_laid_out_as_documented(text: str, expected: str | None) -> None:
    assert check(text) == (expected or check(text))


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_the_shipped_queries_are_laid_out(path: Path) -> None:
    text = path.read_text("utf-8")
    assert check(text) == text


def test_a_group_stays_on_its_line_where_it_fits() -> None:
    short = "OPTIONAL { ?s ?p ?o }"
    long = f"OPTIONAL {{ ?s ?p '{'x' * 90}' . ?s ?q ?r }}"
    assert check(f"ASK {{\n{short}\n{long}\n}}").splitlines()[1:] == [
        f"  {short}",
        "  OPTIONAL {",
        f"    ?s ?p '{'x' * 90}' .",
        "    ?s ?q ?r",
        "  }",
        "}",
    ]


def test_what_is_no_query_is_refused() -> None:
    with pytest.raises(QuerySyntaxError):
        format_query("SELECT ?x { ?x ?y ")


@pytest.mark.slow
def test_queries_of_the_w3c_keep_their_tokens() -> None:
    paths = sorted(SUITES.rglob("*.rq"))
    if not paths:
        pytest.skip("no ../shared with the suites of the W3C")
    count = 0
    for path in random.Random(1).sample(paths, 400):
        try:
            text = path.read_text("utf-8")
            format_query(text)
        except (QuerySyntaxError, UnicodeDecodeError):
            continue
        check(text)
        count += 1
    assert count > 300


WORDS = st.sampled_from(
    [
        *("?s", "?p", "<urn:a>", "a:b", "1", "'x'@en", "_:b", "[]", "( 1 2 )", "[ ?p ?o ]", "true"),
        *(
            ".",
            ";",
            ",",
            "#c\n",
            "\n",
            "\n\n",
            "FILTER(?s=1)",
            "OPTIONAL{?s ?p ?o}",
            "bind(1 as ?x)",
        ),
        *("{?s ?p ?o}", "UNION", "values ?v {1 2}", "minus {}", "graph ?g {}", "a", "select*{}"),
    ]
)


ENDS = st.sampled_from(["", "order by ?s", "LIMIT 1 #e\n", "values ?z {1}"])


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(400))
@given(
    st.lists(WORDS, max_size=14),
    st.sampled_from(["", "order by ?s", "LIMIT 1 #e\n", "values ?z {1}"]),
)
def test_any_query_keeps_its_tokens(words: list[str], end: str) -> None:
    text = f"PREFIX a: <urn:a:> SELECT * WHERE {{ {' '.join(words)} }} {end}"
    try:
        format_query(text)
    except QuerySyntaxError:
        return
    check(text)
