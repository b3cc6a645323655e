"""Labels of terms, whatever graph gives them."""

from collections.abc import Iterable

from rdflib import RDFS, URIRef
from rdflib.term import Node

from eakg.rdf import Triple, sparql_term
from eakg.store import Closure, QueryRequest, QueryService, select


def labels_of(
    store: QueryService, terms: Iterable[Node], closure: Closure = "full"
) -> list[Triple]:
    """The triples of rdfs:label of those terms that are IRIs. Raises: StoreError and its kinds."""
    listed = " ".join(sorted({sparql_term(term) for term in terms if isinstance(term, URIRef)}))
    if not listed:
        return []
    pattern = f"VALUES ?s {{ {listed} }} GRAPH ?g {{ ?s <{RDFS.label}> ?o }}"
    request = QueryRequest(f"SELECT DISTINCT ?s ?o {{ {pattern} }}", closure=closure)
    return [(row["s"], RDFS.label, row["o"]) for row in select(store, request)]
