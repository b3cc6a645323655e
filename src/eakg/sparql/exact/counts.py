"""COUNT of an expression that fails in some solutions.

SPARQL leaves these out (section 18.5.1.2); the engine gives no count at all.
"""

from eakg.sparql.cursor import inexact_at
from eakg.sparql.syntax import FunctionCall, Operand, QueryTree, query_expressions, subexpressions

Change = tuple[int, int, str]


def count_changes(text: str, query: QueryTree) -> list[Change]:
    """Each COUNT of more than a variable, as a sum of ones.

    Raises: InexactQueryError for COUNT(DISTINCT ...) of such.
    """
    changes = []
    for expression in query_expressions(query):
        for part in subexpressions(expression):
            if not (isinstance(part, FunctionCall) and part.name == "COUNT" and part.arguments):
                continue
            argument = part.arguments[0]
            if isinstance(argument, Operand):
                continue
            if part.distinct:
                raise inexact_at(
                    text,
                    part.start,
                    "COUNT(DISTINCT ...) of an expression is not answered exactly where the"
                    " expression fails; BIND it to a variable within the pattern, and count that",
                )
            spelling = text[argument.start : argument.stop]
            total = f"SUM(COALESCE(IF(isLITERAL({spelling}), 1, 1), 0))"
            changes.append((part.start, part.stop, total))
    return changes
