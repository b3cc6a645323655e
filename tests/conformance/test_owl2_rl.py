"""The W3C OWL 2 test cases of profile RL and of the RDF-based semantics. A fourth of the premises
are closed by other readings of the rules too, and with EAKG_SOAK all."""

import json
from functools import cache

import pytest

from eakg.reason.closure import Closure, materialize
from eakg.reason.entailment import entails
from helpers.owl_suite import SUITE, suite_cases, suite_graph
from helpers.slow_reading import assert_as_the_rules_say
from helpers.tries import sample

REFUTATION = "follows only by refutation: no rule has such a conclusion"
COMPREHENSION = "only says that a class expression exists"
LATTICE = "follows from the order of datatypes, which no rule states"
DIRECT = "holds under the direct semantics only"
NOT_ENTAILED = {
    "DisjointClasses-001": REFUTATION,
    "DisjointClasses-003": REFUTATION,
    "Disjoint_Props_via_Disjoint_Domains": REFUTATION,
    "Disjoint_Props_via_Disjoint_Ranges": REFUTATION,
    "New-Feature-DisjointDataProperties-002": REFUTATION,
    "New-Feature-DisjointObjectProperties-001": REFUTATION,
    "New-Feature-DisjointObjectProperties-002": REFUTATION,
    "New-Feature-ObjectPropertyChain-BJP-002": REFUTATION,
    "New-Feature-ObjectQCR-002": REFUTATION,
    "New-Feature-ReflexiveProperty-001": "reflexive properties are outside of OWL 2 RL",
    "WebOnt-I4.6-005-Direct": DIRECT,
    "WebOnt-I5.26-010": COMPREHENSION,
    "WebOnt-I5.5-005": COMPREHENSION,
    "WebOnt-I5.8-006": LATTICE,
    "WebOnt-I5.8-008": LATTICE,
    "WebOnt-I5.8-009": LATTICE,
    "WebOnt-differentFrom-001": REFUTATION,
    "WebOnt-equivalentClass-008-Direct": DIRECT,
    "chain2trans1": REFUTATION,
    "owl2-rl-rules-fp-differentFrom": REFUTATION,
    "owl2-rl-rules-ifp-differentFrom": REFUTATION,
}


@cache
def closure_of(name: str) -> Closure:
    return materialize(suite_graph(name), trivial=True)


@pytest.mark.parametrize(("name", "type_"), list(suite_cases()))
def test_case(name: str, type_: str) -> None:
    closure = closure_of(name)
    match type_:
        case "ConsistencyTest":
            assert closure.inconsistencies == []
        case "InconsistencyTest":
            assert closure.inconsistencies
        case "NegativeEntailmentTest":
            assert closure.inconsistencies == []
            assert not entails(closure, suite_graph(name, "nonconclusion"))
            assert not entails(closure, suite_graph(name, "nonconclusion"), refutation=True)
        case "PositiveEntailmentTest":
            conclusion = suite_graph(name, "conclusion")
            assert entails(closure, conclusion) == (name not in NOT_ENTAILED)
            refuted = NOT_ENTAILED.get(name, REFUTATION) == REFUTATION
            assert entails(closure, conclusion, refutation=True) == refuted
        case _:
            pytest.fail(f"unknown type of test {type_}")


def _names() -> list[str]:
    return sorted({case.values[0] for case in suite_cases() if case.values[0]})


@pytest.mark.skipif(not SUITE.is_dir(), reason=f"no W3C tests: {SUITE} is no folder")
@pytest.mark.parametrize("name", sample(_names(), 45))
def test_the_closure_is_what_the_rules_say(name: str) -> None:
    assert_as_the_rules_say(suite_graph(name))


@pytest.mark.skipif(not SUITE.is_dir(), reason=f"no W3C tests: {SUITE} is no folder")
def test_owlrl_differs_by_its_known_faults_alone() -> None:
    """With those mended that `docs/reasoning.md` lists, owlrl closes every premise alike."""
    for name in sample(_names(), 45):
        graph = suite_graph(name)
        mended = materialize(graph, engine="owlrl")
        assert set(mended.inferred) == set(materialize(graph).inferred), name


def test_every_positive_entailment_is_counted() -> None:
    """What the rules entail, and what refutation adds, of the two groups of tests."""
    if not SUITE.is_dir():
        pytest.skip(f"no W3C tests: {SUITE} is no folder (set EAKG_W3C)")
    counts = {"RL": [0, 0, 0], "RDF-BASED": [0, 0, 0]}
    for path in SUITE.glob("*/meta.json"):
        meta = json.loads(path.read_text("utf-8"))
        if "PositiveEntailmentTest" in meta["types"]:
            group = counts["RL" if meta["group"] == "RL" else "RDF-BASED"]
            kind = NOT_ENTAILED.get(path.parent.name)
            group[0] += 1
            group[1] += kind is None
            group[2] += kind in (None, REFUTATION)
    assert counts == {"RL": [32, 11, 24], "RDF-BASED": [66, 66, 66]}
