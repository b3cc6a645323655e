"""A triple as a nanopublication: the assertion, where it is from, and who publishes it, under a
name that is made of what it says.

Specification: https://nanopub.net/guidelines/working_draft/; trusty URIs, module RA
(https://trustyuri.net/spec/v1.0/, T. Kuhn and M. Dumontier 2014).
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence

from flask import Blueprint, Response, request
from rdflib import DCTERMS, PROV, RDF, XSD, BNode, Literal, Namespace, URIRef
from rdflib.term import Node
from werkzeug.exceptions import NotFound

from eakg.rdf import ResultKind, Triple, write_term
from eakg.serve.app import (
    query_string,
    represented,
    select_representation,
    state,
)
from eakg.serve.content import support_in
from eakg.serve.data import (
    QUAD_FORMATS,
    GraphTriple,
    dataset_iri,
    own_address,
    publisher_of,
    write_quads,
)
from eakg.serve.pages.proof import requested_triple
from eakg.serve.words import proof_path

blueprint = Blueprint("nanopublication", __name__)
NP = Namespace("http://www.nanopub.org/nschema#")
_GAP = "\ue000"
"""What stands for the code in names until it is known, a character that no name has; a space in the
text that the code is made of."""
_PARTS = ("Head", "assertion", "provenance", "pubinfo")


@blueprint.get("/nanopublication")
def nanopublication() -> Response:
    """A stated triple with its evidence, as a nanopublication."""
    parameters = query_string(request)
    triple = requested_triple(parameters)
    representation = select_representation(request, parameters, QUAD_FORMATS, ResultKind.GRAPH)

    def make() -> Response:
        data = write_quads(trusty(_quads(triple)), representation)
        return Response(data, content_type=representation.content_type)

    parts = ("nanopublication", *map(write_term, triple), representation.name)
    return represented(request, state().store, (own_address(state().settings), *parts), make)


def _quads(triple: Triple) -> list[GraphTriple]:
    """The quads, whose names have a gap for the code. Raises: NotFound where nothing states the
    triple."""
    settings, catalogue = state().settings, state().catalogue
    support = support_in(state().store, [triple]).get(triple)
    if support is None or not support.homes:
        raise NotFound("nothing states this triple; /explain says from what it follows")
    base = own_address(settings) + proof_path(triple).replace("/explain", "/nanopublication", 1)
    name = URIRef(f"{base}#{_GAP}")
    head, assertion, provenance, publication = (URIRef(f"{name}.{part}") for part in _PARTS)
    dataset, project = dataset_iri(settings, catalogue), catalogue.project()
    quads: list[GraphTriple] = [
        (head, (name, RDF.type, NP.Nanopublication)),
        (head, (name, NP.hasAssertion, assertion)),
        (head, (name, NP.hasProvenance, provenance)),
        (head, (name, NP.hasPublicationInfo, publication)),
        (assertion, triple),
        (publication, (name, DCTERMS.isPartOf, dataset)),
    ]
    quads += [(provenance, (assertion, PROV.wasDerivedFrom, one.graph)) for one in support.homes]
    for attestation in support.attestations:
        quads.append((provenance, (assertion, PROV.wasDerivedFrom, attestation.statement)))
        quads += [(provenance, one) for one in attestation.triples]
    licences = project.licences_of(one.graph for one in support.homes)
    quads += [(publication, (name, DCTERMS.license, URIRef(one))) for one in licences]
    if project.publisher:
        agent = publisher_of(dataset)
        quads.append((publication, (name, DCTERMS.creator, agent)))
    if project.version:
        quads.append((publication, (name, DCTERMS.hasVersion, Literal(project.version))))
    nodes: dict[Node, URIRef] = {}

    def skolem(term: Node) -> Node:
        if isinstance(term, BNode):
            return nodes.setdefault(term, URIRef(f"{name}._{len(nodes) + 1}"))
        return term

    return [(graph, (skolem(s), skolem(p), skolem(o))) for graph, (s, p, o) in quads]


def trusty(quads: Sequence[GraphTriple]) -> list[GraphTriple]:
    """Quads with their code in the gaps of their names."""
    code = artifact_code(quads)

    def filled(term: Node) -> Node:
        return URIRef(term.replace(_GAP, code)) if isinstance(term, URIRef) else term

    return [
        (None if graph is None else URIRef(str(filled(graph))), (filled(s), filled(p), filled(o)))
        for graph, (s, p, o) in quads
    ]


def artifact_code(quads: Iterable[GraphTriple]) -> str:
    """The code of quads, each once and in order: `RA` and their SHA-256."""
    terms = {(graph, *triple) for graph, triple in quads}
    ordered = sorted(terms, key=lambda quad: tuple(map(_key, quad)))
    lines = ["".join(map(_text, quad)) for quad in ordered]
    digest = hashlib.sha256("".join(lines).encode()).digest()
    return "RA" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _text(term: Node | None) -> str:
    if term is None:
        return "\n"
    if not isinstance(term, Literal):
        return f"{_gapped(term)}\n"
    words = str(term).replace("\\", "\\\\").replace("\n", "\\n")
    if term.language:
        return f"@{term.language.lower()} {words}\n"
    return f"^{term.datatype or XSD.string} {words}\n"


def _key(term: Node | None) -> tuple[bool, bool, str, str, str]:
    """IRIs come before literals; these by their words, their datatype, their language."""
    if isinstance(term, Literal):
        datatype = RDF.langString if term.language else term.datatype or XSD.string
        return True, True, str(term), str(datatype), (term.language or "").lower()
    return term is not None, False, _gapped(term or ""), "", ""


def _gapped(term: Node | str) -> str:
    return str(term).replace(_GAP, " ")
