"""Comparisons with language tags.

Tags are compared without regard to case (RDF 1.1 Concepts section 3.3), and the engine keeps them
in small letters: `LANG(?label) = "en-GB"` would find nothing. So the text that LANG is compared
with is put in small letters too.
"""

from eakg.sparql.cursor import inexact_at
from eakg.sparql.failures import InexactQueryError
from eakg.sparql.syntax import (
    Bind,
    Expression,
    FunctionCall,
    Operand,
    OperatorCall,
    QueryTree,
    TermKind,
    ValuesBlock,
    query_expressions,
    query_groups,
    query_selects,
    subexpressions,
)

Change = tuple[int, int, str]
_COMPARISONS = frozenset({"=", "!=", "<", ">", "<=", ">=", "IN", "NOT IN"})
_COMPARING_CALLS = frozenset({"SAMETERM", "STRSTARTS", "STRENDS", "CONTAINS", "STRBEFORE"})


def language_changes(text: str, query: QueryTree) -> list[Change]:
    """The strings that a language is compared with, in small letters.

    Raises: InexactQueryError where it is compared with capitals that cannot be told apart from
    others: in a regular expression, or by a variable of VALUES.
    """
    tags = _tag_variables(query)
    capitals = _capital_values(query)
    changes: dict[int, Change] = {}
    for expression in query_expressions(query):
        for part in subexpressions(expression):
            operands = _compared(part)
            if not any(_is_tag(operand, tags) for operand in operands):
                continue
            for operand in operands:
                if isinstance(operand, Operand) and operand.term.name in capitals:
                    raise _refusal(text, operand, f"?{operand.term.name} of VALUES")
                if _has_capitals(operand):
                    if isinstance(part, FunctionCall) and part.name in {"REGEX", "REPLACE"}:
                        if len(part.arguments) > 2 and "i" in _spelling(text, part.arguments[2]):
                            continue
                        raise _refusal(text, operand, "a regular expression with capitals")
                    spelling = _spelling(text, operand).lower()
                    changes[operand.start] = operand.start, operand.stop, spelling
    return list(changes.values())


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
    if isinstance(expression, Operand):
        return expression.term.kind is TermKind.VARIABLE and expression.term.name in tags
    if isinstance(expression, FunctionCall) and expression.name in {"STR", "COALESCE", "IF"}:
        return any(_is_tag(argument, tags) for argument in expression.arguments)
    return isinstance(expression, FunctionCall) and expression.name == "LANG"


def _tag_variables(query: QueryTree) -> frozenset[str]:
    """The variables that are AS LANG of something."""
    pairs = [
        (element.expression, element.variable.name)
        for group in query_groups(query)
        for element in group.elements
        if isinstance(element, Bind)
    ]
    for select in query_selects(query):
        pairs += [(c.expression, c.variable.name) for c in select.columns if c.expression]
        pairs += [(c.expression, c.variable.name) for c in select.modifiers.group if c.variable]
    names: frozenset[str] = frozenset()
    for _ in pairs:
        names |= {name for expression, name in pairs if _is_tag(expression, names)}
    return names


def _capital_values(query: QueryTree) -> frozenset[str]:
    """The variables of VALUES with strings that have capitals."""
    blocks = [
        element
        for group in query_groups(query)
        for element in group.elements
        if isinstance(element, ValuesBlock)
    ]
    blocks += [s.modifiers.values for s in query_selects(query) if s.modifiers.values]
    return frozenset(
        variable.name
        for block in blocks
        if any(_is_capital_string(term.kind, term.text) for term in block.terms)
        for variable in block.variables
    )


def _has_capitals(expression: Expression) -> bool:
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
