"""Labels of terms, whatever graph gives them."""

from collections.abc import Iterable, Sequence

from rdflib import URIRef
from rdflib.term import Node

from eakg.rdf import Triple
from eakg.serve.content.project import LABEL_PROPERTIES
from eakg.serve.content.scope import graph_filter
from eakg.serve.content.values import iri_list
from eakg.store import Closure, QueryRequest, QueryService, select


def labels_of(
    store: QueryService,
    terms: Iterable[Node],
    closure: Closure = "full",
    properties: Sequence[str] = LABEL_PROPERTIES,
) -> list[Triple]:
    """The triples that tell the names of those terms that are IRIs, of each those of the first
    property that tells any.

    Arguments: the store; the terms; whether inferred triples count; the properties that tell
    names, the most wanted first. Raises: StoreError and its kinds.
    """
    iris = {term for term in terms if isinstance(term, URIRef)}
    first, *further = map(URIRef, properties or LABEL_PROPERTIES)
    labels = _labels(store, iris, [first], closure)
    triples = _labels(store, iris - {subject for subject, _, _ in labels}, further, closure)
    best: dict[Node, int] = {}
    places: dict[Node, int] = {property_: place for place, property_ in enumerate(further)}
    for subject, property_, _ in triples:
        place = places[property_]
        best[subject] = min(place, best.get(subject, place))
    labels += [triple for triple in triples if places[triple[1]] == best[triple[0]]]
    return labels


def _labels(
    store: QueryService, terms: Iterable[Node], properties: Sequence[URIRef], closure: Closure
) -> list[Triple]:
    iris = iri_list(terms)
    if not iris or not properties:
        return []
    # A second VALUES would have the engine pass over all triples.
    graphs = f"FILTER({graph_filter(closure)})"
    if len(properties) == 1:
        pattern = f"GRAPH ?g {{ ?s <{properties[0]}> ?o }} {graphs} BIND(<{properties[0]}> AS ?p)"
    else:
        names = ", ".join(iri_list(properties).split())
        pattern = f"GRAPH ?g {{ ?s ?p ?o FILTER(?p IN ({names})) }} {graphs}"
    request = QueryRequest(
        f"SELECT DISTINCT ?s ?p ?o {{ VALUES ?s {{ {iris} }} {pattern} }}",
        closure=closure,
        any_graph=True,
    )
    return [(row["s"], row["p"], row["o"]) for row in select(store, request)]
