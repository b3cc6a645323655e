"""GRAPH as SPARQL evaluates it: its group in each named graph by itself (section 18.6).

The engine adds the name of the graph to each triple pattern of the group, which comes to the same
only where every part of it has one. Elsewhere the group is spelling out for each graph.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TypeAlias

from eakg.sparql.cursor import TextChange, inexact_at, splice
from eakg.sparql.lexer import TokenKind, tokens
from eakg.sparql.syntax import (
    Bind,
    Exists,
    Expression,
    Filter,
    GraphPattern,
    GroupPattern,
    Minus,
    Operand,
    Optional,
    QueryTree,
    TermKind,
    Triples,
    Union,
    ValuesBlock,
    certain_variables,
    element_expressions,
    element_groups,
    query_expressions,
    select_expressions,
    subexpressions,
    triples_variables,
)

GraphNames: TypeAlias = Callable[[], Sequence[str]]
LONGEST_TEXT = 1 << 20


def graph_changes(text: str, query: QueryTree, named_graphs: GraphNames) -> list[TextChange]:
    """The GRAPH patterns of a query that the engine would not answer rightly, as others that it
    does.

    Arguments: the text; the query; what gives the named graphs of its dataset.
    Raises: InexactQueryError where there is no way to write it.
    """
    writer = _Writer(text, named_graphs)
    changes: list[TextChange] = []
    if query.select is not None:
        changes += writer.changes(query.select.where)
    elif query.where is not None:
        changes += writer.changes(query.where)
    outside = (
        select_expressions(query.select) if query.select is not None else query_expressions(query)
    )
    for expression in outside:
        for group in _exists(expression):
            changes += writer.changes(group)
    return sorted(set(changes))


def _exists(expression: Expression) -> Iterator[GroupPattern]:
    for part in subexpressions(expression):
        if isinstance(part, Exists):
            yield part.group


def _inner_groups(group: GroupPattern) -> Iterator[GroupPattern]:
    """The groups that are directly in a group: of its elements, of EXISTS, of its subquery."""
    if group.subquery is not None:
        yield group.subquery.where
        for expression in select_expressions(group.subquery):
            yield from _exists(expression)
    for element in group.elements:
        yield from element_groups(element)
        for expression in element_expressions(element):
            yield from _exists(expression)


class _Writer:
    def __init__(self, text: str, named_graphs: GraphNames) -> None:
        self.text = text
        self._named_graphs = named_graphs
        self._expansion = 0  # characters that all patterns together have become

    @cached_property
    def named_graphs(self) -> tuple[str, ...]:
        """The named graphs of the dataset."""
        return tuple(self._named_graphs())

    def changes(self, group: GroupPattern) -> Iterator[TextChange]:
        """What is to be changed in a group."""
        patterns = {
            element.group.start: element
            for element in group.elements
            if isinstance(element, GraphPattern)
        }
        for inner in _inner_groups(group):
            pattern = patterns.get(inner.start)
            if pattern is None:
                yield from self.changes(inner)
                continue
            spelling = self._pattern(pattern)
            if spelling != self.text[pattern.start : pattern.stop]:
                yield pattern.start, pattern.stop, spelling

    def _pattern(self, pattern: GraphPattern) -> str:
        group, name = pattern.group, pattern.name
        body = self._body(group)
        head = self.text[pattern.start : group.start]
        if name.kind is TermKind.IRI:
            if name.iri is None or _is_basic(group) or name.iri in self.named_graphs:
                return head + body
            return f"{{ {head}{{}} {head}{body} }}"
        if is_exact(group, name.name):
            return head + body
        return self._expanded(pattern, body)

    def _body(self, group: GroupPattern) -> str:
        start = group.start
        inner = (
            (first - start, stop - start, spelling) for first, stop, spelling in self.changes(group)
        )
        return splice(self.text[start : group.stop], inner)

    def _expanded(self, pattern: GraphPattern, body: str) -> str:
        variable = self.text[pattern.name.start : pattern.name.stop]
        if not self.named_graphs:
            return f"{{ GRAPH {variable} {{}} {body} FILTER(false) }}"
        self._expansion += len(body) * len(self.named_graphs)
        if self._expansion > LONGEST_TEXT:
            raise inexact_at(
                self.text,
                pattern.start,
                f"GRAPH {variable} would have to be spelling out for {len(self.named_graphs)}"
                " graphs, which is too long; name the graphs by FROM NAMED, or leave subqueries,"
                " VALUES, MINUS and GRAPH out of it",
            )
        labels = [token for token in tokens(body) if token.kind is TokenKind.BLANK_NODE]
        branches = []
        for number, graph in enumerate(self.named_graphs):
            labelled = ((one.start, one.stop, f"{one.text}_g{number}") for one in labels)
            copy = splice(body, labelled)
            branches.append(f"{{ GRAPH <{graph}> {copy} VALUES {variable} {{ <{graph}> }} }}")
        return " UNION ".join(branches) if len(branches) > 1 else branches[0]


def _is_basic(group: GroupPattern) -> bool:
    return group.subquery is None and all(
        isinstance(element, Triples | Filter) for element in group.elements
    )


def is_exact(group: GroupPattern, name: str) -> bool:
    """Whether the engine evaluates the group of GRAPH ?name as SPARQL has it."""
    verdict = _Verdict(name)
    return verdict.of_group(group) and verdict.has_graph(group)


class _Verdict:
    """Looks through the group of GRAPH ?name for what the engine takes together over all graphs."""

    def __init__(self, name: str) -> None:
        self._name = name

    def has_graph(self, group: GroupPattern) -> bool:
        """Whether each solution comes from a triple pattern, and so from one graph."""
        return any(
            isinstance(element, Triples)
            or (isinstance(element, Union) and all(map(self.has_graph, element.groups)))
            for element in group.elements
        )

    def of_group(
        self, group: GroupPattern, *, has_graph: bool = False, outermost: bool = True
    ) -> bool:
        """Whether a group is evaluated rightly; `has_graph` says whether the solutions that it
        extends come from one graph each."""
        if group.subquery is not None:
            return False
        certain: set[str] = set()
        for element in group.elements:
            if not self._of_expressions(element_expressions(element)):
                return False
            match element:
                case Triples():
                    names = set(triples_variables(element))
                    if self._name in names and not outermost:
                        return False
                    certain |= names
                    has_graph = True
                case Filter() | Bind():
                    pass
                case ValuesBlock():
                    if any(variable.name == self._name for variable in element.variables):
                        return False
                case Optional():
                    if not (has_graph and self._nested(element.group, has_graph=True)):
                        return False
                case Minus():
                    common = certain & certain_variables(element.group) - {self._name}
                    if not (has_graph and common and self._nested(element.group)):
                        return False
                case Union():
                    if not all(map(self._nested, element.groups)):
                        return False
                    certain |= frozenset.intersection(*map(certain_variables, element.groups))
                    has_graph = has_graph or all(map(self.has_graph, element.groups))
                case _:
                    return False
        return True

    def _nested(self, group: GroupPattern, *, has_graph: bool = False) -> bool:
        return self.of_group(group, has_graph=has_graph, outermost=False)

    def _of_expressions(self, expressions: tuple[Expression, ...]) -> bool:
        """Whether expressions are; ?name has no value in them, though the engine gives it one."""
        for expression in expressions:
            for part in subexpressions(expression):
                if isinstance(part, Operand) and part.term.name == self._name:
                    return False
        groups = [group for one in expressions for group in _exists(one)]
        return all(
            self.has_graph(group) and self._nested(group, has_graph=True) for group in groups
        )
