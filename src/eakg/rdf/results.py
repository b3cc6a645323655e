"""Results as Python values: rows of RDF terms."""

import json
from typing import Any, TypeAlias

from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

Row: TypeAlias = dict[str, Node]


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
