"""What a query asks of the solutions of its pattern, as a query over rows that stand for them.

A row is a thing with a value for each column, and with tallies of the solutions that it stands for:
solutions that differ only in what the query does not read are one row, so that what is counted
needs no row for each. Specification: SPARQL 1.1 Query sections 11, 15 and 18.5.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from rdflib import Variable
from rdflib.term import Node

from eakg.sparql.cursor import TextChange, splice
from eakg.sparql.head import read_head
from eakg.sparql.lexer import TokenKind, tokens
from eakg.sparql.syntax import (
    Exists,
    Expression,
    Filter,
    FunctionCall,
    GroupPattern,
    Operand,
    OperatorCall,
    QueryTree,
    Select,
    TermKind,
    query_modifiers,
    select_expressions,
    subexpressions,
)
from eakg.sparql.tables.patterns import refuse

COLUMN = "urn:x-eakg:column:"
"""Where the properties of rows for columns are, each by its number."""
TALLY = "urn:x-eakg:tally:"
"""Where the properties of rows for tallies are, each by its number."""
_SUMS = {
    "SUM": "SUM(({value}) * {count})",
    "AVG": "IF(SUM({count}) = 0, 0, SUM(({value}) * {count}) / SUM({count}))",
}
"""Aggregates of values that are there several times."""
_ADDABLE = frozenset({*_SUMS, "MIN", "MAX", "SAMPLE"})
"""Aggregates that rows suffice for, beside those of what is DISTINCT."""


class TallyKind(StrEnum):
    """What is counted: solutions, those that bind a variable, or the terms that it has."""

    SOLUTIONS = "solutions"
    BOUND = "bound"
    TERMS = "terms"


@dataclass(frozen=True)
class RowTally:
    """A count over the solutions of a row, of a variable where it is not of all."""

    kind: TallyKind
    variable: str = ""


@dataclass(frozen=True)
class Remainder:
    """A query over rows.

    `columns` are the variables whose terms the rows have; `tallies` what they count, first the
    solutions. Where it `is_grouped`, solutions that agree in the columns are one row; else each is
    one, or each that differs, where it `is_distinct`. `most` is how many rows are looked at.
    """

    text: str
    columns: tuple[str, ...]
    tallies: tuple[RowTally, ...]
    is_grouped: bool
    is_distinct: bool
    most: int | None


def remainder_of(
    text: str, tree: QueryTree, bound: frozenset[Node], filters: Sequence[Filter]
) -> Remainder:
    """What a query asks besides its pattern.

    Arguments: the query; it as a tree; the variables that its pattern may bind; the conditions on
    solutions that are not met yet. Raises: QueryRefusedError, with the place, where it asks for
    what rows do not tell.
    """
    select, where = tree.select, tree.where
    if where is None or tree.form not in {"SELECT", "ASK"}:
        refuse(text, tree.start, tree.form)
    expressions = [*select_expressions(select)] if select else []
    _check(text, tree, [*expressions, *(condition.expression for condition in filters)])
    names = _names_in(text, where, bound)
    reading = _Reading(text, _unused_name(text))
    for condition in filters:
        reading.read(condition.expression)
    if select:
        reading.names |= {column.variable.name for column in select.columns}
    if select and select.star:
        if not names:
            refuse(text, select.star.start, "SELECT * without variables")
        reading.names |= {*names}
        spelled = " ".join(f"?{name}" for name in names)
        reading.changes.append((select.star.start, select.star.stop, spelled))
    aggregates = [call for part in expressions for call in _aggregates(part)]
    is_grouped = bool(aggregates or (select and select.modifiers.group))
    is_whole = select is not None and not filters and _is_whole(select, aggregates)
    for expression in expressions:
        reading.read(expression, is_whole=is_whole)
    columns = tuple(name for name in names if name in reading.names)
    reading.changes.append((where.start, where.stop, reading.pattern(columns, filters)))
    is_distinct = select is None or select.is_distinct
    is_plain = not (filters or expressions)
    return Remainder(
        splice(text, reading.changes),
        columns,
        tuple(reading.tallies),
        is_grouped,
        is_distinct and not is_grouped,
        _most(text, tree, where) if is_plain and not is_grouped else None,
    )


def _check(text: str, tree: QueryTree, expressions: Iterable[Expression]) -> None:
    head = read_head(text)
    if head.default_graphs or head.named_graphs:
        refuse(text, head.dataset[0], "FROM")
    for modifiers in query_modifiers(tree):
        if modifiers.values is not None:
            refuse(text, modifiers.values.start, "VALUES")
        if tree.form == "ASK" and (modifiers.group or modifiers.having):
            refuse(text, tree.start, "ASK of groups")
    for expression in expressions:
        for part in subexpressions(expression):
            if isinstance(part, Exists):
                refuse(text, part.start, "EXISTS")


class _Reading:
    """What expressions read of rows, and what stands there in the place of what they count.

    Arguments: the query; a name that it does not have.
    """

    def __init__(self, text: str, row: str) -> None:
        self._text = text
        self._row = row
        self.names: set[str] = set()
        self.changes: list[TextChange] = []
        self.tallies = [RowTally(TallyKind.SOLUTIONS)]

    def read(self, expression: Expression, *, is_whole: bool = False) -> None:
        """Read an expression. `is_whole` says whether each group is one row."""
        calls = [*_aggregates(expression)]
        for call in calls:
            self._read_aggregate(call, is_whole=is_whole)
        self.names |= {*_variables(expression, calls)}

    def _read_aggregate(self, call: FunctionCall, *, is_whole: bool) -> None:
        variable = _count_variable(call)
        if variable is not None and not call.distinct:
            kind = TallyKind.BOUND if variable else TallyKind.SOLUTIONS
            self._replace(call, f"SUM({self._tally(RowTally(kind, variable))})")
        elif variable and is_whole:
            self._replace(call, f"SUM({self._tally(RowTally(TallyKind.TERMS, variable))})")
        elif variable == "" or not (call.arguments and (call.distinct or call.name in _ADDABLE)):
            words = "COUNT(DISTINCT *)" if variable == "" else f"{call.name} of an expression"
            refuse(self._text, call.start, words)
        else:
            self.names |= {name for part in call.arguments for name in _variables(part)}
            if call.name in _SUMS and not call.distinct:
                argument = call.arguments[0]
                value = self._text[argument.start : argument.stop]
                count = self._tally(self.tallies[0])
                self._replace(call, _SUMS[call.name].format(value=value, count=count))

    def _replace(self, call: FunctionCall, text: str) -> None:
        self.changes.append((call.start, call.stop, text))

    def _tally(self, tally: RowTally) -> str:
        """The variable of a tally."""
        if tally not in self.tallies:
            self.tallies.append(tally)
        return f"?{self._row}{self.tallies.index(tally)}"

    def pattern(self, columns: Sequence[str], filters: Sequence[Filter]) -> str:
        """The group that rows are the solutions of."""
        row = f"?{self._row}"
        tallies = " ; ".join(
            f"<{TALLY}{number}> {row}{number}" for number in range(len(self.tallies))
        )
        optionals = " ".join(
            f"OPTIONAL {{ {row} <{COLUMN}{number}> ?{name} }}"
            for number, name in enumerate(columns)
        )
        conditions = " ".join(self._text[condition.start : condition.stop] for condition in filters)
        return f"{{ {row} {tallies} . {optionals} {conditions} }}"


def _aggregates(expression: Expression) -> Iterator[FunctionCall]:
    for part in subexpressions(expression):
        if isinstance(part, FunctionCall) and part.is_aggregate:
            yield part


def _count_variable(call: FunctionCall) -> str | None:
    """The variable that COUNT is of, "" where it is of all; None for what is no such COUNT."""
    if call.name != "COUNT":
        return None
    match call.arguments:
        case ():
            return ""
        case (Operand(term=term),) if term.kind is TermKind.VARIABLE:
            return term.name
    return None


def _is_whole(select: Select, aggregates: Sequence[FunctionCall]) -> bool:
    """Whether nothing but the variables that solutions are grouped by is read of them."""
    keys = select.modifiers.group
    return all(_count_variable(call) is not None for call in aggregates) and all(
        isinstance(key.expression, Operand) and key.variable is None for key in keys
    )


def _variables(expression: Expression, but: Sequence[FunctionCall] = ()) -> Iterator[str]:
    """The variables of an expression, without those within some calls."""
    match expression:
        case Operand(term=term):
            yield from term.variables or (term.name,)
        case FunctionCall(arguments=parts) | OperatorCall(operands=parts):
            if expression not in but:
                for part in parts:
                    yield from _variables(part, but)


def _names_in(text: str, where: GroupPattern, bound: frozenset[Node]) -> tuple[str, ...]:
    """The variables that a pattern binds, in the order in which they stand there."""
    names = {str(term) for term in bound if isinstance(term, Variable)}
    words = (
        token.text[1:]
        for token in tokens(text, where.start)
        if token.kind is TokenKind.VARIABLE and token.start < where.stop
    )
    return tuple(dict.fromkeys(name for name in words if name in names))


def _unused_name(text: str) -> str:
    name = "row"
    while name in text:
        name += "_"
    return name


def _most(text: str, tree: QueryTree, where: GroupPattern) -> int | None:
    """How many solutions are asked for, with those that are passed over."""
    if tree.form == "ASK":
        return 1
    parts = [token for token in tokens(text, where.stop) if token.kind is not TokenKind.COMMENT]
    numbers = {
        word.word: int(number.text)
        for word, number in pairwise(parts)
        if word.word in {"LIMIT", "OFFSET"}
    }
    return numbers["LIMIT"] + numbers.get("OFFSET", 0) if "LIMIT" in numbers else None
