"""The parts of a query, each with the place where it stands in the text (characters from 0).

Specification: SPARQL 1.1 Query sections 5 to 18; SPARQL 1.2 Query for reifiers, annotations and
triple terms.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias


@dataclass(frozen=True)
class SyntaxNode:
    """Where something starts, and where the next character after it is."""

    start: int
    stop: int


class TermKind(StrEnum):
    """What stands at an end of a triple, or is an operand."""

    IRI = "iri"
    LITERAL = "literal"
    VARIABLE = "variable"
    BLANK_NODE = "blank node"
    TRIPLE_TERM = "triple term"


@dataclass(frozen=True)
class TermNode(SyntaxNode):
    """A term as it is spelling. `name` is that of a variable, without its sign, or the label of a
    blank node; `iri` the resolved IRI, or that of a literal's datatype, where it is known;
    `variables` are those that a triple term has inside."""

    kind: TermKind
    text: str
    name: str = ""
    iri: str | None = None
    variables: tuple[str, ...] = ()
    has_blank_nodes: bool = False

    @property
    def is_ground(self) -> bool:
        """Whether it is the same term in every solution."""
        return self.kind in {TermKind.IRI, TermKind.LITERAL} or (
            self.kind is TermKind.TRIPLE_TERM and not self.variables and not self.has_blank_nodes
        )


# Paths: SPARQL 1.1 Query section 9


@dataclass(frozen=True)
class PredicatePath(SyntaxNode):
    """One predicate, or a variable in its place."""

    term: TermNode


@dataclass(frozen=True)
class InversePath(SyntaxNode):
    """^path"""

    path: "Path"


@dataclass(frozen=True)
class SequencePath(SyntaxNode):
    """path/path"""

    paths: tuple["Path", ...]


@dataclass(frozen=True)
class AlternativePath(SyntaxNode):
    """path|path"""

    paths: tuple["Path", ...]


@dataclass(frozen=True)
class RepeatedPath(SyntaxNode):
    """path*, path+ or path?"""

    path: "Path"
    sign: str


@dataclass(frozen=True)
class NegatedPath(SyntaxNode):
    """!(predicate|^predicate): the predicates in either direction."""

    forward: tuple[TermNode, ...]
    backward: tuple[TermNode, ...]


Path: TypeAlias = (
    PredicatePath | InversePath | SequencePath | AlternativePath | RepeatedPath | NegatedPath
)


# Triples: section 4.2


@dataclass(frozen=True)
class Compound(SyntaxNode):
    """A node spelling by what it has: `[ ... ]`, `( ... )` or `<< ... >>`. `members` are those of a
    collection, `triple` the reified triple, `reifier` its name."""

    sign: str
    properties: tuple["Property", ...] = ()
    members: tuple["End", ...] = ()
    triple: tuple["End", TermNode, "End"] | None = None
    reifier: "TermNode | None" = None


End: TypeAlias = TermNode | Compound


@dataclass(frozen=True)
class AnnotationBlock(SyntaxNode):
    """`~ reifier` and `{| ... |}` behind an object: the reifier where it is named, and what is
    said of it."""

    reifier: TermNode | None
    properties: tuple["Property", ...]


@dataclass(frozen=True)
class Property(SyntaxNode):
    """A path and an object at its end, with what annotates the triple."""

    path: Path
    object: End
    annotations: tuple[AnnotationBlock, ...] = ()


@dataclass(frozen=True)
class Triples(SyntaxNode):
    """A subject and what is said of it, up to the next full stop."""

    subject: End
    properties: tuple[Property, ...]


# Expressions: section 17


@dataclass(frozen=True)
class Operand(SyntaxNode):
    """A term in an expression."""

    term: TermNode


@dataclass(frozen=True)
class OperatorCall(SyntaxNode):
    """An operator and what it is between: `=`, `IN`, `NOT IN`, `||`, `!`, `+` ..."""

    operator: str
    operands: tuple["Expression", ...]


@dataclass(frozen=True)
class FunctionCall(SyntaxNode):
    """A call: the name of a builtin in capitals, or the function's IRI as it is resolved."""

    name: str
    arguments: tuple["Expression", ...]
    distinct: bool = False

    @property
    def is_aggregate(self) -> bool:
        """Whether it is over a group of solutions."""
        return self.name in AGGREGATES


