"""Statements: a triple with what it comes from, and its description in the evidence graph."""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import PROV, RDF
from rdflib.term import Node

from eakg.names import EAKG
from eakg.rdf import Triple

AssertedTriple = tuple[URIRef, URIRef, URIRef | Literal]
TRIPLE_PARTS = (RDF.subject, RDF.predicate, RDF.object)
"""By which a statement names the parts of its triple."""


class Statement(NamedTuple):
    """One lifted triple with its support.

    `derived_from` is the annotation or table row that it comes from, `evidence` the text spans or
    the row that support it, `sentences` the sentences around them; `file` and `line` (from 1) say
    where a person would change it.
    """

    iri: URIRef
    triple: AssertedTriple
    derived_from: URIRef
    evidence: tuple[URIRef, ...]
    sentences: tuple[URIRef, ...]
    file: str
    line: int


def statement_triples(statement: Statement, graph: URIRef) -> Iterable[AssertedTriple]:
    """The description of a statement as a reified triple (RDF 1.1 Semantics, appendix D.1)."""
    subject, predicate, object_ = statement.triple
    iri = statement.iri
    yield iri, RDF.type, RDF.Statement
    yield iri, RDF.subject, subject
    yield iri, RDF.predicate, predicate
    yield iri, RDF.object, object_
    yield iri, EAKG.inGraph, graph
    yield iri, PROV.wasDerivedFrom, statement.derived_from
    for node in statement.evidence:
        yield iri, EAKG.evidence, node
    for sentence in statement.sentences:
        yield iri, EAKG.inSentence, sentence


def reified_triples(graph: Graph) -> Iterator[tuple[Node, Triple]]:
    """The statements that a graph describes, and the triple of each: `statement_triples` read back.

    What has a subject, predicate and object is a statement, by the domains of these properties
    (RDF Schema 1.1, section 5.3).
    """
    for node in set(graph.subjects(RDF.subject)):
        parts = (graph.objects(node, part) for part in TRIPLE_PARTS)
        for subject, predicate, object_ in product(*parts):
            yield node, (subject, predicate, object_)
