"""The data set as a catalogue describes it: DCAT 3, with its distributions and its service."""

from flask import Blueprint, Response, request
from rdflib import DCAT, DCTERMS, RDF, XSD, BNode, Literal, Namespace, URIRef

from eakg import __version__
from eakg.names import BASE, ONTOLOGY_GRAPH, ONTOLOGY_IRI
from eakg.rdf import EXTENSIONS, GRAPH_FORMATS, ResultKind, Triple, serialize
from eakg.serve.app import (
    WRITERS,
    absolute,
    query_string,
    represented,
    select_representation,
    state,
)
from eakg.serve.content import LICENCE

blueprint = Blueprint("dcat", __name__)
SPDX = Namespace("http://spdx.org/rdf/terms#")
_IANA = "https://www.iana.org/assignments/media-types/"
_PREFIXES = {"dcat": str(DCAT), "dcterms": str(DCTERMS), "spdx": str(SPDX)}


@blueprint.get("/dcat")
def catalogue() -> Response:
    """The description, in a graph format."""
    parameters = query_string(request)
    representation = select_representation(request, parameters, GRAPH_FORMATS, ResultKind.GRAPH)

    def describe() -> Response:
        data = serialize(_triples(), representation, _PREFIXES)
        return Response(data, content_type=representation.content_type)

    parts = (absolute("/"), "dcat", representation.name)
    return represented(request, state().store, parts, describe)


def _triples() -> list[Triple]:
    dataset, service = URIRef(BASE), URIRef(absolute("/sparql"))
    has_ontology = str(ONTOLOGY_GRAPH) in state().catalogue.graphs()
    triples: list[Triple] = [
        (dataset, RDF.type, DCAT.Dataset),
        (
            dataset,
            URIRef(f"{DCAT}version"),
            Literal(f"{__version__}+{state().version}"),
        ),
        (dataset, DCAT.landingPage, URIRef(absolute("/"))),
        (service, RDF.type, DCAT.DataService),
        (service, DCTERMS.title, Literal("SPARQL endpoint", lang="en")),
        (service, DCAT.endpointURL, service),
        (service, DCAT.servesDataset, dataset),
    ]
    if has_ontology:
        title = Literal("East Asia cooperation as a knowledge graph", lang="en")
        triples += [
            (dataset, DCTERMS.title, title),
            (dataset, DCTERMS.license, LICENCE),
            (dataset, DCTERMS.conformsTo, ONTOLOGY_IRI),
        ]
    for name in WRITERS:
        dump = state().dumps.get(name)
        distribution, checksum = URIRef(absolute(f"/dump.{name}.gz")), BNode(f"sha256-{name}")
        size = Literal(dump.path.stat().st_size, datatype=XSD.nonNegativeInteger)
        triples += [
            (dataset, DCAT.distribution, distribution),
            (distribution, RDF.type, DCAT.Distribution),
            (distribution, DCAT.downloadURL, distribution),
            (distribution, DCAT.mediaType, URIRef(_IANA + EXTENSIONS[f".{name}"].media_type)),
            (distribution, DCAT.compressFormat, URIRef(f"{_IANA}application/gzip")),
            (distribution, DCAT.byteSize, size),
            (distribution, SPDX.checksum, checksum),
            (checksum, RDF.type, SPDX.Checksum),
            (checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256),
            (checksum, SPDX.checksumValue, Literal(dump.sha256.hex(), datatype=XSD.hexBinary)),
        ]
        if has_ontology:
            triples.append((distribution, DCTERMS.license, LICENCE))
    return triples
