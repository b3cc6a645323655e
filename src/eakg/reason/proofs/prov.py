"""Proofs as PROV-O (https://www.w3.org/TR/prov-o/)."""

from collections.abc import Iterator
from urllib.parse import urlencode

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, XSD
from rdflib.term import Node

from eakg.evidence import Passage, Support, Supports, TableRow
from eakg.names import BASE, CSVW, EAKG, ID, OA, PREFIXES
from eakg.rdf import Triple, write_term
from eakg.reason.proofs.proof import ASSERTED, Proof
from eakg.reason.rules import set_of


def to_prov(proof: Proof, supports: Supports | None = None) -> Graph:
    """A proof as a graph: a statement for each triple, with the activity that generated it.

    The activity used the statements of the premises and had the rule for its plan. An asserted
    triple is the statement of the evidence that stands for it, where there is one, with the
    passages or rows that it rests on, in the words of the evidence graph; further statements of it
    are alternates of the first (`prov:alternateOf`).
    """
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    nodes: dict[Triple, Node] = {}
    for step in proof.steps():
        support = (supports or {}).get(step.triple) if step.by == ASSERTED else None
        attestations = support.attestations if support else ()
        node = attestations[0].statement if attestations else _explanation(step.triple)
        nodes[step.triple] = node
        for statement in (node, *(one.statement for one in attestations[1:])):
            _add_statement(graph, statement, step.triple)
            if statement != node:
                graph.add((statement, PROV.alternateOf, node))
        if step.by != ASSERTED:
            _add_activity(graph, node, step, nodes)
        elif support:
            for triple in _origin(node, support):
                graph.add(triple)
    return graph


def _explanation(triple: Triple) -> URIRef:
    terms = dict(zip("spo", map(write_term, triple), strict=True))
    return URIRef(f"{BASE}explain?{urlencode(terms)}")


def _add_statement(graph: Graph, node: Node, triple: Triple) -> None:
    subject, predicate, object_ = triple
    graph.add((node, RDF.type, RDF.Statement))
    graph.add((node, RDF.type, PROV.Entity))
    graph.add((node, RDF.subject, subject))
    graph.add((node, RDF.predicate, predicate))
    graph.add((node, RDF.object, object_))


def _origin(node: Node, support: Support) -> Iterator[Triple]:
    """The graphs that assert a triple, and all that its statements rest on."""
    graphs = {home.graph for home in support.homes}
    for graph in graphs - {attestation.graph for attestation in support.attestations}:
        yield node, EAKG.inGraph, graph
    for attestation in support.attestations:
        yield from attestation.triples
        for evidence in attestation.evidence:
            yield from _row(evidence) if isinstance(evidence, TableRow) else _passage(evidence)


def _row(row: TableRow) -> Iterator[Triple]:
    yield row.iri, DCTERMS.isPartOf, row.table
    yield row.iri, CSVW.url, row.address
    for source in row.sources:
        yield row.iri, DCTERMS.source, source
    if row.verification is not None:
        yield row.iri, EAKG.verification, row.verification
    if row.note is not None:
        yield row.iri, RDFS.comment, row.note


def _passage(passage: Passage) -> Iterator[Triple]:
    if passage.annotation is not None and passage.identifier:
        yield passage.annotation, DCTERMS.identifier, Literal(passage.identifier)
    if passage.document is not None:
        yield passage.span, OA.hasSource, passage.document
    if passage.exact is not None:
        yield passage.span, RDF.value, passage.exact
    for number, (start, end) in enumerate(passage.fragments, 1):
        selector = URIRef(f"{passage.span}/position-{number}")
        yield passage.span, OA.hasSelector, selector
        yield selector, RDF.type, OA.TextPositionSelector
        yield selector, OA.start, Literal(start, datatype=XSD.nonNegativeInteger)
        yield selector, OA.end, Literal(end, datatype=XSD.nonNegativeInteger)
    for sentence in passage.sentences:
        for part, number in zip((sentence.paragraph, sentence.iri), sentence.numbers, strict=True):
            if part is not None and number:
                yield part, EAKG.number, Literal(number)
        if sentence.words is not None:
            yield sentence.iri, RDF.value, sentence.words
        if sentence.paragraph is not None:
            yield sentence.iri, DCTERMS.isPartOf, sentence.paragraph
            for part in sentence.originals:
                yield sentence.paragraph, PROV.hadPrimarySource, part


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
    rules = set_of(step.by)
    if rules is not None:
        graph.add((plan, RDFS.seeAlso, URIRef(rules.specification)))
    for premise in step.premises:
        graph.add((activity, PROV.used, nodes[premise.triple]))
        graph.add((node, PROV.wasDerivedFrom, nodes[premise.triple]))
