"""What SELECT gives: which variables may stand beside aggregates, and which names are taken.

Specification: SPARQL 1.1 Query sections 11.4, 18.2.1 and 18.2.4.1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from eakg.sparql.lexer import Token


@dataclass
class SelectedExpression:
    """The variables of an expression that stand in no aggregate, its aggregates, and the variable
    that it is assigned to."""

    variables: list[Token] = field(default_factory=list)
    aggregates: list[Token] = field(default_factory=list)
    alias: Token | None = None


SelectItem = Token | SelectedExpression
"""A variable, or an expression."""


def grouping_complaints(
    items: Sequence[SelectItem], keys: set[str], *, is_grouped: bool, has_aggregates: bool
) -> Iterator[tuple[Token, str]]:
    """Each variable that is selected beside aggregates and not grouped by, with what to say of it.

    Arguments: what is selected; the names that are grouped by; whether there is a GROUP BY, and
    whether there are aggregates.
    """
    names = set(keys)
    missing: dict[str, tuple[Token, str]] = {}
    for item in items:
        if isinstance(item, Token):
            if item.text[1:] not in names:
                missing.setdefault(item.text, (item, "selected"))
            continue
        for token in item.variables:
            if token.text[1:] not in names:
                missing.setdefault(token.text, (token, "used"))
        if item.alias is not None:
            names.add(item.alias.text[1:])
    for name, (token, verb) in missing.items():
        if not is_grouped:
            yield token, f"{name} is {verb} beside an aggregate; add GROUP BY {' '.join(missing)}"
            continue
        beside = "an aggregate" if has_aggregates else "GROUP BY, which does not have it"
        remedy = f"add it to GROUP BY, or take one value: (SAMPLE({name}) AS ...)"
        yield token, f"{name} is {verb} beside {beside}; {remedy}"


def name_complaints(items: Sequence[SelectItem], scope: set[str]) -> Iterator[tuple[Token, str]]:
    """Each variable that is given twice, or assigned to where it has a value, with what to say.

    Arguments: what is selected; the names that are in scope before.
    """
    names: set[str] = set()
    for token, is_alias in named_items(items):
        name = token.text[1:]
        if name in names:
            yield token, f"{token.text} is selected twice; leave one out"
        elif is_alias and name in scope:
            yield token, f"{token.text} is bound in the pattern already; AS needs a new name"
        names.add(name)


def named_items(items: Sequence[SelectItem]) -> Iterator[tuple[Token, bool]]:
    """The variables that SELECT gives, and whether an expression is assigned to each."""
    for item in items:
        if isinstance(item, Token):
            yield item, False
        elif item.alias is not None:
            yield item.alias, True
