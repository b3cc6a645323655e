"""What the engine answers otherwise than SPARQL says is answered as SPARQL says, or refused by
name: a table of the kinds, with the solutions that the specification gives by hand."""

import json

import pytest

from eakg.sparql.exact.rewriting import exact_query
from eakg.sparql.failures import InexactQueryError, QuerySyntaxError
from eakg.store.changes.requests import UpdateRequest
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import Contents
from eakg.store.options import StoreOptions
from eakg.store.request import QueryRequest

PREFIXES = """PREFIX : <http://e/> PREFIX ec: <http://e/ec/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
DATA = """INSERT DATA {
  :a :p :b ; :q :b . :b :p :c . :c :q :c . :t :label "colour"@en-GB .
  :v :day "2006-08-23Z"^^xsd:date, "2006-08-27"^^xsd:date .
  GRAPH :g1 { :a :p :b . :b :p :c . :a :q 1 } GRAPH :g2 { :x :p :y . :y :q 2 } GRAPH :g3 { :a :q 7 }
  <http://e/ec/1.1.1.353> :name "x" . <http://e/ec/1.1> :name "y" .
}"""
DATE = "'{}'^^xsd:{}"


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    options = StoreOptions(reasoning="none", default_graph="strict", writable=True)
    store = EmbeddedStore(Contents((), "0" * 16), options)
    store.update(UpdateRequest(PREFIXES + DATA))
    return store


def rows(store: EmbeddedStore, text: str) -> list[str]:
    answer = json.loads(store.query(QueryRequest(PREFIXES + text)).read())
    return sorted(
        " ".join(
            value["value"].replace("http://e/", ":")
            for _, value in sorted(row.items(), key=lambda pair: pair[0])
        )
        for row in answer["results"]["bindings"]
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # GRAPH: the group in each named graph by itself (18.6).
        ("{ GRAPH ?g { { SELECT (COUNT(*) AS ?n) { ?s :p ?o } } } }", [":g1 2", ":g2 1", ":g3 0"]),
        ("{ GRAPH ?g { VALUES ?x { 1 } } }", [":g1 1", ":g2 1", ":g3 1"]),
        ("{ GRAPH ?g { { SELECT ?s { ?s :p ?o } } } }", [":g1 :a", ":g1 :b", ":g2 :x"]),
        ("{ GRAPH ?g { ?s :p ?o MINUS { ?x :q ?y } } }", [":g1 :b :a", ":g1 :c :b", ":g2 :y :x"]),
        ("{ GRAPH ?g { ?s :p ?o MINUS { ?o :q ?y } } }", [":g1 :b :a", ":g1 :c :b"]),
        ("{ GRAPH ?g { GRAPH :g2 { ?s :p ?o } } }", [":g1 :y :x", ":g2 :y :x", ":g3 :y :x"]),
        ("{ GRAPH :nope { GRAPH :g2 { ?s :p ?o } } }", []),
        ("{ GRAPH :nope { VALUES ?x { 1 } } }", []),
        ("{ GRAPH :nope { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } } }", []),
        ("{ GRAPH ?g { FILTER(BOUND(?g)) } }", []),
        ("{ GRAPH ?g { ?s :p ?o OPTIONAL { ?s :p ?g } } }", []),
        ("FROM NAMED :g2 { GRAPH ?g { VALUES ?x { 1 } } }", [":g2 1"]),
        ("FROM :g1 { GRAPH ?g { VALUES ?x { 1 } } }", []),
        ("{ GRAPH ?g { { ?s :p _:b } UNION { VALUES ?s { :z } } } }", None),
        ("{ VALUES ?s { :x } FILTER EXISTS { GRAPH ?g { { SELECT ?s { ?s :p ?o } } } } }", [":x"]),
        # Paths: every way counts (18.2.2.4, 18.4), and a term leads to itself.
        ("{ :a (:p|:q) ?o }", [":b", ":b"]),
        ("{ :a (:p|:q)/:p ?o }", [":c", ":c"]),
        ("{ :a :q/:p*/:q? ?o }", [":b", ":c"]),
        ("{ ?s ^(:p|:q) :a }", [":b", ":b"]),
        ("{ :b !(:r|^:r) ?o }", [":a", ":a", ":c"]),
        ("{ :zz :p* ?o }", [":zz"]),
        ("{ ?s :p? :zz }", [":zz"]),
        ("{ :zz (:p*|:q*) ?o }", [":zz", ":zz"]),
        ("{ ?s :q* 1 }", ["1"]),
        ("{ :zz :p* :zz }", [None]),
        ("{ :zz :p* :yy }", []),
        ("{ GRAPH :g2 { :a :p* ?o } }", [":a"]),
        ("{ GRAPH ?g { :x :p* ?o } }", [":g1 :x", ":g2 :x", ":g2 :y", ":g3 :x"]),
        ("{ GRAPH :nope { :a :p* ?o } }", []),
        ("{ [] (:p|:q) ?o ; :p ?x }", [":b :b", ":b :b", ":c :c"]),
        ("{ _:x (:p|:q) ?o . _:x :q ?z }", [":b :b", ":b :b", ":c :c"]),
        ("?o (COUNT(*) AS ?n) { :a :p|:q ?o } GROUP BY ?o", ["2 :b"]),
        # Expressions.
        ("(COUNT(?o + 1) AS ?n) { ?s ?p ?o }", ["0"]),
        ("(COUNT(DISTINCT ?o + 1) AS ?n) { VALUES ?o { 1 1.0 2 :a } }", ["3"]),
        ("(COUNT(DISTINCT *) AS ?n) { :a (:p|:q)/:p* ?o }", ["2"]),
        ("(COUNT(*) AS ?n) (?n + 1 AS ?m) { :a ?p ?o }", ["3 2"]),
        ("?s ?s { :a :p ?s }", [":b"]),
        (r"(REPLACE('ab', '(a)(b)', '$2_$1') AS ?x) {}", ["b_a"]),
        (r"(REPLACE('ab', '(b)', '[$1x$11\\$\\\\]') AS ?x) {}", ["a[bxb1$\\]"]),
        ("(:\U0001f384 AS ?x) {}", [":\U0001f384"]),
        ("* { MINUS { ?x :p/:q* ?y } }", [None]),
        ("(COUNT(DISTINCT ?o + 1) AS ?n) { ?s ?p ?o } VALUES ?s { :a }", ["0"]),
        ("(COUNT(DISTINCT ?x + 1) AS ?n) { VALUES ?x { 1 :a 1 2 'b' } }", ["2"]),
        ("(COUNT(DISTINCT STR(?x)) AS ?n) { VALUES ?x { 1 '1' :a } }", ["2"]),
        ("(COUNT(DISTINCT STR(?x)) AS ?n) { ?x :nope ?y }", ["0"]),
        ("?s { ?s :q ?o } GROUP BY ?s HAVING(COUNT(DISTINCT STR(?o)) > 0)", [":a", ":c"]),
        ("?o { :a (:p|:q) ?o } ORDER BY ?o VALUES (?o) { (:b) }", [":b", ":b"]),
        ("?o { :a (:p|:q) ?o } GROUP BY ?o ?s HAVING(1) VALUES (?o) { (:b) }", [":b"]),
        (
            "{ VALUES (?a ?t) { ('A' 'en-gb') } :t :label ?l FILTER(LANG(?l) = ?t) }",
            ["A colour en-gb"],
        ),
        ("{ :t :label ?l FILTER(LANG(?l) = 'en-GB') }", ["colour"]),
        ("{ :t :label ?l FILTER(LANG(?l) IN ('de', 'en-GB')) }", ["colour"]),
        ("{ :t :label ?l BIND(LANG(?l) AS ?t) FILTER(?t = 'en-GB') }", ["colour en-gb"]),
        ("{ VALUES ?x { true false } FILTER(?x > false) }", ["true"]),
        ("(:a IN () AS ?x) (:a NOT IN () AS ?y) {}", ["false true"]),
        ("(TRUE AS ?x) {}", ["true"]),
        # White space and comments between any two tokens (19.8, note 2).
        ("(CONCAT ('a', concat\n( 'b' )) AS ?x) {}", ["ab"]),
        ("(COALESCE # none\n (1/0, 2) AS ?x) (isBLANK(BNODE ()) AS ?y) {}", ["2 true"]),
        ("(CONCAT ('CONCAT (', ' TRUE') AS ?x) {}", ["CONCAT ( TRUE"]),
        ("?d { :v :day ?d FILTER(?d > '2006-08-22'^^xsd:date) }", ["2006-08-23Z", "2006-08-27"]),
        ("?d { :v :day ?d FILTER(?d > '2006-08-23'^^xsd:date) }", ["2006-08-27"]),
        ("?d { :v :day ?d FILTER(?d != '2006-08-23'^^xsd:date) }", ["2006-08-27"]),
        # A duration added to a date or a time, in either order (F&O section 9.7).
        *(
            (f"(({sum_}) AS ?x) {{ VALUES (?d ?u) {{ ({date} {duration}) }} }}", [later])
            for date, duration, later in (
                (
                    DATE.format("2020-01-31", "date"),
                    DATE.format("P1M", "yearMonthDuration"),
                    "2020-02-29",
                ),
                (
                    DATE.format("2019-12-31", "date"),
                    DATE.format("PT25H", "dayTimeDuration"),
                    "2020-01-01",
                ),
                (
                    DATE.format("2020-01-31T10:00:00Z", "dateTime"),
                    DATE.format("PT15H", "dayTimeDuration"),
                    "2020-02-01T01:00:00Z",
                ),
                (
                    DATE.format("2020-01-31T10:00:00Z", "dateTime"),
                    DATE.format("P1M1D", "duration"),
                    "2020-03-01T10:00:00Z",
                ),
                (
                    DATE.format("23:00:00", "time"),
                    DATE.format("PT2H", "dayTimeDuration"),
                    "01:00:00",
                ),
            )
            for sum_ in (
                "?d + ?u",
                "?u + ?d",
                f"{date} + ?u",
                f"?u + {date}",
                f"?d + {duration}",
                f"{duration} + ?d",
                f"{date} + {duration}",
            )
        ),
        ("((NOW() + ?u > NOW()) AS ?x) { VALUES ?u { 'P1D'^^xsd:dayTimeDuration } }", ["true"]),
        (
            "((?a + ?b) AS ?x) { VALUES (?a ?b) { (1 2.5) (1 'x') ('x' 'y') (UNDEF 1) } }",
            ["", "", "", "3.5"],
        ),
        (
            "((?a + ?b) AS ?x) { VALUES ?a { -1 1 } VALUES ?b { -9223372036854775808 } }",
            ["", "-9223372036854775807"],
        ),
        ("(LANG(GROUP_CONCAT(?l)) AS ?x) { :t :label ?l }", [""]),
        ("?k (COUNT(*) AS ?n) { ?s :q ?o } GROUP BY (?o AS ?k)", [":b 1", ":c 1"]),
        # Names (rule 169).
        ("{ VALUES ?x { ec:1.1.1.353 } }", [":ec/1.1.1.353"]),
        ("{ ec:1.1.1.353 :name ?n }", ["x"]),
        ("{ ec:1.1 :name ?n }", ["y"]),
    ],
)
def test_answered_as_sparql_says(
    store: EmbeddedStore, text: str, expected: list[str | None] | None
) -> None:
    query = f"SELECT {text}" if text[0] in "?(*" else f"SELECT * {text}"
    if expected is None:
        assert len({row.split()[0] for row in rows(store, query)}) >= 2
    else:
        assert rows(store, query) == [row or "" for row in expected]


def test_columns_stand_in_the_order_of_the_query(store: EmbeddedStore) -> None:
    text = PREFIXES + "SELECT * { ?z (:p|:q) ?y . OPTIONAL { ?y :p ?a } }"
    assert store.query(QueryRequest(text, "csv")).read().startswith(b"z,y,a\r\n")


@pytest.mark.parametrize(
    ("text", "place", "word"),
    [
        ("SELECT (BNODE('a') AS ?x) {}", (3, 9), "BNODE"),
        ("SELECT ?\U0001f384 { ?s ?p ?\U0001f384 }", (3, 8), "U+FFFF"),
        (r"SELECT * { ?s ?p ?o FILTER REGEX(?o, '(a)\\1') }", (3, 38), r"\1"),
        (r"SELECT (REPLACE('a', 'a', '$') AS ?x) {}", (3, 27), "FORX0004"),
        ("SELECT * {\n ?s ?p ?l FILTER REGEX(LANG(?l), 'GB') }", (4, 34), "small letters"),
        ("SELECT (COUNT(DISTINCT *) AS ?n) { :a :p/:q* :b }", (3, 1), "COUNT(DISTINCT *)"),
        (
            "SELECT * { ?s :p ?o FILTER EXISTS { ?s :q ?x MINUS { ?s :q ?o } } }",
            (3, 46),
            "NOT EXISTS",
        ),
        # Behind what is put in other words on the same line:
        (
            "SELECT (?x AS ?y) { BIND(TRUE AS ?x) BIND(:a.b.c AS ?z) BIND(BNODE('a') AS ?b) }",
            (3, 62),
            "BNODE",
        ),
        ("SELECT * { ?s ?p ?o FILTER(LANG(?o) = 'EN') FILTER(BNODE('a') = ?o) }", (3, 52), "BNODE"),
        ("SELECT ?s ?s { ?s ?p ?o FILTER REGEX(LANG(?o), 'GB') }", (3, 48), "small letters"),
        ("SELECT ?s ?s (COUNT(DISTINCT *) AS ?n) { :a :p/:q* :b } GROUP BY ?s", (3, 1), "COUNT"),
    ],
)
def test_refused_by_name(
    store: EmbeddedStore, text: str, place: tuple[int, int], word: str
) -> None:
    with pytest.raises(InexactQueryError) as caught:
        store.query(QueryRequest(PREFIXES + text))
    assert (caught.value.line, caught.value.column) == place
    assert word in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { FILTER(?x<?a&&?b>?y) }",
        "SELECT * { ?s :p _:b { ?o :q _:b } }",
        "SELECT * { ?s :p|:q ?o FILTER ?o }",
        "SELECT * { GRAPH ?g { VALUES ?x { 1 } } ",
        "SELECT (COUNT(COUNT(*)) AS ?x) {}",
        "SELECT * { BIND(<<( 'literal' :q :z )>> AS ?x) }",
        "SELECT * { BIND(<<( <<( :s :p :o )>> :q :z )>> AS ?x) }",
    ],
)
def test_what_is_no_query_stays_none(store: EmbeddedStore, text: str) -> None:
    with pytest.raises(QuerySyntaxError):
        store.query(QueryRequest(PREFIXES + text))


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ("INSERT { :r :n ?n } WHERE { GRAPH ?g { { SELECT (COUNT(*) AS ?n) { ?s :p ?o } } } }", 3),
        ("INSERT { :r :n ?o } WHERE { :zz :p* ?o }", 1),
        ("INSERT { ?s :n TRUE } WHERE { VALUES ?s { ec:1.1.1.353 } }", 1),
        ("INSERT DATA { ec:1.1.1.353 :n 1 }", 1),
        ("PREFIX ec: <http://f/> INSERT DATA { ec:1.1.1 :n 1 }", 1),
    ],
)
def test_updates_alike(update: str, expected: int) -> None:
    options = StoreOptions(reasoning="none", default_graph="strict", writable=True)
    store = EmbeddedStore(Contents((), "0" * 16), options)
    store.update(UpdateRequest(PREFIXES + DATA))
    store.update(UpdateRequest(PREFIXES + update))
    assert len(rows(store, "SELECT * { ?s :n ?o }")) == expected
    if "PREFIX" in update:
        assert rows(store, "SELECT ?s { ?s :n ?o }") == ["http://f/1.1.1"]


def test_a_refused_update_tells_its_place() -> None:
    options = StoreOptions(reasoning="none", default_graph="strict", writable=True)
    store = EmbeddedStore(Contents((), "0" * 16), options)
    text = "CLEAR DEFAULT ;\nINSERT { ?s ?p ?x } WHERE {\n ?s ?p ?o BIND(BNODE('a') AS ?x) }"
    with pytest.raises(InexactQueryError) as caught:
        store.update(UpdateRequest(text))
    assert (caught.value.line, caught.value.column) == (3, 16)
    assert str(caught.value).startswith("line 3, column 16: BNODE")
    text = "INSERT { ?s ?p TRUE , ?x } WHERE { ?s ?p ?o BIND(BNODE('a') AS ?x) }"
    with pytest.raises(InexactQueryError, match="line 1, column 50: BNODE"):
        store.update(UpdateRequest(text))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("\ufeffSELECT (TRUE AS ?x) (BNODE('a') AS ?y) {}", (1, 23)),
        ("SELECT (CONCAT ('a') AS ?x) (BNODE('a') AS ?y) {}", (1, 30)),
        ("SELECT (FALSE AS ?x) ?o (COUNT(*) AS ?n) { ?s ?p ?o }", (1, 22)),
    ],
)
def test_places_are_those_of_the_text_as_it_was_sent(
    store: EmbeddedStore, text: str, place: tuple[int, int]
) -> None:
    with pytest.raises((InexactQueryError, QuerySyntaxError)) as caught:
        store.query(QueryRequest(text))
    assert (caught.value.line, caught.value.column) == place
    assert str(caught.value).startswith("line {}, column {}: ".format(*place))


def test_a_call_is_no_fault_where_something_behind_it_is(store: EmbeddedStore) -> None:
    for space in ("", " ", "\n"):
        text = f"SELECT * {{ ?s ?p ?o . BIND (CONCAT{space}('a', 'b') AS ?o) }}"
        with pytest.raises(QuerySyntaxError, match=r"\?o is bound in front of BIND already"):
            store.query(QueryRequest(text))


@pytest.mark.parametrize("operator", ["<", "=", "!=", ">="])
@pytest.mark.parametrize("end", ["?a", "'2020-07-23'^^xsd:date"])
def test_other_words_do_not_grow_without_bound(operator: str, end: str) -> None:
    """Each level would have the next one several times."""
    expression = "?a"
    for _ in range(60):
        expression = f"{end} {operator} ({expression})"
    text = f"{PREFIXES} SELECT * {{ ?s ?p ?a FILTER({expression}) }}"
    try:
        assert len(exact_query(text).text) < 1 << 18
    except InexactQueryError as error:
        assert "nested too deeply" in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s :p _:b FILTER(?s = 1) ?s :q _:b }",
        "SELECT * { ?s :p [ :q _:b ] . _:b :r ?o OPTIONAL { ?s :q _:c } }",
        "SELECT * { { ?s :p _:a } UNION { ?s :p _:b } }",
    ],
)
def test_a_label_may_stand_twice_in_one_basic_graph_pattern(
    store: EmbeddedStore, text: str
) -> None:
    rows(store, text)


def test_graphs_in_graphs_are_spelled_out_within_one_bound() -> None:
    unit = "GRAPH ?g {" * 10 + "?s ?p ?o MINUS { ?x ?y ?z }" + "}" * 10

    def written(number: int) -> str:
        text = f"ASK {{ {unit * number} }}"
        return exact_query(text, None, lambda: ("urn:g", "urn:h")).text

    assert len(written(1)) > 1 << 16
    with pytest.raises(InexactQueryError, match="too long"):
        written(100)
