"""Labels of terms, whatever graph gives them."""

from collections.abc import Iterable

from rdflib import RDFS
from rdflib.term import Node

from eakg.rdf import Triple
from eakg.serve.content.values import iri_list
from eakg.store import Closure, QueryRequest, QueryService, select


def labels_of(
    store: QueryService, terms: Iterable[Node], closure: Closure = "full"
) -> list[Triple]:
    """The triples of rdfs:label of those terms that are IRIs. Raises: StoreError and its kinds."""
    iris = iri_list(terms)
    if not iris:
        return []
    pattern = f"VALUES ?s {{ {iris} }} GRAPH ?g {{ ?s <{RDFS.label}> ?o }}"
    request = QueryRequest(f"SELECT DISTINCT ?s ?o {{ {pattern} }}", closure=closure)
    return [(row["s"], RDFS.label, row["o"]) for row in select(store, request)]
