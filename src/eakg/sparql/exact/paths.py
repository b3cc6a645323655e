"""Property paths as the patterns that they stand for.

The engine gives each pair of ends of `p|q` and of `p/q*` once, where SPARQL counts every way, and
starts a path of length zero only from terms of the graph. So a path is translated as SPARQL 1.1
Query section 18.2.2.4 has it, down to what the engine answers rightly: single predicates, `*`, `+`,
`?` and `!` between variables.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from eakg.sparql.cursor import TextChange, inexact_at
from eakg.sparql.failures import InexactQueryError
from eakg.sparql.lexer import Token, blank_node_tokens
from eakg.sparql.syntax import (
    AlternativePath,
    AnnotationBlock,
    Compound,
    End,
    Expression,
    FunctionCall,
    GraphPattern,
    GroupPattern,
    InversePath,
    Minus,
    NegatedPath,
    Path,
    PredicatePath,
    Property,
    QueryTree,
    RepeatedPath,
    SequencePath,
    SyntaxNode,
    TermKind,
    TermNode,
    Triples,
    columns_of,
    element_groups,
    query_groups,
    query_selects,
    select_expressions,
    subexpressions,
    variables_in_scope,
)

NodeTest: TypeAlias = Callable[[TermNode], bool]
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_PREFIX = "eakg_"


def is_unknown(term: TermNode) -> bool:
    """Nothing is known of which terms a graph has."""
    del term
    return False


def inexact_triples(
    query: QueryTree, is_node: NodeTest = is_unknown
) -> list[tuple[Triples, NodeTest]]:
    """The triples of a query with a path that the engine would not answer rightly, each with what
    is known of the terms of its graph.

    Arguments: the query; whether a term is known to be a subject or an object of the default graph.
    """
    groups = list(query_groups(query))
    inside = list(
        _not_nested(
            element.group
            for group in groups
            for element in group.elements
            if isinstance(element, GraphPattern)
        )
    )
    starts = [outer.start for outer in inside]
    statements = []
    for group in groups:
        place = bisect_right(starts, group.start)
        in_graph = place > 0 and group.start < inside[place - 1].stop
        test = is_unknown if in_graph else is_node
        statements += [
            (element, test)
            for element in group.elements
            if isinstance(element, Triples) and not _is_exact(element, test)
        ]
    return statements


def naming_changes(text: str, query: QueryTree, statements: list[Triples]) -> list[TextChange]:
    """What is to be done before paths are translated, as that brings in new variables: `*` as the
    variables that it stands for, and blank node labels, which hold within one basic graph pattern
    only, as variables. Raises: InexactQueryError where that cannot be spelling."""
    changes: list[TextChange] = []
    tokens = blank_node_tokens(text)
    labels = {token.text for token in _within(tokens, statements)}
    # A template has labels of its own.
    changes += [
        (token.start, token.stop, f"?{_PREFIX}node_{_variable_name(token.text[2:])}")
        for token in _within(tokens, list(_outermost(query)))
        if token.text in labels
    ]
    starts = {statement.start for statement in statements}
    for star, where, names in _stars(query):
        visible = [statement for statement in _visible_triples(where) if statement.start in starts]
        if visible and names:
            changes.append((star.start, star.stop, " ".join(f"?{name}" for name in names)))
        elif any(_needs_variables(statement) for statement in visible):
            raise _refusal(text, star, "* beside a path, where it stands for no variable,")
    for select in query_selects(query):
        if any(_counts_solutions(part) for part in select_expressions(select)):
            visible = [one for one in _visible_triples(select.where) if one.start in starts]
            names = variables_in_scope(select.where)
            if visible and not names:
                raise _refusal(text, select, "COUNT(DISTINCT *) of a path without variables")
            if visible:
                where = select.where
                columns = " ".join(f"?{name}" for name in names)
                changes.append((where.start, where.start, f"{{ SELECT {columns} "))
                changes.append((where.stop, where.stop, " }"))
    return changes


def _counts_solutions(expression: Expression) -> bool:
    return any(
        isinstance(part, FunctionCall) and part.distinct and not part.arguments
        for part in subexpressions(expression)
    )


def _visible_triples(group: GroupPattern) -> Iterator[Triples]:
    """The triples whose variables are in scope of a group: those of no MINUS, EXISTS, subquery."""
    for element in group.elements:
        if isinstance(element, Triples):
            yield element
        elif not isinstance(element, Minus):
            for inner in element_groups(element):
                yield from _visible_triples(inner)


def path_changes(text: str, statements: list[tuple[Triples, NodeTest]]) -> list[TextChange]:
    """The triples with their paths translated."""
    writer = _Writer(text)
    return [
        (
            statement.start,
            statement.stop,
            writer.triples(statement, is_node) + _lines(text, statement),
        )
        for statement, is_node in statements
    ]


def _lines(text: str, node: SyntaxNode) -> str:
    return "\n" * text.count("\n", node.start, node.stop)


def _refusal(text: str, node: SyntaxNode, construct: str) -> InexactQueryError:
    return inexact_at(
        text, node.start, f"{construct} is not answered exactly; write the variables out"
    )


def _outermost(query: QueryTree) -> Iterator[SyntaxNode]:
    return _not_nested(query_groups(query))


def _not_nested(groups: Iterable[GroupPattern]) -> Iterator[GroupPattern]:
    """Those of some groups that are in no other of them, in order."""
    stop = -1
    for group in sorted(groups, key=lambda group: group.start):
        if group.start >= stop:
            stop = group.stop
            yield group


def _stars(query: QueryTree) -> Iterator[tuple[SyntaxNode, GroupPattern, tuple[str, ...]]]:
    """Each `*`, the group that it is over, and the variables that it stands for."""
    for select in query_selects(query):
        if select.star:
            yield select.star, select.where, columns_of(select)
    if query.select is None and query.star and query.where:
        yield query.star, query.where, variables_in_scope(query.where)


def _needs_variables(statement: Triples) -> bool:
    ends = (statement.subject, *(part.object for part in statement.properties))
    return any(isinstance(end, Compound) for end in ends) or any(
        isinstance(part.path, SequencePath) for part in statement.properties
    )


def _within(tokens: list[Token], nodes: Sequence[SyntaxNode]) -> Iterator[Token]:
    """The tokens in some nodes. Argument: the tokens in order."""
    starts = [token.start for token in tokens]
    for node in nodes:
        yield from tokens[bisect_left(starts, node.start) : bisect_left(starts, node.stop)]


def _variable_name(label: str) -> str:
    return "".join(letter if letter.isalnum() else f"_{ord(letter):x}_" for letter in label)


# Which paths are answered rightly


def _is_exact(triples: Triples, is_node: NodeTest) -> bool:
    return _end_is_exact(triples.subject, is_node) and all(
        _property_is_exact(triples.subject, part, is_node) for part in triples.properties
    )


def _property_is_exact(subject: End, part: Property, is_node: NodeTest) -> bool:
    return _path_is_exact(part.path, subject, part.object, is_node) and _end_is_exact(
        part.object, is_node
    )


def _end_is_exact(end: End, is_node: NodeTest) -> bool:
    if not isinstance(end, Compound):
        return True
    return all(_property_is_exact(end, part, is_node) for part in end.properties) and all(
        _end_is_exact(member, is_node) for member in end.members
    )


def _path_is_exact(path: Path, subject: End, end: End, is_node: NodeTest) -> bool:
    match path:
        case PredicatePath():
            return True
        case InversePath():
            return _path_is_exact(path.path, end, subject, is_node)
        case RepeatedPath():
            return not (
                _is_nullable(path)
                and any(_is_ground(term) and not is_node(term) for term in (subject, end))  # type: ignore[arg-type]  # a term if ground
            )
        case NegatedPath():
            return not (path.forward and path.backward)
        case SequencePath():
            return all(_is_predicate(step) for step in path.paths)
    return False


def _is_predicate(path: Path) -> bool:
    return isinstance(path, PredicatePath) or (
        isinstance(path, InversePath) and isinstance(path.path, PredicatePath)
    )


def _is_nullable(path: Path) -> bool:
    """Whether a path leads from every node to itself."""
    match path:
        case RepeatedPath():
            return path.sign in {"*", "?"} or _is_nullable(path.path)
        case InversePath():
            return _is_nullable(path.path)
        case SequencePath():
            return all(map(_is_nullable, path.paths))
        case AlternativePath():
            return any(map(_is_nullable, path.paths))
    return False


def _is_ground(end: End) -> bool:
    return isinstance(end, TermNode) and end.is_ground


# How they are spelling


@dataclass(frozen=True)
class _Point:
    """An end of a path as it is spelling, and the term, where it is one."""

    text: str
    term: TermNode | None = None

    @property
    def is_ground(self) -> bool:
        return self.term is not None and self.term.is_ground


class _Writer:
    """Writes triples one by one, with a variable for each node that has no name."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._is_node: NodeTest = is_unknown
        self._number = 0

    def triples(self, triples: Triples, is_node: NodeTest) -> str:
        """The triples, without the full stop behind the last."""
        self._is_node = is_node
        parts: list[str] = []
        subject = self._point(triples.subject, parts)
        self._properties(subject, triples.properties, parts)
        return " . ".join(parts)

    def _fresh(self) -> str:
        self._number += 1
        while str(self._number) in self._taken_numbers:
            self._number += 1
        return f"?{_PREFIX}{self._number}"

    @cached_property
    def _taken_numbers(self) -> frozenset[str]:
        return frozenset(re.findall(rf"{_PREFIX}([0-9]++)", self._text))

    def _spelling(self, node: SyntaxNode) -> str:
        return self._text[node.start : node.stop]

    def _properties(
        self, subject: _Point, properties: tuple[Property, ...], parts: list[str]
    ) -> None:
        for part in properties:
            end = self._point(part.object, parts)
            parts += self._path(subject, part.path, end)
            for annotation in part.annotations:
                self._annotation(subject, part.path, end, annotation, parts)

    def _annotation(
        self, subject: _Point, path: Path, end: _Point, block: AnnotationBlock, parts: list[str]
    ) -> None:
        reifier = _Point(self._spelling(block.reifier) if block.reifier else self._fresh())
        triple = f"<<( {subject.text} {self._spelling(path)} {end.text} )>>"
        parts.append(f"{reifier.text} <{_RDF}reifies> {triple}")
        self._properties(reifier, block.properties, parts)

    def _point(self, end: End, parts: list[str]) -> _Point:
        """A node as a term, with what it has spelling as triples of its own."""
        if isinstance(end, TermNode):
            return _Point(self._spelling(end), end)
        if end.sign == "(":
            return self._collection(end.members, parts)
        if end.triple is not None:
            subject, predicate, target = end.triple
            first, last = self._point(subject, parts), self._point(target, parts)
            reifier = _Point(self._spelling(end.reifier) if end.reifier else self._fresh())
            triple = f"<<( {first.text} {self._spelling(predicate)} {last.text} )>>"
            parts.append(f"{reifier.text} <{_RDF}reifies> {triple}")
            return reifier
        node = _Point(self._fresh())
        self._properties(node, end.properties, parts)
        return node

    def _collection(self, members: tuple[End, ...], parts: list[str]) -> _Point:
        cells = [*(_Point(self._fresh()) for _ in members), _Point(f"<{_RDF}nil>")]
        for cell, member, rest in zip(cells, members, cells[1:], strict=False):
            first = self._point(member, parts)
            parts += [
                f"{cell.text} <{_RDF}first> {first.text}",
                f"{cell.text} <{_RDF}rest> {rest.text}",
            ]
        return cells[0]

    def _path(self, subject: _Point, path: Path, end: _Point) -> list[str]:
        match path:
            case InversePath():
                return self._path(end, path.path, subject)
            case SequencePath():
                points = [subject, *(_Point(self._fresh()) for _ in path.paths[1:]), end]
                steps = zip(points, path.paths, points[1:], strict=False)
                return [part for step in steps for part in self._path(*step)]
            case AlternativePath():
                return [_union(self._path(subject, branch, end) for branch in path.paths)]
            case NegatedPath() if path.forward and path.backward:
                sets = (
                    "|".join(self._spelling(term) for term in path.forward),
                    "|".join(f"^{self._spelling(term)}" for term in path.backward),
                )
                return [_union([f"{subject.text} !({one}) {end.text}"] for one in sets)]
            case RepeatedPath() if _is_nullable(path):
                return [self._nullable(subject, path, end)]
        return [f"{subject.text} {self._spelling(path)} {end.text}"]

    def _nullable(self, subject: _Point, path: Path, end: _Point) -> str:
        """A path from a term to itself, also where the graph does not have the term."""
        pattern = f"{subject.text} {self._spelling(path)} {end.text}"
        ground = [one for one in (subject, end) if one.is_ground]
        absent = [one for one in ground if one.term and not self._is_node(one.term)]
        if not absent or (len(ground) == 2 and subject.text != end.text):
            return pattern
        term = absent[0]
        other = end if term is subject else subject
        value = "" if other.is_ground else f"VALUES {other.text} {{ {term.text} }} "
        first, second, third = self._fresh(), self._fresh(), self._fresh()
        places = [f"{first} {second} {term.text}"]
        if term.term and term.term.kind is TermKind.IRI:
            places.append(f"{term.text} {second} {third}")
        return _union(
            ([pattern], [f"{value}FILTER NOT EXISTS {{ {_union([p] for p in places)} }}"])
        )


def _union(branches: Iterable[list[str]]) -> str:
    return " UNION ".join(f"{{ {' . '.join(parts)} }}" for parts in branches)
