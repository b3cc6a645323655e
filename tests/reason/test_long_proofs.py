"""Proofs of many steps: each has one, whatever its depth, and what follows is never denied."""

import sys
from collections.abc import Callable

import pytest
from rdflib import Graph
from rdflib.namespace import OWL, RDF

from eakg.rdf.terms import Triple
from eakg.reason.closure import Closure, materialize
from eakg.reason.proofs.search import NotInClosureError, ProofNotFoundError
from helpers.deep_ontologies import EX, chain, equal_successors, linked_list
from helpers.proof_checker import check

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("ontology", "depth"),
    [(chain, 1_200), (linked_list, 1_500), (equal_successors, 1_000)],
)
def test_a_derivation_of_more_steps_than_a_stack_holds_is_proved(
    ontology: Callable[[int], tuple[Graph, Triple]], depth: int
) -> None:
    graph, triple = ontology(depth)
    limit = sys.getrecursionlimit()
    proof = materialize(graph).explain(triple)
    assert depth >= sys.getrecursionlimit() == limit
    assert proof.triple == triple
    assert {leaf.triple for leaf in proof.leaves()} <= set(graph)
    assert proof.size > depth
    steps = list(proof.steps())
    assert len({step.triple for step in steps}) == len(steps) == proof.size


@pytest.mark.parametrize("ontology", [chain, linked_list, equal_successors])
def test_each_step_of_a_long_proof_is_an_instance_of_its_rule(
    ontology: Callable[[int], tuple[Graph, Triple]],
) -> None:
    graph, triple = ontology(150)
    check(materialize(graph).explain(triple), graph)


def test_a_long_proof_is_compared_hashed_and_shown_like_others() -> None:
    graph, triple = chain(1_200)
    closure = materialize(graph)
    proof, again = closure.explain(triple), materialize(graph).explain(triple)
    assert proof == again
    assert hash(proof) == hash(again)
    assert proof != closure.explain((triple[0], triple[1], EX.y1199))
    assert len(repr(proof)) < 1_000


def test_a_proof_does_not_depend_on_what_was_asked_before() -> None:
    graph, triple = chain(60)
    closure = materialize(graph)
    for end in range(1, 60, 7):
        closure.explain((EX.x, EX.place, EX[f"y{end}"]))
    assert closure.explain(triple) == materialize(graph).explain(triple)


@pytest.fixture(scope="module")
def long_chain() -> Closure:
    graph, _ = chain(1_200)
    return materialize(graph)


@pytest.mark.parametrize(
    "triple",
    [
        (EX.x, EX.place, EX.y1201),
        (EX.y1, EX.place, EX.y0),
        (EX.y0, OWL.sameAs, EX.y1),
        (EX.x, RDF.type, EX.place),
    ],
)
def test_what_does_not_follow_is_told_apart_from_what_was_not_proved(
    long_chain: Closure, triple: Triple
) -> None:
    with pytest.raises(NotInClosureError):
        long_chain.explain(triple)
    assert not issubclass(ProofNotFoundError, NotInClosureError)
