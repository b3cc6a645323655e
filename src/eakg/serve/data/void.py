"""The description of the dataset: VoID and DCAT, with numbers that are counted."""

from collections.abc import Iterator

from flask import Blueprint, Response, request
from rdflib import DCAT, FOAF, RDF, Literal, URIRef
from rdflib.namespace import DCTERMS, VOID

from eakg.names import EAKG, GRAPH, ID, ONTOLOGY_IRI, PREFIXES, REIFIERS_GRAPH
from eakg.rdf import GRAPH_FORMATS, ResultKind, Triple, serialize
from eakg.serve.app import (
    absolute,
    query_string,
    represented,
    select_representation,
    state,
)
from eakg.serve.content import Catalogue
from eakg.serve.data.dataset import dataset_facts, dataset_iri, part_of
from eakg.serve.data.service import SD

blueprint = Blueprint("void", __name__)
_WIKIDATA = "http://www.wikidata.org/entity/"
VOID_PREFIXES = {
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
        dataset = dataset_iri(state().settings, state().catalogue)
        triples = dataset_description(absolute(""), dataset, state().catalogue)
        data = serialize(triples, representation, VOID_PREFIXES)
        return Response(data, content_type=representation.content_type)

    parts = ("void", absolute(""), representation.name)
    return represented(request, state().store, parts, describe)


def dataset_description(base: str, dataset: URIRef, catalogue: Catalogue) -> list[Triple]:
    """The triples that describe the dataset of the service.

    It is the default graph, which is counted here and is what its dump holds. All named graphs,
    those of evidence among them, are a larger one, with the dump and the count of all. The graph of
    reifiers says again what the evidence says, and is a third beside them.

    Arguments: the address of the service; the IRI of the dataset; what it holds.
    Raises: StoreError and its kinds.
    Specification: Describing Linked Datasets with the VoID Vocabulary; DCAT 3.
    """
    document = URIRef(f"{base}/.well-known/void")
    whole = part_of(dataset, "graphs")
    graphs = catalogue.graphs()
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
    triples += [
        (dataset, VOID.dataDump, URIRef(f"{base}/dump.ttl.gz")),
        (whole, RDF.type, VOID.Dataset),
        (whole, DCTERMS.title, Literal("All named graphs, with the evidence", lang="en")),
        (whole, VOID.dataDump, URIRef(f"{base}/dump.nq.gz")),
        (whole, VOID.triples, Literal(sum(graphs.values()))),
        (whole, VOID.subset, dataset),
    ]
    if reifiers := catalogue.graph_size(str(REIFIERS_GRAPH)):
        triples += [
            (REIFIERS_GRAPH, RDF.type, VOID.Dataset),
            (REIFIERS_GRAPH, DCTERMS.title, Literal("The evidence as reifiers of RDF 1.2", "en")),
            (REIFIERS_GRAPH, VOID.dataDump, URIRef(f"{base}/dump.reifiers.nq.gz")),
            (REIFIERS_GRAPH, VOID.triples, Literal(reifiers)),
        ]
    triples += dataset_facts(dataset, catalogue)
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
        part = part_of(dataset, f"class-{number}")
        triples += [
            (dataset, VOID.classPartition, part),
            (part, VOID["class"], URIRef(class_)),
            (part, VOID.entities, Literal(things)),
        ]
    for number, (term, count) in enumerate(sorted(catalogue.properties().items())):
        part = part_of(dataset, f"property-{number}")
        triples += [
            (dataset, VOID.propertyPartition, part),
            (part, VOID.property, URIRef(term)),
            (part, VOID.triples, Literal(count)),
        ]
    for name, count in graphs.items():
        graph = URIRef(name)
        triples += [
            (whole, VOID.subset, graph),
            (graph, RDF.type, VOID.Dataset),
            (graph, SD.name, graph),
            (graph, VOID.triples, Literal(count)),
        ]
        if licence := catalogue.project().own_licence(name):
            triples.append((graph, DCTERMS.license, URIRef(licence)))
    triples += _vocabularies(dataset, catalogue)
    triples += _links_to_wikidata(dataset, catalogue)
    project = catalogue.project()
    if project.homepage:
        triples.append((dataset, FOAF.homepage, URIRef(project.homepage)))
    triples += [(dataset, VOID.uriSpace, Literal(base)) for base in project.base]
    triples += [(dataset, VOID.exampleResource, URIRef(one)) for one in project.example_resource]
    return triples


def _vocabularies(dataset: URIRef, catalogue: Catalogue) -> Iterator[Triple]:
    """Those whose properties or classes the dataset uses, as far as they have a known prefix."""
    terms = (*catalogue.properties(), *catalogue.instances())
    for namespace in sorted(set(PREFIXES.values()) - {str(ID), str(GRAPH)}):
        if any(term.startswith(namespace) for term in terms):
            iri = ONTOLOGY_IRI if namespace == str(EAKG) else URIRef(namespace)
            yield dataset, VOID.vocabulary, iri


def _links_to_wikidata(dataset: URIRef, catalogue: Catalogue) -> Iterator[Triple]:
    wikidata = part_of(dataset, "wikidata")
    for number, (term, count) in enumerate(sorted(catalogue.links(_WIKIDATA).items())):
        links = part_of(dataset, f"links-{number}")
        yield from (
            (dataset, VOID.subset, links),
            (links, RDF.type, VOID.Linkset),
            (links, VOID.linkPredicate, URIRef(term)),
            (links, VOID.subjectsTarget, dataset),
            (links, VOID.objectsTarget, wikidata),
            (links, VOID.triples, Literal(count)),
            (wikidata, RDF.type, VOID.Dataset),
            (wikidata, DCTERMS.title, Literal("Wikidata")),
            (wikidata, FOAF.homepage, URIRef("https://www.wikidata.org/")),
            (wikidata, VOID.uriSpace, Literal(_WIKIDATA)),
        )
