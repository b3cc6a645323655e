"""What a query goes over for a row: paths, blank nodes, OPTIONAL, UNION, subqueries, EXISTS."""

from collections.abc import Iterable

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eakg.sparql.row_patterns import patterns
from helpers.tries import tries

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PREFIX = "PREFIX : <http://e/> "
DATA = """:l :s (1 2) . :a :p :b . :b :q :c . :c :r :d . :d :r :e . :x :r :e . :z :p :b . :d :n :e .
  :a :alt :c .  :c :s [ :t 1 ; :u :v ] . :c :s [ :t 2 ] ."""
ALL = "a p b, b q c, c r d, d r e"
STORE = pyoxigraph.Store()
STORE.update(f"{PREFIX} INSERT DATA {{ {DATA} }}")


@pytest.mark.parametrize(
    ("group", "row", "triples"),
    [
        ("?x :p/:q ?y", "a c", "a p b, b q c"),
        ("{ ?x :p/:q ?y }", "a c", "a p b, b q c"),
        ("?x ^:q ?y", "c b", "b q c"),
        ("?x ^(:p/:q) ?y", "c a", "a p b, b q c"),
        ("?x :p ?m . ?m :q/:r+ ?y", "a e", "a p b, b q c, c r d, d r e"),
        ("?x :r* ?y", "c e", "c r d, d r e"),
        ("?x :r* ?y", "c c", ""),
        ("?x (:p/:q)+ ?y", "a c", "a p b, b q c"),
        ("?x :r? ?y", "d e", "d r e"),
        ("?x :r? ?y", "d d", ""),
        ("?x (:none|:alt) ?y", "a c", "a alt c"),
        ("?x (:alt|:p/:q) ?y", "a c", "a alt c, a p b, b q c"),
        ("?x !(:r|:n) ?y", "a b", "a p b"),
        ("?x !(^:r) ?y", "e d", "d n e"),
        ("?x :q ?w . ?w :s [ :t ?n ; :u ?y ]", "b v", "b q c, c s _, _ t 1, _ u v"),
        ("?x :q _:w . _:w :s _:s . _:s :u ?y", "b v", "b q c, c s _, _ u v"),
        ("[ :p ?x ] :none? ?w . ?x :q ?y", "b c", "a p b, b q c, z p b"),
        ("?x :p ?b OPTIONAL { ?b :q/:r ?y }", "a d", "a p b, b q c, c r d"),
        ("?x :p ?y OPTIONAL { ?x :r ?y }", "a b", "a p b"),
        ("?x :p ?y OPTIONAL { ?y :q ?w FILTER (?w = :d) }", "a b", "a p b"),
        (
            "?x :p ?y OPTIONAL { ?y :q ?w OPTIONAL { ?w :r/:r ?v } }",
            "a b",
            "a p b, b q c, c r d, d r e",
        ),
        ("{ ?x :p/:q ?y } UNION { ?x :alt ?y }", "a c", "a p b, b q c, a alt c"),
        ("{ ?x :alt ?y } UNION { ?x :r ?y }", "a c", "a alt c"),
        ("{ SELECT ?x ?y { ?x :p/:q ?y } }", "a c", "a p b, b q c"),
        ("?x :q ?y { SELECT (MIN(?n) AS ?y_) { ?x :alt ?n } }", "b c", "b q c, a alt c"),
        ("{ SELECT ?x { ?x :p/:q ?y } } ?x :p ?y", "a b", "a p b, b q c"),
        ("?x :p ?y FILTER EXISTS { ?y :q/:r ?d }", "a b", "a p b, b q c, c r d"),
        ("?x :p ?y FILTER (EXISTS { ?x :alt ?y } || EXISTS { ?y :q ?d })", "a b", "a p b, b q c"),
        ("?x :p ?y FILTER NOT EXISTS { ?y :r ?d }", "a b", "a p b"),
        ("?x :p ?y MINUS { ?x :q/:r ?y }", "a b", "a p b"),
        ("{ ?x :p ?w FILTER EXISTS { ?w :q ?y } } ?x :p ?y", "a b", "a p b, b q c"),
        ("[] :p ?x . [] :q ?y", "b c", "a p b, z p b, b q c"),
        ("?x :q ?y . ?z (^:t|:u)* 1", "b c", "b q c"),
    ],
)
def test_what_a_row_goes_over(group: str, row: str, triples: str) -> None:
    values = dict(zip("xy", (f"http://e/{one}" for one in row.split()), strict=True))
    text = patterns(f"{PREFIX} SELECT ?x ?y {{ {group} }}").construct(values, 40)
    quads = STORE.query(text)
    assert isinstance(quads, pyoxigraph.QueryTriples)
    expected = triples.split(", ") if triples else []
    assert sorted(" ".join(map(name, one)) for one in quads) == sorted(expected)


