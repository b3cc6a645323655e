"""Results as Python values: rows of RDF terms."""

import json
from typing import Any, TypeAlias

from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from eakg.store.request import QueryRequest, QueryService

Row: TypeAlias = dict[str, Node]


def select(store: QueryService, request: QueryRequest) -> list[Row]:
    """The solutions of a SELECT query, in order; unbound variables are left out of a row.

    The request's format is set to JSON. Errors: StoreError and its kinds.
    Specification: SPARQL 1.1 Query Results JSON Format section 3.2.
    """
    return rows(store.query(request).read())


def rows(data: bytes) -> list[Row]:
    """The solutions in a JSON result."""
    bindings = json.loads(data)["results"]["bindings"]
    return [{name: _term(value) for name, value in row.items()} for row in bindings]


def _term(value: dict[str, Any]) -> Node:
    match value["type"]:
        case "uri":
            return URIRef(value["value"])
        case "bnode":
            return BNode(value["value"])
        case "literal" | "typed-literal":
            datatype = value.get("datatype")
            return Literal(
                value["value"],
                lang=value.get("xml:lang"),
                datatype=URIRef(datatype) if datatype else None,
                normalize=False,
            )
        case other:
            raise ValueError(f"a {other} is no RDF 1.1 term")
