"""Simple properties and regular chains (https://www.w3.org/TR/owl2-syntax/ section 11)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

from rdflib import BNode
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from eakg.profile.ontology import Ontology, ProfileViolation

Edges = dict[Node, set[Node]]
Chain = tuple[Node, list[Node]]

_SIMPLE_ONLY = {
    OWL.FunctionalProperty: "functional",
    OWL.InverseFunctionalProperty: "inverse functional",
    OWL.IrreflexiveProperty: "irreflexive",
    OWL.AsymmetricProperty: "asymmetric",
}
_COUNTING = (
    OWL.minCardinality,
    OWL.maxCardinality,
    OWL.cardinality,
    OWL.minQualifiedCardinality,
    OWL.maxQualifiedCardinality,
    OWL.qualifiedCardinality,
    OWL.hasSelf,
)


def hierarchy_violations(ontology: Ontology) -> Iterator[ProfileViolation]:
    """Axioms that need a simple property and have another, and chains that are not regular."""
    chains = [
        (property_, ontology.members(head))
        for property_, _, head in ontology.graph.triples((None, OWL.propertyChainAxiom, None))
    ]
    parents = _superproperties(ontology)
    yield from _not_simple(ontology, chains, parents)
    yield from _not_regular(ontology, chains, parents)


def _superproperties(ontology: Ontology) -> Edges:
    """Properties one step above each, a property and its inverse being one and the same."""
    parents: Edges = defaultdict(set)
    for sub, super_ in ontology.graph.subject_objects(RDFS.subPropertyOf):
        parents[_base(ontology, sub)].add(_base(ontology, super_))
    for predicate in (OWL.equivalentProperty, OWL.inverseOf):
        for pair in ontology.graph.subject_objects(predicate):
            first, second = (_base(ontology, property_) for property_ in pair)
            parents[first].add(second)
            parents[second].add(first)
    return parents


def _base(ontology: Ontology, property_: Node) -> Node:
    if isinstance(property_, BNode):
        return next(ontology.graph.objects(property_, OWL.inverseOf), property_)
    return property_


def _reachable(start: Iterable[Node], edges: Edges) -> set[Node]:
    nodes: set[Node] = set()
    queue = list(start)
    while queue:
        node = queue.pop()
        if node not in nodes:
            nodes.add(node)
            queue.extend(edges.get(node, ()))
    return nodes


def _not_simple(
    ontology: Ontology, chains: list[Chain], parents: Edges
) -> Iterator[ProfileViolation]:
    graph = ontology.graph
    transitive = graph.subjects(RDF.type, OWL.TransitiveProperty)
    composite = _reachable(
        (
            _base(ontology, property_)
            for property_ in chain(transitive, (property_ for property_, _ in chains))
        ),
        parents,
    )
    for property_, use in _simple_uses(ontology):
        if _base(ontology, property_) in composite:
            message = (
                f"{ontology.name(property_)} is {use}, but is not simple: it or a property below "
                "it is transitive or has a chain; take one of the two away"
            )
            yield ProfileViolation(property_, "simple property", message)


def _simple_uses(ontology: Ontology) -> Iterator[tuple[Node, str]]:
    graph = ontology.graph
    for type_, use in _SIMPLE_ONLY.items():
        yield from ((property_, use) for property_ in graph.subjects(RDF.type, type_))
    for first, second in graph.subject_objects(OWL.propertyDisjointWith):
        yield first, "disjoint with another"
        yield second, "disjoint with another"
    for _, properties in ontology.lists(OWL.AllDisjointProperties, OWL.members):
        yield from ((property_, "disjoint with others") for property_ in properties)
    for predicate in _COUNTING:
        for restriction in graph.subjects(predicate):
            for property_ in graph.objects(restriction, OWL.onProperty):
                use = "in a self restriction" if predicate == OWL.hasSelf else "counted"
                yield property_, use


def _not_regular(
    ontology: Ontology, chains: list[Chain], parents: Edges
) -> Iterator[ProfileViolation]:
    smaller_properties: Edges = defaultdict(set)
    for property_, links in chains:
        if len(links) < 2:
            message = (
                f"{ontology.name(property_)} has a chain of fewer than two properties; "
                "use rdfs:subPropertyOf, or complete the list"
            )
            yield ProfileViolation(property_, "regular chain", message)
        smaller_properties[_base(ontology, property_)].update(
            _base(ontology, link) for link in _smaller_links(property_, links)
        )
    for property_, links in chains:
        base = _base(ontology, property_)
        for link in _smaller_links(property_, links):
            smaller = _base(ontology, link)
            if _reachable([base], parents) & _reachable([smaller], smaller_properties):
                message = (
                    f"{ontology.name(property_)} has a chain over {ontology.name(link)}, which "
                    "is itself, above it, or defined by a chain over it; only the first or the "
                    "last link may be the property itself"
                )
                yield ProfileViolation(property_, "regular chain", message)


def _smaller_links(property_: Node, links: list[Node]) -> list[Node]:
    """Links that must be smaller than the property in the order of section 11.2."""
    if links == [property_, property_]:
        return []
    if links and links[0] == property_:
        return links[1:]
    if links and links[-1] == property_:
        return links[:-1]
    return links
