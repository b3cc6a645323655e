"""Comparisons with language tags that have capitals, where the store has small letters."""

from collections.abc import Iterator

from eakg.queries.lint.finding import FindingKind
from eakg.queries.lint.remark import Remark
from eakg.sparql.exact import has_capitals, tag_operands
from eakg.sparql.syntax import (
    Expression,
    FunctionCall,
    Operand,
    QueryTree,
    assignments,
    subexpressions,
)


def tag_comparisons(query: QueryTree) -> Iterator[Remark]:
    """The comparisons of a query that are true of no language tag here, whatever its source
    says."""
    strings = {
        variable.name for expression, variable in assignments(query) if has_capitals(expression)
    }
    for operand in tag_operands(query):
        for part in _unfolded(operand):
            is_name = isinstance(part, Operand) and part.term.name in strings
            is_within = part is not operand and has_capitals(part)
            if is_name or is_within:
                message = (
                    "language tags are kept in small letters here, and this is compared as it is;"
                    ' write "en-gb" for "en-GB", or LANGMATCHES'
                )
                yield Remark(part.start, message, FindingKind.LANGUAGE)


def _unfolded(expression: Expression) -> Iterator[Expression]:
    """The parts of an expression that are not put in small or capital letters."""
    for part in subexpressions(expression):
        if isinstance(part, FunctionCall) and part.name in {"LCASE", "UCASE"}:
            return
        yield part