@dataclass(frozen=True)
class Exists(SyntaxNode):
    """EXISTS and NOT EXISTS."""

    group: "GroupPattern"
    is_negated: bool = False


Expression: TypeAlias = Operand | OperatorCall | FunctionCall | Exists
AGGREGATES = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})


# Patterns: sections 5 to 12


@dataclass(frozen=True)
class Filter(SyntaxNode):
    """FILTER"""

    expression: Expression


@dataclass(frozen=True)
class Bind(SyntaxNode):
    """BIND(expression AS ?variable)"""

    expression: Expression
    variable: TermNode


@dataclass(frozen=True)
class ValuesBlock(SyntaxNode):
    """VALUES: its variables, and its rows, with None for UNDEF."""

    variables: tuple[TermNode, ...]
    rows: tuple[tuple[TermNode | None, ...], ...]

    @property
    def columns(self) -> dict[str, tuple[TermNode, ...]]:
        """The terms that each variable has there, by its name."""
        columns: dict[str, list[TermNode]] = {variable.name: [] for variable in self.variables}
        for row in self.rows:
            for variable, term in zip(self.variables, row, strict=False):
                if term:
                    columns[variable.name].append(term)
        return {name: tuple(terms) for name, terms in columns.items()}


@dataclass(frozen=True)
class Optional(SyntaxNode):
    """OPTIONAL"""

    group: "GroupPattern"


@dataclass(frozen=True)
class Minus(SyntaxNode):
    """MINUS"""

    group: "GroupPattern"


@dataclass(frozen=True)
class Lateral(SyntaxNode):
    """LATERAL, of the proposed SPARQL 1.2"""

    group: "GroupPattern"


@dataclass(frozen=True)
class Union(SyntaxNode):
    """A group, or several with UNION between them."""

    groups: tuple["GroupPattern", ...]


@dataclass(frozen=True)
class GraphPattern(SyntaxNode):
    """GRAPH"""

    name: TermNode
    group: "GroupPattern"


@dataclass(frozen=True)
class ServicePattern(SyntaxNode):
    """SERVICE"""

    name: TermNode
    group: "GroupPattern"


Element: TypeAlias = (
    Triples
    | Filter
    | Bind
    | ValuesBlock
    | Optional
    | Minus
    | Lateral
    | Union
    | GraphPattern
    | ServicePattern
)


@dataclass(frozen=True)
class GroupPattern(SyntaxNode):
    """What stands in braces: elements, or a subquery."""

    elements: tuple[Element, ...] = ()
    subquery: "Select | None" = None


@dataclass(frozen=True)
class ResultColumn(SyntaxNode):
    """A variable of the result, with the expression that it is AS, if any."""

    variable: TermNode
    expression: Expression | None = None


@dataclass(frozen=True)
class GroupingKey(SyntaxNode):
    """One of GROUP BY: an expression, and the variable that it is AS, if any."""

    expression: Expression
    variable: TermNode | None = None


@dataclass(frozen=True)
class Modifiers:
    """What stands behind the pattern. `is_sliced` says whether there is LIMIT or OFFSET."""

    group: tuple[GroupingKey, ...] = ()
    having: tuple[Expression, ...] = ()
    order: tuple[Expression, ...] = ()
    is_sliced: bool = False
    values: ValuesBlock | None = None


@dataclass(frozen=True)
class Select(SyntaxNode):
    """A SELECT, of the query or a subquery. `star` is where its `*` stands, if it has one."""

    columns: tuple[ResultColumn, ...]
    star: SyntaxNode | None
    where: GroupPattern
    modifiers: Modifiers = field(default_factory=Modifiers)
    is_distinct: bool = False


@dataclass(frozen=True)
class QueryTree(SyntaxNode):
    """A whole query. `select` is None but for SELECT; `star` is that of DESCRIBE; `where` is None
    where there is no pattern, `template` what CONSTRUCT makes, where that is spelling; `literals`
    are all of the query, in their order."""

    form: str
    select: Select | None
    star: SyntaxNode | None
    where: GroupPattern | None
    modifiers: Modifiers
    template: tuple[Triples, ...] = ()
    literals: tuple[TermNode, ...] = ()

    @cached_property
    def groups(self) -> tuple["GroupPattern", ...]:
        """All groups. Many ask for them, one after the other."""
        return tuple(_query_groups(self))

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        """All expressions, each whole."""
        return tuple(_query_expressions(self))


