"""Quads in TriG and N-Quads, so that what is described keeps the graphs that it is from.

Specification: RDF 1.1 TriG, RDF 1.1 N-Quads.
"""

from collections.abc import Iterable, Mapping

from rdflib import RDF, URIRef
from rdflib.term import Node

from eakg.names import EVIDENCE
from eakg.rdf import N_QUADS, TRIG, ResultFormat, Triple, sparql_term, write_term
from eakg.serve.content import Description
from eakg.store import QueryRequest, QueryService, select

QUAD_FORMATS = (TRIG, N_QUADS)
GraphTriple = tuple[URIRef | None, Triple]
"""The name of a graph, None for the default graph, and a triple of it."""


def write_quads(quads: Iterable[GraphTriple], quad_format: ResultFormat) -> bytes:
    """Quads in one of `QUAD_FORMATS`, each once and in order, those of the default graph first."""
    lines_of: dict[str, list[str]] = {}
    for graph, triple in quads:
        name = "" if graph is None else write_term(graph)
        lines_of.setdefault(name, []).append(" ".join(map(write_term, triple)))
    text = ""
    for name, lines in sorted(lines_of.items()):
        ordered = sorted(set(lines))
        if quad_format == N_QUADS:
            text += "".join(f"{line} {name} .\n" if name else f"{line} .\n" for line in ordered)
        else:
            opening, closing = (f"{name} {{\n", "}\n") if name else ("", "")
            text += opening + "".join(f"{line} .\n" for line in ordered) + closing
    return text.encode()


def quads_of(
    description: Description,
    homes: Mapping[Node, URIRef],
    document: URIRef,
    licences: Iterable[str],
) -> list[GraphTriple]:
    """What is said of a thing, with the graphs that say it, and the statements of the evidence in
    theirs; names of others and what is said of the document itself are in the default graph.

    Arguments: the description; the graphs of its evidence (`homes_of`); the IRI of the document,
    and those of its licences.
    """
    quads: list[GraphTriple] = [
        (URIRef(graph), entry.triple)
        for entry in (*description.outgoing, *description.incoming, *description.context)
        for graph in entry.graphs
    ]
    attestations = [one for group in description.attestations.values() for one in group]
    for attestation in attestations:
        graph = homes.get(attestation.statement)
        quads += [(graph, triple) for triple in attestation.triples]
    triples = {triple for _, triple in quads}
    whole = description.triples(document, licences)
    return [*quads, *((None, triple) for triple in whole if triple not in triples)]


def homes_of(store: QueryService, description: Description) -> dict[Node, URIRef]:
    """The graph of the evidence that each statement is in on which a description rests.

    Raises: StoreError and its kinds.
    """
    groups = description.attestations.values()
    statements = {attestation.statement for group in groups for attestation in group}
    iris = " ".join(sorted(sparql_term(one) for one in statements if isinstance(one, URIRef)))
    if not iris:
        return {}
    text = (
        f"SELECT ?statement ?g {{ VALUES ?statement {{ {iris} }}"
        f" GRAPH ?g {{ ?statement <{RDF.subject}> ?s }} FILTER(CONTAINS(STR(?g), '{EVIDENCE}')) }}"
    )
    rows = select(store, QueryRequest(text))
    return {row["statement"]: URIRef(str(row["g"])) for row in rows}
