"""Why triples of a store hold, where that takes thousands of steps."""

from collections.abc import Iterator

import pyoxigraph
import pytest
from rdflib import Graph

from eakg.rdf.engine_terms import quad
from eakg.reason.proofs.search import NotInClosureError
from eakg.sparql.failures import NotProvedError, TimeLimitExceededError
from eakg.store.reasoner import Reasoner
from helpers.deep_ontologies import EX, chain


@pytest.fixture(scope="module")
def reasoner() -> Iterator[Reasoner]:
    graph, _ = chain(2_500)
    yield Reasoner(quads_of(graph))


def quads_of(graph: Graph) -> list[pyoxigraph.Quad]:
    return [quad(triple, pyoxigraph.NamedNode("http://ex.org/graph")) for triple in graph]


def test_a_long_proof_is_found_with_what_supports_it(reasoner: Reasoner) -> None:
    _, triple = chain(2_500)
    explanation = reasoner.explain(triple)
    assert explanation.proof.triple == triple
    assert len(explanation.supports) == len(list(explanation.proof.leaves()))


def test_what_takes_too_long_is_not_denied(reasoner: Reasoner) -> None:
    _, triple = chain(2_500)
    with pytest.raises(TimeLimitExceededError, match="it follows"):
        reasoner.explain(triple, 0.0)


def test_what_has_too_many_steps_is_not_denied(
    reasoner: Reasoner, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, triple = chain(2_500)
    monkeypatch.setattr("eakg.store.reasoner._MOST_GOALS", 1_000)
    with pytest.raises(NotProvedError, match="it follows"):
        reasoner.explain(triple)


def test_what_does_not_follow_is_denied(reasoner: Reasoner) -> None:
    with pytest.raises(NotInClosureError):
        reasoner.explain((EX.y0, EX.place, EX.y1))
