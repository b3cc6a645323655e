"""The fourteen queries of the Lehigh University Benchmark over one university, and proofs, of which
EAKG_SOAK tries five times as many."""

import random
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store
from rdflib import Graph

from eakg.reason.closure import Closure, closure_of_facts, materialize
from eakg.reason.disk.closure import DiskOptions
from eakg.reason.disk.support import support_of_triple
from eakg.reason.files.output import write_closure
from eakg.reason.files.reading import read
from eakg.reason.rules.sets import rule_set
from helpers.disk_closures import disk_closure, part_lines
from helpers.lubm import DATA, ONTOLOGY, QUERIES, query
from helpers.proof_checker import check
from helpers.tries import SOAK, tries

FILES = [DATA / "lubm-1.nt.gz", ONTOLOGY]
pytestmark = pytest.mark.skipif(
    not all(file.is_file() for file in FILES),
    reason=f"no LUBM data in {DATA} (set EAKG_BENCH)",
)


@cache
def closure() -> Closure:
    return closure_of_facts(*read(FILES))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    path = tmp_path_factory.mktemp("lubm") / "closure.nt"
    write_closure(closure(), path, only_inferred=False)
    store = Store()
    store.bulk_load(path=str(path), format=RdfFormat.N_TRIPLES)
    return store


@pytest.mark.parametrize("number", range(1, 15))
def test_published_answers(store: Store, number: int) -> None:
    assert len(list(store.query(query(number)))) == QUERIES[number - 1][0]


def test_the_closure_on_disk_is_the_same(tmp_path: Path) -> None:
    """By DuckDB, within 64 MiB of its own; and its triples have proofs, found in its files."""
    write_closure(closure(), tmp_path / "closure.nt", only_inferred=True)
    options = DiskOptions(rule_set(), memory=64)
    with disk_closure(FILES, tmp_path / "work", options) as disk:
        assert disk.clashes.inconsistencies == closure().inconsistencies == []
        disk.write(tmp_path / "out", only_inferred=True, compressed=False)
    lines = (tmp_path / "closure.nt").read_text("utf-8").splitlines()
    assert part_lines(tmp_path / "out") == sorted(lines)
    asserted = closure().asserted
    assert isinstance(asserted, Graph)
    for triple in random.Random(6).sample(sorted(closure().inferred), 20 if SOAK else 4):
        support = support_of_triple(tmp_path / "work", triple)
        check(materialize(support.graph).explain(triple), asserted)


def test_random_triples_have_proofs() -> None:
    asserted = closure().asserted
    assert isinstance(asserted, Graph)
    for triple in random.Random(4).sample(sorted(closure().inferred), tries(1000)):
        check(closure().explain(triple), asserted)


def test_an_update_is_as_good_as_a_fresh_start() -> None:
    facts = sorted(triple for triple in closure().asserted if "univ-bench" in triple[1])
    removed = random.Random(5).sample(facts, 100)
    changed = closure().update((), removed)
    assert len(changed.inferred) < len(closure().inferred)
    assert set(changed.update(removed).inferred) == set(closure().inferred)
