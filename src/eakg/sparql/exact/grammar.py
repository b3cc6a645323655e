"""Valid queries that the engine does not read, in words that it does."""

from collections.abc import Iterator

from eakg.sparql.cursor import TextChange, inexact_at, splice
from eakg.sparql.syntax import (
    Expression,
    FunctionCall,
    Operand,
    QueryTree,
    Select,
    query_selects,
    subexpressions,
)

_LONGEST_WORDING = 1 << 16


def grammar_changes(text: str, query: QueryTree) -> list[TextChange]:
    """A variable of GROUP BY that is AS another (SPARQL 1.1 Query section 19.8, rule 20), a column
    of groups in a column to its right (section 18.2.4.4), and a variable that is selected twice.

    Raises: InexactQueryError where a column would become too long.
    """
    selects = list(query_selects(query))
    modifiers = [query.modifiers, *(select.modifiers for select in selects)]
    keys = [key for part in modifiers for key in part.group]
    changes = {
        (key.expression.start, key.expression.stop, f"COALESCE({key.expression.term.text})")
        for key in keys
        if key.variable is not None and isinstance(key.expression, Operand)
    }
    for select in selects:
        changes.update(_repetitions(select))
        if _is_grouped(select):
            changes.update(_aliases(text, select))
    return sorted(changes)


def _repetitions(select: Select) -> Iterator[TextChange]:
    names: set[str] = set()
    for column in select.columns:
        if column.variable.name in names and column.expression is None:
            yield column.start, column.stop, ""
        names.add(column.variable.name)


def _is_grouped(select: Select) -> bool:
    expressions = [column.expression for column in select.columns if column.expression]
    return bool(select.modifiers.group) or any(
        isinstance(part, FunctionCall) and part.is_aggregate
        for expression in expressions
        for part in subexpressions(expression)
    )


def _aliases(text: str, select: Select) -> Iterator[TextChange]:
    wordings: dict[str, str] = {}
    for column in select.columns:
        expression = column.expression
        if expression is None:
            continue
        changes = [
            (part.start, part.stop, f"({wordings[part.term.name]})")
            for part in _operands(expression)
            if part.term.name in wordings
        ]
        yield from changes
        offset = expression.start
        wording = text[offset : expression.stop]
        relative = [(start - offset, stop - offset, alias) for start, stop, alias in changes]
        wording = splice(wording, relative)
        if len(wording) > max(_LONGEST_WORDING, expression.stop - offset):
            complaint = "columns are built on each other too often; use a subquery"
            raise inexact_at(text, offset, complaint)
        wordings[column.variable.name] = wording


def _operands(expression: Expression) -> Iterator[Operand]:
    return (part for part in subexpressions(expression) if isinstance(part, Operand))
