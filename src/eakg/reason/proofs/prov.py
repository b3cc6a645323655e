"""Proofs as PROV-O (https://www.w3.org/TR/prov-o/)."""

from urllib.parse import urlencode

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import PROV, RDF, RDFS
from rdflib.term import Node

from eakg.names import BASE, EAKG, ID, PREFIXES
from eakg.rdf import Triple, write_term
from eakg.reason.proofs.proof import ASSERTED, Proof
from eakg.reason.proofs.support import Support

SPECIFICATION = URIRef("https://www.w3.org/TR/owl2-profiles/")


def to_prov(proof: Proof, support: Support | None = None) -> Graph:
    """A proof as a graph: a statement for each triple, with the activity that generated it.

    The activity used the statements of the premises and had the rule for its plan. An asserted
    triple is the statement of the evidence that stands for it, where there is one.
    """
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    nodes: dict[Triple, Node] = {}
    for step in proof.steps():
        node = nodes[step.triple] = _statement(step, support)
        subject, predicate, object_ = step.triple
        graph.add((node, RDF.type, RDF.Statement))
        graph.add((node, RDF.type, PROV.Entity))
        graph.add((node, RDF.subject, subject))
        graph.add((node, RDF.predicate, predicate))
        graph.add((node, RDF.object, object_))
        if step.by == ASSERTED:
            _add_origin(graph, node, step.triple, support)
        else:
            _add_activity(graph, node, step, nodes)
    return graph


def _statement(step: Proof, support: Support | None) -> Node:
    known = support.statement(step.triple) if support and step.by == ASSERTED else None
    if known is not None:
        return known
    terms = dict(zip("spo", map(write_term, step.triple), strict=True))
    return URIRef(f"{BASE}explain?{urlencode(terms)}")


def _add_origin(graph: Graph, node: Node, triple: Triple, support: Support | None) -> None:
    if support is None:
        return
    told = support.of(triple)
    if told:
        graph.add((node, EAKG.inGraph, URIRef(told["graph"])))
    for origin in support.evidence.objects(node, PROV.wasDerivedFrom):
        graph.add((node, PROV.wasDerivedFrom, origin))
    for sentence in support.evidence.objects(node, EAKG.inSentence):
        graph.add((node, EAKG.inSentence, sentence))
        for words in support.evidence.objects(sentence, RDF.value):
            graph.add((sentence, RDF.value, words))


def _add_activity(graph: Graph, node: Node, step: Proof, nodes: dict[Triple, Node]) -> None:
    activity = URIRef(f"{node}#inference")
    association = URIRef(f"{node}#association")
    plan = ID[f"rule/{step.by}"]
    graph.add((node, PROV.wasGeneratedBy, activity))
    graph.add((activity, RDF.type, PROV.Activity))
    graph.add((activity, PROV.qualifiedAssociation, association))
    graph.add((association, RDF.type, PROV.Association))
    graph.add((association, PROV.agent, ID["reasoner"]))
    graph.add((ID["reasoner"], RDF.type, PROV.SoftwareAgent))
    graph.add((association, PROV.hadPlan, plan))
    graph.add((plan, RDF.type, PROV.Plan))
    graph.add((plan, RDFS.label, Literal(step.by)))
    graph.add((plan, RDFS.seeAlso, SPECIFICATION))
    for premise in step.premises:
        graph.add((activity, PROV.used, nodes[premise.triple]))
        graph.add((node, PROV.wasDerivedFrom, nodes[premise.triple]))
