"""Terms as the clause VALUES of a query lists them."""

from collections.abc import Iterable

from rdflib import Literal, URIRef
from rdflib.term import Node

from eakg.rdf import sparql_term


def iri_list(terms: Iterable[Node]) -> str:
    """The IRIs among terms, each once and in order; empty where there are none."""
    return " ".join(sorted({sparql_term(term) for term in terms if isinstance(term, URIRef)}))


def language(term: Node) -> str:
    """The language of a literal, empty without one."""
    return (term.language or "") if isinstance(term, Literal) else ""
