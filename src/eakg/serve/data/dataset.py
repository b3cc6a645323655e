"""The data set that is served: its one IRI in every description, and what is sure of it."""

from rdflib import FOAF, RDF, Literal, URIRef
from rdflib.namespace import DCTERMS

from eakg.names import BASE
from eakg.rdf import Triple
from eakg.serve.app import Settings
from eakg.serve.content import LICENCE, Catalogue

_TITLE = "EAKG: a knowledge graph of East Asia cooperation"
_DESCRIPTION = (
    "Actors, mechanisms, meetings, acts of cooperation, claims and figures of East Asia, read from"
    " annotated texts and sourced tables, with what follows from them. Every triple leads to the"
    " sentence, table row or axiom that supports it."
)
_CONTRIBUTORS = "EAKG contributors"


def dataset_iri(settings: Settings, catalogue: Catalogue) -> URIRef:
    """The IRI of the data set, which no request changes.

    That of the graph which comes with the software is its own; other data have one at the public
    address of the service, or else at the one where it listens.
    """
    if catalogue.has_ontology():
        return URIRef(BASE)
    return URIRef(f"{_own_address(settings)}/#dataset")


def part_of(dataset: URIRef, name: str) -> URIRef:
    """The IRI of a part of the description of a data set."""
    return URIRef(f"{dataset.partition('#')[0]}#{name}")


def dataset_facts(dataset: URIRef, catalogue: Catalogue) -> list[Triple]:
    """Title, description and, of the graph that comes with the software, licence and publisher."""
    if not catalogue.has_ontology():
        number = len(catalogue.graphs())
        words = f"RDF data in {number} {'graph' if number == 1 else 'graphs'}"
        return [
            (dataset, DCTERMS.title, Literal(words, lang="en")),
            (dataset, DCTERMS.description, Literal(f"{words}, as they were given.", lang="en")),
        ]
    agent = part_of(dataset, "contributors")
    return [
        (dataset, DCTERMS.title, Literal(_TITLE, lang="en")),
        (dataset, DCTERMS.description, Literal(_DESCRIPTION, lang="en")),
        (dataset, DCTERMS.license, LICENCE),
        (dataset, DCTERMS.creator, agent),
        (dataset, DCTERMS.publisher, agent),
        (agent, RDF.type, FOAF.Agent),
        (agent, FOAF.name, Literal(_CONTRIBUTORS)),
    ]


def _own_address(settings: Settings) -> str:
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"
