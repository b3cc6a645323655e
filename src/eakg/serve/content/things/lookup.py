"""Which thing an address names, and whether it was withdrawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rdflib import DCTERMS, PROV, URIRef

from eakg.names import ID
from eakg.rdf import is_iri, normalized, sparql_term, spellings
from eakg.store import QueryRequest, QueryService, select


def find(
    store: QueryService, slug: str, escaped_names: Callable[[], Mapping[str, tuple[str, ...]]]
) -> URIRef | None:
    """The IRI that has this slug in the graph, or None: as it is written, or else in a spelling
    that is the same (RFC 3986 section 6.2.2).

    Arguments: the store; the slug as it stands in an address; what gives the IRIs of the graph that
    have escapes, by their normal spelling, asked for where the usual spellings are not there.
    """
    for spelling in spellings(slug):
        iri = ID[spelling]
        if spelling and is_iri(iri) and _is_named(store, iri):
            return iri
    return next((URIRef(name) for name in escaped_names().get(normalized(ID[slug]), ())), None)


def find_exactly(store: QueryService, iri: str) -> URIRef | None:
    """An IRI if the graph speaks of it, as it is written, else None; of a property alone too.

    Raises: StoreError and its kinds.
    """
    if not is_iri(iri):
        return None
    term = URIRef(iri)
    if _is_named(store, term):
        return term
    query = f"SELECT * {{ GRAPH ?g {{ ?s {sparql_term(term)} ?o }} }} LIMIT 1"
    return term if select(store, QueryRequest(query)) else None


def _is_named(store: QueryService, iri: URIRef) -> bool:
    query = f"SELECT * {{ {{ GRAPH ?g {{ {sparql_term(iri)} ?p ?o }} }} UNION"
    query += f" {{ GRAPH ?g {{ ?s ?p {sparql_term(iri)} }} }} }} LIMIT 1"
    return bool(select(store, QueryRequest(query)))


@dataclass(frozen=True)
class Withdrawal:
    """That a thing was withdrawn: when, and what took its place, where anything did."""

    date: str
    replacements: tuple[URIRef, ...]


def withdrawal(store: QueryService, iri: URIRef) -> Withdrawal | None:
    """Whether the graph says that a thing was withdrawn (prov:invalidatedAtTime).

    Raises: StoreError and its kinds.
    """
    rows = select(
        store,
        QueryRequest(
            f"SELECT ?date ?new {{ {sparql_term(iri)} <{PROV.invalidatedAtTime}> ?date"
            f" OPTIONAL {{ {sparql_term(iri)} <{DCTERMS.isReplacedBy}> ?new }} }}"
        ),
    )
    if not rows:
        return None
    replacements = {row["new"] for row in rows if isinstance(row.get("new"), URIRef)}
    return Withdrawal(
        min(str(row["date"]) for row in rows),
        tuple(sorted(URIRef(str(one)) for one in replacements)),
    )
