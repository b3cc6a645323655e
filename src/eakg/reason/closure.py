"""The closure of a graph: what follows from it, and where it contradicts itself."""

from dataclasses import dataclass

from rdflib import BNode, Graph, Literal, URIRef

from eakg.reason.contradictions import Inconsistency, contradictions
from eakg.reason.owlrl_engine import saturate
from eakg.reason.trivial import is_trivial, reflexive_equalities


@dataclass(frozen=True)
class Closure:
    """What follows from a graph.

    `inferred` holds the triples that the rules add, none of the graph's own. `inconsistencies`
    lists the contradictions in a stable order; empty means consistent.
    """

    inferred: Graph
    inconsistencies: list[Inconsistency]


def materialize(graph: Graph, *, trivial: bool = False) -> Closure:
    """Apply the OWL 2 RL/RDF rules to a graph until nothing new follows.

    Arguments: the graph, ontology and data together, which is not changed; `trivial` says whether
    reflexive and axiomatic triples are wanted (`eakg.reason.trivial` lists them). No other
    inference and no contradiction depends on that choice.

    Terms come back as they went in: literals keep their lexical form and language tag, blank nodes
    their label. An inferred triple may speak of an anonymous class expression of the graph
    (`x rdf:type _:restriction`), for it follows by the rules like any other and joins with the
    graph; outside of that graph it says nothing, so keep it out of other files with
    `without_blank_nodes`. What is no RDF triple (a literal as subject, a blank node as predicate)
    serves the rules and never comes out.

    A contradiction does not stop the reasoning and does not add "everything" to the closure.

    Limits: equal values with unequal spellings ("1" and "01" as xsd:integer) are not made
    owl:sameAs (rule dt-eq), so keys do not match over them; unequal values are told apart
    (dt-diff) where two literals become owl:sameAs, and nowhere else.

    See https://www.w3.org/TR/owl2-profiles/ section 4.3, tables 4 to 9.
    """
    closure = saturate(graph)
    inferred = Graph()
    for prefix, namespace in graph.namespaces():
        inferred.bind(prefix, namespace, override=True, replace=True)
    for triple in closure:
        subject, predicate, _ = triple
        if isinstance(subject, Literal) or not isinstance(predicate, URIRef) or triple in graph:
            continue
        if trivial or not is_trivial(triple):
            inferred.add(triple)
    if trivial:
        for triple in reflexive_equalities(closure):
            if triple not in graph:
                inferred.add(triple)
    return Closure(inferred, contradictions(closure, graph))


def without_blank_nodes(graph: Graph) -> Graph:
    """The triples of a graph that name all they speak of.

    A blank node's label has no meaning outside of its file, so a file of inferred triples that
    mentioned the restrictions and lists of the ontology would be broken.
    """
    named = Graph()
    for prefix, namespace in graph.namespaces():
        named.bind(prefix, namespace, override=True, replace=True)
    for triple in graph:
        if not any(isinstance(term, BNode) for term in triple):
            named.add(triple)
    return named
