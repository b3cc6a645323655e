"""Whether a graph entails another: by the rules, and on top of them by refutation.

The rules of OWL 2 RL/RDF conclude no negative fact and few axioms (theorem PR1 of
https://www.w3.org/TR/owl2-profiles/ section 4.3 promises positive facts alone). Refutation adds
what follows because its contrary contradicts the graph, or because it holds of fresh terms.
"""

from collections.abc import Iterator
from itertools import combinations

from rdflib import BNode, Graph, URIRef
from rdflib.namespace import OWL, RDF
from rdflib.term import Node

from eakg.rdf import Triple, members
from eakg.reason.closure import Closure

_FRESH = [URIRef(f"urn:eakg:fresh:{number}") for number in range(64)]


def entails(closure: Closure, conclusion: Graph, *, refutation: bool = False) -> bool:
    """Whether a graph entails another one.

    Arguments: the closure of the first, made with `trivial=True` where the conclusion may be
    trivial; the second; whether entailment by refutation counts. An inconsistent graph entails no
    more than any other.

    By refutation follow differences (owl:differentFrom, owl:AllDifferent), instances of
    complements, disjoint and transitive properties, and property chains. Headers of ontologies are
    left out of account then, for they state nothing.
    """
    graph = closure.asserted + closure.inferred
    if not refutation or closure.inconsistencies:
        return simply_entails(graph, conclusion)
    remaining = set(conclusion)
    for parts, holds in _refutable(closure, conclusion):
        if holds:
            remaining -= parts
    remaining = {t for t in remaining if t[1:] != (RDF.type, OWL.Ontology)}
    remainder = Graph()
    for triple in remaining:
        remainder.add(triple)
    return simply_entails(graph, remainder)


def simply_entails(graph: Graph, conclusion: Graph) -> bool:
    """Simple entailment (https://www.w3.org/TR/rdf11-mt/ section 5): the blank nodes of the
    conclusion can be mapped to terms of the graph so that all its triples are there."""

    def matches(remaining: list[Triple], binding: dict[Node, Node]) -> bool:
        if not remaining:
            return True

        def substitute(triple: Triple) -> tuple[Node | None, Node | None, Node | None]:
            s, p, o = (binding.get(t) if isinstance(t, BNode) else t for t in triple)
            return s, p, o

        triple = min(remaining, key=lambda candidate: substitute(candidate).count(None))
        rest = [candidate for candidate in remaining if candidate is not triple]
        for match in graph.triples(substitute(triple)):
            extension = dict(binding)
            pairs = [(t, v) for t, v in zip(triple, match, strict=True) if isinstance(t, BNode)]
            if all(extension.setdefault(t, v) == v for t, v in pairs) and matches(rest, extension):
                return True
        return False

    return matches(list(conclusion), {})


def _refutable(closure: Closure, conclusion: Graph) -> Iterator[tuple[set[Triple], bool]]:
    """Parts of a conclusion that can be had by refutation, and whether they can be had now."""
    for x, _, y in conclusion.triples((None, OWL.differentFrom, None)):
        if not isinstance(x, BNode) and not isinstance(y, BNode):
            yield {(x, OWL.differentFrom, y)}, _contradicts(closure, (x, OWL.sameAs, y))
    for property_ in (OWL.members, OWL.distinctMembers):
        for axiom, head in conclusion.subject_objects(property_):
            if (axiom, RDF.type, OWL.AllDifferent) in conclusion:
                parts = set(conclusion.triples((axiom, None, None))) | _cells(conclusion, head)
                pairs = combinations(members(conclusion, head), 2)
                yield parts, all(_contradicts(closure, (x, OWL.sameAs, y)) for x, y in pairs)
    for complement, _, class_ in conclusion.triples((None, OWL.complementOf, None)):
        if isinstance(complement, BNode):
            yield from _instances(closure, conclusion, complement, class_)
    left, right = _FRESH[:2]
    for p, _, q in conclusion.triples((None, OWL.propertyDisjointWith, None)):
        holds = _contradicts(closure, (left, p, right), (left, q, right))
        yield {(p, OWL.propertyDisjointWith, q)}, holds
    for p in conclusion.subjects(RDF.type, OWL.TransitiveProperty):
        yield {(p, RDF.type, OWL.TransitiveProperty)}, _entails_chain(closure, p, [p, p])
    for p, head in conclusion.subject_objects(OWL.propertyChainAxiom):
        parts = {(p, OWL.propertyChainAxiom, head)} | _cells(conclusion, head)
        yield parts, _entails_chain(closure, p, members(conclusion, head))


def _instances(
    closure: Closure, conclusion: Graph, complement: BNode, class_: Node
) -> Iterator[tuple[set[Triple], bool]]:
    instances = list(conclusion.subjects(RDF.type, complement))
    parts: set[Triple] = {
        (complement, OWL.complementOf, class_),
        (complement, RDF.type, OWL.Class),
    }
    parts |= {(x, RDF.type, complement) for x in instances}
    yield (
        parts,
        bool(instances) and all(_contradicts(closure, (x, RDF.type, class_)) for x in instances),
    )


def _contradicts(closure: Closure, *assumptions: Triple) -> bool:
    return bool(closure.update(assumptions).inconsistencies)


def _entails_chain(closure: Closure, property_: Node, chain: list[Node]) -> bool:
    """Whether a chain of properties along fresh terms leads to a property from end to end."""
    if not 0 < len(chain) < len(_FRESH):
        return False
    assumptions = [(_FRESH[k], part, _FRESH[k + 1]) for k, part in enumerate(chain)]
    return (_FRESH[0], property_, _FRESH[len(chain)]) in closure.update(assumptions).inferred


def _cells(graph: Graph, head: Node) -> set[Triple]:
    cells: set[Triple] = set()
    cell: Node | None = head
    while cell is not None and (cell, RDF.first, None) in graph:
        triples = set(graph.triples((cell, None, None)))
        if triples <= cells:
            break
        cells |= triples
        cell = graph.value(cell, RDF.rest)
    return cells
