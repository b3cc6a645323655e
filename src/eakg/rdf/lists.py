"""RDF collections, read as the rules read them."""

from rdflib import Graph
from rdflib.namespace import RDF
from rdflib.term import Node


def members(graph: Graph, head: Node) -> list[Node]:
    """Members of the collection that starts at a node, in order.

    Empty when the node starts no well-formed collection, that is one whose cells each have a member
    and end in rdf:nil (https://www.w3.org/TR/owl2-profiles/ section 4.3, `LIST[h, e1, ..., en]`).
    """
    items: list[Node] = []
    visited: set[Node] = set()
    cell: Node | None = head
    while cell is not None and cell != RDF.nil and cell not in visited:
        visited.add(cell)
        member = graph.value(cell, RDF.first)
        if member is None:
            return []
        items.append(member)
        cell = graph.value(cell, RDF.rest)
    return items if cell == RDF.nil else []
