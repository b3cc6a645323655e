"""MINUS within EXISTS.

SPARQL puts the terms of the solution in the place of variables first (section 18.6, substitute), so
that two sides of MINUS may have no variable in common, and nothing is taken away. The engine takes
the variables of the solution for common ones.
"""

from eakg.sparql.cursor import inexact_at
from eakg.sparql.syntax import (
    Exists,
    GroupPattern,
    Minus,
    QueryTree,
    certain_variables,
    element_expressions,
    element_groups,
    query_groups,
    subexpressions,
    variables_in_scope,
)


def check_exists(text: str, query: QueryTree) -> None:
    """Raises: InexactQueryError where a MINUS within EXISTS depends on it."""
    for group in query_groups(query):
        outer_variables = frozenset(variables_in_scope(group))
        for element in group.elements:
            for expression in element_expressions(element):
                for part in subexpressions(expression):
                    if isinstance(part, Exists):
                        _check(text, part.group, outer_variables)


def _check(text: str, group: GroupPattern, outer_variables: frozenset[str]) -> None:
    before_certain: set[str] = set()
    before: set[str] = set()
    for element in group.elements:
        for inner in element_groups(element):
            _check(text, inner, outer_variables)
        if not isinstance(element, Minus):
            alone = GroupPattern(element.start, element.stop, (element,))
            before_certain |= certain_variables(alone)
            before.update(variables_in_scope(alone))
            continue
        certain = certain_variables(element.group)
        # The engine has the solution outside on both sides, whatever variables are before.
        common = not (before | outer_variables).isdisjoint(variables_in_scope(element.group))
        if common and not any(
            name in before_certain and name not in outer_variables for name in certain
        ):
            raise inexact_at(
                text,
                element.start,
                "MINUS within EXISTS, of what has no variable in common but those from outside, is"
                " not answered exactly; write FILTER NOT EXISTS",
            )
