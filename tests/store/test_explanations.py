"""Why triples of a store hold, where that takes thousands of steps."""

from collections.abc import Iterator

import pyoxigraph
import pytest
from rdflib import Graph, Literal
from rdflib.namespace import OWL, RDF, RDFS

from eakg.rdf.engine_terms import quad
from eakg.reason.proofs.expressions import Expressions
from eakg.reason.proofs.search import NotInClosureError
from eakg.sparql.failures import NotProvedError, TimeLimitExceededError
from eakg.store.messages.explanations import explanation_of, supported_proof_of
from eakg.store.reasoning.reasoner import Reasoner
from helpers.deep_ontologies import EX, chain


@pytest.fixture(scope="module")
def reasoner() -> Iterator[Reasoner]:
    graph, _ = chain(2_500)
    yield Reasoner(quads_of(graph))


def quads_of(graph: Graph) -> list[pyoxigraph.Quad]:
    return [quad(triple, pyoxigraph.NamedNode("http://ex.org/graph")) for triple in graph]


@pytest.mark.slow
def test_a_long_proof_is_found_with_what_supports_it(reasoner: Reasoner) -> None:
    _, triple = chain(2_500)
    explanation = reasoner.explain(triple)
    assert explanation.proof.triple == triple
    assert len(explanation.supports) == len(list(explanation.proof.leaves()))


@pytest.mark.slow
def test_what_takes_too_long_is_not_denied(reasoner: Reasoner) -> None:
    _, triple = chain(2_500)
    with pytest.raises(TimeLimitExceededError, match="it follows"):
        reasoner.explain(triple, 0.0)


@pytest.mark.slow
def test_what_has_too_many_steps_is_not_denied(
    reasoner: Reasoner, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, triple = chain(2_500)
    monkeypatch.setattr("eakg.store.reasoning.explanation._MOST_TRIPLES", 1_000)
    with pytest.raises(NotProvedError, match="it follows"):
        reasoner.explain(triple)


def test_what_does_not_follow_is_denied(reasoner: Reasoner) -> None:
    with pytest.raises(NotInClosureError):
        reasoner.explain((EX.y0, EX.place, EX.y1))


@pytest.mark.slow
def test_contradictions_are_proved_as_far_as_they_are_shown() -> None:
    """Two thousand values of one thing, and a clash at the end of 2,500 steps."""
    graph, triple = chain(2_500)
    graph.add((EX.within, RDF.type, OWL.IrreflexiveProperty))
    graph.add((EX.place, OWL.propertyDisjointWith, EX.far))
    graph.add((triple[0], EX.far, triple[2]))
    graph.add((EX.p, RDF.type, OWL.FunctionalProperty))
    for number in range(2_000):
        graph.add((EX.x, EX.p, Literal(f"value {number}")))
    report = Reasoner(quads_of(graph)).contradictions(10)
    clashes = {clash.inconsistency.rule: clash for clash in report.inconsistencies}
    assert (report.total, clashes.keys()) == (2, {"eq-diff1", "prp-pdw"})
    assert len(clashes["eq-diff1"].inconsistency.facts) == 2_000
    assert len(clashes["eq-diff1"].proofs) == 100
    assert 1_000 <= max(proof.size for proof in clashes["prp-pdw"].proofs) <= 1_007


def test_what_a_class_without_name_is_made_of_goes_with_its_proof() -> None:
    """Also where no step of the proof says so."""
    data = """@prefix : <http://ex.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    :C rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom [ owl:unionOf ( :A :B ) ] ] .
    :x a :C ."""
    graph = Graph().parse(data=data, format="turtle")
    reasoner = Reasoner(quads_of(graph))
    (restriction,) = reasoner.closure.asserted.objects(EX.C, RDFS.subClassOf)
    explanation = reasoner.explain((EX.x, RDF.type, restriction))
    assert explanation.proof.by == "cax-sco"
    assert supported_proof_of(explanation_of(explanation)) == explanation
    words = Expressions(explanation.definitions).words(
        restriction, lambda term: str(term).rpartition("/")[2]
    )
    assert words == "(p some (A or B))"
