"""Rules that are written in RDF, and the nodes that they are of."""

import re
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.term import Node

from eakg.reason.rules import Rule

_LOCAL = re.compile(r"[^/#:]+$")


@dataclass(frozen=True)
class NodeRule:
    """A rule and the node of the graph that it is of."""

    node: Node
    rule: Rule


class RuleRefusalError(ValueError):
    """What is no rule here. Arguments: the node that it is of; why."""

    def __init__(self, node: Node, reason: str) -> None:
        super().__init__(reason)
        self.node = node
        self.reason = reason


def local_name(node: Node) -> str:
    """The last part of an IRI; empty for a node without a name."""
    match = _LOCAL.search(str(node)) if isinstance(node, URIRef) else None
    return match.group() if match else ""
