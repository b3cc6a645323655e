"""The triples that property paths and blank nodes of a query go over for a row."""

import pyoxigraph
import pytest

from eakg.sparql.row_patterns import patterns

PREFIX = "PREFIX : <http://e/> "
DATA = """:a :p :b . :b :q :c . :c :r :d . :d :r :e . :x :r :e . :z :p :b . :d :n :e . :a :alt :c .
  :c :s [ :t 1 ; :u :v ] . :c :s [ :t 2 ] ."""
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
        ("?x :p ?b OPTIONAL { ?b :q/:r ?y }", "a d", "a p b"),
        ("?x :q ?y . ?y :s (1 2)", "b c", ""),
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
            return str(value).removeprefix("http://e/")
        case pyoxigraph.Literal(value=value):
            return str(value)
    return "_"


def test_variables_of_its_own_are_none_of_the_query() -> None:
    text = patterns(f"{PREFIX} SELECT ?step1 {{ ?step1 :p/:q :c }}").construct({}, 40)
    assert "?step_1" in text
    assert len(list(STORE.query(text))) == 3
