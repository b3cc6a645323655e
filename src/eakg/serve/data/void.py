"""The description of the dataset: VoID and DCAT, with numbers that are counted."""

from flask import Blueprint, Response, request
from rdflib import DCAT, FOAF, RDF, Literal, URIRef
from rdflib.namespace import DCTERMS, VOID

from eakg.names import BASE, EAKG, ID, ONTOLOGY_GRAPH, ONTOLOGY_IRI
from eakg.rdf import GRAPH_FORMATS, ResultKind, Triple, serialize
from eakg.serve.app import (
    WRITERS,
    absolute,
    query_string,
    represented,
    select_representation,
    state,
)
from eakg.serve.content import LICENCE, Catalogue
from eakg.serve.data.service import SD

blueprint = Blueprint("void", __name__)
_PREFIXES = {
    "void": str(VOID),
    "dcat": str(DCAT),
    "dcterms": str(DCTERMS),
    "sd": str(SD),
    "foaf": str(FOAF),
    "eakg": str(EAKG),
}


@blueprint.get("/.well-known/void")
def void() -> Response:
    """What the dataset is, what it holds, and where it can be had."""
    parameters = query_string(request)
    representation = select_representation(request, parameters, GRAPH_FORMATS, ResultKind.GRAPH)

    def describe() -> Response:
        dumps = [absolute(f"/dump.{name}.gz") for name in WRITERS]
        triples = dataset_description(absolute(""), state().catalogue, dumps)
        data = serialize(triples, representation, _PREFIXES)
        return Response(data, content_type=representation.content_type)

    parts = ("void", absolute(""), representation.name)
    return represented(request, state().store, parts, describe)


def dataset_description(base: str, catalogue: Catalogue, dumps: list[str]) -> list[Triple]:
    """The triples that describe the dataset of the service.

    Arguments: the address of the service; what it holds; where the whole can be loaded from.
    Raises: StoreError and its kinds.
    Specification: Describing Linked Datasets with the VoID Vocabulary; DCAT 3.
    """
    document = URIRef(f"{base}/.well-known/void")
    dataset = URIRef(f"{document}#dataset")
    endpoint = URIRef(f"{base}/sparql")
    triples: list[Triple] = [
        (document, RDF.type, VOID.DatasetDescription),
        (document, FOAF.primaryTopic, dataset),
        (dataset, RDF.type, VOID.Dataset),
        (dataset, RDF.type, DCAT.Dataset),
        (dataset, VOID.sparqlEndpoint, endpoint),
        (dataset, VOID.triples, Literal(catalogue.triples())),
        (endpoint, RDF.type, DCAT.DataService),
        (endpoint, DCAT.endpointURL, endpoint),
        (endpoint, DCAT.endpointDescription, URIRef(f"{base}/openapi.json")),
        (endpoint, DCAT.servesDataset, dataset),
    ]
    triples += [(dataset, VOID.feature, URIRef(one.iri)) for one in GRAPH_FORMATS if one.iri]
    triples += [(dataset, VOID.dataDump, URIRef(one)) for one in dumps]
    triples += [
        (dataset, term, Literal(number))
        for term, number in (
            (VOID.distinctSubjects, catalogue.subjects()),
            (VOID.distinctObjects, catalogue.objects()),
            (VOID.classes, len(catalogue.instances())),
            (VOID.properties, len(catalogue.properties())),
        )
    ]
    for number, (class_, things) in enumerate(sorted(catalogue.instances().items())):
        part = URIRef(f"{document}#class-{number}")
        triples += [
            (dataset, VOID.classPartition, part),
            (part, VOID["class"], URIRef(class_)),
            (part, VOID.entities, Literal(things)),
        ]
    for number, (term, count) in enumerate(sorted(catalogue.properties().items())):
        part = URIRef(f"{document}#property-{number}")
        triples += [
            (dataset, VOID.propertyPartition, part),
            (part, VOID.property, URIRef(term)),
            (part, VOID.triples, Literal(count)),
        ]
    for name, count in catalogue.graphs().items():
        graph = URIRef(name)
        triples += [
            (dataset, VOID.subset, graph),
            (graph, RDF.type, VOID.Dataset),
            (graph, SD.name, graph),
            (graph, VOID.triples, Literal(count)),
        ]
    if str(ONTOLOGY_GRAPH) in catalogue.graphs():
        triples += _shipped_graph(dataset)
    return triples


def _shipped_graph(dataset: URIRef) -> list[Triple]:
    """What holds of the graph that comes with the software, and of no other."""
    return [
        (dataset, DCTERMS.title, Literal("EAKG: a knowledge graph of East Asia cooperation", "en")),
        (dataset, DCTERMS.creator, Literal("EAKG contributors")),
        (dataset, DCTERMS.license, LICENCE),
        (dataset, FOAF.homepage, URIRef(BASE)),
        (dataset, VOID.uriSpace, Literal(str(ID))),
        (dataset, VOID.vocabulary, ONTOLOGY_IRI),
        (dataset, VOID.exampleResource, ID["asean"]),
    ]