def name(term: object) -> str:
    match term:
        case pyoxigraph.NamedNode(value=value):
            return str(value).removeprefix("http://e/").removeprefix(RDF)
        case pyoxigraph.Literal(value=value):
            return str(value)
    return "_"


def test_variables_of_its_own_are_none_of_the_query() -> None:
    text = patterns(f"{PREFIX} SELECT ?step1 {{ ?step1 :p/:q :c }}").construct({}, 40)
    assert "?step_1" in text
    assert len(list(STORE.query(text))) == 3


def test_a_list_is_gone_through() -> None:
    text = patterns(f"{PREFIX} SELECT ?x {{ ?x :s (1 ?n) }}").construct({"x": "http://e/l"}, 40)
    lines = sorted(" ".join(map(name, one)) for one in STORE.query(text))
    assert lines == ["_ first 1", "_ first 2", "_ rest _", "_ rest nil", "l s _"]


NODES = tuple("abcd")
TRIPLES = [(s, p, o) for s in NODES for p in "pqr" for o in NODES]
TERMS = st.sampled_from(["?x", "?y", "?z", "?w", ":a", "[]"])
PATHS = st.sampled_from(
    [":p", ":q", ":r", "?v", ":p/:q", "^:r", "(:p|:q)", ":r+", "!:p", "(^:q/:r)+"]
)
PATTERN = st.builds("{} {} {} .".format, TERMS, PATHS, TERMS)
BASIC = st.lists(PATTERN, min_size=1, max_size=2).map(" ".join)
FILTERED = st.builds("{} FILTER EXISTS {{ {} FILTER (?x != ?y) }}".format, BASIC, BASIC)
COLUMNS = st.sampled_from(["*", "?x", "?x ?y", "DISTINCT ?y", "?z ?w"])


def wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{} OPTIONAL {{ {} }}".format, inner, inner),
        st.builds("{{ {} }} UNION {{ {} }}".format, inner, inner),
        st.builds("{} {{ {} }}".format, inner, inner),
        st.builds("{} {{ SELECT {} {{ {} }} }}".format, inner, COLUMNS, inner),
        st.builds("{} FILTER EXISTS {{ {} }}".format, inner, inner),
    )


@settings(deadline=None, max_examples=tries(300))
@given(
    st.lists(st.sampled_from(TRIPLES), min_size=2, max_size=8, unique=True),
    st.one_of(st.recursive(BASIC, wider, max_leaves=4), FILTERED),
)
def test_what_a_row_rests_on_is_in_the_data_and_enough_for_the_row(
    triples: list[tuple[str, str, str]], group: str
) -> None:
    text = f"{PREFIX} SELECT * {{ {group} }}"
    store = store_of(pyoxigraph.Triple(*map(node, one)) for one in triples)
    understood = patterns(text)
    for row in dict.fromkeys(rows(store, text)):
        names = {name: value for name, value in row if not value.startswith("_:")}
        grounds = {*store.query(understood.construct(names, 100_000))}
        assert all(pyoxigraph.Quad(*one) in store for one in grounds)
        # Of less, OPTIONAL may match more, where what it excluded is not among the grounds.
        cells = {cell for cell in row if cell[1]}
        assert any(cells <= {*other} for other in rows(store_of(grounds), text))


def node(text: str) -> pyoxigraph.NamedNode:
    return pyoxigraph.NamedNode(f"http://e/{text}")


def store_of(triples: Iterable[pyoxigraph.Triple]) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.extend(pyoxigraph.Quad(*one) for one in triples)
    return store


def rows(store: pyoxigraph.Store, text: str) -> list[tuple[tuple[str, str], ...]]:
    solutions = store.query(text)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    return [
        tuple((name, "" if one[name] is None else one[name].value) for name in names)
        for one in solutions
    ]
