"""The patterns of a query that are joins of tables: triples, and OPTIONAL around them.

Specification: SPARQL 1.1 Query sections 5, 6 and 18.2.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from rdflib import BNode, Variable
from rdflib.term import Node

from eakg.rdf import Triple
from eakg.sparql.cursor import place_in
from eakg.sparql.failures import QueryRefusedError
from eakg.sparql.syntax import (
    Bind,
    Compound,
    End,
    Filter,
    GraphPattern,
    GroupPattern,
    InversePath,
    Lateral,
    Minus,
    Optional,
    Path,
    PredicatePath,
    SequencePath,
    ServicePattern,
    SyntaxNode,
    TermNode,
    Triples,
    Union,
    ValuesBlock,
    rdf_term,
)

_NAMES: dict[type[SyntaxNode], str] = {
    Bind: "BIND",
    ValuesBlock: "VALUES",
    Minus: "MINUS",
    Lateral: "LATERAL",
    GraphPattern: "GRAPH",
    ServicePattern: "SERVICE",
}


@dataclass(frozen=True)
class JoinedGroup:
    """A group: triples, of which blank nodes are variables without a name; groups that are
    OPTIONAL, in their order; and its conditions."""

    triples: tuple[Triple, ...]
    optionals: tuple["JoinedGroup", ...]
    filters: tuple[Filter, ...]

    @property
    def certain(self) -> frozenset[Node]:
        """The variables that each solution binds."""
        terms = (term for triple in self.triples for term in triple)
        return frozenset(term for term in terms if is_variable(term))

    @property
    def variables(self) -> frozenset[Node]:
        """The variables that a solution may bind."""
        return self.certain.union(*(group.variables for group in self.optionals))


def is_variable(term: Node) -> bool:
    """Whether a term of a pattern stands for any term."""
    return isinstance(term, Variable | BNode)


def refuse(text: str, offset: int, subject: str) -> NoReturn:
    """Refuse what is not answered by tables. Raises: QueryRefusedError."""
    line, column = place_in(text, offset)
    raise QueryRefusedError(
        f"line {line}, column {column}: {subject} is not answered from a closure on disk; load it"
        " (`eakg load --store DIR`) and ask the store"
    )


def joined_group(text: str, group: GroupPattern) -> JoinedGroup:
    """A group of a query. Raises: QueryRefusedError, with the place, where it has something that is
    no join, or a variable that OPTIONAL may leave unbound is matched again."""
    if group.subquery is not None:
        refuse(text, group.subquery.start, "a subquery")
    triples: list[Triple] = []
    optionals: list[JoinedGroup] = []
    filters: list[Filter] = []
    places: list[int] = []
    for element in group.elements:
        match element:
            case Triples():
                triples += _triples(text, element)
            case Optional(group=inner):
                optionals.append(joined_group(text, inner))
                places.append(element.start)
            case Filter():
                filters.append(element)
            case Union(groups=groups):
                name = "UNION" if len(groups) > 1 else "a group within a group"
                refuse(text, element.start, name)
            case _:
                refuse(text, element.start, _NAMES[type(element)])
    group_of_joins = JoinedGroup(tuple(triples), tuple(optionals), tuple(filters))
    _check_bindings(text, group_of_joins, places)
    return group_of_joins


def _check_bindings(text: str, group: JoinedGroup, places: list[int]) -> None:
    """Raises: QueryRefusedError where a variable is matched by several parts of which one may leave
    it unbound, so that it matters which comes first."""
    certain, bound = group.certain, group.certain
    for optional, place in zip(group.optionals, places, strict=True):
        if not optional.triples:
            refuse(text, place, "OPTIONAL without triples of its own")
        again = (optional.variables & (bound - certain)) | (
            (optional.variables - optional.certain) & bound
        )
        if again:
            name = min(f"?{term}" for term in again)
            refuse(text, place, f"to match {name}, which another OPTIONAL may leave unbound,")
        bound |= optional.variables


def _triples(text: str, node: Triples) -> Iterator[Triple]:
    subject, inner = _end(text, node.subject)
    yield from inner
    for part in node.properties:
        if part.annotations:
            refuse(text, part.annotations[0].start, "an annotation")
        value, inner = _end(text, part.object)
        yield from _path(text, subject, part.path, value)
        yield from inner


def _end(text: str, end: End) -> tuple[Node, list[Triple]]:
    """The term at an end, and the triples that are written in it."""
    if isinstance(end, TermNode):
        return _term(text, end), []
    if end.sign != "[":
        refuse(text, end.start, "a list" if end.sign == "(" else "a triple within a triple")
    return _brackets(text, end)


def _brackets(text: str, compound: Compound) -> tuple[Node, list[Triple]]:
    node, triples = BNode(), []
    for part in compound.properties:
        if part.annotations:
            refuse(text, part.annotations[0].start, "an annotation")
        value, inner = _end(text, part.object)
        triples += [*_path(text, node, part.path, value), *inner]
    return node, triples


def _path(text: str, subject: Node, path: Path, value: Node) -> Iterator[Triple]:
    match path:
        case PredicatePath(term=term):
            yield subject, _term(text, term), value
        case InversePath(path=inner):
            yield from _path(text, value, inner, subject)
        case SequencePath(paths=paths):
            nodes = [subject, *(BNode() for _ in paths[1:]), value]
            for first, step, last in zip(nodes, paths, nodes[1:], strict=False):
                yield from _path(text, first, step, last)
        case _:
            refuse(text, path.start, "a path with |, *, +, ? or !")


def _term(text: str, term: TermNode) -> Node:
    try:
        return rdf_term(term)
    except ValueError:
        refuse(text, term.start, "a triple within a triple")
