"""Triple patterns are joined in an order that goes through less, with the same solutions."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eakg.sparql.exact import Frequencies, JoinGuide, exact_query
from eakg.sparql.failures import QueryError
from helpers.random_patterns import PatternWriter
from helpers.tries import tries

PREFIX = "PREFIX : <http://e/> "
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
UNIVERSITY = Frequencies(
    {
        "http://e/takes": 20_000,
        "http://e/teaches": 1_600,
        "http://e/heads": 15,
        "http://e/name": 15_000,
        TYPE: 50_000,
    },
    {"http://e/Person": 8_000, "http://e/Student": 7_000, "http://e/Dean": 20},
)


@dataclass(frozen=True)
class EagerGuide(JoinGuide):
    """Looks at every query."""

    def may_help(self, text: str) -> bool:
        """It may."""
        del text
        return True


def ordered(pattern: str, form: str = "SELECT *", few: int | None = 15) -> str:
    """A pattern as it is put in order, with the frequencies of a university."""
    query = exact_query(
        f"{PREFIX}{form} {pattern}", guide=JoinGuide(UNIVERSITY, lambda predicate: few)
    )
    return query.text.removeprefix(f"{PREFIX}{form} ")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "{ ?x :takes ?c . ?y :teaches ?c . ?y :heads ?d }",
            "{ ?y :heads ?d . ?y :teaches ?c . ?x :takes ?c }",
        ),
        ("{ ?x :name ?n ; :heads ?d . }", "{ ?x :heads ?d . ?x :name ?n . }"),
        ("{ ?x a :Person , :Dean }", "{ ?x a :Dean . ?x a :Person }"),
        # What FILTER stands between is one basic graph pattern (section 18.2.2.5).
        (
            "{ ?x :name ?n FILTER(?n != 1) ?x :heads ?d }",
            "{ ?x :heads ?d FILTER(?n != 1) ?x :name ?n }",
        ),
        # What has a constant comes first, in the order in which it is written.
        (
            "{ ?x :takes ?c . ?y :teaches ?c . ?y :name :n . ?y :heads :d }",
            "{ ?y :name :n . ?y :heads :d . ?y :teaches ?c . ?x :takes ?c }",
        ),
        # An order that is good, one where nothing is large, and names that nothing is known of
        ("{ ?y :heads ?d . ?y :name ?n }", None),
        ("{ ?x :teaches ?c . ?x :heads ?d }", None),
        ("{ ?x :a ?c . ?x :b ?d }", None),
        # What is joined with something outside, and other patterns, keep their places.
        (
            "{ ?x :name ?n . ?x :heads ?d OPTIONAL { ?x :takes ?c . ?c :heads ?e } }",
            "{ ?x :heads ?d . ?x :name ?n OPTIONAL { ?x :takes ?c . ?c :heads ?e } }",
        ),
        ("{ ?x :name ?n FILTER EXISTS { ?x :takes ?c . ?c :heads ?e } }", None),
        # All things of all classes that have to do with few
        ("{ ?x :takes ?y . ?y a ?c . ?c :heads ?d }", None),
        ("{ ?x :name ?n OPTIONAL { ?x :takes ?c } ?x :heads ?d }", None),
        ("{ ?x :name ?n . ?x :heads+ ?d }", None),
        ("{ ?x :name ?n . _:b :heads ?x }", None),
    ],
)
def test_least_first(written: str, expected: str | None) -> None:
    assert ordered(written) == (expected or written)


def test_a_small_predicate_beside_a_large_class_says_its_number() -> None:
    few = "{ SELECT ?d ?x { ?x :heads ?d } LIMIT 15 }"
    assert ordered("{ ?x a :Person . ?x :heads ?d }") == f"{{ {few} . ?x a :Person }}"
    assert ordered("{ ?x :heads ?d ; a :Person }") == f"{{ {few} . ?x a :Person }}"
    assert ordered("{ ?x :heads ?d . ?x a :Dean }") == "{ ?x :heads ?d . ?x a :Dean }"
    assert (
        ordered("{ ?x a :Person . ?x :heads ?d }", few=None) == "{ ?x :heads ?d . ?x a :Person }"
    ), "there are more than was thought"


@pytest.mark.parametrize(
    "pattern",
    [
        "{ ?z :p ?x FILTER EXISTS { ?x a :Person . ?x :heads ?d } }",
        "{ ?z :p ?x OPTIONAL { ?x a :Person . ?x :heads ?d } }",
        "{ ?z :p ?x MINUS { ?x a :Person . ?x :heads ?d } }",
        "{ ?x a :Person . ?y :heads ?d }",
        "{ ?x a :Person . ?x :heads ?x }",
    ],
)
def test_no_number_where_it_would_be_no_help_or_another_query(pattern: str) -> None:
    assert "LIMIT" not in ordered(pattern)


def test_what_construct_makes_is_triples_alone() -> None:
    text = f"{PREFIX}CONSTRUCT WHERE {{ ?x a :Person . ?x :heads ?d }}"
    assert exact_query(text, guide=JoinGuide(UNIVERSITY, lambda predicate: 15)).text == text


def test_an_order_that_is_bad_goes_through_less() -> None:
    """What is counted is how often the engine has a value of ?x, for which FILTER calls a
    function."""
    store = ox.Store()
    triples = [f"<http://e/s{n}> <http://e/takes> <http://e/c{n % 300}> ." for n in range(3000)]
    triples += [f"<http://e/t{n % 50}> <http://e/teaches> <http://e/c{n}> ." for n in range(300)]
    triples += ["<http://e/t1> <http://e/heads> <http://e/d> ."]
    triples += [f"<http://e/s{n}> <{TYPE}> <http://e/Person> ." for n in range(3000)]
    triples += ["<http://e/s7> <http://e/leads> <http://e/d> ."]
    store.load("\n".join(triples).encode(), format=ox.RdfFormat.N_TRIPLES)
    frequencies = Frequencies(
        {f"http://e/{name}": count for name, count in (("takes", 3000), ("teaches", 300))}
        | {"http://e/heads": 1, "http://e/leads": 1, TYPE: 3000},
        {"http://e/Person": 3000},
    )
    guide = JoinGuide(frequencies, lambda predicate: frequencies.predicates[predicate])
    seen: list[Any] = []

    def see(term: Any) -> Any:
        seen.append(term)
        return ox.Literal(True)

    def visits(text: str) -> tuple[int, Counter[str]]:
        seen.clear()
        solutions = store.query(text, custom_functions={ox.NamedNode("http://e/see"): see})
        rows = Counter(map(str, solutions))  # type: ignore[arg-type]  # of SELECT
        return len(seen), rows

    for pattern in (
        "?x :takes ?c . ?t :teaches ?c . ?t :heads ?d",
        "?x a :Person . ?x :leads ?d",
    ):
        text = f"{PREFIX}SELECT ?x ?d {{ {pattern} FILTER(:see(?x)) }}"
        before, rows = visits(text)
        after, same_rows = visits(exact_query(text, guide=guide).text)
        assert rows == same_rows
        assert sum(rows.values()) <= after <= before / 40


_NAMES = ["?x", "?y", "?z", ":a", ":b"]
_TRIPLES = st.tuples(
    st.sampled_from(["?x", "?y", "?z", ":a"]),
    st.sampled_from([":p", ":q", ":r", "a", "?p"]),
    st.sampled_from([*_NAMES, ":C", ":D", "1"]),
)
_FACTS = st.tuples(
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(["p", "q", "r", "type"]),
    st.sampled_from(["a", "b", "C", "D"]),
)
_COUNTS = st.sampled_from([0, 1, 5, 900, 3000, 50_000])


def rows_of(store: ox.Store, text: str) -> tuple[list[str], Counter[str]]:
    """The columns of an answer, and its rows."""
    answer = store.query(text)
    if isinstance(answer, ox.QueryBoolean):
        return [], Counter([str(bool(answer))])
    if isinstance(answer, ox.QueryTriples):
        return [], Counter(map(str, set(answer)))
    return [name.value for name in answer.variables], Counter(map(str, answer))


def guide_of(store: ox.Store, predicates: dict[str, int], classes: dict[str, int]) -> JoinGuide:
    """A guide that knows the numbers of few triples, and believes others."""

    def few(predicate: str) -> int:
        return len(list(store.quads_for_pattern(None, ox.NamedNode(predicate), None, None)))

    return EagerGuide(
        Frequencies(
            {TYPE if name == "type" else f"http://e/{name}": n for name, n in predicates.items()},
            {f"http://e/{name}": n for name, n in classes.items()},
        ),
        few,
    )


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(400))
@given(
    st.sets(_FACTS),
    st.lists(_TRIPLES, min_size=2, max_size=5),
    st.lists(_TRIPLES, min_size=1, max_size=3),
    st.sampled_from(
        [
            "SELECT * { %s }",
            "SELECT (COUNT(*) AS ?n) { %s }",
            "SELECT DISTINCT ?x ?y { %s OPTIONAL { %s } }",
            "SELECT * { %s FILTER EXISTS { %s } }",
            "SELECT * { %s MINUS { %s } }",
            "SELECT * { { %s } UNION { %s } }",
            "SELECT * { %s FILTER(?x != ?y) %s }",
            "SELECT * { %s BIND(?x AS ?v) %s }",
            "SELECT * { %s { SELECT ?x { %s } } }",
            "ASK { %s }",
            "CONSTRUCT { ?x :made ?y } { %s }",
        ]
    ),
    st.fixed_dictionaries(dict.fromkeys(("p", "q", "r", "type"), _COUNTS)),
    st.fixed_dictionaries(dict.fromkeys("CD", _COUNTS)),
)
def test_the_same_solutions_in_any_order(
    facts: set[tuple[str, str, str]],
    patterns: list[tuple[str, str, str]],
    others: list[tuple[str, str, str]],
    form: str,
    predicates: dict[str, int],
    classes: dict[str, int],
) -> None:
    store = ox.Store()
    for subject, predicate, object_ in sorted(facts):
        terms = subject, predicate, object_
        first, second, third = (ox.NamedNode(f"http://e/{name}") for name in terms)
        store.add(ox.Quad(first, ox.NamedNode(TYPE) if predicate == "type" else second, third))
    groups = [" . ".join(map(" ".join, group)) for group in (patterns, others)]
    text = PREFIX + form % tuple(groups[: form.count("%s")])
    plain = exact_query(text).text
    guided = exact_query(text, guide=guide_of(store, predicates, classes)).text
    assert rows_of(store, guided) == rows_of(store, plain), guided


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_random_queries_have_the_same_solutions_in_any_order(seed: int) -> None:
    writer = PatternWriter(seed)
    store = ox.Store()
    for name, turtle in writer.dataset().items():
        graph = ox.NamedNode(name) if name else ox.DefaultGraph()
        store.load(turtle.encode(), format=ox.RdfFormat.TURTLE, to_graph=graph)
    names = [graph.value for graph in store.named_graphs()]
    guide = guide_of(store, {"p": 5000, "q": 50, "r": 1}, {"A": 4000})
    for _ in range(10):
        text = writer.query().text
        try:
            plain = exact_query(text, None, lambda: names).text
        except QueryError:
            continue
        guided = exact_query(text, None, lambda: names, guide=guide).text
        assert rows_of(store, guided) == rows_of(store, plain), guided
