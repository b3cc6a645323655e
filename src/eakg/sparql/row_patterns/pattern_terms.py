"""The terms of triple patterns."""

from typing import TypeAlias

from rdflib import BNode, Variable
from rdflib.term import Node

from eakg.rdf import sparql_term
from eakg.sparql.syntax import Compound, End, TermKind, TermNode, rdf_term

Pattern: TypeAlias = tuple[Node, Node, Node]


class NotUnderstoodError(Exception):
    """A query whose patterns cannot be told apart here."""


def is_blank(end: End) -> bool:
    """Whether it is a blank node, or what is spelled in brackets or parentheses."""
    return isinstance(end, Compound) or end.kind is TermKind.BLANK_NODE


def node_of(end: End) -> Node:
    """A term that is no blank node. Raises: NotUnderstoodError."""
    if not isinstance(end, TermNode) or end.kind is TermKind.TRIPLE_TERM:
        raise NotUnderstoodError("it has triples within triples")
    return name_of(end)


def name_of(term: TermNode) -> Node:
    """A term in our model. Raises: NotUnderstoodError."""
    try:
        return rdf_term(term)
    except ValueError as error:
        raise NotUnderstoodError(str(error)) from error


def write_pattern_term(term: Node) -> str:
    """A term of a pattern in SPARQL, where a blank node matches anything."""
    if isinstance(term, BNode):
        return f"_:{term}"
    return f"?{term}" if isinstance(term, Variable) else sparql_term(term)
