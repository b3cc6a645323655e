"""The data set that is served: its one IRI in every description, and what is sure of it."""

from rdflib import DCAT, FOAF, RDF, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS

from eakg.names import is_evidence
from eakg.rdf import Triple, sparql_term
from eakg.serve.app import Settings
from eakg.serve.content import Catalogue, Project
from eakg.store import QueryRequest, QueryService, select

_VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")


def dataset_iri(settings: Settings, catalogue: Catalogue) -> URIRef:
    """The IRI of the data set, which no request changes.

    It is that of the project; where that has none, one at the public address of the service, or
    else at the one where it listens.
    """
    return URIRef(catalogue.project().dataset or f"{own_address(settings)}/#dataset")


def part_of(dataset: URIRef, name: str) -> URIRef:
    """The IRI of a part of the description of a data set."""
    return URIRef(f"{dataset.partition('#')[0]}#{name}")


def dataset_facts(dataset: URIRef, catalogue: Catalogue) -> list[Triple]:
    """Title and description, and of licence, publisher and contact what the project says."""
    project = catalogue.project()
    number = len(catalogue.graphs())
    words = f"RDF data in {number} {'graph' if number == 1 else 'graphs'}"
    about = project.description or f"{words}, as they were given."
    title = project.title or words
    triples: list[Triple] = [
        (dataset, DCTERMS.title, _text(title, project, is_own=bool(project.title))),
        (dataset, DCTERMS.description, _text(about, project, is_own=bool(project.description))),
    ]
    triples += [(dataset, DCTERMS.license, URIRef(one)) for one in dataset_licences(catalogue)]
    if project.publisher:
        agent = publisher_of(dataset)
        triples += [
            (dataset, DCTERMS.creator, agent),
            (dataset, DCTERMS.publisher, agent),
            (agent, RDF.type, FOAF.Agent),
            (agent, FOAF.name, Literal(project.publisher)),
        ]
    if project.contact:
        card = part_of(dataset, "contact")
        is_mail = project.contact.startswith("mailto:")
        triples += [
            (dataset, DCAT.contactPoint, card),
            (card, RDF.type, _VCARD.Kind),
            (card, _VCARD.hasEmail if is_mail else _VCARD.hasURL, URIRef(project.contact)),
        ]
    return triples


def dataset_licences(catalogue: Catalogue) -> tuple[str, ...]:
    """The licence that the project gives the whole; without one, those of all its graphs, where
    each has one."""
    project = catalogue.project()
    return (project.licence,) if project.licence else project.licences_of(catalogue.graphs())


def dump_licences(name: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The licences of what is in a dump, by its name."""
    project = catalogue.project()
    if not project.graph_licences:
        return dataset_licences(catalogue)
    graphs = catalogue.default_graphs() if name == "ttl" else catalogue.graphs()
    return project.licences_of(filter(is_evidence, graphs) if "reifiers" in name else graphs)


def thing_licences(store: QueryService, iri: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The licences of what is said of a thing. Raises: StoreError and its kinds."""
    project = catalogue.project()
    if not project.graph_licences:
        return dataset_licences(catalogue)
    thing = sparql_term(URIRef(iri))
    text = f"SELECT DISTINCT ?g {{ GRAPH ?g {{ {{ {thing} ?p ?o }} UNION {{ ?s ?q {thing} }} }} }}"
    rows = select(store, QueryRequest(text))
    return project.licences_of(str(row["g"]) for row in rows)


def publisher_of(dataset: URIRef) -> URIRef:
    """The IRI of who publishes a data set."""
    return part_of(dataset, "contributors")


def _text(words: str, project: Project, *, is_own: bool) -> Literal:
    return Literal(words, lang=project.languages[0] if is_own else "en")


def own_address(settings: Settings) -> str:
    """The address of the service that no request changes, without a slash at its end."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"