def subexpressions(expression: Expression) -> Iterator[Expression]:
    """The expression and all that are in it, without those within the groups of EXISTS."""
    yield expression
    match expression:
        case OperatorCall(operands=parts) | FunctionCall(arguments=parts):
            for part in parts:
                yield from subexpressions(part)


def element_groups(element: Element) -> tuple[GroupPattern, ...]:
    """The groups that are directly in an element, without those of EXISTS."""
    match element:
        case Union(groups=groups):
            return groups
        case Optional() | Minus() | Lateral() | GraphPattern() | ServicePattern():
            return (element.group,)
    return ()


def element_expressions(element: Element) -> tuple[Expression, ...]:
    """The expressions that are directly in an element."""
    return (element.expression,) if isinstance(element, Filter | Bind) else ()


def modifier_expressions(modifiers: Modifiers) -> Iterator[Expression]:
    """The expressions behind a pattern."""
    for condition in modifiers.group:
        yield condition.expression
    yield from modifiers.having
    yield from modifiers.order


def nested_groups(group: GroupPattern) -> Iterator[GroupPattern]:
    """A group and all within it: of its elements, subqueries and EXISTS."""
    yield group
    if group.subquery is not None:
        yield from select_groups(group.subquery)
    for element in group.elements:
        for inner in element_groups(element):
            yield from nested_groups(inner)
        for expression in element_expressions(element):
            yield from _groups_of_exists(expression)


def select_groups(select: Select) -> Iterator[GroupPattern]:
    """All groups within a SELECT."""
    yield from nested_groups(select.where)
    for expression in select_expressions(select):
        yield from _groups_of_exists(expression)


def query_groups(query: QueryTree) -> Iterator[GroupPattern]:
    """All groups of a query."""
    return iter(query.groups)


def _query_groups(query: QueryTree) -> Iterator[GroupPattern]:
    if query.select is not None:
        yield from select_groups(query.select)
        return
    if query.where is not None:
        yield from nested_groups(query.where)
    for expression in modifier_expressions(query.modifiers):
        yield from _groups_of_exists(expression)


def query_selects(query: QueryTree) -> Iterator[Select]:
    """The SELECT of a query, and those of its subqueries."""
    if query.select is not None:
        yield query.select
    for group in query_groups(query):
        if group.subquery is not None:
            yield group.subquery


def select_expressions(select: Select) -> Iterator[Expression]:
    """The expressions of a SELECT outside its pattern."""
    for column in select.columns:
        if column.expression is not None:
            yield column.expression
    yield from modifier_expressions(select.modifiers)


def query_modifiers(query: QueryTree) -> Iterator[Modifiers]:
    """What stands behind the patterns of a query and its subqueries."""
    for select in query_selects(query):
        yield select.modifiers
    if query.select is None:
        yield query.modifiers


def query_expressions(query: QueryTree) -> Iterator[Expression]:
    """All expressions of a query, each whole."""
    return iter(query.expressions)


def _query_expressions(query: QueryTree) -> Iterator[Expression]:
    for group in query_groups(query):
        for element in group.elements:
            yield from element_expressions(element)
    for select in query_selects(query):
        yield from select_expressions(select)
    if query.select is None:
        yield from modifier_expressions(query.modifiers)


def assignments(query: QueryTree) -> Iterator[tuple[Expression, TermNode]]:
    """Each expression that is AS a variable, by BIND, SELECT or GROUP BY, with the variable."""
    for group in query_groups(query):
        for element in group.elements:
            if isinstance(element, Bind):
                yield element.expression, element.variable
    for select in query_selects(query):
        parts: tuple[ResultColumn | GroupingKey, ...] = (*select.columns, *select.modifiers.group)
        for part in parts:
            if part.expression is not None and part.variable is not None:
                yield part.expression, part.variable


def values_blocks(query: QueryTree) -> Iterator[ValuesBlock]:
    """All VALUES of a query, within patterns and behind them."""
    for group in query_groups(query):
        yield from (element for element in group.elements if isinstance(element, ValuesBlock))
    for modifiers in query_modifiers(query):
        if modifiers.values is not None:
            yield modifiers.values


def _groups_of_exists(expression: Expression) -> Iterator[GroupPattern]:
    for part in subexpressions(expression):
        if isinstance(part, Exists):
            yield from nested_groups(part.group)
