"""What data are like, as an engine counts it."""

import random
from pathlib import Path

import pyoxigraph

from comparison.profile import LARGEST, OTHERS, profile_of
from eakg.reason.files import read

EX = "http://example.org/"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def data(folder: Path) -> tuple[Path, pyoxigraph.Store]:
    chance = random.Random(3)
    nodes = [f"<{EX}n{number}>" for number in range(12)] + ["_:b"]
    lines = {
        f"{chance.choice(nodes)} <{EX}p{number}> {chance.choice(nodes)} ."
        for number in range(4)
        for _ in range(10 * (number + 1))
    }
    lines |= {f'{node} <{EX}name> "name" .' for node in nodes[:5]}
    lines |= {f"{node} {TYPE} <{EX}C{place % 2}> ." for place, node in enumerate(nodes)}
    file = folder / "data.nt"
    file.write_text("\n".join(sorted(lines)) + "\n", "utf-8")
    store = pyoxigraph.Store()
    store.bulk_load(path=str(file), format=pyoxigraph.RdfFormat.N_TRIPLES)
    return file, store


def number(store: pyoxigraph.Store, pattern: str, what: str = "*") -> int:
    (row,) = store.query(f"SELECT (COUNT({what}) AS ?n) {{ {pattern} }}")
    return int(row["n"].value)


def test_counts_and_joins_are_those_of_an_engine(tmp_path: Path) -> None:
    file, store = data(tmp_path)
    profile = profile_of(*read([file]), 1)
    assert profile.triples == len(store)
    assert {one.predicate for one in profile.relations} == {
        str(row["p"]) for row in store.query("SELECT DISTINCT ?p { ?s ?p ?o }")
    }
    sizes = [one.triples for one in profile.relations]
    assert sizes == sorted(sizes, reverse=True)
    for one in profile.relations:
        pattern = f"?s {one.predicate} ?o"
        assert one.triples == number(store, pattern)
        assert one.subjects == number(store, pattern, "DISTINCT ?s")
        assert one.objects == number(store, pattern, "DISTINCT ?o")
    for (p, q), size in profile.stars.items():
        assert size == number(store, f"?s {p} ?a ; {q} ?b"), (p, q)
    for (p, q), size in profile.chains.items():
        assert size == number(store, f"?a {p} ?b . ?b {q} ?c"), (p, q)


def test_examples_are_triples_without_blank_nodes(tmp_path: Path) -> None:
    file, store = data(tmp_path)
    profile = profile_of(*read([file]), 1)
    for one in profile.relations:
        assert one.examples
        for subject, value in one.examples:
            assert not subject.startswith("_:")
            assert not value.startswith("_:")
            assert bool(store.query(f"ASK {{ {subject} {one.predicate} {value} }}"))
    names = next(one for one in profile.relations if one.predicate == f"<{EX}name>")
    assert (names.has_literals, names.has_iris, names.multiplicity) == (True, False, 5.0)
    assert set(profile.things) == {f"<{EX}n{number}>" for number in range(12)}


def test_of_many_predicates_the_largest_and_some_of_all_sizes_are_looked_at(tmp_path: Path) -> None:
    lines = [
        f"<{EX}s{number}> <{EX}p{place}> <{EX}o> ."
        for place in range(100)
        for number in range(place + 1)
    ]
    file = tmp_path / "data.nt"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    profile = profile_of(*read([file]), 1)
    sizes = [one.triples for one in profile.relations]
    assert sizes[:LARGEST] == list(range(100, 100 - LARGEST, -1))
    assert len(sizes) == LARGEST + OTHERS
    assert min(sizes) < 10
    assert profile.triples == len(lines)
