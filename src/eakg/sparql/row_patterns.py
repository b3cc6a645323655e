"""Which triples a row of a result rests on: those that the query's patterns match for it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from rdflib import BNode, Literal, URIRef, Variable
from rdflib.term import Node

from eakg.rdf import is_number, sparql_term
from eakg.sparql.cursor import Cursor
from eakg.sparql.failures import QuerySyntaxError, QueryTooComplexError
from eakg.sparql.head import read_head
from eakg.sparql.syntax import (
    End,
    GroupPattern,
    Lateral,
    Minus,
    PredicatePath,
    ServicePattern,
    TermKind,
    TermNode,
    Triples,
    element_groups,
    parse_query,
    rdf_term,
)

Pattern = tuple[Node, Node, Node]


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

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of the patterns."""
        terms = (term for triple in self.triples for term in triple)
        return tuple(dict.fromkeys(str(term) for term in terms if isinstance(term, Variable)))

    def select(self, rows: Collection[Mapping[str, Node]], limit: int) -> str:
        """A query for the values that the variables of the patterns have, where they agree with the
        things of some rows, which have at least one pattern with a variable behind them."""
        names = [
            name
            for name in self.variables
            if rows and all(isinstance(row.get(name), URIRef) for row in rows)
        ]
        cells = dict.fromkeys(" ".join(sparql_term(row[name]) for name in names) for row in rows)
        columns = " ".join(f"?{name}" for name in names)
        values = f"VALUES ({columns}) {{ ({') ('.join(cells)}) }}" if names else ""
        return (
            f"{self.prologue}\nSELECT DISTINCT {' '.join(f'?{name}' for name in self.variables)}\n"
            f"{self.dataset}\nWHERE {{ {values} {{ {self.group}\n}} }}\nLIMIT {limit}"
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
        query = parse_query(text)
        triples = () if query.where is None else tuple(dict.fromkeys(_triples(query.where)))
    except (QuerySyntaxError, QueryTooComplexError) as error:
        raise NotUnderstoodError(str(error)) from error
    except RecursionError:
        raise NotUnderstoodError("it is nested too deeply") from None
    head = read_head(text)
    cursor = Cursor(text)
    cursor.position = len(text) if head.pattern is None else head.pattern
    group = cursor.block()
    if group is None or not triples:
        raise NotUnderstoodError("it has no plain triple patterns")
    (start, stop), (first, last) = group, head.dataset
    return Patterns(triples, text[: head.prologue], text[first:last], text[start + 1 : stop - 1])


def _triples(group: GroupPattern) -> Iterator[Pattern]:
    if group.subquery is not None:
        yield from _triples(group.subquery.where)
    for element in group.elements:
        if isinstance(element, Lateral):
            raise NotUnderstoodError("it has LATERAL")
        if isinstance(element, Triples):
            yield from _ground_triples(element)
        elif not isinstance(element, Minus | ServicePattern):
            for inner in element_groups(element):
                yield from _triples(inner)


def _ground_triples(triples: Triples) -> Iterator[Pattern]:
    """The triples without blank nodes, which those of brackets and parentheses all have."""
    subject = _node(triples.subject)
    for part in triples.properties:
        if part.annotations:
            raise NotUnderstoodError("it has annotations")
        value = _node(part.object)
        if subject is not None and value is not None and isinstance(part.path, PredicatePath):
            yield subject, _name(part.path.term), value


def _node(end: End) -> Node | None:
    """A term, None where it is a blank node."""
    if not isinstance(end, TermNode):
        if end.sign == "<<":
            raise NotUnderstoodError("it has triples within triples")
        return None
    if end.kind is TermKind.TRIPLE_TERM:
        raise NotUnderstoodError("it has triples within triples")
    return None if end.kind is TermKind.BLANK_NODE else _name(end)


def _name(term: TermNode) -> Node:
    try:
        return rdf_term(term)
    except ValueError as error:
        raise NotUnderstoodError(str(error)) from error


def write_pattern_term(term: Node) -> str:
    """A term of a pattern in SPARQL, where a blank node matches anything."""
    if isinstance(term, BNode):
        return f"_:{term}"
    return f"?{term}" if isinstance(term, Variable) else sparql_term(term)
