"""Saved queries written in RDF, as collections of examples keep them."""

from collections.abc import Mapping
from urllib.parse import quote

from rdflib import RDF, RDFS, SDO, SH, Graph, Literal, URIRef

from eakg.queries.contract.executables import QUERY_TEXTS
from eakg.queries.contract.saved import SavedQuery
from eakg.rdf import write_turtle
from eakg.sparql import read_head

_CLASSES: Mapping[str, URIRef] = {
    "SELECT": SH.SPARQLSelectExecutable,
    "ASK": SH.SPARQLAskExecutable,
    "CONSTRUCT": SH.SPARQLConstructExecutable,
}


def wrapped_query(query: SavedQuery) -> bytes | None:
    """A saved query in Turtle, whole with its header; None of what is no query."""
    form = read_head(query.text).form
    if not form:
        return None
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in (("sh", SH), ("rdfs", RDFS), ("schema", SDO)):
        graph.bind(prefix, str(namespace))
    node = URIRef(quote(query.path.stem))
    graph.add((node, RDF.type, SH.SPARQLExecutable))
    if form in _CLASSES:
        graph.add((node, RDF.type, _CLASSES[form]))
    graph.add((node, RDFS.comment, Literal(query.question or query.summary)))
    for tag in query.tags:
        graph.add((node, SDO.keywords, Literal(tag)))
    if query.endpoint:
        graph.add((node, SDO.target, URIRef(query.endpoint)))
    graph.add((node, QUERY_TEXTS[form], Literal(query.text)))
    return write_turtle(graph)
