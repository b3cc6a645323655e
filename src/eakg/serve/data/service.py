"""SPARQL 1.1 Service Description of the endpoint, computed from what it holds."""

from rdflib import RDF, BNode, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, VOID

from eakg.names import INFERRED_GRAPH
from eakg.rdf import FORMATS, Triple
from eakg.reason.rulebooks import Regime
from eakg.serve.app import Settings
from eakg.serve.content import Catalogue
from eakg.serve.data.dataset import dataset_iri, dataset_licences, part_of
from eakg.store import EXTENSION_FUNCTIONS

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
ENTAILMENT = Namespace("http://www.w3.org/ns/entailment/")
PREFIXES = {"sd": str(SD), "void": str(VOID), "dcterms": str(DCTERMS)}
_OWL_RL = URIRef("http://www.w3.org/ns/owl-profile/RL")


def service_description(base: str, settings: Settings, catalogue: Catalogue) -> list[Triple]:
    """The triples that describe the service.

    The default graph is entailed by a regime exactly where the store holds the inferred graph and
    the default graph takes it in; a named graph holds what it holds, and that is simple
    entailment. Rules that are no regime of SPARQL 1.1 are told in words. What is not offered is not
    said.
    Arguments: the address of the service; its settings; what it holds.
    Raises: StoreError and its kinds.
    Specification: SPARQL 1.1 Service Description.
    """
    endpoint = f"{base}/sparql"
    service = URIRef(endpoint)
    dataset = dataset_iri(settings, catalogue)
    default = part_of(dataset, "default-graph")
    triples: list[Triple] = [
        (service, RDF.type, SD.Service),
        (service, SD.endpoint, service),
        (service, SD.supportedLanguage, SD.SPARQL10Query),
        (service, SD.supportedLanguage, SD.SPARQL11Query),
        (service, SD.defaultDataset, dataset),
        (service, DCTERMS.description, Literal(_limits(settings), "en")),
        (dataset, RDF.type, SD.Dataset),
        (dataset, SD.defaultGraph, default),
        (default, RDF.type, SD.Graph),
        (default, VOID.triples, Literal(catalogue.triples())),
    ]
    triples += [(service, SD.resultFormat, URIRef(one.iri)) for one in FORMATS if one.iri]
    triples += [(service, SD.extensionFunction, URIRef(one)) for one in EXTENSION_FUNCTIONS]
    triples += [(URIRef(one), RDF.type, SD.Function) for one in EXTENSION_FUNCTIONS]
    triples += [(service, DCTERMS.license, URIRef(one)) for one in dataset_licences(catalogue)]
    if settings.options.default_graph == "union" and catalogue.is_union():
        triples.append((service, SD.feature, SD.UnionDefaultGraph))
    if settings.access.services:
        triples.append((service, SD.feature, SD.BasicFederatedQuery))
    if settings.options.writable:
        update = URIRef(f"{base}/update")
        triples += [
            (update, RDF.type, SD.Service),
            (update, SD.endpoint, update),
            (update, SD.supportedLanguage, SD.SPARQL11Update),
            (update, SD.defaultDataset, dataset),
        ]
    triples += _entailment(service, settings, catalogue)
    for number, (name, count) in enumerate(sorted(catalogue.graphs().items())):
        part = part_of(dataset, f"named-graph-{number}")
        triples += _named_graph(dataset, part, name, count, served_regime(settings))
    return triples


def _entailment(service: URIRef, settings: Settings, catalogue: Catalogue) -> list[Triple]:
    if settings.options.default_graph == "union" and catalogue.has_inferred():
        regime = served_regime(settings)
        words = f"What follows by {regime.description} is in the default graph"
        words += "" if regime.trivial else ", but for what holds of everything"
        if not regime.entailment:
            words += ": these rules are no entailment regime of SPARQL 1.1"
        triples: list[Triple] = [(service, DCTERMS.description, Literal(words, "en"))]
        if regime.entailment:
            triples.append((service, SD.defaultEntailmentRegime, URIRef(regime.entailment)))
        if regime.base == "owl-rl" and regime.entailment:
            triples.append((service, SD.defaultSupportedEntailmentProfile, _OWL_RL))
        return triples
    return [(service, SD.defaultEntailmentRegime, ENTAILMENT.Simple)]


def served_regime(settings: Settings) -> Regime:
    """The rules by which the graph of what follows was made; those of OWL 2 RL where it came with
    the data."""
    regime = Regime.of(settings.options.reasoning)
    return regime if regime.derives else Regime()


def _named_graph(
    dataset: URIRef, graph_node: URIRef, name: str, count: int, regime: Regime
) -> list[Triple]:
    content = BNode(graph_node.rpartition("#")[2])
    description: list[Triple] = [
        (dataset, SD.namedGraph, graph_node),
        (graph_node, RDF.type, SD.NamedGraph),
        (graph_node, SD.name, URIRef(name)),
        (graph_node, SD.entailmentRegime, ENTAILMENT.Simple),
        (graph_node, SD.graph, content),
        (content, RDF.type, SD.Graph),
        (content, VOID.triples, Literal(count)),
    ]
    if name == str(INFERRED_GRAPH):
        label = f"What follows from the other graphs by {regime.description}, and nothing else"
        description.append((content, DCTERMS.description, Literal(label, lang="en")))
    return description


def _limits(settings: Settings) -> str:
    limits = settings.limits
    return (
        f"A query may run {limits.timeout:g} s, or less where timeout= says so, and take"
        f" {limits.memory} bytes of memory; a result may have {limits.result} bytes."
        f" {limits.workers} queries run at once and {limits.queue} more may wait,"
        f" each {limits.patience:g} s. A query that would not be answered as SPARQL says is refused"
        " with 501, and the place in it is named."
    )
