"""The mix of queries for any data: the same for a seed, and every engine answers it alike."""

import io
import random
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.plugins.sparql import prepareQuery

from comparison.mix import MixQuery, NothingToAskError, mix
from comparison.profile import Profile, profile_of
from eakg.reason.files import read
from helpers.comparison import Solutions, is_same_answer, result_of
from helpers.tries import tries

JSON = pyoxigraph.QueryResultsFormat.JSON
EX = "http://example.org/"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def profile(lines: str, folder: Path, seed: int = 1) -> Profile:
    file = folder / "data.nt"
    file.write_text(lines, "utf-8")
    return profile_of(*read([file]), seed)


def graph_by_chance(seed: int) -> str:
    """A graph of a few hundred triples with nodes, texts, numbers, blank nodes and classes."""
    chance = random.Random(seed)
    nodes = [f"<{EX}n{number}>" for number in range(30)] + ["_:b0", "_:b1"]
    words = ["apple pie", "Über alles", "plain", 'Comma, and \\"quote\\"']
    literals = [f'"{word}"{tag}' for word in words for tag in ("", "@en", "@de")]
    literals += [f'"{n}"^^<http://www.w3.org/2001/XMLSchema#integer>' for n in range(5)]
    lines = set()
    for number, count in enumerate((120, 60, 40, 20, 9, 3, 1)):
        values = nodes if number % 2 == 0 else literals
        for _ in range(count):
            value = chance.choice(values)
            lines.add(f"{chance.choice(nodes)} <{EX}p{number}> {value} .")
    lines |= {f"{node} {TYPE} <{EX}C{place % 3}> ." for place, node in enumerate(nodes)}
    return "\n".join(sorted(lines)) + "\n"


@cache
def engines(seed: int) -> tuple[pyoxigraph.Store, Graph]:
    lines = graph_by_chance(seed)
    store = pyoxigraph.Store()
    store.bulk_load(lines.encode(), pyoxigraph.RdfFormat.N_TRIPLES)
    return store, Graph().parse(io.StringIO(lines), format="nt")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_two_engines_give_the_same_rows(seed: int, tmp_path: Path) -> None:
    store, graph = engines(seed)
    for query in mix(profile(graph_by_chance(seed), tmp_path), seed):
        answers = [
            result_of(store.query(query.text).serialize(format=JSON), JSON),
            result_of(graph.query(query.text).serialize(format="json"), JSON),
        ]
        if query.is_sample:
            assert all(isinstance(answer, Solutions) for answer in answers)
            assert len(answers[0]) == len(answers[1]), query
        else:
            assert is_same_answer(*answers, by_value=True), query


def test_a_seed_gives_the_same_queries_and_another_one_others(tmp_path: Path) -> None:
    lines = graph_by_chance(1)
    first, again = (mix(profile(lines, tmp_path), 7) for _ in range(2))
    assert first == again
    assert [one.text for one in mix(profile(lines, tmp_path, 8), 8)] != [one.text for one in first]


def test_names_are_unique_and_all_classes_are_there(tmp_path: Path) -> None:
    queries = mix(profile(graph_by_chance(1), tmp_path), 1)
    assert len({one.name for one in queries}) == len(queries) >= 60
    kinds = {one.kind for one in queries}
    assert kinds >= {"star", "chain", "optional", "minus", "exists", "union", "group", "distinct"}
    assert kinds >= {"order", "string", "size of result", "filter", "path", "look-up", "total"}


def test_joins_are_not_larger_than_they_may_be(tmp_path: Path) -> None:
    """Every node leads to a hub and from it: a chain over it has as many solutions as there are
    pairs of nodes, which is more than five times the triples."""
    hub = f"<{EX}hub>"
    lines = [f"<{EX}n{n}> <{EX}to> {hub} .\n{hub} <{EX}from> <{EX}n{n}> ." for n in range(50)]
    lines.append(f"<{EX}n0> <{EX}other> <{EX}n1> .")
    queries = mix(profile("\n".join(lines) + "\n", tmp_path), 1)
    chains = [one.text for one in queries if one.kind in ("chain", "path")]
    assert chains
    assert not any(f"<{EX}to> ?b . ?b <{EX}from>" in text for text in chains)
    assert not any(f"<{EX}to>/<{EX}from>" in text for text in chains)


IRIS = st.sampled_from([f"<{EX}{name}>" for name in "abc"])
NODES = st.one_of(IRIS, st.sampled_from(["_:x", "_:y"]))
LITERALS = st.builds(
    "{}{}".format,
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=6).map(
        lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    ),
    st.sampled_from(["", "@en", "^^<http://www.w3.org/2001/XMLSchema#integer>"]),
)
TRIPLES = st.tuples(NODES, st.one_of(IRIS, st.just(TYPE)), st.one_of(NODES, LITERALS))


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(15))
@given(triples=st.lists(TRIPLES, min_size=1, max_size=8))
def test_any_data_have_sixty_queries_of_valid_sparql(
    triples: list[tuple[str, str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    lines = "".join(f"{' '.join(triple)} .\n" for triple in triples)
    data = profile(lines, tmp_path_factory.mktemp("data"))
    if all("_:" in (triple[0][:2], triple[2][:2]) for triple in triples):
        with pytest.raises(NothingToAskError):
            mix(data, 1)
        return
    queries = mix(data, 1)
    assert len(queries) >= 60
    store = pyoxigraph.Store()
    for query in queries:
        store.query(query.text)
    random.Random(len(lines)).choice(queries)
    prepareQuery(random.Random(len(lines)).choice(queries).text)


def test_data_without_triples_have_nothing_to_ask(tmp_path: Path) -> None:
    with pytest.raises(NothingToAskError, match="no triple"):
        mix(profile("", tmp_path), 1)


def test_a_query_says_whether_its_rows_are_decided(tmp_path: Path) -> None:
    """A limit without an order leaves a choice, unless only what is equal is cut off."""
    for query in mix(profile(graph_by_chance(1), tmp_path), 1):
        has_choice = "LIMIT" in query.text and "ORDER BY" not in query.text
        assert query.is_sample == has_choice, query
        assert isinstance(query, MixQuery)
