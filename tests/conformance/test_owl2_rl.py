"""The W3C OWL 2 test cases of profile RL and of the RDF-based semantics.

Read in place from `owl2-rl` in the folder that EAKG_W3C names, or in `../shared/w3c` beside the
repository.
"""

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rdflib import BNode, Graph
from rdflib.graph import _TripleType as Triple
from rdflib.term import Node

from eakg.reason import Closure, materialize

_BESIDE = Path(__file__).parents[3] / "shared" / "w3c"
SUITE = Path(os.environ.get("EAKG_W3C", _BESIDE)) / "owl2-rl"

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


def _cases() -> Iterator[Any]:
    if not SUITE.is_dir():
        reason = f"no W3C tests: {SUITE} is no folder (set EAKG_W3C)"
        yield pytest.param("", "", marks=pytest.mark.skip(reason=reason), id="absent")
    for meta in sorted(SUITE.glob("*/meta.json")):
        for type_ in json.loads(meta.read_text("utf-8"))["types"]:
            name = meta.parent.name
            yield pytest.param(name, type_, id=f"{name}-{type_}")


@cache
def closure_of(name: str) -> tuple[Closure, Graph]:
    premise = _graph(name, "premise")
    closure = materialize(premise, trivial=True)
    return closure, premise + closure.inferred


def _graph(name: str, file: str) -> Graph:
    return Graph().parse(SUITE / name / f"{file}.nt", format="nt")


def entails(graph: Graph, conclusion: Graph) -> bool:
    """Simple entailment: the conclusion's blank nodes map to terms of the graph."""

    def matches(remaining: list[Triple], binding: dict[Node, Node]) -> bool:
        if not remaining:
            return True

        def bound(triple: Triple) -> tuple[Node | None, ...]:
            return tuple(binding.get(t) if isinstance(t, BNode) else t for t in triple)

        triple = min(remaining, key=lambda triple: bound(triple).count(None))
        rest = [other for other in remaining if other is not triple]
        subject, predicate, object_ = bound(triple)
        for found in graph.triples((subject, predicate, object_)):
            new = dict(binding)
            pairs = [(t, v) for t, v in zip(triple, found, strict=True) if isinstance(t, BNode)]
            if all(new.setdefault(t, v) == v for t, v in pairs) and matches(rest, new):
                return True
        return False

    return matches(list(conclusion), {})


@pytest.mark.parametrize(("name", "type_"), list(_cases()))
def test_case(name: str, type_: str) -> None:
    closure, graph = closure_of(name)
    match type_:
        case "ConsistencyTest":
            assert closure.inconsistencies == []
        case "InconsistencyTest":
            assert closure.inconsistencies
        case "NegativeEntailmentTest":
            assert closure.inconsistencies == []
            assert not entails(graph, _graph(name, "nonconclusion"))
        case "PositiveEntailmentTest":
            assert entails(graph, _graph(name, "conclusion")) == (name not in NOT_ENTAILED)
        case _:
            pytest.fail(f"unknown type of test {type_}")
