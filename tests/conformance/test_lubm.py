"""The fourteen queries of the Lehigh University Benchmark over one university.

Data are read in place from the folder that EAKG_BENCH names, or from `../shared/bench` beside the
repository. The numbers of answers are those published with the benchmark (LUBM(1, 0),
http://swat.cse.lehigh.edu/projects/lubm/).
"""

import os
import random
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store
from rdflib import Graph

from eakg.reason.closure import Closure, closed
from eakg.reason.files.output import write_closure
from eakg.reason.files.reading import read
from helpers.house import ROOT
from helpers.proof_checker import check

_BESIDE = ROOT.parent / "shared" / "bench"
DATA = Path(os.environ.get("EAKG_BENCH", _BESIDE))
FILES = [DATA / "lubm-1.nt.gz", DATA / "univ-bench.nt"]
pytestmark = pytest.mark.skipif(
    not all(file.is_file() for file in FILES),
    reason=f"no LUBM data in {DATA} (set EAKG_BENCH)",
)
PREFIX = "PREFIX u: <http://swat.cse.lehigh.edu/onto/univ-bench.owl#> "
D0 = "<http://www.Department0.University0.edu>"
U0 = "<http://www.University0.edu>"
QUERIES = [
    (4, f"?x a u:GraduateStudent ; u:takesCourse <{D0[1:-1]}/GraduateCourse0>"),
    (
        0,
        "?x a u:GraduateStudent ; u:memberOf ?z ; u:undergraduateDegreeFrom ?y ."
        "?y a u:University . ?z a u:Department ; u:subOrganizationOf ?y",
    ),
    (6, f"?x a u:Publication ; u:publicationAuthor <{D0[1:-1]}/AssistantProfessor0>"),
    (
        34,
        f"?x a u:Professor ; u:worksFor {D0} ; u:name ?a ; u:emailAddress ?b ; u:telephone ?c",
    ),
    (719, f"?x a u:Person ; u:memberOf {D0}"),
    (7790, "?x a u:Student"),
    (
        67,
        f"?x a u:Student ; u:takesCourse ?y . <{D0[1:-1]}/AssociateProfessor0> u:teacherOf ?y ."
        "?y a u:Course",
    ),
    (
        7790,
        "?x a u:Student ; u:memberOf ?y ; u:emailAddress ?z ."
        f"?y a u:Department ; u:subOrganizationOf {U0}",
    ),
    (
        208,
        "?x a u:Student ; u:advisor ?y ; u:takesCourse ?z ."
        "?y a u:Faculty ; u:teacherOf ?z . ?z a u:Course",
    ),
    (4, f"?x a u:Student ; u:takesCourse <{D0[1:-1]}/GraduateCourse0>"),
    (224, f"?x a u:ResearchGroup ; u:subOrganizationOf {U0}"),
    (15, f"?x a u:Chair ; u:worksFor ?y . ?y a u:Department ; u:subOrganizationOf {U0}"),
    (1, f"?x a u:Person . {U0} u:hasAlumnus ?x"),
    (5916, "?x a u:UndergraduateStudent"),
]


@cache
def closure() -> Closure:
    return closed(*read(FILES))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    path = tmp_path_factory.mktemp("lubm") / "closure.nt"
    write_closure(closure(), path, only_inferred=False)
    store = Store()
    store.bulk_load(path=str(path), format=RdfFormat.N_TRIPLES)
    return store


@pytest.mark.parametrize("number", range(1, 15))
def test_published_answers(store: Store, number: int) -> None:
    answers, pattern = QUERIES[number - 1]
    assert len(list(store.query(f"{PREFIX} SELECT DISTINCT * {{ {pattern} }}"))) == answers


def test_random_triples_have_proofs() -> None:
    asserted = closure().asserted
    assert isinstance(asserted, Graph)
    for triple in random.Random(4).sample(sorted(closure().inferred), 1000):
        check(closure().explain(triple), asserted)


def test_an_update_is_as_good_as_a_fresh_start() -> None:
    facts = sorted(triple for triple in closure().asserted if "univ-bench" in triple[1])
    removed = random.Random(5).sample(facts, 100)
    changed = closure().update((), removed)
    assert len(changed.inferred) < len(closure().inferred)
    assert set(changed.update(removed).inferred) == set(closure().inferred)
