"""SPARQL 1.1 Service Description of the endpoint, computed from what it holds."""

from rdflib import RDF, BNode, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, VOID

from eakg.names import INFERRED_GRAPH
from eakg.serve.catalogue import Catalogue
from eakg.serve.description import LICENCE
from eakg.store.formats import FORMATS
from eakg.store.serialization import Statement

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
ENTAILMENT = Namespace("http://www.w3.org/ns/entailment/")
PREFIXES = {"sd": str(SD), "void": str(VOID), "dcterms": str(DCTERMS)}
_OWL_RL = URIRef("http://www.w3.org/ns/owl-profile/RL")


def service_description(endpoint: str, catalogue: Catalogue) -> list[Statement]:
    """The triples that describe the service at this address.

    The default graph is entailed by OWL 2 RL exactly where the store holds the inferred graph;
    a named graph holds what it holds, and that is simple entailment.
    Errors: StoreError and its kinds.
    """
    service = URIRef(endpoint)
    dataset, default = URIRef(f"{endpoint}#dataset"), URIRef(f"{endpoint}#default-graph")
    found: list[Statement] = [
        (service, RDF.type, SD.Service),
        (service, SD.endpoint, service),
        (service, SD.supportedLanguage, SD.SPARQL11Query),
        (service, SD.defaultDataset, dataset),
        (service, DCTERMS.license, LICENCE),
        (dataset, RDF.type, SD.Dataset),
        (dataset, SD.defaultGraph, default),
        (default, RDF.type, SD.Graph),
        (default, VOID.triples, Literal(catalogue.triples())),
    ]
    found += [(service, SD.resultFormat, URIRef(one.iri)) for one in FORMATS]
    if catalogue.has_inferred():
        found.append((service, SD.defaultEntailmentRegime, ENTAILMENT["OWL-RDF-Based"]))
        found.append((service, SD.defaultSupportedEntailmentProfile, _OWL_RL))
    else:
        found.append((service, SD.defaultEntailmentRegime, ENTAILMENT.Simple))
    for number, (name, triples) in enumerate(sorted(catalogue.graphs().items())):
        named = URIRef(f"{endpoint}#named-graph-{number}")
        graph = BNode(f"graph{number}")
        found += [
            (dataset, SD.namedGraph, named),
            (named, RDF.type, SD.NamedGraph),
            (named, SD.name, URIRef(name)),
            (named, SD.entailmentRegime, ENTAILMENT.Simple),
            (named, SD.graph, graph),
            (graph, RDF.type, SD.Graph),
            (graph, VOID.triples, Literal(triples)),
        ]
        if name == str(INFERRED_GRAPH):
            label = "What follows from the other graphs by OWL 2 RL, and nothing else"
            found.append((graph, DCTERMS.description, Literal(label, lang="en")))
    return found
