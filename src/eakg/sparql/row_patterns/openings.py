"""A pattern with what its subqueries and EXISTS match beside them, to be asked for with the rest.

Behind `{ SELECT ?x (MAX(?y) AS ?z) { ?x :p ?y } GROUP BY ?x }` stands `OPTIONAL { ?x :p ?y }`, and
behind `FILTER EXISTS { ?x :q ?y }` the same of its group. A variable that only the inside has keeps
its name where nothing else has it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from eakg.sparql.cursor import TextChange, splice
from eakg.sparql.lexer import Token, TokenKind, tokens
from eakg.sparql.row_patterns.pattern_terms import NotUnderstoodError
from eakg.sparql.syntax import (
    Exists,
    Expression,
    Filter,
    GraphPattern,
    GroupPattern,
    Lateral,
    Minus,
    OperatorCall,
    Optional,
    QueryTree,
    ServicePattern,
    SyntaxNode,
    Union,
    certain_variables,
    columns_of,
    element_groups,
    variables_in_scope,
)


@dataclass(frozen=True)
class _Scope:
    """What variables are called that need another name, and what labels of blank nodes end in."""

    names: Mapping[str, str] = field(default_factory=dict)
    suffix: str = ""


@dataclass(frozen=True)
class _Join:
    """How what is inside is joined with what is outside: by some variables, of which some are
    bound in each solution; and what is so where one of the others is not bound outside (0) or
    inside (1), and there is no difference."""

    columns: Set[str]
    bound: Set[str]
    absence: str


def with_openings(text: str, query: QueryTree) -> str:
    """The text of a query with what is matched within its subqueries and EXISTS. Raises:
    NotUnderstoodError where it has LATERAL."""
    where = query.where
    if where is None:
        return text
    return splice(text, [(where.start, where.stop, _Opening(text).group(where, _Scope()))])


class _Opening:
    def __init__(self, text: str) -> None:
        self._text = text
        kinds = {TokenKind.VARIABLE, TokenKind.BLANK_NODE}
        self._tokens = [token for token in tokens(text) if token.kind in kinds]
        self._starts = [token.start for token in self._tokens]
        self._places: dict[str, list[int]] = {}
        for token in self._tokens:
            self._places.setdefault(token.text[1:], []).append(token.start)
        self._mark = "in"
        while f"_{self._mark}" in text:
            self._mark += "_"
        self._count = 0

    def group(self, group: GroupPattern, scope: _Scope) -> str:
        """The text of a group, in its braces."""
        if group.subquery is not None:
            inside = self._spelled(group.start, group.stop, scope)
            where, columns = group.subquery.where, frozenset(columns_of(group.subquery))
            join = _Join(columns, certain_variables(where), "!BOUND({0}) && !BOUND({1})")
            return f"{{ {inside}{self._beside(where, group, join, scope)} }}"
        changes: list[TextChange] = []
        end = ""
        bound = certain_variables(group)
        for element in group.elements:
            if isinstance(element, Lateral):
                raise NotUnderstoodError("it has LATERAL")
            if isinstance(element, Filter):
                for part in _conditions(element.expression):
                    names = {*self._names(part.group)} - {*self._options(part.group)}
                    around = frozenset(n for n in names if self._is_around(part, group, n))
                    read_only = around - {*variables_in_scope(part.group)}
                    join = _Join(around, bound | read_only, "!BOUND({0}) || !BOUND({1})")
                    end += self._beside(part.group, part, join, scope)
            elif not isinstance(element, Minus | ServicePattern):
                changes += [
                    (inner.start, inner.stop, self.group(inner, scope))
                    for inner in element_groups(element)
                ]
        if end:
            changes.append((group.stop - 1, group.stop - 1, end))
        return self._spelled(group.start, group.stop, scope, changes)

    def _beside(self, inner: GroupPattern, whole: SyntaxNode, join: _Join, scope: _Scope) -> str:
        """What a subquery or EXISTS matches, to be asked for behind it."""
        self._count += 1
        suffix = f"_{self._mark}{self._count}"
        whole_text = SyntaxNode(0, len(self._text))
        names = {}
        conditions = ""
        for name in self._names(inner):
            if name in join.bound & join.columns:
                names[name] = scope.names.get(name, name)
            elif name in join.columns or self._is_around(whole, whole_text, name):
                names[name] = f"{name}{suffix}"
            if name in join.columns - join.bound:
                ends = f"?{scope.names.get(name, name)}", f"?{names[name]}"
                absence = join.absence.format(*ends)
                conditions += f" FILTER ({absence} || SAMETERM({', '.join(ends)}))"
        group = self.group(inner, _Scope(names, suffix))
        return f"\nOPTIONAL {group[:-1]}{conditions} }}"

    def _names(self, group: GroupPattern) -> Iterable[str]:
        """The variables that stand in a group."""
        return dict.fromkeys(
            token.text[1:]
            for token in self._between(group.start, group.stop)
            if token.kind is TokenKind.VARIABLE
        )

    def _options(self, group: GroupPattern) -> Iterator[str]:
        """The variables of what need not be matched for EXISTS to be true, whatever they are
        outside."""
        for element in group.elements:
            if isinstance(element, Optional):
                names = frozenset(self._names(element.group))
                yield from names - certain_variables(group)
            elif isinstance(element, Union | GraphPattern):
                for inner in element_groups(element):
                    yield from self._options(inner)

    def _is_around(self, inner: SyntaxNode, outer: SyntaxNode, name: str) -> bool:
        """Whether a variable is in a part of the text, outside a part of that."""
        places = self._places.get(name, [])
        return bisect_left(places, outer.start) < bisect_left(places, inner.start) or (
            bisect_left(places, inner.stop) < bisect_left(places, outer.stop)
        )

    def _between(self, start: int, stop: int) -> list[Token]:
        return self._tokens[bisect_left(self._starts, start) : bisect_left(self._starts, stop)]

    def _spelled(
        self, start: int, stop: int, scope: _Scope, changes: Sequence[TextChange] = ()
    ) -> str:
        """A part of the text with the names of a scope, and with some of its parts changed."""
        changes = sorted(changes)
        names: list[TextChange] = []
        position = start
        for first, last, _ in (*changes, (stop, stop, "")) if scope.suffix else ():
            names += [
                (token.start, token.stop, _renaming(token, scope))
                for token in self._between(position, first)
            ]
            position = last
        shifted = [(first - start, last - start, new) for first, last, new in (*changes, *names)]
        return splice(self._text[start:stop], shifted)


def _renaming(token: Token, scope: _Scope) -> str:
    if token.kind is TokenKind.VARIABLE:
        return f"?{scope.names.get(token.text[1:], token.text[1:])}"
    return f"{token.text}{scope.suffix}" if token.text.startswith("_:") else token.text


def _conditions(expression: Expression) -> Iterator[Exists]:
    """Each EXISTS that makes a filter true."""
    if isinstance(expression, Exists) and not expression.is_negated:
        yield expression
    elif isinstance(expression, OperatorCall) and expression.operator in {"&&", "||"}:
        for operand in expression.operands:
            yield from _conditions(operand)
