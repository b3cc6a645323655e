"""Comparisons with language tags.

Tags are compared without regard to case (RDF 1.1 Concepts section 3.3), and the engine keeps them
in small letters: `LANG(?label) = "en-GB"` would find nothing. So the text that LANG is compared
with is put in small letters too.
"""

from collections.abc import Iterator

from eakg.sparql.cursor import TextChange, inexact_at
from eakg.sparql.failures import InexactQueryError
from eakg.sparql.syntax import (
    Expression,
    FunctionCall,
    Operand,
    OperatorCall,
    QueryTree,
    TermKind,
    assignments,
    query_expressions,
    subexpressions,
    values_blocks,
)

_COMPARISONS = frozenset({"=", "!=", "<", ">", "<=", ">=", "IN", "NOT IN"})
_COPYING_CALLS = frozenset({"STR", "COALESCE", "IF"})
_LANG = "LANG()"
"""No name of a variable."""
_COMPARING_CALLS = frozenset({"SAMETERM", "STRSTARTS", "STRENDS", "CONTAINS", "STRBEFORE"})


def language_changes(text: str, query: QueryTree) -> list[TextChange]:
    """The strings that a language is compared with, in small letters.

    Raises: InexactQueryError where it is compared with capitals that cannot be told apart from
    others: in a regular expression, or by a variable of VALUES.
    """
    capitals = _capital_values(query)
    changes: dict[int, TextChange] = {}
    for part, operands in _tag_comparisons(query):
        for operand in operands:
            if isinstance(operand, Operand) and operand.term.name in capitals:
                raise _refusal(text, operand, f"?{operand.term.name} of VALUES")
            if has_capitals(operand):
                if isinstance(part, FunctionCall) and part.name in {"REGEX", "REPLACE"}:
                    if len(part.arguments) > 2 and "i" in _spelling(text, part.arguments[2]):
                        continue
                    raise _refusal(text, operand, "a regular expression with capitals")
                spelling = _spelling(text, operand).lower()
                changes[operand.start] = operand.start, operand.stop, spelling
    return list(changes.values())


def tag_operands(query: QueryTree) -> Iterator[Expression]:
    """What language tags are compared with: the other operands."""
    tags = _tag_variables(query)
    for _, operands in _tag_comparisons(query):
        yield from (operand for operand in operands if not _is_tag(operand, tags))


def _tag_comparisons(
    query: QueryTree,
) -> Iterator[tuple[Expression, tuple[Expression, ...]]]:
    """The comparisons of a tag with something, and all that are compared there."""
    tags = _tag_variables(query)
    for expression in query_expressions(query):
        for part in subexpressions(expression):
            operands = _compared(part)
            if any(_is_tag(operand, tags) for operand in operands):
                yield part, operands


def _spelling(text: str, node: Expression) -> str:
    return text[node.start : node.stop]


def _compared(expression: Expression) -> tuple[Expression, ...]:
    match expression:
        case OperatorCall(operator=operator) if operator in _COMPARISONS:
            return expression.operands
        case FunctionCall(name=name) if name in _COMPARING_CALLS:
            return expression.arguments
        case FunctionCall(name="REGEX" | "REPLACE"):
            return expression.arguments[:2]
    return ()


def _is_tag(expression: Expression, tags: frozenset[str]) -> bool:
    return any(source == _LANG or source in tags for source in _tag_sources(expression))


def _tag_variables(query: QueryTree) -> frozenset[str]:
    """The variables that are AS LANG of something."""
    copies: dict[str, list[str]] = {}
    for expression, variable in assignments(query):
        for source in _tag_sources(expression):
            copies.setdefault(source, []).append(variable.name)
    names: set[str] = set()
    agenda = [_LANG]
    while agenda:
        new_names = set(copies.pop(agenda.pop(), ())) - names
        names |= new_names
        agenda += new_names
    return frozenset(names)


def _tag_sources(expression: Expression) -> Iterator[str]:
    """What a value is a tag by: the names of variables that it may be a copy of, and LANG."""
    if isinstance(expression, Operand) and expression.term.kind is TermKind.VARIABLE:
        yield expression.term.name
    elif isinstance(expression, FunctionCall) and expression.name in _COPYING_CALLS:
        for argument in expression.arguments:
            yield from _tag_sources(argument)
    elif isinstance(expression, FunctionCall) and expression.name == "LANG":
        yield _LANG


def _capital_values(query: QueryTree) -> frozenset[str]:
    """The variables of VALUES with strings that have capitals."""
    return frozenset(
        name
        for block in values_blocks(query)
        for name, terms in block.columns.items()
        if any(_is_capital_string(term.kind, term.text) for term in terms)
    )


def has_capitals(expression: Expression) -> bool:
    """Whether an expression is a string with capitals, and without escapes."""
    return isinstance(expression, Operand) and _is_capital_string(
        expression.term.kind, expression.term.text
    )


def _is_capital_string(kind: TermKind, text: str) -> bool:
    is_plain = kind is TermKind.LITERAL and text[0] in "\"'" and text[-1] in "\"'"
    return is_plain and text != text.lower() and "\\" not in text


def _refusal(text: str, operand: Expression, construct: str) -> InexactQueryError:
    return inexact_at(
        text,
        operand.start,
        f"a language is compared with {construct}; tags are kept in small letters here: write"
        ' "en-gb" for "en-GB", or LANGMATCHES',
    )
