"""The one alias of a triple."""

from typing import TypeAlias

from rdflib.term import Node

Triple: TypeAlias = tuple[Node, Node, Node]
"""Subject, predicate and object, as rdflib has them."""
