"""COUNT(DISTINCT ...) of an expression, as of a variable that it is bound to.

The engine gives no count where the expression fails in one of the solutions; SPARQL leaves these
out (SPARQL 1.1 Query section 18.5.1.2), as both do with a variable that is not bound.
"""

from typing import TypeAlias

from eakg.sparql.cursor import inexact_at
from eakg.sparql.syntax import (
    FunctionCall,
    Operand,
    QueryTree,
    query_selects,
    select_expressions,
    subexpressions,
)

Change: TypeAlias = tuple[int, int, str]
_PREFIX = "eakg_counted_"


def count_changes(text: str, query: QueryTree) -> list[Change]:
    """The expressions as variables, bound at the end of the pattern.

    Raises: InexactQueryError where VALUES stands behind the pattern, and so behind such a binding.
    """
    changes: list[Change] = []
    for select in query_selects(query):
        arguments = [
            part.arguments[0]
            for expression in select_expressions(select)
            for part in subexpressions(expression)
            if isinstance(part, FunctionCall) and part.name == "COUNT" and part.distinct
            if part.arguments and not isinstance(part.arguments[0], Operand)
        ]
        if not arguments:
            continue
        if select.modifiers.values is not None:
            complaint = (
                "COUNT(DISTINCT ...) of an expression, with VALUES behind the pattern, is not"
                " answered exactly; write VALUES into the pattern"
            )
            raise inexact_at(text, arguments[0].start, complaint)
        bindings = ""
        for argument in arguments:
            variable = f"?{_PREFIX}{argument.start}"
            bindings += f" BIND(({text[argument.start : argument.stop]}) AS {variable})"
            changes.append((argument.start, argument.stop, variable))
        where = select.where
        changes.append((where.start, where.start, "{ "))
        changes.append((where.stop, where.stop, f"{bindings} }}"))
    return changes
