"""Which triples a row of a result rests on: those that the query's patterns match for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rdflib import BNode, Literal, Variable
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.term import Node

from eakg.rdf import is_number, sparql_term
from eakg.sparql.cursor import Cursor
from eakg.sparql.head import read_head

Pattern = tuple[Node, Node, Node]
_CHILD_KEYS = ("p", "p1", "p2", "part")


class NotUnderstoodError(Exception):
    """A query whose patterns cannot be told apart here."""


@dataclass(frozen=True)
class Patterns:
    """The triple patterns of a query that its rows rest on, and the parts of its text around them:
    prefixes, dataset and group. Patterns of property paths and blank nodes are not among them,
    nor those that only exclude rows."""

    triples: tuple[Pattern, ...]
    prologue: str
    dataset: str
    group: str

    def construct(self, row: Mapping[str, str], limit: int) -> str:
        """A query for the triples that a row rests on, the row given by its columns' values."""
        template = " . ".join(" ".join(map(write_pattern_term, triple)) for triple in self.triples)
        return (
            f"{self.prologue}\nCONSTRUCT {{ {template} }}\n{self.dataset}\n"
            f"WHERE {{ {self.group}\n{self.filters(row)} }}\nLIMIT {limit}"
        )

    def ask(self, triple: Pattern, row: Mapping[str, str]) -> str:
        """A query for whether a pattern matches anything that agrees with a row."""
        names = {str(term) for term in triple if isinstance(term, Variable)}
        cells = {name: cell for name, cell in row.items() if name in names}
        return f"ASK {{ {' '.join(map(write_pattern_term, triple))} {self.filters(cells)} }}"

    def filters(self, row: Mapping[str, str]) -> str:
        """The condition that variables have the values of a row's cells. Numbers, which have many
        spellings, and what the query computes are left open."""
        names = {str(term) for triple in self.triples for term in triple}
        return " ".join(
            f"FILTER (STR(?{name}) = {sparql_term(Literal(cell))})"
            for name, cell in row.items()
            if cell and name in names and not is_number(cell) and not cell.startswith("_:")
        )


def patterns(text: str) -> Patterns:
    """The patterns of a query. Raises: NotUnderstoodError where they cannot be read."""
    try:
        algebra = translateQuery(parseQuery(text)).algebra
    except Exception as error:  # rdflib lets out whatever its parser met
        raise NotUnderstoodError(str(error)) from error
    triples = tuple(dict.fromkeys(one for one in _triples(algebra) if not any(map(_is_open, one))))
    head = read_head(text)
    cursor = Cursor(text)
    cursor.position = len(text) if head.pattern is None else head.pattern
    group = cursor.block()
    if group is None or not triples:
        raise NotUnderstoodError("it has no plain triple patterns")
    (start, stop), (first, last) = group, head.dataset
    return Patterns(triples, text[: head.prologue], text[first:last], text[start + 1 : stop - 1])


def _triples(node: Any) -> Iterator[Pattern]:
    for triple in dict.get(node, "triples") or ():
        yield tuple(triple)
    for key in _CHILD_KEYS:
        part = dict.get(node, key)
        if isinstance(part, dict) and not (node.name == "Minus" and key == "p2"):
            yield from _triples(part)


def _is_open(term: Any) -> bool:
    return isinstance(term, BNode) or not isinstance(term, Node)


def write_pattern_term(term: Node) -> str:
    """A term of a pattern in SPARQL, where a blank node matches anything."""
    if isinstance(term, BNode):
        return f"_:{term}"
    return f"?{term}" if isinstance(term, Variable) else sparql_term(term)
